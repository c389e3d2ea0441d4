import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from functions.block.api import door as block_door
from functions.post.api import door as post_door
from functions.realtime import news, wiring
from functions.realtime.api import door
from functions.session.api import door as session_door
from kith import deployment
from kith.domain.clock import MINUTE, SECOND, system_clock
from kith.domain.single_use import Purpose
from kith.domain.websockets import IDLE_MOST, OPEN_MOST, OPENING, SLOTS
from kith.table import websockets
from kith.table.connection import Table
from kith.table.items import (
    FrameItem,
    Item,
    OnlineItem,
    SingleUseItem,
    TallyItem,
    WebsocketItem,
    WebsocketOwnerItem,
)
from kith.table.sessions import SessionStore
from kith.table.single_use import SingleUseStore
from kith.table.transactions import Update, write
from tests.component.conftest import Join, Later, Person, aws, make_edge
from tests.component.connecting import (
    NOTHING_FAILED,
    PING,
    TICKET,
    Gateway,
    Login,
    connect,
    deliver,
    event,
    gateway,
    hang_up,
    log_in,
    ping,
    say,
    shake_hands,
)
from tests.component.happening import (
    block,
    delete_account,
    kinds,
    publish,
    right_before_the_write,
    suspend,
)

__all__ = ["gateway"]  # a fixture

PLACES = (WebsocketItem, WebsocketOwnerItem, OnlineItem)
MEDIUM = {"type": "media", "media_id": 7, "status": "ready"}


def places() -> Counter[str]:
    """Return how many items there are of each kind that says that somebody is online."""
    return Counter(item.pattern.entity for item in kinds(*PLACES))


def expiries() -> list[int]:
    return [int(item.expires_at) for item in kinds(*PLACES) if isinstance(item, PLACES)]


def open_places(count: int, accounts: int = 1) -> dict[str, int]:
    return {"Websocket": count, "WebsocketOwner": count, "Online": accounts}


def processed(login: Login, **more: Any) -> dict[str, Any]:
    return event("media.processed", media_id=7, user_id=login.person.user_id, **more)


def end_session(login: Login) -> None:
    now = system_clock()
    SessionStore(deployment.table()).end(login.person.user_id, [login.session_id], until=now + MINUTE)


def end_all(login: Login) -> None:
    SessionStore(deployment.table()).end_all(login.person.user_id)


def end_all_but_forget_none(login: Login) -> None:
    write(deployment.table(), SessionStore.ending_all(login.person.user_id, ValueError()))


def suspended(login: Login) -> None:
    suspend(login.person)


def deleted(login: Login) -> None:
    delete_account(login.person)


ENDS = [end_session, end_all, end_all_but_forget_none, suspended, deleted]
ended = pytest.mark.parametrize("end", ENDS, ids=lambda each: each.__name__)
End = Callable[[Login], None]


# Tickets and handshakes


def test_a_ticket_is_for_one_websocket_at_the_address_it_names(join: Join, gateway: Gateway) -> None:
    ann = log_in(join("ann"))
    answer = ann.person.at(door).send(TICKET)
    assert answer.json.keys() == {"ticket", "url", "expires_in"}
    assert (answer.json["url"], answer.json["expires_in"]) == ("wss://websocket.kith.example/test", 30)
    assert answer.json["ticket"] not in json.dumps(aws("dynamodb").scan(TableName="kith-test")["Items"])
    assert places() == {}
    assert shake_hands(answer.json["ticket"], gateway)[0] == 200
    assert places() == open_places(1)
    assert kinds(SingleUseItem) == []
    assert shake_hands(answer.json["ticket"], gateway)[0] == 401
    assert places() == open_places(1)


def test_without_a_good_ticket_no_websocket_is_opened(
    join: Join, gateway: Gateway, later: Later, table: Table
) -> None:
    ann, bob = log_in(join("ann")), join("bob")
    good = ann.ticket()
    other_purpose = SingleUseStore(table).issue(
        ann.person.user_id, Purpose.VERIFY_EMAIL, bound_to=ann.session_id, now=system_clock()
    )
    of_another = f"{bob.user_id:x}-{good.partition('-')[2]}"
    for bad in (None, "", "nonsense", good + "A", of_another, other_purpose):
        assert shake_hands(bad, gateway)[0] == 401, bad
    later(30 * SECOND)
    assert shake_hands(good, gateway)[0] == 401
    assert places() == {}


@ended
def test_a_ticket_is_worth_nothing_when_its_session_has_ended(join: Join, gateway: Gateway, end: End) -> None:
    ann = log_in(join("ann"))
    ticket = ann.ticket()
    end(ann)
    assert shake_hands(ticket, gateway)[0] == 401
    assert places() == {}


@ended
def test_a_session_that_ends_during_the_handshake_has_no_websocket(
    join: Join, gateway: Gateway, end: End
) -> None:
    ann = log_in(join("ann"))
    ticket = ann.ticket()
    with right_before_the_write(lambda: end(ann)):
        assert shake_hands(ticket, gateway)[0] == 401
    assert places() == {}


def test_whoever_may_not_act_gets_no_ticket(join: Join) -> None:
    ann = log_in(join("ann"))
    suspend(ann.person)
    assert ann.person.at(door).send(TICKET).status == 403


def test_where_there_are_no_websockets_there_are_no_tickets(
    join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = log_in(join("ann"))
    monkeypatch.delenv("KITH_WEBSOCKET_URL")
    deployment.settings.cache_clear()
    answer = ann.person.at(door).send(TICKET)
    assert (answer.status, answer.json["code"]) == (404, "no_websockets")


def test_a_table_that_does_not_answer_is_no_wrong_ticket(
    join: Join, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = log_in(join("ann")).ticket()
    with monkeypatch.context() as patch:
        patch.setattr(websockets, "ATTEMPTS", 0)
        assert shake_hands(ticket, gateway)[0] == 503
    assert shake_hands(ticket, gateway)[0] == 200


# Slots


def test_an_account_has_ten_websockets_and_the_oldest_goes_for_the_next(
    join: Join, gateway: Gateway, later: Later
) -> None:
    ann = log_in(join("ann"))
    opened = []
    for _ in range(len(SLOTS) + 3):
        opened.append(connect(ann, gateway))
        later(SECOND)
    assert places() == open_places(len(SLOTS))
    assert gateway.closed == opened[:3]
    assert set(gateway.got) == set(opened[3:])
    deliver(processed(ann))
    assert all(frames == [MEDIUM] for frames in gateway.got.values())


def test_the_bound_holds_whoever_connects_in_between(join: Join, gateway: Gateway) -> None:
    ann = log_in(join("ann"))
    for _ in SLOTS:
        connect(ann, gateway)
    tickets = [ann.ticket() for _ in range(20)]

    def crowd() -> None:
        for _ in range(4):
            assert shake_hands(tickets.pop(), gateway)[0] == 200

    with right_before_the_write(crowd, times=3):
        assert shake_hands(tickets.pop(), gateway)[0] == 200
    assert places() == open_places(len(SLOTS))
    assert len(gateway.got) == len(SLOTS)
    names = {item.connection_id for item in kinds(WebsocketItem) if isinstance(item, WebsocketItem)}
    assert names == set(gateway.got)


def test_a_websocket_that_cannot_be_closed_now_is_forgotten_and_closed_when_it_pings(
    join: Join, gateway: Gateway
) -> None:
    ann = log_in(join("ann"))
    opened = [connect(ann, gateway) for _ in SLOTS]
    gateway.failing = lambda _: True
    newest = connect(ann, gateway)
    gateway.failing = lambda _: False
    names = {item.connection_id for item in kinds(WebsocketItem) if isinstance(item, WebsocketItem)}
    (replaced,) = {*opened, newest} - names
    assert replaced in gateway.got
    assert ping(replaced) == 200
    assert gateway.closed == [replaced]


def test_who_leaves_is_forgotten_and_offline_with_the_last(join: Join, gateway: Gateway) -> None:
    ann = log_in(join("ann"))
    first, second = connect(ann, gateway), connect(ann, gateway)
    hang_up(first, gateway)
    assert places() == open_places(1)
    hang_up(second, gateway)
    assert places() == {}
    hang_up(second, gateway)
    hang_up("nobody=", gateway)
    assert places() == {}


def test_who_comes_while_the_last_leaves_is_online(join: Join, gateway: Gateway) -> None:
    ann = log_in(join("ann"))
    first, ticket = connect(ann, gateway), ann.ticket()
    original = Table.get
    waiting = [ticket]

    def get(table: Table, item_class: type[Item], **values: Any) -> Any:
        found = original(table, item_class, **values)
        if item_class is OnlineItem and waiting:
            assert shake_hands(waiting.pop(), gateway)[0] == 200
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Table, "get", get)
        hang_up(first, gateway)
    assert not waiting
    assert places() == open_places(1)


# Pings


def test_a_ping_is_answered_and_prolongs(join: Join, gateway: Gateway, later: Later) -> None:
    ann = log_in(join("ann"))
    name = connect(ann, gateway)
    before = expiries()
    assert ping(name) == 200
    assert gateway.got[name] == [PING]
    assert expiries() == before
    for _ in range(4):
        later(IDLE_MOST - MINUTE)
        assert ping(name) == 200
    assert gateway.got[name] == 5 * [PING]
    assert len(set(expiries()) - set(before)) == 1


def test_without_pings_a_websocket_is_over_and_nothing_lives_longer_than_two_hours(
    join: Join, gateway: Gateway, later: Later
) -> None:
    ann = log_in(join("ann"))
    silent, talking = connect(ann, gateway), connect(ann, gateway)
    passed = 0
    while passed < OPEN_MOST - IDLE_MOST:
        later(IDLE_MOST - MINUTE)
        passed += IDLE_MOST - MINUTE
        ping(talking)
    deliver(processed(ann))
    assert gateway.closed == [silent]
    assert gateway.got[talking][-1] == MEDIUM
    later(OPEN_MOST - passed)
    ping(talking)
    assert gateway.closed == [silent, talking]
    assert places() == {}


def test_whatever_is_no_ping_is_not_heard(join: Join, gateway: Gateway) -> None:
    name = connect(log_in(join("ann")), gateway)
    long_ping = json.dumps({"type": "ping", "padding": "x" * 1_024})
    for text in ("", "ping", "[" * 1_000, '{"type": "pong"}', '["ping"]', "\ud800", "1e999", long_ping):
        assert say(name, text) == 200
    assert gateway.got[name] == []


@ended
def test_a_ping_after_the_end_closes(join: Join, gateway: Gateway, later: Later, end: End) -> None:
    ann = log_in(join("ann"))
    name = connect(ann, gateway)
    later(OPENING)
    end(ann)
    assert ping(name) == 200
    assert gateway.closed == [name]
    assert gateway.everything() == []
    assert places() == {}


# Telling


@pytest.mark.parametrize(("name", "status"), [("media.processed", "ready"), ("media.rejected", "rejected")])
def test_an_owner_is_told_of_a_medium_on_every_websocket_and_nobody_else_is(
    join: Join, gateway: Gateway, name: str, status: str
) -> None:
    ann, bob = log_in(join("ann")), log_in(join("bob"))
    mine, other = [connect(ann, gateway), connect(ann, gateway)], connect(bob, gateway)
    assert deliver(event(name, media_id=7, user_id=ann.person.user_id)) == NOTHING_FAILED
    assert [gateway.got[each] for each in mine] == 2 * [[{**MEDIUM, "status": status}]]
    assert gateway.got[other] == []


def test_an_event_that_comes_ten_times_is_told_once(join: Join, gateway: Gateway) -> None:
    ann = log_in(join("ann"))
    name = connect(ann, gateway)
    assert deliver(*10 * [processed(ann)]) == NOTHING_FAILED
    assert gateway.got[name] == [MEDIUM]
    assert deliver(processed(ann, event_id="event-2")) == NOTHING_FAILED
    assert gateway.got[name] == [MEDIUM, MEDIUM]


def test_who_is_offline_costs_one_query_and_leaves_nothing(
    join: Join, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, asked = log_in(join("ann")), list[str]()
    call = Table.call

    def counted(table: Table, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        asked.append(operation)
        return call(table, operation, arguments)

    monkeypatch.setattr(Table, "call", counted)
    deliver(processed(ann))
    assert asked == ["Query"]
    assert kinds(FrameItem) == []


def test_where_one_cannot_be_reached_the_others_are_told_once_and_it_is_tried_again(
    join: Join, gateway: Gateway
) -> None:
    ann = log_in(join("ann"))
    names = [connect(ann, gateway) for _ in range(3)]
    gateway.failing = lambda name: name == names[1]
    failed = {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert deliver(processed(ann)) == failed
    assert deliver(processed(ann)) == failed
    assert [len(gateway.got[name]) for name in names] == [1, 0, 1]
    gateway.failing = lambda _: False
    assert deliver(processed(ann)) == NOTHING_FAILED
    assert [len(gateway.got[name]) for name in names] == [1, 1, 1]


def test_while_somebody_else_tells_it_nobody_does_and_who_died_is_stood_in_for(
    join: Join, gateway: Gateway, later: Later
) -> None:
    ann = log_in(join("ann"))
    name = connect(ann, gateway)
    frames = wiring.messenger().frames
    assert frames.lease("event-1", ann.person.user_id, now=system_clock()) == set()
    assert deliver(processed(ann)) != NOTHING_FAILED
    assert gateway.got[name] == []
    later(MINUTE)
    assert deliver(processed(ann)) == NOTHING_FAILED
    assert gateway.got[name] == [MEDIUM]


def test_an_answer_that_is_lost_may_tell_twice_and_loses_nothing(join: Join, gateway: Gateway) -> None:
    ann = log_in(join("ann"))
    name = connect(ann, gateway)
    gateway.losing = lambda _: True
    assert deliver(processed(ann)) != NOTHING_FAILED
    gateway.losing = lambda _: False
    assert deliver(processed(ann)) == NOTHING_FAILED
    assert gateway.got[name] == [MEDIUM, MEDIUM]


def test_who_has_gone_without_a_goodbye_is_forgotten_at_the_next_frame(
    join: Join, gateway: Gateway, later: Later
) -> None:
    ann = log_in(join("ann"))
    gone, there = connect(ann, gateway), connect(ann, gateway)
    gateway.vanish(gone)
    assert deliver(processed(ann)) == NOTHING_FAILED
    assert places() == open_places(2), "its handshake may not be over"
    later(OPENING)
    assert deliver(processed(ann, event_id="event-2")) == NOTHING_FAILED
    assert places() == open_places(1)
    assert len(gateway.got[there]) == 2


@ended
def test_nothing_is_ever_sent_to_a_session_that_has_ended(
    join: Join, gateway: Gateway, later: Later, end: End
) -> None:
    ann, staying = log_in(join("ann")), log_in(join("bob"))
    name, other = connect(ann, gateway), connect(staying, gateway)
    end(ann)
    assert deliver(processed(ann), processed(staying)) == NOTHING_FAILED
    assert gateway.closed == [name]
    assert gateway.got == {other: [MEDIUM]}
    assert places() == open_places(1)


@ended
@pytest.mark.parametrize("name", ["session.ended", "user.deleted", "user.updated"])
def test_what_ends_a_session_closes_its_websockets(join: Join, gateway: Gateway, end: End, name: str) -> None:
    ann = log_in(join("ann"))
    other = connect(log_in(ann.person), gateway) if end is end_session else None
    websocket = connect(ann, gateway)
    end(ann)
    message = event(name, user_id=ann.person.user_id, changed=["standing"])
    assert deliver(message, message) == NOTHING_FAILED
    assert gateway.closed == [websocket]
    assert set(gateway.got) == ({other} if other else set())


def test_what_changes_about_an_account_otherwise_closes_nothing(join: Join, gateway: Gateway) -> None:
    ann = log_in(join("ann"))
    name = connect(ann, gateway)
    changed = event("user.updated", user_id=ann.person.user_id, changed=["bio"])
    of_tomorrow = event("user.promoted", user_id=ann.person.user_id)
    assert deliver(changed, of_tomorrow, {"colour": "red"}) == NOTHING_FAILED
    assert set(gateway.got) == {name}


def test_what_is_closed_before_its_handshake_is_over_is_closed_again(
    join: Join, gateway: Gateway, later: Later
) -> None:
    ann = log_in(join("ann"))
    name = connect(ann, gateway)
    gateway.vanish(name)  # API Gateway says so until it has answered the client
    end_session(ann)
    message = event("session.ended", user_id=ann.person.user_id)
    assert deliver(message) != NOTHING_FAILED
    gateway.got[name] = []
    assert deliver(message) == NOTHING_FAILED
    assert gateway.closed == [name]
    assert places() == {}


def test_a_closing_that_fails_is_tried_again(join: Join, gateway: Gateway) -> None:
    ann = log_in(join("ann"))
    name = connect(ann, gateway)
    end_session(ann)
    gateway.failing = lambda _: True
    message = event("session.ended", user_id=ann.person.user_id)
    assert deliver(message) != NOTHING_FAILED
    assert places() == open_places(1)
    gateway.failing = lambda _: False
    assert deliver(message) == NOTHING_FAILED
    assert gateway.closed == [name]


def test_logging_out_ends_what_the_door_has_opened(join: Join, gateway: Gateway) -> None:
    ann = log_in(join("ann"))
    name = connect(ann, gateway)
    assert ann.person.at(session_door).send("POST /api/v1/logout").status == 204
    deliver(event("session.ended", user_id=ann.person.user_id))
    assert gateway.closed == [name]


# News of posts


def follow(table: Table, follower: Person, author: Person) -> None:
    make_edge(table, follower, author)
    tally = TallyItem.at(user_id=author.user_id, shard="0")
    write(table, Update(tally, [TallyItem.followers.add(1)]))


def published(author: Person, post_id: int, **more: Any) -> dict[str, Any]:
    return event("post.created", post_id=post_id, user_id=author.user_id, **more)


def news_of(author: Person, post_id: int) -> dict[str, Any]:
    return {"type": "feed", "post_id": post_id, "user_id": author.user_id}


Audience = tuple[Login, dict[str, str]]


@pytest.fixture
def audience(join: Join, table: Table, gateway: Gateway) -> Audience:
    """An author, and the websockets of everybody who has to do with them."""
    author = log_in(join("ann"))
    logins = {name: log_in(join(name)) for name in ("fan", "muting", "blocked", "former", "stranger")}
    for name in ("fan", "muting", "blocked"):
        follow(table, logins[name].person, author.person)
    follow(table, join("absent"), author.person)
    muted = logins["muting"].person.at(block_door)
    assert muted.send("POST /api/v1/graph/mute/{user_id}", user_id=author.person.user_id).status == 200
    block(author.person, logins["blocked"].person)
    websockets = {name: connect(login, gateway) for name, login in logins.items()}
    return author, websockets | {"author": connect(author, gateway)}


@pytest.mark.parametrize("others_online", [0, 6])
@pytest.mark.parametrize("visibility", ["public", "followers"])
def test_who_follows_and_is_online_is_told_of_a_post_and_nobody_else(
    audience: Audience, gateway: Gateway, join: Join, others_online: int, visibility: str
) -> None:
    author, names = audience
    for number in range(others_online):
        connect(log_in(join(f"crowd{number}")), gateway)
    post_id = publish(author.person, visibility=visibility)
    assert deliver(*10 * [published(author.person, post_id)]) == NOTHING_FAILED
    told = {name for name, websocket in names.items() if gateway.got[websocket]}
    assert told == {"fan"}
    assert gateway.everything() == [news_of(author.person, post_id)]


def test_what_a_follower_may_not_see_any_more_is_not_told(audience: Audience, gateway: Gateway) -> None:
    author, _ = audience
    gone, hidden = publish(author.person), publish(author.person)
    assert author.person.at(post_door).send("DELETE /api/v1/posts/{post_id}", post_id=gone).status == 204
    suspend(author.person)
    deliver(published(author.person, gone, event_id="e-1"), published(author.person, hidden, event_id="e-2"))
    assert gateway.everything() == []


@pytest.mark.parametrize("among", [news.FOLLOWERS, news.ONLINE])
def test_news_that_take_long_go_on_by_a_message_to_their_own_queue(
    join: Join, table: Table, gateway: Gateway, monkeypatch: pytest.MonkeyPatch, among: str
) -> None:
    author = join("ann")
    fans = [log_in(join(f"fan{number}")) for number in range(5)]
    for fan in fans:
        follow(table, fan.person, author)
        connect(fan, gateway)
    for number in range(5 if among == news.FOLLOWERS else 0):
        connect(log_in(join(f"other{number}")), gateway)
    monkeypatch.setattr(news, "PAGE", 2)
    monkeypatch.setattr(wiring, "BUDGET", 0)
    wiring.jobs.cache_clear()
    post_id = publish(author)
    assert deliver(published(author, post_id)) == NOTHING_FAILED
    messages = 0
    while left := taken():
        messages += 1
        assert deliver(*left) == NOTHING_FAILED
        assert deliver(*left) == NOTHING_FAILED, "and again"
    assert messages >= 2
    assert gateway.everything() == 5 * [news_of(author, post_id)]


def taken() -> list[dict[str, Any]]:
    """Take one message of each kind from the queue; what is there twice is the same."""
    sqs = aws("sqs")
    url = sqs.get_queue_url(QueueName="realtime")["QueueUrl"]
    found: dict[str, dict[str, Any]] = {}
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            found[message["Body"]] = json.loads(message["Body"])
    return list(found.values())


def test_who_has_gone_without_a_goodbye_is_taken_off_the_list(
    join: Join, table: Table, gateway: Gateway, later: Later
) -> None:
    connect(log_in(join("silent")), gateway)
    later(IDLE_MOST)
    author, fan = join("ann"), log_in(join("fan"))
    follow(table, fan.person, author)
    connect(fan, gateway)
    connect(log_in(join("other")), gateway)
    assert len(kinds(OnlineItem)) == 3
    write(table, Update(TallyItem.at(user_id=author.user_id, shard="0"), [TallyItem.followers.set(100)]))
    deliver(published(author, publish(author)))
    assert len(kinds(OnlineItem)) == 2
    assert len(gateway.everything()) == 1


def test_a_post_of_whom_nobody_follows_costs_one_query(
    join: Join, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, asked = join("ann"), list[str]()
    post_id, call = publish(ann), Table.call

    def counted(table: Table, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        asked.append(operation)
        return call(table, operation, arguments)

    monkeypatch.setattr(Table, "call", counted)
    deliver(published(ann, post_id))
    assert asked == ["Query"]
