"""What people are told of what others do: they read it, ask for more or less of it, and listen to each other."""

from typing import Any

from tests.component.feed_oracle import Oracle
from tests.simulation.deeds import CONFLICT, NOT_FOUND, OK
from tests.simulation.people import Town
from tests.simulation.reading import holds_once

CHOICES = "/api/v1/notifications/preferences"
BELL = "/api/v1/notifications/bells/{user_id}"


def read(town: Town, name: str, limit: int = 20) -> list[dict[str, Any]]:
    """Read what one is told, and see that each of it might be told; return it.

    Raises:
        AssertionError: it might not.
    """
    begun = len(town.cloud.engine.commits)
    answer = town.ask(
        "read notifications",
        name,
        "GET /api/v1/notifications",
        query={"limit": str(limit)},
        allowed={OK},
    )
    if answer is None:
        return []
    told: list[dict[str, Any]] = answer.json["notifications"]
    places = [each["id"] for each in told]
    assert places == sorted(set(places), reverse=True), f"not in order, or not once: {places}"
    for each in told:
        actors = [town.names[actor["user_id"]] for actor in each["actors"]]
        for actor in actors:

            def may_be(truth: Oracle, actor: str = actor, each: dict[str, Any] = each) -> bool:
                return may_be_told(truth, name, each, actor)

            assert holds_once(town, begun, may_be), f"{name} is told {each['text']} because of {actor}"
    return told


def may_be_told(truth: Oracle, name: str, told: dict[str, Any], actor: str) -> bool:
    """Tell whether somebody may be told of somebody else, and whether that is so."""
    if truth.severed(name, actor) or (name, actor) in truth.mutes:
        return False
    match told["type"]:
        case "new_follower":
            return (actor, name) in truth.follows
        case "follow_request":
            return (actor, name) in truth.asks
        case "request_accepted":
            return (name, actor) in truth.follows
        case "reposted":
            return (actor, told["post_id"]) in truth.reposts
        case _:
            return truth.sees(name, told["post_id"])


def read_up_to(town: Town, name: str) -> None:
    """Say that one has read some of what one is told."""
    told = read(town, name)
    if told:
        place = town.chance.choice(told)["id"]
        body = {"up_to": place}
        town.ask("have read", name, "POST /api/v1/notifications/read", body, allowed={OK})
        town.ask("count unread", name, "GET /api/v1/notifications/unread", allowed={OK})


def choose(town: Town, name: str) -> None:
    """Say by which channels one wants to be told."""
    pace = town.chance.choice(("off", "hourly", "hourly", "daily"))
    about = town.chance.choice(("post_liked", "reposted", "post_commented", "new_follower", "mentioned"))
    change = {about: {"email": pace}}
    town.ask("choose", name, f"PUT {CHOICES}", change, allowed={OK})
    town.ask("read what was chosen", name, f"GET {CHOICES}", allowed={OK})


def listen(town: Town, name: str, other: str, *, is_on: bool = True) -> None:
    """Want to be told of each new post of somebody, or no longer."""
    user_id = town.people[other].user_id
    route = f"{'POST' if is_on else 'DELETE'} {BELL}"
    town.ask("listen", name, route, user_id=user_id, allowed={OK, NOT_FOUND, CONFLICT})
    town.ask("list bells", name, "GET /api/v1/notifications/bells", allowed={OK})
