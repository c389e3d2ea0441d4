from collections.abc import Callable
from typing import Any

import pytest

from functions.follow.api import door
from kith.domain.follows import FollowState
from kith.table.connection import Table
from kith.table.follows import FollowStore
from kith.table.items import CelebrityItem, FollowerItem, FollowingItem, RequestItem, TallyItem, UserItem
from kith.table.relations import RelationStore
from kith.table.users import UserStore
from tests.builders import Answer, LambdaContext, answer_of, rest_event
from tests.component.conftest import Join, Person, everything
from tests.component.happening import right_before_the_write

Act = Callable[[Person, int], Answer]


def by_path(who: Person, followee_id: int) -> Answer:
    return who.at(door).send("POST /api/v1/graph/follow/{user_id}", user_id=followee_id)


def by_body(who: Person, followee_id: int) -> Answer:
    return who.at(door).send("POST /v1/follow", json_body={"followee_id": followee_id})


def by_other_body(who: Person, followee_id: int) -> Answer:
    body = {
        "following_id": followee_id,
        "follower_id": who.user_id,
        "user_id": who.user_id,
        "action": "follow",
    }
    return who.at(door).send("POST /v1/follow", json_body=body)


def by_delete(who: Person, followee_id: int) -> Answer:
    return who.at(door).send("DELETE /api/v1/graph/unfollow/{user_id}", user_id=followee_id)


def by_action(who: Person, followee_id: int) -> Answer:
    body = {"followee_id": followee_id, "action": "unfollow"}
    return who.at(door).send("POST /v1/follow", json_body=body)


follows = pytest.mark.parametrize("follow", [by_path, by_body, by_other_body])
unfollows = pytest.mark.parametrize("unfollow", [by_delete, by_action])


def edge(table: Table, follower: Person, followee: Person) -> FollowState | None:
    """Return the edge, after checking that both its ends and all counters say the same."""
    stance = RelationStore(table).between(follower.user_id, followee.user_id).mine
    lists = [
        (FollowerItem, followee, follower, stance.follows),
        (FollowingItem, follower, followee, stance.follows),
        (RequestItem, followee, follower, stance.asks),
    ]
    for kind, owner, other, is_listed in lists:
        listed = [
            entry.entry_id
            for entry in FollowStore(table).newest(kind, owner.user_id, limit=100)
            if entry.other_id == other.user_id
        ]
        assert listed == ([stance.edge_id] if is_listed else [])
    ours, theirs = UserStore(table).tally(follower.user_id), UserStore(table).tally(followee.user_id)
    assert ours.following == theirs.followers == stance.follows
    assert theirs.requests == stance.asks
    return None if stance.state is FollowState.NONE else stance.state


def fields(answer: Answer, *names: str) -> list[Any]:
    return [answer.json[name] for name in names]


@follows
def test_following_is_durable_counted_and_answered_on_every_surface(
    table: Table, join: Join, follow: Act
) -> None:
    ann, bob = join("ann"), join("bob")
    assert edge(table, ann, bob) is None
    answer = follow(ann, bob.user_id)
    assert answer.status == 200
    assert answer.json["success"] is True
    assert fields(answer, "status", "follower_id", "follower_count", "following_count") == [
        "accepted",
        ann.user_id,
        1,
        1,
    ]
    assert answer.json.get("followee_id", answer.json.get("following_id")) == bob.user_id
    assert edge(table, ann, bob) is FollowState.ACCEPTED
    assert edge(table, bob, ann) is None


@follows
def test_following_twice_changes_nothing_more(table: Table, join: Join, follow: Act) -> None:
    ann, bob = join("ann"), join("bob")
    first = follow(ann, bob.user_id)
    before = everything()
    second = follow(ann, bob.user_id)
    assert second.status == 200
    assert {**second.json, "message": ""} == {**first.json, "message": ""}
    assert second.json["message"] != first.json["message"]
    assert everything() == before


@unfollows
def test_unfollowing_takes_both_ends_and_both_counts_away(table: Table, join: Join, unfollow: Act) -> None:
    ann, bob = join("ann"), join("bob")
    by_path(ann, bob.user_id)
    by_path(bob, ann.user_id)
    assert UserStore(table).tally(bob.user_id).followers == 1
    answer = unfollow(ann, bob.user_id)
    assert answer.status == 200
    assert fields(answer, "success", "status", "follower_count", "following_count") == [True, "none", 0, 0]
    pair = RelationStore(table).between(ann.user_id, bob.user_id)
    assert (pair.mine.follows, pair.theirs.follows) == (False, True)
    before = everything()
    again = unfollow(ann, bob.user_id)
    assert fields(again, "success", "status", "follower_count") == [True, "none", 0]
    assert everything() == before


@unfollows
def test_unfollowing_whom_one_never_followed_is_a_success_that_changes_nothing(
    table: Table, join: Join, unfollow: Act
) -> None:
    ann, bob = join("ann"), join("bob")
    before = everything()
    answer = unfollow(ann, bob.user_id)
    assert (answer.status, answer.json["status"]) == (200, "none")
    assert everything() == before


def test_following_again_after_an_unfollow_counts_once(table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    for _ in range(3):
        assert by_path(ann, bob.user_id).json["follower_count"] == 1
        assert edge(table, ann, bob) is FollowState.ACCEPTED
        assert by_delete(ann, bob.user_id).json["follower_count"] == 0
        assert edge(table, ann, bob) is None


@pytest.mark.parametrize("act", [by_path, by_body, by_delete, by_action])
def test_nobody_follows_or_unfollows_themselves(join: Join, act: Act) -> None:
    ann = join("ann")
    before = everything()
    answer = act(ann, ann.user_id)
    assert (answer.status, answer.json["code"]) == (400, "follows_oneself")
    assert everything() == before


@pytest.mark.parametrize("act", [by_path, by_body, by_delete, by_action])
def test_an_unknown_account_is_not_found(join: Join, act: Act) -> None:
    ann = join("ann")
    before = everything()
    answer = act(ann, 12_345)
    assert (answer.status, answer.json["code"]) == (404, "user_not_found")
    assert everything() == before


@pytest.mark.parametrize("claim", ["follower_id", "user_id"])
@pytest.mark.parametrize("beside", [{}, {"follower_id": "own"}, {"user_id": "own"}])
def test_an_identity_in_the_body_that_is_not_the_tokens_is_forbidden(
    join: Join, claim: str, beside: dict[str, str]
) -> None:
    ann, bob, eve = join("ann"), join("bob"), join("eve")
    claims = dict.fromkeys(beside, eve.user_id) | {claim: ann.user_id}
    before = everything()
    answers = [
        eve.at(door).send("POST /v1/follow", json_body={"followee_id": bob.user_id} | claims),
        eve.at(door).send("POST /api/v1/graph/follow/{user_id}", json_body=claims, user_id=bob.user_id),
    ]
    assert [(answer.status, answer.json["code"]) for answer in answers] == [(403, "forbidden")] * 2
    assert everything() == before


@follows
def test_a_private_account_is_asked(table: Table, join: Join, follow: Act) -> None:
    ann, bob = join("ann"), join("bob", is_private=True)
    answer = follow(ann, bob.user_id)
    assert answer.status == 200
    assert fields(answer, "status", "follower_count", "following_count") == ["pending", 0, 0]
    assert edge(table, ann, bob) is FollowState.PENDING
    assert follow(ann, bob.user_id).json["status"] == "pending"
    assert edge(table, ann, bob) is FollowState.PENDING
    assert by_delete(ann, bob.user_id).json["status"] == "none"
    assert edge(table, ann, bob) is None


def test_one_follows_up_to_the_limit_and_an_unfollow_makes_room(
    monkeypatch: pytest.MonkeyPatch, join: Join
) -> None:
    monkeypatch.setenv("KITH_MAX_FOLLOWING", "2")
    ann, *others = [join(name) for name in ("ann", "bob", "cat", "dan")]
    assert [by_path(ann, each.user_id).status for each in others[:2]] == [200, 200]
    before = everything()
    answer = by_path(ann, others[2].user_id)
    assert (answer.status, answer.json["code"]) == (409, "too_many_followed")
    assert everything() == before
    assert by_path(ann, others[0].user_id).status == 200, "whom one follows already is no new one"
    by_delete(ann, others[0].user_id)
    assert by_path(ann, others[2].user_id).status == 200


def test_an_account_that_became_private_meanwhile_is_asked_and_not_followed(
    table: Table, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, bob = join("ann"), join("bob")
    stale = RelationStore(table).between(ann.user_id, bob.user_id)
    item = TallyItem.at({"is_private": True}, user_id=bob.user_id, shard="0")
    table.put(item)
    monkeypatch.setattr(RelationStore, "between", lambda *_: stale)
    answer = by_path(ann, bob.user_id)
    assert (answer.status, answer.json["code"]) == (503, "unavailable")
    assert UserStore(table).tally(bob.user_id).followers == 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"followee_id": 1, "following_id": 1},
        {"followee_id": "1"},
        {"followee_id": True},
        {"followee_id": 1.5},
        {"followee_id": 0},
        {"followee_id": 2**53},
        {"followee_id": 1, "action": "block"},
    ],
)
def test_a_request_that_does_not_name_one_account_is_invalid(join: Join, body: dict[str, Any]) -> None:
    ann = join("ann")
    before = everything()
    assert ann.at(door).send("POST /v1/follow", json_body=body).status == 422
    assert everything() == before


def test_an_identifier_is_an_integer_however_json_spells_it(table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    answer = ann.at(door).send("POST /v1/follow", text=f'{{"followee_id": {bob.user_id}.0}}')
    assert (answer.status, answer.text.count(f'"followee_id":{bob.user_id},')) == (200, 1)
    assert edge(table, ann, bob) is FollowState.ACCEPTED


def test_a_rest_api_follows_as_well(table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    event = rest_event(
        "POST /api/v1/graph/follow/{user_id}",
        f"/api/v1/graph/follow/{bob.user_id}",
        headers={"Authorization": f"Bearer {ann.token}"},
    )
    answer = answer_of(door(event, LambdaContext()))
    assert (answer.status, answer.json["status"]) == (200, "accepted")
    assert edge(table, ann, bob) is FollowState.ACCEPTED


def test_who_becomes_a_celebrity_while_letting_somebody_in_is_not_taken_for_gone(
    table: Table, join: Join
) -> None:
    ann, bob = join("ann", is_private=True), join("bob")
    assert by_path(bob, ann.user_id).json["status"] == "pending"

    def become_a_celebrity() -> None:
        for item in (
            table.get(UserItem, user_id=ann.user_id),
            table.get(TallyItem, user_id=ann.user_id, shard="0"),
        ):
            assert item is not None
            item.is_celebrity = True
            table.put(item)

    with right_before_the_write(become_a_celebrity):
        answer = ann.at(door).send(
            "POST /api/v1/graph/requests/{follower_id}",
            follower_id=bob.user_id,
            json_body={"action": "accept"},
        )
    assert answer.status == 200, answer.text
    assert edge(table, bob, ann) is FollowState.ACCEPTED
    assert table.get(CelebrityItem, user_id=bob.user_id, celebrity_id=ann.user_id) is not None
