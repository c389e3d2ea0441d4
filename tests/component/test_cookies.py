"""Sessions in cookies, as a browser keeps them."""

from http.cookies import SimpleCookie
from typing import Any

import pytest

from functions.account.api import door as account_door
from functions.post.api import door as post_door
from functions.profile.api import door as profile_door
from functions.session.api import door as session_door
from kith import deployment
from kith.web.door import Door
from tests.builders import Answer, LambdaContext, answer_of, http_event, rest_event
from tests.component.conftest import Register, start_cold

HERE = {"origin": "https://kith.example", "x-requested-with": "fetch"}
ME, PUBLISH = "GET /api/v1/users/me", "POST /api/v1/posts"


class Browser:
    """Keeps the cookies it is given and sends them along."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}
        self.set: list[str] = []

    def send(
        self, door: Door, route: str, body: str | None = None, headers: dict[str, str] = HERE, **more: Any
    ) -> Answer:
        sent = headers | ({"content-type": "application/json"} if body else {})
        event = http_event(route, route.partition(" ")[2], body=body, headers=sent, **more)
        event["cookies"] = [f"{name}={value}" for name, value in self.cookies.items()]
        result: dict[str, Any] = door(event, LambdaContext())
        self.set = result.get("cookies", [])
        for line in self.set:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self.cookies[name]
        return answer_of(result)


@pytest.fixture
def browser(register: Register) -> Browser:
    """A browser that has logged in."""
    register("ann")
    browser = Browser()
    answer = browser.send(
        account_door,
        "POST /api/v1/login",
        '{"username": "ann", "password": "correct horse battery"}',
        query={"session": "cookie"},
    )
    assert answer.status == 200, answer.text
    assert set(answer.json) == {"user", "expires_in"}
    return browser


def test_logging_in_sets_cookies_that_no_script_and_no_other_host_can_touch(browser: Browser) -> None:
    assert set(browser.cookies) == {"__Host-access_token", "__Host-refresh_token"}
    for line in browser.set:
        attributes = {part.strip().lower() for part in line.split(";")[1:]}
        assert {"secure", "httponly", "samesite=strict", "path=/"} <= attributes
        assert not any(attribute.startswith("domain") for attribute in attributes)


def test_registering_can_set_them_too(cloud: None) -> None:
    browser = Browser()
    body = '{"username": "ann", "email": "ann@kith.example", "password": "correct horse battery"}'
    answer = browser.send(account_door, "POST /api/v1/register", body, query={"session": "cookie"})
    assert (answer.status, set(answer.json)) == (201, {"user", "expires_in"})
    assert browser.send(profile_door, ME).status == 200


def test_the_cookie_speaks_for_its_owner_until_they_log_out(browser: Browser) -> None:
    kept = dict(browser.cookies)
    assert browser.send(profile_door, ME).json["username"] == "ann"
    assert browser.send(post_door, PUBLISH, '{"text": "hello"}').status == 201

    assert browser.send(session_door, "POST /api/v1/logout").status == 204
    assert browser.cookies == {}
    assert browser.send(profile_door, ME).status == 401

    browser.cookies = kept
    assert browser.send(profile_door, ME).status == 401
    assert browser.send(account_door, "POST /api/v1/refresh").status == 401


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://kith.example"},
        {"x-requested-with": "fetch"},
        {"origin": "null", "x-requested-with": "fetch"},
        {"origin": "http://kith.example", "x-requested-with": "fetch"},
        {"origin": "https://kith.example.evil.example", "x-requested-with": "fetch"},
        {"origin": "https://evil.example/https://kith.example", "x-requested-with": "fetch"},
        {"origin": "https://kith.example:8443", "x-requested-with": "fetch"},
    ],
    ids=str,
)
def test_what_another_site_could_send_changes_nothing(browser: Browser, headers: dict[str, str]) -> None:
    kept = dict(browser.cookies)
    answers = [
        browser.send(post_door, PUBLISH, '{"text": "forged"}', headers),
        browser.send(account_door, "POST /api/v1/refresh", None, headers),
        browser.send(session_door, "POST /api/v1/logout", None, headers),
    ]
    assert [(answer.status, answer.json["code"]) for answer in answers] == [(403, "cross_site")] * 3
    assert browser.cookies == kept
    assert browser.send(profile_door, ME).status == 200


def test_reading_needs_no_header_but_no_foreign_origin_either(browser: Browser) -> None:
    assert browser.send(profile_door, ME, headers={}).status == 200
    assert browser.send(profile_door, ME, headers={"origin": "https://evil.example"}).status == 403


def test_refreshing_replaces_both_cookies_and_the_old_one_ends_the_family_later(browser: Browser) -> None:
    first = dict(browser.cookies)
    answer = browser.send(account_door, "POST /api/v1/refresh")
    assert (answer.status, set(answer.json)) == (200, {"expires_in"})
    second = dict(browser.cookies)
    assert first["__Host-refresh_token"] != second["__Host-refresh_token"]
    assert browser.send(account_door, "POST /api/v1/refresh").status == 200

    browser.cookies = first
    assert browser.send(account_door, "POST /api/v1/refresh").status == 401
    browser.cookies = second
    assert browser.send(profile_door, ME).status == 401


def test_a_cookie_that_is_there_twice_is_none(browser: Browser) -> None:
    token = browser.cookies.pop("__Host-access_token")
    browser.cookies["__Host-access_token"] = f"{token}; __Host-access_token={token}"
    assert browser.send(profile_door, ME).status == 401


def test_the_tokens_are_not_taken_for_each_other(browser: Browser) -> None:
    access, refresh = browser.cookies["__Host-access_token"], browser.cookies["__Host-refresh_token"]
    browser.cookies = {"__Host-access_token": refresh, "__Host-refresh_token": access}
    assert browser.send(profile_door, ME).status == 401
    assert browser.send(account_door, "POST /api/v1/refresh").status == 401


def test_a_bearer_token_needs_no_origin_and_stands_before_the_cookie(
    browser: Browser, register: Register
) -> None:
    bob = register("bob")["access_token"]
    headers = {"authorization": f"Bearer {bob}"}
    assert browser.send(profile_door, ME, headers=headers).json["username"] == "bob"
    assert browser.send(post_door, PUBLISH, '{"text": "hello"}', headers).status == 201
    assert browser.send(profile_door, ME, headers={"authorization": "Bearer nonsense"}).status == 401


def test_a_rest_api_carries_cookies_as_well(browser: Browser) -> None:
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    event = rest_event(ME, "/api/v1/users/me", headers={"Cookie": cookie})
    assert answer_of(profile_door(event, LambdaContext())).json["username"] == "ann"


def test_on_ones_own_machine_cookies_have_no_prefix_and_travel_without_tls(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    register("ann")
    monkeypatch.setenv("KITH_PUBLIC_URL", "http://127.0.0.1:8080")
    start_cold()
    browser = Browser()
    body = '{"username": "ann", "password": "correct horse battery"}'
    browser.send(account_door, "POST /api/v1/login", body, query={"session": "cookie"})
    assert set(browser.cookies) == {"access_token", "refresh_token"}
    assert not any("secure" in line.lower() for line in browser.set)
    for origin in ("http://127.0.0.1:8080", "http://localhost:8080"):
        headers = {"origin": origin, "x-requested-with": "fetch"}
        assert browser.send(post_door, PUBLISH, '{"text": "hello"}', headers).status == 201
    assert browser.send(post_door, PUBLISH, '{"text": "hello"}', HERE).status == 403


def test_without_a_web_client_there_are_no_cookies(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = register("ann")["access_token"]
    monkeypatch.delenv("KITH_PUBLIC_URL")
    start_cold()
    assert deployment.settings().public_url == ""
    browser = Browser()
    body = '{"username": "ann", "password": "correct horse battery"}'
    answer = browser.send(account_door, "POST /api/v1/login", body, query={"session": "cookie"})
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "session")
    browser.cookies = {"access_token": token}
    assert browser.send(profile_door, ME, headers={}).status == 401
