import ast
import sys
from collections import Counter
from dataclasses import fields
from pathlib import Path

from infra.shared.checkout import ROOT
from kith.settings import PREFIX, Knobs, Settings
from tests.infra.templates import Resource, Templates

READ_MEDIA = {"functions.media.on_event.handler", "functions.media.on_video.handler"}
FUNCTION = "AWS::Lambda::Function"


def environment(function: Resource) -> dict[str, object]:
    return dict(function.properties.get("Environment", {}).get("Variables", {}))


def test_every_function_has_a_role_of_its_own(templates: Templates) -> None:
    functions = templates.of_kind(FUNCTION)
    roles = Counter(
        str(templates.named_by(function.properties["Role"], within=function)) for function in functions
    )
    assert set(roles.values()) == {1}
    assert len(roles) == len(functions)


def test_no_role_takes_a_policy_that_others_wrote(templates: Templates) -> None:
    for role in templates.of_kind("AWS::IAM::Role"):
        assert "ManagedPolicyArns" not in role.properties, role


def test_every_function_logs_to_a_group_that_forgets(templates: Templates) -> None:
    for function in templates.of_kind(FUNCTION):
        group = templates.named_by(function.properties["LoggingConfig"]["LogGroup"], within=function)
        assert group.kind == "AWS::Logs::LogGroup", function
        assert group.properties["LogGroupName"] == f"/aws/lambda/{function.properties['FunctionName']}"


def test_every_log_group_has_a_retention(templates: Templates) -> None:
    for group in templates.of_kind("AWS::Logs::LogGroup"):
        assert 1 <= group.properties["RetentionInDays"] <= 90, group


def test_every_function_runs_on_the_python_that_tested_it(templates: Templates) -> None:
    tested = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for function in templates.of_kind(FUNCTION):
        # What reads pictures and videos is not built for the Linux that Lambda's Python 3.11 is on.
        reads_media = function.properties["Handler"] in READ_MEDIA
        is_excused = reads_media and (tested, function.properties["Runtime"]) == ("python3.11", "python3.12")
        assert function.properties["Runtime"] == tested or is_excused, function


def test_functions_and_layers_are_for_graviton_on_aws(on_aws: Templates) -> None:
    for function in on_aws.of_kind(FUNCTION):
        assert function.properties["Architectures"] == ["arm64"], function
    for layer in on_aws.of_kind("AWS::Lambda::LayerVersion"):
        assert layer.properties["CompatibleArchitectures"] == ["arm64"], layer


def test_every_variable_of_a_function_is_a_setting(templates: Templates) -> None:
    names = {field.name for kind in (Settings, Knobs) for field in fields(kind)} - {"knobs"}
    for function in templates.of_kind(FUNCTION):
        strangers = environment(function).keys() - {PREFIX + name.upper() for name in names}
        assert not strangers, function


def test_a_knob_is_in_the_environment_only_when_its_stage_sets_it(assemblies: Path, local: Templates) -> None:
    tuned = Templates.read(assemblies / "tuned")
    set_anew = {"KITH_CELEBRITY_THRESHOLD": "5", "KITH_FANOUT_BATCH": "10"}
    for function in local.of_kind(FUNCTION):
        assert not set_anew.keys() & environment(function).keys(), function
    for function in tuned.of_kind(FUNCTION):
        assert set_anew.items() <= environment(function).items(), function


def test_every_handler_is_in_the_file_it_names(templates: Templates) -> None:
    for function in templates.of_kind(FUNCTION):
        module, _, name = function.properties["Handler"].rpartition(".")
        source = (ROOT / module.replace(".", "/")).with_suffix(".py")
        assert source.is_file(), function
        assert name in top_level_names(source), function


def top_level_names(source: Path) -> set[str]:
    names: set[str] = set()
    for statement in ast.parse(source.read_text("utf-8")).body:
        match statement:
            case ast.FunctionDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
            case ast.Assign(targets=targets):
                names.update(target.id for target in targets if isinstance(target, ast.Name))
    return names


def test_every_room_of_functions_has_its_construct_and_each_construct_its_room() -> None:
    rooms = {folder.name for folder in (ROOT / "functions").iterdir() if folder.is_dir()} - {"__pycache__"}
    constructs = {file.stem for file in (ROOT / "infra" / "functions").glob("*.py")} - {"__init__"}
    assert rooms == constructs


def test_every_room_is_deployed(local: Templates) -> None:
    handlers = {function.properties["Handler"].split(".")[1] for function in local.of_kind(FUNCTION)}
    assert handlers == {file.stem for file in (ROOT / "infra" / "functions").glob("*.py")} - {"__init__"}


def test_a_function_that_keeps_failing_raises_an_alarm(templates: Templates) -> None:
    metrics = Counter(alarm.properties["MetricName"] for alarm in templates.of_kind("AWS::CloudWatch::Alarm"))
    assert metrics["Errors"] == len(templates.of_kind(FUNCTION))


def test_every_function_is_told_its_stage(templates: Templates) -> None:
    (stage,) = {name.split("-")[1] for name in templates.stacks}
    assert {environment(function)["KITH_STAGE"] for function in templates.of_kind(FUNCTION)} == {stage}


def test_what_hashes_passwords_has_the_memory_for_it(templates: Templates) -> None:
    for function in templates.of_kind(FUNCTION):
        if function.properties["Handler"] in {
            "functions.account.api.handler",
            "functions.verification.api.handler",
        }:
            assert function.properties["MemorySize"] >= 1024, function


def test_mails_lead_to_the_configured_web_client(assemblies: Path) -> None:
    for variant, url in (
        ("local", "http://127.0.0.1:8080"),
        ("mailing", "https://kith.example"),
        ("dev", None),
    ):
        (worker,) = (
            function
            for function in Templates.read(assemblies / variant).of_kind(FUNCTION)
            if function.properties["Handler"] == "functions.verification.on_message.handler"
        )
        assert environment(worker).get("KITH_PUBLIC_URL") == url


def test_only_a_stage_on_an_emulator_sends_pushes_to_its_own_machine(
    templates: Templates, local: Templates
) -> None:
    for function in templates.of_kind(FUNCTION):
        told = environment(function)
        is_of_pushes = str(function.properties["Handler"]).startswith("functions.web_push.")
        is_local = templates.stacks == local.stacks
        assert ("KITH_PUSH_TO_THIS_MACHINE" in told) == (is_of_pushes and is_local), function
        assert ("KITH_PUSH_SECRET_NAME" in told) == is_of_pushes, function
