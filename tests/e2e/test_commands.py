"""What operators do from a terminal."""

import json
import os
import subprocess
import sys

from tests.e2e.conftest import Newcomer
from tests.e2e.stack import ROOT, LocalStack


def operate(stack: LocalStack, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tools.operate", *words],
        cwd=ROOT,
        env={**os.environ, "KITH_HOME": str(stack.home)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_account_is_suspended_verified_and_let_in_again(
    newcomer: Newcomer, local_stack: LocalStack
) -> None:
    person, other = newcomer(), newcomer()
    profile = f"/api/v1/users/{person.user_id}"

    done = operate(local_stack, "suspend", person.username)
    assert json.loads(done.stdout) == {"user_id": person.user_id, "standing": "suspended"}
    assert person.http.get("/api/v1/feed").status_code == 403
    assert other.http.get(profile).status_code == 404

    assert operate(local_stack, "unsuspend", person.username).returncode == 0
    assert operate(local_stack, "verify", person.username).returncode == 0
    assert person.http.get("/api/v1/feed").status_code == 200
    assert other.http.get(profile).json()["is_verified"] is True


def test_keys_are_replaced_only_when_they_are_due(newcomer: Newcomer, local_stack: LocalStack) -> None:
    newcomer()
    assert json.loads(operate(local_stack, "rotate-keys").stdout) == {"rotated": False}


def test_what_cannot_be_done_is_told(newcomer: Newcomer, local_stack: LocalStack) -> None:
    newcomer()
    done = operate(local_stack, "suspend", "nobody_of_that_name")
    assert done.returncode == 1
    assert done.stderr.startswith("kith: There is no such account")
