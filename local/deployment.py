"""From an empty emulator to a stack that answers, doing only what is not done yet."""

import json
from dataclasses import dataclass

from local.cdk import STAGE, Cdk
from local.cloud import Cloud
from local.endpoints import endpoints
from local.failure import Failure
from local.home import Home
from local.inputs import digest
from local.process import Ports, answers, last_lines, save, wait_until
from local.progress import step

ANSWERING = 30
"""Seconds the API gets to answer for the first time."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """One deployment of the checkout onto a running emulator.

    Args:
        home: the stack's files.
        ports: where its emulator listens.
        settings: knobs set anew, as in `"celebrity_threshold=5"`.
    """

    home: Home
    ports: Ports
    settings: str

    def bring_up(self) -> dict[str, str]:
        """Deploy what changed, wait until the API answers, and return the endpoints.

        Raises:
            Failure: it could not be deployed, or does not answer.
        """
        cloud = Cloud(self.ports)
        wanted = digest(self.settings, self.ports.origin_url)
        current = self._deployed() == wanted and cloud.is_deployed()
        if current:
            print("  nothing to deploy: the stack is made from these sources and settings")
        else:
            self._deploy(cloud)
        outputs = cloud.outputs()
        self.home.route.write_text(f"{outputs['ApiId']}\n{outputs['WebsocketApiId']}/{STAGE}\n")
        with step("waiting for the API"):
            self._await_health()
        if not current:
            with step("saving"):
                save(self.ports)
            self.home.deployed.write_text(wanted)
        addresses = endpoints(self.ports, outputs)
        self.home.endpoints.write_text(json.dumps(addresses, indent=2) + "\n")
        return addresses

    def _deploy(self, cloud: Cloud) -> None:
        self.home.deployed.unlink(missing_ok=True)
        cdk = Cdk(self.home, self.ports)
        preparations = [cdk.synth(self.settings)]
        if not cloud.is_bootstrapped():
            preparations.append(cdk.bootstrap())
        with step(" and ".join(command.told_as for command in preparations)):
            cdk.finish(*preparations)
        with step("deploying"):
            cdk.finish(cdk.deploy())
        with step("checking what was deployed"):
            cloud.settle(self.home.assembly)

    def _deployed(self) -> str | None:
        return self.home.deployed.read_text() if self.home.deployed.exists() else None

    def _await_health(self) -> None:
        health = f"{self.ports.origin_url}/health"
        if not wait_until(lambda: answers(health), ANSWERING):
            said = last_lines(self.home.function_log) + last_lines(self.home.emulator_log, 3)
            raise Failure(f"{health} did not answer with success within {ANSWERING} seconds.\n{said}")
