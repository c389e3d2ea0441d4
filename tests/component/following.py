"""An account with many around it, and what the bus delivers to the follow room until nothing is left to deliver."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID

from functions.follow import wiring
from functions.follow.on_event import handler as on_event
from functions.outbox.changes import events_of
from kith import deployment
from kith.domain.follows import FollowState
from kith.domain.users import User
from kith.table import batches
from kith.table.items import (
    CelebrityItem,
    FollowerItem,
    FollowingItem,
    Item,
    RelationItem,
    RequestItem,
    TallyItem,
    UserItem,
)
from kith.table.stream import change_of
from kith.table.transactions import Update, write
from kith.table.users import UserStore
from tests.builders import queue_event
from tests.component.conftest import REGION, TABLE, Person, new_id
from tests.component.erasing import NOTHING_FAILED, Killed, Message, all_items, taken_from

SUBSCRIBED = {"graph.follow", "graph.follow_accepted", "graph.unfollow", "user.updated"}


def forget_everything() -> None:
    """Empty the table: moto copies all of it with every transaction."""
    table = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID][REGION].tables[TABLE]
    table.items.clear()
    told()


def told() -> list[Message]:
    """Take what has been committed since, as EventBridge leaves it in the queue."""
    shard = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID][REGION].tables[TABLE].stream_shard
    assert shard is not None
    records: list[Any] = [each.record for each in shard.items]
    shard.items = []
    events = [event for record in records for event in events_of(change_of(as_lambda_shows(record)))]
    return [
        {"detail-type": event.name, "detail": json.loads(json.dumps(event.wire()))}
        for event in events
        if event.name in SUBSCRIBED
    ]


def as_lambda_shows(record: dict[str, Any]) -> dict[str, Any]:
    at = record["dynamodb"]["ApproximateCreationDateTime"]
    detail = record["dynamodb"] | {"ApproximateCreationDateTime": float(int(at.timestamp()))}
    return record | {"dynamodb": detail}


def settled(*messages: Message, times: int = 1) -> list[Message]:
    """Deliver messages, and all that come of them, each so often; return them when none is left.

    Whoever is killed is given the message again.
    """
    waiting, delivered = [*messages, *told()], list[Message]()
    while waiting:
        try:
            answer = on_event(queue_event(*[waiting[0]] * times), None)
        except Killed:
            continue
        assert answer == NOTHING_FAILED
        delivered.append(waiting.pop(0))
        waiting += once_each([*taken_from("graph"), *told()])
        assert len(delivered) < 500, "it comes to an end"
    return delivered


def once_each(messages: Iterable[Message]) -> list[Message]:
    return [json.loads(each) for each in dict.fromkeys(map(json.dumps, messages))]


def crowd(account: Person, count: int, state: FollowState = FollowState.ACCEPTED) -> list[int]:
    """Let many follow an account, or wait to, untold; of themselves they have no more than what is counted."""
    table, others = deployment.table(), [new_id() for _ in range(count)]
    follows = state is FollowState.ACCEPTED
    far = FollowerItem if follows else RequestItem
    items: list[Item] = []
    for other_id in others:
        edge_id = new_id()
        wish = {"state": state, "edge_id": edge_id, "revision": edge_id}
        items += [
            RelationItem.at(wish, user_id=other_id, other_id=account.user_id),
            far.at({"other_id": other_id}, user_id=account.user_id, entry_id=edge_id),
            TallyItem.at({"wishes": 1, "following": int(follows)}, user_id=other_id, shard="0"),
        ]
        if follows:
            near = {"other_id": account.user_id}
            items.append(FollowingItem.at(near, user_id=other_id, entry_id=edge_id))
    batches.put_all(table, items)
    counter = TallyItem.followers if follows else TallyItem.requests
    tally = TallyItem.at(user_id=account.user_id, shard="0")
    write(table, Update(tally, [counter.add(count)], TallyItem.pk.exists()))
    told()
    return others


def follow(follower_id: int, account: Person) -> None:
    wiring.service().follow(follower_id, account.user_id)


def unfollow(follower_id: int, account: Person) -> None:
    wiring.service().unfollow(follower_id, account.user_id)


def user_of(account: Person) -> User:
    user = UserStore(deployment.table()).by_id(account.user_id)
    assert user is not None
    return user


@dataclass(frozen=True)
class Standing:
    """Everything that is stored of who stands how to an account."""

    followers: set[int]
    waiting: set[int]
    marked: set[int]
    is_celebrity: bool
    miscounted: list[str]

    @classmethod
    def of(cls, account: Person) -> "Standing":
        items = [Item.from_raw_data(raw) for raw in all_items() if raw["PK"]["S"] != "KEYS"]
        stances = [
            item
            for item in items
            if isinstance(item, RelationItem) and item.values["other_id"] == account.user_id
        ]
        by_state = {
            state: {item.values["user_id"] for item in stances if item.state == state}
            for state in FollowState
        }
        mine = [item for item in items if item.pk == UserItem.pattern.key(user_id=account.user_id)[0]]
        flags = {bool(item.is_celebrity) for item in mine if isinstance(item, (UserItem, TallyItem))}
        assert len(flags) == 1, "every shard knows what the account is"
        return cls(
            followers=by_state[FollowState.ACCEPTED],
            waiting=by_state[FollowState.PENDING],
            marked={
                item.values["user_id"]
                for item in items
                if isinstance(item, CelebrityItem)
                and item.values["celebrity_id"] == account.user_id
                and item.expires_at is None
            },
            is_celebrity=flags.pop(),
            miscounted=_miscounted(account, mine, by_state),
        )


def _miscounted(account: Person, mine: list[Item], by_state: dict[FollowState, set[int]]) -> list[str]:
    tally = UserStore(deployment.table()).tally(account.user_id)
    followers = {int(item.other_id) for item in mine if isinstance(item, FollowerItem)}
    requests = {int(item.other_id) for item in mine if isinstance(item, RequestItem)}
    checks = {
        "followers": tally.followers == len(followers) and followers == by_state[FollowState.ACCEPTED],
        "requests": tally.requests == len(requests) and requests == by_state[FollowState.PENDING],
    }
    return [name for name, agrees in checks.items() if not agrees]
