"""Clients of AWS services other than the table's, with bounded patience."""

from functools import cache
from typing import Any
from urllib.parse import urljoin

from botocore.config import Config
from botocore.session import get_session


@cache
def client(service: str) -> Any:  # noqa: ANN401  # botocore makes its clients' classes at run time
    """Return the one client of a service."""
    return _made(service)


@cache
def websocket_client(endpoint: str) -> Any:  # noqa: ANN401  # the same
    """Return the one client of what reaches the websockets at an address, or at a path below that of all AWS."""
    service = "apigatewaymanagementapi"
    if endpoint.startswith("/"):
        endpoint = urljoin(client(service).meta.endpoint_url, endpoint)
    return _made(service, endpoint)


def _made(service: str, endpoint: str | None = None) -> Any:  # noqa: ANN401  # the same
    config = Config(
        connect_timeout=1,
        read_timeout=5,
        retries={"mode": "standard", "total_max_attempts": 4},
        # A bucket's name in the path works at an endpoint of any name; in the host it would need one of its own.
        s3={"addressing_style": "path"},
        signature_version="s3v4" if service == "s3" else None,
    )
    return get_session().create_client(service, config=config, endpoint_url=endpoint)
