from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.infra.templates import Resource, Templates

TRACING = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
"""X-Ray has no resources to name."""


def as_list(value: Any) -> list[Any]:  # as in the template
    return value if isinstance(value, list) else [value]


def allowances(templates: Templates) -> Iterator[tuple[Resource, dict[str, Any]]]:
    """Yield every statement of every policy that allows something."""
    for resource in templates:
        inline = [policy["PolicyDocument"] for policy in resource.properties.get("Policies", [])]
        for document in (*inline, resource.properties.get("PolicyDocument", {"Statement": []})):
            for statement in document["Statement"]:
                if statement["Effect"] == "Allow":
                    yield resource, statement


def actions_of(templates: Templates, handler: str) -> dict[str, set[str]]:
    """Return what a function may do besides logging and tracing: resource type -> actions."""
    (function,) = (
        function
        for function in templates.of_kind("AWS::Lambda::Function")
        if function.properties["Handler"] == f"functions.{handler}.handler"
    )
    role = templates.named_by(function.properties["Role"], within=function)
    found: dict[str, set[str]] = {}
    for policy in role.properties["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            for action in as_list(statement["Action"]):
                service, _, name = action.partition(":")
                found.setdefault(service, set()).add(name)
    return {service: names for service, names in found.items() if service not in {"logs", "xray"}}


def test_no_policy_allows_more_actions_than_it_spells_out(templates: Templates) -> None:
    for resource, statement in allowances(templates):
        for action in as_list(statement["Action"]):
            assert "*" not in action, resource


def test_no_policy_allows_anything_on_everything(templates: Templates) -> None:
    for resource, statement in allowances(templates):
        if set(as_list(statement["Action"])) <= TRACING:
            continue
        assert "*" not in as_list(statement.get("Resource", [])), resource


def test_the_table_is_granted_as_a_whole_and_never_more(templates: Templates) -> None:
    for resource, statement in allowances(templates):
        for action in as_list(statement["Action"]):
            if action.startswith("dynamodb:"):
                for reference in as_list(statement["Resource"]):
                    table = templates.named_by(reference, within=resource)
                    assert table.kind == "AWS::DynamoDB::Table", resource


def test_nobody_is_trusted_but_the_service_that_needs_it(templates: Templates) -> None:
    for role in templates.of_kind("AWS::IAM::Role"):
        (statement,) = role.properties["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}, role


def holders_of(templates: Templates, secret: str) -> int:
    """Return how many may do anything with a secret."""
    return len(
        {
            resource.name
            for resource, statement in allowances(templates)
            for action in as_list(statement["Action"])
            if action.startswith("secretsmanager:") and f"/{secret}-??????" in str(statement["Resource"])
        }
    )


def test_only_accounts_may_touch_the_signing_key(templates: Templates) -> None:
    assert holders_of(templates, "signing-key") == 2
    for door in ("account.api", "account.on_command"):
        assert actions_of(templates, door)["secretsmanager"] == {"GetSecretValue", "PutSecretValue"}


def test_the_key_of_pushes_is_made_by_one_and_read_by_one_other(templates: Templates) -> None:
    assert holders_of(templates, "push-key") == 2
    assert actions_of(templates, "web_push.api")["secretsmanager"] == {"GetSecretValue", "PutSecretValue"}
    assert actions_of(templates, "web_push.on_event")["secretsmanager"] == {"GetSecretValue"}


def test_who_sends_pushes_sends_no_mails_and_tells_no_queue(templates: Templates) -> None:
    allowed = actions_of(templates, "web_push.on_event")
    assert allowed.keys() == {"dynamodb", "secretsmanager", "sqs"}
    assert allowed["dynamodb"] == {
        "GetItem",
        "BatchGetItem",
        "Query",
        "PutItem",
        "UpdateItem",
        "DeleteItem",
    }
    assert "SendMessage" not in allowed["sqs"]


def test_the_key_of_the_cdn_is_made_by_one_and_read_by_one_other(on_aws: Templates) -> None:
    assert holders_of(on_aws, "cdn-key") == 2
    assert actions_of(on_aws, "media.on_deploy") == {"secretsmanager": {"GetSecretValue", "PutSecretValue"}}
    assert actions_of(on_aws, "media.api")["secretsmanager"] == {"GetSecretValue"}


def test_nobody_drops_the_table_or_scans_it_but_who_audits_feeds_anywhere_in_it(templates: Templates) -> None:
    scanning = []
    for resource, statement in allowances(templates):
        actions = set(as_list(statement["Action"]))
        assert not actions & {"dynamodb:DeleteTable", "dynamodb:UpdateTable"}, resource
        scanning += [resource] if "dynamodb:Scan" in actions else []
    assert len(scanning) == 1
    assert "Scan" in actions_of(templates, "feed.on_schedule")["dynamodb"]


@pytest.mark.parametrize(("variant", "is_opensearch"), [("dev", False), ("prod", False), ("searching", True)])
def test_only_the_search_room_reaches_opensearch_and_only_where_there_is_one(
    assemblies: Path, variant: str, *, is_opensearch: bool
) -> None:
    templates = Templates.read(assemblies / variant)
    reaching = [
        (resource.name, templates.named_by(statement["Resource"], within=resource).kind)
        for resource, statement in allowances(templates)
        if any(action.startswith("aoss:") for action in as_list(statement["Action"]))
    ]
    assert {kind for _, kind in reaching} == (
        {"AWS::OpenSearchServerless::Collection"} if is_opensearch else set()
    )
    assert len(reaching) == (2 if is_opensearch else 0)
    for door in ("search.api", "search.on_event"):
        assert actions_of(templates, door).get("aoss") == ({"APIAccessAll"} if is_opensearch else None)


def test_those_who_only_look_may_only_look(templates: Templates) -> None:
    assert actions_of(templates, "reference.api") == {"dynamodb": {"GetItem"}}


def test_delivering_is_reading_writing_batches_and_noting_who_is_left_out(templates: Templates) -> None:
    allowed = actions_of(templates, "feed_fanout.on_batch")
    assert allowed["dynamodb"] == {"GetItem", "BatchGetItem", "Query", "UpdateItem", "BatchWriteItem"}
    assert "SendMessage" not in allowed["sqs"]


def test_the_worker_of_the_follow_graph_writes_in_transactions_only(templates: Templates) -> None:
    assert actions_of(templates, "follow.on_event")["dynamodb"] == {
        "GetItem",
        "BatchGetItem",
        "Query",
        "PutItem",
        "UpdateItem",
        "DeleteItem",
        "ConditionCheckItem",
    }
    assert "SendMessage" in actions_of(templates, "follow.on_event")["sqs"]


def test_only_the_outbox_publishes_events(templates: Templates) -> None:
    publishers = {
        resource.name
        for resource, statement in allowances(templates)
        if "events:PutEvents" in as_list(statement["Action"])
    }
    assert len(publishers) == 1
    assert actions_of(templates, "outbox.on_stream")["events"] == {"PutEvents"}


@pytest.mark.parametrize(
    ("variant", "sender"),
    [("local", "no-reply@kith.example"), ("mailing", "post@kith.example"), ("dev", None)],
)
def test_mails_are_sent_by_two_doors_and_in_one_name(
    assemblies: Path, variant: str, sender: str | None
) -> None:
    templates = Templates.read(assemblies / variant)
    named = [
        "".join(part for part in reference["Fn::Join"][1] if isinstance(part, str)).rpartition(":")[2]
        for _, statement in allowances(templates)
        for reference in as_list(statement["Resource"])
        if any(action.startswith("ses:") for action in as_list(statement["Action"]))
    ]
    identities = {"identity/kith.example", f"identity/{sender}"}
    told = {"configuration-set/"} if variant == "mailing" else set()
    assert set(named) == (set() if sender is None else identities | told)
    for door in ("verification.on_message", "digest.on_message"):
        assert actions_of(templates, door).get("ses", set()) == (set() if sender is None else {"SendEmail"})


def test_bounces_and_complaints_of_digests_come_to_who_sends_them(assemblies: Path) -> None:
    templates = Templates.read(assemblies / "mailing")
    (rule,) = [each for each in templates.of_kind("AWS::Events::Rule") if "aws.ses" in str(each.properties)]
    assert set(rule.properties["EventPattern"]["detail-type"]) == {
        "Email Bounced",
        "Email Complaint Received",
    }
    (destination,) = templates.of_kind("AWS::SES::ConfigurationSetEventDestination")
    told = destination.properties["EventDestination"]
    assert set(told["MatchingEventTypes"]) == {"bounce", "complaint"}
    assert "EventBridgeDestination" in told


def test_sending_mails_takes_nothing_away_and_lists_nothing(templates: Templates) -> None:
    allowed = actions_of(templates, "verification.on_message")
    assert allowed["dynamodb"] == {"GetItem", "BatchGetItem", "PutItem", "UpdateItem", "ConditionCheckItem"}
    assert "SendMessage" not in allowed["sqs"]


def test_a_sender_is_made_on_an_emulator_only(assemblies: Path) -> None:
    made = {
        variant: [
            resource.properties["EmailIdentity"]
            for resource in Templates.read(assemblies / variant)
            if resource.kind == "AWS::SES::EmailIdentity"
        ]
        for variant in ("local", "mailing", "prod")
    }
    assert made == {"local": ["no-reply@kith.example"], "mailing": [], "prod": []}


def test_archives_of_peoples_data_are_touched_by_their_room_alone_and_nothing_else_by_it(
    templates: Templates,
) -> None:
    assert actions_of(templates, "operation.api")["s3"] == {"GetObject"}
    worker = actions_of(templates, "operation.on_message")
    assert worker["s3"] == {"PutObject", "DeleteObject", "DeleteObjectVersion", "ListBucketVersions"}
    assert "SendMessage" in worker["sqs"]
    for resource, statement in allowances(templates):
        actions = set(as_list(statement["Action"]))
        if "Operation" not in resource.name or not any(action.startswith("s3:") for action in actions):
            continue
        if actions == {"s3:ListBucketVersions"}:
            assert statement["Condition"] == {"StringLike": {"s3:prefix": "exports/*"}}, resource
        else:
            assert statement["Resource"]["Fn::Join"][1][-1] == "/exports/*", resource


def test_only_the_realtime_room_reaches_websockets_and_only_those_of_its_api(templates: Templates) -> None:
    reaching = set()
    for resource, statement in allowances(templates):
        if any(action.startswith("execute-api:") for action in as_list(statement["Action"])):
            assert as_list(statement["Action"]) == ["execute-api:ManageConnections"], resource
            parts = statement["Resource"]["Fn::Join"][1]
            assert str(parts[-1]).endswith("/*/@connections/*"), resource
            (api,) = (
                templates.named_by(part, within=resource)
                for part in parts
                if "Gateway" in str(part) and isinstance(part, dict)
            )
            assert api.properties["ProtocolType"] == "WEBSOCKET"
            reaching.add(resource.name)
    assert len(reaching) == 3
    for door in ("on_connect", "on_frame", "on_event"):
        assert actions_of(templates, f"realtime.{door}")["execute-api"] == {"ManageConnections"}
    assert actions_of(templates, "realtime.on_disconnect") == {"dynamodb": {"GetItem", "Query", "DeleteItem"}}
