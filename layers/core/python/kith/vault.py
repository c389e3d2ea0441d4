"""A secret in Secrets Manager, empty until its owner fills it."""

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError


@dataclass(frozen=True, slots=True)
class Vault:
    """One secret, by name."""

    name: str
    client: Any
    """botocore's Secrets Manager client."""

    def value(self) -> str | None:
        """Return the secret, or None while nobody has filled it."""
        try:
            return str(self.client.get_secret_value(SecretId=self.name)["SecretString"])
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return None
            raise

    def filled(self, value: str) -> str:
        """Return the secret after filling it: of several that fill it at once, all return the same one's value."""
        self.client.put_secret_value(SecretId=self.name, SecretString=value)
        return self.value() or value
