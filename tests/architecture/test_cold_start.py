"""What a cold function imports, by name: seconds differ from machine to machine, modules do not."""

import functools
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec

import pytest

from tests.architecture.house import DOORS, LIBRARY, ROOT

ON_COMMAND = "functions.account.on_command"
"""Makes keys, once a month: it carries what the door of its room does."""
ON_DEPLOY = "functions.media.on_deploy"
"""Makes a key, once."""
WORKERS = [door for door in DOORS if ".on_" in door and door not in {ON_COMMAND, ON_DEPLOY}]
APIS = [door for door in DOORS if door.endswith(".api")]
HEAVY = {"boto3", "aws_cdk", "aws_xray_sdk", "zxcvbn", "PIL", "av", "requests", "moto", "pytest"}
ONLY_APIS = {"pydantic", "aws_lambda_powertools.event_handler", "cryptography", "jwt"}
ONLY_ACCOUNTS = {"argon2"}
OPENSEARCH = "kith.opensearch"


@dataclass(frozen=True)
class Import:
    """What came of importing a door."""

    modules: frozenset[str]
    read: list[str]
    called: list[str]
    clients: list[str]


@functools.cache
def imported(door: str) -> Import:
    """Import a door in a process of its own, in an environment that cannot be read as settings."""
    paths = os.pathsep.join([str(ROOT), str(LIBRARY)])
    answer = subprocess.run(  # our own module
        [sys.executable, "-m", "tests.architecture.imported", door],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": paths, "KITH_NO_SUCH_SETTING": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(answer.stdout)
    return Import(frozenset(told["modules"]), told["read"], told["called"], told["clients"])


@pytest.mark.parametrize("door", DOORS)
def test_nobody_imports_what_is_heavy_and_not_needed(door: str) -> None:
    assert door in imported(door).modules
    assert imported(door).modules & HEAVY == set()


@pytest.mark.parametrize("door", WORKERS)
def test_workers_carry_nothing_of_http_or_of_tokens(door: str) -> None:
    assert imported(door).modules & (ONLY_APIS | ONLY_ACCOUNTS) == set()


@pytest.mark.parametrize("door", [door for door in APIS if door != "functions.account.api"])
def test_only_accounts_carry_what_hashes_passwords(door: str) -> None:
    assert imported(door).modules & ONLY_ACCOUNTS == set()


@pytest.mark.parametrize("door", ["functions.search.api", "functions.search.on_event"])
def test_an_engine_that_few_stages_have_is_imported_by_those_alone(door: str) -> None:
    assert find_spec(OPENSEARCH) is not None
    assert OPENSEARCH not in imported(door).modules


def test_these_names_are_those_of_modules_that_are_there_to_be_found() -> None:
    assert imported("functions.account.api").modules >= ONLY_APIS | ONLY_ACCOUNTS


@pytest.mark.parametrize("door", DOORS)
def test_importing_a_door_reads_no_environment_and_calls_nobody(door: str) -> None:
    told = imported(door)
    assert (told.read, told.called, told.clients) == ([], [], [])


@pytest.mark.parametrize("door", DOORS)
def test_a_door_carries_no_other_room(door: str) -> None:
    room = door.split(".")[1]
    rooms = {name.split(".")[1] for name in imported(door).modules if name.startswith("functions.")}
    assert rooms == {room}
