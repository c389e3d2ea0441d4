import json
from http import HTTPStatus
from itertools import chain

import pytest

from functions.account import operators  # noqa: F401  # its errors must have a status too
from functions.account import service as account  # noqa: F401  # the same
from functions.feed import timeline  # noqa: F401  # the same
from functions.follow import service as follow  # noqa: F401  # the same
from functions.operation import service as operation  # noqa: F401  # the same
from functions.post import service as post  # noqa: F401  # the same
from functions.verification import service as verification  # noqa: F401  # the same
from kith.domain.errors import DomainError, FieldError, Malformed, NotFound
from kith.domain.follows import GraphChanged
from kith.domain.posts import PostNotFound
from kith.mailing import MailRefused
from kith.push_services import PushGone, PushRefused
from kith.web import problems
from kith.web.paging import ForeignCursor

INTERNAL = {GraphChanged, MailRefused, PushGone, PushRefused}


def descendants(kind: type[DomainError]) -> set[type[DomainError]]:
    return set(chain([kind], *map(descendants, kind.__subclasses__())))


@pytest.mark.parametrize("kind", sorted(descendants(DomainError) - {DomainError} - INTERNAL, key=repr))
def test_every_error_has_a_status_a_code_and_a_sentence(kind: type[DomainError]) -> None:
    assert 400 <= problems.status_of(kind()) < 600
    assert kind.code != DomainError.code
    assert str(kind()).endswith(".") or ": " in str(kind())


def test_no_two_errors_share_a_code() -> None:
    kinds = descendants(DomainError)
    assert len({kind.code for kind in kinds}) == len(kinds)


def test_an_error_has_the_status_of_its_nearest_kind() -> None:
    assert problems.status_of(PostNotFound()) is problems.status_of(NotFound()) is HTTPStatus.NOT_FOUND
    assert problems.status_of(ForeignCursor()) is problems.status_of(Malformed()) is HTTPStatus.BAD_REQUEST


def test_an_error_that_must_not_reach_a_client_has_none() -> None:
    with pytest.raises(LookupError):
        problems.status_of(GraphChanged())


def test_a_problem_has_the_shape_of_the_contract() -> None:
    plain = json.loads(problems.body_of(HTTPStatus.NOT_FOUND, "not_found", "Not here.", "r-1"))
    assert plain == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "Not here.",
        "code": "not_found",
        "request_id": "r-1",
    }
    with_fields = json.loads(
        problems.body_of(HTTPStatus.NOT_FOUND, "not_found", "Not here.", "r-1", [FieldError("a.0", "is odd")])
    )
    assert with_fields == plain | {"errors": [{"field": "a.0", "message": "is odd"}]}
