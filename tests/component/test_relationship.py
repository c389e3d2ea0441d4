from typing import Any

import pytest

from functions.block.api import door as block_door
from functions.follow.api import door as follow_door
from functions.relationship.api import door
from kith.table.connection import Table
from kith.table.relations import RelationStore
from kith.table.tallies import TallyStore
from kith.table.users import UserStore
from tests.component.conftest import Join, Person, make_edge

READ = "GET /api/v1/graph/relationship/{user_id}"
STATS = "GET /api/v1/graph/stats/{user_id}"


def follow(who: Person, whom: Person) -> None:
    who.at(follow_door).send("POST /api/v1/graph/follow/{user_id}", user_id=whom.user_id)


def relationship(who: Person, whom: Person) -> dict[str, Any]:
    answer = who.at(door).send(READ, user_id=whom.user_id)
    assert answer.status == 200, answer.text
    return dict(answer.json)


FLAGS = ("is_following", "is_followed_by", "is_mutual", "is_pending", "is_requested")

STATES: dict[str, tuple[str, str, set[str], set[str]]] = {
    "nothing": ("none", "none", set(), set()),
    "follows": ("following", "followed_by", {"is_following"}, {"is_followed_by"}),
    "both follow": (
        "mutual",
        "mutual",
        {"is_following", "is_followed_by", "is_mutual"},
        {"is_following", "is_followed_by", "is_mutual"},
    ),
    "asks": ("pending", "requested", {"is_pending"}, {"is_requested"}),
    "asks and is followed": (
        "followed_by",
        "following",
        {"is_followed_by", "is_pending"},
        {"is_following", "is_requested"},
    ),
    "both ask": (
        "pending",
        "pending",
        {"is_pending", "is_requested"},
        {"is_pending", "is_requested"},
    ),
}


@pytest.mark.parametrize("case", STATES)
def test_all_states_are_told_from_both_sides(join: Join, case: str) -> None:
    asks = "ask" in case
    ann = join("ann", is_private=case == "both ask")
    bob = join("bob", is_private=asks)
    if case != "nothing":
        follow(ann, bob)
    if case in {"both follow", "asks and is followed", "both ask"}:
        follow(bob, ann)

    of_ann, of_bob, flags_of_ann, flags_of_bob = STATES[case]
    for who, whom, name, flags in ((ann, bob, of_ann, flags_of_ann), (bob, ann, of_bob, flags_of_bob)):
        expected = {flag: flag in flags for flag in FLAGS}
        ends = {"user_id": who.user_id, "target_user_id": whom.user_id}
        assert relationship(who, whom) == {**ends, "relationship": name, **expected}


def test_a_rejected_wish_is_no_relationship(join: Join) -> None:
    ann, bob = join("ann"), join("bob", is_private=True)
    follow(ann, bob)
    bob.at(follow_door).send(
        "POST /api/v1/graph/requests/{follower_id}", json_body={"action": "reject"}, follower_id=ann.user_id
    )
    assert relationship(ann, bob)["relationship"] == "none"
    follow(ann, bob)
    assert relationship(ann, bob)["relationship"] == "pending"


@pytest.mark.parametrize("route", [READ, STATS, "GET /api/v1/graph/celebrity/{user_id}"])
def test_who_is_not_there_or_blocks_cannot_be_told_apart(join: Join, route: str) -> None:
    ann, bob = join("ann"), join("bob")
    assert ann.at(door).send(route, user_id=bob.user_id).status == 200
    bob.at(block_door).send("POST /api/v1/graph/block/{user_id}", user_id=ann.user_id)
    answers = [ann.at(door).send(route, user_id=user_id) for user_id in (bob.user_id, 7)]
    assert [(answer.status, answer.json["code"]) for answer in answers] == [(404, "user_not_found")] * 2


def test_counts_are_exact_and_requests_are_told_to_oneself_only(table: Table, join: Join) -> None:
    ann, bob, cat = join("ann", is_private=True), join("bob"), join("cat")
    follow(bob, ann)
    follow(ann, cat)
    assert ann.at(door).send(STATS, user_id=ann.user_id).json == {
        "user_id": ann.user_id,
        "follower_count": 0,
        "following_count": 1,
        "pending_requests_count": 1,
    }
    assert cat.at(door).send(STATS, user_id=ann.user_id).json["pending_requests_count"] == 0
    assert bob.at(door).send(STATS, user_id=cat.user_id).json["follower_count"] == 1


def test_a_celebrity_is_told_and_listed_to_who_follows_one(table: Table, join: Join) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    route, listed = "GET /api/v1/graph/celebrity/{user_id}", "GET /api/v1/graph/celebrities"
    assert ann.at(door).send(route, user_id=bob.user_id).json == {
        "user_id": bob.user_id,
        "is_celebrity": False,
    }
    user = UserStore(table).by_id(bob.user_id)
    assert user is not None
    assert TallyStore(table).name_celebrity(user, is_celebrity=True)
    follow(ann, bob)
    follow(ann, cat)
    assert ann.at(door).send(route, user_id=bob.user_id).json["is_celebrity"] is True
    assert ann.at(door).send(listed).json == {"celebrities": [bob.user_id], "count": 1}
    ann.at(follow_door).send("DELETE /api/v1/graph/unfollow/{user_id}", user_id=bob.user_id)
    assert ann.at(door).send(listed).json == {"celebrities": [], "count": 0}


def test_a_relationship_takes_one_read(table: Table, join: Join, monkeypatch: pytest.MonkeyPatch) -> None:
    ann, bob = join("ann"), join("bob")
    make_edge(table, ann, bob)
    relationship(ann, bob)
    calls: list[str] = []
    call = table.call

    def counted(operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        calls.append(operation)
        return call(operation, arguments)

    monkeypatch.setattr(table, "call", counted)
    for route in (READ, "GET /api/v1/graph/celebrity/{user_id}", "GET /api/v1/graph/celebrities"):
        calls.clear()
        assert ann.at(door).send(route, user_id=bob.user_id).status == 200
        assert len([each for each in calls if each != "UpdateItem"]) == 1
    assert RelationStore(table).between(ann.user_id, bob.user_id).mine.follows
