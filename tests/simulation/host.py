"""This process, as if it were many machines: each function has a memory of its own, and nothing is left to real chance.

What the code takes from Python or from its own modules is put in its place once; which simulation answers may change.
"""

import base64
import random
import secrets
import sys
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib import import_module
from types import SimpleNamespace
from typing import Any, Self
from weakref import WeakKeyDictionary

import botocore.endpoint
import greenlet
import pytest
from botocore.retries.quota import RetryQuota
from botocore.signers import RequestSigner
from botocore.useragent import UserAgentString
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicNumbers
from jwt.algorithms import ECAlgorithm

from functions.media import rendering
from kith import aws, custom_resources, deployment, passwords, push_services, retrying, telemetry
from kith.domain import clock
from kith.settings import Knobs, Settings
from kith.table.connection import Table, unguarded
from kith.table.items import Item
from kith.web.admission import gatekeeper
from kith.web.door import Door
from kith.web.media_links import links
from tests.component.conftest import QUEUES, WIRINGS
from tests.component.delivering import shrink
from tests.simulation import media, pushes
from tests.simulation.cloud import TABLE, Cloud, Instance
from tests.simulation.functions import Handler, door_of, handler_of, load_functions
from tests.simulation.scheduler import Threads

_NOTHING = SimpleNamespace(context={})
WEBSOCKETS = "https://websocket.kith.example"
SERVICES = ("sqs", "events", "s3", "secretsmanager", "sesv2")
UNLIMITED = dict.fromkeys(
    ("rate_ip_per_minute", "rate_user_per_minute", "rate_user_route_per_minute"), 1_000_000
)


class Host:
    """Where a simulation runs."""

    def __init__(self) -> None:
        self.cloud: Cloud | None = None
        self.given: Mapping[str, Collection[str]] = {}
        """Which settings a function is told, by its path; one that is not in here is told all."""
        self._setting_up = Instance("set-up")
        self._doors: dict[str, list[Door]] = {}
        self._lent: list[Door] = []

    @property
    def here(self) -> Cloud:
        """The simulation that is running."""
        assert self.cloud is not None
        return self.cloud

    @property
    def instance(self) -> Instance:
        """The function that is running."""
        found: Instance | None = self.here.scheduler.process.instance
        return found or self._setting_up

    @contextmanager
    def running(self, cloud: Cloud, seed: int) -> Iterator[None]:
        """Let this process be a simulation's."""
        self.cloud, self._setting_up = cloud, Instance("set-up")
        random.seed(seed)
        clients = [self.table.connection.client, *(aws.client(service) for service in SERVICES)]
        clients.append(aws.websocket_client(WEBSOCKETS))
        try:
            with cloud.wire.connected(*clients):
                yield
        finally:
            self.cloud = None
            self._take_doors_back()

    def handler(self, instance: Instance) -> Handler:
        """Return what an instance answers with: its own door, if it has one, for a door answers one at a time."""
        room, _, module = instance.path.partition("/")
        if module != "api":
            return handler_of(instance.path)
        if "door" not in instance.built:
            spare = self._doors.setdefault(room, [])
            instance.built["door"] = spare.pop() if spare else self._new_door(room)
            self._lent.append(instance.built["door"])
        door: Door = instance.built["door"]
        return door

    def _new_door(self, room: str) -> Door:
        original = door_of(room)
        gate = self._replaced.get(original.gate, original.gate)
        return Door(room, gate, original.unrouted, original.routes)

    def _take_doors_back(self) -> None:
        """Doors take long to make, and remember nothing but what they were answering."""
        for door in self._lent:
            vars(door).get("_http", _NOTHING).context.clear()
            self._doors[door.room].append(door)
        self._lent.clear()

    @contextmanager
    def prepared(self) -> Iterator[Self]:
        """Put in its place whatever would be shared, slow, or left to real chance."""
        load_functions()  # what is imported later would keep a replacement for good
        with pytest.MonkeyPatch.context() as patch:
            for name, value in _environment().items():
                patch.setenv(name, value)
            shrink(patch)
            _hasten(patch)
            patch.setattr(passwords, "MEMORY_KIB", 8)
            patch.setattr(passwords, "PASSES", 1)
            patch.setattr(passwords.Argon2Passwords, "_common", frozenset({"password"}))
            # What binds every item to a table is one for the whole process, and put back afterwards.
            patch.setattr(Item.Meta, "table_name", TABLE)
            patch.setattr(Item, "_connection", None)
            self.table = Table(TABLE)
            self._replaced = self._replacements()
            for original, replacement in self._replaced.items():
                _replace(patch, original, replacement)
            patch.setattr(clock, "time", SimpleNamespace(time_ns=self._time_ns))
            patch.setattr(botocore.endpoint, "time", SimpleNamespace(sleep=self._sleep))
            # The SDK's budget for repetitions would be left over from one simulation to the next.
            patch.setattr(RetryQuota, "acquire", lambda *_: True)
            for name in ("randbelow", "randbits", "token_hex", "token_bytes", "token_urlsafe"):
                patch.setattr(secrets, name, getattr(_Chance, name))
            patch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=random.getrandbits(128), version=4))
            yield self

    def _time_ns(self) -> int:
        return self.here.scheduler.time_ns()

    def _sleep(self, seconds: float) -> None:
        self.here.scheduler.sleep(seconds)

    def _attempts(self, most: int, _pause: retrying.Pause = lambda _seconds: None) -> Iterator[int]:
        return retrying_attempts(most, self._sleep)

    def _replacements(self) -> dict[Any, Any]:
        """Return what stands for what, wherever it is named."""
        made_once = [deployment.table, gatekeeper, links]
        for room in WIRINGS:
            module = import_module(f"functions.{room}.wiring")
            made_once += [
                made
                for made in vars(module).values()
                if hasattr(made, "cache_clear") and made.__module__ == module.__name__
            ]
        makers = {each: _MadeOnce(self, each.__wrapped__) for each in made_once}
        makers[deployment.table] = _MadeOnce(self, self._own_table)
        return {
            **makers,
            deployment.settings: self._settings,
            retrying.attempts: self._attempts,
            telemetry.logger: lambda _room: _Log(self),
            rendering.rendered: media.rendered,
            custom_resources.send: lambda *_: None,
            push_services.http_client: lambda: pushes.OverWire(self.here.wire),
        }

    def _settings(self) -> Settings:
        knobs = replace(Knobs(**UNLIMITED), **self.here.knobs)
        known = replace(Settings.from_environment(), knobs=knobs)
        given = self.given.get(self.instance.path)
        if given is None:
            return known
        untold: dict[str, Any] = {
            each.name: each.default for each in fields(Settings) if each.name not in {*given, "knobs"}
        }
        return replace(known, **untold)

    def _own_table(self) -> Table:
        """Return an instance's way to the table: its guard and its threads are its own, the client is everybody's."""
        table = copy(self.table)
        table.guard = unguarded
        table.executor = Threads(self.here.scheduler)
        table._here = _OfThread()  # type: ignore[assignment]  # noqa: SLF001  # threads are greenlets here
        return table


retrying_attempts = retrying.attempts


def _environment() -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "KITH_TABLE_NAME": TABLE,
        "KITH_BUS_NAME": "kith-simulated",
        "KITH_BUCKET_NAME": "kith-simulated",
        "KITH_RENDITIONS_BUCKET_NAME": "kith-simulated-renditions",
        "KITH_SIGNING_SECRET_NAME": "kith-simulated",
        "KITH_CDN_SECRET_NAME": "kith-simulated-cdn",
        "KITH_PUSH_SECRET_NAME": "kith-simulated-push",
        "KITH_MAIL_FROM": "no-reply@kith.example",
        "KITH_PUBLIC_URL": "https://kith.example",
        "KITH_WEBSOCKET_URL": "wss://websocket.kith.example",
        "KITH_WEBSOCKET_ENDPOINT": WEBSOCKETS,
        **{
            f"KITH_{name.upper()}_QUEUE_URL": f"https://sqs.us-east-1.amazonaws.com/1/{name}"
            for name in QUEUES
        },
    }


def _hasten(patch: pytest.MonkeyPatch) -> None:
    """Leave out what takes a third of the time and changes nothing here: nobody reads signatures of requests to AWS."""
    patch.setattr(RequestSigner, "sign", lambda *_, **__: None)
    patch.setattr(UserAgentString, "to_string", lambda _: "simulation")
    verify = ECAlgorithm.verify

    @cache
    def verified(message: bytes, key: EllipticCurvePublicNumbers, signature: bytes) -> bool:
        return verify(ECAlgorithm(ECAlgorithm.SHA256), message, key.public_key(), signature)

    patch.setattr(
        ECAlgorithm,
        "verify",
        lambda _, message, key, signature: verified(message, key.public_numbers(), signature),
    )


def _replace(patch: pytest.MonkeyPatch, original: Any, replacement: Any) -> None:
    """Put something in another's place in every module of ours that names it."""
    for module_name, module in list(sys.modules.items()):
        if module_name.partition(".")[0] in {"kith", "functions"}:
            for name, value in list(vars(module).items()):
                if value is original:
                    patch.setattr(module, name, replacement)


@dataclass(eq=False)
class _MadeOnce:
    """What each instance makes for itself when it first needs it."""

    host: Host
    make: Callable[..., Any]

    def __call__(self, *arguments: Any) -> Any:
        built, key = self.host.instance.built, (self.make, arguments)
        if key not in built:
            built[key] = self.make(*arguments)
        return built[key]


class _OfThread:
    """What `threading.local` is to threads."""

    def __init__(self) -> None:
        object.__setattr__(self, "values", WeakKeyDictionary())

    def __getattr__(self, name: str) -> Any:
        try:
            return self.values[greenlet.getcurrent()][name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: Any) -> None:
        self.values.setdefault(greenlet.getcurrent(), {})[name] = value


class _Chance:
    """What `secrets` draws, from the seed."""

    @staticmethod
    def randbelow(limit: int) -> int:
        return random.randrange(limit)

    @staticmethod
    def randbits(bits: int) -> int:
        return random.getrandbits(bits)

    @staticmethod
    def token_hex(size: int = 32) -> str:
        return random.randbytes(size).hex()

    @staticmethod
    def token_bytes(size: int = 32) -> bytes:
        return random.randbytes(size)

    @staticmethod
    def token_urlsafe(size: int = 32) -> str:
        return base64.urlsafe_b64encode(random.randbytes(size)).rstrip(b"=").decode()


@dataclass(eq=False)
class _Log:
    """A log of which only what is ours to mend is kept."""

    host: Host

    def info(self, *_: Any, **__: Any) -> None:
        """Say what was done."""

    warning = info

    def error(self, message: str, *, exc_info: BaseException | None = None, **_: Any) -> None:
        self.host.here.failed.append(f"{self.host.instance.path}: {message}: {exc_info!r}")

    def exception(self, message: str, **_: Any) -> None:
        self.host.here.failed.append(f"{self.host.instance.path}: {message}: {sys.exc_info()[1]!r}")
