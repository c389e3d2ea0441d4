"""What OpenSearch is asked over HTTP, and what its answers mean."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import urllib3
from botocore.credentials import Credentials

from kith.domain.errors import Unavailable
from kith.opensearch import PATIENCE, Index, NotDone, OpenSearch
from tests.answering import Answer, Asked, Service, answering

PROPERTIES = {"words": {"type": "keyword"}}
MADE = (200, {"acknowledged": True, "index": "posts"})
WRITTEN = (201, {"_index": "posts", "_id": "7", "result": "created"})


def error(status: int, kind: str) -> Answer:
    return status, {"error": {"root_cause": [], "type": kind, "reason": "it says why"}, "status": status}


@contextmanager
def served(answer: Callable[[Asked], Answer]) -> Iterator[tuple[Service, Index]]:
    """An index at a service that answers so, and is waited for not long."""
    with answering(answer) as service, urllib3.PoolManager(timeout=0.2, retries=PATIENCE) as http:
        opensearch = OpenSearch(service.url, http, Credentials("testing", "secret"), "eu-central-1")
        yield service, Index(opensearch, "posts", PROPERTIES)


def in_turn(*answers: Answer) -> Callable[[Asked], Answer]:
    """Return what answers with each of these, and then with the last one for ever."""
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def test_the_first_write_makes_the_index_and_takes_only_the_fields_that_it_has() -> None:
    with served(in_turn(MADE, WRITTEN)) as (service, index):
        index.put(7, {"words": ["tea"]})
        index.put(8, {"words": ["coffee", "schön"]})
    assert [(asked.method, asked.path, asked.json) for asked in service.asked] == [
        ("PUT", "/posts", {"mappings": {"dynamic": "strict", "properties": PROPERTIES}}),
        ("PUT", "/posts/_doc/7", {"words": ["tea"]}),
        ("PUT", "/posts/_doc/8", {"words": ["coffee", "schön"]}),
    ]


def test_every_request_is_signed_for_serverless_as_a_whole() -> None:
    with served(in_turn(MADE, WRITTEN, (200, {"result": "deleted"}), (200, {"hits": {"hits": []}}))) as (
        service,
        index,
    ):
        index.put(7, {"words": ["tea"]})
        index.drop(7)
        index.search({"match_all": {}}, [], 1)
    assert [asked.method for asked in service.asked] == ["PUT", "PUT", "DELETE", "POST"]
    for asked in service.asked:
        assert asked.is_signed_for("aoss", region="eu-central-1", secret="secret")
        assert not asked.is_signed_for("aoss", region="eu-central-1", secret="another")
        assert asked.headers["content-type"] == "application/json"


def test_a_role_signs_with_its_token() -> None:
    with answering(in_turn((200, {}))) as service, urllib3.PoolManager() as http:
        role = Credentials("testing", "secret", "of a session")
        OpenSearch(service.url, http, role, "eu-central-1").ask("GET", "/posts")
    (asked,) = service.asked
    assert asked.headers["x-amz-security-token"] == "of a session"
    assert "x-amz-security-token" in asked.headers["authorization"]
    assert asked.is_signed_for("aoss", region="eu-central-1", secret="secret")


def test_an_index_that_is_there_already_is_written_to() -> None:
    with served(in_turn(error(400, "resource_already_exists_exception"), WRITTEN)) as (service, index):
        index.put(7, {"words": []})
    assert len(service.asked) == 2


def test_an_index_that_could_not_be_made_is_not_written_to_and_made_the_next_time() -> None:
    with served(in_turn(error(403, "security_exception"), MADE, WRITTEN)) as (service, index):
        with pytest.raises(Unavailable):
            index.put(7, {"words": []})
        index.put(7, {"words": []})
    assert [asked.path for asked in service.asked] == ["/posts", "/posts", "/posts/_doc/7"]


@pytest.mark.parametrize(
    "answer",
    [
        (200, {"_id": "7", "result": "deleted"}),
        (404, {"_id": "7", "result": "not_found"}),
        error(404, "index_not_found_exception"),
    ],
)
def test_what_is_dropped_is_gone_also_if_it_was_not_there(answer: Answer) -> None:
    with served(in_turn(answer)) as (service, index):
        index.drop(7)
    assert [(asked.method, asked.path, asked.data) for asked in service.asked] == [
        ("DELETE", "/posts/_doc/7", b"")
    ]


def test_a_search_tells_the_documents_in_the_order_it_found_them() -> None:
    hits = [{"_index": "posts", "_id": str(each), "_score": None} for each in (9_007_199_254_740_991, 7)]
    query, sort = {"term": {"words": {"value": "tea"}}}, [{"post_id": "desc"}]
    with served(in_turn((200, {"timed_out": False, "_shards": {"failed": 0}, "hits": {"hits": hits}}))) as (
        service,
        index,
    ):
        assert index.search(query, sort, 20) == [9_007_199_254_740_991, 7]
    (asked,) = service.asked
    assert (asked.method, asked.path) == ("POST", "/posts/_search")
    assert asked.json == {
        "query": query,
        "sort": sort,
        "size": 20,
        "_source": False,
        "track_total_hits": False,
    }


def test_nothing_is_found_before_there_is_an_index() -> None:
    with served(in_turn(error(404, "index_not_found_exception"))) as (_, index):
        assert index.search({"match_all": {}}, [], 1) == []


@pytest.mark.parametrize(
    "answer",
    [
        error(400, "strict_dynamic_mapping_exception"),
        error(403, "security_exception"),
        error(409, "version_conflict_engine_exception"),
        error(500, "search_phase_execution_exception"),
        (404, b"<html>nothing of this name</html>"),
        (200, b"<html>a proxy's words</html>"),
        (200, []),
        (302, {}),
    ],
)
@pytest.mark.parametrize("what", ["put", "drop", "search"])
def test_whatever_else_it_says_it_has_not_done_it_and_is_asked_another_time(
    answer: Answer, what: str
) -> None:
    with served(in_turn(answer)) as (service, index):
        made = Index(index.opensearch, index.name, PROPERTIES, _made={index.name})
        acts: dict[str, Callable[[], object]] = {
            "put": lambda: made.put(7, {"words": []}),
            "drop": lambda: made.drop(7),
            "search": lambda: made.search({"match_all": {}}, [], 1),
        }
        with pytest.raises(Unavailable) as raised:
            acts[what]()
    assert len(service.asked) == 1
    assert isinstance(raised.value.__cause__, NotDone)
    assert f" /posts/_{'search' if what == 'search' else 'doc'}" in str(raised.value.__cause__)
    assert str(answer[0]) in str(raised.value.__cause__)


@pytest.mark.parametrize("partly", [{"timed_out": True}, {"_shards": {"total": 2, "failed": 1}}])
def test_a_part_of_what_there_is_is_no_answer(partly: dict[str, Any]) -> None:
    with served(in_turn((200, {"hits": {"hits": []}, **partly}))) as (_, index), pytest.raises(Unavailable):
        index.search({"match_all": {}}, [], 1)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_who_has_too_much_to_do_is_asked_twice_more(status: int) -> None:
    with served(in_turn((status, {}), (status, {}), WRITTEN)) as (service, index):
        index.opensearch.ask("PUT", "/posts/_doc/7", {"words": []})
    assert len(service.asked) == 3
    assert len({asked.data for asked in service.asked}) == 1
    with served(in_turn((status, {}))) as (service, index), pytest.raises(Unavailable):
        index.drop(7)
    assert len(service.asked) == 3


def test_who_does_not_answer_is_not_waited_for() -> None:
    def late(_: Asked) -> Answer:
        time.sleep(0.5)
        return WRITTEN

    with served(late) as (service, index), pytest.raises(Unavailable):
        index.drop(7)
    assert len(service.asked) == 2


def test_who_is_not_there_cannot_be_asked() -> None:
    with served(in_turn(WRITTEN)) as (_, index):
        pass
    with pytest.raises(Unavailable):
        index.drop(7)
