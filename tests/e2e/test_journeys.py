"""What people do, from the first call to the last follower."""

import httpx

from tests.e2e.conftest import Newcomer
from tests.e2e.people import PASSWORD
from tests.e2e.stack import LocalStack, eventually


def test_a_post_reaches_its_followers_and_nobody_else(newcomer: Newcomer) -> None:
    author, follower, stranger = newcomer(), newcomer(), newcomer()
    follower.follow(author)
    assert follower.feed() == []

    post = author.post("hello #world")

    assert author.feed() == [post]
    eventually(lambda: follower.feed() == [post])
    assert stranger.feed() == []


def test_what_is_unfollowed_is_gone_in_the_next_response_and_back_after_a_follow(newcomer: Newcomer) -> None:
    author, follower = newcomer(), newcomer()
    follower.follow(author)
    post = author.post("here today")
    eventually(lambda: follower.feed() == [post])

    follower.unfollow(author)
    assert follower.feed() == []

    follower.follow(author)
    eventually(lambda: follower.feed() == [post])


def test_a_private_account_is_asked_and_delivers_nothing_until_it_accepts(newcomer: Newcomer) -> None:
    private, curious, public = newcomer(is_private=True), newcomer(), newcomer()
    assert curious.follow(private)["status"] == "pending"
    assert curious.follow(public)["status"] == "accepted"
    secret = private.post("for friends")
    open_ = public.post("for all")

    eventually(lambda: curious.feed() == [open_])
    assert curious.http.get(f"/api/v1/posts/{secret}").status_code == 404
    assert curious.http.get(f"/api/v1/posts/{open_}").status_code == 200


def test_a_feed_is_paged_without_gaps_or_repeats_while_posts_arrive(newcomer: Newcomer) -> None:
    author, follower = newcomer(), newcomer()
    follower.follow(author)
    posts = [author.post(f"number {number}") for number in range(12)]
    eventually(lambda: len(follower.feed()) == len(posts))

    first = follower.http.get("/api/v1/feed", params={"limit": 5}).json()
    late = author.post("arrives while paging")
    eventually(lambda: late in follower.feed())
    cursor, seen = first["next_cursor"], [item["post"]["post_id"] for item in first["items"]]
    while cursor:
        page = follower.http.get("/api/v1/feed", params={"limit": 5, "cursor": cursor}).json()
        seen += [item["post"]["post_id"] for item in page["items"]]
        cursor = page["next_cursor"]

    assert seen == posts[::-1]


def test_logging_in_gives_a_token_that_works(newcomer: Newcomer, url: str) -> None:
    person = newcomer()
    for named in ({"username": person.username.upper()}, {"email": f"{person.username}@kith.example"}):
        session = httpx.post(f"{url}/api/v1/login", json={**named, "password": PASSWORD}, timeout=30)
        assert session.status_code == 200, session.text
        headers = {"authorization": f"Bearer {session.json()['access_token']}"}
        assert httpx.get(f"{url}/api/v1/feed", headers=headers, timeout=30).status_code == 200


def test_logging_out_takes_effect_on_the_very_next_request_to_every_room(newcomer: Newcomer) -> None:
    person = newcomer()
    routes = ("/api/v1/users/me", "/api/v1/sessions", "/api/v1/feed")
    assert [person.http.get(route).status_code for route in routes] == [200, 200, 200]

    assert person.http.post("/api/v1/logout").status_code == 204

    assert [person.http.get(route).status_code for route in routes] == [401, 401, 401]
    assert person.http.post("/api/v1/posts", json={"text": "still here?"}).status_code == 401


def test_the_stack_describes_itself(url: str) -> None:
    assert httpx.get(f"{url}/health", timeout=30).json()["status"] == "healthy"
    document = httpx.get(f"{url}/openapi.json", timeout=30).json()
    assert "/api/v1/feed" in document["paths"]
    for page, script in (("/docs", "swagger-ui-bundle.min.js"), ("/redoc", "redoc.standalone.js")):
        assert script in httpx.get(f"{url}{page}", timeout=30).text
        asset = httpx.get(f"{url}/docs/assets/{script}", timeout=30)
        assert asset.status_code == 200
        assert asset.headers["content-type"].startswith("text/javascript")


def test_a_request_can_be_found_in_the_log_by_its_id(newcomer: Newcomer, local_stack: LocalStack) -> None:
    answer = newcomer().http.get("/api/v1/feed")
    log = local_stack.home / "functions.log"
    eventually(lambda: answer.headers["x-request-id"] in log.read_text())
