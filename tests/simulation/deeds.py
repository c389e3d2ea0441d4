"""What people do: each asks a door for something, and says what its answer tells."""

from kith.domain.clock import DAY
from kith.table import schema
from kith.table.schema import PARTITION_KEY, SORT_KEY
from tests.builders import Answer
from tests.simulation.people import Told, Town
from tests.simulation.registers import Fact

OK, CREATED, ACCEPTED, NO_CONTENT = 200, 201, 202, 204
UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, CONFLICT, UNPROCESSABLE = 401, 403, 404, 409, 422
TAGS = ("tram", "night")


def follow(town: Town, name: str, other: str) -> None:
    wish: Fact = ("wish", name, other)

    def told(answer: Answer) -> Told:
        return {wish: answer.json["status"]}

    town.ask(
        "follow",
        name,
        "POST /api/v1/graph/follow/{user_id}",
        user_id=town.people[other].user_id,
        allowed={OK, NOT_FOUND},
        touched=[wish],
        relies=[("private", other)],
        told=told,
    )


def unfollow(town: Town, name: str, other: str) -> None:
    wish: Fact = ("wish", name, other)
    town.ask(
        "unfollow",
        name,
        "DELETE /api/v1/graph/unfollow/{user_id}",
        user_id=town.people[other].user_id,
        allowed={OK, NOT_FOUND},
        touched=[wish],
        told=lambda _: {wish: frozenset({"none", "rejected"})},  # nobody is told of a rejection
    )


def remove(town: Town, name: str, other: str) -> None:
    """Make somebody follow one no longer; who only asks to is not meant."""
    town.ask(
        "remove",
        name,
        "DELETE /api/v1/graph/followers/{user_id}",
        user_id=town.people[other].user_id,
        allowed={OK, NOT_FOUND},
        touched=[("wish", other, name)],
    )


def decide(town: Town, name: str, other: str, action: str) -> None:
    """Accept or reject who asks to follow."""
    wish: Fact = ("wish", other, name)
    town.ask(
        action,
        name,
        "POST /api/v1/graph/requests/{follower_id}",
        {"action": action},
        follower_id=town.people[other].user_id,
        allowed={OK, NOT_FOUND},
        touched=[wish],
        relies=[("private", name)],
        told=lambda _: {wish: {"accept": "accepted", "reject": "rejected"}[action]},
    )


def block(town: Town, name: str, other: str) -> None:
    wishes: list[Fact] = [("wish", name, other), ("wish", other, name)]
    mine: Fact = ("block", name, other)
    town.ask(
        "block",
        name,
        "POST /api/v1/graph/block/{user_id}",
        user_id=town.people[other].user_id,
        allowed={OK, NOT_FOUND},
        touched=[*wishes, mine],
        told=lambda _: {mine: True, **dict.fromkeys(wishes, "none")},
    )


def unblock(town: Town, name: str, other: str) -> None:
    mine: Fact = ("block", name, other)
    town.ask(
        "unblock",
        name,
        "DELETE /api/v1/graph/block/{user_id}",
        user_id=town.people[other].user_id,
        allowed={OK, NOT_FOUND},
        touched=[mine],
        told=lambda _: {mine: False},
    )


def mute(town: Town, name: str, other: str, *, is_muted: bool = True) -> None:
    mine: Fact = ("mute", name, other)
    town.ask(
        "mute" if is_muted else "unmute",
        name,
        f"{'POST' if is_muted else 'DELETE'} /api/v1/graph/mute/{{user_id}}",
        user_id=town.people[other].user_id,
        allowed={OK, NOT_FOUND},
        touched=[mine],
        told=lambda _: {mine: is_muted},
    )


def change_privacy(town: Town, name: str, *, is_private: bool) -> None:
    def is_wish(fact: Fact) -> bool:
        return fact[0] == "wish" and fact[2] == name

    mine: Fact = ("private", name)
    town.registers.muddle(is_wish)
    town.ask(
        "go private" if is_private else "go public",
        name,
        "PATCH /api/v1/users/me",
        {"is_private": is_private},
        allowed={OK},
        touched=[mine],
        told=lambda _: {mine: is_private},
    )
    town.registers.muddle(is_wish)  # who waits is let in later


def publish(town: Town, name: str, words: str = "", **fields: object) -> int | None:
    """Publish something that nobody has said before; return what it became, if that was told."""
    marker = f"post {len(town.markers)}"
    town.markers.add(marker)
    body = {"text": f"{marker} {words}".strip(), "visibility": "public"} | fields
    begun = town.registers.begin([])
    answer = town.ask(
        "publish",
        name,
        "POST /api/v1/posts",
        body,
        headers={"idempotency-key": f"key of {marker}"},
        allowed={CREATED, UNPROCESSABLE},
    )
    if answer is None or answer.status != CREATED:
        return None
    post_id = int(answer.json["post_id"])
    town.posts[post_id] = name
    if town.registers.are_calm([("alive", name)], begun):
        town.registers.learn(("post", post_id), body["text"])
        town.registers.learn(("visibility", post_id), body["visibility"])
    return post_id


def edit(town: Town, name: str, post_id: int, visibility: str, **more: str) -> None:
    """Let a post be for others, or say something else; who is not its author may not."""
    facts: list[Fact] = [("post", post_id), ("visibility", post_id)]

    def told(answer: Answer) -> Told:
        return dict(zip(facts, (answer.json["text"], visibility), strict=True))

    is_own = name == town.posts[post_id]
    town.ask(
        "edit" if is_own else "edit another's",
        name,
        "PATCH /api/v1/posts/{post_id}",
        {"visibility": visibility} | more,
        post_id=post_id,
        allowed={OK if is_own else FORBIDDEN, NOT_FOUND},
        touched=facts if is_own else [],
        told=told,
    )


def delete(town: Town, post_id: int) -> None:
    """Let a post be deleted by its author."""

    def is_about_it(fact: Fact) -> bool:
        return post_id in fact and fact[0] not in {"post", "visibility"}

    facts: list[Fact] = [("post", post_id), ("visibility", post_id)]
    town.registers.muddle(is_about_it)
    town.ask(
        "delete",
        town.posts[post_id],
        "DELETE /api/v1/posts/{post_id}",
        post_id=post_id,
        allowed={NO_CONTENT, NOT_FOUND},
        touched=facts,
        told=lambda _: dict.fromkeys(facts),
    )
    town.registers.muddle(is_about_it)


ANSWERED = {"like": "liked", "repost": "reposted", "bookmark": "bookmarked"}
"""What the answer to each deed tells."""


def do_to_post(town: Town, name: str, post_id: int, deed: str, *, is_done: bool = True) -> None:
    """Like, repost or bookmark a post, or take that back."""
    mine: Fact = (deed, name, post_id)
    town.ask(
        deed if is_done else f"un{deed}",
        name,
        f"{'POST' if is_done else 'DELETE'} /api/v1/posts/{{post_id}}/{deed}",
        post_id=post_id,
        allowed={OK, NOT_FOUND},
        touched=[mine],
        relies=[("post", post_id), ("alive", town.posts[post_id])],
        told=lambda answer: {mine: answer.json[ANSWERED[deed]]},
    )


def comment(town: Town, name: str, post_id: int) -> int | None:
    """Comment on a post; return what that became, if it was told."""
    marker = f"comment {len(town.markers)}"
    town.markers.add(marker)
    begun = town.registers.begin([])
    answer = town.ask(
        "comment",
        name,
        "POST /api/v1/posts/{post_id}/comments",
        {"text": marker},
        post_id=post_id,
        headers={"idempotency-key": f"key of {marker}"},
        allowed={CREATED, NOT_FOUND},
    )
    if answer is None or answer.status != CREATED:
        return None
    comment_id = int(answer.json["comment_id"])
    town.comments[comment_id], town.commenters[comment_id] = (post_id, name), name
    alive: list[Fact] = [("alive", name), ("alive", town.posts[post_id])]
    if town.registers.are_calm([("post", post_id), *alive], begun):
        town.registers.learn(("comment", comment_id, post_id), value=True)
    return comment_id


def uncomment(town: Town, comment_id: int) -> None:
    """Let a comment be deleted by who wrote it."""
    post_id, author = town.comments.pop(comment_id)
    fact: Fact = ("comment", comment_id, post_id)
    town.ask(
        "uncomment",
        author,
        "DELETE /api/v1/posts/{post_id}/comments/{comment_id}",
        post_id=post_id,
        comment_id=comment_id,
        allowed={NO_CONTENT, NOT_FOUND},
        touched=[fact],
        told=lambda _: {fact: False},
    )


def audit(town: Town, name: str) -> None:
    town.ask("audit", name, "GET /api/v1/feed/audit", allowed={OK})


def go_away(town: Town, name: str) -> None:
    """Be absent for longer than feeds are kept whole for: the table is told so, for weeks would have to pass."""
    key = schema.FEED_STATE.key(reader_id=town.people[name].user_id)
    if town.cloud.engine.get(key) is None:
        return
    long_ago = {"N": str(town.cloud.scheduler.now - 60 * DAY)}
    town.cloud.engine.answer(
        "UpdateItem",
        {
            "Key": {PARTITION_KEY: {"S": key[0]}, SORT_KEY: {"S": key[1]}},
            "UpdateExpression": "SET seen_at = :long_ago",
            "ExpressionAttributeValues": {":long_ago": long_ago},
        },
    )
    town.done["go away"] += 1
