import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.house import LIBRARY, ROOT

CONTRACTS = [
    contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
]

VIOLATIONS = {
    "layers/core/python/kith/retrying.py": "from kith.table import schema",
    "layers/core/python/kith/domain/text.py": "import pydantic",
    "layers/core/python/kith/settings.py": "import botocore",
    "functions/feed/timeline.py": "from functions.post import service",
    "functions/post/wiring.py": "import pynamodb",
    "layers/core/python/kith/aws.py": "import boto3",
    "functions/follow/service.py": "from kith.web import views",
    "layers/core/python/kith/telemetry.py": "from infra import stages",
    "infra/stages.py": "from kith import tokens",
    "local/progress.py": "from functions.outbox import changes",
}
"""For each contract, in their order, a line that breaks it."""


def linted(root: Path) -> str:
    """Return the report of import-linter over a tree."""
    paths = [str(root), str(root / LIBRARY.relative_to(ROOT))]
    done = subprocess.run(  # the tool of our own environment
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "COLUMNS": "300", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_every_contract_is_kept() -> None:
    report = linted(ROOT)
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in report, report


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the house."""
    root = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", root)
    for folder in ("functions", "infra", "local", str((LIBRARY / "kith").relative_to(ROOT))):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return root


def test_every_contract_can_break(copy: Path) -> None:
    assert len(VIOLATIONS) == len(CONTRACTS)
    for path, line in VIOLATIONS.items():
        with (copy / path).open("a") as module:
            module.write(f"\n{line}\n")
    report = linted(copy)
    assert [name for name in CONTRACTS if f"{name} BROKEN" not in report] == [], report


def test_a_part_of_the_library_without_a_layer_breaks_its_contract(copy: Path) -> None:
    stray = copy / LIBRARY.relative_to(ROOT) / "kith" / "stray.py"
    stray.write_text('"""Belongs nowhere."""\n')
    assert "kith.stray" in linted(copy)
