"""The places Kith is deployed to, and everything in which they differ."""

import platform
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeAlias, TypeVar

from aws_cdk import RemovalPolicy
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

from kith.settings import Knobs

Choice = TypeVar("Choice")
ApiKind: TypeAlias = Literal["http", "rest"]
API_KINDS: Final[dict[str, ApiKind]] = {"http": "http", "rest": "rest"}
SearchEngine: TypeAlias = Literal["table", "opensearch"]
SEARCH_ENGINES: Final[dict[str, SearchEngine]] = {"table": "table", "opensearch": "opensearch"}

PYTHON: Final = f"{sys.version_info.major}.{sys.version_info.minor}"
"""What is shipped is what is tested: functions run on the Python that synthesizes them."""

_ORIGIN: Final = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]{1,5})?")

_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

PYTHONS_OF_LAMBDA: Final = ("3.11", "3.12", "3.13", "3.14")
OLDEST_FOR_MEDIA: Final = "3.12"


def runtime_of(python: str) -> lambda_.Runtime:
    """Return the Lambda runtime of a Python, as in `3.12`."""
    return lambda_.Runtime(f"python{python}", lambda_.RuntimeFamily.PYTHON)


@dataclass(frozen=True, slots=True)
class Stage:
    """One deployment of Kith."""

    name: str
    log_retention: logs.RetentionDays
    api: ApiKind = "http"
    search: SearchEngine = "table"
    """Where names and words are looked up."""
    protected: bool = False
    """Whether the data, and its stack, refuse to be deleted."""
    local: bool = False
    """Whether it runs on an emulator, which lacks what the last properties below say, and holds nothing of value."""
    public_url: str = ""
    """Where the web client is, as in `https://kith.example`: links in mails lead there, cookies are taken from there."""
    mail_from: str = ""
    """Who mails are from, an address that SES has verified; without one none are sent."""
    alarm_mail: str = ""
    """Who is sent alarms by mail, once they have confirmed that; without one, whoever subscribes to the topic is told."""
    push_hosts: str = ""
    """Hosts of push services beyond those that `kith.domain.pushes` knows, as the setting of that name has them."""
    knobs: Knobs = field(default_factory=Knobs)

    @property
    def python_of_media(self) -> str:
        """The Python of what reads pictures and videos: Lambda's 3.11 is too old a Linux for what is built for that."""
        return OLDEST_FOR_MEDIA if PYTHON == "3.11" and not self.local else PYTHON

    @property
    def architecture(self) -> lambda_.Architecture:
        """Graviton, except on an emulator: that runs functions on the processor it finds."""
        if self.local and platform.machine() not in {"arm64", "aarch64"}:
            return lambda_.Architecture.X86_64
        return lambda_.Architecture.ARM_64

    @property
    def removal(self) -> RemovalPolicy:
        """What becomes of stored data when its stack goes."""
        return RemovalPolicy.DESTROY if self.local else RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE

    @property
    def requires_tls(self) -> bool:
        """An emulator is reached over plain HTTP, on loopback."""
        return not self.local

    @property
    def traces(self) -> bool:
        """An emulator has no X-Ray."""
        return not self.local

    @property
    def converts_long_videos(self) -> bool:
        """Whether MediaConvert sees to what takes longer than a function has."""
        return self.knobs.max_long_video_seconds > 0

    @property
    def has_cdn(self) -> bool:
        """An emulator has no CloudFront."""
        return not self.local

    @property
    def has_websockets(self) -> bool:
        """What lacks HTTP APIs lacks the APIs of websockets."""
        return self.api == "http"

    @property
    def archives_events(self) -> bool:
        """An emulator cannot replay an archive of its bus."""
        return not self.local

    @property
    def settings(self) -> dict[str, str]:
        """What every function is told."""
        told = {"stage": self.name, **({"public_url": self.public_url} if self.public_url else {})}
        if self.local:
            told["media_url"] = self.public_url  # one origin for all
        return told | self.knobs.differing_from_default()

    def concurrency(self, wanted: int) -> int:
        """Return how many invocations one queue may have at once: an emulator runs each as a process."""
        return min(wanted, 2) if self.local else wanted

    @property
    def keeps_failed_records_in_bucket(self) -> bool:
        """An emulator reports a stream's failures to queues only, without the records."""
        return not self.local


STAGES: Final = {
    stage.name: stage
    for stage in (
        Stage(
            "local",
            logs.RetentionDays.ONE_DAY,
            local=True,
            public_url="http://127.0.0.1:8080",
            mail_from="no-reply@kith.example",
        ),
        Stage("dev", logs.RetentionDays.TWO_WEEKS),
        Stage("prod", logs.RetentionDays.THREE_MONTHS, protected=True),
    )
}


def requested_stage(
    name: str | None = None,
    api: str | None = None,
    settings: str | None = None,
    public_url: str | None = None,
    mail_from: str | None = None,
    search: str | None = None,
    alarm_mail: str | None = None,
) -> Stage:
    """Return a stage as someone asked for it.

    Args:
        name: one of `STAGES`; local unless given.
        api: one of `API_KINDS`; what the stage says unless given.
        settings: knobs set anew, as in `"celebrity_threshold=5 fanout_batch=10"`.
        public_url: where the web client is; what the stage says unless given.
        mail_from: who mails are from; what the stage says unless given.
        search: one of `SEARCH_ENGINES`; what the stage says unless given.
        alarm_mail: who is sent alarms by mail; what the stage says unless given.

    Raises:
        ValueError: one of them does not exist, or has no such value, or Lambda lacks the Python that runs this.
    """
    if PYTHON not in PYTHONS_OF_LAMBDA:
        raise ValueError(f"Lambda has no Python {PYTHON}; use one of {', '.join(PYTHONS_OF_LAMBDA)}")
    stage = _chosen("stage", name or "local", STAGES)
    kind = _chosen("api", api or stage.api, API_KINDS)
    engine = _chosen("search", search or stage.search, SEARCH_ENGINES)
    if stage.local and engine == "opensearch":
        raise ValueError("search=opensearch is for stages on AWS: an emulator has no OpenSearch Serverless")
    assignments = dict(_assignment(word) for word in (settings or "").split())
    if stage.local and "max_long_video_seconds" in assignments:
        raise ValueError("max_long_video_seconds is for stages on AWS: an emulator has no MediaConvert")
    return replace(
        stage,
        api=kind,
        search=engine,
        knobs=stage.knobs.overridden(assignments),
        public_url=_origin(public_url or stage.public_url),
        mail_from=mail_from or stage.mail_from,
        alarm_mail=_address(alarm_mail or stage.alarm_mail),
    )


def _address(mail: str) -> str:
    if mail and not _ADDRESS.fullmatch(mail):
        raise ValueError(f"alarms are sent to an address of the form ops@kith.example, not {mail!r}")
    return mail


def _origin(url: str) -> str:
    if url and not _ORIGIN.fullmatch(url):
        raise ValueError(f"the web client's address is of the form https://kith.example, not {url!r}")
    return url


def _chosen(what: str, name: str, choices: Mapping[str, Choice]) -> Choice:
    if name not in choices:
        raise ValueError(f"there is no {what} {name!r}; there are: {', '.join(choices)}")
    return choices[name]


def _assignment(word: str) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not equals:
        raise ValueError(f"{word!r} is not of the form name=value")
    return name, value
