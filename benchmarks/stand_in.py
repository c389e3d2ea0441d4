"""A graph as DynamoDB would answer for it, put where the network would be: the client and all above it are the real ones."""

import io
import json
import math
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, cast

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders

from kith.domain.users import User
from kith.table import schema
from kith.table.connection import Table
from kith.table.items import FollowingItem, Item, RelationItem, UserItem

Raw = dict[str, Any]
"""An item as DynamoDB writes it."""

BIO = "Reads more than is good for anyone, and reviews what she has read. Opinions are nobody's but her own."
READ_UNIT = 4096


@dataclass(frozen=True)
class Network:
    """Accounts, and whom each follows."""

    users: Mapping[int, User]
    following: Mapping[int, Sequence[int]]
    """The newest last."""
    places: Mapping[tuple[int, int], int]
    """The entry of each follow."""


@dataclass
class StandIn:
    """Answers Query and BatchGetItem, and notes what that would have cost."""

    network: Network
    calls: Counter[str] = field(default_factory=Counter)
    units: float = 0.0
    seconds: float = 0.0
    """CPU time of this stand-in itself."""
    _lock: Lock = field(default_factory=Lock)

    def answer_for(self, table: Table) -> None:
        """Answer whatever a table asks from now on."""
        # A handler of this event answers in the network's place; the stubs know none that return anything.
        table.connection.client.meta.events.register("before-send.dynamodb", self._answer)  # type: ignore[arg-type]

    def forget(self) -> None:
        """Start to count anew."""
        self.calls.clear()
        self.units = self.seconds = 0.0

    def _answer(self, request: AWSPreparedRequest, **_more: object) -> AWSResponse:
        started = time.thread_time()
        target = request.headers["X-Amz-Target"]
        operation = (target.decode() if isinstance(target, bytes) else str(target)).rpartition(".")[2]
        arguments = json.loads(cast("bytes", request.body))
        answer, units = self._query(arguments) if operation == "Query" else self._batch_get(arguments)
        response = AWSResponse(request.url, 200, HTTPHeaders(), _Body(json.dumps(answer).encode()))
        with self._lock:
            self.calls[operation] += 1
            self.units += units
            self.seconds += time.thread_time() - started
        return response

    def _query(self, arguments: Raw) -> tuple[Raw, float]:
        values = schema.FOLLOWING.values(
            arguments["ExpressionAttributeValues"][":pk"]["S"],
            arguments["ExpressionAttributeValues"][":low"]["S"],
        )
        if values is None or arguments["ScanIndexForward"]:
            raise NotImplementedError(arguments)
        user_id, most = int(values["user_id"]), arguments["Limit"]
        newest = list(self.network.following.get(user_id, ()))[::-1][:most]
        items = [_raw(self._entry(user_id, other_id)) for other_id in newest]
        shown = arguments["ExpressionAttributeNames"].values()
        answer: Raw = {
            "Items": [{name: item[name] for name in shown} for item in items],
            "Count": len(items),
        }
        if len(items) == most:
            answer["LastEvaluatedKey"] = {name: items[-1][name] for name in ("PK", "SK")}
        units = max(1, math.ceil(sum(map(size, items)) / READ_UNIT))
        return answer, units * _strength(arguments)

    def _batch_get(self, arguments: Raw) -> tuple[Raw, float]:
        ((name, wanted),) = arguments["RequestItems"].items()
        items = [_raw(item) for key in wanted["Keys"] for item in self._found(key["PK"]["S"], key["SK"]["S"])]
        units = sum(math.ceil(size(item) / READ_UNIT) for item in items) + len(wanted["Keys"]) - len(items)
        return {"Responses": {name: items}, "UnprocessedKeys": {}}, units * _strength(wanted)

    def _found(self, partition: str, sort: str) -> Iterator[Item]:
        if values := schema.USER.values(partition, sort):
            user = self.network.users[int(values["user_id"])]
            yield UserItem.at(
                {
                    "username": user.username,
                    "full_name": user.full_name,
                    "bio": user.bio,
                    "is_private": user.is_private,
                    "standing": user.standing,
                },
                user_id=user.user_id,
            )
        elif values := schema.RELATION.values(partition, sort):
            user_id, other_id = int(values["user_id"]), int(values["other_id"])
            if place := self.network.places.get((user_id, other_id)):
                wish = {"state": "accepted", "edge_id": place, "revision": place}
                yield RelationItem.at(wish, user_id=user_id, other_id=other_id)
        else:
            raise NotImplementedError(partition, sort)

    def _entry(self, user_id: int, other_id: int) -> FollowingItem:
        place = self.network.places[user_id, other_id]
        return FollowingItem.at({"other_id": other_id}, user_id=user_id, entry_id=place)


class _Body(io.BytesIO):
    def stream(self, **_more: object) -> Iterator[bytes]:
        yield self.read()


def size(item: Raw) -> int:
    """Return the bytes that DynamoDB counts of an item: the names of its attributes, and their values."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind == "S":
        return len(content.encode())
    return math.ceil(len(content) / 2) + 1 if kind == "N" else 1


def _raw(item: Item) -> Raw:
    return dict(item.to_dynamodb_dict())


def _strength(arguments: Raw) -> float:
    return 1.0 if arguments.get("ConsistentRead") else 0.5
