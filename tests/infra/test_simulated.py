"""The simulation wakes functions as the template does."""

from typing import Any

from tests.architecture.house import DOORS
from tests.infra.templates import Resource, Templates
from tests.infra.test_queues import RULE, mappings_from
from tests.simulation.functions import OUTBOX, ROOMS, WORKERS
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
            names |= set(pattern["detail-type"])
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
    assert found == {each.path: (each.batch, 6 * each.seconds, each.events) for each in WORKERS.values()}


def test_the_stream_of_the_simulation_is_that_of_the_template(templates: Templates) -> None:
    ((mapping, _),) = mappings_from(templates, "AWS::DynamoDB::Table")
    function = templates.named_by(mapping.properties["FunctionName"], within=mapping)
    assert path_of(function) == OUTBOX
    assert mapping.properties["MaximumRetryAttempts"] == STREAM_RETRIES
    assert mapping.properties["BisectBatchOnFunctionError"] is True


def test_the_simulation_knows_every_room_with_a_door() -> None:
    assert set(ROOMS) == {door.split(".")[1] for door in DOORS if door.endswith(".api")}
