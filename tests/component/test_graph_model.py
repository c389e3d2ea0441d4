"""The follow graph against a few plain lines that say what it should be, through the real doors."""

import random
from collections import Counter
from collections.abc import Callable
from itertools import permutations

import pytest

from functions.block.api import door as block_door
from functions.connection.api import door as connection_door
from functions.follow.api import door as follow_door
from functions.profile.api import door as profile_door
from functions.relationship.api import door as relationship_door
from kith.table.connection import Table
from kith.table.items import (
    BlockItem,
    FollowerItem,
    FollowingItem,
    HiddenItem,
    HiderItem,
    Item,
    MuteItem,
    RejectedItem,
    RelationItem,
    RequestItem,
    TallyItem,
)
from kith.table.tallies import TallyStore
from kith.table.users import UserStore
from tests.component.conftest import Join, Person, everything
from tests.component.graph_oracle import Edge, GraphOracle

NAMES = ("ann", "bob", "cat", "dan", "eve")
STEPS = 120


Act = Callable[[Person, Person], int]


def sending(route: str, room: str) -> Act:
    doors = {"follow": follow_door, "block": block_door}
    return lambda who, whom: who.at(doors[room]).send(route, user_id=whom.user_id).status


def deciding(action: str) -> Act:
    def decide(who: Person, whom: Person) -> int:
        route = "POST /api/v1/graph/requests/{follower_id}"
        body = {"action": action}
        return who.at(follow_door).send(route, json_body=body, follower_id=whom.user_id).status

    return decide


ACTS: dict[str, tuple[Act, Callable[[GraphOracle, str, str], int]]] = {
    "follow": (sending("POST /api/v1/graph/follow/{user_id}", "follow"), GraphOracle.follow),
    "unfollow": (sending("DELETE /api/v1/graph/unfollow/{user_id}", "follow"), GraphOracle.unfollow),
    "remove": (sending("DELETE /api/v1/graph/followers/{user_id}", "follow"), GraphOracle.remove),
    "accept": (deciding("accept"), GraphOracle.accept),
    "reject": (deciding("reject"), GraphOracle.reject),
    "block": (sending("POST /api/v1/graph/block/{user_id}", "block"), GraphOracle.block),
    "unblock": (sending("DELETE /api/v1/graph/block/{user_id}", "block"), GraphOracle.unblock),
    "mute": (sending("POST /api/v1/graph/mute/{user_id}", "block"), GraphOracle.mute),
    "unmute": (sending("DELETE /api/v1/graph/mute/{user_id}", "block"), GraphOracle.unmute),
}
WEIGHTS = {"follow": 6, "accept": 3, "unfollow": 2, "reject": 2}


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_done_the_graph_is_what_it_should_be(table: Table, join: Join, seed: int) -> None:
    chance, model = random.Random(seed), GraphOracle()  # noqa: S311  # to be repeated, not secret
    people = {name: join(name) for name in NAMES}
    for _ in range(STEPS):
        one, other = chance.sample(NAMES, 2)
        if chance.random() < 0.1:
            toggle_privacy(people[one], model)
        elif chance.random() < 0.05:
            user = UserStore(table).by_id(people[one].user_id)
            assert user is not None
            TallyStore(table).spread(user)
        else:
            name = chance.choices(list(ACTS), [WEIGHTS.get(each, 1) for each in ACTS])[0]
            act, expected = ACTS[name]
            assert act(people[one], people[other]) == expected(model, one, other), (name, one, other)
    check_items(table, people, model)
    check_answers(people, model)


def toggle_privacy(person: Person, model: GraphOracle) -> None:
    model.private ^= {person.username}
    change = {"is_private": person.username in model.private}
    assert person.at(profile_door).send("PATCH /api/v1/users/me", json_body=change).status == 200


def check_items(table: Table, people: dict[str, Person], model: GraphOracle) -> None:
    """Check every item of the graph, in both directions, and every counter against a recount."""
    names = {person.user_id: name for name, person in people.items()}
    items = [Item.from_raw_data(raw) for raw in everything().values()]

    def edges(kind: type[Item]) -> set[Edge]:
        return {
            (names[item.values["user_id"]], names[int(item.other_id)])  # type: ignore[attr-defined]  # a list's
            for item in items
            if isinstance(item, kind)
        }

    def flipped(found: set[Edge]) -> set[Edge]:
        return {(other, one) for one, other in found}

    assert edges(FollowingItem) == flipped(edges(FollowerItem)) == model.follows
    assert flipped(edges(RequestItem)) == model.asks
    assert flipped(edges(RejectedItem)) == model.rejected
    assert (edges(BlockItem), edges(MuteItem)) == (model.blocks, model.mutes)
    relations = [item for item in items if isinstance(item, RelationItem)]
    states = Counter(item.state for item in relations)
    assert (states["accepted"], states["pending"], states["rejected"]) == (
        len(model.follows),
        len(model.asks),
        len(model.rejected),
    )
    hidden = {
        (i.values["user_id"], i.values["author_id"], i.values["reason"])
        for i in items
        if isinstance(i, HiddenItem)
    }
    hiders = {
        (i.values["reader_id"], i.values["user_id"], i.values["reason"])
        for i in items
        if isinstance(i, HiderItem)
    }
    assert hidden == hiders
    for name, person in people.items():
        shards = [i for i in items if isinstance(i, TallyItem) and i.values["user_id"] == person.user_id]
        assert {shard.is_private for shard in shards} == {name in model.private}
        assert sum(shard.wishes for shard in shards) == len(
            [e for e in model.follows | model.asks if e[0] == name]
        )
        tally = UserStore(table).tally(person.user_id)
        assert tally.followers == len([edge for edge in model.follows if edge[1] == name])
        assert tally.following == len([edge for edge in model.follows if edge[0] == name])
        assert tally.requests == len([edge for edge in model.asks if edge[1] == name])
        assert tally.blocks == len([edge for edge in model.blocks if edge[0] == name])
        assert tally.mutes == len([edge for edge in model.mutes if edge[0] == name])


def check_answers(people: dict[str, Person], model: GraphOracle) -> None:
    """Check what each is told of each."""
    for one, other in permutations(NAMES, 2):
        who, whom = people[one], people[other]
        read = who.at(relationship_door).send(
            "GET /api/v1/graph/relationship/{user_id}", user_id=whom.user_id
        )
        listed = who.at(connection_door).send("GET /api/v1/graph/followers/{user_id}", user_id=whom.user_id)
        if model.severed(one, other):
            assert (read.status, listed.status) == (404, 404)
            continue
        assert read.json["is_following"] == ((one, other) in model.follows)
        assert read.json["is_requested"] == ((other, one) in model.asks)
        knows = other not in model.private or (one, other) in model.follows
        assert listed.status == (200 if knows else 404)
        if knows:
            expected = {
                follower
                for follower, followee in model.follows
                if followee == other
                and not model.severed(one, follower)
                and (follower not in model.private or follower == one or (one, follower) in model.follows)
            }
            assert {entry["user_id"] for entry in listed.json["followers"]} == {
                people[name].user_id for name in expected
            }
