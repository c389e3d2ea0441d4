"""A local stack of a test's own, through the commands that a person has."""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class LocalStack:
    home: Path
    port: int
    aws_port: int
    settings: str = ""
    _clients: dict[str, Any] = field(default_factory=dict)

    @property
    def endpoints(self) -> dict[str, str]:
        found: dict[str, str] = json.loads((self.home / "endpoints.json").read_text())
        return found

    def up(self) -> str:
        return self._command("up")

    def down(self) -> str:
        while self._clients:
            self._clients.popitem()[1].close()
        return self._command("down")

    def _command(self, verb: str) -> str:
        environment = {
            **os.environ,
            "KITH_HOME": str(self.home),
            "PORT": str(self.port),
            "AWS_PORT": str(self.aws_port),
            "SET": self.settings,
        }
        done = subprocess.run(
            [sys.executable, "-m", "local.stack", verb],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = boto3.client(
                service,  # type: ignore[call-overload]  # any of them
                region_name="us-east-1",
                endpoint_url=self.endpoints["aws"],
                aws_access_key_id="000000000000",
                aws_secret_access_key="test",
            )
        return self._clients[service]

    def items(self, **filters: Any) -> list[dict[str, Any]]:
        """Return every item of the table that a scan's filter lets through."""
        pages = (
            self.client("dynamodb")
            .get_paginator("scan")
            .paginate(TableName=self.endpoints["table"], **filters)
        )
        return [item for page in pages for item in page["Items"]]

    @contextmanager
    def events(self, prefix: str) -> Iterator[Callable[[int], list[dict[str, Any]]]]:
        """Subscribe to events by the beginning of their type, and yield what waits for a number of them."""
        sqs, bus = self.client("sqs"), self.client("events")
        name = f"seen-{uuid.uuid4().hex[:8]}"
        queue = sqs.create_queue(QueueName=name)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        where = {"EventBusName": self.endpoints["bus"]}
        pattern = {"source": ["kith"], "detail-type": [{"prefix": prefix}]}
        bus.put_rule(Name=name, EventPattern=json.dumps(pattern), **where)
        bus.put_targets(Rule=name, Targets=[{"Id": name, "Arn": arn}], **where)
        found: list[dict[str, Any]] = []

        def enough(count: int) -> bool:
            for message in sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
                found.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            return len(found) >= count

        def seen(count: int) -> list[dict[str, Any]]:
            eventually(lambda: enough(count))
            return found

        yield seen
        bus.remove_targets(Rule=name, Ids=[name], **where)
        bus.delete_rule(Name=name, **where)
        sqs.delete_queue(QueueUrl=queue)

    def workers(self, function: str) -> list[int]:
        """Return the processes in which a function is warm."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                command = (process / "cmdline").read_bytes().decode()
                if str(self.home) in command and f"-{function}-" in command:
                    found.append(int(process.name))
        return found

    def kill(self, function: str) -> int:
        """Kill a function in the middle of whatever it does; return how many processes that were."""
        victims = self.workers(function)
        for pid in victims:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return len(victims)


def eventually(holds: Callable[[], bool], *, within: float = 30) -> None:
    """Wait until something holds; seconds bound the wait, they are no expectation."""
    until = time.monotonic() + within
    while not holds():
        assert time.monotonic() < until, "it never came to hold"
        time.sleep(0.05)
