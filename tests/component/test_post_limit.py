"""How many posts an account may make on one day."""

import pytest

from functions.post import wiring
from functions.post.api import door
from kith import deployment
from kith.domain import clock
from kith.domain.clock import DAY, HOUR, MINUTE, SECOND
from kith.domain.ids import Identifiers
from kith.table.connection import Table
from kith.table.items import PostedItem
from kith.table.users import UserStore
from tests.builders import Answer
from tests.component.conftest import Join, Person, everything
from tests.component.publishing import (
    before_its_write,
    delete,
    publish,
    publish_meanwhile,
    submit,
)

MIDNIGHT = 21_000 * DAY
"""The beginning of a day in UTC."""
LAST_MINUTE = MIDNIGHT - MINUTE


@pytest.fixture
def now(cloud: None, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What the clock says of a room that lets one post three times a day: a minute to midnight, UTC."""
    monkeypatch.setenv("KITH_MAX_POSTS_PER_DAY", "3")
    deployment.settings.cache_clear()
    present = [LAST_MINUTE]
    monkeypatch.setattr(wiring, "system_clock", lambda: present[0])
    monkeypatch.setattr(wiring, "Identifiers", lambda: Identifiers(lambda: present[0]))
    return present


def counted_today(table: Table, who: Person, now: int) -> int:
    item = table.get(PostedItem, user_id=who.user_id, day=clock.rfc3339(now)[:10])
    return 0 if item is None else int(item.posts)


def with_key(who: Person, key: str) -> Answer:
    return who.at(door).send(
        "POST /api/v1/posts", json_body={"text": "hello"}, headers={"idempotency-key": key}
    )


def test_the_fourth_post_of_a_day_is_too_many_and_the_next_day_starts_anew(
    now: list[int], table: Table, join: Join
) -> None:
    ann, bob = join("ann"), join("bob")
    for _ in range(3):
        publish(ann)
    before = everything()
    answer = submit(ann)
    assert (answer.status, answer.json["code"]) == (429, "rate_limited")
    assert answer.headers["retry-after"] == str(MINUTE // SECOND)
    assert answer.headers["ratelimit-limit"] == "3"
    assert answer.headers["ratelimit-remaining"] == "0"
    assert everything() == before
    assert submit(bob).status == 201
    now[0] = MIDNIGHT - 1
    assert submit(ann).headers["retry-after"] == "1"
    now[0] = MIDNIGHT
    for _ in range(3):
        publish(ann)
    now[0] += HOUR
    answer = submit(ann)
    assert (answer.status, answer.headers["retry-after"]) == (429, str((DAY - HOUR) // SECOND))
    assert UserStore(table).tally(ann.user_id).posts == 6


def test_what_is_not_published_is_not_counted(now: list[int], table: Table, join: Join) -> None:
    ann = join("ann")
    assert counted_today(table, ann, now[0]) == 0
    for refused in (submit(ann, ""), submit(ann, reply_to=12_345), submit(ann, media_ids=[12_345])):
        assert refused.status == 422
    assert counted_today(table, ann, now[0]) == 0
    for _ in range(3):
        publish(ann)
    assert counted_today(table, ann, now[0]) == 3
    assert submit(ann).status == 429
    assert counted_today(table, ann, now[0]) == 3


def test_the_same_request_again_is_counted_once_and_answered_when_there_is_no_more(
    now: list[int], table: Table, join: Join
) -> None:
    ann = join("ann")
    first = with_key(ann, "key-1")
    assert [with_key(ann, "key-1").text for _ in range(3)] == [first.text] * 3
    assert counted_today(table, ann, now[0]) == 1
    publish(ann)
    publish(ann)
    assert with_key(ann, "key-2").status == 429
    again = with_key(ann, "key-1")
    assert (again.status, again.text) == (201, first.text)
    now[0] = MIDNIGHT
    assert with_key(ann, "key-2").status == 201


def test_what_has_to_be_written_anew_is_counted_once(now: list[int], table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    root = publish(bob)
    with before_its_write(table, lambda: publish_meanwhile(bob, reply_to=root)):
        publish(ann, reply_to=root)
    assert counted_today(table, ann, now[0]) == 1
    assert counted_today(table, bob, now[0]) == 2


def test_a_deleted_post_stays_counted(now: list[int], table: Table, join: Join) -> None:
    ann = join("ann")
    for _ in range(3):
        assert delete(ann, publish(ann)).status == 204
    assert UserStore(table).tally(ann.user_id).posts == 0
    assert submit(ann).status == 429


def test_where_no_most_is_set_nothing_is_counted(table: Table, join: Join) -> None:
    ann = join("ann")
    for _ in range(5):
        publish(ann)
    assert [key for key in everything() if key[1].startswith("POSTED")] == []


def test_the_last_post_of_a_day_is_given_once_to_two_at_the_same_moment(
    now: list[int], table: Table, join: Join
) -> None:
    ann = join("ann")
    publish(ann)
    publish(ann)
    with before_its_write(table, lambda: publish_meanwhile(ann)):
        answer = submit(ann)
    assert answer.status == 429
    assert counted_today(table, ann, now[0]) == UserStore(table).tally(ann.user_id).posts == 3
