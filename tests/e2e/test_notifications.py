"""What people are told on a deployed stack: in their list, on their websocket and on their browser."""

import json
from typing import Any

from tests.component.pushing import push_service
from tests.e2e.conftest import Newcomer
from tests.e2e.people import Person
from tests.e2e.stack import LocalStack, eventually
from tests.e2e.test_realtime import next_frame, online

NOTIFICATIONS = "/api/v1/notifications"


def told(who: Person) -> list[dict[str, Any]]:
    answer = who.http.get(NOTIFICATIONS)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["notifications"]
    return found


def texts(who: Person, about: str = "") -> list[str]:
    """Return what somebody is told, of everything or of one type."""
    return sorted(each["text"] for each in told(who) if about in {"", each["type"]})


def ask(who: Person, method: str, path: str, status: int = 200, **more: Any) -> None:
    answer = who.http.request(method, path, **more)
    assert answer.status_code == status, answer.text


def test_everything_that_is_done_is_told_and_heard(newcomer: Newcomer) -> None:
    ann, bob = newcomer(), newcomer()
    name = f"@{bob.username}"
    ann.follow(bob)
    ask(ann, "POST", f"{NOTIFICATIONS}/bells/{bob.user_id}")
    post_id = ann.post("hello")
    with online(ann) as websocket:
        bob.follow(ann)
        ask(bob, "POST", f"/api/v1/posts/{post_id}/like")
        ask(bob, "POST", f"/api/v1/posts/{post_id}/repost")
        ask(bob, "POST", f"/api/v1/posts/{post_id}/comments", 201, json={"text": "well said"})
        bob.post("no", reply_to=post_id)
        bob.post("look", quote_of=post_id)
        bob.post(f"hello @{ann.username}")
        expected = sorted(
            f"{name} {phrase}"
            for phrase in (
                "commented on your post",
                "followed you",
                "liked your post",
                "mentioned you",
                "quoted your post",
                "replied to your post",
                "reposted your post",
            )
        )
        eventually(lambda: texts(ann) == expected)
        frames: set[str] = set()
        while len(frames) < len(expected):
            frame = next_frame(websocket)
            if frame["type"] == "notification":
                frames.add(frame["notification"]["text"])
        assert sorted(frames) == expected
    assert ann.http.get(f"{NOTIFICATIONS}/unread").json() == {"unread_count": len(expected)}
    newest = told(ann)[0]["id"]
    answer = ann.http.post(f"{NOTIFICATIONS}/read", json={"up_to": newest})
    assert answer.json() == {"unread_count": 0}
    ask(ann, "POST", f"/api/v1/graph/block/{bob.user_id}")
    assert told(ann) == [], "at once"


def test_eleven_likes_are_one_notification_that_says_what_is_left_of_them(newcomer: Newcomer) -> None:
    ann, others = newcomer(), [newcomer() for _ in range(11)]
    post_id = ann.post("hello")
    for other in others:
        ask(other, "POST", f"/api/v1/posts/{post_id}/like")
    eventually(lambda: texts(ann, "post_liked") == [f"@{others[10].username} and 10 others liked your post"])
    for other in (others[0], others[10]):
        ask(other, "DELETE", f"/api/v1/posts/{post_id}/like")
    ask(ann, "POST", f"/api/v1/graph/block/{others[9].user_id}")
    assert texts(ann, "post_liked") == [f"@{others[8].username} and 7 others liked your post"]


def test_a_request_and_its_end_are_told(newcomer: Newcomer) -> None:
    ann, bob = newcomer(is_private=True), newcomer()
    bob.follow(ann)
    eventually(lambda: texts(ann) == [f"@{bob.username} asked to follow you"])
    ask(ann, "POST", f"/api/v1/graph/requests/{bob.user_id}", json={"action": "accept"})
    eventually(lambda: texts(bob) == [f"@{ann.username} accepted your request to follow"])
    assert texts(ann) == []


def test_a_browser_is_pushed_while_nobody_is_online(local_stack: LocalStack, newcomer: Newcomer) -> None:
    ann, bob = newcomer(), newcomer()
    post_id = ann.post("hello")
    with push_service() as service:
        browser = service.browser()
        ask(ann, "POST", f"{NOTIFICATIONS}/push-subscriptions", 201, json=browser.to_json())
        ask(bob, "POST", f"/api/v1/posts/{post_id}/like")
        eventually(lambda: len(service.pushed) == 1)
        pushed = json.loads(browser.read(service.pushed[0].body))
        assert (pushed["type"], pushed["body"]) == ("post_liked", f"@{bob.username} liked your post")
