"""Texts and bodies that other people have made to break things, through the doors that store what is written."""

import base64
import itertools
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from functions.comment.api import door as comment_door
from functions.post.api import door as post_door
from kith.domain.posts import HASHTAG_MOST
from kith.web.door import Door
from tests.builders import Answer, LambdaContext, answer_of, http_event
from tests.component.conftest import Join, Person, empty_aws, everything, joined
from tests.component.publishing import TAGGED, listed, publish, submit
from tests.corpora import JSON_CASES, NAUGHTY, naughty_strings, needs_json_cases, needs_naughty_strings

COMMENTS = "/api/v1/posts/{post_id}/comments"
SHARES = 4
"""Of the strings, so that tests that run side by side take one each."""
AMBIGUOUS = {"y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"}
"""Valid by the letter of RFC 8259, and refused: readers differ in which of the two they take."""


@pytest.fixture(params=range(SHARES))
def share(request: pytest.FixtureRequest) -> list[str]:
    """Some of the strings."""
    strings = naughty_strings() if NAUGHTY.exists() else []
    return list(itertools.islice(strings, request.param, None, SHARES))


def refused_for(answer: Answer, field: str) -> bool:
    """Tell whether an answer refuses what was given with a reason; it must not fail in any other way."""
    if answer.status == 201:
        return False
    assert (answer.status, answer.json["code"]) == (422, "invalid"), answer.text
    assert {error["field"].partition(".")[0] for error in answer.json["errors"]} == {field}
    assert all(error["message"] for error in answer.json["errors"])
    return True


def is_a_text(string: str) -> bool:
    controls = (unicodedata.category(each) == "Cc" and each not in "\t\n\r" for each in string)
    return string != "" and not any(controls)


@needs_naughty_strings
def test_a_naughty_string_is_a_post_that_reads_as_it_was_written(join: Join, share: list[str]) -> None:
    ann, kept = join("ann.posts"), dict[int, str]()
    assert len(share) > 100
    for string in share:
        answer = submit(ann, string)
        assert refused_for(answer, "text") is not is_a_text(string), ascii(string)
        if answer.status == 201:
            kept[answer.json["post_id"]] = answer.json["text"]
            assert answer.json["text"] == unicodedata.normalize("NFC", string)
    numbers = list(kept)
    for batch in (numbers[start : start + 100] for start in range(0, len(numbers), 100)):
        wanted = ",".join(map(str, batch))
        found = ann.at(post_door).send("GET /api/v1/posts", query={"ids": wanted}).json["posts"]
        assert {post["post_id"]: post["text"] for post in found} == {each: kept[each] for each in batch}


@needs_naughty_strings
def test_a_naughty_string_is_a_comment_that_reads_as_it_was_written(join: Join, share: list[str]) -> None:
    ann, kept = join("ann.comments"), list[str]()
    post_id = publish(ann)
    for string in share:
        answer = ann.at(comment_door).send(f"POST {COMMENTS}", json_body={"text": string}, post_id=post_id)
        assert refused_for(answer, "text") is not is_a_text(string), ascii(string)
        if answer.status == 201:
            kept.append(unicodedata.normalize("NFC", string))
    assert comments_under(ann, post_id) == kept[::-1]


def comments_under(who: Person, post_id: int) -> list[str]:
    """Return the texts of all comments, newest first."""
    texts: list[str] = []
    query = {"limit": "100"}
    while True:
        page = who.at(comment_door).send(f"GET {COMMENTS}", query=query, post_id=post_id).json
        texts += [comment["text"] for comment in page["comments"]]
        if not page["has_more"]:
            return texts
        query["cursor"] = page["next_cursor"]


@needs_naughty_strings
def test_a_naughty_string_is_a_hashtag_by_which_its_post_is_found_or_none(
    join: Join, share: list[str]
) -> None:
    ann = join("ann.tags")
    accepted = 0
    for string in share:
        answer = submit(ann, "words", hashtags=[string])
        if not refused_for(answer, "hashtags"):
            accepted += 1
            (tag,) = answer.json["hashtags"]
            assert 0 < len(tag) <= HASHTAG_MOST
            assert unicodedata.is_normalized("NFKC", tag)
            assert answer.json["post_id"] in listed(ann, TAGGED, tag=quote(string, safe=""))
            assert answer.json["post_id"] in listed(ann, TAGGED, tag=quote(tag))
    assert 0 < accepted < len(share)


@pytest.fixture(scope="module")
def ann() -> Iterator[Person]:
    """Somebody in an AWS that these tests share, because none of them stores anything."""
    with pytest.MonkeyPatch.context() as patch, empty_aws(patch):
        yield joined("ann")


@needs_json_cases
@pytest.mark.parametrize("case", JSON_CASES, ids=lambda case: case.stem)
def test_a_json_case_as_a_body_is_refused_as_what_it_is_and_nothing_is_stored(
    case: Path, ann: Person
) -> None:
    octets = case.read_bytes()
    headers = {"authorization": f"Bearer {ann.token}", "content-type": "application/json"}
    before = everything()

    def sent(door: Door, path: str) -> Answer:
        body = base64.b64encode(octets).decode()
        filled = path.format(post_id=7)
        event = http_event(f"POST {path}", filled, body=body, headers=headers, is_base64=True)
        return answer_of(door(event, LambdaContext()))

    for answer in (sent(post_door, "/api/v1/posts"), sent(comment_door, COMMENTS)):
        told = (answer.status, answer.json["code"])
        if not octets:
            assert told == (422, "invalid"), "an empty body is a missing one"
        elif case.name.startswith("n_") or case.name in AMBIGUOUS:
            assert told == (400, "malformed")
        elif case.name.startswith("y_"):
            assert told == (422, "invalid"), "it is read, and is no post"
        else:
            assert told in {(400, "malformed"), (422, "invalid")}
    assert everything() == before
