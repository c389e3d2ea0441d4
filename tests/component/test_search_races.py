"""What happens to the index while something else does: at rest it has what is there, and nothing else."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from functions.follow.api import door as follow_door
from functions.post.on_event import handler as on_post
from functions.profile.api import door as profile_door
from functions.search.on_event import handler
from kith import deployment, retrying
from kith.domain.errors import Unavailable
from kith.domain.words import words
from kith.table import batches
from kith.table.index_cards import AT_IT_FOR
from kith.table.items import (
    CardItem,
    FoundPostItem,
    FoundTagItem,
    FoundUserItem,
    IndexedPostItem,
    IndexedTagItem,
    Item,
    PostItem,
    UserItem,
)
from kith.table.posts import post_of
from kith.table.user_index import entries
from kith.table.users import UserStore, user_of
from tests.builders import queue_event
from tests.component.conftest import Join, Later, Person
from tests.component.erasing import Killed, at_call, die
from tests.component.happening import kinds, suspend
from tests.component.publishing import delete, edit, publish, submit

NOTHING_FAILED: dict[str, list[dict[str, str]]] = {"batchItemFailures": []}


@dataclass
class World:
    """Somebody with a post, and what there is to be heard of them. What they may not do any more, they do not."""

    ada: Person
    fan: Person
    post_id: int
    waiting: list[dict[str, Any]]

    def hear(self, name: str, **detail: Any) -> None:
        """Let the index hear of something, which may fail and is then heard of later."""
        message = {"detail-type": name, "detail": {"user_id": self.ada.user_id, **detail}}
        try:
            failed = handler(queue_event(message), None) != NOTHING_FAILED
        except Killed:
            failed = True
        if failed:
            self.waiting.append(message)

    def hear_of_post(self) -> None:
        self.hear("post.created", post_id=self.post_id)

    def hear_of_account(self) -> None:
        self.hear("user.registered")

    def change(self, **changes: Any) -> None:
        self.ada.at(profile_door).send("PATCH /api/v1/users/me", json_body=changes)
        self.hear("user.updated", changed=list(changes))

    def rename(self) -> None:
        self.change(username=self.ada.username.replace("ada", "zoe"), full_name="Somebody")

    def hide(self) -> None:
        self.change(is_private=True)

    def suspend(self) -> None:
        suspend(self.ada)
        self.hear("user.updated", changed=["standing"])

    def be_followed(self) -> None:
        route = "POST /api/v1/graph/follow/{user_id}"
        self.fan.at(follow_door).send(route, user_id=self.ada.user_id)
        self.hear("graph.follow", following_id=self.ada.user_id)

    def edit(self) -> None:
        edit(self.ada, self.post_id, text="coffee #morning")
        self.hear("post.updated", post_id=self.post_id)

    def restrict(self) -> None:
        edit(self.ada, self.post_id, visibility="followers")
        self.hear("post.updated", post_id=self.post_id)

    def delete(self) -> None:
        if delete(self.ada, self.post_id).status == 204:
            detail = {"post_id": self.post_id, "user_id": self.ada.user_id}
            message = {"detail-type": "post.deleted", "detail": detail}
            try:
                failed = on_post(queue_event(message), None) != NOTHING_FAILED
            except Killed:
                failed = True
            if failed:
                self.waiting.append(message)

    def post_again(self) -> None:
        made = submit(self.ada, "more tea #time")
        if made.status == 201:
            self.hear("post.created", post_id=made.json["post_id"])

    def come_to_rest(self, later: Later) -> None:
        """Let what failed be heard of again, when whoever was cut off is surely gone."""
        while self.waiting:
            later(AT_IT_FOR)
            message = self.waiting.pop(0)
            answers = on_post if message["detail-type"] == "post.deleted" else handler
            assert answers(queue_event(message), None) == NOTHING_FAILED


def wrong() -> list[str]:
    """Return what is in the index and should not be, and the reverse."""
    users = {item.values["user_id"]: user_of(item) for item in kinds(UserItem) if isinstance(item, UserItem)}
    posts = [post_of(item) for item in kinds(PostItem) if isinstance(item, PostItem)]
    store = UserStore(deployment.table())
    right: list[Item] = [
        entry for user in users.values() for entry in entries(user, store.tally(user.user_id).followers)
    ]
    right += [
        FoundPostItem.at(word=word, post_id=post.post_id) for post in posts for word in words(post.text)
    ]
    counted: Counter[str] = Counter()
    for post in posts:
        author = users[post.author_id]
        if author.is_active and not author.is_private and post.visibility == "public":
            counted.update(post.hashtags)
    right += [
        FoundTagItem.at(beginning=tag[:end], rank=f"{99 - often.bit_length():02}", tag=tag)
        for tag, often in counted.items()
        for end in range(1, len(tag) + 1)
    ]
    wanted = {(item.pk, item.sk) for item in right}
    found = {(item.pk, item.sk) for item in kinds(FoundUserItem, FoundPostItem, FoundTagItem)}
    known = {item.pk.split("#")[1] for item in kinds(FoundUserItem)} and wanted - found
    tags = {
        item.values["tag"]: int(item.posts)
        for item in kinds(IndexedTagItem)
        if isinstance(item, IndexedTagItem)
    }
    unsettled = [
        f"{item.pk} is left amid something"
        for item in kinds(CardItem, IndexedPostItem, IndexedTagItem)
        if isinstance(item, CardItem) and (item.writing_until or len(item.holds) != 1)
    ]
    return [
        *(f"missing {each}" for each in sorted(known)),
        *(f"too much {each}" for each in sorted(found - wanted)),
        *([] if tags == counted else [f"counted {tags}, are {dict(counted)}"]),
        *unsettled,
    ]


@pytest.fixture
def made(join: Join, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], World]:
    """Makes worlds in which all is indexed, by number, and nobody waits long for anybody else."""
    monkeypatch.setattr(retrying, "FIRST_PAUSE", 0)
    fan = join("fan")

    def new(number: int) -> World:
        ada = join(f"ada{number}")
        world = World(ada, fan, publish(ada, "tea #time"), [])
        world.hear_of_account()
        world.hear("user.registered", user_id=fan.user_id)
        return world

    return new


Deed = Callable[[World], None]
DEEDS: list[Deed] = [
    World.hear_of_post,
    World.hear_of_account,
    World.rename,
    World.hide,
    World.suspend,
    World.be_followed,
    World.edit,
    World.restrict,
    World.delete,
    World.post_again,
]
CALLS_MOST = 40


@pytest.mark.parametrize("first", [World.hear_of_post, World.edit, World.rename, World.delete, World.hide])
@pytest.mark.parametrize("second", DEEDS)
def test_whatever_happens_before_any_call_of_the_worker_the_index_is_right_in_the_end(
    made: Callable[[int], World], later: Later, first: Deed, second: Deed
) -> None:
    number = 0
    while True:
        world = made(number)
        if first is not World.hear_of_post:
            world.hear_of_post()
        with at_call(number, lambda world=world: second(world)) as calls:  # type: ignore[misc]  # one after the other
            first(world)
        world.come_to_rest(later)
        assert wrong() == [], (number, json.dumps(calls))
        number += 4
        if number >= min(len(calls), CALLS_MOST):
            break


@pytest.mark.parametrize("deed", DEEDS)
def test_a_worker_that_dies_at_any_call_is_followed_by_one_that_knows(
    made: Callable[[int], World], later: Later, deed: Deed
) -> None:
    number = 0
    while True:
        world = made(number)
        if deed is not World.hear_of_post:
            world.hear_of_post()
        with at_call(number, die) as calls:
            try:
                deed(world)
            except Killed:
                deed(world)
        world.come_to_rest(later)
        assert wrong() == [], (number, json.dumps(calls))
        number += 3
        if number >= min(len(calls), CALLS_MOST):
            break


@pytest.mark.parametrize(
    ("deed", "writes"),
    [
        (World.hear_of_post, "put_all"),
        (World.edit, "put_all"),
        (World.edit, "delete_all"),
        (World.rename, "put_all"),
        (World.rename, "delete_all"),
    ],
)
def test_what_the_table_does_not_take_at_first_is_there_in_the_end(
    made: Callable[[int], World], later: Later, monkeypatch: pytest.MonkeyPatch, deed: Deed, writes: str
) -> None:
    world = made(0)
    if deed is not World.hear_of_post:
        world.hear_of_post()
    original, refused = getattr(batches, writes), [3]

    def write(*arguments: Any) -> None:
        if refused[0] and arguments[1]:
            refused[0] -= 1
            raise Unavailable
        original(*arguments)

    monkeypatch.setattr(batches, writes, write)
    deed(world)
    assert world.waiting == [], "nobody has to wait"
    world.come_to_rest(later)
    assert wrong() == []
    assert refused == [0]
