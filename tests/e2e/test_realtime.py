"""What clients are told on their websockets, over the one origin."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.component.uploading import jpeg
from tests.e2e.conftest import Newcomer
from tests.e2e.people import Person
from tests.e2e.stack import LocalStack, eventually
from tests.e2e.test_media import opened as opened_upload
from tests.e2e.test_media import send

TICKET = "/api/v1/realtime/ticket"
PING = {"type": "ping"}
SLOTS = 10
AT_ONCE = 40
PATIENCE = 30.0
"""Seconds bound the wait, they are no expectation."""


def ticket_of(who: Person) -> dict[str, Any]:
    answer = who.http.post(TICKET)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def opened(ticket: dict[str, Any]) -> ClientConnection:
    return connect(
        f"{ticket['url']}?ticket={ticket['ticket']}", open_timeout=PATIENCE, proxy=None, legacy=True
    )


@contextmanager
def online(who: Person) -> Iterator[ClientConnection]:
    with opened(ticket_of(who)) as websocket:
        yield websocket


def next_frame(websocket: ClientConnection) -> dict[str, Any]:
    frame: dict[str, Any] = json.loads(websocket.recv(timeout=PATIENCE))
    return frame


def heard(websocket: ClientConnection) -> dict[str, Any]:
    """Return the next frame that is no notification: follows are told as well, in their own time."""
    while (frame := next_frame(websocket))["type"] == "notification":
        pass
    return frame


def say(websocket: ClientConnection, frame: object) -> None:
    websocket.send(json.dumps(frame))


def is_closed(websocket: ClientConnection) -> bool:
    """Tell whether a websocket is closed, whatever comes before that."""
    try:
        while True:
            websocket.recv(timeout=PATIENCE)
    except ConnectionClosed:
        return True
    except TimeoutError:
        return False


def refusal_of(url: str) -> int:
    with pytest.raises(InvalidStatus) as refused:
        connect(url, open_timeout=PATIENCE, proxy=None, legacy=True)
    return int(refused.value.response.status_code)


def test_a_ticket_opens_one_websocket_which_answers_pings(newcomer: Newcomer) -> None:
    ticket = ticket_of(newcomer())
    assert ticket["expires_in"] == 30
    with opened(ticket) as websocket:
        for nothing in ("nonsense", json.dumps({"type": "shout"}), "[" * 5_000):
            websocket.send(nothing)
        say(websocket, PING)
        assert heard(websocket) == PING
        assert refusal_of(f"{ticket['url']}?ticket={ticket['ticket']}") == 401


def test_without_a_good_ticket_the_handshake_is_refused(newcomer: Newcomer) -> None:
    url = ticket_of(newcomer())["url"]
    assert refusal_of(url) == 401
    assert refusal_of(f"{url}?ticket=1-{'A' * 43}") == 401
    assert refusal_of(f"{url}/some/path?token=none") == 401


def test_a_ticket_dies_with_its_session(newcomer: Newcomer) -> None:
    person = newcomer()
    ticket = ticket_of(person)
    assert person.http.post("/api/v1/logout").status_code == 204
    assert refusal_of(f"{ticket['url']}?ticket={ticket['ticket']}") == 401


def test_a_websocket_ends_with_its_session_and_no_other_does(newcomer: Newcomer) -> None:
    one, other = newcomer(), newcomer()
    with online(one) as ending, online(other) as staying:
        assert one.http.post("/api/v1/logout").status_code == 204
        assert is_closed(ending)
        say(staying, PING)
        assert heard(staying) == PING


def test_logging_out_everywhere_closes_everything(newcomer: Newcomer) -> None:
    person = newcomer()
    with online(person) as one, online(person) as another:
        assert person.http.post("/api/v1/logout/all").status_code == 204
        assert is_closed(one)
        assert is_closed(another)


def test_a_new_post_is_told_to_followers_who_are_online_and_to_nobody_else(newcomer: Newcomer) -> None:
    author, follower, muting, stranger = newcomer(), newcomer(), newcomer(), newcomer()
    follower.follow(author)
    muting.follow(author)
    assert muting.http.post(f"/api/v1/graph/mute/{author.user_id}").status_code == 200
    with ExitStack() as stack:
        at = [stack.enter_context(online(who)) for who in (follower, follower, muting, stranger, author)]
        post_id = author.post("hello")
        told = {"type": "feed", "post_id": post_id, "user_id": author.user_id}
        assert [heard(at[0]), heard(at[1])] == [told, told]
        for websocket in at:
            say(websocket, PING)
            assert heard(websocket) == PING, "nothing came before"


@pytest.mark.parametrize(("content", "status"), [(jpeg(64, 48), "ready"), (b"no picture", "rejected")])
def test_a_mediums_owner_is_told_how_it_ends(newcomer: Newcomer, content: bytes, status: str) -> None:
    person = newcomer()
    with online(person) as websocket:
        medium = opened_upload(person, content)
        assert send(medium["upload"], content) == 204
        assert heard(websocket) == {"type": "media", "media_id": medium["media_id"], "status": status}


def test_the_number_of_websockets_is_bounded_whatever_comes_at_once(
    newcomer: Newcomer, local_stack: LocalStack
) -> None:
    person = newcomer()
    tickets = [ticket_of(person) for _ in range(AT_ONCE)]

    def attempted(ticket: dict[str, Any]) -> ClientConnection | None:
        try:
            return opened(ticket)
        except (InvalidStatus, ConnectionClosed):
            return None

    with ThreadPoolExecutor(AT_ONCE) as pool:
        websockets = [each for each in pool.map(attempted, tickets) if each is not None]
    assert len(websockets) > SLOTS
    assert len(slots_of(person, local_stack)) == SLOTS
    alive = 0
    for websocket in websockets:
        try:
            say(websocket, PING)
            alive += heard(websocket) == PING
        except ConnectionClosed:
            continue
    assert alive == SLOTS
    for websocket in websockets:
        websocket.close()
    eventually(lambda: not slots_of(person, local_stack))
    eventually(lambda: not _is_listed_as_online(person, local_stack))


def _is_listed_as_online(person: Person, local_stack: LocalStack) -> bool:
    return bool(
        local_stack.items(
            FilterExpression="PK = :pk AND SK = :sk",
            ExpressionAttributeValues={":pk": {"S": "ONLINE"}, ":sk": {"S": f"USER#{person.user_id:016}"}},
        )
    )


def test_a_connection_that_said_no_goodbye_is_forgotten_at_the_next_frame(
    newcomer: Newcomer, local_stack: LocalStack
) -> None:
    author, person = newcomer(), newcomer()
    person.follow(author)
    with online(person) as websocket:
        (item,) = slots_of(person, local_stack)
        slot = "1" if item["SK"]["S"].endswith("#0") else "0"
        long_ago = str(int(item["opened_at"]["N"]) - 60_000)
        gone = {
            **item,
            "SK": {"S": f"WEBSOCKET#{slot}"},
            "connection_id": {"S": "gone="},
            "opened_at": {"N": long_ago},
        }
        local_stack.client("dynamodb").put_item(TableName=local_stack.endpoints["table"], Item=gone)
        assert len(slots_of(person, local_stack)) == 2
        author.post("hello")
        assert heard(websocket)["type"] == "feed"
        eventually(lambda: slots_of(person, local_stack) == [item])


def slots_of(person: Person, stack: LocalStack) -> list[dict[str, Any]]:
    return stack.items(
        FilterExpression="PK = :pk AND begins_with(SK, :sk)",
        ExpressionAttributeValues={":pk": {"S": f"U#{person.user_id:016}"}, ":sk": {"S": "WEBSOCKET#"}},
    )
