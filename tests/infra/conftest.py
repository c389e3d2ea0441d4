import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.shared.checkout import ROOT
from tests.infra.templates import Templates

NOWHERE = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}


@pytest.fixture(scope="session")
def without_credentials() -> dict[str, str]:
    """The environment of a machine that has never heard of AWS."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return {**kept, **NOWHERE, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


@pytest.fixture(scope="session")
def assemblies(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str, without_credentials: dict[str, str]
) -> Path:
    """The folder of all synthesized variants, made by whichever worker comes first."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent
    finished = shared / "assemblies"
    with (shared / "assemblies.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not finished.exists():
            unfinished = tmp_path_factory.mktemp("assemblies")
            command = [sys.executable, "-m", "tests.infra.assemblies", str(unfinished)]
            subprocess.run(command, cwd=ROOT, env=without_credentials, check=True)  # our own module
            unfinished.rename(finished)
    return finished


@pytest.fixture(params=["local", "dev", "prod"])
def templates(request: pytest.FixtureRequest, assemblies: Path) -> Templates:
    """Each stage in turn: what is asked for it must hold in all of them."""
    return Templates.read(assemblies / request.param)


@pytest.fixture(params=["dev", "prod"])
def on_aws(request: pytest.FixtureRequest, assemblies: Path) -> Templates:
    return Templates.read(assemblies / request.param)


@pytest.fixture
def local(assemblies: Path) -> Templates:
    return Templates.read(assemblies / "local")


@pytest.fixture
def prod(assemblies: Path) -> Templates:
    return Templates.read(assemblies / "prod")
