"""Sending to push services (RFC 8030), and what their answers mean."""

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, Protocol

import urllib3
from urllib3.exceptions import HTTPError

from kith.domain.clock import MINUTE, SECOND
from kith.domain.errors import DomainError, Unavailable

CONNECTING, READING = 2, 5
"""Seconds that a service has to take a call, and to answer."""
LONGEST_PAUSE: Final = 15 * MINUTE
"""That a service may ask for; the queue would give a push up before one that is much longer is over."""

TAKEN: Final = frozenset({HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED})
GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
PASSING: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})
"""With all of 500 and more: what may be otherwise when it is asked again."""
_SECONDS = re.compile(r"[0-9]{1,9}")


class PushGone(DomainError):
    """The browser does not take pushes there any more."""

    code = "push_gone"
    message = "There is no such subscription at the push service."


class PushRefused(DomainError):
    """The service will never take this push; `status` is its answer."""

    code = "push_refused"
    message = "The push service refused the push."

    def __init__(self, status: int) -> None:
        super().__init__()
        self.status = status


class PushPutOff(Unavailable):
    """The service asks for a pause, in milliseconds; 0 where it says of none."""

    code = "push_put_off"

    def __init__(self, pause: int = 0) -> None:
        super().__init__()
        self.pause = pause


class HttpAnswer(Protocol):
    """The part of an answer that is used: never what it says."""

    @property
    def status(self) -> int:
        """Its status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Its headers."""
        ...

    def close(self) -> None:
        """Read no more of it."""
        ...


class HttpClient(Protocol):
    """The part of urllib3 that is used."""

    def request(
        self, method: str, url: str, body: bytes | None = None, *, headers: Mapping[str, str] | None = None
    ) -> HttpAnswer:
        """Send a request."""
        ...


@dataclass(frozen=True, slots=True)
class PatientPool:
    """urllib3, which goes nowhere but where it is sent, once, and waits for so long and no longer."""

    pool: urllib3.PoolManager

    def request(
        self, method: str, url: str, body: bytes | None = None, *, headers: Mapping[str, str] | None = None
    ) -> HttpAnswer:
        """Send a request."""
        return self.pool.request(
            method,
            url,
            body=body,
            headers=headers,
            redirect=False,
            retries=False,
            timeout=urllib3.Timeout(connect=CONNECTING, read=READING),
            preload_content=False,
        )


def http_client() -> HttpClient:
    """Return the way to push services; the certificates that it trusts are read once."""
    return PatientPool(urllib3.PoolManager(maxsize=8, ssl_context=ssl.create_default_context()))


@dataclass(frozen=True, slots=True)
class PushServices:
    """All of them: which one an address is at, it says itself."""

    http: HttpClient

    def send(self, endpoint: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Send a push.

        Raises:
            PushGone: nobody takes it there any more.
            PushPutOff: it may be taken another time; it may also have been, if the answer was lost.
            PushRefused: it never will be.
        """
        try:
            answer = self.http.request("POST", endpoint, body, headers=headers)
        except HTTPError:
            raise PushPutOff from None  # its words name the address
        try:
            _tell(answer)
        finally:
            answer.close()


def _tell(answer: HttpAnswer) -> None:
    status = answer.status
    if status in TAKEN:
        return
    if status in GONE:
        raise PushGone
    if status in PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise PushPutOff(_pause(answer.headers.get("retry-after", "")))
    raise PushRefused(status)


def _pause(asked: str) -> int:
    """Return for how long a service asks not to be asked. One that names a date is asked when the queue comes to it."""
    return min(int(asked) * SECOND, LONGEST_PAUSE) if _SECONDS.fullmatch(asked) else 0
