"""The emulator as it is started here, with one test for each thing that is done about it."""

import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from local import process
from local.emulator.origin import CONCURRENCY
from local.failure import Failure
from local.home import EMULATOR, ROOT
from tests.local.emulated import Emulated, eventually

pytestmark = pytest.mark.slow


@pytest.fixture
def emulated(tmp_path: Path) -> Iterator[Emulated]:
    emulator = Emulated(tmp_path)
    emulator.start()
    try:
        emulator.deploy()
        yield emulator
    finally:
        emulator.stop()


def test_a_partial_answer_has_the_failed_record_and_what_follows_delivered_again(emulated: Emulated) -> None:
    emulated.read_stream(enabled=False)
    emulated.put("one", "unwell", "three")
    assert emulated.deliveries() == []

    emulated.read_stream(enabled=True)

    eventually(lambda: emulated.deliveries().count("three") == 2)
    assert emulated.deliveries() == ["one", "unwell", "three", "unwell", "three"]
    assert emulated.failed() == 0


def test_a_poison_record_is_given_up_and_what_is_behind_it_goes_on(emulated: Emulated) -> None:
    assert emulated.failed() == 0

    emulated.put("poison", "behind")

    eventually(lambda: "behind" in emulated.deliveries() and emulated.failed() == 1)


def test_records_that_were_not_read_survive_a_restart_and_later_ones_are_not_skipped(
    emulated: Emulated,
) -> None:
    emulated.put("read")
    eventually(lambda: emulated.deliveries() == ["read"])
    emulated.read_stream(enabled=False)
    emulated.put("unread")

    emulated.stop()
    emulated.start()
    emulated.read_stream(enabled=True)
    emulated.put("later")

    eventually(lambda: "later" in emulated.deliveries())
    assert emulated.deliveries() == ["read", "unread", "later"]


def test_a_killed_emulator_starts_again_from_the_last_snapshot(emulated: Emulated) -> None:
    emulated.put("saved")
    process.save(emulated.ports)

    emulated.kill()
    assert process.find(emulated.home) is None
    emulated.start()

    key = {"PK": {"S": "saved"}}
    assert emulated.dynamodb.get_item(TableName=emulated.outputs["Table"], Key=key)["Item"] == key


@pytest.mark.parametrize("left_as", ["state.next", "state.previous"])
def test_a_kill_in_the_middle_of_exchanging_snapshots_loses_neither(emulated: Emulated, left_as: str) -> None:
    emulated.put("saved")
    emulated.stop()
    emulated.home.state.rename(emulated.home.state.with_name(left_as))

    emulated.start()

    key = {"PK": {"S": "saved"}}
    assert emulated.dynamodb.get_item(TableName=emulated.outputs["Table"], Key=key)["Item"] == key


def test_a_request_has_its_cookies_in_a_list_and_no_cookie_header(emulated: Emulated) -> None:
    event = httpx.get(f"{emulated.ports.origin_url}/a", headers={"Cookie": "a=1; b=2"}).json()

    assert event["cookies"] == ["a=1", "b=2"]
    assert "cookie" not in event["headers"]
    assert event["rawPath"] == "/a"


def refusal_of(address: str) -> int:
    with pytest.raises(InvalidStatus) as refused:
        connect(address, proxy=None, open_timeout=60)
    return int(refused.value.response.status_code)


def test_a_handshake_is_refused_with_the_status_that_its_function_gives(emulated: Emulated) -> None:
    address = emulated.ports.origin_url.replace("http", "ws", 1)
    with connect(f"{address}/any/path?status=200", proxy=None, open_timeout=60) as websocket:
        websocket.ping()
    assert refusal_of(f"{address}?status=401") == 401
    assert refusal_of(f"{address}?status=503") == 503


def test_handshakes_that_come_at_once_do_not_each_start_a_process(emulated: Emulated) -> None:
    address = emulated.ports.origin_url.replace("http", "ws", 1)
    many = 3 * CONCURRENCY
    with ThreadPoolExecutor(many) as pool:
        assert set(pool.map(lambda _: refusal_of(f"{address}?status=401"), range(many))) == {401}
    processes = emulated.told.with_suffix(".processes").read_text().split()
    assert len(processes) == many
    assert 1 < len(set(processes)) <= CONCURRENCY
    eventually(lambda: "called" in emulated.home.function_log.read_text())


def test_what_functions_say_is_written_down_for_people_and_old_log_streams_go(emulated: Emulated) -> None:
    for _ in range(205):
        emulated.functions.invoke(FunctionName="told", Payload=b"{}")

    eventually(lambda: emulated.home.function_log.read_text() == "told\tcalled\n" * 205)
    streams = emulated.logs.get_paginator("describe_log_streams").paginate(logGroupName="/aws/lambda/told")
    assert sum(len(page["logStreams"]) for page in streams) == 200


def test_a_layer_is_unpacked_once_for_all_processes_of_its_functions(emulated: Emulated) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("python/borrowed.py", "")
    layer = emulated.functions.publish_layer_version(
        LayerName="shared", Content={"ZipFile": content.getvalue()}
    )
    emulated.functions.update_function_configuration(FunctionName="told", Layers=[layer["LayerVersionArn"]])

    answer = emulated.functions.invoke(FunctionName="told", Payload=json.dumps({"module": "borrowed"}))

    (unpacked,) = (emulated.home.temporary / "layers").iterdir()
    assert json.load(answer["Payload"]) == str(unpacked / "python" / "borrowed.py")


def test_a_role_that_may_send_messages_may_send_batches(emulated: Emulated) -> None:
    queue = emulated.outputs["Failed"]
    assert emulated.failed() == 0

    emulated.functions.invoke(FunctionName="told", Payload=json.dumps({"queue": queue}))

    assert emulated.failed() == 3


def test_a_role_that_may_send_mails_in_one_name_may_do_so_and_in_no_other(emulated: Emulated) -> None:
    def sent_by(sender: str) -> str:
        answer = emulated.functions.invoke(FunctionName="told", Payload=json.dumps({"sender": sender}))
        return str(json.load(answer["Payload"]))

    assert sent_by("permitted@kith.example") == "sent"
    assert sent_by("other@kith.example") == "AccessDeniedException"


def test_a_bucket_that_insists_on_tls_can_be_used(emulated: Emulated) -> None:
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "arn:aws:s3:::strict/*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    emulated.s3.create_bucket(Bucket="strict")
    emulated.s3.put_bucket_policy(
        Bucket="strict", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )

    emulated.s3.put_object(Bucket="strict", Key="a", Body=b"1")

    assert emulated.s3.get_object(Bucket="strict", Key="a")["Body"].read() == b"1"


def test_the_bus_is_told_of_the_version_of_a_new_file(emulated: Emulated) -> None:
    emulated.s3.create_bucket(Bucket="telling")
    emulated.s3.put_bucket_versioning(Bucket="telling", VersioningConfiguration={"Status": "Enabled"})
    emulated.s3.put_bucket_notification_configuration(
        Bucket="telling", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    queue = emulated.sqs.create_queue(QueueName="told-of-files")["QueueUrl"]
    arn = emulated.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    pattern = {"source": ["aws.s3"], "detail": {"bucket": {"name": ["telling"]}}}
    emulated.events.put_rule(Name="files", EventPattern=json.dumps(pattern))
    emulated.events.put_targets(Rule="files", Targets=[{"Id": "queue", "Arn": arn["QueueArn"]}])

    put = emulated.s3.put_object(Bucket="telling", Key="a", Body=b"1")

    (message,) = emulated.sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=10)["Messages"]
    told = json.loads(message["Body"])["detail"]["object"]
    assert (told["key"], told["version-id"]) == ("a", put["VersionId"])


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_nothing_listens_on_other_than_loopback(emulated: Emulated) -> None:
    running = process.find(emulated.home)
    assert running

    assert listening(running.pid) == {
        ("0100007F", emulated.ports.origin),
        ("0100007F", emulated.ports.aws),
    }


def test_a_stopped_emulator_leaves_nothing_behind(emulated: Emulated) -> None:
    emulated.functions.invoke(FunctionName="told", Payload=b"{}")
    running = process.find(emulated.home)
    assert running
    assert in_group(running.pid)

    emulated.stop()

    assert in_group(running.pid) == []
    assert not process.stop(emulated.home)
    emulated.start()


def test_an_attached_emulator_ends_with_the_one_who_started_it(emulated: Emulated) -> None:
    emulated.stop()
    start = (
        "from pathlib import Path; from local import process; from local.home import Home; "
        f"process.start(Home(Path({str(emulated.home.folder)!r})), process.{emulated.ports!r}, attached=True)"
    )

    subprocess.run([sys.executable, "-c", start], cwd=ROOT, check=True)  # our own program

    eventually(lambda: process.find(emulated.home) is None)
    emulated.start()


def test_a_second_emulator_on_the_same_port_fails_and_the_first_goes_on(emulated: Emulated) -> None:
    other = Emulated(emulated.folder / "other", emulated.ports)

    with pytest.raises(Failure, match=f"Port {emulated.ports.origin} is in use"):
        other.start()

    assert process.find(other.home) is None
    assert process.find(emulated.home)


def test_a_function_that_says_nothing_is_not_waited_for() -> None:
    waited = """
import queue, time
from pathlib import Path
from ministack.core.lambda_runtime import Worker
from local.emulator import patches

patches.apply(Path("log"), Path("layers"))
now = 0.0

def sleep(seconds):
    global now
    now += seconds

time.time, time.sleep = lambda: now, sleep
silent = object.__new__(Worker)
silent._stderr_queue = queue.Queue()
silent._drain_stderr_bounded()
print(now)
"""

    assert float(in_emulator(waited).stdout) < 0.005


def test_conditions_are_parsed_once_and_mean_the_same() -> None:
    compared = """
from pathlib import Path
from ministack.services import dynamodb
from local.emulator import patches

plain, tokenize, parsed = dynamodb._evaluate_condition, dynamodb._tokenize, []
patches.apply(Path("log"), Path("layers"))
dynamodb._tokenize = lambda condition: parsed.append(condition) or tokenize(condition)
values = {":pk": {"S": "A"}, ":low": {"S": "b"}, ":high": {"S": "d"}, ":one": {"N": "1"}}
items = [{"PK": {"S": pk}, "SK": {"S": sk}} for pk in "AB" for sk in "abcde"] + [{}, None]
conditions = [
    patches.KEY_RANGE,
    "attribute_not_exists(PK)",
    "#sk = :low OR (begins_with(SK, :high) AND NOT PK = :pk)",
    "contains(PK, :pk) AND size(SK) = :one",
    "SK BETWEEN :high AND :low",
    "SK = = :low",
]

def told(evaluate, condition, item):
    try:
        return bool(evaluate(condition, item, values, {"#sk": "SK"}))
    except ValueError as error:
        return str(error)

expected = [[told(plain, condition, item) for item in items] for condition in conditions]
parsed.clear()
found = [[told(dynamodb._evaluate_condition, condition, item) for item in items] for condition in conditions]
assert found == expected, (found, expected)
assert all(len(set(answers)) > 1 for answers in expected[:4]), expected
print(parsed.count(conditions[2]))
"""

    done = in_emulator(compared)

    assert done.stdout, done.stderr
    assert int(done.stdout) < 5, "for twelve items"


def test_another_version_than_the_patches_were_made_for_is_refused() -> None:
    refused = in_emulator("""
from importlib import metadata
from pathlib import Path

metadata.version = lambda _: "9.9.9"
from local.emulator import patches

patches.apply(Path("log"), Path("layers"))
""")

    assert refused.returncode == 1
    assert "MiniStack is 9.9.9" in refused.stderr


def in_emulator(program: str) -> subprocess.CompletedProcess[str]:
    """Run a program in the emulator's virtual environment."""
    command = [str(EMULATOR / "bin" / "python"), "-c", program]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # our own


def listening(pid: int) -> set[tuple[str, int]]:
    """Return the addresses, as the kernel writes them, and ports on which a process listens."""
    links = [str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()]
    sockets = {found[1] for link in links if (found := re.match(r"socket:\[(\d+)\]", link))}
    addresses = set()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            columns = line.split()
            local, state, inode = columns[1], columns[3], columns[9]
            unconnected = state in {"0A", "07"}
            if inode in sockets and unconnected:
                address, port = local.split(":")
                addresses.add((address, int(port, 16)))
    return addresses


def in_group(leader: int) -> list[str]:
    """Return the processes of a group."""
    command = ["/usr/bin/env", "ps", "-o", "pid=", "-g", str(leader)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)  # only looks
    return found.stdout.split()
