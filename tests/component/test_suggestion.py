import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from typing import Any

import pytest

from functions.suggestion import mutuals, wiring
from functions.suggestion.api import door
from functions.suggestion.mutuals import KNOWN, LISTED
from kith.domain.follows import FollowState, Stance
from kith.domain.users import Standing, UserNotFound
from kith.table import batches, friends_of_friends
from kith.table.connection import Table
from kith.table.follows import FollowStore
from kith.table.friends_of_friends import EACH, FOLLOWED, FRIENDS, ROUNDS, SPARE
from kith.table.items import FollowerItem, FollowingItem, Item, RelationItem, TallyItem, UserItem
from kith.table.transactions import Delete, write
from tests.builders import Answer
from tests.component.conftest import Join, Person, make_edge, new_id

ADMISSION = ["UpdateItem", "UpdateItem"]
"""The gates of the caller and of the address."""


def ask(who: Person, **query: Any) -> Answer:
    return who.at(door).send(
        "GET /api/v1/graph/suggestions", query={name: str(value) for name, value in query.items()}
    )


def suggested(who: Person, **query: Any) -> list[int]:
    answer = ask(who, **query)
    assert answer.status == 200, answer.text
    assert answer.json["count"] == len(answer.json["suggestions"])
    return list(answer.json["suggestions"])


def ask_mutual(who: Person, whom: Person, **query: Any) -> Answer:
    return who.at(door).send(
        "GET /api/v1/graph/mutual/{user_id}",
        query={name: str(value) for name, value in query.items()},
        user_id=whom.user_id,
    )


def mutual(who: Person, whom: Person, **query: Any) -> list[int]:
    answer = ask_mutual(who, whom, **query)
    assert answer.status == 200, answer.text
    assert (answer.json["user_id"], answer.json["other_user_id"]) == (who.user_id, whom.user_id)
    return list(answer.json["mutual_followers"])


def ids(*people: Person) -> list[int]:
    return [person.user_id for person in people]


def stand(table: Table, who: Person, whom: Person, **how: Any) -> None:
    """Store how somebody stands to another."""
    wish = {"state": FollowState.NONE, "revision": new_id()}
    table.put(RelationItem.at(wish | how, user_id=who.user_id, other_id=whom.user_id))


def is_now(table: Table, who: Person, **how: Any) -> None:
    """Store somebody's profile anew."""
    table.put(UserItem.at({"username": who.username} | how, user_id=who.user_id))


@contextmanager
def counted(table: Table, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Note what the table is asked."""
    calls: list[str] = []
    call = table.call

    def noted(operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        calls.append(operation)
        return call(operation, arguments)

    with monkeypatch.context() as patch:
        patch.setattr(table, "call", noted)
        yield calls


def accounts(table: Table, count: int) -> list[int]:
    """Store accounts that never ask for anything, and return their identifiers."""
    user_ids = [new_id() for _ in range(count)]
    batches.put_all(table, [UserItem.at({"username": f"u{each}"}, user_id=each) for each in user_ids])
    return user_ids


def listed(kind: type[FollowingItem | FollowerItem], user_id: int, other_ids: Sequence[int]) -> list[Item]:
    return [kind.at({"other_id": each}, user_id=user_id, entry_id=new_id()) for each in other_ids]


def test_who_follows_nobody_is_suggested_nobody(join: Join) -> None:
    answer = ask(join("ann"), explain=1)
    assert (answer.status, answer.json) == (200, {"suggestions": [], "count": 0, "explanations": []})


def test_those_come_first_whom_most_friends_follow_and_of_as_many_the_newest(
    table: Table, join: Join
) -> None:
    ann, bob, cat, dan = join("ann"), join("bob"), join("cat"), join("dan")
    all_follow, two_follow, one_follows, another = join("eve"), join("fay"), join("gil"), join("hal")
    for friend in (bob, cat, dan):
        make_edge(table, ann, friend)
        make_edge(table, friend, all_follow)
    make_edge(table, bob, two_follow)
    make_edge(table, dan, two_follow)
    make_edge(table, bob, one_follows)
    make_edge(table, cat, another)
    assert suggested(ann) == ids(all_follow, two_follow, another, one_follows)
    assert suggested(ann, limit=2) == ids(all_follow, two_follow)


def test_an_explanation_names_the_friends_in_common_and_is_only_given_when_asked_for(
    table: Table, join: Join
) -> None:
    ann, bob, cat, eve, fay = join("ann"), join("bob"), join("cat"), join("eve"), join("fay")
    for friend in (bob, cat):
        make_edge(table, ann, friend)
        make_edge(table, friend, eve)
    make_edge(table, bob, fay)
    assert ask(ann, explain=1).json == {
        "suggestions": ids(eve, fay),
        "count": 2,
        "explanations": [
            {"user_id": eve.user_id, "common": 2, "through": ids(cat, bob)},
            {"user_id": fay.user_id, "common": 1, "through": ids(bob)},
        ],
    }
    assert set(ask(ann).json) == {"suggestions", "count"}
    assert ask(ann, explain=0).json == ask(ann).json


def test_one_is_never_suggested_to_oneself(table: Table, join: Join) -> None:
    ann, bob, eve = join("ann"), join("bob"), join("eve")
    make_edge(table, ann, bob)
    make_edge(table, bob, ann)
    make_edge(table, bob, eve)
    assert suggested(ann) == ids(eve)


OUT: dict[str, Callable[[Table, Person, Person], object]] = {
    "followed": make_edge,
    "pending": partial(make_edge, state=FollowState.PENDING),
    "refused": lambda table, ann, eve: stand(table, ann, eve, state=FollowState.REJECTED, edge_id=new_id()),
    "blocked": lambda table, ann, eve: stand(table, ann, eve, block_id=new_id()),
    "blocking": lambda table, ann, eve: stand(table, ann, eve, is_blocked=True),
    "muted": lambda table, ann, eve: stand(table, ann, eve, mute_id=new_id()),
    "suspended": lambda table, _ann, eve: is_now(table, eve, standing=Standing.SUSPENDED),
    "deleted": lambda table, _ann, eve: is_now(table, eve, standing=Standing.DELETED),
    "erased": lambda table, _ann, eve: write(table, Delete(UserItem.at(user_id=eve.user_id))),
}


@pytest.mark.parametrize("why", OUT)
def test_whom_one_follows_or_must_not_see_or_does_not_want_to_is_not_suggested(
    table: Table, join: Join, why: str
) -> None:
    ann, bob, eve, fay = join("ann"), join("bob"), join("eve"), join("fay")
    make_edge(table, ann, bob)
    make_edge(table, bob, eve)
    make_edge(table, bob, fay)
    assert suggested(ann) == ids(fay, eve)
    OUT[why](table, ann, eve)
    assert suggested(ann) == ids(fay)


@pytest.mark.parametrize(
    "how", [{"is_private": True}, {"standing": Standing.SUSPENDED}, {"standing": Standing.DELETED}], ids=str
)
def test_whom_a_private_or_inactive_account_follows_is_not_given_away(
    table: Table, join: Join, how: dict[str, Any]
) -> None:
    ann, bob, cat, eve, fay = join("ann"), join("bob"), join("cat"), join("eve"), join("fay")
    for friend in (bob, cat):
        make_edge(table, ann, friend)
        make_edge(table, friend, fay)
    make_edge(table, bob, eve)
    assert suggested(ann) == ids(fay, eve)
    is_now(table, bob, **how)
    answer = ask(ann, explain=1).json
    assert answer["explanations"] == [{"user_id": fay.user_id, "common": 1, "through": ids(cat)}]
    assert answer["suggestions"] == ids(fay)


def test_a_private_account_is_suggested_like_any_other(table: Table, join: Join) -> None:
    ann, bob, eve = join("ann"), join("bob"), join("eve", is_private=True)
    make_edge(table, ann, bob)
    make_edge(table, bob, eve)
    assert suggested(ann) == ids(eve)


def test_candidates_that_drop_out_are_replaced_as_long_as_there_are_rounds(table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    make_edge(table, ann, bob)
    looked_at = (1 + SPARE) * ROUNDS
    others = accounts(table, looked_at)
    batches.put_all(table, listed(FollowingItem, bob.user_id, others))
    left, *muted = others
    relations = [
        RelationItem.at(
            {"state": "none", "mute_id": new_id(), "revision": 1}, user_id=ann.user_id, other_id=each
        )
        for each in muted
    ]
    batches.put_all(table, relations)
    assert suggested(ann, limit=1) == [left]
    (newer,) = accounts(table, 1)
    batches.put_all(table, listed(FollowingItem, bob.user_id, [newer]))
    assert suggested(ann, limit=1) == [newer]
    batches.put_all(
        table,
        [
            RelationItem.at(
                {"state": "pending", "edge_id": 1, "revision": 1}, user_id=ann.user_id, other_id=newer
            )
        ],
    )
    assert suggested(ann, limit=1) == [], "there is an end to looking"


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 101}, {"limit": "ten"}, {"explain": "2"}, {"explain": "yes"}]
)
def test_a_query_that_cannot_be_is_invalid(join: Join, query: dict[str, Any]) -> None:
    answer = ask(join("ann"), **query)
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == list(query)


def test_the_calls_of_suggestions_have_a_bound_whatever_is_followed(
    table: Table, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = join("ann")
    friends, others = accounts(table, 150), accounts(table, 150)
    batches.put_all(table, listed(FollowingItem, ann.user_id, friends))
    partitions = {FollowingItem.pattern.key(user_id=each, entry_id=1)[0] for each in friends}
    call = table.call

    def with_lists(operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Answer what each friend follows: that many items take moto minutes to store."""
        if operation != "Query" or arguments["ExpressionAttributeValues"][":pk"]["S"] not in partitions:
            return call(operation, arguments)
        items = [{"other_id": {"N": str(each)}} for each in reversed(others)]
        return {"Items": items[: arguments["Limit"]]}

    monkeypatch.setattr(table, "call", with_lists)
    suggested(ann)  # the buckets are not empty any more
    with counted(table, monkeypatch) as calls:
        answer = ask(ann, explain=1).json
    assert answer["suggestions"] == sorted(others, reverse=True)[:10]
    assert {each["common"] for each in answer["explanations"]} == {FRIENDS}
    one_round = "BatchGetItem"
    assert Counter(calls) == Counter([*ADMISSION, *["Query"] * (1 + FRIENDS), "BatchGetItem", one_round])


def test_beyond_the_bounds_the_newest_stand_for_all(
    table: Table, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (FRIENDS, EACH, FOLLOWED) == (100, 300, 1_000)
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    old, new, newest = join("eve"), join("fay"), join("gil")
    for friend in (bob, cat):
        make_edge(table, ann, friend)
    make_edge(table, bob, old)
    for other in (old, new, newest):
        make_edge(table, cat, other)
    assert suggested(ann) == ids(old, newest, new)
    monkeypatch.setattr(friends_of_friends, "FRIENDS", 1)
    assert suggested(ann) == ids(newest, new, old)
    monkeypatch.setattr(friends_of_friends, "EACH", 2)
    assert suggested(ann) == ids(newest, new)
    make_edge(table, ann, newest)
    make_edge(table, newest, bob)
    monkeypatch.setattr(friends_of_friends, "FOLLOWED", 1)
    assert suggested(ann) == [], "also whom one has followed for longest is never suggested"


def a_graph(
    table: Table, join: Join
) -> tuple[list[Person], set[tuple[int, int]], dict[int, Standing], set[int]]:
    """Make 32 people at random: some private or suspended, a few in the centre whom many follow."""
    chance = random.Random(7)  # noqa: S311  # the same people every time
    people = [join(f"user{number:02}", is_private=number % 8 == 5) for number in range(32)]
    standings = {
        person.user_id: Standing.SUSPENDED if place % 13 == 12 else Standing.ACTIVE
        for place, person in enumerate(people)
    }
    edges: set[tuple[int, int]] = set()
    for follower in people:
        for followee in people:
            if follower is not followee and chance.random() < (0.5 if followee in people[:6] else 0.12):
                make_edge(table, follower, followee)
                edges.add((follower.user_id, followee.user_id))
    for person in people:
        if standings[person.user_id] is Standing.SUSPENDED:
            is_now(table, person, standing=Standing.SUSPENDED)
    return people, edges, standings, {person.user_id for person in people[5::8]}


def test_suggestions_and_mutual_followers_are_those_of_a_direct_computation(
    table: Table, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, edges, standings, private = a_graph(table, join)
    # Each list is read once: for every query moto sorts all that it has.
    monkeypatch.setattr(FollowStore, "newest_ids", cache(FollowStore.newest_ids))
    everyone = [person.user_id for person in people]
    active = {each for each in everyone if standings[each] is Standing.ACTIVE}
    told, hidden = 0, 0
    for viewer in people:
        me = viewer.user_id
        common = Counter(
            other
            for friend, other in edges
            if (me, friend) in edges and friend in active - private
            if other in active - {me} and (me, other) not in edges
        )
        best = sorted(common, key=lambda each: (-common[each], -each))
        explained = ask(viewer, limit=40, explain=1).json["explanations"]
        assert [(each["user_id"], each["common"]) for each in explained] == [
            (each, common[each]) for each in best
        ]
        for other in everyone:
            if other not in active or (other in private and other != me and (me, other) not in edges):
                hidden += 1
                with pytest.raises(UserNotFound):
                    wiring.mutuals().between(me, other)
                continue
            both = {
                each
                for each in active
                if {(each, me), (each, other)} <= edges
                if me == other or each not in private or (me, each) in edges
            }
            told += len(both)
            found = wiring.mutuals().between(me, other)
            assert (set(found), len(found)) == (both, len(both))
    assert told > 500
    assert hidden > 100


def test_mutual_followers_follow_both_the_newest_first(table: Table, join: Join) -> None:
    ann, bob, cat, dan, eve = join("ann"), join("bob"), join("cat"), join("dan"), join("eve")
    for follower in (cat, dan, eve):
        make_edge(table, follower, ann)
    assert mutual(ann, bob) == []
    for follower in (eve, cat, ann):
        make_edge(table, follower, bob)
    assert sorted(mutual(ann, bob)) == sorted(ids(cat, eve))
    answer = ask_mutual(ann, bob, limit=1).json
    assert (len(answer["mutual_followers"]), answer["count"]) == (1, 2)
    assert mutual(ann, ann) == ids(eve, dan, cat), "with oneself one shares all one's followers"


@pytest.mark.parametrize(
    "how", [{"standing": Standing.SUSPENDED}, {"standing": Standing.DELETED}, {"is_private": True}], ids=str
)
def test_the_followers_of_an_account_that_one_may_not_see_are_not_told(
    table: Table, join: Join, how: dict[str, Any]
) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    make_edge(table, cat, ann)
    make_edge(table, cat, bob)
    assert mutual(ann, bob) == ids(cat)
    is_now(table, bob, **how)
    refused = ask_mutual(ann, bob)
    assert (refused.status, refused.json["code"]) == (404, "user_not_found")
    make_edge(table, ann, bob)
    assert ask_mutual(ann, bob).status == (200 if "is_private" in how else 404)


@pytest.mark.parametrize("how", [{"block_id": 1}, {"is_blocked": True}], ids=str)
def test_nothing_is_told_of_who_blocks_or_is_blocked(table: Table, join: Join, how: dict[str, Any]) -> None:
    ann, bob = join("ann"), join("bob")
    assert ask_mutual(ann, bob).status == 200
    stand(table, ann, bob, **how)
    assert ask_mutual(ann, bob).status == 404


def test_an_account_that_never_was_is_not_found(join: Join) -> None:
    ann = join("ann")
    answer = ann.at(door).send("GET /api/v1/graph/mutual/{user_id}", user_id=ann.user_id + 1)
    assert (answer.status, answer.json["code"]) == (404, "user_not_found")


@pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.DELETED])
def test_a_mutual_follower_who_is_not_active_is_neither_named_nor_counted(
    table: Table, join: Join, standing: Standing
) -> None:
    ann, bob, cat, dan = join("ann"), join("bob"), join("cat"), join("dan")
    for follower in (cat, dan):
        make_edge(table, follower, ann)
        make_edge(table, follower, bob)
    assert ask_mutual(ann, bob).json["count"] == 2
    is_now(table, cat, standing=standing)
    answer = ask_mutual(ann, bob).json
    assert (answer["mutual_followers"], answer["count"]) == (ids(dan), 1)


def test_mutual_followers_stay_exact_as_long_as_one_side_is_short(
    table: Table, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (LISTED, KNOWN) == (500, 200)
    monkeypatch.setattr(mutuals, "LISTED", 3)
    ann, bob, *followers = (join(f"user{number}") for number in range(9))
    for follower in followers:
        make_edge(table, follower, bob)
    for follower in (followers[0], followers[5]):
        make_edge(table, follower, ann)
    with counted(table, monkeypatch) as calls:
        assert mutual(ann, bob) == ids(followers[5], followers[0])
    assert Counter(calls) == Counter([*ADMISSION, *["Query"] * 3, *["BatchGetItem"] * 3])
    assert mutual(bob, ann) == ids(followers[5], followers[0])


def test_of_two_with_many_followers_the_newest_of_the_one_with_fewer_are_looked_at(
    table: Table, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mutuals, "LISTED", 3)
    ann, bob, *followers = (join(f"user{number}") for number in range(9))
    for follower in followers:
        make_edge(table, follower, bob)
    for follower in (followers[6], *followers[:4]):
        make_edge(table, follower, ann)
    for person, count in ((ann, 5), (bob, 7)):
        table.put(TallyItem.at({"followers": count}, user_id=person.user_id, shard="0"))
    assert mutual(ann, bob) == ids(*followers[3:0:-1])
    assert mutual(bob, ann) == ids(*followers[3:0:-1])
    table.put(TallyItem.at({"followers": 4}, user_id=bob.user_id, shard="0"))
    assert mutual(ann, bob) == ids(followers[6])
    monkeypatch.setattr(mutuals, "KNOWN", 1)
    table.put(TallyItem.at({"followers": 8}, user_id=bob.user_id, shard="0"))
    assert mutual(ann, bob) == ids(followers[3])


def test_the_calls_of_mutual_followers_have_a_bound_whatever_follows(
    table: Table, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, bob = join("ann"), join("bob")
    old, new = accounts(table, LISTED + 1), accounts(table, LISTED + 1)
    batches.put_all(table, listed(FollowerItem, ann.user_id, new))
    batches.put_all(table, listed(FollowerItem, bob.user_id, old))
    edges = [
        RelationItem.at(
            {"state": "accepted", "edge_id": 1, "revision": 1}, user_id=each, other_id=bob.user_id
        )
        for each in new
    ]
    batches.put_all(table, edges)
    mutual(ann, bob)  # the buckets are not empty any more
    with counted(table, monkeypatch) as calls:
        assert mutual(ann, bob, limit=100) == new[:-101:-1]
    lists_and_tallies, lookups, told = 2 + 2, LISTED // 100, 2 * KNOWN // 100
    assert Counter(calls) == Counter(
        [*ADMISSION, *["Query"] * lists_and_tallies, *["BatchGetItem"] * (1 + lookups + told)]
    )


def test_a_stance_that_is_blank_is_all_that_lets_somebody_be_suggested() -> None:
    assert Stance(1, 2).is_blank
    assert not Stance(1, 2, FollowState.REJECTED).is_blank
