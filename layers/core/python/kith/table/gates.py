"""Gates in the table: whether an account may act now and how often it did, told and noted in one conditional write.

Which write it is depends on which buckets are empty. The first attempt takes them as they were last seen from here, or
for empty; a refusal returns what is so, from which the next attempt follows, and which tells what can be thrown away.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from kith.domain.clock import SECOND, Clock
from kith.domain.errors import TooMany, Unauthenticated, Unavailable
from kith.domain.limits import LONGEST_WINDOW, SECOND_US, Limit
from kith.domain.users import AccountSuspended, Standing
from kith.table.connection import Table, failed_condition, key
from kith.table.items import AddressItem, ClaimedItem, GateItem
from kith.table.schema import EXPIRY
from kith.table.transactions import Put

Gate = dict[str, Any]
"""A gate as DynamoDB writes it: its buckets and ended sessions are attributes of their own."""

ATTEMPTS = 8
PRUNED_MOST = 20
"""Attributes in one write; what is left goes with a later one."""
REMEMBERED_MOST = 10_000
"""Buckets, some 2 MB."""
USED, REVOKED = "u:", "revoked:"
BUCKET_BYTES = 5
"""So many tell apart the few dozen buckets of one gate."""
MICROSECONDS = 1_000
"""Per millisecond."""


@dataclass(frozen=True, slots=True)
class Charge:
    """One request on one bucket: of a limit, and of what within it."""

    limit: Limit
    bucket: str = ""

    @property
    def attribute(self) -> str:
        """Where the bucket is in its gate: by a digest, because a gate has a bucket for each route and is paid by size."""
        name = f"{self.limit.name}:{self.bucket}".encode()
        return USED + hashlib.blake2s(name, digest_size=BUCKET_BYTES).hexdigest()


@dataclass(frozen=True, slots=True)
class Usage:
    """A bucket after a request: `empty_at` is in microseconds since the Unix epoch."""

    limit: Limit
    empty_at: int

    def remaining(self, now: int) -> int:
        """Return how many more requests it takes at once; `now` in milliseconds.

        That is asked when the answer is ready: many that come at once are counted from when the first of them came,
        which need not be the first that was counted.
        """
        return self.limit.remaining(self.empty_at, now * MICROSECONDS)

    def reset_after(self, now: int) -> int:
        """Return in how many seconds it is empty; `now` in milliseconds."""
        return self.limit.reset_after(self.empty_at, now * MICROSECONDS)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a token says that its account's gate must confirm."""

    user_id: int
    session_id: str
    epoch: int


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One conditional write; `now` in microseconds."""

    now: int
    sets: tuple[str, ...]
    conditions: tuple[str, ...]
    names: dict[str, str]
    values: dict[str, dict[str, str]]
    removes: tuple[str, ...] = ()

    def charging(self, charges: Sequence[Charge], empty_at: Mapping[str, int]) -> "_Attempt":
        """Return this write with a request put on buckets that are as they are said to be."""
        sets, conditions, names, values = (
            list(self.sets),
            list(self.conditions),
            dict(self.names),
            dict(self.values),
        )
        for place, charge in enumerate(charges):
            bucket, limit = f"#b{place}", charge.limit
            values[":now"] = _number(self.now)
            names[bucket] = charge.attribute
            if empty_at.get(charge.attribute, 0) < self.now:
                sets.append(f"{bucket} = :full{place}")
                conditions.append(f"(attribute_not_exists({bucket}) OR {bucket} < :now)")
                values[f":full{place}"] = _number(self.now + limit.interval)
            else:
                sets.append(f"{bucket} = {bucket} + :one{place}")
                conditions.append(f"{bucket} BETWEEN :now AND :most{place}")
                values[f":one{place}"] = _number(limit.interval)
                values[f":most{place}"] = _number(self.now + limit.tolerance - limit.interval)
        return replace(self, sets=tuple(sets), conditions=tuple(conditions), names=names, values=values)

    def pruning(self, gate: Gate, charges: Sequence[Charge]) -> "_Attempt":
        """Return this write with what a gate need not keep thrown away: idle buckets, and sessions long expired."""
        kept = {charge.attribute for charge in charges}
        stale = [name for name, value in gate.items() if name not in kept and self._is_stale(name, value)]
        conditions, names, values = list(self.conditions), dict(self.names), dict(self.values)
        removes: list[str] = []
        for place, name in enumerate(stale[:PRUNED_MOST]):
            removes.append(f"#r{place}")
            names[f"#r{place}"] = name
            # Unless somebody is using it again.
            conditions.append(f"(attribute_not_exists(#r{place}) OR #r{place} = :r{place})")
            values[f":r{place}"] = gate[name]
        return replace(self, conditions=tuple(conditions), names=names, values=values, removes=tuple(removes))

    def _is_stale(self, name: str, value: Mapping[str, str]) -> bool:
        if name.startswith(USED):
            return int(value["N"]) < self.now
        return name.startswith(REVOKED) and int(value["N"]) < self.now // SECOND_US

    def request(self) -> dict[str, Any]:
        """Return the write as DynamoDB takes it, without its key."""
        removes = " REMOVE " + ", ".join(self.removes) if self.removes else ""
        return {
            "UpdateExpression": "SET " + ", ".join(self.sets) + removes,
            "ConditionExpression": " AND ".join(self.conditions),
            "ExpressionAttributeNames": self.names,
            "ExpressionAttributeValues": self.values,
            "ReturnValues": "UPDATED_NEW",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }


@dataclass(frozen=True, slots=True)
class GateStore:
    """Gates: a verb per access pattern."""

    table: Table
    _remembered: dict[tuple[str, str], int] = field(default_factory=dict)
    """When buckets will be empty, as last seen from here: a guess that a condition checks."""

    @staticmethod
    def making(user_id: int) -> Put:
        """Return the write that makes a new account's gate."""
        return Put(GateItem.at(user_id=user_id), GateItem.pk.does_not_exist())

    def pass_account(self, shown: Shown, charges: Sequence[Charge], *, clock: Clock) -> list[Usage]:
        """Let a request of an account through, note that it was here, and return its buckets.

        Raises:
            Unauthenticated: the token's session or epoch has ended, or the account is gone.
            AccountSuspended: the account is suspended.
            TooMany: a bucket is full.
            Unavailable: others kept changing the gate.
        """
        now = clock()
        live = _Attempt(
            now * MICROSECONDS,
            sets=("seen_at = :seen",),
            conditions=("#standing = :active", "epoch = :epoch", "attribute_not_exists(#revoked)"),
            names={"#revoked": revoked(shown.session_id), "#standing": "standing"},
            values={
                ":seen": _number(now // SECOND),
                ":epoch": _number(shown.epoch),
                ":active": {"S": Standing.ACTIVE},
            },
        )
        gate_key = GateItem.pattern.key(user_id=shown.user_id)
        return self._pass(gate_key, live, charges, partial(_check_live, shown), clock)

    def pass_address(self, address: str, charges: Sequence[Charge], *, clock: Clock) -> list[Usage]:
        """Let a request from an address through and return its buckets.

        Raises:
            TooMany: a bucket is full.
            Unavailable: others kept changing the gate.
        """
        return self._pass_expiring(AddressItem.pattern.key(address=address), charges, clock)

    def pass_claimed(self, digest: str, charges: Sequence[Charge], *, clock: Clock) -> None:
        """Let an attempt at a claimed account through.

        Raises:
            TooMany: a bucket is full.
            Unavailable: others kept changing the gate.
        """
        self._pass_expiring(ClaimedItem.pattern.key(digest=digest), charges, clock)

    def _pass_expiring(
        self, gate_key: tuple[str, str], charges: Sequence[Charge], clock: Clock
    ) -> list[Usage]:
        now = clock()
        forgotten = _Attempt(
            now * MICROSECONDS,
            sets=("#expiry = :expiry",),
            conditions=(),
            names={"#expiry": EXPIRY},
            values={":expiry": _number(now // SECOND + LONGEST_WINDOW + 1)},
        )
        return self._pass(gate_key, forgotten, charges, lambda _gate: None, clock)

    def _pass(
        self,
        gate_key: tuple[str, str],
        plain: _Attempt,
        charges: Sequence[Charge],
        check: Callable[[Gate], None],
        clock: Clock,
    ) -> list[Usage]:
        where = {"TableName": self.table.name, "Key": key(*gate_key)}
        empty_at, attempt = self._recalled(gate_key, charges), plain
        for _ in range(ATTEMPTS):
            request = attempt.charging(charges, empty_at).request()
            try:
                answer = self.table.call("UpdateItem", where | request)
            except ClientError as error:
                gate = failed_condition(error)
                check(gate)
                empty_at = _empty_at(charges, gate)
                # What is there was written meanwhile: it is to be judged by what time it is now.
                plain = replace(plain, now=max(plain.now, clock() * MICROSECONDS))
                _check_admitted(charges, empty_at, plain.now)
                attempt = plain.pruning(gate, charges)
            else:
                after = _empty_at(charges, answer["Attributes"])
                self._remember(gate_key, after)
                return [Usage(charge.limit, after[charge.attribute]) for charge in charges]
        raise Unavailable

    def _recalled(self, gate_key: tuple[str, str], charges: Sequence[Charge]) -> dict[str, int]:
        gate = gate_key[0]
        return {charge.attribute: self._remembered.get((gate, charge.attribute), 0) for charge in charges}

    def _remember(self, gate_key: tuple[str, str], empty_at: Mapping[str, int]) -> None:
        if len(self._remembered) > REMEMBERED_MOST:
            self._remembered.clear()
        self._remembered.update({(gate_key[0], attribute): at for attribute, at in empty_at.items()})


def revoked(session_id: str) -> str:
    """Return the attribute of a gate that says until when a session's access tokens must be refused."""
    return f"{REVOKED}{session_id}"


def _check_live(shown: Shown, gate: Gate) -> None:
    if not gate or int(gate["epoch"]["N"]) != shown.epoch or revoked(shown.session_id) in gate:
        raise Unauthenticated
    standing = gate["standing"]["S"]
    if standing != Standing.ACTIVE:
        raise AccountSuspended if standing == Standing.SUSPENDED else Unauthenticated


def _check_admitted(charges: Sequence[Charge], empty_at: Mapping[str, int], now: int) -> None:
    for charge in charges:
        bucket = empty_at.get(charge.attribute, 0)
        if not charge.limit.admits(bucket, now):
            raise TooMany(charge.limit.most, charge.limit.retry_after(bucket, now))


def _empty_at(charges: Sequence[Charge], gate: Gate) -> dict[str, int]:
    return {
        charge.attribute: int(gate[charge.attribute]["N"]) for charge in charges if charge.attribute in gate
    }


def _number(value: int) -> dict[str, str]:
    return {"N": str(value)}
