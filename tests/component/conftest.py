"""Rooms on moto: the real handlers, one at a time, in this process."""

import importlib
import os
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions.account.api import door as account_door
from kith import aws, deployment
from kith.table.connection import Table
from kith.table.schema import PARTITION_KEY, SORT_KEY
from tests.builders import Client

TABLE = "kith-test"
REGION = "us-east-1"
WIRINGS = ("account", "follow", "post", "feed", "feed_fanout", "outbox", "reference")


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty AWS with what the data stack makes, and functions that start cold in it."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "KITH_"))]:
        monkeypatch.delenv(name)
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": REGION,
        "KITH_TABLE_NAME": TABLE,
        "KITH_SIGNING_SECRET_NAME": "kith/signing",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        boto3.client("dynamodb", REGION).create_table(
            TableName=TABLE,
            KeySchema=[
                {"AttributeName": PARTITION_KEY, "KeyType": "HASH"},
                {"AttributeName": SORT_KEY, "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name in (PARTITION_KEY, SORT_KEY)
            ],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
        boto3.client("secretsmanager", REGION).create_secret(Name="kith/signing")
        bus = boto3.client("events", REGION).create_event_bus(Name="kith-test")
        queue = boto3.client("sqs", REGION).create_queue(QueueName="deliveries")
        monkeypatch.setenv("KITH_BUS_NAME", bus["EventBusArn"].rpartition("/")[2])
        monkeypatch.setenv("KITH_DELIVERIES_QUEUE_URL", queue["QueueUrl"])
        start_cold()
        yield
        start_cold()


def start_cold() -> None:
    """Forget what a warm function remembers."""
    for room in WIRINGS:
        module = importlib.import_module(f"functions.{room}.wiring")
        for built in vars(module).values():
            if hasattr(built, "cache_clear"):
                built.cache_clear()
    for built in (deployment.settings, deployment.table, aws.client):
        built.cache_clear()


@pytest.fixture
def table(cloud: None) -> Table:
    return deployment.table()


Register = Callable[..., dict[str, Any]]


@pytest.fixture
def register(cloud: None) -> Register:
    """Makes an account by name and returns what registering answered."""

    def registered(username: str, **more: Any) -> dict[str, Any]:
        body = {
            "username": username,
            "email": f"{username}@kith.example",
            "password": "correct horse battery",
        }
        answer = Client(account_door).send("POST /api/v1/register", json_body=body | more)
        assert answer.status == 201, answer.text
        return dict(answer.json)

    return registered
