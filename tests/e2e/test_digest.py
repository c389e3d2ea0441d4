"""Digests, on a deployed stack: what was not read arrives as a mail, and one click stops that."""

import time

import httpx

from tests.e2e.conftest import DIGEST_SECONDS, Newcomer
from tests.e2e.people import Person
from tests.e2e.stack import LocalStack, eventually
from tests.e2e.test_mail import mails_to

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
