"""Sending mails through SES, version 2."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from kith.domain.errors import DomainError, Unavailable

PASSING = frozenset(
    {
        "AccessDeniedException",
        "AccountSuspendedException",
        "InternalFailure",
        "LimitExceededException",
        "RequestTimeout",
        "SendingPausedException",
        "ServiceUnavailable",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
"""What SES answers when the same mail may be taken later, if only after a person has mended something of ours."""
SERVER_ERROR = 500


class MailRefused(DomainError):
    """SES will never take this mail; `reason` is its code for why."""

    code = "mail_refused"
    message = "The mail was refused."

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail, twice: as text and as HTML."""

    subject: str
    text: str
    html: str


class MailClient(Protocol):
    """The part of the SES client that is used."""

    def send_email(self, **request: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS spells it
        """Send a mail."""
        ...


@dataclass(frozen=True, slots=True)
class Mailer:
    """Sends mails from one address."""

    client: MailClient
    sender: str
    configuration_set: str = ""
    """What SES tells of them by, where it does."""

    def send(self, to: str, mail: Mail, *, headers: Mapping[str, str] | None = None) -> None:
        """Send a mail to one address, with further headers; the subject is made one line.

        Errors do not carry SES's words, which name the address.

        Raises:
            Unavailable: it may go another time; it may also have gone, if the answer was lost.
            MailRefused: it never will.
        """
        try:
            self.client.send_email(
                FromEmailAddress=self.sender,
                **({"ConfigurationSetName": self.configuration_set} if self.configuration_set else {}),
                Destination={"ToAddresses": [in_ascii(to)]},
                Content={
                    "Simple": {
                        "Subject": _utf8(" ".join(mail.subject.split())),
                        "Body": {"Text": _utf8(mail.text), "Html": _utf8(mail.html)},
                        **_further(headers or {}),
                    }
                },
            )
        except ClientError as error:
            raise _told(error) from None
        except BotoCoreError:
            raise Unavailable from None


def _told(error: ClientError) -> DomainError:
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    code = error.response["Error"]["Code"]
    return Unavailable() if code in PASSING or status >= SERVER_ERROR else MailRefused(code)


def in_ascii(address: str) -> str:
    """Return an address as SES takes it, and tells of it: its domain in Punycode.

    Raises:
        MailRefused: its domain can be none.
    """
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        raise MailRefused("NoSuchDomain") from None


def _further(headers: Mapping[str, str]) -> dict[str, list[dict[str, str]]]:
    return {"Headers": [{"Name": name, "Value": value} for name, value in headers.items()]} if headers else {}


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
