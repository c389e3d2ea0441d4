"""The bucket: files under names. It keeps every version of each, so taking one away means all of them."""

from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from kith.domain.errors import Unavailable


class BucketClient(Protocol):
    """The part of the S3 client that is used."""

    def put_object(self, *, Bucket: str, Key: str, Body: BinaryIO, ContentType: str) -> dict[str, Any]:  # noqa: N803  # AWS's names
        """Store a file."""
        ...

    def list_object_versions(self, *, Bucket: str, Prefix: str) -> dict[str, Any]:  # noqa: N803  # AWS's names
        """Return up to a thousand versions of the files whose names start so."""
        ...

    def delete_objects(self, *, Bucket: str, Delete: dict[str, Any]) -> dict[str, Any]:  # noqa: N803  # AWS's names
        """Take versions away; the answer tells which could not be."""
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
class Storage:
    """Files of one bucket."""

    bucket: str
    client: BucketClient

    def put_file(self, name: str, file: BinaryIO, *, content_type: str) -> None:
        """Store a file; an earlier one of that name is superseded.

        Raises:
            Unavailable: it could not be stored this time.
        """
        try:
            self.client.put_object(Bucket=self.bucket, Key=name, Body=file, ContentType=content_type)
        except (ClientError, BotoCoreError) as error:
            raise Unavailable from error

    def presigned_get(self, name: str, *, seconds: int) -> str:
        """Return an address at which anyone can read a file for a while."""
        return self.client.generate_presigned_url(
            "get_object", Params={"Bucket": self.bucket, "Key": name}, ExpiresIn=seconds
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
