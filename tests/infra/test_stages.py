import json
import subprocess
import sys
from pathlib import Path

import pytest

from infra.shared.checkout import ROOT
from infra.stages import STAGES, requested_stage
from kith.settings import Knobs
from tests.infra.templates import Templates


def test_the_local_stage_is_meant_unless_another_is_named() -> None:
    assert requested_stage() == STAGES["local"]
    assert requested_stage(name="prod") == STAGES["prod"]


def test_each_stage_is_one_pair_of_stacks_of_its_name(assemblies: Path) -> None:
    for name in STAGES:
        assert Templates.read(assemblies / name).stacks == {
            f"kith-{name}-{part}" for part in ("data", "service", "api")
        }


def test_knobs_are_set_anew_and_the_others_stay() -> None:
    knobs = requested_stage(settings="celebrity_threshold=5  rate_user_per_minute=100000").knobs
    assert knobs == Knobs(celebrity_threshold=5, rate_user_per_minute=100_000)
    assert requested_stage().knobs == Knobs()


def test_alarms_are_mailed_to_whoever_is_named() -> None:
    assert requested_stage("prod").alarm_mail == ""
    assert requested_stage("prod", alarm_mail="ops@kith.example").alarm_mail == "ops@kith.example"


def test_every_function_is_told_its_stage_and_where_the_web_client_is() -> None:
    assert requested_stage("prod").settings == {"stage": "prod"}
    assert requested_stage("prod", public_url="https://kith.example").settings == {
        "stage": "prod",
        "public_url": "https://kith.example",
    }


@pytest.mark.parametrize(
    ("request_", "complaint"),
    [
        ({"name": "staging"}, "no stage 'staging'; there are: local, dev, prod"),
        ({"api": "grpc"}, "no api 'grpc'; there are: http, rest"),
        ({"name": "prod", "search": "solr"}, "no search 'solr'; there are: table, opensearch"),
        ({"search": "opensearch"}, "an emulator has no OpenSearch"),
        ({"settings": "celebrity_treshold=5"}, "'celebrity_treshold' is not a setting"),
        ({"settings": "celebrity_threshold=many"}, "takes a positive whole number"),
        ({"settings": "celebrity_threshold"}, "not of the form name=value"),
        ({"alarm_mail": "ops"}, "an address of the form ops@kith.example"),
        ({"alarm_mail": "a@kith.example, b@kith.example"}, "an address of the form ops@kith.example"),
        ({"public_url": "kith.example"}, "is of the form https://kith.example"),
        ({"public_url": "https://kith.example/app"}, "is of the form https://kith.example"),
    ],
)
def test_a_request_for_what_does_not_exist_is_refused(request_: dict[str, str], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        requested_stage(**request_)


def test_only_production_refuses_deletion() -> None:
    assert {name for name, stage in STAGES.items() if stage.protected} == {"prod"}


def test_a_refused_request_is_one_line_and_an_exit_code(
    tmp_path: Path, without_credentials: dict[str, str]
) -> None:
    context = {"CDK_CONTEXT_JSON": json.dumps({"set": "celebrity_treshold=5"}), "CDK_OUTDIR": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-m", "infra.app"],
        cwd=ROOT,
        env={**without_credentials, **context},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("kith: 'celebrity_treshold' is not a setting")
    assert ended.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())
