"""Searches on a deployed stack: what has just happened is found within seconds, and what is gone at once is not."""

import secrets
from functools import partial
from typing import Any

from tests.e2e.conftest import Newcomer
from tests.e2e.people import Person
from tests.e2e.stack import eventually

SEARCH = "/api/v1/search"


def found(who: Person, what: str, query: str, **more: str) -> Any:
    answer = who.http.get(f"{SEARCH}/{what}", params={"q": query, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def usernames(who: Person, query: str) -> list[str]:
    return [user["username"] for user in found(who, "users", query)["users"]]


def finds(who: Person, query: str, wanted: list[str]) -> bool:
    return usernames(who, query) == wanted


def test_somebody_is_found_by_a_name_with_typos_and_by_a_new_one_and_no_longer_by_the_former(
    newcomer: Newcomer,
) -> None:
    last = "".join(secrets.choice("bcdfglmnrstv") + secrets.choice("aeiou") for _ in range(6))
    ada, bob = newcomer(full_name=f"Ada {last.title()}"), newcomer()
    wanted = [ada.username]
    for query in (ada.username, last, last[:8], f"ada {last[:5]}", f"{last} ada", last[:5] + last[6:]):
        eventually(partial(finds, bob, query, wanted))
    other = "".join(reversed(last))
    assert ada.http.patch("/api/v1/users/me", json={"full_name": f"Ada {other}"}).status_code == 200
    assert usernames(bob, last) == []
    eventually(lambda: usernames(bob, other) == wanted)
    assert ada.http.post(f"/api/v1/graph/block/{bob.user_id}").status_code == 200
    assert usernames(bob, other) == []


def test_posts_and_hashtags_are_found_counted_and_gone_with_the_post(newcomer: Newcomer) -> None:
    word, (ann, bob) = f"w{secrets.token_hex(6)}", (newcomer(), newcomer())
    posts = [ann.post(f"{word} and biscuits {number} #{word}") for number in range(3)]
    hidden = ann.post(f"{word} for followers #{word}", visibility="followers")

    def posts_found(**more: str) -> list[int]:
        return [post["post_id"] for post in found(bob, "posts", f"biscuits {word}", **more)["posts"]]

    def tags_found() -> list[dict[str, Any]]:
        tags: list[dict[str, Any]] = found(bob, "hashtags", word[:9])["hashtags"]
        return tags

    eventually(lambda: posts_found() == posts[::-1])
    assert sorted(posts_found(order="best")) == posts
    eventually(lambda: tags_found() == [{"tag": word, "post_count": 3}])
    assert found(bob, "autocomplete", f"#{word[:6]}") == {"users": [], "hashtags": tags_found()}
    assert ann.http.delete(f"/api/v1/posts/{posts[0]}").status_code == 204
    assert posts_found() == posts[:0:-1]
    assert [post["post_id"] for post in found(ann, "posts", word)["posts"]] == [hidden, *posts[:0:-1]]
    eventually(lambda: tags_found() == [{"tag": word, "post_count": 2}])
    assert ann.http.patch("/api/v1/users/me", json={"is_private": True}).status_code == 200
    assert posts_found() == []
    eventually(lambda: tags_found() == [])
