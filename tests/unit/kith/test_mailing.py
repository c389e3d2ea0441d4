from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError, ReadTimeoutError

from kith.domain.errors import DomainError, Unavailable
from kith.mailing import Mail, Mailer, MailRefused

SENDER = "no-reply@kith.example"
NOWHERE = "https://nowhere.example"


class Ses:
    """Takes mails, or answers each with an error."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.taken: list[dict[str, Any]] = []

    def send_email(self, **request: Any) -> dict[str, Any]:
        if self.error is not None:
            raise self.error
        self.taken.append(request)
        return {"MessageId": "m-1"}


def send(ses: Ses, to: str = "ann@kith.example", subject: str = "Hello") -> None:
    Mailer(ses, SENDER).send(to, Mail(subject, "words", "<p>words</p>"))


def refusal(code: str, status: int = 400) -> ClientError:
    response: Any = {
        "Error": {"Code": code, "Message": "not to ann@kith.example"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(response, "SendEmail")


def test_a_mail_goes_to_one_address_as_text_and_as_html() -> None:
    ses = Ses()
    send(ses)
    assert ses.taken == [
        {
            "FromEmailAddress": SENDER,
            "Destination": {"ToAddresses": ["ann@kith.example"]},
            "Content": {
                "Simple": {
                    "Subject": {"Data": "Hello", "Charset": "UTF-8"},
                    "Body": {
                        "Text": {"Data": "words", "Charset": "UTF-8"},
                        "Html": {"Data": "<p>words</p>", "Charset": "UTF-8"},
                    },
                }
            },
        }
    ]


def test_further_headers_and_who_is_told_of_what_becomes_of_it() -> None:
    ses = Ses()
    mailer = Mailer(ses, SENDER, "kith-mails")
    mailer.send(
        "ann@kith.example", Mail("Hello", "words", "<p>words</p>"), headers={"List-Unsubscribe": "<x>"}
    )
    (taken,) = ses.taken
    assert taken["ConfigurationSetName"] == "kith-mails"
    assert taken["Content"]["Simple"]["Headers"] == [{"Name": "List-Unsubscribe", "Value": "<x>"}]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_a_subject_is_one_line_whatever_is_in_it(end: str) -> None:
    ses = Ses()
    send(ses, subject=f"Hello{end}Bcc: all@kith.example{end}")
    subject = ses.taken[0]["Content"]["Simple"]["Subject"]["Data"]
    assert subject == "Hello Bcc: all@kith.example"


@pytest.mark.parametrize(
    ("address", "sent_to"),
    [
        ("Ann+kith@Kith.example", "Ann+kith@Kith.example"),
        ("ann@ex\N{LATIN SMALL LETTER A WITH DIAERESIS}mple.de", "ann@xn--exmple-cua.de"),
    ],
)
def test_a_domain_is_written_as_ses_reads_it(address: str, sent_to: str) -> None:
    ses = Ses()
    send(ses, to=address)
    assert ses.taken[0]["Destination"] == {"ToAddresses": [sent_to]}


def test_a_domain_that_cannot_be_written_so_is_refused() -> None:
    ses = Ses()
    with pytest.raises(MailRefused):
        send(ses, to=f"ann@{'ä' * 63}.de")
    assert ses.taken == []


@pytest.mark.parametrize(
    "error",
    [
        refusal("TooManyRequestsException", 429),
        refusal("LimitExceededException"),
        refusal("ThrottlingException"),
        refusal("SendingPausedException"),
        refusal("AccessDeniedException", 403),
        refusal("AccountSuspendedException"),
        refusal("SomethingElse", 500),
        refusal("SomethingElse", 503),
        ReadTimeoutError(endpoint_url=NOWHERE),
        EndpointConnectionError(endpoint_url=NOWHERE),
    ],
    ids=str,
)
def test_what_may_pass_is_unavailable(error: ClientError | BotoCoreError) -> None:
    assert_told(error, Unavailable)


@pytest.mark.parametrize(
    "code",
    ["MessageRejected", "BadRequestException", "MailFromDomainNotVerifiedException", "NotFoundException"],
)
def test_what_ses_will_never_take_is_final(code: str) -> None:
    assert_told(refusal(code), MailRefused)
    with pytest.raises(MailRefused) as refused:
        send(Ses(refusal(code)))
    assert refused.value.reason == code


def assert_told(error: ClientError | BotoCoreError, kind: type[DomainError]) -> None:
    with pytest.raises(kind) as told:
        send(Ses(error))
    assert "ann@" not in str(told.value)
    assert told.value.__cause__ is None
    assert told.value.__suppress_context__, "what SES said names the address, and is not for the log"
