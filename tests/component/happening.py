"""A post, all that can happen to it and its author, and what is left of it: said alike in the tests of many rooms."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from functions.block.api import door as block_door
from functions.post import wiring as post_wiring
from functions.post.api import door as post_door
from functions.post.on_event import handler as on_event
from functions.profile.api import door as profile_door
from kith import deployment
from kith.domain.clock import system_clock
from kith.domain.posts import Post
from kith.domain.users import Standing
from kith.table.connection import Table
from kith.table.counts import CROWDED, CountStore
from kith.table.erasures import Erasure, ErasureStore
from kith.table.items import Item, PostItem
from kith.table.posts import PostStore
from kith.table.standings import StandingStore
from kith.table.transactions import Update, write
from tests.builders import Answer, queue_event
from tests.component.conftest import Person, everything, new_id
from tests.component.erasing import NOTHING_FAILED, all_items, in_json


def publish(author: Person, **fields: Any) -> int:
    answer = author.at(post_door).send("POST /api/v1/posts", json_body={"text": "hello"} | fields)
    assert answer.status == 201, answer.text
    return int(answer.json["post_id"])


def read(who: Person, post_id: int) -> Answer:
    return who.at(post_door).send("GET /api/v1/posts/{post_id}", post_id=post_id)


def kinds(*wanted: type[Item]) -> list[Item]:
    """Return all that is stored of some kinds."""
    return [item for item in map(Item.from_raw_data, everything().values()) if isinstance(item, wanted)]


def post_of(table: Table, post_id: int) -> Post:
    post = PostStore(table).by_id(post_id)
    assert post is not None
    return post


def spread(table: Table, post_id: int, *, times: int = 1) -> None:
    """Spread a post's counts twice as far, so often."""
    for _ in range(times):
        CountStore(table).spread_if_crowded(post_of(table, post_id), CROWDED)


def delete_post(author: Person, post_id: int) -> None:
    post_wiring.service().remove(author.user_id, post_id)


def delete_account(person: Person) -> None:
    erasure = Erasure(new_id(), person.user_id, "posts", None, {}, system_clock())
    ErasureStore(deployment.table()).begin(erasure, person.user_id)


def block(who: Person, whom: Person) -> None:
    answer = who.at(block_door).send("POST /api/v1/graph/block/{user_id}", user_id=whom.user_id)
    assert answer.status == 200, answer.text


def suspend(person: Person) -> None:
    StandingStore(deployment.table()).change(person.user_id, Standing.SUSPENDED)


def clear_away(author: Person, post_id: int) -> None:
    """Deliver what EventBridge leaves in the queue when a post is deleted."""
    detail = {"post_id": post_id, "user_id": author.user_id}
    assert on_event(queue_event({"detail-type": "post.deleted", "detail": detail}), None) == NOTHING_FAILED


def without_id(answer: Answer) -> dict[str, Any]:
    return {**answer.json, "request_id": ""}


def traces(number: int) -> list[str]:
    """Return what of an account, post or comment is left anywhere in the table."""
    return [item for item in map(in_json, all_items()) if str(number) in item]


@contextmanager
def right_before_the_write(act: Callable[[], object], *, times: int = 1) -> Iterator[None]:
    """Act right before a function's next transaction, and before so many altogether."""
    call, left, acting = Table.call, [times], [False]

    def interrupted(table: Table, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if operation == "TransactWriteItems" and left[0] and not acting[0]:
            left[0], acting[0] = left[0] - 1, True
            act()
            acting[0] = False
        return call(table, operation, arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Table, "call", interrupted)
        yield
    assert left == [0], "it came to that"


def processing(post_id: int) -> None:
    item = PostItem.at(post_id=post_id)
    write(deployment.table(), Update(item, [PostItem.status.set("processing")], PostItem.pk.exists()))


def go_private(person: Person) -> None:
    answer = person.at(profile_door).send("PATCH /api/v1/users/me", json_body={"is_private": True})
    assert answer.status == 200


def restrict(author: Person, post_id: int) -> None:
    answer = author.at(post_door).send(
        "PATCH /api/v1/posts/{post_id}", json_body={"visibility": "followers"}, post_id=post_id
    )
    assert answer.status == 200


INVISIBLE: dict[str, Callable[[Person, Person, int], object]] = {
    "of a private account": lambda author, _viewer, _post_id: go_private(author),
    "for followers": lambda author, _viewer, post_id: restrict(author, post_id),
    "of one who blocks": lambda author, viewer, _post_id: block(author, viewer),
    "of one who is blocked": lambda author, viewer, _post_id: block(viewer, author),
    "waiting for its media": lambda _author, _viewer, post_id: processing(post_id),
    "of a suspended account": lambda author, _viewer, _post_id: suspend(author),
    "of a deleted account": lambda author, _viewer, _post_id: delete_account(author),
    "deleted": lambda author, _viewer, post_id: delete_post(author, post_id),
}
