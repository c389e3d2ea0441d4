"""What is used the most, through the doors, with events that come late, twice, in any order, and workers that die."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from functions.trending import wiring
from functions.trending.api import door
from functions.trending.on_event import handler
from kith import deployment
from kith.domain.clock import DAY, HOUR, MINUTE, system_clock
from kith.domain.trends import HALF_LIVES, TAGS_OF_A_POST, TOLD_FROM, BoardKind, Window
from kith.domain.users import Standing
from kith.messaging import Queue
from kith.table.items import PostTrendItem, TagUseItem, TrendingItem
from kith.table.posts import PostStore
from kith.table.standings import StandingStore
from kith.table.tag_uses import TagUseStore
from kith.table.trends import TrendStore, trend_of
from tests.builders import Answer, queue_event
from tests.component.conftest import Person, token_for
from tests.component.delivering import CONSUMERS, Consumer, all_from
from tests.component.erasing import NOTHING_FAILED
from tests.component.happening import (
    INVISIBLE,
    delete_account,
    delete_post,
    go_private,
    kinds,
    post_of,
    publish,
    right_before_the_write,
    suspend,
)
from tests.component.publishing import edit
from tests.component.telling import Town, a_town, comment, engage, follow, part
from tests.simulation.functions import WORKERS

HASHTAGS, POSTS = "GET /api/v1/trending/hashtags", "GET /api/v1/trending/posts"


@pytest.fixture(params=range(3))
def town(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    also = {
        "trending": Consumer(handler, set(WORKERS["trending"].events), "trending"),
        "post": CONSUMERS["post"],
    }
    with a_town(monkeypatch, request.param, also) as made:
        yield made


def awake(who: Person) -> Person:
    """Return somebody with a token of now, whatever time it is."""
    return replace(who, token=token_for(who.user_id))


def get(who: Person, route: str, **query: str) -> Answer:
    answer = awake(who).at(door).send(route, query=query)
    assert answer.status == 200, answer.text
    return answer


def tags(who: Person, window: str = "24h") -> list[str]:
    return [each["tag"] for each in get(who, HASHTAGS, window=window).json["hashtags"]]


def scores(who: Person, window: str = "24h") -> dict[str, float]:
    found = get(who, HASHTAGS, window=window).json["hashtags"]
    return {each["tag"]: each["score"] for each in found}


def posts(who: Person, window: str = "24h") -> list[int]:
    return [each["post_id"] for each in get(who, POSTS, window=window, limit="100").json["posts"]]


def pages(who: Person, route: str, name: str, **query: str) -> Iterator[list[dict[str, Any]]]:
    while True:
        answer = get(who, route, **query).json
        yield answer[name]
        if not answer["has_more"]:
            assert answer["next_cursor"] is None
            return
        query["cursor"] = answer["next_cursor"]


def people(town: Town, count: int) -> list[Person]:
    return [town.person(f"person{number}") for number in range(count)]


def loved(town: Town, author: Person, fans: list[Person], **fields: Any) -> int:
    post_id = publish(author, **fields)
    for fan in fans:
        engage(fan, "like", post_id)
    return post_id


def test_five_accounts_are_more_than_one_that_repeats_itself(town: Town) -> None:
    ann, *others = people(town, 6)
    assert tags(ann) == []
    for number in range(100):
        publish(ann, text=f"again {number} #spam")
    for other in others:
        publish(other, text="look #news")
    town.settle()
    for window in Window:
        assert tags(ann, window) == ["news", "spam"]
        assert scores(ann, window)["spam"] == pytest.approx(1, rel=0.1)
    assert scores(ann)["news"] == pytest.approx(5, rel=0.01)


def test_a_burst_rises_and_is_worth_half_after_each_half_life(town: Town) -> None:
    ann, *others = people(town, 9)
    for other in others:
        publish(other, text="#burst")
    town.settle()
    for window in Window:
        before = scores(ann, window)["burst"]
        for _ in range(3):
            town.clock.now += HALF_LIVES[window]
            after = scores(ann, window)["burst"]
            assert after == pytest.approx(before / 2, rel=0.01)
            before = after
        town.clock.now -= 3 * HALF_LIVES[window]
    town.clock.now += 5 * HOUR
    assert tags(ann, "1h") == []
    assert tags(ann, "24h") == tags(ann, "7d") == ["burst"]
    publish(awake(ann), text="#fresh")
    town.settle()
    assert tags(ann, "1h") == ["fresh"]
    assert tags(ann, "24h") == ["burst", "fresh"]


def test_the_newest_use_of_an_account_counts_whatever_comes_first(town: Town) -> None:
    ann, bob = people(town, 2)
    publish(ann, text="#old and #kept")
    town.clock.now += 12 * HOUR
    publish(awake(ann), text="#old")
    publish(awake(bob), text="#new")
    town.settle()
    found = scores(ann)
    assert found["old"] == pytest.approx(found["new"], rel=0.01)
    assert found["kept"] == pytest.approx(found["new"] / 2, rel=0.01)


@pytest.mark.parametrize("hiding", sorted({*INVISIBLE} - {"of one who blocks", "of one who is blocked"}))
def test_what_not_everybody_may_see_is_in_no_list(town: Town, hiding: str) -> None:
    ann, bob, cid, *fans = people(town, 6)
    hidden = loved(town, ann, fans, text="#secret #shared")
    shown = loved(town, bob, fans, text="#shared")
    town.settle()
    assert sorted(tags(cid)) == ["secret", "shared"]
    assert set(posts(cid)) == {hidden, shown}
    INVISIBLE[hiding](ann, cid, hidden)
    assert posts(cid) == [shown], "at once"
    town.settle()
    if hiding == "of a deleted account":
        forget(ann, hidden)
        town.settle()
    if hiding == "waiting for its media":
        return  # which a published post never does again, and nothing tells of it
    assert tags(cid) == ["shared"]
    assert scores(cid)["shared"] == pytest.approx(1, rel=0.1)
    assert posts(cid) == [shown]


def forget(author: Person, post_id: int) -> None:
    """Do what the erasure of an account does."""
    table = deployment.table()
    PostStore(table).remove(post_of(table, post_id), by_author=False)
    uses = TagUseStore(table)
    uses.forget(author.user_id, uses.used(author.user_id, after=None, limit=10), now=system_clock())


@pytest.mark.parametrize("hiding", ["of one who blocks", "of one who is blocked"])
def test_who_may_not_see_a_post_does_not_and_others_do(town: Town, hiding: str) -> None:
    ann, bob, cid = people(town, 3)
    post_id = loved(town, ann, [bob])
    town.settle()
    INVISIBLE[hiding](ann, cid, post_id)
    assert (posts(cid), posts(bob), posts(ann)) == ([], [post_id], [post_id])


def test_who_is_muted_is_left_out_for_who_mutes(town: Town) -> None:
    ann, bob, cid = people(town, 3)
    post_id = loved(town, ann, [bob])
    town.settle()
    part(cid, "mute", ann)
    assert (posts(cid), posts(bob)) == ([], [post_id])
    part(cid, "mute", ann, undo=True)
    assert posts(cid) == [post_id]


def test_followers_of_a_private_account_see_nothing_of_it_here_either(town: Town) -> None:
    ann, bob = people(town, 2)
    follow(bob, ann)
    post_id = loved(town, ann, [bob], text="#shy")
    town.settle()
    go_private(ann)
    assert posts(ann) == [], "not even one's own"
    town.settle()
    publish(ann, text="#shy #more")
    engage(bob, "like", post_id, undo=True)
    town.settle()
    assert tags(bob) == []
    assert posts(bob) == []


@pytest.mark.parametrize("hide", [suspend, go_private])
def test_posts_of_who_hides_leave_the_boards(town: Town, hide: Callable[[Person], None]) -> None:
    ann, bob, *fans = people(town, 4)
    for _ in range(3):
        loved(town, ann, fans)
    shown = loved(town, bob, fans)
    town.settle()
    hide(ann)
    town.settle()
    for window in Window:
        board = TrendStore(deployment.table()).board(BoardKind.POSTS, window, now=town.clock.now)
        assert [each.subject for each in board] == [str(shown)]


def test_an_account_that_is_back_counts_from_what_it_does_then(town: Town) -> None:
    ann, bob = people(town, 2)
    publish(ann, text="#before")
    town.settle()
    suspend(ann)
    town.settle()
    assert tags(bob) == []
    StandingStore(deployment.table()).change(ann.user_id, Standing.ACTIVE)
    town.settle()
    assert tags(bob) == []
    publish(ann, text="#after")
    town.settle()
    assert tags(bob) == ["after"]


def test_an_edit_takes_hashtags_back_and_adds_others(town: Town) -> None:
    ann, bob = people(town, 2)
    post_id = publish(ann, text="#one #two")
    town.settle()
    edit(ann, post_id, text="#two #three")
    town.settle()
    assert sorted(tags(bob)) == ["three", "two"]
    edit(ann, post_id, visibility="followers")
    town.settle()
    assert tags(bob) == []
    edit(ann, post_id, visibility="public")
    town.settle()
    assert sorted(tags(bob)) == ["three", "two"]


def test_a_post_counts_for_its_first_hashtags_and_for_no_more(town: Town) -> None:
    ann, bob = people(town, 2)
    words = [f"tag{number}" for number in range(30)]
    post_id = publish(ann, text=" ".join(f"#{word}" for word in words))
    town.settle()
    assert sorted(tags(bob)) == words[:TAGS_OF_A_POST]
    edit(ann, post_id, text=" ".join(f"#{word}" for word in words[2:]))
    town.settle()
    assert sorted(tags(bob)) == sorted(words[2 : 2 + TAGS_OF_A_POST])


def test_a_deleted_post_leaves_nothing_of_what_it_scored(town: Town) -> None:
    ann, *fans = people(town, 1 + int(TOLD_FROM))
    post_id = loved(town, ann, fans)
    town.settle()
    assert kinds(PostTrendItem)
    assert kinds(TrendingItem)
    delete_post(ann, post_id)
    town.settle()
    assert kinds(PostTrendItem, TrendingItem) == []
    board = TrendStore(deployment.table()).board(BoardKind.POSTS, Window.DAY, now=town.clock.now)
    assert board == []


def test_posts_are_listed_by_who_likes_and_reposts_them_and_not_by_who_talks(town: Town) -> None:
    ann, *fans = people(town, 4)
    once = loved(town, ann, fans[:1])
    twice = loved(town, ann, fans[:2])
    reposted = publish(ann)
    for fan in fans:
        engage(fan, "repost", reposted)
    talked = publish(ann)
    for _ in range(20):
        comment(fans[0], talked)
    own = loved(town, ann, [ann])
    town.settle()
    assert posts(fans[0]) == [reposted, twice, once]
    assert own not in posts(ann)
    for fan in fans[:2]:
        engage(fan, "like", twice, undo=True)
    town.settle()
    assert posts(fans[0]) == [reposted, once]


def test_liking_and_unliking_again_and_again_lifts_nothing(town: Town) -> None:
    ann, bob, cid = people(town, 3)
    stormy, calm = publish(ann), loved(town, ann, [bob, cid])
    for _ in range(50):
        engage(bob, "like", stormy)
        town.bag.gather()
        town.bag.deliver(1)
        engage(bob, "like", stormy, undo=True)
    engage(bob, "like", stormy)
    town.settle()
    assert posts(ann) == [calm, stormy]
    (first, second) = TrendStore(deployment.table()).board(BoardKind.POSTS, Window.DAY, now=town.clock.now)
    assert first.score == pytest.approx(2, rel=0.01)
    assert second.score <= 1 + 1e-6


def test_who_unlikes_late_and_likes_anew_lifts_nothing(town: Town) -> None:
    ann, *fans = people(town, 6)
    post_id = loved(town, ann, fans)
    town.settle()
    town.clock.now += 2 * DAY

    def score() -> float:
        (item,) = kinds(PostTrendItem)
        assert isinstance(item, PostTrendItem)
        return trend_of(item).at(Window.DAY, town.clock.now)

    before = score()
    for undo in (True, False):
        for fan in map(awake, fans):
            engage(fan, "like", post_id, undo=undo)
        town.settle()
        assert score() < 1.01 * before
    assert posts(ann) == [post_id]
    assert score() == pytest.approx(before, rel=0.01)


def test_everything_that_comes_ten_times_counts_once(town: Town) -> None:
    ann, bob = people(town, 2)
    loved(town, ann, [bob], text="#cats")
    town.bag.gather()
    messages = [message for consumer, message in town.bag.pending if consumer == "trending"]
    for _ in range(10):
        assert handler(queue_event(*messages, *reversed(messages)), None) == NOTHING_FAILED
    town.settle()
    assert scores(ann)["cats"] == pytest.approx(1, rel=0.01)
    (item,) = kinds(PostTrendItem)
    assert isinstance(item, PostTrendItem)
    assert item.counted == 1


def test_what_keeps_changing_is_looked_at_again_with_a_later_batch(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("trends", "post_trends"):
        monkeypatch.setattr(f"kith.table.{module}.ATTEMPTS", 1)
    ann, bob, *fans = people(town, 4)
    post_id = loved(town, ann, fans, text="#cats")
    town.bag.gather()
    messages = [message for consumer, message in town.bag.pending if consumer == "trending"]
    assert handler(queue_event(*messages), None) == NOTHING_FAILED
    assert sorted(map(sorted, all_from("trending"))) == [
        [what, "trace_id"] for what in ("posts", "posts", "tags")
    ]
    assert posts(bob) == [post_id]
    assert handler(queue_event({"posts": [post_id]}, {"tags": ["cats"]}), None) == NOTHING_FAILED
    assert all_from("trending") == [], "it stood still"
    assert tags(bob) == ["cats"]


@pytest.mark.parametrize("meanwhile", ["deleted", "edited", "private"])
def test_what_goes_while_it_is_counted_does_not_count(town: Town, meanwhile: str) -> None:
    ann, bob = people(town, 2)
    post_id = publish(ann, text="#gone")
    town.bag.gather()
    (message, *_) = [message for consumer, message in town.bag.pending if consumer == "trending"]
    deeds = {
        "deleted": lambda: delete_post(ann, post_id),
        "edited": lambda: edit(ann, post_id, text="nothing"),
        "private": lambda: go_private(ann),
    }
    with right_before_the_write(deeds[meanwhile]):
        assert handler(queue_event(message), None) == NOTHING_FAILED
    assert kinds(TagUseItem) == []
    town.settle()
    assert tags(bob) == []


def test_a_walk_over_many_uses_goes_on_with_a_message(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.trending.counting.PAGE", 2)
    monkeypatch.setattr(wiring, "BUDGET", 20)
    wiring.trender.cache_clear()
    ann, bob = people(town, 2)
    for number in range(4):
        publish(ann, text=" ".join(f"#tag{number}of{place}" for place in range(TAGS_OF_A_POST)))
    publish(bob, text="#tag0of0")
    town.settle()
    assert len(tags(bob)) == 20
    sent: list[Any] = []
    send = Queue.send

    def noted(queue: Queue, bodies: list[Any], **more: Any) -> None:
        sent.extend(bodies)
        send(queue, bodies, **more)

    monkeypatch.setattr(Queue, "send", noted)
    go_private(ann)
    town.settle()
    assert tags(bob) == ["tag0of0"]
    assert [each for each in sent if "uses_of" in each]
    assert all(use.post_id is None for use in kinds(TagUseItem) if use.values["user_id"] == ann.user_id)  # type: ignore[attr-defined]  # all are uses


def test_a_walk_comes_a_page_further_however_long_the_rest_has_taken(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "BUDGET", 0)
    wiring.trender.cache_clear()
    ann, bob = people(town, 2)
    publish(ann, text="#secret")
    town.settle()
    suspend(ann)
    assert handler(queue_event(stands_otherwise(ann)), None) == NOTHING_FAILED
    assert tags(bob) == []


def test_who_is_back_while_it_is_walked_through_keeps_what_it_uses(town: Town) -> None:
    ann, bob = people(town, 2)
    publish(ann, text="#cats")
    town.settle()
    suspend(ann)
    with right_before_the_write(
        lambda: StandingStore(deployment.table()).change(ann.user_id, Standing.ACTIVE)
    ):
        assert handler(queue_event(stands_otherwise(ann)), None) == NOTHING_FAILED
    assert tags(bob) == ["cats"]


def stands_otherwise(who: Person) -> dict[str, Any]:
    return {"detail-type": "user.updated", "detail": {"user_id": who.user_id, "changed": ["standing"]}}


def test_of_a_deleted_account_nothing_is_listed(town: Town) -> None:
    ann, bob, cid = people(town, 3)
    post_id = loved(town, ann, [bob])
    town.settle()
    assert posts(cid) == [post_id]
    delete_account(ann)
    assert posts(cid) == []


def test_pages_have_each_once_whatever_rises_meanwhile(town: Town) -> None:
    ann, *others = people(town, 5)
    for number in range(9):
        publish(awake(ann), text=f"#tag{number}")
        town.clock.now += MINUTE
    town.settle()
    listed = tags(ann)
    walk = pages(ann, HASHTAGS, "hashtags", limit="2")
    seen = [each["tag"] for each in next(walk)]
    for other in others:
        publish(awake(other), text=f"#brand_new #{listed[-1]}")
    town.settle()
    seen += [each["tag"] for page in walk for each in page]
    assert len(set(seen)) == len(seen)
    assert set(seen) == set(listed) - {listed[-1]}, "what has risen above the page is on one before"
    assert set(tags(ann)[:2]) == {"brand_new", listed[-1]}


def test_a_page_whose_posts_are_all_out_of_sight_does_not_end_the_list(town: Town) -> None:
    ann, bob, cid, *fans = people(town, 7)
    top = [loved(town, ann, fans) for _ in range(5)]
    low = loved(town, bob, fans[:1])
    town.settle()
    assert set(posts(cid)) == {*top, low}
    suspend(ann)
    found = [each["post_id"] for page in pages(cid, POSTS, "posts", limit="1") for each in page]
    assert found == [low]


def test_a_cursor_is_for_one_reader_and_one_window(town: Town) -> None:
    ann, bob = people(town, 2)
    for number in range(3):
        publish(ann, text=f"#tag{number}")
    town.settle()
    cursor = get(ann, HASHTAGS, limit="1").json["next_cursor"]
    for who, route, window in ((bob, HASHTAGS, "24h"), (ann, HASHTAGS, "1h"), (ann, POSTS, "24h")):
        answer = who.at(door).send(route, query={"cursor": cursor, "window": window})
        assert (answer.status, answer.json["code"]) == (400, "invalid_cursor")
    answer = ann.at(door).send(HASHTAGS, query={"window": "2h"})
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "window")


def test_an_author_is_told_once_that_a_post_is_trending(town: Town) -> None:
    ann, *fans = people(town, 2 + int(TOLD_FROM))
    post_id = loved(town, ann, fans[: int(TOLD_FROM) - 1])
    assert [each["type"] for each in town.told(ann)] == ["post_liked"]
    for fan in fans[int(TOLD_FROM) - 1 :]:
        engage(fan, "like", post_id)
    (told,) = [each for each in town.told(ann) if each["type"] == "trending"]
    assert (told["text"], told["actors"], told["actor_count"], told["post_id"]) == (
        "Your post is trending",
        [],
        0,
        post_id,
    )
    town.clock.now += 10 * DAY
    for fan in map(awake, fans):
        engage(fan, "like", post_id, undo=True)
    town.settle()
    for fan in map(awake, fans):
        engage(fan, "repost", post_id)
    assert [each["id"] for each in town.told(awake(ann)) if each["type"] == "trending"] == [told["id"]]
    events = [each for each in town.created if each["detail"]["type"] == "trending"]
    assert len({each["detail"]["event_id"] for each in events}) == 1


def test_only_the_first_few_are_told_of(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.trending.counting.TOP", 1)
    ann, *fans = people(town, 3 + int(TOLD_FROM))
    first = loved(town, ann, fans)
    town.settle()
    loved(town, ann, fans[1:])
    town.settle()
    assert [item.values["post_id"] for item in kinds(TrendingItem)] == [first]


def test_what_is_hidden_takes_no_place_among_the_first(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.trending.counting.TOP", 1)
    ann, bob, *fans = people(town, 3 + int(TOLD_FROM))
    hidden = loved(town, ann, fans)
    town.settle()
    suspend(ann)
    shown = loved(town, bob, fans[1:])
    heard_late = {"detail-type": "post.liked", "detail": {"post_id": shown, "user_id": fans[1].user_id}}
    assert handler(queue_event(heard_late), None) == NOTHING_FAILED
    assert {item.values["post_id"] for item in kinds(TrendingItem)} == {hidden, shown}
