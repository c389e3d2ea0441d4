import json
import socket
from pathlib import Path

import pytest

from local import cdk
from local.endpoints import endpoints, welcome
from local.failure import Failure
from local.home import ROOT
from local.inputs import digest
from local.logs import follow, readable
from local.process import Ports
from local.stack import parse

URL = "http://127.0.0.1:8080"

OUTPUTS = {"TableName": "a-table", "BusName": "a-bus", "BucketName": "a-bucket"}


def test_without_options_the_ports_are_the_documented_ones() -> None:
    options = parse(["up"], {})

    assert options.ports == Ports(origin=8080, aws=4566)
    assert options.settings == ""
    assert options.home.folder == ROOT / ".local"


def test_the_environment_gives_the_defaults_and_an_empty_variable_is_none() -> None:
    environ = {"PORT": "9000", "AWS_PORT": "", "SET": "fanout_batch=7", "KITH_HOME": "/elsewhere"}

    options = parse(["run"], environ)

    assert options.ports == Ports(origin=9000, aws=4566)
    assert options.settings == "fanout_batch=7"
    assert options.home.folder == Path("/elsewhere")


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "\u0668\u0660"])
def test_a_port_that_is_none_is_refused_by_the_name_of_its_variable(port: str) -> None:
    with pytest.raises(Failure, match="AWS_PORT is a number from 1 to 65535"):
        parse(["up"], {"AWS_PORT": port})


@pytest.mark.parametrize("settings", ["celebrity=5", "fanout_batch", "fanout_batch=0", "fanout_batch=many"])
def test_a_setting_that_does_not_exist_is_refused_before_anything_starts(settings: str) -> None:
    with pytest.raises(Failure, match="SET"):
        parse(["up"], {"SET": settings})


def test_a_port_in_use_is_named_with_the_variable_that_changes_it() -> None:
    with socket.socket() as free, socket.socket() as taken:
        for listener in (free, taken):
            listener.bind(("127.0.0.1", 0))
        taken.listen()
        free_port, taken_port = free.getsockname()[1], taken.getsockname()[1]
        free.close()

        with pytest.raises(Failure, match=f"Port {taken_port} .* make up PORT="):
            Ports(origin=taken_port, aws=free_port).check_free()
        with pytest.raises(Failure, match=f"Port {taken_port} .* make up AWS_PORT="):
            Ports(origin=free_port, aws=taken_port).check_free()


def test_both_ports_cannot_be_the_same() -> None:
    with pytest.raises(Failure, match="both 4566"):
        Ports(origin=4566, aws=4566).check_free()


def test_the_endpoints_are_those_of_the_contract() -> None:
    assert endpoints(Ports(origin=9000, aws=9001), OUTPUTS) == {
        "api": "http://127.0.0.1:9000",
        "websocket": "ws://127.0.0.1:9000",
        "aws": "http://127.0.0.1:9001",
        "mail": "http://127.0.0.1:9001/_ministack/ses/messages",
        "table": "a-table",
        "bus": "a-bus",
        "bucket": "a-bucket",
        "stage": "local",
    }


def test_the_command_to_paste_is_valid_and_registers_another_name_each_time() -> None:
    shown = [welcome(endpoints(Ports(), OUTPUTS)) for _ in range(2)]

    bodies = [json.loads(text.partition("-d '")[2].partition("'\n")[0]) for text in shown]
    assert bodies[0].keys() == {"username", "email", "password"}
    assert bodies[0]["username"] != bodies[1]["username"]


def test_the_cdk_cannot_reach_another_account_than_the_emulator() -> None:
    inherited = {
        "AWS_PROFILE": "work",
        "AWS_ENDPOINT_URL_S3": "https://elsewhere",
        "LANG": "C",
        "KITH_HOME": "x",
    }

    environment = cdk.environment(inherited, Ports())

    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert environment["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"
    assert environment["LANG"] == "C"
    assert environment.keys().isdisjoint({"AWS_PROFILE", "AWS_ENDPOINT_URL_S3", "KITH_HOME"})


def test_the_digest_changes_with_a_source_or_a_setting_and_with_nothing_else(tmp_path: Path) -> None:
    handler = tmp_path / "functions" / "post" / "api.py"
    handler.parent.mkdir(parents=True)
    handler.write_text("one")
    first = digest("a=1 b=2", URL, tmp_path)

    (handler.parent / "__pycache__").mkdir()
    (handler.parent / "__pycache__" / "api.pyc").write_text("compiled")
    (tmp_path / "README.md").write_text("prose")
    assert digest("b=2  a=1", URL, tmp_path) == first

    assert digest("a=1 b=3", URL, tmp_path) != first
    assert digest("a=1 b=2", URL + "1", tmp_path) != first
    handler.write_text("two")
    assert digest("a=1 b=2", URL, tmp_path) != first


def test_a_log_record_is_shown_as_who_what_and_what_belongs_to_it() -> None:
    said = {"level": "INFO", "location": "publish:9", "message": "published", "service": "post", "post_id": 7}
    failed = {
        "level": "ERROR",
        "message": "refused",
        "exception": "Traceback ...",
        "stack_trace": {"frames": []},
    }

    assert (
        readable(f"kith-local-post-api\t{json.dumps(said)}\n") == "post-api             published post_id=7"
    )
    assert (
        readable(f"kith-local-post-api\t{json.dumps(failed)}\n")
        == "post-api             ERROR refused\nTraceback ..."
    )


@pytest.mark.parametrize("text", ["Traceback (most recent call last):", "[1, 2]", '{"a": 1}', "3"])
def test_what_is_no_log_record_is_shown_as_it_is(text: str) -> None:
    assert readable(f"kith-local-post-api\t{text}\n") == f"post-api             {text}"


def test_following_starts_at_the_end_and_stops_with_the_writer(tmp_path: Path) -> None:
    log = tmp_path / "functions.log"
    log.write_text("old\n")
    lifetime = iter([True, True, False, False])

    def alive() -> bool:
        living = next(lifetime)
        if living:
            with log.open("a") as more:
                more.write("new\n")
        return living

    assert list(follow(log, alive)) == ["new\n", "new\n"]
