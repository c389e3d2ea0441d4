"""What OpenSearch is told of accounts and posts, and in which words it is asked for them."""

from collections.abc import Iterator
from typing import Any

import pytest

from kith.opensearch_index import POSTS, USERS, post_documents, user_documents
from kith.table.connection import Table
from tests.answering import Answer, Asked, Service, answering
from tests.unit.kith.table.scripted import ScriptedTable


def finding_two(asked: Asked) -> Answer:
    return 200, {"hits": {"hits": [{"_id": "9"}, {"_id": "7"}]}}


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """OpenSearch, which finds the same two whatever it is asked."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with answering(finding_two) as service:
        yield service


@pytest.fixture
def table(service: Service) -> Table:
    """A table of which nothing is asked."""
    return ScriptedTable(lambda *_: {})


def asked_of(service: Service) -> tuple[str, Any]:
    (asked,) = service.asked
    assert asked.is_signed_for("aoss", region="eu-central-1", secret="testing")
    return asked.path, asked.json


def test_who_is_asked_for_has_words_that_begin_so_and_comes_first_with_the_very_words(
    service: Service, table: Table
) -> None:
    assert user_documents(service.url, table).beginning(("ada", "lov")) == [9, 7]
    path, body = asked_of(service)
    assert path == "/users/_search"
    assert body["query"] == {
        "bool": {
            "filter": [{"prefix": {"terms": {"value": "ada"}}}, {"prefix": {"terms": {"value": "lov"}}}],
            "should": [
                {"constant_score": {"filter": {"term": {"terms": {"value": "ada"}}}}},
                {"constant_score": {"filter": {"term": {"terms": {"value": "lov"}}}}},
            ],
        }
    }
    assert body["sort"] == [{"_score": "desc"}, {"known": "desc"}, {"user_id": "asc"}]
    assert body["size"] == 60


def test_a_word_may_have_as_many_typos_as_its_length_allows(service: Service, table: Table) -> None:
    assert user_documents(service.url, table).alike(("ada", "king", "lovelcae")) == [9, 7]
    _, body = asked_of(service)
    like = {"transpositions": True, "max_expansions": 100}
    assert body["query"] == {
        "bool": {
            "must": [
                {"prefix": {"terms": {"value": "ada"}}},
                {
                    "dis_max": {
                        "queries": [
                            {"prefix": {"terms": {"value": "king"}}},
                            {"fuzzy": {"terms": {"value": "king", "fuzziness": 1, **like}}},
                        ]
                    }
                },
                {
                    "dis_max": {
                        "queries": [
                            {"prefix": {"terms": {"value": "lovelcae"}}},
                            {"fuzzy": {"terms": {"value": "lovelcae", "fuzziness": 2, **like}}},
                        ]
                    }
                },
            ]
        }
    }


def test_what_is_too_short_for_a_typo_is_not_asked_for(service: Service, table: Table) -> None:
    assert user_documents(service.url, table).alike(("ada", "li")) == []
    assert service.asked == []


def test_posts_have_all_of_the_words_and_the_newest_come_first(service: Service, table: Table) -> None:
    posts = post_documents(service.url, table)
    window = posts.with_words(("tea", "green"), before=None, limit=20)
    assert (window.post_ids, window.resume_at) == ([9, 7], None)
    path, body = asked_of(service)
    assert path == "/posts/_search"
    assert body["query"] == {
        "bool": {"filter": [{"term": {"words": {"value": "tea"}}}, {"term": {"words": {"value": "green"}}}]}
    }
    assert (body["sort"], body["size"]) == ([{"post_id": "desc"}], 20)


def test_a_full_window_goes_on_below_its_last_post(service: Service, table: Table) -> None:
    window = post_documents(service.url, table).with_words(("tea",), before=12, limit=2)
    assert (window.post_ids, window.resume_at) == ([9, 7], 7)
    _, body = asked_of(service)
    assert body["query"]["bool"]["filter"][1:] == [{"range": {"post_id": {"lt": 12}}}]


def test_both_are_kept_at_the_same_address(service: Service, table: Table) -> None:
    users, posts = user_documents(service.url, table), post_documents(service.url, table)
    assert users.index.opensearch is posts.index.opensearch
    assert (users.index.properties, posts.index.properties) == (USERS, POSTS)
