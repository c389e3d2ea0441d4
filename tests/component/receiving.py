"""Mails as they arrive."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from kith import aws
from tests.component.conftest import MAIL_FROM


@dataclass(frozen=True)
class Received:
    to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def token(self) -> str:
        return self.text.partition("asked for it:\n")[2].partition("\n")[0]


def inbox_of(monkeypatch: pytest.MonkeyPatch) -> list[Received]:
    """Return a list of every mail that SES takes from now on."""
    client, received = aws.client("sesv2"), list[Received]()
    send = client.send_email

    def recorded(**request: Any) -> Any:
        answer = send(**request)
        assert request["FromEmailAddress"] == MAIL_FROM
        simple = request["Content"]["Simple"]
        text, html = (simple["Body"][kind]["Data"] for kind in ("Text", "Html"))
        (to,) = request["Destination"]["ToAddresses"]
        headers = {each["Name"]: each["Value"] for each in simple.get("Headers", [])}
        received.append(Received(to, simple["Subject"]["Data"], text, html, headers))
        return answer

    monkeypatch.setattr(client, "send_email", recorded)
    return received
