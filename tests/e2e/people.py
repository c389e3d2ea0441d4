"""People as their clients see them."""

from dataclasses import dataclass
from typing import Any

import httpx

PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Person:
    user_id: int
    username: str
    http: httpx.Client

    @classmethod
    def registered(cls, url: str, username: str, **more: object) -> "Person":
        body = {"username": username, "email": f"{username}@kith.example", "password": PASSWORD, **more}
        answer = httpx.post(f"{url}/api/v1/register", json=body, timeout=30)
        assert answer.status_code == 201, answer.text
        session = answer.json()
        http = httpx.Client(
            base_url=url, timeout=30, headers={"authorization": f"Bearer {session['access_token']}"}
        )
        return cls(session["user"]["user_id"], username, http)

    def follow(self, other: "Person") -> dict[str, Any]:
        return _json(self.http.post(f"/api/v1/graph/follow/{other.user_id}"))

    def unfollow(self, other: "Person") -> dict[str, Any]:
        return _json(self.http.delete(f"/api/v1/graph/unfollow/{other.user_id}"))

    def post(self, text: str, **more: Any) -> int:
        answer = self.http.post("/api/v1/posts", json={"text": text, **more})
        assert answer.status_code == 201, answer.text
        return int(answer.json()["post_id"])

    def feed(self, limit: int = 100) -> list[int]:
        """Return every post of one's feed, page by page."""
        found: list[int] = []
        cursor: dict[str, str] = {}
        while True:
            page = _json(self.http.get("/api/v1/feed", params={"limit": limit, **cursor}))
            found += [item["post"]["post_id"] for item in page["items"]]
            if not page["has_more"]:
                assert page["next_cursor"] is None
                return found
            cursor = {"cursor": page["next_cursor"]}


def _json(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
