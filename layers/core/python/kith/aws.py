"""Clients of AWS services other than the table's, with bounded patience."""

from functools import cache
from typing import Any

from botocore.config import Config
from botocore.session import get_session


@cache
def client(service: str) -> Any:  # noqa: ANN401  # botocore makes its clients' classes at run time
    """Return the one client of a service."""
    config = Config(connect_timeout=1, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 4})
    return get_session().create_client(service, config=config)
