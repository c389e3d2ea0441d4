"""Recommendations on a deployed stack: what one takes to leads on at once, is told why, and comes once."""

from typing import Any

from tests.e2e.conftest import Newcomer
from tests.e2e.people import Person
from tests.e2e.test_notifications import ask

MOST = 20


def page(who: Person, what: str, **query: Any) -> Any:
    answer = who.http.get(f"/api/v1/discover/{what}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def similar(found: dict[str, Any]) -> dict[int, int]:
    """Return which posts are shown because of which: of what trends, others may be there too."""
    return {
        each["post"]["post_id"]: each["reason"]["post_id"]
        for each in found["posts"]
        if each["reason"]["kind"] == "similar"
    }


def like(who: Person, *post_ids: int) -> None:
    for post_id in post_ids:
        ask(who, "POST", f"/api/v1/posts/{post_id}/like")


def test_what_others_who_like_the_same_like_too_is_shown_at_once_with_its_reason_and_once(
    newcomer: Newcomer,
) -> None:
    ann, bob, cat = newcomer(), newcomer(), newcomer()
    first, *others = [cat.post(f"post {number}") for number in range(6)]
    like(bob, first, *others)
    like(ann, first)
    begun = page(ann, "posts", limit=2)
    rest = page(ann, "posts", limit=100, cursor=begun["next_cursor"])
    assert len(similar(begun)) == 2, "before all that trends"
    assert similar(begun) | similar(rest) == dict.fromkeys(others, first)
    assert not similar(begun).keys() & similar(rest).keys()
    assert similar(page(ann, "posts", limit=100)) == {}, "once"
    later = cat.post("one more")
    like(bob, later)
    assert similar(page(ann, "posts")) == {later: first}


def test_a_block_takes_posts_and_their_author_out_at_once_also_of_a_list_that_has_begun(
    newcomer: Newcomer,
) -> None:
    ann, bob, cat, dan = (newcomer() for _ in range(4))
    first = dan.post("the first")
    stays, goes = [dan.post(f"stays {number}") for number in range(2)], cat.post("goes")
    like(bob, first, goes, *stays)
    like(ann, first)
    begun = page(ann, "posts", limit=1)
    told = [each["reason"] for each in page(ann, "users")["users"] if each["user"]["user_id"] == cat.user_id]
    assert told == [{"kind": "similar_taste", "post_id": first}]
    ask(cat, "POST", f"/api/v1/graph/block/{ann.user_id}")
    rest = page(ann, "posts", limit=100, cursor=begun["next_cursor"])
    assert similar(rest).keys() == {*stays} - similar(begun).keys()
    assert cat.user_id not in [each["user"]["user_id"] for each in page(ann, "users")["users"]]


def test_accounts_to_follow_are_few_and_friends_of_friends_among_them(newcomer: Newcomer) -> None:
    ann, bob, *crowd = [newcomer() for _ in range(MOST + 3)]
    ann.follow(bob)
    for each in crowd:
        bob.follow(each)
    found = page(ann, "users", limit=100)
    assert (len(found["users"]), found["has_more"], found["next_cursor"]) == (MOST, False, None)
    reason = {"kind": "friends_of_friends", "common": 1, "through": [bob.user_id]}
    told = {each["user"]["user_id"]: each["reason"] for each in found["users"]}
    assert [each.user_id for each in crowd if told.get(each.user_id) == reason]
    assert not told.keys() & {ann.user_id, bob.user_id}
