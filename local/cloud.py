"""What was deployed, seen through the AWS API: the same on any emulator."""

import contextlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from local.cdk import CREDENTIALS, REGION, STAGE
from local.failure import Failure
from local.process import Ports

if TYPE_CHECKING:
    from pathlib import Path

    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_lambda import LambdaClient

STACKS = (f"kith-{STAGE}-data", f"kith-{STAGE}-service", f"kith-{STAGE}-api")
BOOTSTRAP = "CDKToolkit"
OUTPUTS = ("ApiId", "WebsocketApiId", "TableName", "BusName", "BucketName")


@dataclass(frozen=True)
class Cloud:
    """An emulated AWS account."""

    ports: Ports

    @cached_property
    def _session(self) -> boto3.Session:
        return boto3.Session(
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            region_name=REGION,
        )

    @cached_property
    def _config(self) -> Config:
        return Config(connect_timeout=5, read_timeout=30)

    @cached_property
    def _cloudformation(self) -> "CloudFormationClient":
        return self._session.client("cloudformation", endpoint_url=self.ports.aws_url, config=self._config)

    @cached_property
    def _dynamodb(self) -> "DynamoDBClient":
        return self._session.client("dynamodb", endpoint_url=self.ports.aws_url, config=self._config)

    @cached_property
    def _lambda(self) -> "LambdaClient":
        return self._session.client("lambda", endpoint_url=self.ports.aws_url, config=self._config)

    def is_bootstrapped(self) -> bool:
        """Tell whether the CDK was here before."""
        return self._status(BOOTSTRAP).endswith("_COMPLETE")

    def is_deployed(self) -> bool:
        """Tell whether all stacks are complete."""
        return all(self._status(stack) in {"CREATE_COMPLETE", "UPDATE_COMPLETE"} for stack in STACKS)

    def outputs(self) -> dict[str, str]:
        """Return the outputs of all stacks.

        Raises:
            Failure: one that the endpoints are made from is missing.
        """
        described = [self._cloudformation.describe_stacks(StackName=stack)["Stacks"][0] for stack in STACKS]
        outputs = {
            output["OutputKey"]: output["OutputValue"]
            for stack in described
            for output in stack.get("Outputs", [])
        }
        missing = [name for name in OUTPUTS if name not in outputs]
        if missing:
            raise Failure(f"The stacks lack the outputs {', '.join(missing)}; infra/stacks/ declares them.")
        return outputs

    def settle(self, assembly: "Path") -> None:
        """Set what the emulator's CloudFormation ignores, and make sure that the rest is as the templates say.

        Raises:
            Failure: something asked for is not there.
        """
        for stack in STACKS:
            template = json.loads((assembly / f"{stack}.template.json").read_text())
            names = self._physical_names(stack)
            for logical, resource in template["Resources"].items():
                if logical not in names:
                    raise Failure(f"{stack} was deployed without {logical} ({resource['Type']}).")
                self._settle(resource["Type"], names[logical], resource.get("Properties", {}))

    def _settle(self, kind: str, name: str, properties: dict[str, Any]) -> None:
        if kind in {"AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"}:
            self._expire_items(name, properties.get("TimeToLiveSpecification"))
        elif kind == "AWS::Lambda::EventSourceMapping":
            state = self._lambda.get_event_source_mapping(UUID=name)["State"]
            if state not in {"Enabled", "Enabling", "Creating", "Updating"}:
                raise Failure(f"The event source mapping {name} is {state}.")

    def _expire_items(self, table: str, wanted: dict[str, Any] | None) -> None:
        status = self._dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"][
            "TimeToLiveStatus"
        ]
        if wanted and status != "ENABLED":
            attribute = {"AttributeName": wanted["AttributeName"], "Enabled": True}
            self._dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=attribute)  # type: ignore[arg-type]

    def _status(self, stack: str) -> str:
        with contextlib.suppress(ClientError):
            return self._cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
        return "ABSENT"

    def _physical_names(self, stack: str) -> dict[str, str]:
        pages = self._cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
        return {
            resource["LogicalResourceId"]: resource.get("PhysicalResourceId", "")
            for page in pages
            for resource in page["StackResourceSummaries"]
        }
