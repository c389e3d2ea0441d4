"""OpenSearch, where a stage searches in it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.infra.templates import Resource, Templates

COLLECTION, ACCESS, SECURITY = (
    f"AWS::OpenSearchServerless::{kind}" for kind in ("Collection", "AccessPolicy", "SecurityPolicy")
)
FUNCTION, RULE = "AWS::Lambda::Function", "AWS::Events::Rule"
NAME = "kith-dev"


@pytest.fixture
def searching(assemblies: Path) -> Templates:
    return Templates.read(assemblies / "searching")


@pytest.fixture
def dev(assemblies: Path) -> Templates:
    return Templates.read(assemblies / "dev")


def door(templates: Templates, handler: str) -> Resource:
    (function,) = [
        each
        for each in templates.of_kind(FUNCTION)
        if each.properties["Handler"] == f"functions.{handler}.handler"
    ]
    return function


def policy_of(resource: Resource) -> Any:
    """Return the JSON of a policy; what it refers to stands in it by its name, as `<name>`."""
    policy = resource.properties["Policy"]
    parts = [policy] if isinstance(policy, str) else policy["Fn::Join"][1]
    return json.loads(
        "".join(part if isinstance(part, str) else f"<{part['Fn::GetAtt'][0]}>" for part in parts)
    )


def test_documents_have_identifiers_and_a_second_copy_where_it_matters(
    searching: Templates, assemblies: Path
) -> None:
    (collection,) = searching.of_kind(COLLECTION)
    (largest,) = Templates.read(assemblies / "largest").of_kind(COLLECTION)
    assert collection.properties["Type"] == largest.properties["Type"] == "SEARCH"
    assert (collection.properties["Name"], largest.properties["Name"]) == (NAME, "kith-prod")
    assert collection.properties["StandbyReplicas"] == "DISABLED"
    assert largest.properties["StandbyReplicas"] == "ENABLED"


def test_it_is_encrypted_before_it_is_there_and_reached_as_itself_alone(searching: Templates) -> None:
    (collection,) = searching.of_kind(COLLECTION)
    policies = {each.properties["Type"]: each for each in searching.of_kind(SECURITY)}
    only_it = [{"ResourceType": "collection", "Resource": [f"collection/{NAME}"]}]
    assert policy_of(policies["encryption"]) == {"Rules": only_it, "AWSOwnedKey": True}
    assert policy_of(policies["network"]) == [{"Rules": only_it, "AllowFromPublic": True}]
    assert policies["encryption"].name in collection.attributes["DependsOn"]


def test_one_door_reads_and_another_writes_and_nobody_else_does_anything(searching: Templates) -> None:
    (access,) = searching.of_kind(ACCESS)
    assert access.properties["Type"] == "data"
    may = {
        principal: (rule["ResourceType"], rule["Resource"], set(rule["Permission"]))
        for each in policy_of(access)
        for principal in each["Principal"]
        for rule in each["Rules"]
    }
    reader, writer = (
        f"<{searching.named_by(door(searching, handler).properties['Role'], within=access).name}>"
        for handler in ("search.api", "search.on_event")
    )
    assert may == {
        reader: ("index", [f"index/{NAME}/*"], {"aoss:ReadDocument"}),
        writer: ("index", [f"index/{NAME}/*"], {"aoss:CreateIndex", "aoss:WriteDocument"}),
    }


def test_both_doors_are_told_where_it_is_and_nobody_else_is(searching: Templates) -> None:
    told = {
        function.properties["Handler"]: function.properties["Environment"]["Variables"]["KITH_OPENSEARCH_URL"]
        for function in searching.of_kind(FUNCTION)
        if "KITH_OPENSEARCH_URL" in function.properties.get("Environment", {}).get("Variables", {})
    }
    (collection,) = searching.of_kind(COLLECTION)
    assert told.keys() == {"functions.search.api.handler", "functions.search.on_event.handler"}
    for address in told.values():
        assert address == {"Fn::GetAtt": [collection.name, "CollectionEndpoint"]}


def test_the_worker_hears_of_deleted_posts_there_and_only_there(searching: Templates, dev: Templates) -> None:
    assert "post.deleted" in heard(searching)
    assert heard(searching) - heard(dev) == {"post.deleted"}


def heard(templates: Templates) -> set[str]:
    """Return the events that the room's worker is told of."""
    (rule,) = [
        each
        for each in templates.of_kind(RULE)
        if each.name.startswith("Search") and "detail-type" in each.properties["EventPattern"]
    ]
    return set(rule.properties["EventPattern"]["detail-type"])


def test_other_stages_know_nothing_of_it(templates: Templates) -> None:
    named = [each for each in templates if "opensearch" in f"{each.kind} {each.properties}".lower()]
    assert named == []
