"""What asks for a mail, by event or by request -> the mail."""

from typing import Any

from functions.verification import wiring
from kith.mailing import MailRefused
from kith.telemetry import logger
from kith.workers import each_message


def _handle(message: dict[str, Any]) -> None:
    sender = wiring.sender()
    if sender is None:
        logger("verification").warning("mail is not configured")
        return
    try:
        sender.handle(message)
    except MailRefused as refused:
        logger("verification").warning("SES refused a mail", extra={"reason": refused.reason})
        raise


handler = each_message("verification", _handle)
