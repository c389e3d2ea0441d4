"""The life of a websocket: it is opened with a ticket, heard of by pings, and gone."""

from collections.abc import Mapping
from dataclasses import dataclass

from functions.realtime.frames import PING, is_ping
from functions.realtime.messenger import Messenger
from kith.domain.clock import Clock
from kith.domain.single_use import Purpose, owner
from kith.domain.websockets import IDLE_MOST, PROLONGED_FROM, Websocket
from kith.table.single_use import SingleUseStore
from kith.table.websockets import WebsocketStore

NO_SLOT = ""
"""Of a websocket that has none yet."""


@dataclass(frozen=True, slots=True)
class Visits:
    """The use cases of what API Gateway tells of a connection."""

    tickets: SingleUseStore
    websockets: WebsocketStore
    messenger: Messenger
    clock: Clock

    def open(self, connection_id: str, query: Mapping[str, str]) -> None:
        """Let a websocket be opened by whoever shows a ticket, which is used up; the oldest may have to go for it.

        Raises:
            InvalidToken: there is no such ticket, or no longer.
            Unauthenticated: the session that asked for it has ended, or its account may not act.
            Unavailable: it has to be tried with another ticket.
        """
        now, shown = self.clock(), query.get("ticket", "")
        user_id = owner(shown)
        ticket = self.tickets.find(shown, Purpose.OPEN_WEBSOCKET, now=now)
        session_id = ticket.bound_to
        epoch = self.websockets.session_epoch(user_id, session_id)
        new = Websocket(user_id, NO_SLOT, connection_id, session_id, epoch, now, now + IDLE_MOST)
        replaced = self.websockets.open(new, self.tickets.using(ticket, now=now), now=now)
        if replaced is not None:
            self.messenger.hang_up(replaced)

    def hear(self, connection_id: str, text: str) -> None:
        """Answer a ping, and let the websocket be there for longer; whatever else a client says is not heard.

        Who is not known, or may not be there any more, is closed.

        Raises:
            Unavailable: the table or API Gateway did not answer.
        """
        if not is_ping(text):
            return
        now = self.clock()
        heard = self.websockets.of_connection(connection_id)
        if heard is None:
            self.messenger.close_unknown(connection_id)
        elif not self.websockets.permitted([heard], now=now):
            self.messenger.close(heard)
        else:
            if heard.expires_at < min(now + PROLONGED_FROM, heard.until(now)):
                self.websockets.prolong(heard, now=now)
            self.messenger.answer(heard, PING)


@dataclass(frozen=True, slots=True)
class Departures:
    """The use case of the end of a connection; nothing can be sent there any more."""

    websockets: WebsocketStore
    clock: Clock

    def leave(self, connection_id: str) -> None:
        """Forget a websocket that has been closed.

        Raises:
            Unavailable: the table did not answer; it is found to be gone later.
        """
        gone = self.websockets.of_connection(connection_id)
        if gone is not None:
            self.websockets.forget(gone, now=self.clock())
