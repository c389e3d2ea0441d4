"""The real CDK CLI, pointed at an emulator and at nothing else."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.failure import Failure
from local.home import ROOT, Home
from local.process import Ports, kill_group, last_lines

ACCOUNT = "000000000000"
REGION = "us-east-1"
STAGE = "local"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
"""The emulator takes these for the account's root user."""

CLI = ROOT / "node_modules" / ".bin" / "cdk"


@dataclass(frozen=True, slots=True)
class Command:
    """A command that has begun."""

    told_as: str
    process: subprocess.Popen[bytes]
    log: Path


@dataclass(frozen=True, slots=True)
class Cdk:
    """What a deployment needs of the CLI. Commands begin at once, and may run side by side."""

    home: Home
    ports: Ports

    def bootstrap(self) -> Command:
        """Prepare the account for deployments."""
        # Anywhere but the checkout, whose cdk.json would have the application synthesized first.
        return self._begin("bootstrapping", self.home.folder, "bootstrap", f"aws://{ACCOUNT}/{REGION}")

    def synth(self, settings: str) -> Command:
        """Synthesize the templates and assets of the local stage.

        Args:
            settings: knobs set anew, as in `"celebrity_threshold=5"`.
        """
        context = ("-c", f"stage={STAGE}", "-c", f"set={settings}", "-c", f"url={self.ports.origin_url}")
        return self._begin(
            "synthesizing", ROOT, "synth", "--quiet", "--output", str(self.home.assembly), *context
        )

    def deploy(self) -> Command:
        """Deploy what was synthesized."""
        # Without change sets: nobody reviews them here, and they cost a second per stack.
        how = (
            "--require-approval",
            "never",
            "--method",
            "direct",
            "--concurrency",
            "2",
            "--progress",
            "events",
        )
        return self._begin("deploying", ROOT, "deploy", "--all", "--app", str(self.home.assembly), *how)

    def finish(self, *commands: Command) -> None:
        """Wait for commands.

        Raises:
            Failure: one failed; the message has the end of what it said.
        """
        try:
            for command in commands:
                if command.process.wait() != 0:
                    said = last_lines(command.log)
                    raise Failure(f"{command.told_as} failed:\n{said}\nAll of it is in {command.log}")
        finally:
            for command in commands:
                kill_group(command.process.pid)

    def _begin(self, told_as: str, folder: Path, verb: str, *arguments: str) -> Command:
        log = self.home.folder / f"{verb}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [str(CLI), "--no-notices", "--no-color", verb, *arguments],
                cwd=folder,
                env=environment(os.environ, self.ports),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # A group of its own, so that what it started can be ended with it.
                start_new_session=True,
            )
        return Command(told_as, process, log)


def environment(inherited: Mapping[str, str], ports: Ports) -> dict[str, str]:
    """Return an environment in which no other account than the emulator's can be reached."""
    own = {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": ports.aws_url,
        "AWS_REGION": REGION,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), inherited.get("PATH", os.defpath)]),
        **CREDENTIALS,
    }
    # Without its bytecode aws-cdk-lib takes eight seconds more to import, every time.
    foreign = ("AWS_", "KITH_", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH")
    return {name: value for name, value in inherited.items() if not name.startswith(foreign)} | own
