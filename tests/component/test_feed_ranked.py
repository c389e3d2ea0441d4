"""The feed in the order of what its posts are worth to its reader."""

import math
import random
import string
from collections.abc import Iterator
from typing import Any

import pytest

from functions.comment.api import door as comment_door
from functions.engagement.api import door as engagement_door
from functions.feed import wiring
from functions.feed.on_event import handler as on_event
from kith.domain import ids
from kith.domain.clock import HOUR, SECOND, rfc3339, system_clock
from kith.domain.media import Medium, MediumKind, MediumStatus
from kith.domain.users import Standing
from kith.table import media
from kith.table.connection import Table
from kith.table.erasures import Erasure, ErasureStore
from kith.table.items import AffinityItem, PostItem, TasteItem
from kith.table.standings import StandingStore
from kith.table.transactions import Update, write
from tests.builders import Answer, queue_event
from tests.component.conftest import Join, Person, make_edge, new_id
from tests.component.erasing import NOTHING_FAILED
from tests.component.feeding import (
    Hands,
    delete_post,
    deliver,
    event,
    follow,
    follow_and_merge,
    hands_of,
    happened,
    made,
    named,
    of_graph,
    published,
    read,
    repost,
    unfollow,
)
from tests.component.happening import publish


@pytest.fixture
def clock(cloud: None, monkeypatch: pytest.MonkeyPatch) -> Hands:
    """What the time is to the feed room."""
    return hands_of(monkeypatch, wiring)


def ranked(who: Person, **query: Any) -> Answer:
    return read(who, order="ranked", **query)


def pages(who: Person, limit: int) -> Iterator[list[int]]:
    """Walk the ranked feed to its explicit end."""
    query: dict[str, Any] = {"limit": limit}
    while True:
        answer = ranked(who, **query)
        assert answer.status == 200, answer.text
        assert answer.json["has_more"] is (answer.json["next_cursor"] is not None)
        yield [item["post"]["post_id"] for item in answer.json["items"]]
        if not answer.json["has_more"]:
            return
        query["cursor"] = answer.json["next_cursor"]


def best_first(who: Person, limit: int = 100) -> list[int]:
    return [post_id for page in pages(who, limit) for post_id in page]


def told(name: str, who: Person, post_id: int, *, times: int = 1, event_id: str | None = None) -> None:
    """Let the feed room see to what somebody did to a post."""
    message = event(f"post.{name}", post_id=post_id, user_id=who.user_id, event_id=event_id or f"e{new_id()}")
    assert on_event(queue_event(*[message] * times), None) == NOTHING_FAILED


def like(who: Person, post_id: int) -> None:
    assert who.at(engagement_door).send("POST /api/v1/posts/{post_id}/like", post_id=post_id).status == 200


def comment(who: Person, post_id: int) -> None:
    route = "POST /api/v1/posts/{post_id}/comments"
    assert who.at(comment_door).send(route, json_body={"text": "hm"}, post_id=post_id).status == 201


def liked(table: Table, post_id: int, count: int) -> None:
    """Let many like a post, as far as it is counted."""
    write(table, Update(PostItem.at(post_id=post_id), [PostItem.likes.add(count)]))


def by_hand(item: dict[str, Any], now: int, affinity: float, content: float) -> dict[str, float]:
    """Return the score of an item, from what the API shows of its post."""
    post, counts = item["post"], item["post"]["counts"]
    made_at = ids.created_at(post["post_id"])
    assert rfc3339(made_at) == post["created_at"]
    weight = counts["likes"] + 2 * counts["comments"] + 3 * counts["reposts"]
    score = {
        "recency": math.exp(-0.05 * max(0, now - made_at) / HOUR),
        "engagement": min(1, math.log(1 + weight) / math.log(10_001)),
        "affinity": affinity,
        "content": content,
    }
    weights = (0.5, 0.3, 0.1, 0.1)
    score["total"] = sum(weight * part for weight, part in zip(weights, score.values(), strict=True))
    return score


def test_the_parts_of_each_score_are_the_formula_of_what_is_shown(
    table: Table, join: Join, clock: Hands
) -> None:
    ann, bob, cat, star = join("ann"), join("bob"), join("cat"), named(join("star"))
    for author in (bob, cat, star):
        follow(ann, author)
    posts = [published(author) for author in (bob, cat, star, bob)] + [publish(ann)]
    like(ann, posts[0])
    like(cat, posts[0])
    comment(cat, posts[2])
    repost(bob, posts[1])
    liked(table, posts[3], 20_000)
    for name, post_id in (
        ("liked", posts[0]),
        ("commented", posts[0]),
        ("reposted", posts[1]),
        ("liked", posts[0]),
    ):
        told(name, ann, post_id)
    clock.now += 3 * HOUR
    items = ranked(ann, explain=1).json["items"]
    assert sorted(item["post"]["post_id"] for item in items) == posts
    affinities = {bob.user_id: 3 / 4, cat.user_id: 1 / 4}
    for item in items:
        expected = by_hand(item, clock.now, affinities.get(item["post"]["user_id"], 0), content=1.0)
        assert item["score"] == pytest.approx(expected, abs=1e-6)
    totals = [item["score"]["total"] for item in items]
    assert totals == sorted(totals, reverse=True)
    assert len(set(totals)) == 5
    assert items[0]["post"]["post_id"] == posts[3]
    assert {item["score"]["engagement"] for item in items} >= {1.0, 0.0}


def test_a_score_is_told_where_it_is_asked_for(join: Join) -> None:
    ann = join("ann")
    publish(ann)
    assert set(ranked(ann, explain=1).json["items"][0]["score"]) == {
        *("recency", "engagement", "affinity", "content", "total")
    }
    assert "score" not in ranked(ann).json["items"][0]
    assert "score" not in read(ann, explain=1).json["items"][0]


def test_what_is_much_liked_comes_before_what_is_new_and_age_tells_in_the_end(
    table: Table, join: Join, clock: Hands
) -> None:
    ann, bob = join("ann"), join("bob")
    make_edge(table, ann, bob)
    posts = made(bob, 3, at=clock.now - SECOND)
    (old,) = made(bob, 1, at=clock.now - 100 * HOUR)
    deliver(table, ann, bob, [*posts, old])
    assert best_first(ann) == [*posts, old]
    liked(table, posts[2], 1_000)
    liked(table, old, 1_000)
    assert best_first(ann) == [posts[2], *posts[:2], old]


@pytest.mark.parametrize("limit", [7, 20, 49])
def test_pages_neither_repeat_nor_skip_whatever_happens_between_them(
    table: Table, join: Join, clock: Hands, limit: int
) -> None:
    ann, late, gone, *authors = (join(name) for name in ("ann", "late", "gone", "bob", "cat"))
    chance, posts = random.Random(limit), dict[int, Person]()  # noqa: S311  # nothing is at stake
    for author in (gone, *authors):
        make_edge(table, ann, author)
    for number, author in enumerate((gone, late, *authors)):
        theirs = made(author, 80, at=clock.now - HOUR - 100 * number)
        if author is not late:
            deliver(table, ann, author, theirs)
            posts |= dict.fromkeys(theirs, author)
    for post_id in chance.sample(sorted(posts), 100):
        liked(table, post_id, chance.randrange(1, 5_000))
    seen, deleted = list[int](), set[int]()
    for place, page in enumerate(pages(ann, limit)):
        assert not set(page) & set(seen)
        assert not set(page) & deleted
        seen += page
        for post_id in chance.sample(sorted(posts), 3):
            liked(table, post_id, 100_000)
        (new,) = made(authors[0], 1, at=clock.now + place)
        deliver(table, ann, authors[0], [new])
        post_id = chance.choice(sorted(each for each, by in posts.items() if by is authors[1]))
        if place < 5 and post_id not in deleted:
            delete_post(authors[1], post_id)
            deleted.add(post_id)
        if place == 1:
            unfollow(ann, gone)
            happened(of_graph("unfollow", ann, gone))
        if place == 2:
            follow_and_merge(ann, late)
    kept = {post_id for post_id, by in posts.items() if by is not gone} - deleted
    assert len(seen) == len(set(seen))
    assert kept <= set(seen)
    assert len(kept) > 150
    assert len([post_id for post_id in seen if posts.get(post_id) is gone]) <= 2 * limit, (
        "none after the unfollow"
    )


@pytest.mark.parametrize("limit", [7, 20, 49])
def test_each_hundred_are_put_in_order_by_themselves_and_all_are_reached(
    table: Table, join: Join, clock: Hands, limit: int
) -> None:
    ann, bob = join("ann"), join("bob")
    make_edge(table, ann, bob)
    posts = made(bob, 230, at=clock.now - HOUR)
    deliver(table, ann, bob, posts)
    for place in (0, 99, 100, 229):
        liked(table, posts[place], 10 * (place + 1))
    walked = best_first(ann, limit)
    assert walked[:2] == [posts[99], posts[0]]
    assert walked[100] == posts[100]
    assert walked[200] == posts[229]
    assert [set(walked[start : start + 100]) for start in (0, 100, 200)] == [
        set(posts[start : start + 100]) for start in (0, 100, 200)
    ]
    assert len(walked) == 230


def cursor_of(who: Person, order: str) -> str:
    return str(read(who, order=order, limit=1).json["next_cursor"])


def test_a_cursor_altered_in_any_byte_is_refused(join: Join) -> None:
    ann = join("ann")
    for _ in range(3):
        publish(ann)
    for order in ("latest", "ranked"):
        cursor = cursor_of(ann, order)
        assert read(ann, order=order, cursor=cursor).status == 200
        alphabet = string.ascii_letters + string.digits + "-_"
        for place, byte in enumerate(cursor):
            other = alphabet[(alphabet.index(byte) + 1) % len(alphabet)]
            answer = read(ann, order=order, cursor=cursor[:place] + other + cursor[place + 1 :])
            assert (answer.status, answer.json["code"]) == (400, "invalid_cursor"), place


@pytest.mark.parametrize(("given", "asked"), [("latest", "ranked"), ("ranked", "latest")])
def test_a_cursor_of_the_other_order_or_of_somebody_else_is_refused(
    join: Join, given: str, asked: str
) -> None:
    ann, eve = join("ann"), join("eve")
    for who in (ann, eve):
        publish(who), publish(who)
    cursor = cursor_of(ann, given)
    assert read(ann, order=given, cursor=cursor).status == 200
    for who, order in ((ann, asked), (eve, given), (eve, asked)):
        answer = read(who, order=order, cursor=cursor)
        assert (answer.status, answer.json["code"]) == (400, "invalid_cursor")


def taste_of(table: Table, who: Person, author: Person) -> tuple[int, int, int]:
    """Return how often somebody has taken to posts, to texts, and to an author."""
    taste = table.get(TasteItem, user_id=who.user_id)
    affinity = table.get(AffinityItem, user_id=who.user_id, author_id=author.user_id)
    return (
        int(taste.interactions) if taste else 0,
        int(taste.text) if taste else 0,
        int(affinity.interactions) if affinity else 0,
    )


@pytest.mark.parametrize(
    ("deed", "undone"), [("liked", "unliked"), ("reposted", "unreposted"), ("commented", "uncommented")]
)
def test_what_is_told_ten_times_counts_once_and_taken_back_not_at_all(
    table: Table, join: Join, deed: str, undone: str
) -> None:
    ann, bob = join("ann"), join("bob")
    first, second = publish(bob), publish(bob)
    assert taste_of(table, ann, bob) == (0, 0, 0)
    told(deed, ann, first, times=10)
    told(deed, ann, second, times=10)
    assert taste_of(table, ann, bob) == (2, 2, 2)
    told(undone, ann, first, times=10, event_id="taken back")
    told(undone, ann, first, times=10, event_id="taken back")
    assert taste_of(table, ann, bob) == (1, 1, 1)


def test_what_one_does_to_ones_own_or_to_what_is_gone_says_nothing(table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    own, gone = publish(ann), publish(bob)
    told("liked", ann, own)
    delete_post(bob, gone)
    told("liked", ann, gone)
    assert taste_of(table, ann, ann) == taste_of(table, ann, bob) == (0, 0, 0)


@pytest.mark.parametrize("is_deleted", [False, True])
def test_who_is_not_there_any_more_is_not_counted(table: Table, join: Join, *, is_deleted: bool) -> None:
    ann, eve, bob = join("ann"), join("eve"), join("bob")
    post_id = publish(bob)
    if is_deleted:
        erasure = Erasure(new_id(), ann.user_id, "posts", None, {}, system_clock())
        ErasureStore(table).begin(erasure, ann.user_id)
    else:
        StandingStore(table).change(ann.user_id, Standing.SUSPENDED)
    for who in (ann, eve):
        told("liked", who, post_id)
    assert taste_of(table, ann, bob) == (0, 0, 0)
    assert taste_of(table, eve, bob) == (1, 1, 1)


def test_a_taking_back_that_alone_was_counted_leaves_every_part_a_share(table: Table, join: Join) -> None:
    ann, bob, cat = join("ann"), join("bob"), join("cat")
    by_bob, by_cat = publish(bob), publish(cat)
    for author in (bob, cat):
        follow_and_merge(ann, author)
    told("unliked", ann, by_bob)
    for _ in range(3):
        told("liked", ann, by_cat)
    assert taste_of(table, ann, bob) == (2, 2, -1)
    scores = [item["score"] for item in ranked(ann, explain=1).json["items"]]
    assert [(score["affinity"], score["content"]) for score in scores] == [(1, 1), (0, 1)]


def test_the_order_follows_whom_and_what_a_reader_takes_to(table: Table, join: Join, clock: Hands) -> None:
    ann, eve, bob, cat = join("ann"), join("eve"), join("bob"), join("cat")
    by_bob, by_cat = made(bob, 1, at=clock.now - HOUR)[0], made(cat, 1, at=clock.now - HOUR + SECOND)[0]
    with_photo = made(cat, 1, at=clock.now - HOUR - SECOND)[0]
    photo = Medium(new_id(), cat.user_id, MediumKind.IMAGE, MediumStatus.READY)
    write(table, Update(PostItem.at(post_id=with_photo), [PostItem.media.set([media.written(photo)])]))
    for reader in (ann, eve):
        for author in (bob, cat):
            follow_and_merge(reader, author)
        assert best_first(reader) == [by_cat, by_bob, with_photo]
    for _ in range(3):
        told("liked", ann, by_bob)
        told("liked", eve, with_photo)
    assert best_first(ann) == [by_bob, by_cat, with_photo]
    assert best_first(eve) == [with_photo, by_cat, by_bob]
