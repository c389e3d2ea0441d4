"""Where functions meet AWS: each request that botocore is about to send is answered here instead, or not.

botocore and pynamodb are the real ones: they write, sign, repeat and read as in a function.
"""

import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.client import BaseClient
from botocore.compat import HTTPHeaders
from botocore.exceptions import ReadTimeoutError

from tests.simulation.engine import Engine, Refused, cancelled
from tests.simulation.faults import Fault, Faults
from tests.simulation.scheduler import Scheduler

Raw = dict[str, Any]
LAG_MOST = 60
"""Commits that an eventually consistent read may not have seen yet."""
TABLE_READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan"})


@dataclass(frozen=True)
class Call:
    """A request on the wire."""

    service: str
    operation: str
    body: Raw
    """As JSON; nothing where it is not."""
    content: bytes
    url: str

    @property
    def name(self) -> str:
        return f"{self.service}.{self.operation}"


class Lost(Exception):
    """No answer came, whatever became of the request."""


class Answered(Exception):
    """A service's error, as its protocol writes it."""

    def __init__(self, status: int, body: Raw | str) -> None:
        super().__init__(status, body)
        self.status, self.body = status, body


Service = Callable[[Call], Raw | str]


@dataclass(eq=False)
class Wire:
    """What lies between the functions and AWS."""

    scheduler: Scheduler
    faults: Faults
    engine: Engine
    services: dict[str, Service]
    """All but the table, by their names."""
    planned: Callable[[Call], Fault | None] = lambda _call: None
    """What happens to a call that is the one to go wrong."""
    calls: list[str] = field(default_factory=list)
    """What was asked, by whom, in order."""
    asked: set[tuple[str, str]] = field(default_factory=set)
    """Which functions did what, as IAM calls it."""

    @contextmanager
    def connected(self, *clients: BaseClient) -> Iterator[None]:
        """Answer what some clients send."""
        for client in clients:
            client.meta.events.register_first(
                "before-send.*.*",
                self._answer,  # type: ignore[arg-type]  # what it returns is sent instead
                unique_id="simulation",
            )
        try:
            yield
        finally:
            for client in clients:
                client.meta.events.unregister("before-send.*.*", unique_id="simulation")

    def _answer(self, request: AWSPreparedRequest, event_name: str, **_more: Any) -> AWSResponse:
        _, service, operation = event_name.split(".")
        content = _sent_in(request)
        sent: Raw = {} if service == "s3" else json.loads(content or b"{}")
        call = Call(service, operation, sent, content, request.url)
        if self.scheduler.process.instance is not None:
            path = self.scheduler.process.instance.path
            self.asked |= {(path, action) for action in _actions_of(call)}
        try:
            return _response(call, *self.ask(call))
        except Lost:
            raise ReadTimeoutError(endpoint_url=call.url) from None

    def ask(self, call: Call) -> tuple[int, Raw | str]:
        """Return what a call is answered, and with which status.

        Raises:
            Lost: the answer does not arrive.
        """
        self.scheduler.give_way()
        if stall := self.faults.stall():
            self.scheduler.sleep(stall)
        self.calls.append(f"{self.scheduler.process.name} {call.name}")
        fault = self.planned(call) or self.faults.of_call(call.name, self.scheduler.now)
        self.scheduler.note(lambda: f"    {self.calls[-1]} {_keys_of(call)} {fault or ''}")
        if fault is Fault.KILLED_BEFORE:
            self.scheduler.die()
        if fault is Fault.THROTTLED:
            return self._throttled(call)
        answer = self._carried_out(call)
        if fault is Fault.KILLED_AFTER:
            self.scheduler.die()
        if fault is Fault.ANSWER_LOST:
            raise Lost
        return answer

    def _carried_out(self, call: Call) -> tuple[int, Raw | str]:
        try:
            answer: Raw | str = (
                self._asked_of_table(call)
                if call.service == "dynamodb"
                else self.services[call.service](call)
            )
        except Refused as refused:
            return 400, refused.body
        except Answered as answered:
            return answered.status, answered.body
        return 200, answer

    def _throttled(self, call: Call) -> tuple[int, Raw | str]:
        chance = self.faults.chance
        if call.service == "dynamodb":
            if call.operation == "TransactWriteItems":
                return 400, self._in_conflict(call)
            of_writes = (
                ()
                if call.operation in TABLE_READS | {"BatchWriteItem"}
                else ("TransactionConflictException",)
            )
            code = chance.choice(
                ("ProvisionedThroughputExceededException", "ThrottlingException", *of_writes)
            )
            return 400, Refused(code).body
        if call.service == "push":
            return chance.choice((429, 503)), ""
        if call.service == "s3":
            return 503, "<Error><Code>SlowDown</Code><Message>try again</Message></Error>"
        return chance.choice(((400, {"__type": "ThrottlingException"}), (500, {"__type": "InternalFailure"})))

    def _in_conflict(self, call: Call) -> Raw:
        chance, operations = self.faults.chance, call.body["TransactItems"]
        code = chance.choice(("TransactionConflict", "ThrottlingError", "TransactionInProgressException"))
        if code == "TransactionInProgressException":
            return Refused(code).body
        reasons = [{"Code": "None"} for _ in operations]
        reasons[chance.randrange(len(reasons))] = {"Code": code, "Message": "try again"}
        return cancelled(reasons).body

    def _asked_of_table(self, call: Call) -> Raw:
        body = call.body
        match call.operation:
            case "BatchWriteItem" if self.faults.comes(self.faults.unprocessed, "unprocessed writes"):
                return self._partly(call, "UnprocessedItems", body["RequestItems"][self.engine.name])
            case "BatchGetItem" if self.faults.comes(self.faults.unprocessed, "unprocessed reads"):
                return self._partly(call, "UnprocessedKeys", body["RequestItems"][self.engine.name]["Keys"])
            case "Query" if self.faults.comes(self.faults.cut, "short page"):
                body = body | {"Limit": self.faults.chance.randint(1, body["Limit"])}
        return self.engine.answer(call.operation, body, at=self._seen_up_to(call))

    def _partly(self, call: Call, left_out: str, wanted: list[Raw]) -> Raw:
        """Return the answer to a batch of which some is left undone; of all that may be left, up to everything."""
        table = self.engine.name
        done = set(self.faults.chance.sample(range(len(wanted)), self.faults.chance.randrange(len(wanted))))
        first = [each for place, each in enumerate(wanted) if place in done]
        rest = [each for place, each in enumerate(wanted) if place not in done]
        is_read = call.operation == "BatchGetItem"
        named = dict(call.body["RequestItems"][table]) if is_read else {}
        answer: Raw = {"Responses": {}} if is_read else {}
        if first:
            request = {"RequestItems": {table: named | {"Keys": first} if is_read else first}}
            answer = self.engine.answer(call.operation, request, at=self._seen_up_to(call))
        return answer | {left_out: {table: named | {"Keys": rest} if is_read else rest}}

    def _seen_up_to(self, call: Call) -> int | None:
        """Return after which commit the table is shown to a read, or None for the latest."""
        body = call.body
        if call.operation == "BatchGetItem":
            body = body["RequestItems"][self.engine.name]
        if call.operation not in TABLE_READS - {"Scan"} or body.get("ConsistentRead"):
            return None
        if not self.faults.comes(self.faults.stale, "stale read"):
            return None
        latest = len(self.engine.commits)
        return self.faults.chance.randint(max(0, latest - LAG_MOST), latest)


ACTIONS = {
    "sqs.SendMessageBatch": "sqs:SendMessage",
    "eventbridge.PutEvents": "events:PutEvents",
    "s3.PutObject": "s3:PutObject",
    "s3.GetObject": "s3:GetObjectVersion",
    "s3.ListObjectVersions": "s3:ListBucketVersions",
    "s3.DeleteObjects": "s3:DeleteObjectVersion",
    "secrets-manager.GetSecretValue": "secretsmanager:GetSecretValue",
    "secrets-manager.PutSecretValue": "secretsmanager:PutSecretValue",
    "sesv2.SendEmail": "ses:SendEmail",
    "apigatewaymanagementapi.PostToConnection": "execute-api:ManageConnections",
    "apigatewaymanagementapi.DeleteConnection": "execute-api:ManageConnections",
}
"""What IAM calls the operations of all services but the table's."""


def _actions_of(call: Call) -> set[str]:
    if call.operation == "TransactWriteItems":
        return {f"dynamodb:{kind}Item" for each in call.body["TransactItems"] for kind in each}
    return {ACTIONS.get(call.name, f"{call.service}:{call.operation}")}


def _keys_of(call: Call) -> str:
    """Return of which items a call of the table is, or of which queue or event."""
    content = call.content.decode()
    keys = re.findall(r'"PK": {"S": "([^"]*)"}, "SK": {"S": "([^"]*)"}', content)
    keys += re.findall(r'":pk": {"S": "([^"]*)"}, ":low": {"S": "([^"]*)"}', content)
    names = re.findall(r'"(?:DetailType|detail-type)\\?": \\?"([^"\\]*)', content)
    return " ".join([*dict.fromkeys(f"{pk}/{sk}" for pk, sk in keys), *names])


def _sent_in(request: AWSPreparedRequest) -> bytes:
    body: Any = request.body or b""
    if isinstance(body, str):
        return body.encode()
    return bytes(body.read() if hasattr(body, "read") else body)


def _response(call: Call, status: int, body: Raw | str) -> AWSResponse:
    content = body if isinstance(body, str) else json.dumps(body)
    headers = HTTPHeaders()
    headers["content-type"] = "application/x-amz-json-1.0" if isinstance(body, dict) else "application/xml"
    return AWSResponse(call.url, status, headers, _Content(content.encode()))


class _Content(io.BytesIO):
    """A body as urllib3 has it."""

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self.read()
