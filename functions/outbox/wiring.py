"""The outbox's collaborators, made once."""

from functools import cache

from kith import aws
from kith.deployment import settings
from kith.messaging import Bus


@cache
def bus() -> Bus:
    """Return the event bus."""
    return Bus(settings().bus_name, aws.client("events"))
