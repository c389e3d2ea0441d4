import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from kith import aws
from kith.domain.errors import Unavailable
from kith.storage import Storage

THROTTLED = ClientError({"Error": {"Code": "SlowDown"}}, "any")
UNREACHED = EndpointConnectionError(endpoint_url="http://nowhere")


@dataclass
class Bucket:
    """A bucket of versions and marks, which lists three at a time."""

    versions: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    fails: Callable[[str], Exception | None] = lambda _operation: None
    refused: list[dict[str, str]] = field(default_factory=list)

    def put_object(self, *, Key: str, **_more: Any) -> dict[str, Any]:  # noqa: N803  # AWS's names
        self._call("put")
        self.versions.append(Key)
        return {}

    def get_object(self, *, Bucket: str, Key: str, VersionId: str = "") -> dict[str, Any]:  # noqa: N803  # AWS's names
        self._call("get")
        if Key not in self.versions[int(VersionId or 0) :][: 1 if VersionId else None]:
            raise ClientError({"Error": {"Code": "NoSuchVersion"}}, "GetObject")
        return {"Body": io.BytesIO(f"version {VersionId}".encode())}

    def copy_object(self, *, Bucket: str, Key: str, CopySource: dict[str, str]) -> dict[str, Any]:  # noqa: N803  # AWS's names
        self._call("copy")
        if self.versions[int(CopySource["VersionId"])] != CopySource["Key"]:
            raise ClientError({"Error": {"Code": "NoSuchVersion"}}, "CopyObject")
        self.versions.append(Key)
        return {}

    def list_object_versions(self, *, Bucket: str, Prefix: str) -> dict[str, Any]:  # noqa: N803  # AWS's names
        self._call("list")
        named = [
            ("Versions", number, name) for number, name in enumerate(self.versions) if name.startswith(Prefix)
        ] + [
            ("DeleteMarkers", 1_000 + number, name)
            for number, name in enumerate(self.marks)
            if name.startswith(Prefix)
        ]
        answer: dict[str, Any] = {}
        for kind, number, name in named[:3]:
            answer.setdefault(kind, []).append(
                {
                    "Key": name,
                    "VersionId": str(number),
                    "Size": number,
                    "IsLatest": name not in self.versions[number + 1 :],
                }
            )
        return answer

    def delete_objects(self, *, Bucket: str, Delete: dict[str, Any]) -> dict[str, Any]:  # noqa: N803  # AWS's names
        self._call("delete")
        if self.refused:
            return {"Errors": self.refused}
        gone = {int(each["VersionId"]) for each in Delete["Objects"]}
        self.versions = [name for number, name in enumerate(self.versions) if number not in gone]
        self.marks = [name for number, name in enumerate(self.marks) if 1_000 + number not in gone]
        return {}

    def generate_presigned_post(self, Bucket: str, Key: str, **more: Any) -> dict[str, Any]:  # noqa: N803  # AWS's names
        return {"url": f"https://{Bucket}", "fields": {"key": Key}, **more}

    def generate_presigned_url(self, ClientMethod: str, **more: Any) -> str:  # noqa: N803  # AWS's name
        return f"{ClientMethod} {more}"

    def _call(self, operation: str) -> None:
        error = self.fails(operation)
        if error is not None:
            raise error


def test_every_version_and_mark_under_a_prefix_goes_and_no_other() -> None:
    bucket = Bucket(["a/1", "a/1", "a/2", "ab/1", "a/3", "a/4"], ["a/1", "b/1"])
    assert Storage("b", bucket).delete_all_under("a/") == 6
    assert (bucket.versions, bucket.marks) == (["ab/1"], ["b/1"])
    assert Storage("b", bucket).delete_all_under("a/") == 0


def test_the_version_that_is_asked_for_is_read_and_one_that_is_gone_is_none() -> None:
    storage = Storage("b", Bucket(["a/1", "a/1", "a/2"]))
    content = io.BytesIO()
    assert storage.fetch("a/1", content, version="1")
    assert content.getvalue() == b"version 1"
    assert not storage.fetch("a/1", content, version="2")
    assert content.getvalue() == b"version 1"
    assert storage.fetch("a/2", content)
    assert not storage.fetch("a/3", content)


def test_one_version_of_a_file_is_copied_and_a_file_that_is_there_has_a_size() -> None:
    bucket = Bucket(["a/1", "a/10", "b"])
    storage = Storage("b", bucket)
    assert storage.copy("a/10", "1", "copy")
    assert bucket.versions == ["a/1", "a/10", "b", "copy"]
    assert not storage.copy("a/1", "1", "copy")
    assert [storage.size(name) for name in ("a/1", "a/10", "a", "c")] == [0, 1, None, None]
    storage = Storage("b", Bucket(fails=lambda called: THROTTLED if called == "list" else None))
    with pytest.raises(Unavailable):
        storage.size("a/1")


def test_what_is_left_of_a_partial_failure_is_told() -> None:
    bucket = Bucket(["a/1"], refused=[{"Key": "a/1", "Code": "InternalError"}])
    with pytest.raises(Unavailable):
        Storage("b", bucket).delete_all_under("a/")
    assert bucket.versions == ["a/1"]


@pytest.mark.parametrize("error", [THROTTLED, UNREACHED], ids=["throttled", "unreached"])
@pytest.mark.parametrize("operation", ["put", "get", "list", "copy", "delete"])
def test_what_may_pass_is_told_as_such(operation: str, error: Exception) -> None:
    storage = Storage("b", Bucket(["a/1"], fails=lambda called: error if called == operation else None))
    calls: dict[str, Callable[[], object]] = {
        "put": lambda: storage.put_file("a/1", io.BytesIO(b"x"), content_type="text/plain"),
        "get": lambda: storage.fetch("a/1", io.BytesIO(), version="0"),
        "list": lambda: storage.delete_all_under("a/"),
        "copy": lambda: storage.copy("a/1", "0", "a/2"),
        "delete": lambda: storage.delete_all_under("a/"),
    }
    with pytest.raises(Unavailable):
        calls[operation]()


@pytest.mark.parametrize(
    ("endpoint", "start"),
    [
        (None, "https://s3.eu-central-1.amazonaws.com/the-bucket/exports/1/2.json?"),
        ("http://localhost:4566", "http://localhost:4566/the-bucket/exports/1/2.json?"),
        ("http://127.0.0.1:4566", "http://127.0.0.1:4566/the-bucket/exports/1/2.json?"),
    ],
)
def test_an_address_names_the_bucket_in_its_path_and_is_good_for_as_long_as_was_said(
    monkeypatch: pytest.MonkeyPatch, endpoint: str | None, start: str
) -> None:
    for name, value in {
        "ACCESS_KEY_ID": "a",
        "SECRET_ACCESS_KEY": "b",
        "DEFAULT_REGION": "eu-central-1",
    }.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    if endpoint is not None:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    client = aws.client.__wrapped__("s3")
    url = Storage("the-bucket", client).presigned_get("exports/1/2.json", seconds=60)
    assert url.startswith(start)
    assert "X-Amz-Expires=60" in url
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in url
    client.close()
