"""Answers to requests that carry an `Idempotency-Key`, stored in the same transaction as the effect."""

import hashlib
from dataclasses import dataclass

from kith.domain.clock import DAY, SECOND
from kith.domain.errors import Invalid, Unauthenticated
from kith.domain.users import Standing
from kith.table.connection import Table
from kith.table.items import IdempotencyItem, UserItem
from kith.table.transactions import Check, Put, write

KEPT_FOR = DAY


class AlreadyAnswered(Exception):  # an outcome: the stored answer is the answer
    """A request with the same key took effect first."""


class KeyReused(Invalid):
    """The idempotency key has been used for another request."""

    code = "idempotency_key_reused"
    message = "This Idempotency-Key was used for another request; take a new one."


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request was answered: `fingerprint` stands for the route and body, `answer` is the body sent back."""

    user_id: int
    key: str
    fingerprint: str
    answer: str
    answered_at: int
    """Milliseconds since the Unix epoch."""


@dataclass(frozen=True, slots=True)
class RequestKey:
    """What makes a request the same as another: the key its client chose, and what stands for its content."""

    key: str
    fingerprint: str

    @classmethod
    def of(cls, key: str, content: str) -> "RequestKey":
        """Return the key of a request; `content` is its route and body, spelled in one way."""
        return cls(key, hashlib.sha256(content.encode()).hexdigest())

    def answered(self, user_id: int, answer: str, *, now: int) -> Answer:
        """Return what is to be kept of an answer; `now` in milliseconds."""
        return Answer(user_id, self.key, self.fingerprint, answer, answered_at=now)


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

    def answer_to(self, user_id: int, request_key: RequestKey | None, *, now: int) -> str | None:
        """Return what the same request of a user was answered; None for a new one, or one without a key.

        Raises:
            KeyReused: the key was used for another request.
        """
        if request_key is None:
            return None
        answer = self.find(user_id, request_key.key, now=now)
        if answer is not None and answer.fingerprint != request_key.fingerprint:
            raise KeyReused
        return None if answer is None else answer.answer

    def keep(self, answer: Answer) -> None:
        """Keep the answer to a request that changed nothing.

        Raises:
            Unauthenticated: the account is gone or may not act.
            AlreadyAnswered: a request with the same key has been answered.
        """
        active = UserItem.standing == Standing.ACTIVE
        write(
            self.table,
            Check(UserItem.at(user_id=answer.user_id), active, Unauthenticated()),
            recording(answer),
        )

    def find(self, user_id: int, key: str, *, now: int) -> Answer | None:
        """Return what a user's request with a key was answered within the last 24 hours, or None."""
        item = self.table.get(IdempotencyItem, user_id=user_id, digest=_digest(key))
        if item is None or item.expires_at <= now // SECOND:
            return None
        return Answer(user_id, key, item.fingerprint, item.answer, int(item.expires_at) * SECOND - KEPT_FOR)
