"""Digests, on a deployed stack: what was not read arrives as a mail, and one click stops that."""

import time

import httpx
from websockets.sync.client import ClientConnection

from tests.e2e.conftest import DIGEST_SECONDS, Newcomer
from tests.e2e.people import Person
from tests.e2e.stack import LocalStack, eventually
from tests.e2e.test_mail import mails_to
from tests.e2e.test_notifications import NOTIFICATIONS, ask, texts, told
from tests.e2e.test_realtime import next_frame, online
from tests.e2e.test_trending import loved

PREFERENCES = "/api/v1/notifications/preferences"


def digests_to(person: Person, stack: LocalStack) -> list[str]:
    """Return the texts of the digests that somebody got, the oldest first."""
    mails = mails_to(f"{person.username}@kith.example", stack)
    return [mail.text for mail in mails if "/unsubscribe?token=" in mail.text]


def liked(author: Person, by: Person) -> None:
    post_id = author.post("hello")
    assert by.http.post(f"/api/v1/posts/{post_id}/like").status_code == 200


def test_what_was_not_read_is_one_mail_and_one_click_ends_that(
    newcomer: Newcomer, local_stack: LocalStack, url: str
) -> None:
    ann, bob, cid = newcomer(), newcomer(), newcomer()
    wanted = {"post_liked": {"email": "hourly"}}
    assert ann.http.put(PREFERENCES, json=wanted).status_code == 200
    liked(ann, bob)
    eventually(lambda: len(digests_to(ann, local_stack)) == 1)
    (text,) = digests_to(ann, local_stack)
    assert f"- @{bob.username} liked your post" in text
    assert digests_to(bob, local_stack) == []
    liked(ann, cid)
    eventually(lambda: len(digests_to(ann, local_stack)) == 2)
    assert f"- @{cid.username} liked your post" in digests_to(ann, local_stack)[1]
    assert bob.username not in digests_to(ann, local_stack)[1]
    token = text.partition("/unsubscribe?token=")[2].split()[0]
    answer = httpx.post(
        f"{url}/api/v1/notifications/unsubscribe",
        params={"token": token},
        data={"List-Unsubscribe": "One-Click"},
    )
    assert answer.status_code == 204
    assert ann.http.get(PREFERENCES).json()["post_liked"]["email"] == "off"
    liked(ann, bob)
    eventually(lambda: ann.http.get("/api/v1/notifications").json()["unread_count"] == 3)
    time.sleep(2 * DIGEST_SECONDS)
    assert len(digests_to(ann, local_stack)) == 2


def test_each_type_is_told_heard_and_mailed(newcomer: Newcomer, local_stack: LocalStack) -> None:
    ann, bob, shy, *fans = (
        newcomer(),
        newcomer(),
        newcomer(is_private=True),
        newcomer(),
        newcomer(),
        newcomer(),
    )
    types = ann.http.get(PREFERENCES).json().keys()
    for person in (ann, shy):
        wanted = {about: {"email": "hourly"} for about in types}
        assert person.http.put(PREFERENCES, json=wanted).status_code == 200
    ann.follow(bob)
    ask(ann, "POST", f"{NOTIFICATIONS}/bells/{bob.user_id}")
    with online(ann) as her_websocket, online(shy) as their_websocket:
        ann.follow(shy)
        bob.follow(ann)
        eventually(lambda: texts(shy) == [f"@{ann.username} asked to follow you"])
        ask(shy, "POST", f"/api/v1/graph/requests/{ann.user_id}", json={"action": "accept"})
        post_id = loved(ann, [bob, *fans])
        ask(bob, "POST", f"/api/v1/posts/{post_id}/comments", 201, json={"text": "well said"})
        bob.post("no", reply_to=post_id)
        bob.post("look", quote_of=post_id)
        bob.post(f"hello @{ann.username}")
        bob.post("the bell")
        fans[0].follow(shy)  # and is not let yet: what is over is in no mail
        heard = {told_by(their_websocket)}
        while heard != types:
            heard.add(told_by(her_websocket))
    assert {each["type"] for each in told(ann)} == types - {"follow_request"}
    phrases = (
        "accepted your request to follow",
        "commented on your post",
        "followed you",
        "liked your post",
        "mentioned you",
        "posted",
        "quoted your post",
        "replied to your post",
        "reposted your post",
        "Your post is trending",
    )
    eventually(lambda: all(any(each in text for text in digests_to(ann, local_stack)) for each in phrases))
    assert len(phrases) == len(types) - 1
    eventually(lambda: any("asked to follow you" in text for text in digests_to(shy, local_stack)))


def told_by(websocket: ClientConnection) -> str:
    """Return the type of the next notification that is heard."""
    while (frame := next_frame(websocket))["type"] != "notification":
        pass
    return str(frame["notification"]["type"])
