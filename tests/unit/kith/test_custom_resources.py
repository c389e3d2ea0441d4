"""What CloudFormation is told while it deploys."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from kith.custom_resources import ATTEMPTS, custom_resource
from kith.domain.errors import Unavailable

KNOWN = {"StackId": "stack", "RequestId": "request", "LogicalResourceId": "key"}


@pytest.fixture
def cloudformation() -> Iterator[tuple[str, list[tuple[str, Any]]]]:
    """Yield where answers are taken, and those that were."""
    taken: list[tuple[str, Any]] = []

    class Taker(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            assert not self.headers["content-type"]  # which the address may be signed for
            taken.append((self.path, json.loads(content)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Taker) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/answer?signed=yes", taken
        server.shutdown()


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_it_is_told_what_is_provided(cloudformation: tuple[str, list[tuple[str, Any]]], kind: str) -> None:
    url, taken = cloudformation
    handler = custom_resource("media", lambda: {"PublicKey": "pem"})
    handler({"RequestType": kind, "ResponseURL": url, **KNOWN}, None)
    expected = {"Status": "SUCCESS", "Data": {"PublicKey": "pem"}, "PhysicalResourceId": "media", **KNOWN}
    assert taken == [("/answer?signed=yes", expected)]


def test_it_is_told_that_it_failed_without_what_is_secret(
    cloudformation: tuple[str, list[tuple[str, Any]]],
) -> None:
    url, taken = cloudformation

    def provide() -> dict[str, str]:
        raise ValueError("-----BEGIN PRIVATE KEY-----")

    custom_resource("media", provide)({"RequestType": "Create", "ResponseURL": url, **KNOWN}, None)
    ((_, answer),) = taken
    assert (answer["Status"], answer["Reason"]) == ("FAILED", "ValueError: see the log of media")


@pytest.mark.parametrize(("vain", "status"), [(ATTEMPTS - 1, "SUCCESS"), (ATTEMPTS, "FAILED")])
def test_what_may_pass_by_itself_does_not_undo_a_deployment_at_once(
    cloudformation: tuple[str, list[tuple[str, Any]]], vain: int, status: str
) -> None:
    url, taken = cloudformation
    answers = iter([Unavailable()] * vain)

    def provide() -> dict[str, str]:
        if (refusal := next(answers, None)) is not None:
            raise refusal
        return {"PublicKey": "pem"}

    handler = custom_resource("media", provide, pause=lambda _seconds: None)
    handler({"RequestType": "Create", "ResponseURL": url, **KNOWN}, None)
    ((_, answer),) = taken
    assert answer["Status"] == status


def test_nothing_is_done_when_it_goes(cloudformation: tuple[str, list[tuple[str, Any]]]) -> None:
    url, taken = cloudformation

    def provide() -> dict[str, str]:
        raise AssertionError

    custom_resource("media", provide)({"RequestType": "Delete", "ResponseURL": url, **KNOWN}, None)
    assert taken[0][1]["Status"] == "SUCCESS"
