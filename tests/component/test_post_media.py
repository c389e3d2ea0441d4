"""Posts with media: which a post may show, and how it waits for those that are not ready."""

import itertools
from collections.abc import Sequence
from typing import Any

import pytest

from functions.feed.api import door as feed_door
from functions.post.api import door
from kith.domain.feeds import Arrival, FeedEntry
from kith.table.connection import Table
from kith.table.feeds import FeedStore
from kith.table.items import MediumItem, UploadItem
from tests.component.conftest import Join, Person, everything, make_edge, new_id
from tests.component.publishing import (
    AUTHORED,
    QUOTES,
    TAGGED,
    THREAD,
    before_its_write,
    delete,
    edit,
    listed,
    listing,
    publish,
    publish_meanwhile,
    read,
    submit,
    told,
    without_request,
)

RETENTION = 10**9
FILE = {"name": "640", "width": 640, "height": 480, "bytes": 9_000, "content_type": "image/webp"}
DETAILS = {
    "width": 640,
    "height": 480,
    "blurhash": "LEHV6nWB2yk8",
    "renditions": [{**FILE, "file": "640.webp"}],
    "exif": {"GPS": "nobody's business"},
}


def make_medium(table: Table, owner: Person, status: str = "ready", **more: Any) -> int:
    media_id = new_id()
    kept = {"owner_id": owner.user_id, "media_kind": "image", "status": status} | more
    table.put(MediumItem.at(kept, media_id=media_id))
    table.put(UploadItem.at(user_id=owner.user_id, media_id=media_id))
    return media_id


def become(table: Table, media_id: int, status: str, **more: Any) -> None:
    """Let a medium have become something, of which nobody knows yet."""
    item = table.get(MediumItem, media_id=media_id)
    assert item is not None
    item.status = status
    for name, value in more.items():
        setattr(item, name, value)
    table.put(item)


def ready(table: Table, media_id: int, *, times: int = 1) -> None:
    become(table, media_id, "ready", details=DETAILS)
    told("media.processed", media_id=media_id, times=times)


def shown_by(table: Table, media_id: int) -> int | None:
    item = table.get(MediumItem, media_id=media_id)
    assert item is not None
    return None if item.post_id is None else int(item.post_id)


def status_of(who: Person, post_id: int) -> str:
    return str(read(who, post_id).json["status"])


def test_a_post_with_media_that_are_ready_is_published_with_them(table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    media = [make_medium(table, ann, alt_text="a cat", details=DETAILS), make_medium(table, ann)]
    assert [shown_by(table, each) for each in media] == [None, None]
    answer = submit(ann, "look", media_ids=media[::-1])
    assert (answer.status, answer.json["status"]) == (201, "published")
    assert [each["media_id"] for each in answer.json["media"]] == media[::-1]
    (rendition,) = answer.json["media"][1]["renditions"]
    assert rendition["url"].endswith("/640.webp")
    assert answer.json["media"][1] == {
        "media_id": media[0],
        "kind": "image",
        "status": "ready",
        "reason": None,
        "alt_text": "a cat",
        "width": 640,
        "height": 480,
        "duration": None,
        "blurhash": "LEHV6nWB2yk8",
        "renditions": [{**FILE, "url": rendition["url"]}],
    }
    assert "business" not in answer.text
    assert "business" not in str(
        [each for each in everything().values() if each.get("kind") == {"S": "Post"}]
    )
    assert read(bob, answer.json["post_id"]).json == answer.json
    assert [shown_by(table, each) for each in media] == [answer.json["post_id"]] * 2


def test_a_text_may_be_empty_where_there_are_media(table: Table, join: Join) -> None:
    ann = join("ann")
    assert submit(ann, "").status == submit(ann, "", media_ids=[]).status == 422
    post_id = publish(ann, "", media_ids=[make_medium(table, ann)])
    assert read(ann, post_id).json["text"] == ""
    assert edit(ann, post_id, text="words").json["text"] == "words"
    assert edit(ann, post_id, text="").json["text"] == ""
    assert edit(ann, publish(ann, "words"), text="").status == 422


def surfaces(who: Person, author: Person, post_id: int, root: int) -> dict[str, bool]:
    """Tell of each surface whether it shows a post with the hashtag `cat` that answers and quotes another one."""
    replies = listing(who, THREAD, post_id=root).json["replies"]
    at_once = who.at(door).send("GET /api/v1/posts", query={"ids": str(post_id)})
    feed = who.at(feed_door).send("GET /api/v1/feed").json["items"]
    return {
        "read": read(who, post_id).status == 200,
        "at once": at_once.json["posts"] != [],
        "by author": post_id in listed(who, AUTHORED, user_id=author.user_id),
        "tagged": post_id in listed(who, TAGGED, tag="cat"),
        "quotes": post_id in listed(who, QUOTES, post_id=root),
        "thread": post_id in [each["post"]["post_id"] for each in replies],
        "thread of its own": listing(who, THREAD, post_id=post_id).status == 200,
        "feed": post_id in [item["post"]["post_id"] for item in feed],
    }


def test_a_post_that_waits_is_its_authors_own_until_its_medium_is_ready(table: Table, join: Join) -> None:
    ann, bob, fan = join("ann"), join("bob"), join("fan")
    make_edge(table, fan, ann)
    root = publish(bob)
    media_id = make_medium(table, ann, "processing")
    answer = submit(ann, "a #cat", media_ids=[media_id], reply_to=root, quote_of=root)
    post_id = answer.json["post_id"]
    entry = FeedEntry(fan.user_id, post_id, ann.user_id, Arrival.PUSHED)
    FeedStore(table).deliver([entry], retention=RETENTION * 10)
    assert (answer.status, answer.json["status"]) == (201, "processing")
    assert answer.json["media"][0]["status"] == "processing"
    assert set(surfaces(ann, ann, post_id, root).values()) == {True}
    for who in (fan, bob):
        assert set(surfaces(who, ann, post_id, root).values()) == {False}
        assert without_request(read(who, post_id)) == without_request(read(who, 12_345))
        for reference in ("reply_to", "quote_of"):
            assert submit(who, **{reference: post_id}).status == 422
    ready(table, media_id)
    for who in (ann, fan):
        assert set(surfaces(who, ann, post_id, root).values()) == {True}
    published = read(fan, post_id).json
    assert published["status"] == "published"
    assert (published["media"][0]["status"], published["media"][0]["width"]) == ("ready", 640)
    assert published["edited_at"] is None


@pytest.mark.parametrize("times", [1, 10])
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_post_is_published_when_all_its_media_are_ready_in_whatever_order(
    table: Table, join: Join, order: Sequence[int], times: int
) -> None:
    ann, bob = join("ann"), join("bob")
    statuses = ("processing", "awaiting_upload", "processing")
    media = [make_medium(table, ann, status) for status in statuses]
    post_id = publish(ann, media_ids=media)
    for place in order[:2]:
        ready(table, media[place], times=times)
        assert status_of(ann, post_id) == "processing"
        assert read(bob, post_id).status == 404
    assert sorted(each["status"] for each in read(ann, post_id).json["media"]).count("ready") == 2
    ready(table, media[order[2]], times=times)
    assert status_of(bob, post_id) == "published"
    before = everything()
    for media_id in media:
        told("media.processed", media_id=media_id, times=times)
    assert everything() == before


def test_events_that_come_late_and_in_the_wrong_order_publish_it_once(table: Table, join: Join) -> None:
    ann = join("ann")
    media = [make_medium(table, ann, "processing") for _ in range(2)]
    post_id = publish(ann, media_ids=media)
    told("media.processed", media_id=media[0])
    assert status_of(ann, post_id) == "processing"
    for media_id in media:
        become(table, media_id, "ready")
    told("media.processed", media_id=media[1])
    assert status_of(ann, post_id) == "published"
    before = everything()
    told("media.processed", media_id=media[0])
    assert everything() == before


def test_a_rejected_medium_keeps_a_post_back_and_its_author_is_told_why(table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    media = [make_medium(table, ann, "processing") for _ in range(2)]
    post_id = publish(ann, media_ids=media)
    become(table, media[0], "rejected", reason="It is no picture.")
    told("media.rejected", media_id=media[0], times=3)
    ready(table, media[1])
    found = read(ann, post_id).json
    assert found["status"] == "processing"
    assert [(each["status"], each["reason"]) for each in found["media"]] == [
        ("rejected", "It is no picture."),
        ("ready", None),
    ]
    assert read(bob, post_id).status == 404
    assert delete(ann, post_id).status == 204
    assert read(ann, post_id).status == 404


def test_an_edit_of_a_post_that_waits_stays_when_it_is_published(table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    media_id = make_medium(table, ann, "processing")
    post_id = publish(ann, "first", media_ids=[media_id])
    assert edit(ann, post_id, text="second").json["status"] == "processing"
    assert edit(bob, post_id, text="mine").status == 404
    become(table, media_id, "ready")
    with before_its_write(table, lambda: told("media.processed", media_id=media_id)):
        answer = edit(ann, post_id, text="third")
    assert (answer.json["text"], answer.json["status"]) == ("third", "published")
    assert read(bob, post_id).json["text"] == "third"


def test_the_events_of_two_media_at_the_same_moment_publish_the_post(table: Table, join: Join) -> None:
    ann = join("ann")
    media = [make_medium(table, ann, "processing") for _ in range(2)]
    post_id = publish(ann, media_ids=media)
    become(table, media[0], "ready")
    with before_its_write(table, lambda: ready(table, media[1])):
        told("media.processed", media_id=media[0])
    assert status_of(ann, post_id) == "published"
    assert [each["status"] for each in read(ann, post_id).json["media"]] == ["ready", "ready"]


def test_a_post_deleted_while_its_medium_becomes_ready_stays_deleted(table: Table, join: Join) -> None:
    ann = join("ann")
    media_id = make_medium(table, ann, "processing")
    post_id = publish(ann, media_ids=[media_id])
    become(table, media_id, "ready")
    with before_its_write(table, lambda: delete(ann, post_id)):
        told("media.processed", media_id=media_id)
    assert read(ann, post_id).status == 404
    told("post.deleted", post_id=post_id, user_id=ann.user_id)
    told("media.processed", media_id=media_id)
    assert table.get(MediumItem, media_id=media_id) is None
    assert [key for key in everything() if f"{post_id:016}" in "".join(key)] == []


def test_a_medium_that_becomes_ready_while_it_is_posted_does_not_keep_the_post_waiting(
    table: Table, join: Join
) -> None:
    ann, bob = join("ann"), join("bob")
    media_id = make_medium(table, ann, "processing")
    with before_its_write(table, lambda: ready(table, media_id)):
        answer = submit(ann, media_ids=[media_id])
    assert (answer.status, answer.json["status"]) == (201, "published")
    assert status_of(bob, answer.json["post_id"]) == "published"
    assert shown_by(table, media_id) == answer.json["post_id"]


def test_a_medium_rejected_while_it_is_posted_is_refused_and_nothing_is_stored(
    table: Table, join: Join
) -> None:
    ann = join("ann")
    media_id = make_medium(table, ann, "processing")
    with before_its_write(table, lambda: become(table, media_id, "rejected")):
        answer = submit(ann, media_ids=[media_id])
    assert (answer.status, [error["field"] for error in answer.json["errors"]]) == (422, ["media_ids"])
    assert listed(ann, AUTHORED, user_id=ann.user_id) == []
    assert shown_by(table, media_id) is None


def test_two_posts_at_the_same_moment_do_not_show_one_medium(table: Table, join: Join) -> None:
    ann = join("ann")
    media_id = make_medium(table, ann)
    first: list[int] = []
    with before_its_write(table, lambda: first.append(publish_meanwhile(ann, media_ids=(media_id,)))):
        answer = submit(ann, media_ids=[media_id])
    assert answer.status == 422
    assert listed(ann, AUTHORED, user_id=ann.user_id) == first
    assert shown_by(table, media_id) == first[0]


UNFIT = (
    "another's",
    "rejected",
    "an avatar",
    "shown already",
    "unknown",
    "twice",
    "eleven",
    "beside a good one",
)


@pytest.mark.parametrize("why", UNFIT)
def test_a_medium_that_does_not_fit_is_refused_and_nothing_is_stored(
    table: Table, join: Join, why: str
) -> None:
    ann, bob = join("ann"), join("bob")
    good = make_medium(table, ann)
    shown = make_medium(table, ann)
    publish(ann, media_ids=[shown])
    media = {
        "another's": [make_medium(table, bob)],
        "rejected": [make_medium(table, ann, "rejected", reason="It is no picture.")],
        "an avatar": [make_medium(table, ann, media_kind="avatar")],
        "shown already": [shown],
        "unknown": [12_345],
        "twice": [good, good],
        "eleven": [make_medium(table, ann) for _ in range(11)],
        "beside a good one": [good, make_medium(table, bob)],
    }[why]
    before = everything()
    answer = submit(ann, "look", media_ids=media)
    assert (answer.status, answer.json["code"]) == (422, "invalid")
    assert {error["field"].partition(".")[0] for error in answer.json["errors"]} == {"media_ids"}
    assert everything() == before
    assert submit(ann, "look", media_ids=[good]).status == 201


def test_another_ones_medium_cannot_be_told_from_none(table: Table, join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    theirs = make_medium(table, bob)
    refused, unknown = submit(ann, media_ids=[theirs]), submit(ann, media_ids=[12_345])
    assert refused.status == 422
    assert without_request(refused) == without_request(unknown)
    assert submit(bob, media_ids=[theirs]).status == 201


def test_ten_media_are_the_most(table: Table, join: Join) -> None:
    ann = join("ann")
    media = [make_medium(table, ann, ("ready", "processing")[place % 2]) for place in range(10)]
    tags = " ".join(f"#tag{number}" for number in range(30))
    names = " ".join(f"@{join(f'person{number}').username}" for number in range(30))
    root = publish(ann)
    answer = submit(ann, f"{tags} {names}", media_ids=media, reply_to=root, quote_of=root)
    assert (answer.status, answer.json["status"]) == (201, "processing")
    assert [len(answer.json[name]) for name in ("media", "hashtags", "mentions")] == [10, 30, 30]
    for media_id in media[1::2]:
        ready(table, media_id)
    assert status_of(ann, answer.json["post_id"]) == "published"


@pytest.mark.parametrize("event", ["media.processed", "media.rejected"])
def test_an_event_of_a_medium_that_no_post_waits_for_changes_nothing(
    table: Table, join: Join, event: str
) -> None:
    ann = join("ann")
    unattached, published = make_medium(table, ann), make_medium(table, ann)
    publish(ann, media_ids=[published])
    before = everything()
    for media_id in (unattached, published, 12_345):
        told(event, media_id=media_id)
    told("media.forgotten", media_id=unattached)
    assert everything() == before
