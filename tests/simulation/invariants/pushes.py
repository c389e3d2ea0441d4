"""Whose browsers are whose, and what they were pushed."""

from collections import Counter
from collections.abc import Iterator

from kith.domain.pushes import PushSubscription
from kith.table import schema
from tests.simulation.cloud import Cloud
from tests.simulation.invariants.stored import Stored
from tests.simulation.truth import flag, number, text

FAULTS = ("killed", "answer lost", "throttled", "outage")
"""After which a sender may not know that it has sent something."""


def subscriptions(stored: Stored) -> Iterator[str]:
    """Each endpoint is of the account that has it, and of no other."""
    kept = Counter(
        (text(item, "digest"), values["user_id"], values["place"])
        for values, item in stored.of(schema.PUSH_SUBSCRIPTION)
    )
    known = Counter(
        (values["digest"], number(item, "user_id"), text(item, "place"))
        for values, item in stored.of(schema.PUSH_ENDPOINT)
    )
    if kept != known:
        yield f"browsers are {kept}, their endpoints say {known}"


def pushes(cloud: Cloud, stored: Stored) -> Iterator[str]:
    """What is noted as sent has been, to who had the browser; and once, where no sender can have been in doubt."""
    service = cloud.push_service
    times = Counter(service.pushed)
    for (endpoint, notification_id), count in times.items():
        user_id = service.notified[notification_id - 1]
        if not _had(cloud, user_id, _push(user_id, endpoint).subscription_id):
            yield f"{endpoint} was pushed notification {notification_id} of {user_id}, who never had it"
        if count > 1 and service.is_certain and not any(cloud.faults.happened[each] for each in FAULTS):
            yield f"{endpoint} was pushed notification {notification_id} {count} times"
    received = {
        _push(service.notified[number - 1], endpoint).push_id(number) for endpoint, number in service.pushed
    }
    noted = {values["push_id"] for values, item in stored.of(schema.PUSH) if flag(item, "sent")}
    if noted - received:
        yield f"{len(noted - received)} pushes are noted as sent, and never came"


def _push(user_id: int, endpoint: str) -> PushSubscription:
    return PushSubscription(user_id, endpoint, "", "", "", 0)


def _had(cloud: Cloud, user_id: int, digest: str) -> bool:
    key = schema.PUSH_ENDPOINT.key(digest=digest)
    return any(
        commit.key == key and commit.after is not None and number(commit.after, "user_id") == user_id
        for commit in cloud.engine.commits
    )
