"""Push subscriptions in the table, and whose each endpoint is.

An account has ten places for them, so that of any number who subscribe at once no more can have one. An endpoint is of
one account at a time: who logs in after somebody else at the same browser takes it over in the same transaction.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from pynamodb.expressions.condition import Condition

from kith.domain.clock import SECOND
from kith.domain.errors import Unauthenticated, Unavailable
from kith.domain.pushes import PLACES, PushSubscription, digest_of
from kith.domain.users import Standing
from kith.table.connection import Table
from kith.table.items import PushEndpointItem, PushSubscriptionItem, UserItem
from kith.table.transactions import Check, ConditionFailed, Delete, Operation, Put, write

ATTEMPTS = 8

Places = Mapping[str, PushSubscriptionItem]
"""Those that are taken."""


@dataclass(frozen=True, slots=True)
class PushSubscriptionStore:
    """Push subscriptions: a verb per access pattern. Times are in milliseconds."""

    table: Table

    def of_user(self, user_id: int, *, now: int) -> list[PushSubscription]:
        """Return an account's subscriptions that have not expired, the oldest first."""
        found = [subscription_of(item) for item in self._places(user_id).values()]
        return sorted((each for each in found if not _is_over(each, now)), key=lambda each: each.created_at)

    def keep(self, wanted: PushSubscription) -> PushSubscription:
        """Store a subscription, and return it as it is kept: the same one again keeps its age, and takes its new keys.

        It takes the place of the oldest where there is no other, and is taken from whoever had it.

        Raises:
            Unauthenticated: the account is gone or may not act.
            Unavailable: others kept changing what it depends on.
        """
        for _ in range(ATTEMPTS):
            endpoint, taken = self.table.together(
                lambda: self.table.get(PushEndpointItem, digest=wanted.subscription_id),
                lambda: self._places(wanted.user_id),
            )
            place = _place_for(wanted, taken)
            before = taken.get(place)
            is_same = before is not None and before.digest == wanted.subscription_id
            created_at = int(before.created_at) if before is not None and is_same else wanted.created_at
            kept = replace(wanted, place=place, created_at=created_at)
            former = self._elsewhere(kept, endpoint)
            try:
                write(self.table, *_keeping(kept, before, endpoint, former))
            except ConditionFailed:
                continue
            return kept
        raise Unavailable

    def give_up(self, user_id: int, endpoint: str) -> None:
        """Remove the subscription of an endpoint, if the account has it."""
        found = self.table.get(PushEndpointItem, digest=digest_of(endpoint))
        if found is None or found.user_id != user_id:
            return
        item = self.table.get(PushSubscriptionItem, user_id=user_id, place=found.place)
        if item is not None and item.digest == digest_of(endpoint):
            self.drop(subscription_of(item))

    def drop(self, subscription: PushSubscription) -> None:
        """Remove a subscription, unless it is another session's meanwhile."""
        is_same = (PushSubscriptionItem.digest == subscription.subscription_id) & (
            PushSubscriptionItem.session_id == subscription.session_id
        )
        with suppress(ConditionFailed):
            write(self.table, Delete(_item_at(subscription), is_same), _freeing(subscription))

    def _elsewhere(
        self, kept: PushSubscription, endpoint: PushEndpointItem | None
    ) -> PushSubscriptionItem | None:
        """Return the same subscription of somebody else, if there is one."""
        if endpoint is None or endpoint.user_id == kept.user_id:
            return None
        item = self.table.get(PushSubscriptionItem, user_id=int(endpoint.user_id), place=endpoint.place)
        return item if item is not None and item.digest == kept.subscription_id else None

    def _places(self, user_id: int) -> Places:
        partition, _ = PushSubscriptionItem.pattern.key(user_id=user_id, place=PLACES[0])
        found = self.table.query(partition, *PushSubscriptionItem.pattern.sort_range, limit=len(PLACES))
        return {item.values["place"]: item for item in found if isinstance(item, PushSubscriptionItem)}


def subscription_of(item: PushSubscriptionItem) -> PushSubscription:
    """Return the subscription that an item holds."""
    return PushSubscription(
        user_id=item.values["user_id"],
        endpoint=item.endpoint,
        p256dh=item.p256dh,
        auth=item.auth,
        session_id=item.session_id,
        created_at=int(item.created_at),
        expires_at=None if item.expires_at is None else int(item.expires_at) * SECOND,
        place=item.values["place"],
    )


def _is_over(subscription: PushSubscription, now: int) -> bool:
    return subscription.expires_at is not None and subscription.expires_at <= now


def _place_for(wanted: PushSubscription, taken: Places) -> str:
    """Return the place of the same subscription, else a free one, else the one that expired or is oldest."""
    for place, item in taken.items():
        if item.digest == wanted.subscription_id:
            return place
    free = [place for place in PLACES if place not in taken]
    if free:
        return free[0]
    found = [subscription_of(item) for item in taken.values()]
    return min(found, key=lambda each: (not _is_over(each, wanted.created_at), each.created_at)).place


def _keeping(
    kept: PushSubscription,
    before: PushSubscriptionItem | None,
    endpoint: PushEndpointItem | None,
    former: PushSubscriptionItem | None,
) -> list[Operation]:
    """Return the writes that keep a subscription.

    Args:
        kept: the subscription.
        before: what has its place now, if anything has.
        endpoint: whose the endpoint is now, if it is anybody's.
        former: the subscription of whoever else has it.
    """
    is_active = UserItem.standing == Standing.ACTIVE
    operations: list[Operation] = [
        Check(UserItem.at(user_id=kept.user_id), is_active, Unauthenticated()),
        Put(_item(kept), _as_seen(before)),
        Put(_endpoint_item(kept), _endpoint_as_seen(endpoint)),
    ]
    if before is not None and before.digest != kept.subscription_id:
        replaced = subscription_of(before)
        # The endpoint of one that has expired may be somebody else's by now; else the table forgets it by itself.
        operations += [] if _is_over(replaced, kept.created_at) else [_freeing(replaced)]
    if former is not None:
        there = PushSubscriptionItem.digest == kept.subscription_id
        operations.append(Delete(_item_at(subscription_of(former)), there))
    return operations


def _freeing(subscription: PushSubscription) -> Delete:
    """Return the write that says of an endpoint that it is nobody's, or fails where it is somebody else's."""
    is_theirs = _is_at(subscription.user_id, subscription.place)
    item = PushEndpointItem.at(digest=subscription.subscription_id)
    return Delete(item, PushEndpointItem.pk.does_not_exist() | is_theirs)


def _as_seen(before: PushSubscriptionItem | None) -> Condition:
    if before is None:
        return PushSubscriptionItem.pk.does_not_exist()
    return PushSubscriptionItem.digest == before.digest


def _endpoint_as_seen(endpoint: PushEndpointItem | None) -> Condition:
    if endpoint is None:
        return PushEndpointItem.pk.does_not_exist()
    return _is_at(int(endpoint.user_id), endpoint.place)


def _is_at(user_id: int, place: str) -> Condition:
    is_there: Condition = (PushEndpointItem.user_id == user_id) & (PushEndpointItem.place == place)
    return is_there


def _item_at(subscription: PushSubscription) -> PushSubscriptionItem:
    return PushSubscriptionItem.at(user_id=subscription.user_id, place=subscription.place)


def _item(kept: PushSubscription) -> PushSubscriptionItem:
    return PushSubscriptionItem.at(
        {
            "digest": kept.subscription_id,
            "endpoint": kept.endpoint,
            "p256dh": kept.p256dh,
            "auth": kept.auth,
            "session_id": kept.session_id,
            "created_at": kept.created_at,
            "expires_at": _in_seconds(kept.expires_at),
        },
        user_id=kept.user_id,
        place=kept.place,
    )


def _endpoint_item(kept: PushSubscription) -> PushEndpointItem:
    attributes = {
        "user_id": kept.user_id,
        "place": kept.place,
        "expires_at": _in_seconds(kept.expires_at),
    }
    return PushEndpointItem.at(attributes, digest=kept.subscription_id)


def _in_seconds(milliseconds: int | None) -> int | None:
    return None if milliseconds is None else milliseconds // SECOND
