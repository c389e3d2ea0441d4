"""What is limited, as data."""

from collections.abc import Callable
from functools import partial

from kith.deployment import settings, table
from kith.domain.clock import system_clock
from kith.domain.limits import HOUR, MINUTE, Dimension, Limit
from kith.settings import Knobs
from kith.table.gates import Charge, GateStore

ADDRESS, USER, CLAIMED, ROUTE = Dimension.ADDRESS, Dimension.USER, Dimension.CLAIMED, Dimension.ROUTE


def limits(knobs: Knobs) -> tuple[Limit, ...]:
    """Return every limit of a stage. Rows with a burst of their own let fewer through at once than per window."""
    return (
        Limit("address", (ADDRESS,), knobs.rate_ip_per_minute),
        Limit("user", (USER,), knobs.rate_user_per_minute),
        Limit("route", (USER, ROUTE), knobs.rate_user_route_per_minute),
        # Whoever guesses passwords guesses one account's; each of these costs a hash besides.
        Limit("login", (CLAIMED,), 30, window=15 * MINUTE),
        Limit("reset", (CLAIMED,), 10, window=HOUR),
        Limit("export", (USER,), 20, window=24 * HOUR, route="POST /api/v1/users/me/export"),
        # Two calls for each account that is followed.
        Limit("audit", (USER,), 60, window=HOUR, route="GET /api/v1/feed/audit"),
        # Mails to one address, whoever asks for them.
        Limit("mail", (CLAIMED,), 10, window=HOUR),
        # What one account does of which another is told with a word; the rest only stands in its list.
        Limit("notice", (CLAIMED,), 60, window=HOUR),
        # Pushes to all browsers of one account; what is over it stands in the list of notifications all the same.
        Limit("push", (CLAIMED,), 120, window=HOUR),
    )


def attempts(name: str) -> Callable[[str], None]:
    """Return what counts an attempt at a claimed account, named by a digest, and raises TooMany over the limit."""
    charges = [
        Charge(limit)
        for limit in limits(settings().knobs)
        if limit.name == name and limit.whose is Dimension.CLAIMED
    ]
    if not charges:
        raise ValueError(f"no limit {name!r} counts by the claimed account")
    return partial(_charge, GateStore(table()), charges)


def _charge(gates: GateStore, charges: list[Charge], digest: str) -> None:
    gates.pass_claimed(digest, charges, clock=system_clock)
