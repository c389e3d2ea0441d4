"""A secret in Secrets Manager, empty until its owner fills it."""

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

FIRST = "kith-first-version-of-this-secret"
"""Names the first version, so that Secrets Manager lets one value be it."""


@dataclass(frozen=True, slots=True)
class Vault:
    """One secret, by name."""

    name: str
    client: Any
    """botocore's Secrets Manager client."""

    def value(self) -> str | None:
        """Return the secret, or None while nobody has filled it."""
        try:
            kept: str = self.client.get_secret_value(SecretId=self.name)["SecretString"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return None
            raise
        return kept or None

    def filled(self, value: str) -> str:
        """Return the secret after filling it: of several that fill it at once, all return the first one's value."""
        try:
            self.client.put_secret_value(SecretId=self.name, SecretString=value, ClientRequestToken=FIRST)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceExistsException":
                raise
        return self.value() or value

    def replace(self, value: str) -> None:
        """Fill the secret anew."""
        self.client.put_secret_value(SecretId=self.name, SecretString=value)
