"""Clients of AWS services other than the table's, with bounded patience."""

from functools import cache
from typing import Any

from botocore.config import Config
from botocore.session import get_session


@cache
def client(service: str) -> Any:  # noqa: ANN401  # botocore makes its clients' classes at run time
    """Return the one client of a service."""
    config = Config(
        connect_timeout=1,
        read_timeout=5,
        retries={"mode": "standard", "total_max_attempts": 4},
        # A bucket's name in the path works at an endpoint of any name; in the host it would need one of its own.
        s3={"addressing_style": "path"},
        signature_version="s3v4" if service == "s3" else None,
    )
    return get_session().create_client(service, config=config)
