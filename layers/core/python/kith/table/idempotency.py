"""Answers to requests that carry an `Idempotency-Key`, stored in the same transaction as the effect."""

import hashlib
from dataclasses import dataclass

from kith.domain.clock import DAY, SECOND
from kith.table.connection import Table
from kith.table.items import IdempotencyItem
from kith.table.transactions import Put

KEPT_FOR = DAY


class AlreadyAnswered(Exception):  # an outcome: the stored answer is the answer
    """A request with the same key took effect first."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request was answered: `fingerprint` stands for the route and body, `answer` is the body sent back."""

    user_id: int
    key: str
    fingerprint: str
    answer: str
    answered_at: int
    """Milliseconds since the Unix epoch."""


def recording(answer: Answer) -> Put:
    """Return the write that keeps an answer for 24 hours, unless the key has been used within that time."""
    present = answer.answered_at // SECOND
    item = IdempotencyItem.at(
        {
            "fingerprint": answer.fingerprint,
            "answer": answer.answer,
            "expires_at": (answer.answered_at + KEPT_FOR) // SECOND,
        },
        user_id=answer.user_id,
        digest=_digest(answer.key),
    )
    unused = IdempotencyItem.pk.does_not_exist() | (IdempotencyItem.expires_at <= present)
    return Put(item, unused, AlreadyAnswered())


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class IdempotencyStore:
    """Answers by the key of their request."""

    table: Table

    def find(self, user_id: int, key: str, *, now: int) -> Answer | None:
        """Return what a user's request with a key was answered within the last 24 hours, or None."""
        item = self.table.get(IdempotencyItem, user_id=user_id, digest=_digest(key))
        if item is None or item.expires_at <= now // SECOND:
            return None
        return Answer(user_id, key, item.fingerprint, item.answer, int(item.expires_at) * SECOND - KEPT_FOR)
