"""What people are shown: nothing that they might not see at any moment of the request, in order, and once."""

from collections.abc import Callable, Iterator
from typing import Any

from kith.domain import ids
from tests.component.feed_oracle import Oracle
from tests.simulation.people import Place, Town

OK = 200
Shown = dict[str, Any]


def check_feed(
    town: Town, name: str, limit: int, place: Place | None = None, *, is_ranked: bool = False
) -> tuple[list[int], Place | None]:
    """Read a page of a feed, and see that everything in it may be there; return what it shows, and where it goes on.

    Raises:
        AssertionError: something is not as it should be.
    """
    begun = len(town.cloud.engine.commits)
    query = {"limit": str(limit)} | ({"order": "ranked"} if is_ranked else {})
    query |= {"cursor": place.cursor} if place else {}
    answer = town.ask(
        "read ranked" if is_ranked else "read feed", name, "GET /api/v1/feed", query=query, allowed={OK}
    )
    if answer is None:
        return [], None
    items: list[Shown] = answer.json["items"]
    shown = [item["post"]["post_id"] for item in items]
    before = place.after if place else ids.LIMIT
    if is_ranked:
        assert len(shown) == len(set(shown)), f"a post twice: {shown}"
    else:
        in_order = sorted({each for each in shown if each < before}, reverse=True)
        assert shown == in_order[:limit], f"not in order, or not once, before {before}: {shown}"
    for item in items:
        post_id, reason = item["post"]["post_id"], _reason(town, item)

        def may_be(truth: Oracle, post_id: int = post_id, reason: Any = reason) -> bool:
            return reason in truth.reasons(name, post_id, at_rest=False)

        assert holds_once(town, begun, may_be), f"{post_id} in the feed of {name}, because of {reason}"
    check_posts(town, name, [item["post"] for item in items], begun)
    cursor = answer.json["next_cursor"]
    following = Place(name, min(shown, default=before), cursor) if cursor and not is_ranked else None
    return shown, following


def check_recommendations(town: Town, name: str, limit: int) -> None:
    """Read what is recommended to somebody, to its end, and see that it may be: once, to be seen, and of strangers.

    Raises:
        AssertionError: something is not as it should be.
    """
    shown: set[int] = set()
    query = {"limit": str(limit)}
    while True:
        begun = len(town.cloud.engine.commits)
        answer = town.ask("discover posts", name, "GET /api/v1/discover/posts", query=query, allowed={OK})
        if answer is None:
            break
        posts = [each["post"] for each in answer.json["posts"]]
        check_posts(town, name, posts, begun)
        for post in posts:
            assert post["post_id"] not in shown, f"{post['post_id']} is recommended to {name} twice"
            assert post["reply_to"] is None
            shown.add(post["post_id"])
            _check_wanted(town, name, post["user_id"], begun)
        if not answer.json["has_more"]:
            break
        query = {"limit": str(limit), "cursor": answer.json["next_cursor"]}
    begun = len(town.cloud.engine.commits)
    answer = town.ask("discover users", name, "GET /api/v1/discover/users", allowed={OK})
    for each in answer.json["users"] if answer is not None else ():
        _check_wanted(town, name, each["user"]["user_id"], begun, is_new=True)


def _check_wanted(town: Town, name: str, other_id: int, begun: int, *, is_new: bool = False) -> None:
    """See that somebody neither followed an account nor had anything against it at some moment since a commit.

    Where it has to be new, it was not asked or refused by it either.
    """
    edge = name, town.names.get(other_id, "")

    def is_wanted(truth: Oracle) -> bool:
        known = truth.follows | truth.mutes | (truth.asks | truth.rejected if is_new else set())
        return edge not in known and not truth.severed(*edge)

    assert edge[0] != edge[1], f"{name} is recommended to themselves"
    assert holds_once(town, begun, is_wanted), f"{edge[1]} is recommended to {name}"


def check_posts(town: Town, name: str, posts: list[dict[str, Any]], begun: int) -> None:
    """See that somebody might see posts, and what they quote, at some moment since a commit.

    Raises:
        AssertionError: somebody might not.
    """
    for post in posts:
        quoted = post["quoted"]
        for post_id in [post["post_id"], *([quoted["post_id"]] if quoted else [])]:

            def sees(truth: Oracle, post_id: int = post_id) -> bool:
                return truth.sees(name, post_id)

            assert holds_once(town, begun, sees), f"{name} is shown {post_id}"


def holds_once(town: Town, begun: int, holds: Callable[[Oracle], bool]) -> bool:
    """Tell whether something held at any moment since a commit."""
    return any(holds(truth) for truth in _moments(town, begun))


def _moments(town: Town, begun: int) -> Iterator[Oracle]:
    yield town.truth()
    for commit in range(len(town.cloud.engine.commits) - 1, begun - 1, -1):
        yield town.truth(commit)


def _reason(town: Town, item: Shown) -> tuple[str, str | None]:
    by = item["reason"].get("by")
    return item["reason"]["kind"], None if by is None else town.names[by]


def posts_in(answer: object) -> list[dict[str, Any]]:
    """Return everything in an answer that is a post."""
    if isinstance(answer, list):
        return [post for each in answer for post in posts_in(each)]
    if not isinstance(answer, dict):
        return []
    if "quoted" in answer:
        return [answer]
    return [post for each in answer.values() for post in posts_in(each)]
