"""The example that others copy to subscribe keeps to what it promises."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.examples.subscriber import LOGS_EACH_EVENT
from kith import events
from tests.builders import queue_event
from tests.infra.assemblies import LISTENER
from tests.infra.templates import Properties, Resource, Templates

WANTED = {"graph.follow", "graph.follow_accepted", "graph.unfollow"}


@pytest.fixture
def listener(assemblies: Path) -> Templates:
    return Templates.read(assemblies / LISTENER)


def only(found: list[Resource]) -> Resource:
    (resource,) = found
    return resource


@pytest.fixture
def rule(listener: Templates) -> Resource:
    return only(listener.of_kind("AWS::Events::Rule"))


@pytest.fixture
def target(rule: Resource) -> Properties:
    (target,) = rule.properties["Targets"]
    return dict(target)


@pytest.fixture
def queue(listener: Templates, rule: Resource, target: Properties) -> Resource:
    return listener.named_by(target["Arn"], within=rule)


@pytest.fixture
def dead_letters(listener: Templates, queue: Resource) -> Resource:
    return listener.named_by(queue.properties["RedrivePolicy"]["deadLetterTargetArn"], within=queue)


def test_the_rule_lets_in_the_chosen_events_of_kith_and_no_others(rule: Resource) -> None:
    assert rule.properties["EventBusName"] == "kith-prod"
    pattern = rule.properties["EventPattern"]
    assert pattern.keys() == {"source", "detail-type"}
    assert pattern["source"] == [events.SOURCE]
    assert set(pattern["detail-type"]) == WANTED
    assert {value for value in vars(events).values() if isinstance(value, str)} >= WANTED


def test_an_event_that_cannot_be_delivered_is_tried_within_bounds_and_then_kept(
    listener: Templates, rule: Resource, target: Properties, dead_letters: Resource
) -> None:
    assert 0 < target["RetryPolicy"]["MaximumRetryAttempts"] <= 185
    assert 0 < target["RetryPolicy"]["MaximumEventAgeInSeconds"] <= 24 * 3600
    assert listener.named_by(target["DeadLetterConfig"]["Arn"], within=rule) == dead_letters


def test_a_message_that_nobody_can_process_is_given_up_after_a_few_attempts_and_kept_for_two_weeks(
    queue: Resource, dead_letters: Resource
) -> None:
    assert queue != dead_letters
    assert 3 <= queue.properties["RedrivePolicy"]["maxReceiveCount"] <= 10
    assert dead_letters.properties["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert "RedrivePolicy" not in dead_letters.properties


def statements_about(listener: Templates, queue: Resource, effect: str) -> list[dict[str, Any]]:
    return [
        statement
        for policy in listener.of_kind("AWS::SQS::QueuePolicy")
        if queue in [listener.named_by(each, within=policy) for each in policy.properties["Queues"]]
        for statement in policy.properties["PolicyDocument"]["Statement"]
        if statement["Effect"] == effect
    ]


@pytest.mark.parametrize("name", ["queue", "dead_letters"])
def test_nobody_but_the_bus_sends_and_that_by_this_rule_only(
    listener: Templates, rule: Resource, name: str, request: pytest.FixtureRequest
) -> None:
    into: Resource = request.getfixturevalue(name)
    (statement,) = statements_about(listener, into, "Allow")
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    actions = statement["Action"]
    assert set(actions if isinstance(actions, list) else [actions]) <= {
        "sqs:SendMessage",
        "sqs:GetQueueAttributes",
        "sqs:GetQueueUrl",
    }
    assert listener.named_by(statement["Resource"], within=rule) == into
    (condition,) = statement["Condition"].values()
    assert condition.keys() == {"aws:SourceArn"}
    assert listener.named_by(condition["aws:SourceArn"], within=rule) == rule
    (denial,) = statements_about(listener, into, "Deny")
    assert denial["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert into.properties["SqsManagedSseEnabled"] is True


def test_the_consumer_has_time_to_be_tried_again_and_says_which_messages_failed(
    listener: Templates, queue: Resource
) -> None:
    consumer = only(listener.of_kind("AWS::Lambda::Function"))
    mapping = only(listener.of_kind("AWS::Lambda::EventSourceMapping"))
    assert listener.named_by(mapping.properties["EventSourceArn"], within=mapping) == queue
    assert listener.named_by(mapping.properties["FunctionName"], within=mapping) == consumer
    assert mapping.properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert queue.properties["VisibilityTimeout"] >= 6 * consumer.properties["Timeout"]


def test_the_consumer_reads_events_as_they_are_told(
    listener: Templates, capsys: pytest.CaptureFixture[str]
) -> None:
    code = only(listener.of_kind("AWS::Lambda::Function")).properties["Code"]["ZipFile"]
    assert code == LOGS_EACH_EVENT
    module: dict[str, Any] = {}
    exec(code, module)  # noqa: S102  # what Lambda does with it
    told = events.Event("graph.unfollow", "an id", {"follower_id": 42, "following_id": 43})
    body = {"source": "kith", "detail-type": told.name, "detail": json.loads(json.dumps(told.wire()))}
    assert module["handler"](queue_event(body), None) == {"batchItemFailures": []}
    assert capsys.readouterr().out == "graph.unfollow an id 42 43\n"
