"""What is told of the follow graph."""

from typing import Any

from kith.domain.clock import rfc3339
from kith.domain.follows import FollowState, Stance
from kith.events import (
    GRAPH_FOLLOW,
    GRAPH_FOLLOW_ACCEPTED,
    GRAPH_FOLLOW_REJECTED,
    GRAPH_UNFOLLOW,
    Event,
)
from kith.table.items import Item, RelationItem
from kith.table.relations import stance_of
from kith.table.stream import Change


def relation_changed(change: Change) -> list[Event]:
    """Return what became of a wish to follow, if anything did."""
    before, after = _stance(change.old), _stance(change.new)
    was = FollowState.NONE if before is None else before.state
    now = FollowState.NONE if after is None else after.state
    told = {
        (FollowState.PENDING, FollowState.ACCEPTED): (GRAPH_FOLLOW_ACCEPTED, "follow_request_accepted"),
        (FollowState.PENDING, FollowState.REJECTED): (GRAPH_FOLLOW_REJECTED, "follow_request_rejected"),
        (FollowState.PENDING, FollowState.NONE): (GRAPH_UNFOLLOW, "unfollow"),
        (FollowState.ACCEPTED, FollowState.NONE): (GRAPH_UNFOLLOW, "unfollow"),
        (FollowState.NONE, FollowState.ACCEPTED): (GRAPH_FOLLOW, "follow"),
        (FollowState.NONE, FollowState.PENDING): (GRAPH_FOLLOW, "follow"),
        (FollowState.REJECTED, FollowState.ACCEPTED): (GRAPH_FOLLOW, "follow"),
        (FollowState.REJECTED, FollowState.PENDING): (GRAPH_FOLLOW, "follow"),
    }.get((was, now))
    stance = after or before
    if told is None or stance is None:
        return []
    name, event_type = told
    detail: dict[str, Any] = {
        "event_type": event_type,
        "follower_id": stance.account_id,
        "following_id": stance.other_id,
    }
    if name == GRAPH_FOLLOW:
        detail["status"] = now
    return [Event(name, change.change_id, detail | {"timestamp": rfc3339(change.at)})]


def _stance(item: Item | None) -> Stance | None:
    return stance_of(item) if isinstance(item, RelationItem) else None
