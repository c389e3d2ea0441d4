"""What a function says of itself: structured lines, one event each, never with secrets or addresses in them."""

import sys
from functools import cache

from aws_lambda_powertools import Logger


@cache
def logger(service: str) -> Logger:
    """Return the logger of a room. It writes to stderr, where the local cloud looks first; AWS keeps both."""
    return Logger(service=service, level="INFO", stream=sys.stderr, utc=True)
