"""What people do: each act asks a door for something, and says what its answer tells."""

from collections.abc import Callable

from kith.domain.clock import DAY
from kith.table import schema
from kith.table.schema import PARTITION_KEY, SORT_KEY
from tests.simulation.people import Town
from tests.simulation.reading import check_feed, check_posts

Act = Callable[[Town, str], None]
"""Somebody does it."""
OK, CREATED, NO_CONTENT = 200, 201, 204
FORBIDDEN, NOT_FOUND, UNPROCESSABLE = 403, 404, 422
PAGE_SIZES = (1, 2, 7, 49)
TAGS = ("tram", "night")


def follow(town: Town, name: str) -> None:
    other = town.other(name)
    wish = ("wish", name, other)
    town.ask(
        "follow", name, "POST /api/v1/graph/follow/{user_id}", user_id=town.people[other].user_id,
        allowed={OK, NOT_FOUND}, touched=[wish], relies=[("private", other)],
        told=lambda answer: {wish: answer.json["status"]},
    )  # fmt: skip


def unfollow(town: Town, name: str) -> None:
    other = town.other(name)
    wish = ("wish", name, other)
    town.ask(
        "unfollow", name, "DELETE /api/v1/graph/unfollow/{user_id}", user_id=town.people[other].user_id,
        allowed={OK}, touched=[wish], told=lambda _: {wish: "none"},
    )  # fmt: skip


def remove(town: Town, name: str) -> None:
    other = town.other(name)
    town.ask(
        "remove", name, "DELETE /api/v1/graph/followers/{user_id}", user_id=town.people[other].user_id,
        allowed={OK}, touched=[("wish", other, name)],
    )  # fmt: skip


def decide(town: Town, name: str) -> None:
    other = town.other(name)
    action = town.cloud.chance.choice(("accept", "accept", "reject"))
    state = {"accept": "accepted", "reject": "rejected"}[action]
    wish = ("wish", other, name)
    town.ask(
        action, name, "POST /api/v1/graph/requests/{follower_id}", {"action": action},
        follower_id=town.people[other].user_id, allowed={OK, NOT_FOUND}, touched=[wish],
        relies=[("private", name)], told=lambda _: {wish: state},
    )  # fmt: skip


def block(town: Town, name: str) -> None:
    other = town.other(name)
    wishes, mine = (("wish", name, other), ("wish", other, name)), ("block", name, other)
    town.ask(
        "block", name, "POST /api/v1/graph/block/{user_id}", user_id=town.people[other].user_id,
        allowed={OK, NOT_FOUND}, touched=[*wishes, mine],
        told=lambda _: {mine: True, **dict.fromkeys(wishes, "none")},
    )  # fmt: skip


def unblock(town: Town, name: str) -> None:
    other = town.other(name)
    mine = ("block", name, other)
    town.ask(
        "unblock", name, "DELETE /api/v1/graph/block/{user_id}", user_id=town.people[other].user_id,
        allowed={OK}, touched=[mine], told=lambda _: {mine: False},
    )  # fmt: skip


def mute(town: Town, name: str) -> None:
    other, is_muted = town.other(name), town.cloud.chance.random() < 0.5
    method, mine = "POST" if is_muted else "DELETE", ("mute", name, other)
    town.ask(
        "mute" if is_muted else "unmute", name, f"{method} /api/v1/graph/mute/{{user_id}}",
        user_id=town.people[other].user_id, allowed={OK, NOT_FOUND}, touched=[mine],
        told=lambda _: {mine: is_muted},
    )  # fmt: skip


def change_privacy(town: Town, name: str) -> None:
    is_private = town.cloud.chance.random() < 0.5
    mine = ("private", name)
    town.registers.muddle(lambda fact: fact[0] == "wish" and fact[2] == name)
    town.ask(
        "go private" if is_private else "go public", name, "PATCH /api/v1/users/me",
        {"is_private": is_private}, allowed={OK}, touched=[mine], told=lambda _: {mine: is_private},
    )  # fmt: skip
    # Who waits is let in later.
    town.registers.muddle(lambda fact: fact[0] == "wish" and fact[2] == name)


def publish(town: Town, name: str) -> None:
    chance = town.cloud.chance
    marker = f"post {len(town.markers)}"
    town.markers.add(marker)
    words = [marker, *(f"#{tag}" for tag in TAGS if chance.random() < 0.3)]
    words += [f"@{town.other(name)}"] if chance.random() < 0.2 else []
    body: dict[str, object] = {
        "text": " ".join(words),
        "visibility": chance.choice(("public", "public", "followers")),
    }
    if (other := town.some_post()) is not None and chance.random() < 0.4:
        body[chance.choice(("reply_to", "quote_of"))] = other
    answer = town.ask(
        "publish", name, "POST /api/v1/posts", body, headers={"idempotency-key": f"key of {marker}"},
        allowed={CREATED, UNPROCESSABLE},
    )  # fmt: skip
    if answer is not None and answer.status == CREATED:
        post_id = answer.json["post_id"]
        town.posts[post_id] = name
        town.registers.learn(("post", post_id), body["text"])
        town.registers.learn(("visibility", post_id), body["visibility"])


def edit(town: Town, name: str) -> None:
    post_id = town.some_post()
    if post_id is None:
        return
    chance, author = town.cloud.chance, town.posts[post_id]
    facts = [("post", post_id), ("visibility", post_id)]
    change = {"visibility": chance.choice(("public", "followers"))}
    answer = town.ask(
        "edit", author, "PATCH /api/v1/posts/{post_id}", change, post_id=post_id, allowed={OK, NOT_FOUND},
        touched=facts, told=lambda answer: dict(zip(facts, (answer.json["text"], change["visibility"]), strict=True)),
    )  # fmt: skip
    if answer is not None and answer.status == OK and name != author:
        town.ask(
            "edit another's", name, "PATCH /api/v1/posts/{post_id}", change, post_id=post_id,
            allowed={FORBIDDEN, NOT_FOUND},
        )  # fmt: skip


def delete(town: Town, _name: str) -> None:
    post_id = town.some_post()
    if post_id is None:
        return

    def is_about_it(fact: tuple[object, ...]) -> bool:
        return post_id in fact and fact[0] not in {"post", "visibility"}

    facts = [("post", post_id), ("visibility", post_id)]
    town.registers.muddle(is_about_it)
    town.ask(
        "delete", town.posts[post_id], "DELETE /api/v1/posts/{post_id}", post_id=post_id,
        allowed={NO_CONTENT, NOT_FOUND}, touched=facts, told=lambda _: dict.fromkeys(facts),
    )  # fmt: skip
    town.registers.muddle(is_about_it)


def do_to_post(town: Town, name: str) -> None:
    post_id = town.some_post()
    if post_id is None:
        return
    chance = town.cloud.chance
    deed, is_done = chance.choice(("like", "like", "repost", "repost", "bookmark")), chance.random() < 0.65
    mine = (deed, name, post_id)
    answered = {"like": "liked", "repost": "reposted", "bookmark": "bookmarked"}[deed]
    town.ask(
        deed if is_done else f"un{deed}", name, f"{'POST' if is_done else 'DELETE'} /api/v1/posts/{{post_id}}/{deed}",
        post_id=post_id, allowed={OK, NOT_FOUND}, touched=[mine], relies=[("post", post_id)],
        told=lambda answer: {mine: answer.json[answered]},
    )  # fmt: skip


def comment(town: Town, name: str) -> None:
    post_id = town.some_post()
    if post_id is None:
        return
    marker = f"comment {len(town.markers)}"
    town.markers.add(marker)
    begun = town.registers.begin([])
    answer = town.ask(
        "comment", name, "POST /api/v1/posts/{post_id}/comments", {"text": marker}, post_id=post_id,
        headers={"idempotency-key": marker}, allowed={CREATED, NOT_FOUND},
    )  # fmt: skip
    if answer is not None and answer.status == CREATED:
        comment_id = answer.json["comment_id"]
        town.comments[comment_id] = post_id, name
        if town.registers.are_calm([("post", post_id)], begun):
            town.registers.learn(("comment", comment_id, post_id), value=True)


def uncomment(town: Town, _name: str) -> None:
    if not town.comments:
        return
    comment_id = town.cloud.chance.choice(sorted(town.comments))
    post_id, author = town.comments.pop(comment_id)
    fact = ("comment", comment_id, post_id)
    town.ask(
        "uncomment", author, "DELETE /api/v1/posts/{post_id}/comments/{comment_id}", post_id=post_id,
        comment_id=comment_id, allowed={NO_CONTENT, NOT_FOUND}, touched=[fact], told=lambda _: {fact: False},
    )  # fmt: skip


def read_feed(town: Town, name: str) -> None:
    chance = town.cloud.chance
    place = None
    if town.reading and chance.random() < 0.5:
        place = town.reading.pop(chance.randrange(len(town.reading)))
    _, following = check_feed(town, place.name if place else name, chance.choice(PAGE_SIZES), place)
    town.reading += [following] if following else []


def read_ranked(town: Town, name: str) -> None:
    check_feed(town, name, town.cloud.chance.choice(PAGE_SIZES), is_ranked=True)


def read_posts(town: Town, name: str) -> None:
    post_id = town.some_post()
    if post_id is None:
        return
    route = town.cloud.chance.choice(SURFACES)
    user_id = town.people[town.posts[post_id]].user_id
    begun = len(town.cloud.engine.commits)
    answer = town.ask(
        f"read {route}", name, route, allowed={OK, NOT_FOUND}, post_id=post_id, user_id=user_id,
        tag=town.cloud.chance.choice(TAGS), query=_ids(post_id) if route == "GET /api/v1/posts" else None,
    )  # fmt: skip
    if answer is not None and answer.status == OK:
        check_posts(town, name, _posts_in(answer.json), begun)


def _ids(post_id: int) -> dict[str, str]:
    return {"ids": str(post_id)}


SURFACES = (
    "GET /api/v1/posts/{post_id}",
    "GET /api/v1/posts",
    "GET /api/v1/users/{user_id}/posts",
    "GET /api/v1/hashtags/{tag}/posts",
    "GET /api/v1/posts/{post_id}/quotes",
    "GET /api/v1/posts/{post_id}/thread",
    "GET /api/v1/bookmarks",
)
"""Where posts are shown."""


def _posts_in(answer: object) -> list[dict[str, object]]:
    """Return everything in an answer that is a post."""
    if isinstance(answer, list):
        return [post for each in answer for post in _posts_in(each)]
    if not isinstance(answer, dict):
        return []
    if "quoted" in answer:
        return [answer]
    return [post for each in answer.values() for post in _posts_in(each)]


LISTS = (
    "GET /api/v1/graph/followers/{user_id}",
    "GET /api/v1/graph/following/{user_id}",
    "GET /api/v1/graph/requests/pending",
    "GET /api/v1/graph/blocks",
    "GET /api/v1/graph/mutes",
    "GET /api/v1/graph/relationship/{user_id}",
    "GET /api/v1/graph/stats/{user_id}",
    "GET /api/v1/graph/celebrities",
    "GET /api/v1/graph/mutual/{user_id}",
    "GET /api/v1/graph/suggestions",
    "GET /api/v1/users/me",
    "GET /api/v1/users/{user_id}",
    "GET /api/v1/posts/{post_id}/likes",
    "GET /api/v1/posts/{post_id}/reposts",
    "GET /api/v1/posts/{post_id}/comments",
)


def look_around(town: Town, name: str) -> None:
    """Read one of the other lists: nobody who is blocked is in it, at any moment."""
    route, other = town.cloud.chance.choice(LISTS), town.other(name)
    post_id = town.some_post() or 1
    severed = town.truth().severed(name, other)
    begun = town.registers.begin([])
    answer = town.ask(
        f"read {route}", name, route, allowed={OK, FORBIDDEN, NOT_FOUND}, post_id=post_id,
        user_id=town.people[other].user_id,
    )  # fmt: skip
    blocks = [("block", name, other), ("block", other, name)]
    is_shown = route not in {"GET /api/v1/graph/blocks", "GET /api/v1/graph/relationship/{user_id}", "GET /api/v1/graph/mutes"}
    if answer is not None and severed and is_shown and town.registers.are_calm(blocks, begun):
        assert f'"{other}"' not in answer.text, f"{name} is shown {other} across a block: {route}"


def go_away(town: Town, name: str) -> None:
    """Be absent for longer than feeds are kept whole for: the table is told so, for years would have to pass."""
    key = schema.FEED_STATE.key(reader_id=town.people[name].user_id)
    if town.cloud.engine.get(key) is None:
        return
    town.cloud.engine.answer(
        "UpdateItem",
        {
            "Key": {PARTITION_KEY: {"S": key[0]}, SORT_KEY: {"S": key[1]}},
            "UpdateExpression": "SET seen_at = :long_ago",
            "ExpressionAttributeValues": {":long_ago": {"N": str(town.cloud.scheduler.now - 60 * DAY)}},
        },
    )
    town.done["go away"] += 1


def audit(town: Town, name: str) -> None:
    town.ask("audit", name, "GET /api/v1/feed/audit", allowed={OK})


ACTS: dict[Act, int] = {
    follow: 12, unfollow: 5, remove: 1, decide: 5, block: 2, unblock: 2, mute: 2, change_privacy: 3,
    publish: 16, edit: 2, delete: 4, do_to_post: 16, comment: 4, uncomment: 2,
    read_feed: 8, read_ranked: 2, read_posts: 5, look_around: 4, go_away: 2, audit: 1,
}  # fmt: skip
"""How often each comes."""
