"""What push services answer, and what that means."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, ProtocolError, ReadTimeoutError

from kith.domain.clock import MINUTE
from kith.domain.errors import DomainError, Unavailable
from kith.push_services import PatientPool, PushGone, PushPutOff, PushRefused, PushServices, http_client

ENDPOINT = "https://fcm.googleapis.com/fcm/send/secret"
POOL = urllib3.HTTPSConnectionPool("fcm.googleapis.com")


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    is_closed: bool = False

    def close(self) -> None:
        self.is_closed = True


@dataclass
class Http:
    """Answers as it is told, or fails."""

    answer: Answer | HTTPError
    asked: list[tuple[Any, ...]] = field(default_factory=list)

    def request(
        self, method: str, url: str, body: bytes | None = None, *, headers: Mapping[str, str] | None = None
    ) -> Answer:
        self.asked.append((method, url, body, headers))
        if isinstance(self.answer, HTTPError):
            raise self.answer
        return self.answer


def outcome(answer: Answer | HTTPError) -> DomainError | None:
    http = Http(answer)
    try:
        PushServices(http).send(ENDPOINT, b"sealed", {"ttl": "60"})
    except DomainError as error:
        return error
    finally:
        assert http.asked == [("POST", ENDPOINT, b"sealed", {"ttl": "60"})]
        assert not isinstance(answer, Answer) or answer.is_closed
    return None


@pytest.mark.parametrize("status", [200, 201, 202])
def test_what_is_taken_is_done(status: int) -> None:
    assert outcome(Answer(status)) is None


@pytest.mark.parametrize("status", [404, 410])
def test_who_is_gone_is_told_so(status: int) -> None:
    assert isinstance(outcome(Answer(status)), PushGone)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 599])
def test_what_may_pass_is_to_be_tried_again(status: int) -> None:
    error = outcome(Answer(status))
    assert isinstance(error, PushPutOff)
    assert isinstance(error, Unavailable)


@pytest.mark.parametrize("status", [204, 301, 302, 303, 307, 308, 400, 401, 402, 403, 405, 413, 418])
def test_everything_else_is_final(status: int) -> None:
    error = outcome(Answer(status))
    assert isinstance(error, PushRefused)
    assert error.status == status


@pytest.mark.parametrize(
    "error",
    [
        ConnectTimeoutError("secret"),
        ReadTimeoutError(POOL, "secret", "secret"),
        ProtocolError("secret"),
        MaxRetryError(POOL, "secret"),
    ],
)
def test_silence_may_pass_and_is_told_without_the_address(error: HTTPError) -> None:
    told = outcome(error)
    assert isinstance(told, PushPutOff)
    assert "secret" not in str(told)
    assert told.__cause__ is None
    assert told.__suppress_context__


@pytest.mark.parametrize(
    ("asked", "pause"),
    [
        ("", 0),
        ("0", 0),
        ("90", 90_000),
        ("86400", 15 * MINUTE),
        ("9" * 9, 15 * MINUTE),
        ("9" * 500, 0),
        ("-1", 0),
        ("1.5", 0),
        ("Fri, 31 Dec 1999 23:59:59 GMT", 0),
    ],
)
def test_a_service_may_ask_for_a_pause_within_reason(asked: str, pause: int) -> None:
    error = outcome(Answer(429, {"retry-after": asked}))
    assert isinstance(error, PushPutOff)
    assert error.pause == pause


def test_urllib3_goes_nowhere_else_and_does_not_wait_for_long() -> None:
    asked: list[tuple[Any, dict[str, Any]]] = []

    class Pool(urllib3.PoolManager):
        """Tells what it is asked."""

        def request(self, *what: Any, **how: Any) -> Any:
            asked.append((what, how))

    PatientPool(Pool()).request("POST", ENDPOINT, b"sealed", headers={})
    ((what, how),) = asked
    assert what == ("POST", ENDPOINT)
    timeout = how.pop("timeout")
    assert (timeout.connect_timeout, timeout.read_timeout) == (2, 5)
    assert how == {
        "body": b"sealed",
        "headers": {},
        "redirect": False,
        "retries": False,
        "preload_content": False,
    }
    assert isinstance(http_client(), PatientPool)
