"""What API Gateway does to open websockets: it sends to them and closes them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from kith.domain.errors import Unavailable

GONE = "GoneException"


class WebsocketClient(Protocol):
    """The part of the API Gateway management client that is used."""

    def post_to_connection(self, *, ConnectionId: str, Data: bytes) -> dict[str, Any]:  # noqa: N803  # AWS's names
        """Send to a websocket."""
        ...

    def delete_connection(self, *, ConnectionId: str) -> dict[str, Any]:  # noqa: N803  # AWS's name
        """Close a websocket."""
        ...


@dataclass(frozen=True, slots=True)
class Switchboard:
    """Reaches websockets by what API Gateway calls them."""

    client: WebsocketClient

    def send(self, connection_id: str, frame: Mapping[str, Any]) -> bool:
        """Send a frame, as JSON; return False if nobody is there any more.

        Raises:
            Unavailable: it may go another time; it may also have gone, if the answer was lost.
        """
        data = json.dumps(frame, separators=(",", ":"), ensure_ascii=False).encode()
        try:
            self.client.post_to_connection(ConnectionId=connection_id, Data=data)
        except ClientError as error:
            return _told_as_gone(error)
        except BotoCoreError as error:
            raise Unavailable from error
        return True

    def close(self, connection_id: str) -> bool:
        """Close a websocket; return False if nobody is there any more.

        Raises:
            Unavailable: it could not be closed this time.
        """
        try:
            self.client.delete_connection(ConnectionId=connection_id)
        except ClientError as error:
            return _told_as_gone(error)
        except BotoCoreError as error:
            raise Unavailable from error
        return True


def _told_as_gone(error: ClientError) -> bool:
    if error.response["Error"]["Code"] != GONE:
        raise Unavailable from error
    return False
