"""What the worker is asked to do: an event of an account, or its own wish to go on with an erasure."""

from dataclasses import dataclass
from typing import Any

from functions.operation.erasure import Eraser
from functions.operation.export import Exporter
from kith.events import EXPORT_REQUESTED, USER_DELETED


@dataclass(frozen=True, slots=True)
class Jobs:
    """The use cases of the operation room that take longer than a request."""

    eraser: Eraser
    exporter: Exporter

    def do(self, message: dict[str, Any]) -> None:
        """Do what a message asks for; of another kind of event, nothing.

        Raises:
            Unavailable: it has to be tried another time.
        """
        match message:
            case {"detail-type": str(name), "detail": {"user_id": int(user_id)} as detail}:
                if name == USER_DELETED:
                    self.eraser.erase_user(user_id)
                elif name == EXPORT_REQUESTED:
                    self.exporter.run(user_id, int(detail["operation_id"]))
            case _:
                self.eraser.go_on(int(message["operation_id"]))
