"""Listening to authors whom one follows."""

from collections.abc import Iterator

import pytest

from functions.bell.api import door
from kith.table.items import BellItem, ListenerItem
from tests.component.happening import kinds, publish, suspend
from tests.component.telling import Town, a_town, do, follow, hang_bell

HANG = "POST /api/v1/notifications/bells/{user_id}"
TAKE_DOWN = "DELETE /api/v1/notifications/bells/{user_id}"
LIST = "GET /api/v1/notifications/bells"


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    with a_town(monkeypatch, 0) as made:
        yield made


def test_only_of_whom_one_follows_each_new_post_can_be_told(town: Town) -> None:
    ann, bob = town.person("ann"), town.person("bob")
    assert do(ann, door, HANG, 409, user_id=bob.user_id).json["code"] == "not_followed"
    assert do(ann, door, HANG, 400, user_id=ann.user_id).json["code"] == "follows_oneself"
    assert do(ann, door, HANG, 404, user_id=5).json["code"] == "user_not_found"
    assert kinds(BellItem, ListenerItem) == []
    follow(ann, bob)
    for _ in range(2):
        assert do(ann, door, HANG, user_id=bob.user_id).json == {"user_id": bob.user_id, "bell": True}
    assert [each["user_id"] for each in do(ann, door, LIST).json["bells"]] == [bob.user_id]
    for _ in range(2):
        assert do(ann, door, TAKE_DOWN, user_id=bob.user_id).json == {"user_id": bob.user_id, "bell": False}
    assert kinds(BellItem, ListenerItem) == []
    publish(bob)
    assert [each["type"] for each in town.told(ann)] == []


def test_bells_are_listed_page_by_page_without_who_may_not_be_seen(town: Town) -> None:
    ann = town.person("ann")
    authors = [town.person(f"author{number}") for number in range(4)]
    for author in authors:
        follow(ann, author)
        hang_bell(ann, author)
    suspend(authors[1])
    seen: list[int] = []
    query = {"limit": "1"}
    while True:
        page = do(ann, door, LIST, query=query).json
        seen += [each["user_id"] for each in page["bells"]]
        if not page["has_more"]:
            break
        query["cursor"] = page["next_cursor"]
    assert seen == [author.user_id for author in reversed(authors) if author is not authors[1]]
