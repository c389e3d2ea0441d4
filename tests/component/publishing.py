"""Posts as people make and read them through the doors, and what others do in between or meanwhile."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any

import pytest

from functions.post import wiring
from functions.post.api import door as post_door
from functions.post.on_event import handler
from functions.post.service import Draft
from functions.post_list.api import door as list_door
from kith.table.connection import Table
from kith.web.views import PostView
from tests.builders import Answer, queue_event
from tests.component.conftest import Person

Act = Callable[[], object]
Fields = Mapping[str, Any]

AUTHORED = "GET /api/v1/users/{user_id}/posts"
TAGGED = "GET /api/v1/hashtags/{tag}/posts"
QUOTES = "GET /api/v1/posts/{post_id}/quotes"
BOOKMARKS = "GET /api/v1/bookmarks"
THREAD = "GET /api/v1/posts/{post_id}/thread"


def submit(who: Person, text: str = "hello", **fields: Any) -> Answer:
    return who.at(post_door).send("POST /api/v1/posts", json_body={"text": text} | fields)


def publish(who: Person, text: str = "hello", **fields: Any) -> int:
    answer = submit(who, text, **fields)
    assert answer.status == 201, answer.text
    return int(answer.json["post_id"])


def publish_meanwhile(who: Person, text: str = "meanwhile", **fields: Any) -> int:
    """Publish while a request is under way: a door answers one at a time."""
    rendering = wiring.service().publish(
        who.user_id, Draft(text, **fields), None, lambda made: PostView.of(made).model_dump_json()
    )
    return PostView.model_validate_json(rendering).post_id


def edit(who: Person, post_id: int, **changes: Any) -> Answer:
    return who.at(post_door).send("PATCH /api/v1/posts/{post_id}", json_body=changes, post_id=post_id)


def delete(who: Person, post_id: int) -> Answer:
    return who.at(post_door).send("DELETE /api/v1/posts/{post_id}", post_id=post_id)


def read(who: Person, post_id: int) -> Answer:
    return who.at(post_door).send("GET /api/v1/posts/{post_id}", post_id=post_id)


def listing(who: Person, route: str, *, query: Fields | None = None, **path: Any) -> Answer:
    sent = {name: str(value) for name, value in (query or {}).items()}
    return who.at(list_door).send(route, query={"limit": "100"} | sent, **path)


def listed(who: Person, route: str, **path: Any) -> list[int]:
    """Return the posts on the first page of a list."""
    answer = listing(who, route, **path)
    assert answer.status == 200, answer.text
    (posts,) = (each for each in answer.json.values() if isinstance(each, list))
    return [post["post_id"] for post in posts]


def pages(who: Person, route: str, limit: int, **path: Any) -> Iterator[dict[str, Any]]:
    """Walk a list to its explicit end."""
    cursor: str | None = None
    while True:
        query = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        answer = listing(who, route, query=query, **path)
        assert answer.status == 200, answer.text
        cursor = answer.json["next_cursor"]
        assert answer.json["has_more"] is (cursor is not None)
        yield answer.json
        if cursor is None:
            return


def told(who: str, *, times: int = 1, **detail: Any) -> None:
    """Let the post room's worker know of an event, so often."""
    message = {"detail-type": who, "detail": detail}
    assert handler(queue_event(*[message] * times), None) == {"batchItemFailures": []}


def without_request(answer: Answer) -> tuple[int, dict[str, Any]]:
    """Return what an error tells, but for which request it answers."""
    return answer.status, {**answer.json, "request_id": ""}


@contextmanager
def before_its_write(table: Table, *acts: Act) -> Iterator[None]:
    """Act before the next transaction of somebody else, and so on: each act comes before one."""
    waiting, call, is_acting = list(acts), table.call, False

    def called(operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        nonlocal is_acting
        if operation == "TransactWriteItems" and waiting and not is_acting:
            is_acting = True
            waiting.pop(0)()
            is_acting = False
        return call(operation, arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "call", called)
        yield
    assert not waiting, "there was a write to act before"


class Trips(Executor):
    """Counts a table's calls, and how many of them had to wait for one another.

    What is put under way begins when it is put there, and who asks for its result has waited for its end.
    """

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.now = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        began = self.now
        future = _Ended(self)
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  # it is the future's to tell
            future.set_exception(error)
        future.ended, self.now = self.now, began
        return future


class _Ended(Future[Any]):
    def __init__(self, trips: Trips) -> None:
        super().__init__()
        self.trips, self.ended = trips, 0

    def result(self, timeout: float | None = None) -> Any:
        self.trips.now = max(self.trips.now, self.ended)
        return super().result(timeout)

    def exception(self, timeout: float | None = None) -> BaseException | None:
        self.trips.now = max(self.trips.now, self.ended)
        return super().exception(timeout)


@contextmanager
def counted(table: Table) -> Iterator[Trips]:
    """Count what a table is asked."""
    trips, call = Trips(), table.call

    def called(operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        trips.calls.append(operation)
        trips.now += 1
        return call(operation, arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "call", called)
        patch.setattr(table, "executor", trips)
        yield trips
