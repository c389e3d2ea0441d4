"""What must not be in any log is in none."""

import secrets

import httpx

from tests.e2e.stack import LocalStack, eventually


def test_canary_passwords_tokens_and_addresses_are_in_no_log(url: str, local_stack: LocalStack) -> None:
    name, password, other = (f"c{secrets.token_hex(8)}" for _ in range(3))
    address = f"canary.{name}@kith.example"
    canaries = [password, other, address]

    def call(method: str, path: str, status: int, token: str = "", **body: object) -> httpx.Response:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        answer = httpx.request(method, f"{url}/api/v1{path}", json=body or None, headers=headers, timeout=60)
        assert answer.status_code == status, answer.text
        return answer

    call("POST", "/register", 422, username=name, email=f"{address} ", password=password)
    first = call("POST", "/register", 201, username=name, email=address, password=password).json()
    call("POST", "/login", 401, username=name, password=other)
    call("POST", "/login", 401, email=f"no.{address}", password=other)
    call("POST", "/login", 422, email=address, password=password, username=name)
    second = call("POST", "/login", 200, email=address, password=password).json()
    third = call("POST", "/refresh", 200, refresh_token=second["refresh_token"]).json()
    token = third["access_token"]
    call("POST", "/refresh", 401, refresh_token=second["refresh_token"][:-4] + "AAAA")
    call("POST", "/password", 204, token=token, current_password=password, new_password=other)
    call("POST", "/password", 403, token=token, current_password=password, new_password=password)
    call("GET", "/users/me", 401, token=token[:-8] + "AAAAAAAA")
    call("POST", "/password/forgot", 202, email=address)
    mails = local_stack.endpoints["mail"]
    eventually(lambda: httpx.get(mails).text.count(address) >= 2)
    call("POST", "/password/reset", 422, token=f"1-{password}", password=other)
    call("POST", "/email/verify", 422, token=f"1-{password}")
    last = call("DELETE", "/users/me", 403, token=token, password=password)
    for session in (first, second, third):
        canaries += [session["access_token"], session["refresh_token"]]

    log = local_stack.home / "functions.log"
    eventually(lambda: last.headers["x-request-id"] in log.read_text())
    text = log.read_text()
    assert [canary for canary in canaries if canary in text] == []
