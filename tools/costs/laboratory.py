"""An empty AWS in this process in which requests are measured: by the rooms' own doors, with real tokens.

Time and chance are not the machine's: identifiers and times are stored, so their sizes must be the same on every run.
"""

import logging
import random
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from kith import deployment
from kith.domain import clock
from kith.domain.clock import DAY, system_clock
from kith.domain.feeds import Arrival, FeedEntry
from kith.domain.follows import FollowState
from kith.domain.ids import Identifiers
from kith.domain.posts import Post
from kith.domain.sessions import LIFETIME, Session, new_session_id
from kith.table import batches
from kith.table.connection import Table
from kith.table.feeds import FeedStore, entry_item
from kith.table.items import FollowerItem, FollowingItem, Item, RelationItem
from kith.table.keys import KeyStore
from kith.table.publication import Publication
from kith.table.sessions import SessionStore
from kith.table.transactions import Put, write
from kith.web.door import Door
from tests.builders import Answer
from tests.component.conftest import Person, empty_aws, joined
from tools.costs.emulator import spare, stored
from tools.costs.meter import Measurement, measured
from tools.openapi import doors

NOON = 1_767_268_800
"""2026-01-01T12:00:00Z, in seconds: when every run begins."""
MILLISECOND = 1_000_000
"""In nanoseconds; that much goes by whenever somebody asks for the time."""
RETENTION = 30 * DAY


@dataclass(frozen=True, slots=True)
class Row:
    """One measured request; `route` is as a door declares it, `GET /api/v1/feed`."""

    room: str
    route: str
    situation: str
    measurement: Measurement


@dataclass(frozen=True, slots=True)
class Laboratory:
    """Where requests are made, and some of them measured."""

    table: Table
    doors: dict[str, Door]
    """By route."""
    rows: list[Row] = field(default_factory=list)
    new_id: Identifiers = field(default_factory=Identifiers)

    def do(self, who: Person, route: str, **request: Any) -> Any:  # noqa: ANN401  # JSON, and what a client takes
        """Make a request and return what it answers, without counting it.

        Raises:
            RuntimeError: it is refused.
        """
        return _content(route, who.at(self.doors[route]).send(route, **request))

    def measure(self, situation: str, who: Person, route: str, **request: Any) -> Any:  # noqa: ANN401  # the same
        """Make a request, count what it asks of the table, and return what it answers.

        Raises:
            RuntimeError: it is refused.
        """
        content, measurement = measured(self.table, stored, lambda: self.do(who, route, **request))
        self.rows.append(Row(self.doors[route].room, route, situation, measurement))
        return content

    def person(self, username: str, *, is_private: bool = False) -> Person:
        """Return a new account."""
        return joined(username, is_private=is_private, user_id=self.new_id())

    def people(self, name: str, number: int) -> list[Person]:
        """Return new accounts."""
        return [self.person(f"{name}{place}") for place in range(number)]

    def publish(self, who: Person, **fields: Any) -> int:  # noqa: ANN401  # as a post has them
        """Publish a post and return its identifier."""
        return int(self.do(who, "POST /api/v1/posts", json_body=fields)["post_id"])

    def put(self, items: Iterable[Item]) -> None:
        """Store items."""
        batches.put_all(self.table, list(items))

    def store(self, post: Post, reference: Post | None = None) -> int:
        """Store a post as publishing it would, and return its identifier; counts stay as they are.

        `reference` is what it answers and quotes, if anything.
        """
        own_entry = entry_item(
            FeedEntry(post.author_id, post.post_id, post.author_id, Arrival.OWN), retention=RETENTION
        )
        operations = Publication(post, own_entry, answers=reference, quotes=reference).operations()
        self.put(operation.item for operation in operations if isinstance(operation, Put))
        return post.post_id

    def connect(self, edges: Iterable[tuple[Person, Person]]) -> None:
        """Let the first of each pair follow the second; counts stay as they are."""
        items: list[Item] = []
        for follower, followee in edges:
            edge_id, mine, theirs = self.new_id(), follower.user_id, followee.user_id
            wish = {"state": FollowState.ACCEPTED, "edge_id": edge_id, "revision": edge_id}
            items += [
                RelationItem.at(wish, user_id=mine, other_id=theirs),
                FollowerItem.at({"other_id": mine}, user_id=theirs, entry_id=edge_id),
                FollowingItem.at({"other_id": theirs}, user_id=mine, entry_id=edge_id),
            ]
        self.put(items)

    def log_in(self, who: Person, session_id: str | None = None) -> str:
        """Open a session and return its identifier."""
        now = system_clock()
        opened = session_id or new_session_id(who.user_id)
        write(self.table, SessionStore.opening(Session(who.user_id, opened, 0, 1, now, now, now + LIFETIME)))
        return opened

    def deliver(self, reader: Person, posts: Sequence[tuple[Person, int]]) -> None:
        """Put posts, each with its author, into a reader's feed."""
        entries = [
            FeedEntry(reader.user_id, post_id, author.user_id, Arrival.PUSHED) for author, post_id in posts
        ]
        FeedStore(self.table).deliver(entries, retention=RETENTION)


@contextmanager
def laboratory() -> Iterator[Laboratory]:
    """Provide an empty laboratory. Its functions know the key that signs cursors, as warm ones do."""
    nanoseconds = count(NOON * 1_000 * MILLISECOND, MILLISECOND)
    chance = random.Random(0)  # noqa: S311  # to be the same on every run
    with pytest.MonkeyPatch.context() as patch, empty_aws(patch), _quiet():
        patch.setattr(clock, "time", SimpleNamespace(time_ns=lambda: next(nanoseconds)))
        patch.setattr(secrets, "randbits", chance.getrandbits)
        patch.setattr(secrets, "randbelow", chance.randrange)
        patch.setattr(KeyStore, "cursor_key", lambda _: bytes(32))
        spare(patch)
        found = {f"{route.method} {route.path}": door for door in doors() for route in door.routes}
        yield Laboratory(deployment.table(), found)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what rooms log of each request to themselves."""
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def _content(route: str, answer: Answer) -> Any:  # noqa: ANN401  # JSON
    if answer.status >= 400:  # noqa: PLR2004  # as HTTP numbers them
        raise RuntimeError(f"{route} answered {answer.status}: {answer.text}")
    return answer.json if answer.text else None
