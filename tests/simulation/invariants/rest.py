"""What is left when all has come to rest: nothing under way, nothing of what is gone, and feeds and tastes as told."""

import re
from collections import Counter
from collections.abc import Iterator

from functions.feed.tasting import WORTH
from kith.domain.clock import SECOND
from kith.events import USER_REGISTERED
from kith.table import schema
from tests.simulation.cloud import Cloud
from tests.simulation.invariants.stored import Stored, follows
from tests.simulation.truth import number

NUMBER = re.compile(r"[1-9]\d{9,}")
"""An identifier, however it is written."""
BEGUN_BY_ITSELF = "change-"
"""How the identity of a change begins, which is the trace of what was written outside of any."""


def nothing_left(cloud: Cloud) -> Iterator[str]:
    for name, queue in cloud.queues.items():
        if queue.messages or queue.dead:
            yield f"left in the queue {name}: {[each.body for each in [*queue.messages, *queue.dead]]}"
        if queue.sent != queue.handled:
            yield f"queue {name}: {queue.sent} sent, {queue.handled} handled"
    if any(shard.records for shard in cloud.stream.shards) or cloud.stream.set_aside or cloud.bus.under_way:
        yield "changes are left to tell of"
    if cloud.scheduler.tasks:
        yield f"still under way: {[task.name for task in cloud.scheduler.tasks]}"


def traces(cloud: Cloud) -> Iterator[str]:
    """Every event is of the trace of whoever wrote what it tells of; those who were there from the beginning had none."""
    for name, detail in cloud.bus.told.values():
        if name != USER_REGISTERED and detail.get("trace_id", BEGUN_BY_ITSELF).startswith(BEGUN_BY_ITSELF):
            yield f"{name} is of no trace: {detail}"


def gone(cloud: Cloud, stored: Stored) -> Iterator[str]:
    """Of posts and accounts that were deleted nothing is left but what has expired, which DynamoDB takes away in days."""
    now = cloud.scheduler.now // SECOND
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
            if "expires_at" in item and number(item, "expires_at") <= now:
                continue
            told = gone & set(NUMBER.findall(f"{values} {item}"))
            if told:
                yield f"{kind} {values} tells of {told}, which is gone"


def entries(cloud: Cloud, stored: Stored) -> Iterator[str]:
    """Feeds hold what those who are followed have published or reposted."""
    authors = {values["post_id"]: number(item, "author_id") for values, item in stored.of(schema.POST)}
    reposted = {(values["user_id"], values["post_id"]) for values, _ in stored.of(schema.REPOSTED)}
    for values, _ in stored.of(schema.FEED_ENTRY):
        reader_id, post_id, by_id = values["reader_id"], values["post_id"], values["by_id"]
        if reader_id != by_id and not follows(stored, reader_id, by_id):
            continue  # what came late is out of sight, and expires
        if authors.get(post_id) != by_id and (by_id, post_id) not in reposted:
            yield f"the feed of {reader_id} has {post_id} of {by_id}, who has nothing to do with it"


def tastes(cloud: Cloud, stored: Stored) -> Iterator[str]:
    """What readers take to is what was counted, each event once."""
    counted = {
        values["event_id"]
        for commit in cloud.engine.commits
        if (values := schema.COUNTED_EVENT.values(*commit.key)) is not None
    }
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
