"""The follow graph when many act at once, on the deployed stack; afterwards everything is counted again."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.e2e.conftest import Newcomer
from tests.e2e.people import Person
from tests.e2e.stack import LocalStack
from tests.e2e.test_concurrency import at_once

GRAPH = "/api/v1/graph"
CROWD, ROUNDS = 40, 2


def send(person: Person, method: str, path: str, **body: Any) -> httpx.Response:
    """Send a request as a client does that has lost an answer: once more, whatever the first one said."""
    answers = [person.http.request(method, f"{GRAPH}{path}", json=body or None) for _ in range(2)]
    assert {answer.status_code for answer in answers} <= {200, 404, 503}, answers[-1].text
    return answers[-1]


def graph_of(stack: LocalStack, *people: Person) -> dict[int, dict[str, Any]]:
    """Return what the table holds of each person's lists, and what it counts."""
    found: dict[int, dict[str, Any]] = {}
    for person in people:
        partition = f"U#{person.user_id:016}"
        items = stack.items(FilterExpression="PK = :pk", ExpressionAttributeValues={":pk": {"S": partition}})
        lists = {
            name: sorted(int(i["other_id"]["N"]) for i in items if i["SK"]["S"].startswith(f"{name}#"))
            for name in ("FOLLOWER", "FOLLOWING", "REQUEST", "BLOCK")
        }
        tallies = [item for item in items if item["SK"]["S"].startswith("TALLY#")]
        counts = {
            name: sum(int(tally[name]["N"]) for tally in tallies)
            for name in ("followers", "following", "requests", "wishes", "blocks")
        }
        states = {
            int(item["SK"]["S"].rpartition("#")[2]): item["state"]["S"]
            for item in items
            if item["SK"]["S"].startswith("RELATION#")
        }
        found[person.user_id] = {**lists, **counts, "states": states}
    return found


def check_counts(found: dict[int, dict[str, Any]]) -> None:
    for graph in found.values():
        assert graph["followers"] == len(graph["FOLLOWER"])
        assert graph["following"] == len(graph["FOLLOWING"])
        assert graph["requests"] == len(graph["REQUEST"])
        assert graph["wishes"] == len([s for s in graph["states"].values() if s in {"accepted", "pending"}])


def test_forty_follow_and_unfollow_one_account_at_once_and_counts_equal_lists(
    newcomer: Newcomer, local_stack: LocalStack
) -> None:
    star, crowd = newcomer(), [newcomer() for _ in range(CROWD)]

    def come_and_go(person: Person, *, stays: bool) -> None:
        for _ in range(ROUNDS):
            send(person, "POST", f"/follow/{star.user_id}")
            send(person, "DELETE", f"/unfollow/{star.user_id}")
        while stays and send(person, "POST", f"/follow/{star.user_id}").status_code != 200:
            pass
        while not stays and send(person, "DELETE", f"/unfollow/{star.user_id}").status_code != 200:
            pass

    at_once(
        [
            lambda person=person, place=place: come_and_go(person, stays=place % 2 == 0)  # type: ignore[misc]  # binds this round's
            for place, person in enumerate(crowd)
        ]
    )

    staying = sorted(person.user_id for person in crowd[::2])
    found = graph_of(local_stack, star, *crowd)
    assert found[star.user_id]["FOLLOWER"] == staying
    check_counts(found)
    for person in crowd:
        assert found[person.user_id]["FOLLOWING"] == ([star.user_id] if person.user_id in staying else [])
    stats = star.http.get(f"{GRAPH}/stats/{star.user_id}").json()
    assert stats["follower_count"] == len(staying)


Race = Callable[[Person, Person], list[Callable[[], httpx.Response]]]


def follow_and_block(ann: Person, bob: Person) -> list[Callable[[], httpx.Response]]:
    return [
        lambda: send(ann, "POST", f"/follow/{bob.user_id}"),
        lambda: send(bob, "POST", f"/block/{ann.user_id}"),
        lambda: send(bob, "POST", f"/follow/{ann.user_id}"),
    ]


def accept_and_cancel(ann: Person, bob: Person) -> list[Callable[[], httpx.Response]]:
    bob.http.patch("/api/v1/users/me", json={"is_private": True})
    ann.http.post(f"{GRAPH}/follow/{bob.user_id}")
    return [
        lambda: send(ann, "DELETE", f"/unfollow/{bob.user_id}"),
        lambda: send(bob, "POST", f"/requests/{ann.user_id}", action="accept"),
        lambda: send(bob, "POST", f"/requests/{ann.user_id}", action="reject"),
    ]


def follow_and_go_private(ann: Person, bob: Person) -> list[Callable[[], httpx.Response]]:
    return [
        lambda: send(ann, "POST", f"/follow/{bob.user_id}"),
        lambda: bob.http.patch("/api/v1/users/me", json={"is_private": True}),
        lambda: send(ann, "POST", f"/follow/{bob.user_id}"),
    ]


@pytest.mark.parametrize("race", [follow_and_block, accept_and_cancel, follow_and_go_private])
def test_whoever_wins_a_race_the_state_is_one_that_may_be(
    newcomer: Newcomer, local_stack: LocalStack, race: Race
) -> None:
    for _ in range(6):
        ann, bob = newcomer(), newcomer()
        at_once(race(ann, bob))
        found = graph_of(local_stack, ann, bob)
        check_counts(found)
        ours, theirs = found[ann.user_id], found[bob.user_id]
        follows, asks = bob.user_id in ours["FOLLOWING"], ann.user_id in theirs["REQUEST"]
        assert theirs["FOLLOWER"] == ([ann.user_id] if follows else [])
        assert not (follows and asks)
        assert ours["states"].get(bob.user_id, "none") in (
            {"accepted"} if follows else {"pending"} if asks else {"none", "rejected"}
        )
        if race is follow_and_block:
            assert theirs["BLOCK"] == [ann.user_id]
            assert (follows, asks, theirs["FOLLOWING"]) == (False, False, [])


def test_every_event_of_the_graph_reaches_the_bus_as_the_contract_says(
    newcomer: Newcomer, local_stack: LocalStack
) -> None:
    ann, bob = newcomer(), newcomer(is_private=True)
    with local_stack.events("graph.") as seen:
        send(ann, "POST", f"/follow/{bob.user_id}")
        send(bob, "POST", f"/requests/{ann.user_id}", action="accept")
        send(ann, "DELETE", f"/unfollow/{bob.user_id}")
        send(ann, "POST", f"/follow/{bob.user_id}")
        send(bob, "POST", f"/requests/{ann.user_id}", action="reject")
        events = seen(5)
    ends = {"follower_id": ann.user_id, "following_id": bob.user_id}
    told = {(event["detail-type"], event["detail"]["event_type"]) for event in events}
    assert told == {
        ("graph.follow", "follow"),
        ("graph.follow_accepted", "follow_request_accepted"),
        ("graph.unfollow", "unfollow"),
        ("graph.follow_rejected", "follow_request_rejected"),
    }
    for event in events:
        detail = event["detail"]
        fields = {"v", "event_id", "trace_id", "event_type", "follower_id", "following_id", "timestamp"}
        assert set(detail) == fields | ({"status"} if detail["event_type"] == "follow" else set())
        assert {name: detail[name] for name in ends} == ends
    assert len({event["detail"]["event_id"] for event in events}) == len(events)
