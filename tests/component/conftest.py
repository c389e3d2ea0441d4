"""Rooms on moto: the real handlers, one at a time, in this process."""

import importlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID

from functions.account.api import door as account_door
from kith import deployment
from kith.domain import clock
from kith.domain.clock import SECOND, system_clock
from kith.domain.follows import FollowState
from kith.domain.ids import Identifiers
from kith.domain.sessions import Session, new_session_id
from kith.domain.users import Registration, User
from kith.table.connection import Table
from kith.table.items import FollowerItem, FollowingItem, RelationItem, RequestItem
from kith.table.keys import KeyStore
from kith.table.schema import PARTITION_KEY, SORT_KEY, TRACE
from kith.table.sessions import SessionStore
from kith.table.users import UserStore
from kith.tokens import Caller, public_jwk
from kith.web.admission import gatekeeper
from kith.web.door import Door
from kith.web.media_links import links
from tests.builders import Client
from tests.component.shortcut import shorten
from tests.component.sparing import spare
from tests.forging import new_key

TABLE = "kith-test"
BUCKET = "kith-test-media"
RENDITIONS = "kith-test-renditions"
REGION = "us-east-1"
MAIL_FROM = "no-reply@kith.example"
QUEUES = (
    "deliveries",
    "fanout",
    "merges",
    "posts",
    "graph",
    "erasures",
    "mail",
    "notices",
    "realtime",
    "digests",
    "search",
    "trending",
)
"""By the names of their settings."""
SERVICES = ("dynamodb", "events", "s3", "secretsmanager", "ses", "sesv2")
WIRINGS = (
    "account",
    "session",
    "verification",
    "profile",
    "follow",
    "connection",
    "relationship",
    "block",
    "bell",
    "post",
    "post_list",
    "engagement",
    "comment",
    "digest",
    "discovery",
    "feed",
    "feed_fanout",
    "media",
    "search",
    "notification",
    "operation",
    "outbox",
    "realtime",
    "reference",
    "suggestion",
    "trending",
    "web_push",
)
KEY = new_key()
Later = Callable[[int], None]
new_id = Identifiers()


@cache
def aws(service: str) -> Any:
    """Return the test's own client of a service."""
    return boto3.client(service, REGION)  # type: ignore[call-overload]  # any service


class InTurn(Executor):
    """Carries out at once what a function would put under way: moto mixes up calls that overlap."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  # it is the future's to tell
            future.set_exception(error)
        return future


@cache
def _newly_made() -> dict[str, dict[str, Any]]:
    """Return moto's backends, but for queues, with what the data stack makes: through the API, which takes a while."""
    aws("dynamodb").create_table(
        TableName=TABLE,
        KeySchema=[
            {"AttributeName": PARTITION_KEY, "KeyType": "HASH"},
            {"AttributeName": SORT_KEY, "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in (PARTITION_KEY, SORT_KEY)
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    for name in ("kith/signing", "kith/push"):
        aws("secretsmanager").create_secret(Name=name)
    aws("events").create_event_bus(Name="kith-test")
    for bucket in (BUCKET, RENDITIONS):
        aws("s3").create_bucket(Bucket=bucket)
        aws("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    aws("sesv2").create_email_identity(EmailIdentity=MAIL_FROM)
    return {service: deepcopy(vars(_backend(service))) for service in SERVICES}


def make_resources() -> None:
    """Put into moto what the data stack makes, and nothing else."""
    for service, state in _newly_made().items():
        vars(_backend(service)).update(deepcopy(state))
    queues = _backend("sqs")
    queues.reset()
    for name in QUEUES:
        queues.create_queue(name)


def _backend(service: str) -> Any:
    region = "aws" if service == "s3" else REGION
    return get_backend(service)[DEFAULT_ACCOUNT_ID][region]  # type: ignore[call-overload]  # any service


@contextmanager
def empty_aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty AWS with what the data stack makes, and functions that start cold in it."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "KITH_"))]:
        monkeypatch.delenv(name)
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": REGION,
        "KITH_TABLE_NAME": TABLE,
        "KITH_BUCKET_NAME": BUCKET,
        "KITH_RENDITIONS_BUCKET_NAME": RENDITIONS,
        "KITH_BUS_NAME": "kith-test",
        "KITH_SIGNING_SECRET_NAME": "kith/signing",
        "KITH_PUSH_SECRET_NAME": "kith/push",
        "KITH_MAIL_FROM": MAIL_FROM,
        "KITH_PUBLIC_URL": "https://kith.example",
        "KITH_WEBSOCKET_URL": "wss://websocket.kith.example/test",
        "KITH_WEBSOCKET_ENDPOINT": "https://websocket.kith.example/test",
        **{f"KITH_RATE_{whose}_PER_MINUTE": "1000000" for whose in ("IP", "USER", "USER_ROUTE")},
    }.items():
        monkeypatch.setenv(name, value)
    spare(monkeypatch)
    shorten(monkeypatch)
    with mock_aws():
        make_resources()
        for name in QUEUES:
            url = f"https://sqs.{REGION}.amazonaws.com/{DEFAULT_ACCOUNT_ID}/{name}"
            monkeypatch.setenv(f"KITH_{name.upper()}_QUEUE_URL", url)
        start_cold()
        deployment.table().executor = InTurn()
        vars(deployment.table()).pop("call", None)  # pytest puts back what it patched as the object's own
        yield
        start_cold()


def start_cold() -> None:
    """Forget what a warm function remembers, but for its clients: they take long to make and remember nothing."""
    for room in WIRINGS:
        module = importlib.import_module(f"functions.{room}.wiring")
        for built in vars(module).values():
            if hasattr(built, "cache_clear") and built.__module__ == module.__name__:
                built.cache_clear()
    deployment.settings.cache_clear()
    gatekeeper.cache_clear()
    links.cache_clear()


@pytest.fixture(scope="package", autouse=True)
def moto_is_there() -> Iterator[None]:
    """Let moto stand before AWS for all tests of this package: to begin takes it longer than most of them."""
    with mock_aws():
        yield


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An AWS of the test's own."""
    with empty_aws(monkeypatch):
        yield


@pytest.fixture
def stream_on(cloud: None) -> None:
    """Switch the table's stream on. Moto copies all that is in it with every transaction, so most do without."""
    specification = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    aws("dynamodb").update_table(TableName=TABLE, StreamSpecification=specification)


@pytest.fixture
def table(cloud: None) -> Table:
    return deployment.table()


Register = Callable[..., dict[str, Any]]


@pytest.fixture
def register(cloud: None) -> Register:
    """Makes an account by name, through the door, and returns what registering answered."""

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


@dataclass(frozen=True)
class Person:
    """Somebody with an account, and a token that speaks for them."""

    user_id: int
    username: str
    token: str

    def at(self, door: Door) -> Client:
        """Return this person's client of a room."""
        return Client(door, self.token)


Join = Callable[..., Person]
NO_HASH = "no hash"
"""What no password fits."""


def joined(
    username: str, *, is_private: bool = False, user_id: int | None = None, password_hash: str = NO_HASH
) -> Person:
    """Make an account without its door, which takes a while."""
    table = deployment.table()
    user = User(user_id or new_id(), username, full_name=username.title(), is_private=is_private)
    now = system_clock()
    session = Session(user.user_id, new_session_id(user.user_id), 0, 1, now, now, now + SECOND)
    registration = Registration(user, f"{username}@kith.example", password_hash)
    UserStore(table).add(registration, SessionStore.opening(session), now=now)
    return Person(user.user_id, username, token_for(user.user_id))


def token_for(user_id: int, *, issued: int | None = None) -> str:
    """Return a valid access token, or one that was valid for ten minutes from another time (in milliseconds)."""
    KeyStore(deployment.table()).publish(public_jwk(KEY.private))
    now = system_clock() if issued is None else issued
    caller = Caller(user_id, "session", 0, now // SECOND + 600)
    return KEY.sign(caller, token_id="token", now=now)


@pytest.fixture
def join(cloud: None) -> Join:
    """Makes accounts by name."""
    return joined


def make_edge(
    table: Table, follower: Person, followee: Person, state: FollowState = FollowState.ACCEPTED
) -> None:
    """Make somebody a follower, as if a private account had accepted them; counters stay as they are."""
    edge_id = new_id()
    wish = {"state": state, "edge_id": edge_id, "revision": edge_id}
    table.put(RelationItem.at(wish, user_id=follower.user_id, other_id=followee.user_id))
    far = FollowerItem if state is FollowState.ACCEPTED else RequestItem
    table.put(far.at({"other_id": follower.user_id}, user_id=followee.user_id, entry_id=edge_id))
    if state is FollowState.ACCEPTED:
        near = FollowingItem.at({"other_id": followee.user_id}, user_id=follower.user_id, entry_id=edge_id)
        table.put(near)


def without_trace(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name != TRACE}


Items = Mapping[tuple[str, str], dict[str, Any]]


def everything() -> Items:
    """Return all that is stored, by key; not what functions share and gates, which any request may touch.

    Nor is it told in which trace something was written: what is done and undone leaves that behind.
    """
    pages = aws("dynamodb").get_paginator("scan").paginate(TableName=TABLE)
    items = [without_trace(item) for page in pages for item in page["Items"]]
    return {
        (item[PARTITION_KEY]["S"], item[SORT_KEY]["S"]): item
        for item in items
        if item[PARTITION_KEY]["S"] != "KEYS" and item[SORT_KEY]["S"] != "GATE"
    }


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Moves time forward by milliseconds."""
    moved = SimpleNamespace(by=0)
    original = time.time_ns
    monkeypatch.setattr(clock, "time", SimpleNamespace(time_ns=lambda: original() + moved.by * 1_000_000))

    def move(milliseconds: int) -> None:
        moved.by += milliseconds

    return move


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare tests that are about something else the reading of uploads."""
    uploading = importlib.import_module("tests.component.uploading")  # which imports this
    monkeypatch.setattr(importlib.import_module("functions.media.wiring"), "rendered", uploading.drawing)
