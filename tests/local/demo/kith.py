"""As much of Kith as a demonstration needs, in this process: it can be late, busy, and wrong."""

import itertools
import json
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

import httpx

Json = dict[str, Any]
Answer = tuple[int, Json]


def _as_published(_reader: str, post_ids: list[int]) -> list[int]:
    return post_ids


def _in_health(_request: httpx.Request) -> httpx.Response | None:
    return None


@dataclass
class FakeKith:
    """Delivers at once.

    Args:
        shown: what the feed of a username shows, given what it should; for faults.
        before: answers a request instead; for being busy.
        expires_in: how long tokens are said to live, in seconds.
    """

    shown: Callable[[str, list[int]], list[int]] = _as_published
    before: Callable[[httpx.Request], httpx.Response | None] = _in_health
    expires_in: int = 600
    accounts: dict[str, Json] = field(default_factory=dict)
    posts: dict[int, Json] = field(default_factory=dict)
    logins: int = 0
    _follows: set[tuple[int, int]] = field(default_factory=set)
    _feeds: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    _by_key: dict[tuple[int, str], int] = field(default_factory=dict)
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    _lock: RLock = field(default_factory=RLock)

    def http(self) -> httpx.Client:
        return httpx.Client(base_url="http://kith.example", transport=httpx.MockTransport(self))

    def __call__(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            instead = self.before(request)
            if instead is not None:
                return instead
            status, body = self._answer(request)
            return httpx.Response(status, json=body)

    def _answer(self, request: httpx.Request) -> Answer:
        body = json.loads(request.content) if request.content else {}
        caller = int(request.headers.get("authorization", "Bearer 0").removeprefix("Bearer "))
        match request.method, request.url.path:
            case "POST", "/api/v1/register":
                return self._register(body)
            case "POST", "/api/v1/login":
                return self._log_in(body)
            case "POST", "/api/v1/posts":
                return self._publish(caller, body, request.headers["idempotency-key"])
            case "GET", "/api/v1/feed":
                return self._feed(caller, **request.url.params)
            case "POST", path if match := re.fullmatch(r"/api/v1/graph/follow/(\d+)", path):
                self._follows.add((caller, int(match[1])))
        return 200, {}

    def _register(self, account: Json) -> Answer:
        if account["username"] in self.accounts:
            return 409, {"code": "username_taken"}
        self.accounts[account["username"]] = account | {"user_id": next(self._ids)}
        return 201, self._admission(account["username"])

    def _log_in(self, login: Json) -> Answer:
        self.logins += 1
        account = self.accounts.get(login["username"])
        if account is None or account["password"] != login["password"]:
            return 401, {"code": "wrong_credentials"}
        return 200, self._admission(login["username"])

    def _admission(self, username: str) -> Json:
        user_id = self.accounts[username]["user_id"]
        return {"user": {"user_id": user_id}, "access_token": str(user_id), "expires_in": self.expires_in}

    def _publish(self, author: int, draft: Json, key: str) -> Answer:
        post_id = self._by_key.setdefault((author, key), next(self._ids))
        if post_id not in self.posts:
            self.posts[post_id] = {"post_id": post_id, "text": draft["text"], "user_id": author}
            for reader in {author} | {follower for follower, followee in self._follows if followee == author}:
                self._feeds[reader].insert(0, post_id)
        return 201, self.posts[post_id]

    def _feed(self, reader: int, limit: str, cursor: str = "0") -> Answer:
        shown = self.shown(self._account(reader)["username"], self._feeds[reader])
        start, end = int(cursor), int(cursor) + int(limit)
        items = [self._item(post_id) for post_id in shown[start:end]]
        return 200, {"items": items, "next_cursor": str(end) if end < len(shown) else None}

    def _item(self, post_id: int) -> Json:
        post = self.posts[post_id]
        created = {"created_at": "2026-01-31T12:00:00.000Z"}
        return {"post": post | created, "author": self._account(post["user_id"])}

    def _account(self, user_id: int) -> Json:
        return next(each for each in self.accounts.values() if each["user_id"] == user_id)
