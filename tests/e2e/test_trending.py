"""What is used the most, on a deployed stack: a burst rises, repetition does not, and what is hidden is gone."""

import secrets
from typing import Any

from tests.e2e.conftest import Newcomer
from tests.e2e.people import Person
from tests.e2e.stack import LocalStack, eventually
from tests.e2e.test_notifications import ask, texts

TRENDING = "/api/v1/trending"


def listed(who: Person, what: str) -> list[dict[str, Any]]:
    answer = who.http.get(f"{TRENDING}/{what}", params={"window": "1h", "limit": 100})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()[what]
    return found


def scores(who: Person) -> dict[str, float]:
    return {each["tag"]: each["score"] for each in listed(who, "hashtags")}


def posts(who: Person) -> list[int]:
    return [each["post_id"] for each in listed(who, "posts")]


def test_a_burst_rises_and_one_account_that_repeats_itself_does_not(newcomer: Newcomer) -> None:
    burst, spam = (f"tag{secrets.token_hex(6)}" for _ in range(2))
    reader, spammer, *crowd = [newcomer() for _ in range(7)]
    for _ in range(20):
        spammer.post(f"again #{spam}")
    for each in crowd:
        each.post(f"look #{burst}")
    eventually(lambda: scores(reader).get(burst, 0) > len(crowd) - 0.5)
    eventually(lambda: spam in scores(reader))
    found = scores(reader)
    assert 0.5 < found[spam] <= 1.01
    assert list(found).index(burst) < list(found).index(spam)


def loved(author: Person, fans: list[Person]) -> int:
    post_id = author.post("hello")
    for fan in fans:
        for deed in ("like", "repost"):
            ask(fan, "POST", f"/api/v1/posts/{post_id}/{deed}")
    return post_id


def test_a_post_that_others_like_and_repost_is_listed_for_who_may_see_it(newcomer: Newcomer) -> None:
    ann, reader, *fans = [newcomer() for _ in range(5)]
    post_id = loved(ann, fans)
    eventually(lambda: post_id in posts(reader))
    ask(ann, "POST", f"/api/v1/graph/block/{reader.user_id}")
    assert post_id not in posts(reader), "at once"
    assert post_id in posts(fans[0])


def test_who_wrote_what_is_among_the_first_is_told(local_stack: LocalStack, newcomer: Newcomer) -> None:
    """Not on a stack that others use, where much else may be."""
    ann, *fans = [newcomer() for _ in range(6)]
    loved(ann, fans)
    eventually(lambda: "Your post is trending" in texts(ann))


def test_what_an_account_used_is_gone_when_it_hides(newcomer: Newcomer) -> None:
    tag = f"tag{secrets.token_hex(6)}"
    ann, reader = newcomer(), newcomer()
    post_id = ann.post(f"hello #{tag}")
    ask(reader, "POST", f"/api/v1/posts/{post_id}/repost")
    eventually(lambda: tag in scores(reader) and post_id in posts(reader))
    ask(ann, "PATCH", "/api/v1/users/me", json={"is_private": True})
    assert post_id not in posts(reader), "at once"
    eventually(lambda: tag not in scores(reader))
