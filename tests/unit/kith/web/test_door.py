import base64
import json
from pathlib import Path
from typing import Annotated, Any

import pytest
from aws_lambda_powertools.event_handler.openapi.params import Body

from kith.domain.errors import Conflict, Forbidden, Unauthenticated
from kith.tokens import Caller
from kith.tracing import current
from kith.web.admission import Admission
from kith.web.door import Authenticated, Door, Identity
from kith.web.proxy import LONGEST_BODY, Incoming
from kith.web.views import PathId, Submitted
from tests.builders import Answer, LambdaContext, answer_of, http_event, rest_event
from tests.corpora import JSON_CASES, needs_json_cases
from tests.logged import lines_of, measured_in

JSON = {"content-type": "application/json"}
CALLER = Caller(42, "session", 0, 0)


class Note(Submitted):
    text: str


class OnlyAnn:
    """Admits who says the word."""

    def admit(self, incoming: Incoming) -> Admission:
        if incoming.headers.get("authorization") != "ann":
            raise Unauthenticated
        return Admission(CALLER)

    def admit_anyone(self, incoming: Incoming) -> Admission:
        return Admission(None)

    def admit_either(self, incoming: Incoming) -> Admission:
        return Admission(CALLER if incoming.headers.get("authorization") == "ann" else None)


door = Door("notes", OnlyAnn)


@door.route("POST", "/notes", identity=Identity.NONE)
def write(note: Annotated[Note, Body()]) -> dict[str, Any]:
    """Write."""
    return {"text": note.text}


@door.route("POST", "/mine/{note_id}")
def write_mine(note_id: PathId, caller: Authenticated, note: Annotated[Note, Body()]) -> dict[str, Any]:
    """Write one's own."""
    if note.text == "taken":
        raise Conflict
    if note.text == "forbidden":
        raise Forbidden
    if note.text == "bug":
        raise KeyError("a secret of the house")
    return {"text": note.text, "note_id": note_id, "user_id": caller.user_id}


@door.route("GET", "/page", identity=Identity.NONE, cache="public, max-age=60")
def page() -> dict[str, Any]:
    """Read."""
    return {}


def send(route: str, path: str | None = None, **more: Any) -> Answer:
    return answer_of(door(http_event(route, path or route.partition(" ")[2], **more), LambdaContext()))


def mine(body: str | None, **headers: str) -> Answer:
    return send(
        "POST /mine/{note_id}", "/mine/7", body=body, headers=JSON | {"authorization": "ann"} | headers
    )


def code(answer: Answer) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["status"] == answer.status
    return answer.status, answer.json["code"]


def test_both_kinds_of_api_get_the_same_answer() -> None:
    body, headers = '{"text": "hello"}', JSON | {"authorization": "ann"}
    over_http = mine(body)
    event = rest_event("POST /mine/{note_id}", "/mine/7", body=body, headers=headers)
    over_rest = answer_of(door({**event, "pathParameters": {"note_id": "7"}}, LambdaContext()))
    assert over_http.json == over_rest.json == {"text": "hello", "note_id": 7, "user_id": 42}
    assert over_http.status == over_rest.status == 200


def test_every_answer_says_which_request_it_answers_and_is_not_cached() -> None:
    for answer in (mine('{"text": "a"}'), mine("{"), send("POST /mine/{note_id}", "/mine/7")):
        assert answer.headers["x-request-id"].startswith("request-")
        assert answer.headers["cache-control"] == "private, no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_every_line_of_a_request_names_it_as_its_trace_whatever_the_client_calls_it() -> None:
    foreign = {"x-request-id": "mine", "traceparent": "00-mine", "x-amzn-trace-id": "Root=mine"}
    with lines_of("notes") as lines:
        done, bug = mine('{"text": "a"}', **foreign), mine('{"text": "bug"}', **foreign)
    assert [line["message"] for line in lines] == ["request", "request failed", "request"]
    assert [line["trace_id"] for line in lines] == [
        done.headers["x-request-id"],
        *[bug.headers["x-request-id"]] * 2,
    ]
    assert [line["request_id"] for line in lines] == [line["trace_id"] for line in lines]
    assert "00-mine" not in json.dumps(lines)
    assert "Root=mine" not in json.dumps(lines)
    assert current() is None


def test_a_request_that_is_not_authenticated_is_counted_and_no_other() -> None:
    with lines_of("notes") as lines:
        mine('{"text": "a"}')
        mine('{"text": "forbidden"}')
        assert measured_in(lines, "AuthenticationFailures") == []
        mine('{"text": "a"}', authorization="bob")
    assert measured_in(lines, "AuthenticationFailures") == [1]


def test_a_page_says_how_long_it_may_be_cached() -> None:
    assert send("GET /page").headers["cache-control"] == "public, max-age=60"


def test_who_is_not_admitted_is_told_so_before_anything_else() -> None:
    for body in (None, '{"text": "a"}', "{", "x" * (LONGEST_BODY + 1), "\ud800"):
        for content_type in ("application/json", "text/plain"):
            answer = mine(body, authorization="bob", **{"content-type": content_type})
            assert code(answer) == (401, "unauthenticated")
            assert answer.headers["www-authenticate"] == "Bearer"


def test_a_public_route_asks_nobody_who_they_are() -> None:
    assert send("POST /notes", body='{"text": "hello"}', headers=JSON).json == {"text": "hello"}


@pytest.mark.parametrize(("text", "told"), [("taken", (409, "conflict")), ("forbidden", (403, "forbidden"))])
def test_errors_of_the_product_have_their_status(text: str, told: tuple[int, str]) -> None:
    assert code(mine(json.dumps({"text": text}))) == told


def test_a_bug_is_told_without_what_is_inside() -> None:
    answer = mine('{"text": "bug"}')
    assert code(answer) == (500, "internal")
    assert "secret" not in answer.text
    assert "KeyError" not in answer.text


def test_a_field_is_named_by_its_path() -> None:
    answer = mine('{"text": 1, "colour": "red"}')
    assert code(answer) == (422, "invalid")
    assert {error["field"] for error in answer.json["errors"]} == {"text", "colour"}


@pytest.mark.parametrize("note_id", ["0", "-1", "x", "9" * 16, "9" * 40, "1e3", "٣"])
def test_a_path_value_that_is_no_identifier_is_invalid(note_id: str) -> None:
    answer = send(
        "POST /mine/{note_id}",
        f"/mine/{note_id}",
        body='{"text": "a"}',
        headers=JSON | {"authorization": "ann"},
    )
    assert code(answer) == (422, "invalid")
    assert [error["field"] for error in answer.json["errors"]] == ["note_id"]


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        "Application/JSON",
        " application/json ",
    ],
)
def test_json_is_read_whatever_its_parameters(content_type: str) -> None:
    assert mine('{"text": "hello"}', **{"content-type": content_type}).status == 200


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "text/json",
        "",
        "application/jsonx",
    ],
)
def test_another_type_is_refused_as_such(content_type: str) -> None:
    answer = mine('{"text": "hello"}', **{"content-type": content_type})
    assert code(answer) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "multipart/form-data", "application/x-www-form-urlencoded"]
)
@pytest.mark.parametrize("body", [None, ""])
def test_the_type_of_no_body_does_not_matter(content_type: str, body: str | None) -> None:
    answer = mine(body, **{"content-type": content_type})
    assert code(answer) == (422, "invalid")
    assert [error["field"] for error in answer.json["errors"]] == ["body"]


def test_base64_is_read_and_what_is_none_is_malformed() -> None:
    octets = b'{"text": "hello"}'
    read = send("POST /notes", body=base64.b64encode(octets).decode(), headers=JSON, is_base64=True)
    assert read.json == {"text": "hello"}
    for body in ("not base64!", "A", base64.b64encode(b"\xff\xfe{}").decode()):
        assert code(send("POST /notes", body=body, headers=JSON, is_base64=True)) == (400, "malformed")


def test_a_body_over_the_limit_is_too_large_counted_in_bytes() -> None:
    def of_size(size: int, character: str) -> str:
        frame = len('{"text":""}')
        return '{"text":"' + character * ((size - frame) // len(character.encode())) + '"}'

    assert send("POST /notes", body=of_size(LONGEST_BODY, "x"), headers=JSON).status == 200
    for body in (of_size(LONGEST_BODY + 1, "x"), of_size(LONGEST_BODY + 4, "é")):
        assert code(send("POST /notes", body=body, headers=JSON)) == (413, "too_large")


@needs_json_cases
@pytest.mark.parametrize("case", JSON_CASES, ids=lambda case: case.stem)
def test_the_json_corpus_as_a_body_is_never_a_server_error(case: Path) -> None:
    octets = case.read_bytes()
    answer = send("POST /notes", body=base64.b64encode(octets).decode(), headers=JSON, is_base64=True)
    if case.name.startswith("n_"):
        # An empty body is a missing one, which the route rather than the parser refuses.
        assert code(answer) == ((400, "malformed") if octets else (422, "invalid"))
    else:
        assert code(answer) in {(422, "invalid"), (400, "malformed")}


def test_a_path_that_no_route_has_is_not_found() -> None:
    answer = send("$default", "/nowhere", headers={"authorization": "ann"})
    assert code(answer) == (404, "not_found")
