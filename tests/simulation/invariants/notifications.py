"""What people are told: everything once, of what is there, and of all that is there."""

from collections import Counter
from collections.abc import Iterator

from kith.domain.clock import SECOND
from kith.table import schema
from kith.table.patterns import KeyPattern
from tests.simulation.cloud import Cloud
from tests.simulation.invariants.stored import Stored, follows
from tests.simulation.truth import Raw, flag, number, text

DEEDS = {"like_id": "post_liked", "repost_id": "reposted"}
ABOUT_POSTS = {"post_liked", "post_commented", "reposted", "replied", "quoted", "mentioned", "trending"}


def places(stored: Stored) -> Iterator[str]:
    """Whatever somebody is told of stands in their list once, and nothing else does; it is of somebody and of something."""
    listed = Counter(
        (values["user_id"], text(item, "type"), number(item, "object_id"), values["notification_id"])
        for values, item in stored.of(schema.NOTIFICATION)
    )
    known = Counter(
        (values["user_id"], values["type"], values["object_id"], number(item, "notification_id"))
        for values, item in stored.of(schema.NOTIFIED)
    )
    if listed != known:
        yield f"lists of notifications hold {dict(listed)}, should {dict(known)}"
    posts = {values["post_id"] for values, _ in stored.of(schema.POST)}
    people = {values["user_id"] for values, _ in stored.of(schema.USER)}
    for user_id, about, object_id, _ in known:
        if user_id not in people:
            yield f"{user_id} is told something, and is gone"
        if about in ABOUT_POSTS and object_id not in posts:
            yield f"{user_id} is told that {object_id} is {about}, which is gone"


def bells(stored: Stored) -> Iterator[str]:
    """Both ends of a bell are there, and only with a follow."""
    near = stored.pairs(schema.BELL, "user_id", "author_id")
    far = stored.pairs(schema.LISTENER, "reader_id", "user_id")
    if near != far:
        yield f"bells are {dict(near)} at one end, {dict(far)} at the other"
    for one, other in near:
        if not follows(stored, one, other):
            yield f"{one} listens to {other}, whom they do not follow"


def digests(cloud: Cloud, stored: Stored) -> Iterator[str]:
    """What is still to be summed up is in the list of what is due, and nothing else is, nor what is overdue."""
    now = cloud.scheduler.now

    def listed(kind: KeyPattern) -> set[tuple[int, str, int]]:
        return {
            (values["user_id"], values["pace"], values["due_at"])
            for values, item in stored.of(kind)
            if number(item, "expires_at") > now // SECOND and not flag(item, "is_closed")
        }

    near, far = listed(schema.DIGEST), listed(schema.DUE_DIGEST)
    if near != far:
        yield f"digests are open: {near}, and due: {far}"
    for user_id, pace, due_at in far:
        if due_at <= now:
            yield f"the {pace} digest of {user_id} has been due since {due_at}"


def all_told(cloud: Cloud, stored: Stored) -> Iterator[str]:
    """Everybody is told of all that is done to their posts, by whom they never parted from; but for who was suspended."""
    authors = {values["post_id"]: number(item, "author_id") for values, item in stored.of(schema.POST)}
    done = {
        (values["user_id"], DEEDS[name], values["post_id"])
        for values, item in stored.of(schema.ENGAGEMENT)
        for name in DEEDS
        if name in item
    }
    done |= {
        (number(item, "author_id"), "post_commented", values["post_id"])
        for values, item in stored.of(schema.COMMENT)
    }
    told = {
        (values["user_id"], values["type"], values["object_id"]) for values, _ in stored.of(schema.NOTIFIED)
    }
    apart = _ever_apart(cloud)
    for actor_id, about, post_id in done:
        author_id = authors.get(post_id, actor_id)
        ways_apart = {(author_id, actor_id), (actor_id, actor_id), (author_id, author_id)}
        if author_id != actor_id and not ways_apart & apart:
            subject = author_id, about, post_id
            if subject not in told:
                yield f"{author_id} is not told that {post_id} is {about} by {actor_id}"


def _ever_apart(cloud: Cloud) -> set[tuple[int, int]]:
    """Return who has ever muted or blocked whom, or was blocked; who was ever suspended stands beside themselves."""
    apart = set()
    for commit in cloud.engine.commits:
        after = commit.after or {}
        if (values := schema.RELATION.values(*commit.key)) is not None:
            if "mute_id" in after or "block_id" in after or flag(after, "is_blocked"):
                apart.add((int(values["user_id"]), int(values["other_id"])))
        elif (values := schema.USER.values(*commit.key)) is not None and _is_away(after):
            apart.add((int(values["user_id"]), int(values["user_id"])))
    return apart


def _is_away(after: Raw) -> bool:
    return bool(after) and text(after, "standing") != "active"
