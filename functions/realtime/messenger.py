"""Telling an account something on all its websockets, and closing those that may not be there any more.

Whoever handles an event takes a lease on telling an account of it, and notes when that is done, so however often the
event comes each websocket gets one frame; where the function dies between sending and noting, it may get two.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from functions.realtime.frames import Frame
from kith.domain.clock import Clock
from kith.domain.errors import Unavailable
from kith.domain.websockets import Websocket
from kith.table.connection import Table
from kith.table.frames import FrameStore
from kith.table.websockets import WebsocketStore
from kith.websockets import Switchboard


@dataclass(frozen=True, slots=True)
class Messenger:
    """Reaches accounts that are online."""

    table: Table
    websockets: WebsocketStore
    frames: FrameStore
    switchboard: Switchboard
    clock: Clock

    def tell(self, user_id: int, event_id: str, says: Callable[[], Frame | None]) -> None:
        """Send a frame about an event to every websocket of an account whose session may act; the others are closed.

        Args:
            user_id: who is told.
            event_id: of what, so that it is told once.
            says: asked only if somebody is there; returns None where there is nothing to say.

        Raises:
            Unavailable: some could not be reached this time; those that were will not get it again.
        """
        held, permitted = self._sorted_out(user_id)
        frame = says() if permitted else None
        if frame is not None:
            self._send_once(user_id, event_id, frame, permitted)
        self._close_all(each for each in held if each not in permitted)

    def close_ended(self, user_id: int) -> None:
        """Close the websockets of an account whose sessions may not act any more.

        Raises:
            Unavailable: some could not be closed this time.
        """
        held, permitted = self._sorted_out(user_id)
        self._close_all(each for each in held if each not in permitted)

    def answer(self, websocket: Websocket, frame: Frame) -> None:
        """Send a frame to one websocket.

        Raises:
            Unavailable: it could not be sent this time.
        """
        self._send(websocket, frame)

    def close(self, websocket: Websocket) -> None:
        """Close a websocket, and then forget it.

        Raises:
            Unavailable: it could not be closed this time, or is only about to be opened.
        """
        now = self.clock()
        if not self.switchboard.close(websocket.connection_id) and websocket.is_opening(now):
            raise Unavailable
        self.websockets.forget(websocket, now=now)

    def close_unknown(self, connection_id: str) -> None:
        """Close what is in nobody's slots.

        Raises:
            Unavailable: it could not be closed this time.
        """
        self.switchboard.close(connection_id)

    def hang_up(self, replaced: Websocket) -> None:
        """Close a websocket that is forgotten already; one that stays open gets nothing, and is closed when it pings."""
        with suppress(Unavailable):
            self.switchboard.close(replaced.connection_id)

    def _sorted_out(self, user_id: int) -> tuple[list[Websocket], list[Websocket]]:
        """Return an account's websockets, and which of them may be there."""
        held = self.websockets.of_account(user_id)
        return held, self.websockets.permitted(held, now=self.clock())

    def _send_once(self, user_id: int, event_id: str, frame: Frame, websockets: list[Websocket]) -> None:
        told = self.frames.lease(event_id, user_id, now=self.clock())
        if told is None:
            return
        is_complete = True
        for websocket in websockets:
            if websocket.connection_id not in told:
                try:
                    self._send(websocket, frame)
                except Unavailable:
                    is_complete = False
                else:
                    told.add(websocket.connection_id)
        if not is_complete:
            self.frames.told_some(event_id, user_id, told, now=self.clock())
            raise Unavailable
        self.frames.told(event_id, user_id, now=self.clock())

    def _send(self, websocket: Websocket, frame: Frame) -> None:
        """Send a frame, or forget a websocket that is gone without a goodbye."""
        now = self.clock()
        if not self.switchboard.send(websocket.connection_id, frame) and not websocket.is_opening(now):
            self.websockets.forget(websocket, now=now)

    def _close_all(self, websockets: Iterable[Websocket]) -> None:
        self.table.all_of([partial(self.close, each) for each in websockets])
