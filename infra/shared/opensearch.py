"""A collection of OpenSearch Serverless, for stages that search in one."""

from typing import Any, Final

from aws_cdk import Stack
from aws_cdk import aws_opensearchserverless as serverless
from constructs import Construct

from infra.shared.function import Door
from infra.stages import Stage
from kith.settings import PREFIX

READING: Final = ("aoss:ReadDocument",)
WRITING: Final = ("aoss:CreateIndex", "aoss:WriteDocument")


class SearchCollection(Construct):
    """Holds nothing but what follows from the table. Two doors reach it over the network, and each may do its own part.

    It has no other gate to the network than its address, so whoever asks has to sign as one of the two.
    """

    def __init__(self, scope: Construct, stage: Stage, *, reader: Door, writer: Door) -> None:
        super().__init__(scope, "Collection")
        self._name = f"kith-{stage.name}"
        collection = serverless.CfnCollection(
            self,
            "Documents",
            name=self._name,
            type="SEARCH",  # the only type whose documents have identifiers of our own
            description="Kith: names of accounts and words of posts",
            standby_replicas="ENABLED" if stage.protected else "DISABLED",
        )
        resources = [{"ResourceType": "collection", "Resource": [f"collection/{self._name}"]}]
        # Serverless refuses a collection that no encryption policy is for.
        collection.add_dependency(self._security("encryption", {"Rules": resources, "AWSOwnedKey": True}))
        self._security("network", [{"Rules": resources, "AllowFromPublic": True}])
        allowed = [self._allowed(reader, READING), self._allowed(writer, WRITING)]
        serverless.CfnAccessPolicy(
            self, "data", name=self._name, type="data", policy=Stack.of(self).to_json_string(allowed)
        )
        for door in (reader, writer):
            door.add_environment(f"{PREFIX}OPENSEARCH_URL", collection.attr_collection_endpoint)
            door.may("aoss:APIAccessAll", on=collection.attr_arn)

    def _security(self, kind: str, policy: Any) -> serverless.CfnSecurityPolicy:  # noqa: ANN401  # JSON
        return serverless.CfnSecurityPolicy(
            self, kind, name=self._name, type=kind, policy=Stack.of(self).to_json_string(policy)
        )

    def _allowed(self, door: Door, permissions: tuple[str, ...]) -> dict[str, Any]:
        """Return the rule by which a door may do something with all documents, and nobody else by it."""
        rule = {
            "ResourceType": "index",
            "Resource": [f"index/{self._name}/*"],
            "Permission": list(permissions),
        }
        return {"Rules": [rule], "Principal": [door.role_arn]}
