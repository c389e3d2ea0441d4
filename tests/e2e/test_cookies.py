"""A web client's session, kept in cookies by an ordinary cookie jar."""

import httpx

from tests.e2e.conftest import Newcomer
from tests.e2e.people import PASSWORD
from tests.e2e.stack import LocalStack


def test_a_session_in_cookies_lives_until_it_is_logged_out(
    newcomer: Newcomer, local_stack: LocalStack
) -> None:
    url, person = local_stack.endpoints["api"], newcomer()
    own = {"origin": url, "x-requested-with": "fetch"}
    with httpx.Client(base_url=f"{url}/api/v1", timeout=30) as browser:
        login = {"username": person.username, "password": PASSWORD}
        answer = browser.post("/login", params={"session": "cookie"}, json=login)
        assert (answer.status_code, set(answer.json())) == (200, {"user", "expires_in"})
        assert all("HttpOnly" in line for line in answer.headers.get_list("set-cookie"))
        assert len(browser.cookies) == 2
        kept = dict(browser.cookies)

        assert browser.get("/users/me").json()["user_id"] == person.user_id
        assert browser.post("/posts", json={"text": "from elsewhere"}).status_code == 403
        assert browser.post("/posts", json={"text": "from here"}, headers=own).status_code == 201
        assert browser.post("/refresh", headers=own).status_code == 200
        assert dict(browser.cookies)["refresh_token"] != kept["refresh_token"]

        assert browser.post("/logout", headers=own).status_code == 204
        assert len(browser.cookies) == 0
        browser.cookies.update(kept)
        assert browser.get("/users/me").status_code == 401
