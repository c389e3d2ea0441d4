from collections.abc import Iterator
from typing import Any

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
    for policy in templates.of_kind("AWS::IAM::Policy"):
        if policy.properties["Roles"] != [{"Ref": role.name}]:
            continue
        for statement in policy.properties["PolicyDocument"]["Statement"]:
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


def test_only_accounts_may_touch_the_signing_key(templates: Templates) -> None:
    holders = {
        resource.name
        for resource, statement in allowances(templates)
        for action in as_list(statement["Action"])
        if action.startswith("secretsmanager:")
    }
    assert len(holders) == 1
    assert actions_of(templates, "account.api")["secretsmanager"] == {"GetSecretValue", "PutSecretValue"}


def test_nobody_scans_or_drops_the_table(templates: Templates) -> None:
    for resource, statement in allowances(templates):
        actions = set(as_list(statement["Action"]))
        assert not actions & {"dynamodb:Scan", "dynamodb:DeleteTable", "dynamodb:UpdateTable"}, resource


def test_those_who_only_look_may_only_look(templates: Templates) -> None:
    assert actions_of(templates, "reference.api") == {"dynamodb": {"GetItem"}}


def test_delivering_is_writing_batches_and_nothing_else(templates: Templates) -> None:
    allowed = actions_of(templates, "feed_fanout.on_batch")
    assert allowed["dynamodb"] == {"BatchWriteItem"}
    assert "SendMessage" not in allowed["sqs"]


def test_only_the_outbox_publishes_events(templates: Templates) -> None:
    publishers = {
        resource.name
        for resource, statement in allowances(templates)
        if "events:PutEvents" in as_list(statement["Action"])
    }
    assert len(publishers) == 1
    assert actions_of(templates, "outbox.on_stream")["events"] == {"PutEvents"}
