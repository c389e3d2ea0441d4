"""Websockets in the table: in an account's few slots, by their connection, and in the list of who is online.

All three are written and taken away together, and only while the account and the session may act.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from kith.domain.clock import SECOND
from kith.domain.errors import Unauthenticated, Unavailable
from kith.domain.users import Standing
from kith.domain.websockets import SLOTS, Websocket, slot_for
from kith.table import batches
from kith.table.connection import Table
from kith.table.items import GateItem, OnlineItem, SessionItem, WebsocketItem, WebsocketOwnerItem
from kith.table.live_sessions import LiveSessions
from kith.table.transactions import Check, ConditionFailed, Delete, Put, Update, write

ATTEMPTS = 30
PATIENT_ATTEMPTS = 3
"""So often the oldest is replaced where others connect at the same time; then whichever."""


class SlotTaken(Exception):  # an outcome: the slots have to be looked at anew
    """Another connection has been put into the slot meanwhile."""


@dataclass(frozen=True, slots=True)
class WebsocketStore:
    """Websockets: a verb per access pattern. Times are in milliseconds."""

    table: Table

    def session_epoch(self, user_id: int, session_id: str) -> int:
        """Return the epoch that a session is of.

        Raises:
            Unauthenticated: it has ended.
        """
        session = self.table.get(SessionItem, user_id=user_id, session_id=session_id)
        if session is None:
            raise Unauthenticated
        return int(session.epoch)

    def open(self, new: Websocket, ticket: Delete, *, now: int) -> Websocket | None:
        """Put a new websocket into a slot, using up its ticket, and return the one that was replaced, if any.

        Raises:
            Unauthenticated: its session has ended, or its account may not act.
            Exception: what the ticket says where it is used up.
            Unavailable: too many others connect at the same time.
        """
        for attempt in range(ATTEMPTS):
            held = self.of_account(new.user_id)
            is_open = [each for each in held if each.is_open(now)]
            slot = slot_for(new.connection_id, is_open, hurried=attempt >= PATIENT_ATTEMPTS)
            former = next((each for each in held if each.slot == slot), None)
            with suppress(SlotTaken):
                self._put(replace(new, slot=slot), former, ticket)
                return former
        raise Unavailable

    def _put(self, new: Websocket, former: Websocket | None, ticket: Delete) -> None:
        item = _item(new)
        expires_at = new.expires_at // SECOND
        unchanged = (
            WebsocketItem.pk.does_not_exist()
            if former is None
            else WebsocketItem.connection_id == former.connection_id
        )
        owner = {"user_id": new.user_id, "slot": new.slot, "expires_at": expires_at}
        write(
            self.table,
            ticket,
            Check(
                SessionItem.at(user_id=new.user_id, session_id=new.session_id),
                SessionItem.epoch == new.epoch,
                Unauthenticated(),
            ),
            _may_act(new),
            Put(item, unchanged, SlotTaken()),
            Put(WebsocketOwnerItem.at(owner, connection_id=new.connection_id)),
            Put(OnlineItem.at({"latest": new.connection_id, "expires_at": expires_at}, user_id=new.user_id)),
            *([Delete(_owner(former))] if former and former.connection_id != new.connection_id else []),
        )

    def of_account(self, user_id: int) -> list[Websocket]:
        """Return an account's websockets, also those that should not be there any more."""
        partition, _ = WebsocketItem.pattern.key(user_id=user_id, slot=SLOTS[0])
        items = self.table.query(partition, *WebsocketItem.pattern.sort_range, limit=len(SLOTS))
        return [_websocket_of(item) for item in items if isinstance(item, WebsocketItem)]

    def of_connection(self, connection_id: str) -> Websocket | None:
        """Return the websocket that API Gateway calls so, if it is one of ours."""
        owner = self.table.get(WebsocketOwnerItem, connection_id=connection_id)
        if owner is None:
            return None
        item = self.table.get(WebsocketItem, user_id=int(owner.user_id), slot=owner.slot)
        if item is None or item.connection_id != connection_id:
            return None
        return _websocket_of(item)

    def permitted(self, websockets: Sequence[Websocket], *, now: int) -> list[Websocket]:
        """Return those of an account's websockets whose session may act, in one read."""
        if not websockets:
            return []
        session_ids = {each.session_id for each in websockets}
        alive = LiveSessions(self.table).among(websockets[0].user_id, session_ids, now=now) or frozenset()
        return [each for each in websockets if each.session_id in alive and each.is_open(now)]

    def prolong(self, heard: Websocket, *, now: int) -> None:
        """Let a websocket be there for longer, unless it has gone or may not be there meanwhile."""
        expires_at = heard.until(now) // SECOND
        slot = WebsocketItem.at(user_id=heard.user_id, slot=heard.slot)
        still_there = WebsocketItem.connection_id == heard.connection_id
        online = OnlineItem.at(
            {"latest": heard.connection_id, "expires_at": expires_at}, user_id=heard.user_id
        )
        with suppress(ConditionFailed):
            write(
                self.table,
                _may_act(heard, ConditionFailed()),
                Update(slot, [WebsocketItem.expires_at.set(expires_at)], still_there),
                Update(
                    _owner(heard),
                    [WebsocketOwnerItem.expires_at.set(expires_at)],
                    WebsocketOwnerItem.pk.exists(),
                ),
                Put(online),
            )

    def forget(self, gone: Websocket, *, now: int) -> None:
        """Take a websocket away, and its account from those online if it was the last."""
        slot = WebsocketItem.at(user_id=gone.user_id, slot=gone.slot)
        try:
            write(
                self.table,
                Delete(slot, WebsocketItem.connection_id == gone.connection_id),
                Delete(_owner(gone)),
            )
        except ConditionFailed:  # it has been replaced
            write(self.table, Delete(_owner(gone)))
        online = self.table.get(OnlineItem, user_id=gone.user_id)
        if online is None or any(each.is_open(now) for each in self.of_account(gone.user_id)):
            return
        with suppress(ConditionFailed):  # somebody has connected meanwhile
            write(
                self.table,
                Delete(OnlineItem.at(user_id=gone.user_id), OnlineItem.latest == online.latest),
            )

    def erase(self, user_id: int, slots: Sequence[WebsocketItem]) -> None:
        """Take away all that is known of the websockets of an account that is gone, near ends last."""
        owners = [WebsocketOwnerItem.pattern.key(connection_id=slot.connection_id) for slot in slots]
        batches.delete_all(self.table, [*owners, OnlineItem.pattern.key(user_id=user_id)])
        batches.delete_all(self.table, [(slot.pk, slot.sk) for slot in slots])


def _may_act(websocket: Websocket, otherwise: Exception | None = None) -> Check:
    may_act = (GateItem.standing == Standing.ACTIVE) & (GateItem.epoch == websocket.epoch)
    return Check(GateItem.at(user_id=websocket.user_id), may_act, otherwise or Unauthenticated())


def _owner(websocket: Websocket) -> WebsocketOwnerItem:
    return WebsocketOwnerItem.at(connection_id=websocket.connection_id)


def _item(websocket: Websocket) -> WebsocketItem:
    attributes = {
        "connection_id": websocket.connection_id,
        "session_id": websocket.session_id,
        "epoch": websocket.epoch,
        "opened_at": websocket.opened_at,
        "expires_at": websocket.expires_at // SECOND,
    }
    return WebsocketItem.at(attributes, user_id=websocket.user_id, slot=websocket.slot)


def _websocket_of(item: WebsocketItem) -> Websocket:
    return Websocket(
        user_id=item.values["user_id"],
        slot=item.values["slot"],
        connection_id=item.connection_id,
        session_id=item.session_id,
        epoch=int(item.epoch),
        opened_at=int(item.opened_at),
        expires_at=int(item.expires_at) * SECOND,
    )
