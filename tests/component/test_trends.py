"""Scores and boards in the table: what one account adds, what is taken back, and what boards see of it."""

import pytest

from kith.domain import ids
from kith.domain.clock import DAY, HOUR, SECOND
from kith.domain.errors import Unavailable
from kith.domain.posts import PostChanged
from kith.domain.trends import HALF_LIVES, PLACES, BoardKind, Window
from kith.domain.users import Standing
from kith.table.connection import Table
from kith.table.items import BoardItem, PostTrendItem, TagTrendItem, TagUseItem, TrendingItem
from kith.table.post_trends import PostTrendStore
from kith.table.standings import StandingStore
from kith.table.tag_uses import AccountShown, TagUseStore
from kith.table.trends import TrendStore, trend_of
from tests.component.conftest import Join, Person, everything
from tests.component.happening import (
    delete_account,
    delete_post,
    kinds,
    post_of,
    publish,
    right_before_the_write,
    spread,
    suspend,
)
from tests.component.publishing import edit
from tests.component.telling import engage

CATS = ["cats"]


def note(table: Table, author: Person, *tags: str) -> int:
    """Publish a post with hashtags, and let it count for them."""
    post_id = publish(author, hashtags=list(tags))
    TagUseStore(table).note(post_of(table, post_id), tags)
    return post_id


def score(table: Table, tag: str, window: Window = Window.DAY, *, now: int | None = None) -> float:
    trend = trend_of(table.get(TagTrendItem, tag=tag))
    return trend.at(window, trend.scored_at if now is None else now)


def top_tags(table: Table, now: int, window: Window = Window.DAY) -> list[str]:
    return [each.subject for each in TrendStore(table).board(BoardKind.HASHTAGS, window, now=now)]


def test_each_account_counts_once_for_a_hashtag(table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    for _ in range(3):
        note(table, ann, "cats", "dogs")
    assert score(table, "cats") == pytest.approx(1)
    note(table, bob, "cats")
    assert score(table, "cats") == pytest.approx(2, rel=1e-3)
    assert score(table, "dogs") == pytest.approx(1)


def test_what_comes_again_or_late_changes_nothing(table: Table, join: Join) -> None:
    ann = join("ann")
    first = publish(ann, hashtags=CATS)
    second = note(table, ann, "cats")
    before = everything()
    for post_id in (second, first, second):
        TagUseStore(table).note(post_of(table, post_id), CATS)
    assert everything() == before
    (use,) = kinds(TagUseItem)
    assert isinstance(use, TagUseItem)
    assert use.post_id == second
    assert use.expires_at == (ids.created_at(second) + 35 * DAY) // SECOND


def test_a_use_is_taken_back_once(table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    first, second = note(table, ann, "cats"), note(table, ann, "cats")
    note(table, bob, "cats")
    uses = TagUseStore(table)
    uses.withdraw(ann.user_id, first, CATS, as_read=post_of(table, first))
    assert score(table, "cats") == pytest.approx(2, rel=1e-3), "an older post is not why it counts"
    for _ in range(2):
        uses.withdraw(ann.user_id, second, CATS, as_read=post_of(table, second))
        uses.take_back(ann.user_id, ["never used"])
        assert score(table, "cats") == pytest.approx(1)
    note(table, ann, "cats")
    assert score(table, "cats") == pytest.approx(2, rel=1e-3)


def test_a_post_that_has_changed_since_it_was_read_is_not_withdrawn(table: Table, join: Join) -> None:
    ann = join("ann")
    post_id = note(table, ann, "cats")
    before = post_of(table, post_id)
    edit(ann, post_id, text="still", hashtags=CATS)
    with pytest.raises(PostChanged):
        TagUseStore(table).withdraw(ann.user_id, post_id, CATS, as_read=before)
    assert score(table, "cats") == pytest.approx(1)
    delete_post(ann, post_id)
    TagUseStore(table).withdraw(ann.user_id, post_id, CATS, as_read=None)
    assert score(table, "cats") == 0


def test_a_hashtag_that_nobody_uses_any_more_has_scored_nothing(table: Table, join: Join) -> None:
    ann = join("ann")
    note(table, ann, "cats")
    suspend(ann)
    TagUseStore(table).take_back(ann.user_id, CATS)
    assert [score(table, "cats", window) for window in Window] == [0, 0, 0]


def test_what_was_forgotten_meanwhile_is_taken_back_without_a_trace(table: Table, join: Join) -> None:
    ann = join("ann")
    note(table, ann, "cats")
    key = TagTrendItem.pattern.key(tag="cats")
    table.call("DeleteItem", {"TableName": table.name, "Key": {"PK": {"S": key[0]}, "SK": {"S": key[1]}}})
    suspend(ann)
    TagUseStore(table).take_back(ann.user_id, CATS)
    assert kinds(TagTrendItem) == []


def test_what_an_account_uses_that_is_back_is_not_taken_back(table: Table, join: Join) -> None:
    ann = join("ann")
    note(table, ann, "cats")
    suspend(ann)

    def back() -> None:
        StandingStore(table).change(ann.user_id, Standing.ACTIVE)
        note(table, ann, "cats")

    with right_before_the_write(back), pytest.raises(AccountShown):
        TagUseStore(table).take_back(ann.user_id, CATS)
    assert score(table, "cats") == pytest.approx(1)


@pytest.mark.parametrize("standing", [Standing.SUSPENDED, None])
def test_what_is_not_as_it_was_read_counts_nothing(
    table: Table, join: Join, standing: Standing | None
) -> None:
    ann = join("ann")
    post = post_of(table, publish(ann, hashtags=CATS))
    if standing is None:
        delete_post(ann, post.post_id)
    else:
        StandingStore(table).change(ann.user_id, standing)
    with pytest.raises(PostChanged):
        TagUseStore(table).note(post, CATS)
    assert kinds(TagTrendItem, TagUseItem) == []


def test_what_a_private_account_posts_counts_nothing(table: Table, join: Join) -> None:
    ann = join("ann", is_private=True)
    with pytest.raises(PostChanged):
        note(table, ann, "cats")
    assert kinds(TagTrendItem, TagUseItem) == []


def test_more_hashtags_than_one_transaction_takes_are_counted_all_the_same(table: Table, join: Join) -> None:
    ann, tags = join("ann"), [f"tag{number}" for number in range(30)]
    note(table, ann, *tags)
    assert [score(table, tag) for tag in tags] == [1] * 30
    suspend(ann)
    TagUseStore(table).take_back(ann.user_id, tags)
    assert [score(table, tag) for tag in tags] == [0] * 30


def test_uses_are_found_page_by_page_in_any_script(table: Table, join: Join) -> None:
    ann, tags = join("ann"), {"cats", "\u732b", "\u0643\u0644\u0628", "\U00010428"}
    note(table, ann, *tags)
    uses, found, after = TagUseStore(table), set[str](), None
    while page := uses.used(ann.user_id, after=after, limit=3):
        found |= {use.tag for use in page}
        after = page[-1].values["digest"]
    assert found == tags


def test_what_is_forgotten_is_gone_from_the_boards_before(table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    note(table, ann, "cats", "dogs")
    now = ids.created_at(note(table, bob, "cats"))
    TrendStore(table).see_tags(["cats", "dogs"], now=now)
    assert top_tags(table, now) == ["cats", "dogs"]
    uses = TagUseStore(table)
    delete_account(ann)
    uses.forget(ann.user_id, uses.used(ann.user_id, after=None, limit=10), now=now)
    assert top_tags(table, now) == ["cats"]
    assert [use.values["user_id"] for use in kinds(TagUseItem)] == [bob.user_id]


def test_boards_list_what_they_see_the_most_used_first(table: Table, join: Join) -> None:
    people = [join(f"person{number}") for number in range(3)]
    for place, person in enumerate(people):
        now = ids.created_at(note(table, person, *["cats", "dogs", "birds"][: place + 1]))
    trends = TrendStore(table)
    assert top_tags(table, now) == []
    trends.see_tags(["birds", "cats", "dogs", "never used"], now=now)
    first, second, _ = trends.board(BoardKind.HASHTAGS, Window.DAY, now=now)
    assert (first.subject, second.subject) == ("cats", "dogs")
    assert first.at(Window.DAY, now) == pytest.approx(3, rel=1e-3)
    assert second.at(Window.DAY, now) == pytest.approx(2, rel=1e-3)
    assert top_tags(table, now + 3 * HOUR, Window.HOUR) == [], "what is not used any more is listed no longer"
    assert top_tags(table, now + 3 * HOUR, Window.WEEK) == ["cats", "dogs", "birds"]


def test_looking_again_writes_nothing(table: Table, join: Join) -> None:
    now = ids.created_at(note(table, join("ann"), "cats"))
    TrendStore(table).see_tags(CATS, now=now)
    before = everything()
    TrendStore(table).see_tags(CATS, now=now)
    TrendStore(table).see_posts([], now=now)
    assert everything() == before


def test_a_board_has_room_for_a_hundred(table: Table, join: Join) -> None:
    people = [join(f"person{number}") for number in range(6)]
    for person in people[:5]:
        now = ids.created_at(note(table, person, *[f"{person.username}of{place}" for place in range(25)]))
    for tag in ("late", "first"):
        now = ids.created_at(note(table, people[5], tag))
    note(table, people[0], "first")
    tags = [use.tag for use in kinds(TagUseItem) if isinstance(use, TagUseItem)]
    TrendStore(table).see_tags(tags, now=now)
    top = top_tags(table, now)
    assert len(top) == PLACES
    assert top[:2] == ["first", "late"]
    assert len([each for each in top if each.startswith("person0")]) == 0


def test_a_post_has_scored_what_others_have_done_to_it(table: Table, join: Join) -> None:
    ann, bob, cid = join("ann"), join("bob"), join("cid")
    post_id = publish(ann)
    trends, now = PostTrendStore(table), ids.created_at(post_id)
    trends.count(post_id, now=now)
    assert kinds(PostTrendItem) == []
    for person in (ann, bob, cid):
        engage(person, "like", post_id)
    engage(cid, "repost", post_id)
    for _ in range(3):
        trends.count(post_id, now=now)
    (item,) = kinds(PostTrendItem)
    assert isinstance(item, PostTrendItem)
    assert item.counted == 4
    assert trend_of(item).at(Window.DAY, now) == pytest.approx(4)
    engage(bob, "like", post_id, undo=True)
    trends.count(post_id, now=now + HALF_LIVES[Window.DAY])
    (item,) = kinds(PostTrendItem)
    assert isinstance(item, PostTrendItem)
    assert trend_of(item).at(Window.DAY, now + HALF_LIVES[Window.DAY]) == pytest.approx(1)


def test_a_post_whose_counts_are_spread_has_scored_all_of_it(table: Table, join: Join) -> None:
    ann = join("ann")
    post_id = publish(ann)
    spread(table, post_id, times=3)
    for number in range(12):
        engage(join(f"person{number}"), "like", post_id)
    PostTrendStore(table).count(post_id, now=ids.created_at(post_id))
    (item,) = kinds(PostTrendItem)
    assert isinstance(item, PostTrendItem)
    assert item.counted == 12


def test_what_is_gone_is_not_counted_and_not_listed(table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    kept, gone = publish(ann), publish(ann)
    trends, now = PostTrendStore(table), ids.created_at(gone)
    for post_id in (kept, gone):
        engage(bob, "like", post_id)
        trends.count(post_id, now=now)
    TrendStore(table).see_posts([kept, gone], now=now)
    assert set(TrendStore(table).top_posts(Window.DAY, now=now, limit=10)) == {kept, gone}
    delete_post(ann, gone)
    trends.count(gone, now=now)
    trends.note(post_of(table, kept))
    TrendStore(table).see_posts([gone], now=now)
    assert TrendStore(table).top_posts(Window.DAY, now=now, limit=10) == [kept]


def test_a_board_lists_what_is_for_everybody(table: Table, join: Join) -> None:
    bob, eve, star = join("bob"), join("eve", is_private=True), join("star")
    public, private = publish(bob), publish(eve)
    followers = publish(bob, visibility="followers")
    suspended = publish(star)
    now = ids.created_at(suspended)
    for post_id in (public, private, followers, suspended):
        table.put(
            PostTrendItem.at(
                {
                    "scores": dict.fromkeys(Window, 2.0),
                    "scored_at": now,
                    "version": 1,
                    "counted": 2,
                },
                post_id=post_id,
            )
        )
    StandingStore(table).change(star.user_id, Standing.SUSPENDED)
    TrendStore(table).see_posts([public, private, followers, suspended], now=now)
    assert TrendStore(table).top_posts(Window.DAY, now=now, limit=10) == [public]


def test_it_is_noted_once_that_a_post_was_among_the_first(table: Table, join: Join) -> None:
    ann = join("ann")
    one, other = publish(ann), publish(ann)
    trends = PostTrendStore(table)
    trends.note(post_of(table, one))
    before = everything()
    trends.note(post_of(table, one))
    assert everything() == before
    assert trends.known_among([one, other]) == {one}
    gone = post_of(table, other)
    delete_post(ann, other)
    trends.note(gone)
    assert [item.values["post_id"] for item in kinds(TrendingItem)] == [one]


def test_who_is_always_overtaken_tries_another_time(
    table: Table, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = join("ann")
    post_id = note(table, ann, "cats")
    now = ids.created_at(post_id)
    engage(join("bob"), "like", post_id)
    call = table.call

    def overtaken(operation: str, arguments: dict[str, object]) -> dict[str, object]:
        if operation == "TransactWriteItems":
            monkeypatch.setattr(table, "call", call)
            for item in kinds(TagTrendItem, PostTrendItem, BoardItem):
                item.version += 1  # type: ignore[attr-defined]  # all of these have one
                table.put(item)
            monkeypatch.setattr(table, "call", overtaken)
        return call(operation, arguments)

    TrendStore(table).see_tags(CATS, now=now)
    PostTrendStore(table).count(post_id, now=now)
    note(table, join("cid"), "cats")
    engage(join("bob2"), "like", post_id, undo=True)
    engage(join("dan"), "repost", post_id)
    suspend(ann)
    monkeypatch.setattr(table, "call", overtaken)
    with pytest.raises(Unavailable):
        TrendStore(table).see_tags(CATS, now=now)
    with pytest.raises(Unavailable):
        PostTrendStore(table).count(post_id, now=now)
    with pytest.raises(Unavailable):
        TagUseStore(table).take_back(ann.user_id, CATS)


def test_a_board_does_not_keep_what_another_took_back_while_it_was_written(table: Table, join: Join) -> None:
    ann = join("ann")
    now = ids.created_at(note(table, ann, "cats"))
    trends = TrendStore(table)

    def other() -> None:
        suspend(ann)
        TagUseStore(table).take_back(ann.user_id, CATS)
        trends.see_tags(CATS, now=now)

    with right_before_the_write(other):
        trends.see_tags(CATS, now=now)
    assert top_tags(table, now) == []


def test_a_post_has_not_scored_what_was_undone_while_it_was_counted(table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publish(ann)
    engage(bob, "like", post_id)
    trends, now = PostTrendStore(table), ids.created_at(post_id)

    def other() -> None:
        engage(bob, "like", post_id, undo=True)
        trends.count(post_id, now=now)

    with right_before_the_write(other):
        trends.count(post_id, now=now)
    (item,) = kinds(PostTrendItem)
    assert isinstance(item, PostTrendItem)
    assert (item.counted, trend_of(item).at(Window.DAY, now)) == (0, 0)
