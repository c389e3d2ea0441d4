"""A secret in Secrets Manager, empty until its owner fills it."""

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from kith.domain.errors import Unavailable

FIRST = "kith-first-version-of-this-secret"
"""Names the first version, so that Secrets Manager lets one value be it."""


@dataclass(frozen=True, slots=True)
class Vault:
    """One secret, by name."""

    name: str
    client: Any
    """botocore's Secrets Manager client."""

    def value(self) -> str | None:
        """Return the secret, or None while nobody has filled it.

        Raises:
            Unavailable: it could not be read this time.
        """
        kept = self._asked("get_secret_value", unless="ResourceNotFoundException")
        return (kept or {}).get("SecretString") or None

    def filled(self, value: str) -> str:
        """Return the secret after filling it: of several that fill it at once, all return the first one's value.

        Raises:
            Unavailable: it could not be filled this time.
        """
        self._asked(
            "put_secret_value", unless="ResourceExistsException", SecretString=value, ClientRequestToken=FIRST
        )
        return self.value() or value

    def replace(self, value: str) -> None:
        """Fill the secret anew.

        Raises:
            Unavailable: it could not be filled this time; it may have been, if the answer was lost.
        """
        self._asked("put_secret_value", SecretString=value)

    def _asked(self, operation: str, unless: str = "", **values: str) -> dict[str, Any] | None:
        """Return what Secrets Manager answers, or None where it is an error that is expected."""
        try:
            answer: dict[str, Any] = getattr(self.client, operation)(SecretId=self.name, **values)
        except ClientError as error:
            if error.response["Error"].get("Code") == unless:
                return None
            raise Unavailable from error
        except BotoCoreError as error:
            raise Unavailable from error
        return answer
