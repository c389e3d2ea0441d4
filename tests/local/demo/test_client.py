from collections.abc import Callable
from typing import Any

import httpx
import pytest

from local.demo.client import PATIENCE, PATIENCE_WITH_LIMITS, Client, Refused
from local.failure import Failure

Handler = Callable[[httpx.Request], httpx.Response]


class Clockwork:
    """Time that passes while someone sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.pauses.append(seconds)


def client_of(handler: Handler, clockwork: Clockwork) -> Client:
    http = httpx.Client(base_url="http://kith.example", transport=httpx.MockTransport(handler))
    return Client(http, sleep=clockwork.sleep, timer=lambda: clockwork.now)


def answering(*answers: httpx.Response | Exception) -> tuple[Handler, list[httpx.Request]]:
    """Return a server that gives these answers one after the other, the last for ever, and what it was asked."""
    asked: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        answer = answers[min(len(asked), len(answers) - 1)]
        asked.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return handle, asked


def ok(body: Any = "") -> httpx.Response:
    return httpx.Response(200, json=body)


def test_an_answer_is_its_body() -> None:
    handler, asked = answering(ok({"a": 1}))

    body = client_of(handler, Clockwork()).send(
        "POST", "/things", token="t", key="k", json={"b": 2}, query={"limit": 3}
    )

    assert body == {"a": 1}
    assert asked[0].url == "http://kith.example/things?limit=3"
    assert asked[0].headers["authorization"] == "Bearer t"
    assert asked[0].headers["idempotency-key"] == "k"
    assert asked[0].content == b'{"b":2}'


def test_a_limited_request_waits_as_long_as_it_is_told_to() -> None:
    clockwork = Clockwork()
    handler, asked = answering(httpx.Response(429, headers={"Retry-After": "7"}), ok())
    client = client_of(handler, clockwork)

    client.send("GET", "/")

    assert len(asked) == 2
    assert clockwork.pauses == [7.0]
    assert client.retries == {"answered 429": 1}


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (httpx.Response(503), "answered 503"),
        (httpx.Response(429), "answered 429"),
        (httpx.Response(429, headers={"Retry-After": "soon"}), "answered 429"),
        (httpx.ConnectError("refused"), "ConnectError of the connection"),
        (httpx.ReadTimeout("late"), "ReadTimeout of the connection"),
        (httpx.RemoteProtocolError("cut off"), "RemoteProtocolError of the connection"),
    ],
)
def test_what_may_pass_is_tried_again_the_same_after_growing_pauses(
    trouble: httpx.Response | Exception, reason: str
) -> None:
    clockwork = Clockwork()
    handler, asked = answering(*[trouble] * 5, ok("done"))
    client = client_of(handler, clockwork)

    assert client.send("POST", "/", key="k", json=1) == "done"

    assert client.retries == {reason: 5}
    assert len({(request.content, request.headers["idempotency-key"]) for request in asked}) == 1
    assert all(0 < pause <= 0.05 * 2**place for place, pause in enumerate(clockwork.pauses))
    assert clockwork.pauses[-1] > clockwork.pauses[0]


@pytest.mark.parametrize("status", [400, 401, 404, 409, 422, 500])
def test_what_stays_refused_is_not_tried_again(status: int) -> None:
    clockwork = Clockwork()
    handler, asked = answering(httpx.Response(status, text="because"), ok())

    with pytest.raises(Refused, match=f"GET /x was answered {status}: because") as refused:
        client_of(handler, clockwork).send("GET", "/x")

    assert refused.value.status == status
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("trouble", "patience"),
    [
        (httpx.ConnectError("refused"), PATIENCE),
        (httpx.Response(503), PATIENCE),
        (httpx.Response(429, headers={"Retry-After": "3"}), PATIENCE_WITH_LIMITS),
    ],
)
def test_what_does_not_pass_is_given_up(trouble: httpx.Response | Exception, patience: float) -> None:
    clockwork = Clockwork()
    handler, _ = answering(trouble)

    with pytest.raises(Failure, match=f"GET / was not answered for {patience:.0f} seconds"):
        client_of(handler, clockwork).send("GET", "/")

    assert patience < clockwork.now < patience + 6
