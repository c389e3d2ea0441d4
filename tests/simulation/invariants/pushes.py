"""Whose browsers are whose, and what they were pushed."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from kith.domain.pushes import PushSubscription
from kith.events import NOTIFICATION_CREATED
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
    service, owners = cloud.push_service, _owners(cloud)
    times = Counter(service.pushed)
    for (endpoint, notification_id), count in times.items():
        if not any(
            _had(cloud, each, _push(each, endpoint).subscription_id) for each in owners[notification_id]
        ):
            yield f"{endpoint} was pushed notification {notification_id}, whose owner never had it"
        if count > 1 and service.is_certain and not any(cloud.faults.happened[each] for each in FAULTS):
            yield f"{endpoint} was pushed notification {notification_id} {count} times"
    received = {
        _push(user_id, endpoint).push_id(notification_id)
        for endpoint, notification_id in service.pushed
        for user_id in owners[notification_id]
    }
    noted = {values["push_id"] for values, item in stored.of(schema.PUSH) if flag(item, "sent")}
    if noted - received:
        yield f"{len(noted - received)} pushes are noted as sent, and never came"


def _owners(cloud: Cloud) -> Mapping[int, set[int]]:
    """Return whose each notification was; two people's may have the same number."""
    owners: dict[int, set[int]] = defaultdict(set)
    for name, detail in cloud.bus.told.values():
        if name == NOTIFICATION_CREATED:
            owners[detail["notification_id"]].add(detail["user_id"])
    return owners


def _push(user_id: int, endpoint: str) -> PushSubscription:
    return PushSubscription(user_id, endpoint, "", "", "", 0)


def _had(cloud: Cloud, user_id: int, digest: str) -> bool:
    key = schema.PUSH_ENDPOINT.key(digest=digest)
    return any(
        commit.key == key and commit.after is not None and number(commit.after, "user_id") == user_id
        for commit in cloud.engine.commits
    )
