"""The limits on requests, as data: one row each."""

from kith.domain.limits import HOUR, MINUTE, Dimension, Limit
from kith.settings import Knobs


def limits(knobs: Knobs) -> tuple[Limit, ...]:
    """Return every limit that a deployment has."""
    return (
        Limit("address", Dimension.ADDRESS, knobs.rate_ip_per_minute),
        Limit("user", Dimension.USER, knobs.rate_user_per_minute),
        Limit("route", Dimension.USER_ROUTE, knobs.rate_user_route_per_minute),
        Limit("login", Dimension.ACCOUNT, 10, MINUTE, route="POST /api/v1/login"),
        Limit("reset", Dimension.ACCOUNT, 5, HOUR, route="POST /api/v1/password/forgot"),
    )
