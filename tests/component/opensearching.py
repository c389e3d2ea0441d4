"""An OpenSearch that stands in for one: it evaluates the few queries that are asked of it, and knows no others.

It is not the real one, and proves nothing about it: only that the queries mean what they are meant to.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kith.domain import names
from tests.answering import Answer, Asked
from tests.component.conftest import REGION

Document = dict[str, Any]
PATH = re.compile(r"/(?P<index>[a-z]+)(?:/(?P<what>_doc|_search)(?:/(?P<id>[0-9]+))?)?")
NO_INDEX = 404, {"error": {"type": "index_not_found_exception"}}


@dataclass
class StandIn:
    """Indices by name: their properties, and their documents."""

    properties: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    documents: dict[str, dict[int, Document]] = field(default_factory=dict)

    def answer(self, asked: Asked) -> Answer:
        path = PATH.fullmatch(asked.path)
        assert path is not None, asked.path
        assert asked.is_signed_for("aoss", region=REGION, secret=os.environ["AWS_SECRET_ACCESS_KEY"])
        name = path["index"]
        match asked.method, path["what"]:
            case "PUT", None:
                return self._create(name, asked.json["mappings"])
            case _ if name not in self.documents:
                return NO_INDEX
            case "PUT", "_doc":
                return self._put(name, int(path["id"]), asked.json)
            case "DELETE", "_doc":
                gone = self.documents[name].pop(int(path["id"]), None)
                return (404, {"result": "not_found"}) if gone is None else (200, {"result": "deleted"})
            case "POST", "_search":
                return self._search(name, asked.json)
        raise AssertionError(asked)

    def _create(self, name: str, mappings: Mapping[str, Any]) -> Answer:
        if name in self.documents:
            return 400, {"error": {"type": "resource_already_exists_exception"}}
        assert mappings["dynamic"] == "strict"
        self.properties[name], self.documents[name] = mappings["properties"], {}
        return 200, {"acknowledged": True}

    def _put(self, name: str, identifier: int, document: Document) -> Answer:
        if document.keys() - self.properties[name].keys():
            return 400, {"error": {"type": "strict_dynamic_mapping_exception"}}
        self.documents[name][identifier] = document
        return 201, {"result": "created"}

    def _search(self, name: str, body: Mapping[str, Any]) -> Answer:
        scored = [(score(body["query"], each), key, each) for key, each in self.documents[name].items()]
        found = [{**each, "_score": points, "_id": key} for points, key, each in scored if points is not None]
        for order in reversed(body["sort"]):
            ((by, direction),) = order.items()
            found.sort(key=lambda each: each[by], reverse=direction == "desc")
        return 200, {"hits": {"hits": [{"_id": str(each["_id"])} for each in found[: body["size"]]]}}


def score(query: Mapping[str, Any], document: Document) -> float | None:
    """Return how well a document answers a query; None if it does not."""
    ((kind, said),) = query.items()
    match kind:
        case "bool":
            filters = [score(each, document) for each in said.get("filter", ())]
            musts = [score(each, document) for each in said.get("must", ())]
            if None in filters or None in musts:
                return None
            shoulds = [score(each, document) for each in said.get("should", ())]
            return sum(each for each in (*musts, *shoulds) if each is not None)
        case "dis_max":
            parts = [score(each, document) for each in said["queries"]]
            return max((each for each in parts if each is not None), default=None)
        case "constant_score":
            return None if score(said["filter"], document) is None else 1.0
    ((place, asked),) = said.items()
    return max(_scores(kind, asked, document[place]), default=None)


def _scores(kind: str, asked: Mapping[str, Any], value: Any) -> Iterator[float]:
    for each in value if isinstance(value, list) else [value]:
        match kind:
            case "term" if each == asked["value"]:
                yield 1.0
            case "prefix" if each.startswith(asked["value"]):
                yield 1.0
            case "range" if each < asked["lt"]:
                yield 0.0
            case "fuzzy":
                typos = names.distance(asked["value"], each, asked["fuzziness"])
                if typos <= asked["fuzziness"]:
                    yield 1 / (1 + typos)
            case "term" | "prefix" | "range":
                pass
            case _:
                raise AssertionError(kind)
