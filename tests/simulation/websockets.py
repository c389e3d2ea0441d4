"""People at websockets: they connect, ping, leave, or are gone without a goodbye."""

import json
from functools import partial

from kith.domain.users import Standing
from tests.component.feed_oracle import Oracle
from tests.simulation.connections import Heard, Raw, told_of
from tests.simulation.deeds import NOT_FOUND, OK, UNAUTHENTICATED
from tests.simulation.functions import CONNECT, FRAME
from tests.simulation.notifications import may_be_told
from tests.simulation.people import Town
from tests.simulation.scheduler import Killed

PING = {"type": "ping"}


def connect(town: Town, session: str) -> str | None:
    """Open a websocket in a session; return its name, if the handshake was answered well."""
    name, tokens = town.sessions[session]
    answer = town.ask(
        "ask for a ticket",
        name,
        "POST /api/v1/realtime/ticket",
        allowed={OK, UNAUTHENTICATED, NOT_FOUND},
        headers={"authorization": f"Bearer {tokens['access_token']}"},
    )
    if answer is None or answer.status != OK:
        return None
    websockets = town.cloud.websockets
    connection_id = websockets.new_name()
    query = {"ticket": answer.json["ticket"]}
    status = _status(town, CONNECT, told_of(connection_id, queryStringParameters=query))
    town.done[f"open a websocket {status}"] += 1
    if status != OK:
        return None
    websockets.open[connection_id] = name, session
    return connection_id


def ping(town: Town, connection_id: str) -> None:
    """Say that one is there; nothing says so again if it is not heard."""
    town.done[f"ping {_status(town, FRAME, told_of(connection_id, body=json.dumps(PING)))}"] += 1


def vanish(town: Town, connection_id: str) -> None:
    """Be gone without a goodbye."""
    town.cloud.websockets.open.pop(connection_id, None)


def leave(town: Town, connection_id: str) -> None:
    town.cloud.websockets.close(connection_id)


def be_somewhere(town: Town, session: str) -> None:
    """Connect, ping, leave or vanish."""
    name, _ = town.sessions[session]
    mine = [each for each, (owner, _) in town.cloud.websockets.open.items() if owner == name]
    if not mine or town.chance.random() < 0.6:  # more often than not
        connect(town, session)
        return
    deed = town.chance.choice((ping, ping, leave, vanish))
    deed(town, town.chance.choice(mine))


def look_at_websockets(town: Town) -> None:
    """See that everything was told to somebody who might know it, and that whoever may not be there is closed by a ping.

    Raises:
        AssertionError: it is not so.
    """
    for heard in town.cloud.websockets.heard:
        _check_frame(town, heard)
    for connection_id, (name, session) in list(town.cloud.websockets.open.items()):
        ping(town, connection_id)
        if connection_id in town.cloud.websockets.open:
            is_live = town.look(("session", session)) and town.look(("standing", name)) == Standing.ACTIVE
            assert is_live, f"a websocket of {name} is open and its session has ended"


def _check_frame(town: Town, heard: Heard) -> None:
    if heard.frame["type"] == "feed":
        author, post_id = town.names.get(heard.frame["user_id"], ""), heard.frame["post_id"]
        might = partial(_might_know, heard.name, author, post_id)
        moments = range(heard.begun, heard.sent + 1)
        assert any(might(town.truth(commit)) for commit in moments), f"{heard.name} is told of {post_id}"
    if heard.frame["type"] == "notification":
        told = heard.frame["notification"]
        for actor in told["actors"]:
            might_be = partial(_might_be_told, heard.name, told, town.names.get(actor["user_id"], ""))
            moments = range(heard.begun, heard.sent + 1)
            assert any(might_be(town.truth(commit)) for commit in moments), (
                f"{heard.name} hears {told['text']}"
            )
    if heard.frame["type"] == "media":
        assert town.media.get(heard.frame["media_id"]) == heard.name


def _might_know(name: str, author: str, post_id: int, truth: Oracle) -> bool:
    return (name, author) in truth.follows and truth.sees(name, post_id)


def _might_be_told(name: str, told: Raw, actor: str, truth: Oracle) -> bool:
    return may_be_told(truth, name, told, actor)


def _status(town: Town, path: str, event: Raw) -> int | None:
    """Return what a function answers; None where it is gone."""
    try:
        answer: Raw = town.cloud.invoke(path, event).result()
    except Killed:
        return None
    return int(answer["statusCode"])
