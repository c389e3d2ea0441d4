"""Where a local stack keeps its things: one folder per stack, so that several can run side by side."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EMULATOR = ROOT / ".local" / "emulator"
"""The emulator's virtual environment, which all stacks share."""


@dataclass(frozen=True, slots=True)
class Home:
    """The files of one local stack."""

    folder: Path

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Home":
        """Return the folder that `KITH_HOME` names, or `.local` of the checkout."""
        return cls(ROOT / environ.get("KITH_HOME", ".local"))

    @property
    def state(self) -> Path:
        """The emulator's latest snapshot."""
        return self.folder / "state"

    @property
    def objects(self) -> Path:
        """The contents of the emulated buckets."""
        return self.folder / "s3"

    @property
    def temporary(self) -> Path:
        """Where the emulator unpacks functions."""
        return self.folder / "tmp"

    @property
    def route(self) -> Path:
        """Holds the ids of the APIs that the origin serves."""
        return self.folder / "route"

    @property
    def assembly(self) -> Path:
        """The synthesized templates and assets."""
        return self.folder / "cdk.out"

    @property
    def deployed(self) -> Path:
        """Tells what the state on disk was deployed from."""
        return self.folder / "deployed"

    @property
    def endpoints(self) -> Path:
        """What programs need to talk to the stack."""
        return self.folder / "endpoints.json"

    @property
    def process(self) -> Path:
        """Which process is the emulator; it holds a lock on the file while it lives."""
        return self.folder / "process.json"

    @property
    def commands(self) -> Path:
        """Locked by the command that is starting or stopping the stack."""
        return self.folder / "command.lock"

    @property
    def emulator_log(self) -> Path:
        """What the emulator says."""
        return self.folder / "emulator.log"

    @property
    def function_log(self) -> Path:
        """What the functions say, each line after the function's name and a tab."""
        return self.folder / "functions.log"

    @property
    def deploy_log(self) -> Path:
        """What the CDK said at the last deployment."""
        return self.folder / "deploy.log"

    def forget(self) -> None:
        """Remove the data and everything that was derived for it."""
        for folder in (self.state, self.objects, self.temporary, self.assembly):
            shutil.rmtree(folder, ignore_errors=True)
        for leftover in self.folder.glob("state.*"):
            shutil.rmtree(leftover, ignore_errors=True)
        for file in (self.route, self.deployed, self.endpoints, self.function_log, self.emulator_log):
            file.unlink(missing_ok=True)
