"""The bucket: files under names. It keeps every version of each, so taking one away means all of them."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from kith.domain.errors import Unavailable

COPIED_AT_ONCE: Final = 1024 * 1024
"""Bytes of a file that are in memory when it is copied."""


class BucketClient(Protocol):
    """The part of the S3 client that is used."""

    def put_object(  # AWS's names
        self,
        *,
        Bucket: str,  # noqa: N803
        Key: str,  # noqa: N803
        Body: BinaryIO,  # noqa: N803
        ContentType: str,  # noqa: N803
        CacheControl: str,  # noqa: N803
    ) -> dict[str, Any]:
        """Store a file."""
        ...

    def get_object(self, *, Bucket: str, Key: str, VersionId: str = ...) -> dict[str, Any]:  # noqa: N803  # AWS's names
        """Return a file, or one version of it."""
        ...

    def copy_object(self, *, Bucket: str, Key: str, CopySource: dict[str, str]) -> dict[str, Any]:  # noqa: N803  # AWS's names
        """Copy a file."""
        ...

    def list_object_versions(self, *, Bucket: str, Prefix: str) -> dict[str, Any]:  # noqa: N803  # AWS's names
        """Return up to a thousand versions of the files whose names start so."""
        ...

    def delete_objects(self, *, Bucket: str, Delete: dict[str, Any]) -> dict[str, Any]:  # noqa: N803  # AWS's names
        """Take versions away; the answer tells which could not be."""
        ...

    def generate_presigned_post(
        self,
        Bucket: str,  # noqa: N803  # AWS's name
        Key: str,  # noqa: N803  # AWS's name
        *,
        Fields: dict[str, str],  # noqa: N803  # AWS's name
        Conditions: list[Any],  # noqa: N803  # AWS's name
        ExpiresIn: int,  # noqa: N803  # AWS's name
    ) -> dict[str, Any]:
        """Return a form that takes an upload."""
        ...

    def generate_presigned_url(
        self,
        ClientMethod: str,  # noqa: N803  # AWS's name
        *,
        Params: dict[str, str],  # noqa: N803  # AWS's name
        ExpiresIn: int,  # noqa: N803  # AWS's name
    ) -> str:
        """Return an address that does one thing for whoever has it."""
        ...


@dataclass(frozen=True, slots=True)
class Form:
    """What takes one upload: `fields` go before the file, which comes last and is called `file`."""

    url: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Storage:
    """Files of one bucket."""

    bucket: str
    client: BucketClient

    def put_file(
        self, name: str, file: BinaryIO, *, content_type: str, cache_control: str = "private, no-store"
    ) -> None:
        """Store a file; an earlier one of that name is superseded.

        Raises:
            Unavailable: it could not be stored this time.
        """
        try:
            self.client.put_object(
                Bucket=self.bucket,
                Key=name,
                Body=file,
                ContentType=content_type,
                CacheControl=cache_control,
            )
        except (ClientError, BotoCoreError) as error:
            raise Unavailable from error

    def fetch(self, name: str, into: BinaryIO, *, version: str | None = None) -> bool:
        """Copy a file, or one version of it; return whether it is there.

        Raises:
            Unavailable: it could not be read this time.
        """
        which = {} if version is None else {"VersionId": version}

        def copied() -> None:
            answer = self.client.get_object(Bucket=self.bucket, Key=name, **which)
            shutil.copyfileobj(answer["Body"], into, COPIED_AT_ONCE)

        return _was_there(copied)

    def copy(self, name: str, version: str, to: str) -> bool:
        """Copy one version of a file to another name, of at most 5 GB; return whether it was there.

        Raises:
            Unavailable: it could not be copied this time.
        """
        source = {"Bucket": self.bucket, "Key": name, "VersionId": version}
        return _was_there(lambda: self.client.copy_object(Bucket=self.bucket, Key=to, CopySource=source))

    def size(self, name: str) -> int | None:
        """Return how many bytes a file has, or None if it is not there.

        Raises:
            Unavailable: it could not be asked this time.
        """
        try:
            found = self.client.list_object_versions(Bucket=self.bucket, Prefix=name)
        except (ClientError, BotoCoreError) as error:
            raise Unavailable from error
        latest = (each for each in found.get("Versions", []) if each["Key"] == name and each["IsLatest"])
        return next((int(each["Size"]) for each in latest), None)

    def form(self, name: str, *, content_type: str, size: int, seconds: int) -> Form:
        """Return a form that takes one file of that name, type and size in bytes, and no other, for a while."""
        found = self.client.generate_presigned_post(
            self.bucket,
            name,
            Fields={"Content-Type": content_type},
            Conditions=[{"Content-Type": content_type}, ["content-length-range", size, size]],
            ExpiresIn=seconds,
        )
        return Form(found["url"], found["fields"])

    def presigned_get(self, name: str, *, seconds: int, cache_control: str | None = None) -> str:
        """Return an address at which anyone can read a file for a while; maybe with how long others may keep it."""
        more = {} if cache_control is None else {"ResponseCacheControl": cache_control}
        return self.client.generate_presigned_url(
            "get_object", Params={"Bucket": self.bucket, "Key": name, **more}, ExpiresIn=seconds
        )

    def delete_all_under(self, prefix: str) -> int:
        """Take away every version of every file whose name starts so; return how many there were.

        Raises:
            Unavailable: some could not be taken away this time; others are gone.
        """
        deleted = 0
        try:
            while found := self._versions(prefix):
                answer = self.client.delete_objects(
                    Bucket=self.bucket, Delete={"Objects": found, "Quiet": True}
                )
                if answer.get("Errors"):
                    raise Unavailable
                deleted += len(found)
        except (ClientError, BotoCoreError) as error:
            raise Unavailable from error
        return deleted

    def _versions(self, prefix: str) -> list[dict[str, str]]:
        """Return the first thousand versions, and marks that one was deleted, which are versions too."""
        answer = self.client.list_object_versions(Bucket=self.bucket, Prefix=prefix)
        return [
            {"Key": each["Key"], "VersionId": each["VersionId"]}
            for kind in ("Versions", "DeleteMarkers")
            for each in answer.get(kind, [])
        ]


def _was_there(ask: Callable[[], object]) -> bool:
    """Ask something of a file; return whether it is there.

    Raises:
        Unavailable: it could not be asked this time.
    """
    try:
        ask()
    except ClientError as error:
        if error.response["Error"]["Code"] in {"NoSuchKey", "NoSuchVersion"}:
            return False
        raise Unavailable from error
    except BotoCoreError as error:
        raise Unavailable from error
    return True
