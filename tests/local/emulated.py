"""A real emulator with a small stack: a table whose stream wakes a function, and an API in front of the same."""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from local import process
from local.cdk import CREDENTIALS, REGION
from local.home import Home
from local.process import Ports

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_events import EventBridgeClient
    from types_boto3_lambda import LambdaClient
    from types_boto3_logs import CloudWatchLogsClient
    from types_boto3_s3 import S3Client
    from types_boto3_sqs import SQSClient

STACK = "tests"

# The function runs on this machine, and so can tell in a file what it was given.
SOURCE = """
import importlib, json, os, pathlib, time

told = pathlib.Path(os.environ["TOLD"])

def handler(event, context):
    records = event.get("Records")
    print("called")
    if "module" in event:
        return importlib.import_module(event["module"]).__file__
    if "queue" in event:
        queues = importlib.import_module("botocore.session").get_session().create_client("sqs")
        entries = [{"Id": str(number), "MessageBody": "-"} for number in range(3)]
        return queues.send_message_batch(QueueUrl=event["queue"], Entries=entries)
    if "sender" in event:
        mails = importlib.import_module("botocore.session").get_session().create_client("sesv2")
        content = {"Simple": {"Subject": {"Data": "-"}, "Body": {"Text": {"Data": "-"}}}}
        to = {"ToAddresses": ["anyone@kith.example"]}
        try:
            mails.send_email(FromEmailAddress=event["sender"], Destination=to, Content=content)
        except mails.exceptions.ClientError as error:
            return error.response["Error"]["Code"]
        return "sent"
    if event.get("requestContext", {}).get("eventType") == "CONNECT":
        with told.with_suffix(".processes").open("a") as file:
            file.write(str(os.getpid()) + chr(10))
        time.sleep(0.1)
        return {"statusCode": int(event["queryStringParameters"]["status"])}
    if records is None:
        return {"statusCode": 200, "body": json.dumps(event)}
    keys = [record["dynamodb"]["Keys"]["PK"]["S"] for record in records]
    with told.open("a") as file:
        file.write(json.dumps(keys) + chr(10))
    if "poison" in keys:
        raise ValueError("poison")
    unwell = [record for record, key in zip(records, keys) if key == "unwell"]
    first_time = not told.with_suffix(".unwell").exists()
    if unwell and first_time:
        told.with_suffix(".unwell").touch()
        return {"batchItemFailures": [{"itemIdentifier": unwell[0]["dynamodb"]["SequenceNumber"]}]}
"""


def template(told: Path) -> dict[str, Any]:
    """Return the small stack, whose function tells in a file which records it was given."""
    allowed = {"Effect": "Allow", "Action": ["dynamodb:*", "sqs:SendMessage", "logs:*"], "Resource": "*"}
    sending = {
        "Effect": "Allow",
        "Action": "ses:SendEmail",
        "Resource": {
            "Fn::Sub": "arn:aws:ses:${AWS::Region}:${AWS::AccountId}:identity/permitted@kith.example"
        },
    }
    assumed = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "lambda.amazonaws.com"},
    }
    resources = {
        "Role": (
            "IAM::Role",
            {
                "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [assumed]},
                "Policies": [
                    {
                        "PolicyName": "all",
                        "PolicyDocument": {"Version": "2012-10-17", "Statement": [allowed, sending]},
                    }
                ],
            },
        ),
        "Table": (
            "DynamoDB::Table",
            {
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "PK", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}],
                "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
            },
        ),
        "Failed": ("SQS::Queue", {}),
        "Permitted": ("SES::EmailIdentity", {"EmailIdentity": "permitted@kith.example"}),
        "Other": ("SES::EmailIdentity", {"EmailIdentity": "other@kith.example"}),
        "Function": (
            "Lambda::Function",
            {
                "FunctionName": "told",
                "Runtime": "python3.11",
                "Handler": "index.handler",
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "Code": {"ZipFile": SOURCE},
                "Environment": {"Variables": {"TOLD": str(told)}},
            },
        ),
        "Mapping": (
            "Lambda::EventSourceMapping",
            {
                "EventSourceArn": {"Fn::GetAtt": ["Table", "StreamArn"]},
                "FunctionName": {"Ref": "Function"},
                "StartingPosition": "TRIM_HORIZON",
                "MaximumRetryAttempts": 1,
                "BisectBatchOnFunctionError": True,
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
                "DestinationConfig": {"OnFailure": {"Destination": {"Fn::GetAtt": ["Failed", "Arn"]}}},
            },
        ),
        "Api": ("ApiGatewayV2::Api", {"Name": "tests", "ProtocolType": "HTTP"}),
        "Stage": (
            "ApiGatewayV2::Stage",
            {"ApiId": {"Ref": "Api"}, "StageName": "$default", "AutoDeploy": True},
        ),
        "Integration": (
            "ApiGatewayV2::Integration",
            {
                "ApiId": {"Ref": "Api"},
                "IntegrationType": "AWS_PROXY",
                "IntegrationUri": {"Fn::GetAtt": ["Function", "Arn"]},
                "PayloadFormatVersion": "2.0",
            },
        ),
        "Route": (
            "ApiGatewayV2::Route",
            {
                "ApiId": {"Ref": "Api"},
                "RouteKey": "$default",
                "Target": {"Fn::Join": ["/", ["integrations", {"Ref": "Integration"}]]},
            },
        ),
    }
    for_websockets = {"ApiId": {"Ref": "Websockets"}}
    resources |= {
        "Websockets": ("ApiGatewayV2::Api", {"Name": "websockets", "ProtocolType": "WEBSOCKET"}),
        "WebsocketStage": (
            "ApiGatewayV2::Stage",
            {**for_websockets, "StageName": "live", "AutoDeploy": True},
        ),
        "WebsocketIntegration": (
            "ApiGatewayV2::Integration",
            {
                **for_websockets,
                "IntegrationType": "AWS_PROXY",
                "IntegrationUri": {"Fn::GetAtt": ["Function", "Arn"]},
            },
        ),
        "WebsocketRoute": (
            "ApiGatewayV2::Route",
            {
                **for_websockets,
                "RouteKey": "$connect",
                "Target": {"Fn::Join": ["/", ["integrations", {"Ref": "WebsocketIntegration"}]]},
            },
        ),
    }
    return {
        "Resources": {
            name: {"Type": f"AWS::{kind}", "Properties": properties}
            for name, (kind, properties) in resources.items()
        },
        "Outputs": {
            name: {"Value": {"Ref": name}} for name in ("Api", "Failed", "Mapping", "Table", "Websockets")
        },
    }


@dataclass
class Emulated:
    """One emulator in a folder of its own; what it is asked goes through the AWS API."""

    folder: Path
    ports: Ports = field(default_factory=lambda: Ports(*_free_ports()))
    _process: subprocess.Popen[bytes] | None = None

    @cached_property
    def home(self) -> Home:
        return Home(self.folder / "home")

    @cached_property
    def told(self) -> Path:
        return self.folder / "told"

    @cached_property
    def _session(self) -> boto3.Session:
        return boto3.Session(
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            region_name=REGION,
        )

    @cached_property
    def cloudformation(self) -> "CloudFormationClient":
        return self._session.client("cloudformation", endpoint_url=self.ports.aws_url)

    @cached_property
    def dynamodb(self) -> "DynamoDBClient":
        return self._session.client("dynamodb", endpoint_url=self.ports.aws_url)

    @cached_property
    def functions(self) -> "LambdaClient":
        return self._session.client("lambda", endpoint_url=self.ports.aws_url)

    @cached_property
    def logs(self) -> "CloudWatchLogsClient":
        return self._session.client("logs", endpoint_url=self.ports.aws_url)

    @cached_property
    def s3(self) -> "S3Client":
        return self._session.client("s3", endpoint_url=self.ports.aws_url)

    @cached_property
    def sqs(self) -> "SQSClient":
        return self._session.client("sqs", endpoint_url=self.ports.aws_url)

    @cached_property
    def events(self) -> "EventBridgeClient":
        return self._session.client("events", endpoint_url=self.ports.aws_url)

    @cached_property
    def outputs(self) -> dict[str, str]:
        stack = self.cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def start(self) -> None:
        self._process = process.start(self.home, self.ports, attached=True)

    def stop(self) -> None:
        process.stop(self.home)
        self._reap()

    def kill(self) -> None:
        assert self._process
        os.kill(self._process.pid, signal.SIGKILL)
        self._reap()

    def _reap(self) -> None:
        assert self._process
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()

    def deploy(self) -> None:
        body = json.dumps(template(self.told))
        self.cloudformation.create_stack(StackName=STACK, TemplateBody=body, Capabilities=["CAPABILITY_IAM"])
        self.cloudformation.get_waiter("stack_create_complete").wait(
            StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 30}
        )
        self.home.route.write_text(f"{self.outputs['Api']}\n{self.outputs['Websockets']}/live\n")

    def put(self, *keys: str) -> None:
        for key in keys:
            self.dynamodb.put_item(TableName=self.outputs["Table"], Item={"PK": {"S": key}})

    def read_stream(self, *, enabled: bool) -> None:
        self.functions.update_event_source_mapping(UUID=self.outputs["Mapping"], Enabled=enabled)

    def deliveries(self) -> list[str]:
        """Return the keys of the records that the function was given, in order."""
        if not self.told.exists():
            return []
        return [key for line in self.told.read_text().splitlines() for key in json.loads(line)]

    def failed(self) -> int:
        """Return how many messages tell of records that were given up."""
        attributes = self.sqs.get_queue_attributes(QueueUrl=self.outputs["Failed"], AttributeNames=["All"])
        return int(attributes["Attributes"]["ApproximateNumberOfMessages"])


def eventually(condition: Callable[[], bool]) -> None:
    assert process.wait_until(condition, 20)


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        for listener in (one, other):
            listener.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]
