import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.verification import mails
from kith.domain.single_use import new_token
from kith.mailing import Mail

Write = Callable[[str, str, str], Mail]
URL = "https://kith.example"
TOKEN = new_token(2**52)

both = pytest.mark.parametrize("write", [mails.password_reset, mails.email_verification])


class Page(HTMLParser):
    """What a reader of the HTML sees, and where it leads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str | None] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.words += data


@both
def test_text_and_html_say_the_same_and_lead_to_the_same_page(write: Write) -> None:
    mail = write("ann", TOKEN, URL)
    page = Page(mail.html)
    (link,) = page.links
    assert link is not None
    assert re.fullmatch(rf"{URL}/[a-z-]+\?token={TOKEN}", link)
    assert f"\n{link}\n" in mail.text
    for words in ("@ann", TOKEN, "used once", "If that was not you, ignore this mail"):
        assert words in mail.text
        assert words in page.words


@both
def test_without_a_web_client_there_is_a_code_and_no_link(write: Write) -> None:
    mail = write("ann", TOKEN, "")
    assert Page(mail.html).links == []
    assert "://" not in mail.text
    assert TOKEN in mail.text


def test_each_says_how_long_it_is_good_for_and_what_it_does() -> None:
    assert "within 10 minutes" in mails.password_reset("ann", TOKEN, URL).text
    assert "within 24 hours" in mails.email_verification("ann", TOKEN, URL).text
    assert "/reset-password?" in mails.password_reset("ann", TOKEN, URL).text
    assert "/verify-email?" in mails.email_verification("ann", TOKEN, URL).text


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "ann</p><a href='https://evil.example'>win</a>",
    "&lt;b&gt;",
    "{token} $token %s",
]


@both
@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_words_and_never_markup(write: Write, name: str) -> None:
    mail, plain = write(name, TOKEN, URL), write("ann", TOKEN, URL)
    assert Page(mail.html).tags == Page(plain.html).tags
    assert Page(mail.html).links == Page(plain.html).links
    assert name in Page(mail.html).words
    assert mail.subject == plain.subject


@both
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=100))
def test_whatever_a_name_is_the_subject_is_one_line_without_it(write: Write, name: str) -> None:
    assert len(write(name, TOKEN, URL).subject.splitlines()) == 1
    assert write(name, TOKEN, URL).subject == write("", TOKEN, URL).subject
