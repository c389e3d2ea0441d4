"""Whether feeds are what they should be, computed a second way, and mended."""

from typing import Any

import pytest

from functions.feed import wiring
from functions.feed.api import door
from functions.feed.audit import AUDITED_MOST
from functions.feed.on_schedule import handler as on_schedule
from functions.feed_fanout import wiring as fanout_wiring
from kith.domain.clock import DAY, MINUTE, SECOND, system_clock
from kith.domain.feeds import Arrival, FeedEntry
from kith.table import batches, connection
from kith.table.connection import Table
from kith.table.feeds import FeedStore
from kith.table.items import FeedStateItem, RecentItem
from tests.builders import LambdaContext
from tests.component.conftest import Join, Person, make_edge
from tests.component.erasing import taken_from
from tests.component.feeding import (
    RETENTION,
    Hands,
    brought,
    deliver,
    entries,
    follow,
    hands_of,
    happened,
    is_dormant,
    long_ago,
    made,
    mute,
    named,
    of_graph,
    published,
    read,
    reasons,
    shown,
    unfollow,
)
from tests.component.happening import publish
from tests.logged import lines_of, measured_in

WELL: dict[str, Any] = {"missing": [], "extra": [], "duplicates": [], "stale": 0}


@pytest.fixture
def clock(cloud: None, monkeypatch: pytest.MonkeyPatch) -> Hands:
    """What the time is to the feed and its fan-out; a sample is taken from all of the table."""
    monkeypatch.setattr(connection, "SEGMENTS", 1)
    return hands_of(monkeypatch, wiring, fanout_wiring)


def audited(who: Person) -> dict[str, Any]:
    answer = who.at(door).send("GET /api/v1/feed/audit")
    assert answer.status == 200, answer.text
    return dict(answer.json)


def missed(post_id: int, by: Person) -> dict[str, Any]:
    return {"post_id": post_id, "by_id": by.user_id, "cause": "not delivered"}


def lost(table: Table, reader: Person, post_id: int, by: Person) -> None:
    """Take an entry away behind everybody's back."""
    before = entries(reader)
    FeedStore(table).withdraw([post_id], [reader.user_id], by_id=by.user_id)
    assert len(entries(reader)) == len(before) - 1


def intruded(table: Table, reader: Person, post_id: int, by: Person) -> None:
    """Put an entry where nobody has brought it."""
    entry = FeedEntry(reader.user_id, post_id, by.user_id, Arrival.PUSHED)
    FeedStore(table).deliver([entry], retention=RETENTION)


def everything_there_is(join: Join) -> tuple[Person, dict[str, tuple[Person, int]]]:
    """Return a reader, and by whom there is a post of each kind in their feed."""
    ann, bob, cat, dan, star = join("ann"), join("bob"), join("cat"), join("dan"), named(join("star"))
    for author in (bob, cat, star):
        follow(ann, author)
    posts = {
        "following": (bob, published(bob)),
        "own": (ann, publish(ann)),
        "celebrity": (star, published(star)),
    }
    posts["repost"] = (cat, publish(dan))
    brought(cat, posts["repost"][1])
    return ann, posts


def test_a_feed_that_is_what_it_should_be_is_found_to_be(join: Join, clock: Hands) -> None:
    ann, posts = everything_there_is(join)
    clock.now += 2 * MINUTE
    before = entries(ann)
    assert audited(ann) == {"checked": len(posts), **WELL}
    assert entries(ann) == before
    assert audited(join("nobody")) == {"checked": 0, **WELL}


@pytest.mark.parametrize("kind", ["following", "own", "celebrity", "repost"])
def test_what_is_missing_is_found_and_put_back(table: Table, join: Join, clock: Hands, kind: str) -> None:
    ann, posts = everything_there_is(join)
    clock.now += 2 * MINUTE
    whole = shown(ann)
    assert len(whole) == 4
    by, post_id = posts[kind]
    if kind == "celebrity":
        batches.delete_all(table, [RecentItem.pattern.key(user_id=by.user_id)])
        clock.now += 10 * SECOND
    else:
        lost(table, ann, post_id, by)
    assert post_id not in shown(ann)
    assert audited(ann) == {"checked": 4, **WELL, "missing": [missed(post_id, by)]}
    assert audited(ann) == {"checked": 4, **WELL}
    assert shown(ann) == whole
    assert reasons(ann)[post_id]["kind"] == kind
    explained = {item["post"]["post_id"]: item["explanation"] for item in read(ann, explain=1).json["items"]}
    assert explained[post_id]["arrival"] == "rebuilt"


def test_what_nobody_has_brought_is_found_and_taken_away(table: Table, join: Join, clock: Hands) -> None:
    ann, posts = everything_there_is(join)
    stranger = join("stranger")
    post_id = publish(stranger)
    clock.now += 2 * MINUTE
    whole = shown(ann)
    intruded(table, ann, post_id, stranger)
    assert shown(ann) == [post_id, *whole]
    found = {"post_id": post_id, "by_id": stranger.user_id, "cause": "of nobody who is followed"}
    assert audited(ann) == {"checked": len(posts), **WELL, "extra": [found]}
    assert (shown(ann), audited(ann)) == (whole, {"checked": len(posts), **WELL})


def test_posts_of_the_last_minute_may_be_on_their_way(table: Table, join: Join, clock: Hands) -> None:
    ann, bob, stranger = join("ann"), join("bob"), join("stranger")
    follow(ann, bob)
    there, on_its_way, foreign = published(bob), publish(bob), publish(stranger)
    intruded(table, ann, foreign, stranger)
    assert audited(ann) == {"checked": 0, **WELL}
    assert shown(ann) == [foreign, there]
    clock.now += 2 * MINUTE
    found = audited(ann)
    assert found["checked"] == 2
    assert found["missing"] == [missed(on_its_way, bob)]
    assert [each["post_id"] for each in found["extra"]] == [foreign]
    assert shown(ann) == [on_its_way, there]


def test_what_is_out_of_sight_and_still_stored_is_neither_too_much_nor_too_little(
    join: Join, clock: Hands
) -> None:
    ann, posts = everything_there_is(join)
    clock.now += 2 * MINUTE
    bob, _ = posts["following"]
    unfollow(ann, bob)
    assert audited(ann) == {"checked": 3, **WELL, "stale": 1}
    happened(of_graph("unfollow", ann, bob))
    assert audited(ann) == {"checked": 3, **WELL}
    mute(ann, posts["celebrity"][0])
    assert audited(ann) == {"checked": 2, **WELL}


def test_of_a_long_feed_the_newest_are_looked_at_and_none_beyond_is_called_stale(
    table: Table, join: Join, clock: Hands
) -> None:
    ann, bob = join("ann"), join("bob")
    make_edge(table, ann, bob)
    posts = made(bob, AUDITED_MOST + 20, at=system_clock() - 2 * MINUTE)
    deliver(table, ann, bob, posts)
    assert audited(ann) == {"checked": AUDITED_MOST, **WELL}
    for place in (5, AUDITED_MOST + 10):
        lost(table, ann, posts[place], bob)
    assert audited(ann)["missing"] == [missed(posts[5], bob)]
    assert len(entries(ann)) == len(posts) - 1


def test_the_schedule_looks_at_some_feeds_mends_them_and_tells_how_much_they_had_drifted(
    table: Table, join: Join, clock: Hands
) -> None:
    ann, posts = everything_there_is(join)
    eve, bob = long_ago(join, "eve"), posts["following"][0]
    for reader in (ann, eve):
        clock.now -= 2 * DAY
        shown(reader)
        clock.now += 2 * DAY
    table.put(FeedStateItem.at({"seen_at": clock.now}, reader_id=ann.user_id))
    foreign = publish(join("stranger"))
    clock.now += 2 * MINUTE
    whole = shown(ann)
    lost(table, ann, posts["following"][1], bob)
    intruded(table, eve, foreign, join("other.stranger"))
    intruded(table, ann, foreign, join("third.stranger"))
    with lines_of("feed") as lines:
        assert on_schedule({}, LambdaContext()) == {"audited": 2, "drift": 3}
        assert (shown(ann), shown(eve)) == (whole, [])
        assert on_schedule({}, LambdaContext()) == {"audited": 2, "drift": 0}
    assert measured_in(lines, "FeedDrift") == [3, 0]
    assert measured_in(lines, "FeedsAudited") == [2, 2]


@pytest.mark.parametrize("how", ["by the schedule", "by its reader"])
def test_that_a_feed_is_looked_after_does_not_mean_that_its_reader_is_here(
    table: Table, join: Join, clock: Hands, how: str
) -> None:
    ann, bob = long_ago(join, "ann"), join("bob")
    clock.now -= 40 * DAY
    assert shown(ann) == []
    clock.now += 40 * DAY
    follow(ann, bob)
    post_id = published(bob)
    assert is_dormant(ann)
    clock.now += 2 * MINUTE
    state = table.get(FeedStateItem, reader_id=ann.user_id)
    assert state is not None
    if how == "by its reader":
        assert audited(ann) == {"checked": 1, **WELL}
    else:
        assert on_schedule({}, LambdaContext()) == {"audited": 1, "drift": 0}
    after = table.get(FeedStateItem, reader_id=ann.user_id)
    assert after is not None
    assert after.to_dynamodb_dict() == state.to_dynamodb_dict()
    assert (entries(ann), taken_from("merges")) == ([], [])
    second = published(bob)
    assert entries(ann) == [], "they are still left out"
    assert read(ann).json["rebuilding"] is True
    assert shown(ann) == [second, post_id]
