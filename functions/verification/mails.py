"""What mails say.

They name an account by its username alone: a full name is anybody's words, and registering with the address of a
stranger would send them there.
"""

from html import escape
from typing import Final

from kith.domain.clock import HOUR, MINUTE
from kith.domain.single_use import LIFETIME, Purpose
from kith.mailing import Mail

PASSWORD_FORGOTTEN: Final = "password.forgotten"  # noqa: S105  # what happened, no secret
"""What the API's message says happened; the other reasons to send a mail are events."""
PAGES = {Purpose.RESET_PASSWORD: "reset-password", Purpose.VERIFY_EMAIL: "verify-email"}
"""Where a token leads at the web client."""


def password_reset(username: str, token: str, public_url: str) -> Mail:
    """Return the mail with which a new password is set."""
    asked = f"Somebody, we hope you, wants to set a new password for your account @{username}."
    ignored = "If that was not you, ignore this mail: your password stays as it is."
    return _mail("Set a new password", Purpose.RESET_PASSWORD, asked, ignored, token, public_url)


def email_verification(username: str, token: str, public_url: str) -> Mail:
    """Return the mail with which an address is shown to be its reader's."""
    asked = f"Somebody, we hope you, gave this address for the account @{username}. Please confirm that it is yours."
    ignored = "If that was not you, ignore this mail: the address will not be confirmed."
    return _mail("Confirm your e-mail address", Purpose.VERIFY_EMAIL, asked, ignored, token, public_url)


def _mail(subject: str, purpose: Purpose, asked: str, ignored: str, token: str, public_url: str) -> Mail:
    lasting = f"It can be used once, within {_in_words(LIFETIME[purpose])}."
    text, html = [asked], [_paragraph(asked)]
    if public_url:
        link = f"{public_url}/{PAGES[purpose]}?token={token}"
        text.append(f"{subject}:\n{link}")
        html.append(f'<p><a href="{escape(link)}">{escape(subject)}</a></p>')
    text += [f"This is the code, should you be asked for it:\n{token}", lasting, ignored]
    html += [
        f"<p>This is the code, should you be asked for it:<br><code>{escape(token)}</code></p>",
        _paragraph(lasting),
        _paragraph(ignored),
    ]
    return Mail(f"Kith: {subject}", "\n\n".join(text) + "\n", "\n".join(html) + "\n")


def _paragraph(words: str) -> str:
    return f"<p>{escape(words)}</p>"


def _in_words(milliseconds: int) -> str:
    if milliseconds >= HOUR:
        return f"{milliseconds // HOUR} hours"
    return f"{milliseconds // MINUTE} minutes"
