"""What the people of a graph do, as requests to Kith."""

import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Lock
from typing import Any

from local.demo.cast import Draft, Person
from local.demo.client import Client, Refused
from local.demo.oracle import Post
from local.demo.progress import Timer
from local.failure import Failure

MARGIN = 30.0
"""Seconds before the end of an access token at which another is fetched."""

Json = dict[str, Any]


@dataclass
class Session:
    """Someone's account, and the token that speaks for it."""

    person: Person
    user_id: int
    token: str
    expires_at: float
    lock: Lock = field(default_factory=Lock, repr=False)


@dataclass
class Api:
    """The routes that a demonstration needs.

    Args:
        client: sends the requests.
        people: everyone by label.
    """

    client: Client
    people: Mapping[str, Person]
    timer: Timer = time.monotonic
    sessions: dict[str, Session] = field(default_factory=dict, init=False)

    def register(self, label: str) -> None:
        """Make someone's account."""
        person = self.people[label]
        account = {
            "username": person.username,
            "email": person.email,
            "password": person.password,
            "full_name": person.full_name,
        }
        try:
            admission = self.client.send("POST", "/api/v1/register", json=account)
        except Refused as refused:
            if refused.status != HTTPStatus.CONFLICT:
                raise
            # An earlier attempt whose answer was lost: nobody else has this run's names.
            admission = self._log_in(person)
        self.sessions[label] = Session(
            person, admission["user"]["user_id"], admission["access_token"], self._end_of(admission)
        )

    def follow(self, follower: str, followee: str) -> None:
        """Follow someone."""
        self._send(follower, "POST", f"/api/v1/graph/follow/{self.sessions[followee].user_id}")

    def publish(self, draft: Draft) -> Post:
        """Publish a post; the same draft again is the same post again."""
        key = f"{self.people[draft.author].username}-{draft.number}"
        post = self._send(draft.author, "POST", "/api/v1/posts", json={"text": draft.text}, key=key)
        return Post(post["post_id"], draft.author, draft.text)

    def page(self, reader: str, *, limit: int, cursor: str | None = None) -> Json:
        """Return a page of someone's feed."""
        query: dict[str, str | int] = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        page: Json = self._send(reader, "GET", "/api/v1/feed", query=query)
        return page

    def feed(self, reader: str, *, limit: int) -> Iterator[Json]:
        """Yield the items of someone's whole feed, page by page.

        Raises:
            Failure: the pages go in a circle.
        """
        seen: set[str] = set()
        page = self.page(reader, limit=limit)
        yield from page["items"]
        while cursor := page["next_cursor"]:
            if cursor in seen:
                raise Failure(f"The pages of @{self.people[reader].username}'s feed go in a circle.")
            seen.add(cursor)
            page = self.page(reader, limit=limit, cursor=cursor)
            yield from page["items"]

    def renew(self, label: str) -> None:
        """Fetch another token if someone's is about to expire."""
        session = self.sessions[label]
        with session.lock:
            if self.timer() > session.expires_at - MARGIN:
                admission = self._log_in(session.person)
                session.token, session.expires_at = admission["access_token"], self._end_of(admission)

    def _send(self, label: str, method: str, path: str, **content: Any) -> Any:  # noqa: ANN401  # any JSON
        self.renew(label)
        session = self.sessions[label]
        try:
            return self.client.send(method, path, token=session.token, **content)
        except Refused as refused:
            if refused.status != HTTPStatus.UNAUTHORIZED:
                raise
        # It expired on its way: a request may be put off for long.
        session.expires_at = -math.inf
        self.renew(label)
        return self.client.send(method, path, token=session.token, **content)

    def _log_in(self, person: Person) -> Json:
        credentials = {"username": person.username, "password": person.password}
        admission: Json = self.client.send("POST", "/api/v1/login", json=credentials)
        return admission

    def _end_of(self, admission: Json) -> float:
        return self.timer() + float(admission["expires_in"])
