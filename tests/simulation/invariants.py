"""What must hold when everything has come to rest, whatever happened before: derived from what is in the table alone.

Each function yields what is wrong, in words. What people see through the doors is compared in `people`.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from functions.feed.tasting import WORTH
from kith.table import schema
from kith.table.schema import KeyPattern
from tests.simulation.cloud import Cloud
from tests.simulation.truth import Raw, flag, number, text

Found = list[tuple[dict[str, Any], Raw]]
GATE = "GATE"
NUMBER = re.compile(r"[1-9]\d{9,}")
"""An identifier, however it is written."""
COUNTED = ("followers", "following", "posts", "requests", "wishes", "blocks", "mutes")


@dataclass
class Stored:
    """All items, by kind, with the values of their keys."""

    by_kind: dict[str, Found] = field(default_factory=lambda: defaultdict(list))

    def of(self, pattern: KeyPattern) -> Found:
        return self.by_kind[pattern.entity]

    def pairs(self, pattern: KeyPattern, first: str, second: str) -> Counter[tuple[int, int]]:
        """Return what stands beside what: each of the two is a value of the key, or an attribute."""
        return Counter((_value(each, first), _value(each, second)) for each in self.of(pattern))


def _value(found: tuple[dict[str, Any], Raw], name: str) -> int:
    values, item = found
    return int(values[name]) if name in values else number(item, name)


def stored_in(cloud: Cloud) -> Stored:
    """Return all that is in the table."""
    stored, patterns = Stored(), {pattern.entity: pattern for pattern in schema.ENTITIES}
    for key, item in cloud.engine.all():
        if key[1] == GATE:
            continue  # it tells nothing of anybody but how often they asked
        pattern = patterns[text(item, "kind")]
        stored.by_kind[pattern.entity].append((pattern.values(*key) or {}, item))
    return stored


def violations(cloud: Cloud) -> Iterator[str]:
    """Yield what is wrong."""
    stored = stored_in(cloud)
    yield from _nothing_left(cloud)
    yield from _lists(stored)
    yield from _tallies(stored)
    yield from _posts(stored)
    yield from _deeds(stored)
    yield from _gone(cloud, stored)
    yield from _entries(stored)
    yield from _once(stored)
    yield from _tastes(cloud, stored)
    yield from _fame(stored, cloud.knobs["celebrity_threshold"], cloud.knobs["celebrity_demotion"])
    yield from (f"a function failed: {each}" for each in cloud.failed)


def _nothing_left(cloud: Cloud) -> Iterator[str]:
    for name, queue in cloud.queues.items():
        if queue.messages or queue.dead:
            yield f"left in the queue {name}: {[each.body for each in [*queue.messages, *queue.dead]]}"
        if queue.sent != queue.handled:
            yield f"queue {name}: {queue.sent} sent, {queue.handled} handled"
    if any(shard.records for shard in cloud.stream.shards) or cloud.stream.set_aside or cloud.bus.under_way:
        yield "changes are left to tell of"
    if cloud.scheduler.tasks:
        yield f"still under way: {[task.name for task in cloud.scheduler.tasks]}"


def _lists(stored: Stored) -> Iterator[str]:  # noqa: C901, PLR0912  # one rule after the other
    """Every list says what the stances say, a request and an edge never stand side by side, and a block leaves neither."""
    expected: dict[str, Counter[tuple[int, int]]] = defaultdict(Counter)
    hidden: set[tuple[int, int, str]] = set()
    stances = {(values["user_id"], values["other_id"]): item for values, item in stored.of(schema.RELATION)}
    for (one, other), item in stances.items():
        state = text(item, "state")
        if state == "accepted":
            expected["Following"][one, other] += 1
            expected["Follower"][other, one] += 1
        elif state in {"pending", "rejected"}:
            expected["Request" if state == "pending" else "Rejected"][other, one] += 1
        if "block_id" in item:
            expected["Block"][one, other] += 1
            hidden.add((one, other, "blocked"))
            theirs = stances.get((other, one))
            if theirs is None or not flag(theirs, "is_blocked"):
                yield f"{other} does not know that {one} blocks them"
        if flag(item, "is_blocked"):
            hidden.add((one, other, "barred"))
            if "block_id" not in stances.get((other, one), {}):
                yield f"{one} believes that {other} blocks them"
        if "mute_id" in item:
            expected["Mute"][one, other] += 1
            hidden.add((one, other, "muted"))
        if state != "none" and ("block_id" in item or flag(item, "is_blocked")):
            yield f"{one} stands to {other} as {state}, across a block"
    for kind in (
        schema.FOLLOWING,
        schema.FOLLOWER,
        schema.REQUEST,
        schema.REJECTED,
        schema.BLOCK,
        schema.MUTE,
    ):
        listed = stored.pairs(kind, "user_id", "other_id")
        if listed != expected[kind.entity]:
            yield f"{kind.entity}: listed {dict(listed)}, is {dict(expected[kind.entity])}"
    for kind, one, other in (
        (schema.HIDDEN, "user_id", "author_id"),
        (schema.HIDER, "reader_id", "user_id"),
    ):
        marked = {
            (values[one], values[other], values["reason"])
            for values, _ in stored.of(kind)
            if values["reason"] != "unfollowed"
        }
        if marked != hidden:
            yield f"{kind.entity}: marked {marked}, is {hidden}"


def _tallies(stored: Stored) -> Iterator[str]:
    """Counters equal a recount."""
    recount: dict[int, Counter[str]] = defaultdict(Counter)
    for kind, name in (
        (schema.FOLLOWER, "followers"),
        (schema.FOLLOWING, "following"),
        (schema.REQUEST, "requests"),
        (schema.BLOCK, "blocks"),
        (schema.MUTE, "mutes"),
        (schema.AUTHORED, "posts"),
    ):
        for values, _ in stored.of(kind):
            recount[values["user_id"]][name] += 1
    for values, item in stored.of(schema.RELATION):
        recount[values["user_id"]]["wishes"] += text(item, "state") in {"accepted", "pending"}
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    for values, item in stored.of(schema.TALLY):
        for name in COUNTED:
            counted[values["user_id"]][name] += number(item, name)
    for user_id in counted.keys() | recount.keys():
        now, right = ({name: each[user_id][name] for name in COUNTED} for each in (counted, recount))
        if now != right:
            yield f"account {user_id} counts {now}, there are {right}"


def _posts(stored: Stored) -> Iterator[str]:
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


def _deeds(stored: Stored) -> Iterator[str]:  # noqa: C901, PLR0912  # one rule after the other
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


def _gone(cloud: Cloud, stored: Stored) -> Iterator[str]:
    """Of posts and accounts that were deleted nothing is left."""
    was: dict[str, set[int]] = {"post_id": set(), "user_id": set()}
    for commit in cloud.engine.commits:
        for pattern, name in ((schema.POST, "post_id"), (schema.USER, "user_id")):
            if (values := pattern.values(*commit.key)) is not None:
                was[name].add(int(values[name]))
    here = {values["post_id"] for values, _ in stored.of(schema.POST)}
    here |= {values["user_id"] for values, _ in stored.of(schema.USER)}
    gone = {str(each) for each in (was["post_id"] | was["user_id"]) - here}
    for kind, found in stored.by_kind.items():
        if kind == "Idempotency":
            continue  # an answer is kept as it was given, for a day
        for values, item in found:
            told = gone & set(NUMBER.findall(f"{values} {item}"))
            if told and not (kind == "FeedEntry" and _may_be_a_stray(cloud, stored, values)):
                yield f"{kind} {values} tells of {told}, which is gone"


def _entries(stored: Stored) -> Iterator[str]:
    """Feeds hold what those who are followed have published or reposted."""
    authors = {values["post_id"]: number(item, "author_id") for values, item in stored.of(schema.POST)}
    reposted = {(values["user_id"], values["post_id"]) for values, _ in stored.of(schema.REPOSTED)}
    for values, _ in stored.of(schema.FEED_ENTRY):
        reader_id, post_id, by_id = values["reader_id"], values["post_id"], values["by_id"]
        if reader_id != by_id and not _follows(stored, reader_id, by_id):
            continue  # what came late is out of sight, and expires
        if authors.get(post_id) != by_id and (by_id, post_id) not in reposted:
            yield f"the feed of {reader_id} has {post_id} of {by_id}, who has nothing to do with it"


def _may_be_a_stray(cloud: Cloud, stored: Stored, values: dict[str, Any]) -> bool:
    """Tell whether an entry may have been left by a worker that was killed when another had seen to its message.

    It is out of sight, for its reader does not follow who brought it, and expires.
    """
    happened = cloud.faults.happened
    is_possible = happened["killed"] and (happened["repeated message"] or happened["repeated event"])
    return bool(is_possible) and not _follows(stored, values["reader_id"], values["by_id"])


def _follows(stored: Stored, one: int, other: int) -> bool:
    return any(
        (values["user_id"], values["other_id"]) == (one, other) and text(item, "state") == "accepted"
        for values, item in stored.of(schema.RELATION)
    )


def _once(stored: Stored) -> Iterator[str]:
    """Every publication says something of its own, so what is there twice was made twice by one request."""
    for kind in (schema.POST, schema.COMMENT):
        for said, times in Counter(text(item, "text") for _, item in stored.of(kind)).items():
            if times > 1:
                yield f"{said!r} is there {times} times"


def _tastes(cloud: Cloud, stored: Stored) -> Iterator[str]:
    """What readers take to is what was counted, each event once."""
    counted = {values["event_id"] for values, _ in stored.of(schema.COUNTED_EVENT)}
    right: Counter[int] = Counter()
    here = {values["user_id"] for values, _ in stored.of(schema.USER)}
    for event_id, (name, detail) in cloud.bus.told.items():
        if event_id in counted and detail["user_id"] in here:
            right[detail["user_id"]] += WORTH[name]
    now = Counter(
        {values["user_id"]: number(item, "interactions") for values, item in stored.of(schema.TASTE)}
    )
    if +now != +right or -now != -right:
        yield f"tastes are {dict(now)}, were told {dict(right)}"


def _fame(stored: Stored, celebrated: int, forgotten: int) -> Iterator[str]:
    """Who has many followers is a celebrity, who has few is none, and all followers know of it."""
    followers = Counter(values["user_id"] for values, _ in stored.of(schema.FOLLOWER))
    famous = set()
    for values, item in stored.of(schema.USER):
        user_id = values["user_id"]
        is_celebrity = flag(item, "is_celebrity")
        famous |= {user_id} if is_celebrity else set()
        if followers[user_id] >= celebrated and not is_celebrity:
            yield f"{user_id} has {followers[user_id]} followers and is no celebrity"
        if followers[user_id] < forgotten and is_celebrity:
            yield f"{user_id} has {followers[user_id]} followers and is a celebrity"
        for shard, tally in stored.of(schema.TALLY):
            if shard["user_id"] == user_id:
                for name in ("is_celebrity", "is_private"):
                    if flag(tally, name) != flag(item, name):
                        yield f"a part of the counters of {user_id} says otherwise: {name}"
    marked = {
        (values["user_id"], values["celebrity_id"])
        for values, item in stored.of(schema.CELEBRITY)
        if "expires_at" not in item
    }
    should = {
        (values["user_id"], number(item, "other_id"))
        for values, item in stored.of(schema.FOLLOWING)
        if number(item, "other_id") in famous
    }
    if marked != should:
        yield f"celebrities are marked as {marked}, should be {should}"
