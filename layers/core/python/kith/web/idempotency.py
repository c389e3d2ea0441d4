"""`Idempotency-Key`: what a route that creates takes, so that asking again for it is safe."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Header

from kith.table.idempotency import RequestKey

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="Repeating a request with its key repeats its answer and not its effect, for 24 hours.",
    ),
]


def request_key(key: str | None, route: str, body: str = "") -> RequestKey | None:
    """Return what a request is known by, if it has a key; `body` is spelled in one way whoever sends it."""
    return None if key is None else RequestKey.of(key, f"{route}\n{body}")
