"""Posts, what leads to them, and what is done to them."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from kith.table import schema
from tests.simulation.cloud import Cloud
from tests.simulation.invariants.stored import Stored
from tests.simulation.truth import number, text


def posts_and_their_lists(stored: Stored) -> Iterator[str]:
    """Whatever leads to a post leads to one that is there, and to each that is there."""
    posts = {values["post_id"]: item for values, item in stored.of(schema.POST)}
    expected: dict[str, set[tuple[Any, int]]] = defaultdict(set)
    for post_id, item in posts.items():
        expected["Authored"].add((number(item, "author_id"), post_id))
        expected["Tagged"] |= {(tag["S"], post_id) for tag in item["hashtags"]["L"]}
        expected["Mention"] |= {(int(each["M"]["user_id"]["N"]), post_id) for each in item["mentions"]["L"]}
        if number(item, "reply_to") in posts:
            expected["Reply"].add((number(item, "reply_to"), post_id))
        if number(item, "quote_of") in posts:
            expected["Quote"].add((number(item, "quote_of"), post_id))
        if "thread_id" in item:
            expected["ThreadNode"].add((number(item, "thread_id"), post_id))
    for kind, one, other in (
        (schema.AUTHORED, "user_id", "post_id"),
        (schema.TAGGED, "tag", "post_id"),
        (schema.MENTION, "user_id", "post_id"),
        (schema.REPLY, "post_id", "reply_id"),
        (schema.QUOTE, "post_id", "quote_id"),
        (schema.THREAD_NODE, "thread_id", "post_id"),
    ):
        there = {
            (values[one], values[other] if other in values else number(item, other))
            for values, item in stored.of(kind)
        }
        if there != expected[kind.entity]:
            yield f"{kind.entity}: there are {there}, should be {expected[kind.entity]}"


def media(cloud: Cloud, stored: Stored) -> Iterator[str]:
    """A post is published when all its media are ready, and not before; files are those of media, once they are made."""
    shown: dict[int, list[str]] = defaultdict(list)
    expected = set()
    for values, item in stored.of(schema.MEDIUM):
        shown[number(item, "post_id")].append(text(item, "status"))
        if text(item, "status") == "processing":
            yield f"medium {values['media_id']} is still being processed"
        if text(item, "status") == "ready":
            name, bucket = f"media/{values['media_id']}/640.webp", cloud.bucket
            expected.add(name)
            drawn = [bucket.contents[version] for version in bucket.versions.get(name, [])[-1:]]
            if drawn != [bucket.contents[text(item, "version")]]:
                yield f"medium {values['media_id']} shows another upload than the one that counts: {drawn}"
    files = {name for name in cloud.bucket.versions if not name.startswith("exports/")}
    if files != expected:
        yield f"files are {sorted(files)}, should be {sorted(expected)}"
    for values, item in stored.of(schema.POST):
        is_ready = all(status == "ready" for status in shown[values["post_id"]])
        if (text(item, "status") == "published") != is_ready:
            yield f"post {values['post_id']} is {text(item, 'status')}, its media are {shown[values['post_id']]}"


def avatars(stored: Stored) -> Iterator[str]:
    """What stands for an account is its own, and is ready; no other picture waits to."""
    worn = {
        (values["user_id"], number(item, "avatar_id"))
        for values, item in stored.of(schema.USER)
        if "avatar_id" in item
    }
    ready = {
        (number(item, "owner_id"), values["media_id"])
        for values, item in stored.of(schema.MEDIUM)
        if (text(item, "media_kind"), text(item, "status")) == ("avatar", "ready")
    }
    if worn != ready:
        yield f"avatars are {sorted(worn)}, should be {sorted(ready)}"


def deeds(stored: Stored) -> Iterator[str]:  # noqa: C901, PLR0912  # one rule after the other
    """Likes, reposts, bookmarks and comments stand in all their lists, and counts equal a recount."""
    expected: dict[str, set[tuple[int, int]]] = defaultdict(set)
    recount: dict[int, Counter[str]] = defaultdict(Counter)
    posts = {values["post_id"]: number(item, "author_id") for values, item in stored.of(schema.POST)}
    for values, item in stored.of(schema.ENGAGEMENT):
        pair = values["user_id"], values["post_id"]
        is_own = posts.get(pair[1]) == pair[0]
        for name, entities in (
            ("like_id", ("Like",)),
            (
                "repost_id",
                ("Repost",) if is_own else ("Repost", "Reposted"),
            ),  # one's own reaches nobody twice
            ("bookmark_id", ("Bookmark", "Bookmarker")),
        ):
            if name in item:
                for entity in entities:
                    expected[entity].add(pair)
        recount[pair[1]]["likes"] += "like_id" in item
        recount[pair[1]]["reposts"] += "repost_id" in item
        if pair[1] not in posts:
            yield f"{pair[0]} has done something to {pair[1]}, which is gone"
    for values, item in stored.of(schema.COMMENT):
        recount[values["post_id"]]["comments"] += 1
        expected["Commented"].add((number(item, "author_id"), values["comment_id"]))
        if values["post_id"] not in posts:
            yield f"a comment under {values['post_id']}, which is gone"
    for kind, one, other in (
        (schema.LIKE, "other_id", "post_id"),
        (schema.REPOST, "other_id", "post_id"),
        (schema.BOOKMARKER, "other_id", "post_id"),
        (schema.BOOKMARK, "user_id", "post_id"),
        (schema.REPOSTED, "user_id", "post_id"),
        (schema.COMMENTED, "user_id", "comment_id"),
    ):
        there = set(stored.pairs(kind, one, other))
        if there != expected[kind.entity]:
            yield f"{kind.entity}: there are {there}, should be {expected[kind.entity]}"
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    for kind in (schema.POST, schema.COUNT):
        for values, item in stored.of(kind):
            for name in ("likes", "reposts", "comments"):
                counted[values["post_id"]][name] += number(item, name)
            if values["post_id"] not in posts:
                yield f"counts of {values['post_id']}, which is gone"
    for post_id in posts:
        if counted[post_id] != recount[post_id]:
            yield f"post {post_id} counts {dict(counted[post_id])}, there are {dict(recount[post_id])}"


def once(stored: Stored) -> Iterator[str]:
    """Every publication says something of its own, so what is there twice was made twice by one request."""
    for kind in (schema.POST, schema.COMMENT):
        for said, times in Counter(text(item, "text") for _, item in stored.of(kind)).items():
            if times > 1:
                yield f"{said!r} is there {times} times"
