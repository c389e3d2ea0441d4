from typing import Any

import pytest

from functions.block.api import door as block_door
from functions.connection.api import door
from functions.follow.api import door as follow_door
from functions.profile.api import door as profile_door
from kith.table import batches
from kith.table.connection import Table
from kith.table.items import FollowerItem, TallyItem, UserItem
from tests.builders import Answer
from tests.component.conftest import Join, Person, make_edge

FOLLOWERS = "GET /api/v1/graph/followers/{user_id}"
FOLLOWING = "GET /api/v1/graph/following/{user_id}"
PENDING = "GET /api/v1/graph/requests/pending"
PAGE_FIELDS = {"total", "page", "page_size", "has_more", "next_cursor"}


def follow(who: Person, whom: Person) -> None:
    answer = who.at(follow_door).send("POST /api/v1/graph/follow/{user_id}", user_id=whom.user_id)
    assert answer.status == 200, answer.text


def read(who: Person, route: str, user_id: int = 0, **query: Any) -> Answer:
    return who.at(door).send(
        route, user_id=user_id, query={name: str(value) for name, value in query.items()}
    )


def ids_of(answer: Answer, name: str) -> list[int]:
    assert answer.status == 200, answer.text
    assert set(answer.json) == {name, *PAGE_FIELDS}
    return [entry["user_id"] for entry in answer.json[name]]


def test_lists_are_newest_first_from_both_ends(join: Join) -> None:
    ann, *crowd = [join(name) for name in ("ann", "bob", "cat", "dan")]
    for person in crowd:
        follow(person, ann)
        follow(ann, person)
    newest_first = [person.user_id for person in reversed(crowd)]

    followers = read(crowd[0], FOLLOWERS, ann.user_id)
    assert ids_of(followers, "followers") == newest_first
    assert {name: followers.json[name] for name in PAGE_FIELDS} == {
        "total": 3,
        "page": 1,
        "page_size": 20,
        "has_more": False,
        "next_cursor": None,
    }
    assert set(followers.json["followers"][0]) == {"user_id", "created_at"}
    assert ids_of(read(ann, FOLLOWING, ann.user_id), "following") == newest_first
    assert ids_of(read(ann, FOLLOWING, crowd[1].user_id), "following") == [ann.user_id]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_pages_by_cursor_and_by_number_are_the_same_and_leave_nobody_out(join: Join, size: int) -> None:
    ann, *crowd = [join(f"person{number}") for number in range(8)]
    for person in crowd:
        follow(person, ann)
    expected = [person.user_id for person in reversed(crowd)]

    by_cursor: list[list[int]] = []
    query: dict[str, Any] = {"limit": size}
    while True:
        answer = read(ann, FOLLOWERS, ann.user_id, **query)
        by_cursor.append(ids_of(answer, "followers"))
        assert (answer.json["page"], answer.json["page_size"]) == (len(by_cursor), size)
        if not answer.json["has_more"]:
            break
        query["cursor"] = answer.json["next_cursor"]
    by_number = [
        ids_of(read(ann, FOLLOWERS, ann.user_id, page=page, page_size=size), "followers")
        for page in range(1, len(by_cursor) + 1)
    ]

    assert by_cursor == by_number
    assert [user_id for page in by_cursor for user_id in page] == expected
    past_the_end = read(ann, FOLLOWERS, ann.user_id, page=len(by_cursor) + 1, page_size=size)
    assert (ids_of(past_the_end, "followers"), past_the_end.json["has_more"]) == ([], False)


def test_who_comes_and_goes_while_one_pages_makes_nobody_else_skipped_or_doubled(join: Join) -> None:
    ann, *crowd = [join(f"person{number}") for number in range(9)]
    for person in crowd[:6]:
        follow(person, ann)
    first = read(ann, FOLLOWERS, ann.user_id, limit=3)
    follow(crowd[6], ann)
    crowd[1].at(follow_door).send("DELETE /api/v1/graph/unfollow/{user_id}", user_id=ann.user_id)
    second = read(ann, FOLLOWERS, ann.user_id, limit=3, cursor=first.json["next_cursor"])
    seen = ids_of(first, "followers") + ids_of(second, "followers")
    assert seen == [crowd[place].user_id for place in (5, 4, 3, 2, 0)]


def test_a_page_too_deep_is_refused_with_a_hint_and_a_foreign_cursor_too(join: Join) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    assert read(ann, FOLLOWERS, ann.user_id, page=500, page_size=20).status == 200
    deep = read(ann, FOLLOWERS, ann.user_id, page=501, page_size=20)
    assert (deep.status, deep.json["code"]) == (400, "page_too_deep")
    assert "next_cursor" in deep.json["detail"]

    for person in (bob, cat):
        follow(person, ann)
    cursor = read(ann, FOLLOWERS, ann.user_id, limit=1).json["next_cursor"]
    assert read(ann, FOLLOWERS, ann.user_id, limit=1, cursor=cursor).status == 200
    for who, route, user_id in ((bob, FOLLOWERS, ann), (ann, FOLLOWING, ann), (ann, FOLLOWERS, bob)):
        answer = read(who, route, user_id.user_id, cursor=cursor)
        assert (answer.status, answer.json["code"]) == (400, "invalid_cursor")
    for query in ({"page": 0}, {"page_size": 101}, {"limit": 0}, {"page": "one"}):
        assert read(ann, FOLLOWERS, ann.user_id, **query).status == 422


def test_profiles_are_added_when_asked_for(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    follow(bob, ann)
    (entry,) = read(ann, FOLLOWERS, ann.user_id, expand="user").json["followers"]
    profile = ann.at(profile_door).send("GET /api/v1/users/{user_id}", user_id=bob.user_id).json
    assert entry == {"user_id": bob.user_id, "created_at": entry["created_at"], "user": profile}
    assert profile["following_count"] == 1
    assert read(ann, FOLLOWERS, ann.user_id, expand="posts").status == 422


def test_who_waits_is_listed_to_oneself_and_gone_when_decided(join: Join) -> None:
    ann, bob, cat = join("ann", is_private=True), join("bob"), join("cat")
    for person in (bob, cat):
        follow(person, ann)
    assert ids_of(read(ann, PENDING), "requests") == [cat.user_id, bob.user_id]
    assert read(ann, PENDING).json["total"] == 2
    assert ids_of(read(bob, PENDING), "requests") == []

    decision = {"action": "accept"}
    route = "POST /api/v1/graph/requests/{follower_id}"
    answer = ann.at(follow_door).send(route, json_body=decision, follower_id=bob.user_id)
    assert (answer.status, answer.json["status"]) == (200, "accepted")
    assert ids_of(read(ann, PENDING), "requests") == [cat.user_id]
    assert ids_of(read(ann, FOLLOWERS, ann.user_id), "followers") == [bob.user_id]


def test_the_connections_of_a_private_account_are_for_itself_and_its_followers(
    table: Table, join: Join
) -> None:
    ann, friend, stranger, asking = join("ann", is_private=True), join("bob"), join("cat"), join("dan")
    make_edge(table, friend, ann)
    follow(ann, stranger)
    follow(asking, ann)
    for route in (FOLLOWERS, FOLLOWING):
        assert read(ann, route, ann.user_id).status == 200
        assert read(friend, route, ann.user_id).status == 200
        for outsider in (stranger, asking):
            refused = read(outsider, route, ann.user_id)
            assert (refused.status, refused.json["code"]) == (404, "user_not_found")
        nobody = read(stranger, route, 7)
        assert {**nobody.json, "request_id": ""} == {**refused.json, "request_id": ""}


def test_whom_a_private_account_follows_is_not_told_by_the_lists_of_others_either(
    table: Table, join: Join
) -> None:
    private, star, outsider, friend = (
        join("ann", is_private=True),
        join("bob"),
        join("cat"),
        join("dan"),
    )
    follow(private, star)
    make_edge(table, star, private)
    make_edge(table, friend, private)
    for route, name in ((FOLLOWERS, "followers"), (FOLLOWING, "following")):
        assert private.user_id not in ids_of(read(outsider, route, star.user_id), name)
        assert private.user_id in ids_of(read(friend, route, star.user_id), name)
        assert private.user_id in ids_of(read(star, route, star.user_id), name)
        assert private.user_id in ids_of(read(private, route, star.user_id), name)


@pytest.mark.parametrize("blocker", ["viewer", "listed"])
def test_who_blocks_or_is_blocked_is_not_listed(join: Join, blocker: str) -> None:
    ann, viewer, listed = join("ann"), join("bob"), join("cat")
    follow(listed, ann)
    assert ids_of(read(viewer, FOLLOWERS, ann.user_id), "followers") == [listed.user_id]
    by, whom = (viewer, listed) if blocker == "viewer" else (listed, viewer)
    by.at(block_door).send("POST /api/v1/graph/block/{user_id}", user_id=whom.user_id)
    assert ids_of(read(viewer, FOLLOWERS, ann.user_id), "followers") == []
    assert ids_of(read(ann, FOLLOWERS, ann.user_id), "followers") == [listed.user_id]


def test_who_is_suspended_or_deleted_is_neither_listed_nor_has_lists(table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    follow(bob, ann)
    item = table.get(UserItem, user_id=bob.user_id)
    assert item is not None
    item.standing = "suspended"
    table.put(item)
    assert ids_of(read(ann, FOLLOWERS, ann.user_id), "followers") == []
    assert read(ann, FOLLOWERS, bob.user_id).status == 404


def test_every_page_of_twenty_thousand_followers_takes_the_same_few_reads(
    table: Table, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    star, ann = join("star"), join("ann")
    many = 20_000
    batches.put_all(
        table,
        [
            FollowerItem.at({"other_id": 10**9 + entry}, user_id=star.user_id, entry_id=entry)
            for entry in range(1, many + 1)
        ],
    )
    table.put(TallyItem.at({"followers": many}, user_id=star.user_id, shard="0"))
    read(ann, FOLLOWERS, star.user_id)
    calls: list[str] = []
    call = table.call

    def counted(operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        calls.append(operation)
        return call(operation, arguments)

    monkeypatch.setattr(table, "call", counted)

    def reads(**query: Any) -> list[str]:
        calls.clear()
        answer = read(ann, FOLLOWERS, star.user_id, **query)
        assert (answer.status, answer.json["total"]) == (200, many)
        return sorted(each for each in calls if each != "UpdateItem")

    usual = ["BatchGetItem", "BatchGetItem", "Query", "Query"]
    assert reads() == usual
    fifth_hundredth = reads(page=500, page_size=20)
    assert fifth_hundredth[:2] == usual[:2]
    assert len(fifth_hundredth) <= len(usual) + 2
    last = wiring_cursor(star, ann, before=21)
    assert reads(cursor=last) == usual


def wiring_cursor(owner: Person, viewer: Person, *, before: int) -> str:
    """Return the cursor that a reader has who went through all pages down to an entry."""
    from functions.connection import wiring  # noqa: PLC0415  # after the functions have started cold

    route = f"followers {owner.user_id}"
    return wiring.cursors().sealed(f"{before} 999", route=route, user_id=viewer.user_id)
