"""What a digest says: who did what, by username, and never what was written.

Mails are kept for longer than what they tell of may be seen.
"""

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from kith.mailing import Mail


def digest(
    username: str, lines: Sequence[str], more: int, *, public_url: str, unsubscribe_token: str
) -> Mail:
    """Return the mail with what somebody is told, one line for each notification and a number of further ones."""
    count = len(lines) + more
    subject = f"{count} new notifications" if count > 1 else lines[0]
    greeting = f"This is what happened at Kith, @{username}:"
    rest = [f"and {more} more"] if more else []
    text = [greeting, "\n".join(f"- {line}" for line in [*lines, *rest])]
    listed = "".join(f"<li>{escape(line)}</li>" for line in [*lines, *rest])
    html = [f"<p>{escape(greeting)}</p>", f"<ul>{listed}</ul>"]
    if public_url:
        link = f"{public_url}/notifications"
        stop = f"{public_url}/unsubscribe?token={quote(unsubscribe_token)}"
        text += [f"Open them:\n{link}", f"No mails like this any more:\n{stop}"]
        html += [
            f'<p><a href="{escape(link)}">Open them</a></p>',
            f'<p><a href="{escape(stop)}">No mails like this any more</a></p>',
        ]
    return Mail(f"Kith: {subject}", "\n\n".join(text) + "\n", "\n".join(html) + "\n")


def unsubscribe_headers(api_url: str, token: str) -> dict[str, str]:
    """Return what lets a mail program stop digests with one click (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{api_url}/api/v1/notifications/unsubscribe?token={quote(token)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
