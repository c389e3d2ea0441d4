"""OpenSearch over HTTP: documents of an index, and searches among them.

Requests are signed for OpenSearch Serverless, and are those that it takes with the rights to create an index, to write
its documents and to read them. A write is found by searches some seconds later.
"""

import hashlib
import json
import ssl
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from typing import Any, Final

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError, NoCredentialsError
from botocore.session import get_session
from urllib3.exceptions import HTTPError

from kith.domain.errors import Unavailable

SERVICE: Final = "aoss"
CONNECTING, READING = 1, 3
"""Seconds that it has to take a call, and to answer."""
PATIENCE: Final = urllib3.Retry(
    total=2,
    read=1,  # it may have closed a connection that lay idle
    other=0,
    redirect=0,
    backoff_factor=0.1,
    allowed_methods=None,  # all that is asked here may be asked twice
    status_forcelist={429, 502, 503, 504},
    raise_on_status=False,
    respect_retry_after_header=False,  # it could ask for longer than a function has
)
DONE: Final = frozenset({HTTPStatus.OK, HTTPStatus.CREATED})
IS_THERE: Final = "resource_already_exists_exception"
NOT_THERE: Final = "not_found"
NO_INDEX: Final = "index_not_found_exception"


class NotDone(Exception):  # the cause of an Unavailable, for the log
    """It has not done what it was asked to do."""

    def __init__(self, asked: str, status: int, outcome: str) -> None:
        super().__init__(f"{asked}: {status} {outcome}")


@dataclass(frozen=True, slots=True)
class OpenSearch:
    """What is at an address."""

    url: str
    http: urllib3.PoolManager
    credentials: Credentials
    region: str

    def ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, unless: Collection[str] = ()
    ) -> dict[str, Any]:
        """Return its answer, also where that is one of some outcomes in OpenSearch's words.

        Raises:
            Unavailable: it was not reached in time, or has not done it.
        """
        data = b"" if body is None else json.dumps(body).encode()
        try:
            headers = self._signed(method, path, data)
            answer = self.http.request(method, self.url + path, body=data, headers=headers)
        except (HTTPError, BotoCoreError) as error:
            raise Unavailable from error
        told = _read(answer.data)
        outcome = _outcome(told)
        if outcome not in unless and (answer.status not in DONE or told is None):
            raise Unavailable from NotDone(f"{method} {path}", answer.status, outcome)
        return told or {}

    def _signed(self, method: str, path: str, data: bytes) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json",
            "X-Amz-Content-SHA256": hashlib.sha256(data).hexdigest(),  # Serverless wants it told
        }
        request = AWSRequest(method, self.url + path, headers, data)
        SigV4Auth(self.credentials.get_frozen_credentials(), SERVICE, self.region).add_auth(request)
        return dict(request.headers.items())


@cache
def opensearch(url: str) -> OpenSearch:
    """Return what is at an address, asked in the name of whoever runs this."""
    session = get_session()
    credentials = session.get_credentials()
    if credentials is None:
        raise NoCredentialsError
    http = urllib3.PoolManager(
        maxsize=8,
        ssl_context=ssl.create_default_context(),
        timeout=urllib3.Timeout(connect=CONNECTING, read=READING),
        retries=PATIENCE,
    )
    return OpenSearch(url.rstrip("/"), http, credentials, session.get_config_variable("region"))


@dataclass(frozen=True, slots=True)
class Index:
    """Documents of one kind, and how searches find them."""

    opensearch: OpenSearch
    name: str
    properties: Mapping[str, Any]
    """The fields of a document; it has no others."""
    _made: set[str] = field(default_factory=set)

    def put(self, identifier: int, document: Mapping[str, Any]) -> None:
        """Let a document be this from now on; the first one of a function makes the index, if it is not there.

        Raises:
            Unavailable: it has to be tried another time.
        """
        if self.name not in self._made:
            mappings = {"dynamic": "strict", "properties": self.properties}
            self.opensearch.ask("PUT", f"/{self.name}", {"mappings": mappings}, unless={IS_THERE})
            self._made.add(self.name)
        self.opensearch.ask("PUT", f"/{self.name}/_doc/{identifier}", document)

    def drop(self, identifier: int) -> None:
        """Take a document away, if it is there.

        Raises:
            Unavailable: it has to be tried another time.
        """
        self.opensearch.ask("DELETE", f"/{self.name}/_doc/{identifier}", unless={NOT_THERE, NO_INDEX})

    def search(self, query: Mapping[str, Any], sort: Sequence[Any], limit: int) -> list[int]:
        """Return the identifiers of documents, in an order; none before there is an index.

        Raises:
            Unavailable: it has to be tried another time, or not all of the index was searched.
        """
        asked = {"query": query, "sort": sort, "size": limit, "_source": False, "track_total_hits": False}
        path = f"/{self.name}/_search"
        told = self.opensearch.ask("POST", path, asked, unless={NO_INDEX})
        if told.get("timed_out") or told.get("_shards", {}).get("failed"):
            raise Unavailable from NotDone(f"POST {path}", HTTPStatus.OK, "a part only")
        return [int(hit["_id"]) for hit in told.get("hits", {}).get("hits", [])]


def _read(data: bytes) -> dict[str, Any] | None:
    """Return what an answer says; None where it is not OpenSearch that says it."""
    try:
        told = json.loads(data)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _outcome(told: dict[str, Any] | None) -> str:
    """Return what came of a request: the type of an error, or the result of a write."""
    match told:
        case {"error": {"type": str(kind)}} | {"result": str(kind)}:
            return kind
    return "no outcome"
