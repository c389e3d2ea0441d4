"""Every alarm goes somewhere, and says what to do."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from infra.shared.checkout import ROOT
from kith.metrics import METRICS
from tests.infra.templates import Resource, Templates
from tests.infra.test_queues import QUEUE, dead_letter_queues

ALARM, TOPIC, SUBSCRIPTION = "AWS::CloudWatch::Alarm", "AWS::SNS::Topic", "AWS::SNS::Subscription"


def alarms(templates: Templates, metric: str | None = None) -> list[Resource]:
    return [each for each in templates.of_kind(ALARM) if metric in {None, each.properties["MetricName"]}]


def headings() -> set[str]:
    """Return the anchors of the runbooks, as GitHub makes them."""
    text = (ROOT / "docs/operations.md").read_text()
    _, runbooks = text.split("\n## When an alarm comes\n")
    titles = re.findall(r"^### (.+)$", runbooks.split("\n## ")[0], re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_alarm_leads_to_what_to_do_about_it(templates: Templates) -> None:
    for alarm in alarms(templates):
        meaning, _, runbook = alarm.properties["AlarmDescription"].rpartition(": ")
        document, _, anchor = runbook.partition("#")
        assert (ROOT / document).is_file(), alarm
        assert anchor in headings(), alarm
        assert len(meaning) > 10, alarm


def test_every_runbook_is_of_an_alarm(prod: Templates) -> None:
    of_alarms = {alarm.properties["AlarmDescription"].rpartition("#")[2] for alarm in alarms(prod)}
    assert of_alarms == headings()


def test_every_alarm_tells_the_stages_topic_when_it_comes_and_when_it_goes(templates: Templates) -> None:
    (topic,) = templates.of_kind(TOPIC)
    name = topic.properties["TopicName"]
    assert topic.stack.endswith("-data"), "whoever has subscribed stays so"
    for alarm in alarms(templates):
        for actions in (alarm.properties["AlarmActions"], alarm.properties["OKActions"]):
            (arn,) = actions
            parts = arn["Fn::Join"][1]
            assert ":sns:" in parts, alarm
            assert parts[-1] == f":{name}", alarm


def test_what_is_not_told_is_no_alarm(templates: Templates) -> None:
    for alarm in alarms(templates):
        assert alarm.properties["TreatMissingData"] == "notBreaching", alarm


def test_only_alarms_of_this_account_may_be_told_to_the_topic(templates: Templates) -> None:
    (policy,) = templates.of_kind("AWS::SNS::TopicPolicy")
    (statement,) = (
        each for each in policy.properties["PolicyDocument"]["Statement"] if each["Effect"] == "Allow"
    )
    assert statement["Action"] == "sns:Publish"
    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    assert templates.named_by(statement["Resource"], within=policy).kind == TOPIC


def test_the_topic_is_reached_over_tls_only(on_aws: Templates) -> None:
    (policy,) = on_aws.of_kind("AWS::SNS::TopicPolicy")
    (denied,) = (
        each for each in policy.properties["PolicyDocument"]["Statement"] if each["Effect"] == "Deny"
    )
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def subscriptions(templates: Templates) -> list[tuple[str, str]]:
    return [
        (each.properties["Protocol"], each.properties["Endpoint"])
        for each in templates
        if each.kind == SUBSCRIPTION
    ]


def test_alarms_are_mailed_to_whoever_is_named_and_to_nobody_else(
    templates: Templates, assemblies: Path
) -> None:
    assert subscriptions(templates) == []
    assert subscriptions(Templates.read(assemblies / "mailing")) == [("email", "ops@kith.example")]


def queues_of(templates: Templates, metric: str) -> set[str]:
    return {
        str(templates.named_by(dimension["Value"], within=alarm))
        for alarm in alarms(templates, metric)
        for dimension in alarm.properties["Dimensions"]
        if dimension["Name"] == "QueueName"
    }


def test_every_queue_is_watched_for_how_long_messages_wait_or_for_dead_letters(templates: Templates) -> None:
    dead = dead_letter_queues(templates)
    others = {str(queue) for queue in templates.of_kind(QUEUE)} - dead
    assert queues_of(templates, "ApproximateNumberOfMessagesVisible") == dead
    assert queues_of(templates, "ApproximateAgeOfOldestMessage") == others
    assert len(others) > 10


def test_nobody_is_called_while_a_message_may_still_be_handled(templates: Templates) -> None:
    for alarm in alarms(templates, "ApproximateAgeOfOldestMessage"):
        (dimension,) = alarm.properties["Dimensions"]
        queue = templates.named_by(dimension["Value"], within=alarm)
        timeout = queue.properties["VisibilityTimeout"] / 6
        assert alarm.properties["Threshold"] >= max(300, 2 * timeout), alarm


@pytest.mark.parametrize(
    "metric",
    ["ReadThrottleEvents", "WriteThrottleEvents", "IteratorAge", "FeedDrift", "AuthenticationFailures"],
)
def test_one_alarm_watches_each_of_these(templates: Templates, metric: str) -> None:
    assert len(alarms(templates, metric)) == 1


@pytest.mark.parametrize("variant", ["local", "prod", "rest"])
def test_the_api_is_watched_for_errors_and_for_being_slow(assemblies: Path, variant: str) -> None:
    of_api = {
        alarm.properties["MetricName"]: alarm.properties
        for alarm in alarms(Templates.read(assemblies / variant))
        if alarm.properties["Namespace"] == "AWS/ApiGateway"
    }
    assert set(of_api) == {"5XXError" if variant == "rest" else "5xx", "Latency"}
    assert of_api["Latency"]["ExtendedStatistic"] == "p95"
    assert of_api["Latency"]["EvaluateLowSampleCountPercentile"] == "ignore", "a few cold starts are no news"


def test_on_aws_a_change_that_is_set_aside_is_told(on_aws: Templates) -> None:
    (alarm,) = alarms(on_aws, "OnFailureDestinationDeliveredEventCount")
    (dimension,) = alarm.properties["Dimensions"]
    assert dimension["Name"] == "EventSourceMappingUUID"
    mapping = on_aws.named_by(dimension["Value"], within=alarm)
    assert mapping.properties["MetricsConfig"] == {"Metrics": ["EventCount"]}
    assert "OnFailure" in mapping.properties["DestinationConfig"]


def test_what_functions_measure_is_watched_under_the_names_that_they_give_it(templates: Templates) -> None:
    (stage,) = {name.split("-")[1] for name in templates.stacks}
    ours = [alarm for alarm in alarms(templates) if alarm.properties["Namespace"] == "Kith"]
    for alarm in ours:
        assert alarm.properties["MetricName"] in {metric.name for metric in METRICS}, alarm
        assert alarm.properties["Dimensions"] == [{"Name": "stage", "Value": stage}], alarm
    assert len(ours) >= 2


def test_an_emulator_is_asked_for_no_alarm_that_it_does_not_know(local: Templates) -> None:
    kinds = {resource.kind for resource in local}
    assert "AWS::CloudWatch::CompositeAlarm" not in kinds
    assert all("Metrics" not in alarm.properties for alarm in alarms(local))


def body_of(templates: Templates) -> tuple[dict[str, Any], list[tuple[Resource, dict[str, Any]]]]:
    """Return what the dashboard shows, and which resources it names."""
    (dashboard,) = templates.of_kind("AWS::CloudWatch::Dashboard")
    parts = dashboard.properties["DashboardBody"]["Fn::Join"][1]
    references = [part for part in parts if isinstance(part, dict) and part != {"Ref": "AWS::Region"}]
    text = "".join(part if isinstance(part, str) else "somewhere" for part in parts)
    return json.loads(text), [(templates.named_by(each, within=dashboard), each) for each in references]


def test_the_dashboard_names_every_queue_and_all_dead_letters(templates: Templates) -> None:
    _, named = body_of(templates)
    queues = {str(resource) for resource, _ in named if resource.kind == QUEUE}
    assert queues == {str(queue) for queue in templates.of_kind(QUEUE)}


def test_the_dashboard_names_every_function_and_everything_that_is_measured(templates: Templates) -> None:
    body, named = body_of(templates)
    text = json.dumps(body)
    for function in templates.of_kind("AWS::Lambda::Function"):
        for metric in ("Errors", "Duration"):
            shown = f'["AWS/Lambda", "{metric}", "FunctionName", "{function.properties["FunctionName"]}"'
            assert shown in text, function
    (stage,) = {name.split("-")[1] for name in templates.stacks}
    for measured in METRICS:
        assert f'["Kith", "{measured.name}", "stage", "{stage}"' in text, measured
    kinds = {resource.kind for resource, _ in named}
    assert {"AWS::DynamoDB::Table", "AWS::ApiGatewayV2::Api"} <= kinds


def test_the_dashboard_asks_of_no_graph_more_than_cloudwatch_shows(templates: Templates) -> None:
    body, _ = body_of(templates)
    for widget in body["widgets"]:
        metrics = widget["properties"].get("metrics", [])
        assert len(metrics) <= 500
        for metric in metrics:
            for options in metric:
                if isinstance(options, dict):
                    assert len(options.get("expression", "")) <= 2_048
    assert len(json.dumps(body)) < 500_000


def test_there_is_one_dashboard_with_the_stages_name(templates: Templates) -> None:
    (dashboard,) = templates.of_kind("AWS::CloudWatch::Dashboard")
    (stage,) = {name.split("-")[1] for name in templates.stacks}
    assert dashboard.properties["DashboardName"] == f"kith-{stage}"
