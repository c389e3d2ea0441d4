"""The journeys, over HTTP, on a deployed stack: `KITH_URL`, or a local stack of these tests' own."""

import os
import secrets
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.people import Person
from tests.e2e.stack import LocalStack

CELEBRITY_FROM, NO_CELEBRITY_BELOW = 10, 6
DIGEST_SECONDS = 4
SETTINGS = " ".join(
    [
        *(f"rate_{whose}_per_minute=1000000" for whose in ("ip", "user", "user_route")),
        f"celebrity_threshold={CELEBRITY_FROM}",
        f"celebrity_demotion={NO_CELEBRITY_BELOW}",
        "refresh_grace_seconds=600",
        f"digest_hourly_seconds={DIGEST_SECONDS}",
    ]
)
"""Knobs of the local stack under test: tests hurry more than people do, and are fewer."""


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.xdist_group("e2e"))
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def local_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    if "KITH_URL" in os.environ:
        pytest.skip("needs the emulator's own port, which a deployment at KITH_URL does not have")
    stack = LocalStack(tmp_path_factory.mktemp("kith"), free_port(), free_port(), SETTINGS)
    stack.up()
    yield stack
    stack.down()


@pytest.fixture(scope="session")
def url(request: pytest.FixtureRequest) -> str:
    given = os.environ.get("KITH_URL")
    if given:
        return given
    stack: LocalStack = request.getfixturevalue("local_stack")
    return stack.endpoints["api"]


Newcomer = Callable[..., Person]


@pytest.fixture
def newcomer(url: str) -> Iterator[Newcomer]:
    """Registers somebody with a name that nobody has had."""
    people: list[Person] = []

    def registered(**more: object) -> Person:
        people.append(Person.registered(url, f"p{secrets.token_hex(8)}", **more))
        return people[-1]

    yield registered
    for person in people:
        person.http.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
