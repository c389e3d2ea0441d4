import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kith.domain import posts
from kith.domain.errors import Invalid
from tests.corpora import naughty_strings, needs_naughty_strings


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a #Cat and a #DOG", ["cat", "dog"]),
        ("#cat #CAT #Cat", ["cat"]),
        ("#Straße #STRASSE", ["strasse"]),
        ("#日本語、#中文。", ["日本語", "中文"]),
        ("#हिन्दी #தமிழ்", ["हिन्दी", "தமிழ்"]),
        ("#עברית #العربية", ["עברית", "العربية"]),
        ("#Ελλάδας #ΕΛΛΆΔΑΣ", ["ελλάδασ"]),
        ("#می\u200cخواهم", ["می\u200cخواهم"]),  # noqa: RUF001  # Persian
        ("＃ｆｕｌｌ #full", ["full"]),  # noqa: RUF001  # full width
        ("#ﬁne #fine", ["fine"]),
        ("#cafe\u0301 #café", ["café"]),
        ("#snake_case, #end. (#paren) #a/b", ["snake_case", "end", "paren", "a"]),
        ("#one#two", ["one"]),
        ("#2026 #2026goals", ["2026goals"]),
        ("&#39; a#b https://x.example/#top ## # #! ##deep", []),
        ("no tags", []),
    ],
)
def test_hashtags_are_found_in_every_script(text: str, found: list[str]) -> None:
    assert posts.hashtags(unicodedata.normalize("NFC", text)) == tuple(
        unicodedata.normalize("NFKC", tag) for tag in found
    )


def test_given_hashtags_join_those_of_the_text_each_once() -> None:
    assert posts.hashtags("a #cat", ["#Dog", "CAT", "bird"]) == ("cat", "dog", "bird")


@pytest.mark.parametrize(
    "given_tag", ["", "#", "##a", "a b", "a#b", "a-b", "a\x00", "a\n", "x" * 101, "½", "😀"]
)
def test_a_given_hashtag_that_is_none_is_refused(given_tag: str) -> None:
    with pytest.raises(Invalid) as refused:
        posts.hashtags("", [given_tag])
    assert [error.field for error in refused.value.fields] == ["hashtags"]


def test_thirty_hashtags_are_the_most() -> None:
    tags = [f"tag{number}" for number in range(31)]
    assert len(posts.hashtags("", tags[:30])) == 30
    assert len(posts.hashtags("#" + " #".join(tags[:30]), tags[:30])) == 30
    with pytest.raises(Invalid):
        posts.hashtags("", tags)


@given(st.text(st.characters(categories=["L", "N", "M", "Pc"]), min_size=1, max_size=40))
def test_a_folded_hashtag_stays_as_it_is(value: str) -> None:
    try:
        folded = posts.folded_hashtag(value)
    except Invalid:
        return
    assert folded == unicodedata.normalize("NFKC", folded)
    assert "#" not in folded
    assert posts.folded_hashtag(folded) == folded == posts.folded_hashtag(f"#{value}")


@given(st.text())
def test_any_text_has_at_most_thirty_foldable_hashtags_or_is_refused(value: str) -> None:
    try:
        found = posts.hashtags(value)
    except Invalid as refused:
        assert [error.field for error in refused.fields] == ["hashtags"]  # noqa: PT017  # both outcomes are right
    else:
        assert len(found) <= 30
        assert list(found) == [posts.folded_hashtag(tag) for tag in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("hi @Ann and @bob.", ["ann", "bob"]),
        ("@ann @ANN @Ann", ["ann"]),
        ("@a.b_c9!", ["a.b_c9"]),
        ("(@ann) @bob's @eve...", ["ann", "bob", "eve"]),
        ("mail ann@kith.example, @bob@mastodon.example", []),
        ("mail @anna.b@mastodon.example", []),
        ("@@ann https://x.example/@ann", []),
        ("@ab @ @... @.. @_._", ["_._"]),
        (f"@{'a' * 30} @{'b' * 31} @abc.{'d' * 30}", ["a" * 30]),
        ("@annä", []),
    ],
)
def test_mentions_are_whole_usernames(text: str, found: list[str]) -> None:
    assert posts.mentioned_usernames(text) == tuple(found)


@given(st.text(st.sampled_from("@.aB_ \u00e4#"), max_size=60) | st.text())
def test_a_mention_always_has_the_form_of_a_username(text: str) -> None:
    for name in posts.mentioned_usernames(text):
        assert 3 <= len(name) <= 30
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789_.")


def test_the_first_thirty_mentions_count() -> None:
    names = [f"user{number}" for number in range(31)]
    assert posts.mentioned_usernames(" ".join(f"@{name}" for name in names)) == tuple(names[:30])


def test_a_text_has_1_to_5000_characters() -> None:
    assert posts.text("e\u0301" * 5_000) == "\u00e9" * 5_000
    for value in ("", "x" * 5_001, "nul \x00"):
        with pytest.raises(Invalid) as refused:
            posts.text(value)
        assert [error.field for error in refused.value.fields] == ["text"]


@needs_naughty_strings
def test_naughty_strings_as_texts_and_tags_are_read_or_refused() -> None:
    read = 0
    for value in naughty_strings():
        try:
            posts.mentioned_usernames(posts.text(value))
            posts.hashtags(value, [value])
            read += 1
        except Invalid as refused:
            assert refused.fields  # noqa: PT017  # both outcomes are right
    assert read > 20


def test_what_stands_after_a_number_sign_and_is_no_hashtag_is_text() -> None:
    assert posts.hashtags(f"#½ off, #{'ß' * 60}, #... and #real") == ("real",)
