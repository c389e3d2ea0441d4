"""What is used the most: every score is what the facts add up to, and every board is an excerpt of the scores."""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from kith.domain import ids
from kith.domain.trends import (
    KEPT,
    TAGS_OF_A_POST,
    TOLD_FROM,
    TOP,
    BoardKind,
    Contender,
    Window,
    ranked,
    weight,
)
from kith.table import schema
from tests.simulation.cloud import Cloud
from tests.simulation.invariants.stored import Stored
from tests.simulation.truth import Raw, flag, number, text

NEAR = 0.01
"""What was forgotten after ten half-lives, and rounding."""
COUNTING = {"like_id": 1, "repost_id": 2}
"""How often a deed counts, by what is stored of it."""
Contenders = dict[Window, list[Contender]]


def uses(cloud: Cloud, stored: Stored) -> Iterator[str]:
    """An account counts for a hashtag by a post that is there, for everybody and has it; and by its newest one."""
    public, now = _public(stored), cloud.scheduler.now
    counting = {
        (values["user_id"], text(item, "tag")): number(item, "post_id")
        for values, item in stored.of(schema.TAG_USE)
        if "post_id" in item
    }
    for (user_id, tag), post_id in counting.items():
        if post_id not in public or tag not in _tags(public[post_id]):
            yield f"{user_id} counts for #{tag} by {post_id}, which is not for everybody, or has it not"
    hidden = _ever_hidden(cloud)
    for (user_id, tag), post_id in _newest(cloud).items():
        is_remembered = ids.created_at(post_id) + KEPT > now
        if user_id not in hidden and is_remembered and post_id in public and tag in _tags(public[post_id]):
            known = counting.get((user_id, tag))
            if known != post_id:
                yield f"{user_id} counts for #{tag} by {known}, should by {post_id}"


def scores(cloud: Cloud, stored: Stored) -> Iterator[str]:
    """Hashtags have scored what is left of each account's use; posts, of what others have done to them.

    It counts from when it was heard of: so there is no more of it than all, and, where nothing was undone, no less than
    is left of what was done when it was done.
    """
    now = cloud.scheduler.now
    used: dict[str, list[int]] = defaultdict(list)
    for _, item in stored.of(schema.TAG_USE):
        if "post_id" in item:
            used[text(item, "tag")].append(ids.created_at(number(item, "post_id")))
    scored = {values["tag"]: item for values, item in stored.of(schema.TAG_TREND)}
    for tag in used.keys() | scored.keys():
        for window in Window:
            right = sum(weight(now - used_at, window) for used_at in used[tag])
            found = _score(scored[tag], window, now) if tag in scored else 0.0
            if abs(found - right) > NEAR:
                yield f"#{tag} has scored {found} in {window}, should {right}"
    counted = {values["post_id"]: item for values, item in stored.of(schema.POST_TREND)}
    undone = _ever_undone(cloud)
    for post_id, done in _done(stored).items():
        trend = counted.get(post_id)
        if (number(trend, "counted") if trend else 0) != len(done):
            yield f"of what was done to {post_id}, {trend} is counted, should be {len(done)}"
        for window in Window if trend else ():
            score, left = _score(trend or {}, window, now), sum(weight(now - at, window) for at in done)
            if score > len(done) + NEAR or (post_id not in undone and score < left - NEAR):
                yield f"{post_id} has scored {score} in {window}, should {left} or up to {len(done)}"


def boards(cloud: Cloud, stored: Stored) -> Iterator[str]:
    """Boards list what has scored the most; posts of who has ever been hidden may be left out, or still be there."""
    now, public = cloud.scheduler.now, _public(stored)
    tags = _contenders([(values["tag"], item) for values, item in stored.of(schema.TAG_TREND)])
    posts = _contenders([(str(values["post_id"]), item) for values, item in stored.of(schema.POST_TREND)])
    hidden, there = _ever_hidden(cloud), {values["post_id"]: item for values, item in stored.of(schema.POST)}
    aside = {str(post_id) for post_id, item in there.items() if number(item, "author_id") in hidden}
    shown = {str(post_id) for post_id in public}
    listed = {
        (values["kind"], values["window"]): [
            Contender(*each) for each in json.loads(text(item, "contenders"))
        ]
        for values, item in stored.of(schema.BOARD)
    }
    for window in Window:
        found = ranked(listed.get((BoardKind.HASHTAGS, window), []), window, now)
        if found != (right := ranked(tags[window], window, now)):
            yield f"hashtags of {window} are {found}, should be {right}"
        board = listed.get((BoardKind.POSTS, window), [])
        found = ranked([each for each in board if each.subject not in aside], window, now)
        right = ranked([each for each in posts[window] if each.subject in shown - aside], window, now)
        if found != right:
            yield f"posts of {window} are {found}, should be {right}"
        yield from (f"{each} is listed, and gone" for each in board if int(each.subject) not in there)


def told(cloud: Cloud, stored: Stored) -> Iterator[str]:
    """The author of each post that is among the first of a day is told so, and nobody else is told that."""
    known = {values["post_id"]: number(item, "author_id") for values, item in stored.of(schema.TRENDING)}
    told = {
        values["object_id"]: values["user_id"]
        for values, _ in stored.of(schema.NOTIFIED)
        if values["type"] == "trending"
    }
    for post_id, user_id in told.items():
        if known.get(post_id) != user_id:
            yield f"{user_id} is told that {post_id} is trending, which it is not"
    hidden, narrowed = _ever_hidden(cloud), _ever_narrowed(cloud)
    for post_id, user_id in known.items():
        if post_id not in told and post_id not in narrowed and user_id not in hidden:
            yield f"{user_id} is not told that {post_id} is trending"
    now, public = cloud.scheduler.now, _public(stored)
    first = [
        values["post_id"]
        for values, item in stored.of(schema.POST_TREND)
        if values["post_id"] in public and _score(item, Window.DAY, now) >= TOLD_FROM
    ]
    for post_id in first if len(first) <= TOP else ():
        if (
            post_id not in known
            and post_id not in narrowed
            and number(public[post_id], "author_id") not in hidden
        ):
            yield f"{post_id} is among the first, and nobody knows"


def _public(stored: Stored) -> dict[int, Raw]:
    """Return the posts that everybody may see."""
    shown = {
        values["user_id"]
        for values, item in stored.of(schema.USER)
        if text(item, "standing") == "active" and not flag(item, "is_private")
    }
    return {
        values["post_id"]: item
        for values, item in stored.of(schema.POST)
        if number(item, "author_id") in shown and _is_public(item)
    }


def _is_public(item: Raw) -> bool:
    return text(item, "visibility") == "public" and text(item, "status") == "published"


def _tags(post: Raw) -> set[str]:
    """Return the hashtags of which a post is a use."""
    return {tag["S"] for tag in post["hashtags"]["L"][:TAGS_OF_A_POST]}


def _newest(cloud: Cloud) -> dict[tuple[int, str], int]:
    """Return the newest post that an author ever had with a hashtag."""
    newest: dict[tuple[int, str], int] = {}
    for post_id, item in _versions(cloud):
        for tag in _tags(item):
            user_id = number(item, "author_id")
            newest[user_id, tag] = max(post_id, newest.get((user_id, tag), 0))
    return newest


def _ever_hidden(cloud: Cloud) -> set[int]:
    """Return who was ever private, suspended or deleted."""
    return {
        int(values["user_id"])
        for commit in cloud.engine.commits
        if (values := schema.USER.values(*commit.key)) is not None
        and (
            not commit.after or text(commit.after, "standing") != "active" or flag(commit.after, "is_private")
        )
    }


def _ever_narrowed(cloud: Cloud) -> set[int]:
    """Return the posts that were ever not for everybody who may see their authors'."""
    return {post_id for post_id, item in _versions(cloud) if not _is_public(item)}


def _versions(cloud: Cloud) -> Iterator[tuple[int, Raw]]:
    for commit in cloud.engine.commits:
        if commit.after and (values := schema.POST.values(*commit.key)) is not None:
            yield int(values["post_id"]), commit.after


def _done(stored: Stored) -> dict[int, list[int]]:
    """Return when others have done something to each post, as often as it counts."""
    authors = {values["post_id"]: number(item, "author_id") for values, item in stored.of(schema.POST)}
    done: dict[int, list[int]] = {post_id: [] for post_id in authors}
    for values, item in stored.of(schema.ENGAGEMENT):
        if values["post_id"] in authors and values["user_id"] != authors[values["post_id"]]:
            for deed, times in COUNTING.items():
                done[values["post_id"]] += (
                    [ids.created_at(number(item, deed))] * times if deed in item else []
                )
    return done


def _ever_undone(cloud: Cloud) -> set[int]:
    """Return the posts to which something was ever done and undone."""
    return {
        int(values["post_id"])
        for commit in cloud.engine.commits
        if (values := schema.ENGAGEMENT.values(*commit.key)) is not None
        and any(deed in (commit.before or {}) and deed not in (commit.after or {}) for deed in COUNTING)
    }


def _scores(item: Raw) -> dict[str, Any]:
    scores: dict[str, Any] = json.loads(text(item, "scores"))
    return scores


def _score(item: Raw, window: Window, now: int) -> float:
    return float(_scores(item)[window]) * weight(now - number(item, "scored_at"), window)


def _contenders(scored: list[tuple[str, Raw]]) -> Contenders:
    return {
        window: [
            Contender(name, _scores(item)[window], number(item, "scored_at"))
            for name, item in scored
            if _scores(item)[window] > 0
        ]
        for window in Window
    }
