"""What MiniStack does otherwise than AWS and a template cannot work around. Each has a test in `tests/local`."""

# ruff: noqa: SLF001, ANN401  # MiniStack has neither a public interface for these nor types

import contextlib
import hashlib
import io
import json
import threading
import time
import zipfile
from collections.abc import Callable, Sequence
from functools import partialmethod
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ministack.core import concurrency, iam_actions, lambda_runtime
from ministack.services import dynamodb, lambda_svc

from local.emulator import files, output, websockets
from local.emulator.streams import Policy, Reader, Record, first_failure

READ_AGAINST = "1.5.33"
"""The version whose private functions are replaced here."""

KEY_RANGE = "PK = :pk AND SK BETWEEN :low AND :high"
"""The condition of all queries of Kith's."""

_LONGEST_PAUSE = 5.0


def apply(function_log: Path, layers: Path) -> None:
    """Patch MiniStack.

    Args:
        function_log: where the functions' output goes, for people.
        layers: where layers are unpacked.

    Raises:
        RuntimeError: another version is installed.
    """
    installed = version("ministack")
    if installed != READ_AGAINST:
        raise RuntimeError(f"MiniStack is {installed}, but {READ_AGAINST} is needed: run `make install`.")
    _wait_no_longer_than_output_takes()
    _permit_batches_as_their_single_actions()
    _permit_mails_by_their_sender()
    _give_request_cookies()
    _read_streams_as_lambda_does()
    _keep_stream_records()
    output.record(function_log)
    output.bound_log_streams()
    _unpack_layers_once(layers)
    _parse_conditions_once()
    websockets.invoke_as_the_http_api_does()
    files.tell_the_bus_of_versions()


def _wait_no_longer_than_output_takes() -> None:
    """MiniStack holds back an answer for 50 ms in case the function still says something; 3 ms are enough."""
    lambda_runtime.Worker._drain_stderr_bounded = partialmethod(
        lambda_runtime.Worker._drain_stderr_bounded, first_line_wait=0.003, idle_confirm=0.002
    )


def _permit_batches_as_their_single_actions() -> None:
    """In IAM `sqs:SendMessage` permits SendMessageBatch too; MiniStack asks for an action that does not exist."""
    extract = iam_actions.extract_iam_action

    def extract_single(*request: Any) -> str | None:
        action: str | None = extract(*request)
        return action.removesuffix("Batch") if action and action.startswith("sqs:") else action

    iam_actions.extract_iam_action = extract_single


def _permit_mails_by_their_sender() -> None:
    """In IAM a mail is sent on the identity it is from; MiniStack asks for permission to send from any."""
    named = iam_actions._ses_v2_resource_arn

    def named_by_sender(method: str, path: str, body: bytes, region: str, account_id: str) -> str:
        if path == "/v2/email/outbound-emails":
            sender = json.loads(body).get("FromEmailAddress")
            return f"arn:aws:ses:{region}:{account_id}:identity/{sender}"
        arn: str = named(method, path, body, region, account_id)
        return arn

    iam_actions._ses_v2_resource_arn = named_by_sender


def _give_request_cookies() -> None:
    """Payload format 2.0 has the request's cookies in a list of their own; MiniStack leaves them in a header."""
    execute = lambda_svc._execute_function_with_config_scope

    def with_cookies(function: Any, event: Any) -> Any:
        if isinstance(event, dict) and event.get("version") == "2.0" and "headers" in event:
            header = event["headers"].pop("cookie", "")
            cookies = [cookie.strip() for cookie in header.split(";") if cookie.strip()]
            if cookies:
                event["cookies"] = cookies
        return execute(function, event)

    lambda_svc._execute_function_with_config_scope = with_cookies


def _read_streams_as_lambda_does() -> None:
    """MiniStack takes a partial answer for a success, which loses events, and lets a poison record block for ever."""
    execute, poll = lambda_svc._execute_function, lambda_svc._poll_dynamodb_streams

    def execute_in_order(function: Any, event: Any) -> Any:
        records = event.get("Records") if isinstance(event, dict) else None
        if not records or records[0].get("eventSource") != "aws:dynamodb":
            return execute(function, event)
        mapping = _mapping(function, records[0]["eventSourceARN"])
        _reader(mapping, function, execute).deliver(records)
        return {"body": {}}

    lambda_svc._execute_function = execute_in_order
    lambda_svc._poll_dynamodb_streams = _off_the_poller(poll)


def _mapping(function: Any, stream: str) -> Any:
    name = function["config"]["FunctionName"]
    return next(
        mapping
        for mapping in lambda_svc._esms.values()
        if mapping["EventSourceArn"] == stream and mapping["FunctionName"] == name
    )


def _reader(mapping: Any, function: Any, execute: Callable[[Any, Any], Any]) -> Reader:
    policy = Policy.of(mapping)
    latest: dict[str, Any] = {}

    def invoke(batch: Sequence[Record]) -> int | None:
        latest.clear()
        latest.update(execute(function, {"Records": batch}))
        if latest.get("error"):
            return 0
        body = latest.get("body")
        answer = json.loads(body) if isinstance(body, str) and body else body
        return first_failure(batch, answer) if policy.partial_answers else None

    def give_up(batch: Sequence[Record], reason: str) -> None:
        stream = batch[0]["eventSourceARN"]
        lambda_svc._send_ddb_stream_failure_record(mapping, function, batch, stream, latest, reason)

    return Reader(
        policy=policy,
        invoke=invoke,
        give_up=give_up,
        age=lambda record: time.time() - float(record["dynamodb"]["ApproximateCreationDateTime"]),
        pause=lambda retries: time.sleep(min(0.2 * 2**retries, _LONGEST_PAUSE)),
    )


def _off_the_poller(poll: Callable[[], bool]) -> Callable[[], bool]:
    """Return a poll that works in a thread of its own, so that a stream's retries do not hold up the queues."""
    busy, missed = threading.Lock(), threading.Event()

    def work() -> None:
        try:
            while poll():
                pass
        finally:
            busy.release()
            if missed.is_set():
                missed.clear()
                concurrency.esm_wake.set()

    def poll_in_background() -> bool:
        if busy.acquire(blocking=False):
            concurrency.spawn_background(work, thread_name="stream-reader")
        else:
            missed.set()
        return False

    return poll_in_background


def _keep_stream_records() -> None:
    """MiniStack saves how far a stream was read but not its records: what was unread is lost, what is new skipped."""
    get_state, load_state = dynamodb.get_state, dynamodb.load_persisted_state

    def with_streams() -> Any:
        return {**get_state(), "unread_stream_records": _unread_records()}

    def load_with_streams(state: Any) -> None:
        load_state(state)
        for account, region, table, position, records in state.get("unread_stream_records", []):
            dynamodb._stream_records.set_scoped(account, region, table, records)
            dynamodb._stream_trimmed.set_scoped(account, region, table, position)

    dynamodb.get_state = with_streams
    dynamodb.load_persisted_state = load_with_streams


def _unread_records() -> list[tuple[str, str, str, int, list[Record]]]:
    unread = []
    for (account, region, table), records in dynamodb._stream_records.all_items():
        start = dynamodb._stream_trimmed.get_scoped(account, region, table, 0)
        positions = [
            position
            for (owner, where, mapping), position in lambda_svc._dynamodb_stream_positions.all_items()
            if (owner, where) == (account, region) and _reads(account, region, mapping, table)
        ]
        read = min(positions, default=start) - start
        unread.append((account, region, table, start + read, records[read:]))
    return unread


def _reads(account: str, region: str, mapping: str, table: str) -> bool:
    source = (lambda_svc._esms.get_scoped(account, region, mapping) or {}).get("EventSourceArn", "")
    return f":table/{table}/stream/" in source


def _unpack_layers_once(folder: Path) -> None:
    """Every concurrent request is a process, and MiniStack unpacks the layers for each: a second of work each time."""
    resolve = lambda_svc._resolve_layer_zip
    unpacking = threading.Lock()

    def resolve_unpacked(attachment: Any) -> bytes | None:
        content = resolve(attachment)
        if content is None:
            return None
        unpacked = folder / hashlib.sha256(content).hexdigest()
        with unpacking:
            if not unpacked.exists():
                zipfile.ZipFile(io.BytesIO(content)).extractall(unpacked)
        return _layer_at(unpacked)

    lambda_svc._resolve_layer_zip = resolve_unpacked


def _layer_at(folder: Path) -> bytes:
    """Return a layer that does nothing but put another's folder on the path."""
    found = [str(folder), str(folder / "python")]
    layer = io.BytesIO()
    with zipfile.ZipFile(layer, "w") as archive:
        archive.writestr("python/lib/any/site-packages/layer.pth", f"import sys; sys.path[:0] = {found}\n")
    return layer.getvalue()


def _parse_conditions_once() -> None:
    """MiniStack parses a condition anew for each item it is asked of: a query of a partition of 3,000 takes 170 ms."""
    evaluate = dynamodb._evaluate_condition
    sound: dict[tuple[str, str], Any] = {}

    def evaluated(
        condition: str, item: Any, values: Any, names: Any, slot: str = "ConditionExpression"
    ) -> bool:
        if condition == KEY_RANGE and item:
            low, high = values[":low"]["S"], values[":high"]["S"]
            return bool(item["PK"] == values[":pk"] and low <= item["SK"]["S"] <= high)
        tokens = sound.get((condition, slot))
        if tokens is not None:
            with contextlib.suppress(Exception):  # MiniStack says below what is wrong
                return bool(dynamodb._ExprEval(tokens, item, values, names).evaluate())
        answer = bool(evaluate(condition, item, values, names, slot))
        if condition and "BETWEEN" not in condition.upper():  # of which the values must be sound as well
            sound[condition, slot] = dynamodb._tokenize(condition)
        return answer

    dynamodb._evaluate_condition = evaluated
