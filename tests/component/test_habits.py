"""By cost: what is looked at of an account, and what becomes of it when it begins or ceases to post."""

import pytest

from functions.follow import habits, wiring
from functions.follow.on_event import handler as on_event
from kith import deployment
from kith.domain.clock import DAY, system_clock
from kith.domain.delivery import Activity
from kith.domain.users import Tally
from kith.table.connection import Table
from kith.table.feed_states import FeedStateStore
from kith.table.follows import FollowStore
from kith.table.items import FeedStateItem
from kith.table.post_lists import PostListStore
from kith.table.transactions import Update, write
from tests.builders import queue_event
from tests.component.conftest import Join, Person, make_edge
from tests.component.erasing import NOTHING_FAILED
from tests.component.following import user_of
from tests.component.happening import publish

FROM = 2


@pytest.fixture
def fans(join: Join, table: Table, monkeypatch: pytest.MonkeyPatch) -> list[Person]:
    """Three who follow `star`, on a stage that decides by cost."""
    monkeypatch.setenv("KITH_DELIVERY_BY_COST_FROM", str(FROM))
    deployment.settings.cache_clear()
    wiring.jobs.cache_clear()
    return [join(name) for name in ("ann", "bob", "cat")]


@pytest.fixture
def star(join: Join, table: Table, fans: list[Person]) -> Person:
    person = join("star")
    for fan in fans:
        make_edge(table, fan, person)
    return person


def looked(table: Table, *, after: int = 0) -> habits.Habits:
    return habits.Habits(
        FROM,
        FollowStore(table),
        PostListStore(table),
        FeedStateStore(table),
        clock=lambda: system_clock() + after,
    )


def seen_ago(person: Person, days: int) -> None:
    item = FeedStateItem.at(reader_id=person.user_id)
    seen = system_clock() - days * DAY
    write(
        deployment.table(),
        Update(item, [FeedStateItem.seen_at.set(seen), FeedStateItem.kind.set(FeedStateItem)]),
    )


def judged(star: Person, monkeypatch: pytest.MonkeyPatch, *, followers: int, after: int = 0) -> bool:
    """Tell the room that the account has posted, some time from now; return whether it is pulled then."""
    with monkeypatch.context() as patch:
        patch.setattr("kith.table.users.UserStore.tally", lambda *_: Tally(followers=followers))
        patch.setattr(wiring, "system_clock", lambda: system_clock() + after)
        wiring.jobs.cache_clear()
        message = {"detail-type": "post.created", "detail": {"user_id": star.user_id}}
        assert on_event(queue_event(message), None) == NOTHING_FAILED
    return user_of(star).is_celebrity


def test_few_followers_are_not_looked_at(table: Table, star: Person) -> None:
    facts = looked(table).of(user_of(star), Tally(followers=FROM - 1))
    assert facts == habits.counted(user_of(star), Tally(followers=FROM - 1))


def test_readers_are_told_by_when_they_were_last_seen_and_stand_for_all(
    table: Table, star: Person, fans: list[Person]
) -> None:
    for fan, days in zip(fans, (0, 3, 60), strict=True):
        seen_ago(fan, days)
    facts = looked(table).of(user_of(star), Tally(followers=300))
    assert facts.followers == {Activity.TODAY: 100, Activity.THIS_WEEK: 100, Activity.DORMANT: 100}


def test_the_rate_is_that_of_the_last_week_and_of_many_posts_that_of_their_time(
    table: Table, star: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(7):
        publish(star)
    tally = Tally(followers=FROM)
    assert looked(table).of(user_of(star), tally).posts_a_day == pytest.approx(1)
    assert looked(table, after=8 * DAY).of(user_of(star), tally).posts_a_day == 0
    monkeypatch.setattr(habits, "POSTS_RATED", 7)
    assert looked(table, after=DAY).of(user_of(star), tally).posts_a_day == pytest.approx(7, rel=0.01)


def test_an_account_is_pulled_while_it_posts_a_lot_and_pushed_when_it_falls_silent(
    star: Person, fans: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    for fan in fans:
        seen_ago(fan, 0)
    assert not judged(star, monkeypatch, followers=300), "nothing is saved by pulling what is not there"
    for _ in range(20):
        publish(star)
    assert judged(star, monkeypatch, followers=300)
    for fan in fans:
        seen_ago(fan, -9)
    assert not judged(star, monkeypatch, followers=300, after=9 * DAY)
