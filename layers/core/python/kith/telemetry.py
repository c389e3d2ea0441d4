"""What a function says of itself: structured lines, one event each, never with secrets or addresses in them."""

import sys
from functools import cache

from aws_lambda_powertools import Logger


@cache
def logger(service: str) -> Logger:
    """Return the logger of a room. It writes to stderr, where the local cloud looks first; AWS keeps both."""
    return Logger(service=service, level="INFO", stream=sys.stderr, utc=True)


def metric(service: str, name: str, value: int) -> None:
    """Tell a count to CloudWatch, by a line of the log (its embedded metric format)."""
    from aws_lambda_powertools import single_metric  # noqa: PLC0415  # few functions tell one
    from aws_lambda_powertools.metrics import MetricUnit  # noqa: PLC0415  # the same

    with single_metric(name=name, unit=MetricUnit.Count, value=value, namespace="Kith") as told:
        told.add_dimension(name="service", value=service)
