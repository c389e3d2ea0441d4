"""The simulation wakes functions as the template does."""

import sys
from pathlib import Path
from typing import Any

from kith.settings import PREFIX
from kith.table.items import Item
from tests.architecture.house import DOORS
from tests.infra.templates import Resource, Templates
from tests.infra.test_permissions import actions_of
from tests.infra.test_queues import RULE, mappings_from
from tests.simulation.crashes import crashes
from tests.simulation.functions import OUTBOX, ROOMS, WORKERS
from tests.simulation.host import Host
from tests.simulation.scenarios import SCENARIOS
from tests.simulation.services import RECEIVED_MOST, STREAM_RETRIES

FUNCTION = "AWS::Lambda::Function"


def path_of(function: Resource) -> str:
    """Return a function as the simulation names it."""
    _, room, module, _ = str(function.properties["Handler"]).replace("/", ".").split(".")
    return f"{room}/{module}"


def subscribed(templates: Templates, queue: Resource) -> set[str]:
    """Return the events that come to a queue."""
    names: set[str] = set()
    for rule in templates.of_kind(RULE):
        pattern: dict[str, Any] = rule.properties.get("EventPattern") or {}
        targets = [templates.named_by(each["Arn"], within=rule) for each in rule.properties["Targets"]]
        if str(queue) in map(str, targets):
            files = pattern.get("detail", {}).get("object", {}).get("key", [])
            names |= {each["wildcard"] for each in files} if files else set(pattern.get("detail-type", ()))
    return names


def test_the_workers_of_the_simulation_are_those_of_the_template(templates: Templates) -> None:
    found = {}
    for mapping, queue in mappings_from(templates, "AWS::SQS::Queue"):
        function = templates.named_by(mapping.properties["FunctionName"], within=mapping)
        assert queue.properties["RedrivePolicy"]["maxReceiveCount"] == RECEIVED_MOST
        found[path_of(function)] = (
            mapping.properties["BatchSize"],
            queue.properties["VisibilityTimeout"],
            frozenset(subscribed(templates, queue)),
        )
    workers = {each.path: (each.batch, 6 * each.seconds, each.events) for each in WORKERS.values()}
    if not actions_of(templates, "digest.on_message").get("ses"):
        batch, seconds, _ = workers["digest/on_message"]
        workers["digest/on_message"] = batch, seconds, frozenset()  # a stage without mails asks for none
    assert found == workers


def test_the_stream_of_the_simulation_is_that_of_the_template(templates: Templates) -> None:
    ((mapping, _),) = mappings_from(templates, "AWS::DynamoDB::Table")
    function = templates.named_by(mapping.properties["FunctionName"], within=mapping)
    assert path_of(function) == OUTBOX
    assert mapping.properties["MaximumRetryAttempts"] == STREAM_RETRIES
    assert mapping.properties["BisectBatchOnFunctionError"] is True


def told(templates: Templates) -> dict[str, set[str]]:
    """Return which settings each function is told."""
    return {
        path_of(function): {
            name.removeprefix(PREFIX).lower()
            for name in function.properties["Environment"]["Variables"]
            if name.startswith(PREFIX)
        }
        for function in templates.of_kind(FUNCTION)
    }


def test_every_function_may_do_what_it_does_in_the_scenarios_and_is_told_what_it_needs(
    assemblies: Path,
) -> None:
    templates = Templates.read(assemblies / "mailing")
    asked: set[tuple[str, str]] = set()
    with Host().prepared() as host:
        host.given = told(templates)
        for name in SCENARIOS:
            run = next(crashes(host, name))
            assert run.wrong is None, run
            asked |= run.asked
    paths = {path for path, _ in asked}
    assert len(paths) > 20
    for path in sorted(paths):
        granted = actions_of(templates, path.replace("/", "."))
        allowed = {f"{service}:{name}" for service, names in granted.items() for name in names}
        assert {action for each, action in asked if each == path} - allowed == set(), path


def test_the_simulation_knows_every_room_with_a_door() -> None:
    assert set(ROOMS) == {door.split(".")[1] for door in DOORS if door.endswith(".api")}


def test_nothing_is_left_of_a_simulation() -> None:
    """Other tests in the same process have the real things."""
    table_name = getattr(Item.Meta, "table_name", None)
    with Host().prepared() as host:
        next(crashes(host, next(iter(SCENARIOS))))
        assert len(_from_tests()) > 20
    assert _from_tests() == []
    assert getattr(Item.Meta, "table_name", None) == table_name


def _from_tests() -> list[str]:
    """Return what our modules name that is a test's."""
    return [
        f"{name}.{each}"
        for name, module in sorted(sys.modules.items())
        if name.partition(".")[0] in {"kith", "functions"}
        for each, value in vars(module).items()
        if str(getattr(value, "__module__", "")).startswith("tests.")
    ]
