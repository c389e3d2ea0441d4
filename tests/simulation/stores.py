"""The services beside the table, the bus and the queues: a bucket that keeps versions, secrets, a mailbox, and browsers."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree as ET  # what botocore has written

from tests.simulation.scheduler import Process
from tests.simulation.wire import Answered, Call

Raw = dict[str, Any]
NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


@dataclass(eq=False)
class Bucket:
    """S3, as far as it is used: every version of every object. Names tell which bucket it is in."""

    versions: dict[str, list[str]] = field(default_factory=dict)
    """The identifiers of an object's versions, by its name."""
    contents: dict[str, str] = field(default_factory=dict)
    """By their versions."""
    written: int = 0

    def put(self, name: str, content: str) -> str:
        """Store an object; return its version."""
        self.written += 1
        version = f"version-{self.written}"
        self.versions.setdefault(name, []).append(version)
        self.contents[version] = content
        return version

    def __call__(self, call: Call) -> Raw | str:
        url = urlsplit(call.url)
        match call.operation:
            case "PutObject":
                self.put(_name_in(url.path), _unchunked(call.content).decode(errors="replace"))
                return ""
            case "GetObject":
                (version,) = parse_qs(url.query)["versionId"]
                if version not in self.versions.get(_name_in(url.path), []):
                    raise Answered(404, "<Error><Code>NoSuchVersion</Code><Message>gone</Message></Error>")
                return self.contents[version]
            case "ListObjectVersions":
                prefix = parse_qs(url.query).get("prefix", [""])[0]
                return "".join(self._listed(prefix))
            case "DeleteObjects":
                return self._deleted(call.content)
        raise AssertionError(call.operation)

    def _listed(self, prefix: str) -> Iterator[str]:
        yield f'<ListVersionsResult xmlns="{NAMESPACE}">'
        for name, versions in self.versions.items():
            if name.startswith(prefix):
                for version in versions:
                    yield f"<Version><Key>{name}</Key><VersionId>{version}</VersionId></Version>"
        yield "</ListVersionsResult>"

    def _deleted(self, content: bytes) -> str:
        for wanted in ET.fromstring(content).iter(f"{{{NAMESPACE}}}Object"):  # noqa: S314  # see above
            name = wanted.findtext(f"{{{NAMESPACE}}}Key") or ""
            version = wanted.findtext(f"{{{NAMESPACE}}}VersionId") or ""
            left = [each for each in self.versions.get(name, []) if each != version]
            self.versions[name] = left
            if not left:
                del self.versions[name]
        return f'<DeleteResult xmlns="{NAMESPACE}"/>'


def _unchunked(content: bytes) -> bytes:
    """Return what was sent in chunks, each after its length in hexadecimal digits; what follows the last is a checksum."""
    found = b""
    while content:
        size, _, content = content.partition(b"\r\n")
        if int(size, 16) == 0:
            break
        found, content = found + content[: int(size, 16)], content[int(size, 16) + 2 :]
    return found


def _name_in(path: str) -> str:
    return unquote(path).split("/", 2)[2]


@dataclass(eq=False)
class Secrets:
    """Secrets Manager."""

    values: defaultdict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    """Of each secret its versions, each with the token of the request that made it."""

    def __call__(self, call: Call) -> Raw:
        values = self.values[call.body["SecretId"]]
        match call.operation:
            case "GetSecretValue":
                if not values:
                    raise Answered(400, {"__type": "ResourceNotFoundException", "message": "no value"})
                return {"Name": call.body["SecretId"], "SecretString": values[-1][1]}
            case "PutSecretValue":
                token, value = call.body["ClientRequestToken"], call.body["SecretString"]
                kept = dict(values).get(token)
                if kept not in {None, value}:
                    raise Answered(400, {"__type": "ResourceExistsException", "message": "another value"})
                values += [(token, value)] if kept is None else []
                return {}
        raise AssertionError(call.operation)


@dataclass(frozen=True)
class SentMail:
    """A mail, and between which commits the function ran that sent it."""

    address: str
    text: str
    begun: int
    sent: int


@dataclass(eq=False)
class Mailbox:
    """SES: whom which mails were sent to."""

    process: Callable[[], Process]
    commits: Callable[[], int]
    sent: list[SentMail] = field(default_factory=list)

    def __call__(self, call: Call) -> Raw:
        assert call.operation == "SendEmail"
        (address,) = call.body["Destination"]["ToAddresses"]
        text = call.body["Content"]["Simple"]["Body"]["Text"]["Data"]
        self.sent.append(SentMail(address, text, self.process().begun, self.commits()))
        return {"MessageId": f"mail-{len(self.sent)}"}


GONE_BROWSER = "gone"
"""The name of one that takes no pushes any more."""


@dataclass(eq=False)
class PushService:
    """Where browsers take pushes."""

    pushed: list[tuple[str, int]] = field(default_factory=list)
    """Where each push came, and of which notification it was."""
    is_certain: bool = True
    """Whether no fault was planned: after one a sender may not know that it has sent something."""

    def __call__(self, call: Call) -> str:
        self.pushed.append((call.url, call.body["notification_id"]))
        if call.body["browser"] == GONE_BROWSER:
            raise Answered(410, "")
        return ""
