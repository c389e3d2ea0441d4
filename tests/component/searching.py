"""Searches as people make them, and an index that has heard of everything."""

from typing import Any

from functions.search import wiring
from functions.search.api import door
from functions.search.on_event import handler
from tests.builders import Answer, queue_event
from tests.component.conftest import Person

Message = dict[str, Any]


def search(who: Person, what: str, query: str, **more: Any) -> Answer:
    return who.at(door).send(f"GET /api/v1/search/{what}", query={"q": query, **more})


def found_users(who: Person, query: str, **more: Any) -> list[str]:
    """Return the usernames that a search finds, in its order."""
    answer = search(who, "users", query, **more)
    assert answer.status == 200, answer.text
    return [str(user["username"]) for user in answer.json["users"]]


def found_posts(who: Person, query: str, **more: Any) -> list[int]:
    answer = search(who, "posts", query, **more)
    assert answer.status == 200, answer.text
    return [int(post["post_id"]) for post in answer.json["posts"]]


def found_tags(who: Person, query: str, **more: Any) -> dict[str, int]:
    """Return the hashtags that a search finds, in its order, and how many posts each has."""
    answer = search(who, "hashtags", query, **more)
    assert answer.status == 200, answer.text
    return {tag["tag"]: tag["post_count"] for tag in answer.json["hashtags"]}


def heard(name: str, **detail: Any) -> None:
    """Let the index hear of an event; it must not fail."""
    assert handler(queue_event({"detail-type": name, "detail": detail}), None) == {"batchItemFailures": []}


def registered(*people: Person) -> None:
    for person in people:
        heard("user.registered", user_id=person.user_id)


def published(author: Person, *post_ids: int) -> None:
    for post_id in post_ids:
        heard("post.created", post_id=post_id, user_id=author.user_id)


def start_searching_cold() -> None:
    """Forget what a warm function remembers of the index."""
    wiring.user_engine.cache_clear()
    wiring.users.cache_clear()
    wiring.completion.cache_clear()
