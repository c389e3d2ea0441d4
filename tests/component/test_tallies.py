"""How an account's counters are spread when many count at once."""

import pytest

from functions.follow import service
from functions.follow.api import door as follow_door
from functions.profile.api import door as profile_door
from kith.domain.users import User
from kith.table.connection import Table
from kith.table.follows import FollowStore
from kith.table.graph import GraphChange
from kith.table.items import TallyItem
from kith.table.tallies import SHARDS_MOST, TallyStore
from kith.table.users import UserStore
from tests.component.conftest import Join, Person


def user_of(table: Table, person: Person) -> User:
    user = UserStore(table).by_id(person.user_id)
    assert user is not None
    return user


def shards_of(table: Table, person: Person) -> list[TallyItem]:
    partition, _ = TallyItem.pattern.key(user_id=person.user_id, shard="0")
    items = table.query(partition, *TallyItem.pattern.sort_range, limit=100)
    return [item for item in items if isinstance(item, TallyItem)]


def follow(who: Person, whom: Person) -> int:
    answer = who.at(follow_door).send("POST /api/v1/graph/follow/{user_id}", user_id=whom.user_id)
    assert answer.status == 200, answer.text
    return int(answer.json["follower_count"])


def test_counters_are_spread_twice_as_far_each_time_and_stay_exact(table: Table, join: Join) -> None:
    star, *crowd = [join(f"person{number}") for number in range(13)]
    for place, person in enumerate(crowd, start=1):
        if place % 4 == 0:
            TallyStore(table).spread(user_of(table, star))
        assert follow(person, star) == place
    assert len(shards_of(table, star)) == user_of(table, star).tally_shards == 8
    for person in crowd:
        person.at(follow_door).send("DELETE /api/v1/graph/unfollow/{user_id}", user_id=star.user_id)
    assert UserStore(table).tally(star.user_id).followers == 0


def test_who_spreads_what_has_been_spread_meanwhile_changes_nothing(table: Table, join: Join) -> None:
    star = join("star")
    before = user_of(table, star)
    for _ in range(2):
        TallyStore(table).spread(before)
    assert user_of(table, star).tally_shards == len(shards_of(table, star)) == 2


def test_there_is_an_end_to_spreading(table: Table, join: Join) -> None:
    star = join("star")
    for _ in range(8):
        TallyStore(table).spread(user_of(table, star))
    assert user_of(table, star).tally_shards == len(shards_of(table, star)) == SHARDS_MOST


def test_going_private_reaches_every_counter(table: Table, join: Join) -> None:
    star, ann = join("star"), join("ann")
    for _ in range(3):
        TallyStore(table).spread(user_of(table, star))
    change = {"is_private": True}
    assert star.at(profile_door).send("PATCH /api/v1/users/me", json_body=change).status == 200
    assert [shard.is_private for shard in shards_of(table, star)] == [True] * 8
    answer = ann.at(follow_door).send("POST /api/v1/graph/follow/{user_id}", user_id=star.user_id)
    assert answer.json["status"] == "pending"


def test_a_follow_that_had_to_wait_for_others_spreads_the_counters(
    table: Table, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    star, ann = join("star"), join("ann")
    carry_out = FollowStore.carry_out

    def crowded(self: FollowStore, change: GraphChange) -> int:
        return carry_out(self, change) + service.CROWDED

    monkeypatch.setattr(FollowStore, "carry_out", crowded)
    follow(ann, star)
    assert user_of(table, star).tally_shards == 2
    assert UserStore(table).tally(star.user_id).followers == 1
