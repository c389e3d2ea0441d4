"""Elemental MediaConvert: makes of a video what takes longer than a function has, and tells the account's bus when it has."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from kith.domain.errors import Unavailable


class NotConvertible(Exception):  # it is an outcome, told as one
    """MediaConvert does not take such a video."""


class ConvertClient(Protocol):
    """The part of the MediaConvert client that is used."""

    def create_job(
        self,
        *,
        Role: str,  # noqa: N803  # AWS's name
        Settings: Mapping[str, Any],  # noqa: N803  # AWS's name
        UserMetadata: Mapping[str, str],  # noqa: N803  # AWS's name
        ClientRequestToken: str,  # noqa: N803  # AWS's name
    ) -> dict[str, Any]:
        """Begin to convert."""
        ...


@dataclass(frozen=True, slots=True)
class Converter:
    """MediaConvert, in the role that it takes."""

    client: ConvertClient
    role_arn: str

    def begin(self, settings: Mapping[str, Any], *, told: Mapping[str, str], token: str) -> None:
        """Begin a job, once for a token within a minute; `told` comes back with its end.

        Raises:
            NotConvertible: it can never be begun.
            Unavailable: it could not be begun this time.
        """
        try:
            self.client.create_job(
                Role=self.role_arn, Settings=settings, UserMetadata=told, ClientRequestToken=token
            )
        except ParamValidationError as error:
            raise NotConvertible from error
        except ClientError as error:
            if error.response["Error"]["Code"] == "BadRequestException":
                raise NotConvertible from error
            raise Unavailable from error
        except BotoCoreError as error:
            raise Unavailable from error
