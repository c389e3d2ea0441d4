"""Feeds against a few plain lines that say what they should be, whatever people do and however late it is delivered.

`KITH_HISTORIES=1000` lets so many histories happen, `KITH_SEED=7` others than those that always do.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings

from functions.feed.api import door as feed_door
from kith import deployment
from kith.domain import ids
from kith.domain.clock import MINUTE, SECOND
from kith.table.items import FeedEntryItem, Item
from kith.table.keys import KeyStore
from kith.web.seals import opened
from tests.component.conftest import start_cold
from tests.component.delivering import SlowClock, small_world, stored
from tests.component.feed_oracle import (
    CELEBRATED,
    FORGOTTEN,
    NAMES,
    PAGE_SIZES,
    Command,
    Reason,
    Step,
    histories,
)
from tests.component.following import forget_everything, user_of
from tests.component.town import Town

NEWEST = ids.LIMIT
KEPT, MANY = 4, 1_000
"""Cursors that people keep for long; messages, more than there are."""
Shown = list[dict[str, Any]]


@dataclass
class Walk:
    """A feed that somebody has begun to read: after which post it goes on, and with which cursor."""

    reader: str
    after: int
    cursor: str


@dataclass
class ReadingTown(Town):
    """One whose people also read, at any time, and of which it can be said whether everything is as it should be."""

    walks: list[Walk] = field(default_factory=list)

    def begin(self, name: str, limit: int) -> None:
        """Begin to read a feed."""
        _, walk = self.read(name, limit)
        self.walks += [walk] if walk else []

    def read_on(self, place: int, limit: int) -> None:
        """Read on where somebody has stopped, however long ago."""
        if self.walks:
            walk = self.walks.pop(place % len(self.walks))
            _, following = self.read(walk.reader, limit, walk)
            self.walks += [following] if following else []

    def _place_of(self, name: str, cursor: str) -> int:
        """Return the place that a cursor stands for: a page may end below all that it shows."""
        key = KeyStore(deployment.table()).cursor_key()
        place = opened(cursor, key, f"{self.people[name].user_id} feed")
        assert place is not None
        return int(place)

    def read(self, name: str, limit: int, walk: Walk | None = None) -> tuple[Shown, Walk | None]:
        """Read a page of a feed, and see that nothing is in it that may not be; return also how to go on."""
        self.look()
        query = {"limit": str(limit)} | ({"cursor": walk.cursor} if walk else {})
        answer = self.at(name, feed_door).send("GET /api/v1/feed", query=query)
        assert answer.status == 200, answer.text
        items: Shown = answer.json["items"]
        shown = [item["post"]["post_id"] for item in items]
        before, cursor = walk.after if walk else NEWEST, answer.json["next_cursor"]
        in_order = sorted({each for each in shown if each < before}, reverse=True)
        assert shown == in_order[:limit], "in order, once"
        for item in items:
            post = item["post"]
            reasons = self.oracle.reasons(name, post["post_id"], at_rest=False)
            assert self.reason(item) in reasons, (name, item)
            assert post["quoted"] is None or self.oracle.sees(name, post["quoted"]["post_id"]), (name, item)
        end = 0 if cursor is None else self._place_of(name, cursor)
        mine = {post_id for post_id, post in self.oracle.posts.items() if post.author == name}
        own = {post_id for post_id in mine if end < post_id < before}
        assert own <= set(shown), "what one has written one can read"
        return items, None if cursor is None else Walk(name, end, cursor)

    def reason(self, item: dict[str, Any]) -> Reason:
        names = {person.user_id: name for name, person in self.people.items()}
        by = item["reason"].get("by")
        return item["reason"]["kind"], None if by is None else names[by]

    def walked(self, name: str, walk: Walk | None = None) -> Shown:
        """Read a feed to its end, in pages of some size."""
        limit = self.chance.choice(PAGE_SIZES)
        found, walk = self.read(name, limit, walk)
        while walk is not None:
            more, walk = self.read(name, limit, walk)
            found += more
        return found

    def check_at_rest(self) -> None:
        """Deliver everything, and see that all feeds are as they should be."""
        self.bag.rest()
        self.look()
        assert not [edge for edge in self.opened if edge[1] not in self.oracle.private]
        self.opened.clear()
        self.clock.now += 4 * SECOND  # functions remember for so long what celebrities have published
        self.walks = self.walks[-KEPT:]
        for walk in self.walks:
            self.check_feed(walk.reader, self.walked(walk.reader, walk), before=walk.after)
        for name in NAMES:
            self.check_feed(name, self.walked(name))
        self.bag.gather()
        self.bag.rest()
        self.clock.now += 2 * MINUTE  # what is younger is not audited
        for name in NAMES:
            report = self.at(name, feed_door).send("GET /api/v1/feed/audit")
            found = {key: report.json[key] for key in ("checked", "missing", "extra", "duplicates")}
            expected = {"checked": len(self.oracle.feed(name)), "missing": [], "extra": [], "duplicates": []}
            assert found == expected, (name, report.text)
        self.check_fame()
        self.check_table()

    def check_feed(self, name: str, items: Shown, before: int = NEWEST) -> None:
        shown = [item["post"]["post_id"] for item in items]
        assert shown == [post_id for post_id in self.oracle.feed(name) if post_id < before], name
        for item in items:
            assert self.reason(item) in self.oracle.reasons(name, item["post"]["post_id"]), (name, item)

    def check_fame(self) -> None:
        for name, person in self.people.items():
            followers, is_celebrity = self.oracle.followers(name), user_of(person).is_celebrity
            assert is_celebrity or followers < CELEBRATED, name
            assert not is_celebrity or followers >= FORGOTTEN, name

    def check_table(self) -> None:
        """See that nothing tells of deleted posts, and that feeds hold nothing that nobody brought."""
        names = {person.user_id: name for name, person in self.people.items()}
        for raw in stored():
            text = json.dumps(raw)
            assert not [each for each in self.deleted if str(each) in text], raw
            item = Item.from_raw_data(raw) if "FEED#" in raw["PK"]["S"] else None
            if not isinstance(item, FeedEntryItem):
                continue
            reader_id, by_id = item.values["reader_id"], item.values["by_id"]
            if reader_id != by_id and (reader_id, by_id) not in self.strays:
                assert (names[reader_id], names[by_id]) in self.oracle.follows, (
                    names[reader_id],
                    names[by_id],
                )


def happen(clock: SlowClock, steps: Sequence[Step]) -> None:
    """Let a history happen, and see whether all feeds are as they should be."""
    forget_everything()
    start_cold()
    town = ReadingTown(clock)
    for step in [*steps, Step(len(steps), ("check_at_rest",))]:
        town.carry_out(step)


HISTORIES, SEED = int(os.environ.get("KITH_HISTORIES", "25")), os.environ.get("KITH_SEED")


def test_whatever_happens_feeds_are_what_they_should_be(monkeypatch: pytest.MonkeyPatch) -> None:
    with small_world(monkeypatch) as clock:

        @settings(
            max_examples=HISTORIES,
            derandomize=SEED is None,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(histories())
        def whatever(steps: list[Step]) -> None:
            happen(clock, steps)

        (whatever if SEED is None else seed(int(SEED))(whatever))()


@pytest.mark.parametrize(
    ("act", "number"), [("post", 0), ("post", 1), *(("repost", number) for number in range(4))]
)
def test_what_somebody_publishes_whose_fame_ends_reaches_who_came_to_follow_just_then(
    monkeypatch: pytest.MonkeyPatch, act: str, number: int
) -> None:
    published: Command = ("post", "ann", "public", None, 0) if act == "post" else ("repost", "ann", 0)
    meanwhile: list[Command] = [
        ("unfollow", "bob", "ann"),
        ("unfollow", "cat", "ann"),
        ("deliver", MANY),
        ("follow", "eve", "ann"),
        ("deliver", MANY),
    ]
    commands: list[Command] = [
        ("post", "fay", "public", None, 0),
        *[("follow", fan, "ann") for fan in ("bob", "cat", "dan")],
        ("check_at_rest",),
        ("meanwhile", number, published, *meanwhile),
    ]
    with small_world(monkeypatch) as clock:
        happen(clock, [Step(number, command) for number, command in enumerate(commands)])
