"""HTTP as a good client does it: it waits as long as it is told to, and tries again what may be tried again."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Lock
from typing import Any

import httpx

from local.demo.progress import Timer
from local.failure import Failure

PATIENCE = 60.0
"""Seconds after which a request that is not answered is given up."""

PATIENCE_WITH_LIMITS = 600.0
"""The same for one that is refused because there were too many."""

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 5.0


class Refused(Failure):
    """The API answered with something else than what was asked for."""

    def __init__(self, method: str, path: str, response: httpx.Response) -> None:
        self.status = response.status_code
        super().__init__(f"{method} {path} was answered {self.status}: {response.text[:500]}")


@dataclass(frozen=True, slots=True)
class _Later:
    """Why a request is to be sent again, after how many seconds at least, and for how many at most."""

    reason: str
    wait: float = 0.0
    patience: float = PATIENCE


@dataclass
class Client:
    """Sends requests that have the same effect once as twice. Several threads may use one."""

    http: httpx.Client
    sleep: Callable[[float], None] = time.sleep
    timer: Timer = time.monotonic
    retries: Counter[str] = field(default_factory=Counter, init=False)
    """Requests that were sent again, by reason."""
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)

    def send(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        key: str | None = None,
        json: Any = None,  # noqa: ANN401  # any JSON
        query: dict[str, str | int] | None = None,
    ) -> Any:  # noqa: ANN401  # any JSON
        """Send a request until it is answered, and return the body of a success.

        Args:
            method: of HTTP.
            path: of the resource.
            token: an access token.
            key: an idempotency key.
            json: the body.
            query: parameters.

        Raises:
            Refused: the answer is an error that trying again does not cure.
            Failure: there was no answer for too long.
        """
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if key:
            headers["Idempotency-Key"] = key
        began, pause = self.timer(), FIRST_PAUSE
        while True:
            answer = self._attempt(method, path, json=json, headers=headers, params=query)
            if isinstance(answer, httpx.Response):
                if answer.is_success:
                    return answer.json()
                raise Refused(method, path, answer)
            if self.timer() - began > answer.patience:
                raise Failure(
                    f"{method} {path} was not answered for {answer.patience:.0f} seconds: {answer.reason}"
                )
            with self._lock:
                self.retries[answer.reason] += 1
            self.sleep(max(answer.wait, pause * random.uniform(0.5, 1.0)))  # noqa: S311  # only spreads clients
            pause = min(2 * pause, LONGEST_PAUSE)

    def _attempt(self, method: str, path: str, **content: Any) -> "httpx.Response | _Later":  # noqa: ANN401
        try:
            response = self.http.request(method, path, **content)
        except httpx.TransportError as error:
            return _Later(f"{type(error).__name__} of the connection")
        if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
            return _Later("answered 503")
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            asked = response.headers.get("retry-after", "")
            wait = float(asked) if asked.isdecimal() else 0.0
            return _Later("answered 429", wait, PATIENCE_WITH_LIMITS)
        return response
