"""Pushes to browsers: who takes them, what they say, and how often they come."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from functions.session.api import door as session_door
from functions.web_push import wiring
from functions.web_push.api import door
from functions.web_push.notices import Told
from functions.web_push.on_event import handler as on_event
from kith import deployment, push_services
from kith.domain.clock import DAY, HOUR, MINUTE, rfc3339, system_clock
from kith.domain.pushes import PushSubscription
from kith.domain.sessions import LIFETIME, Session, new_session_id
from kith.domain.users import Standing
from kith.table import transactions
from kith.table.connection import Table
from kith.table.items import GateItem, PushEndpointItem, PushItem, PushSubscriptionItem, UserItem
from kith.table.push_subscriptions import PushSubscriptionStore
from kith.table.sessions import SessionStore
from kith.table.transactions import Update, write
from kith.tokens import Caller
from tests.builders import Answer, Client, queue_event
from tests.component.conftest import KEY, Join, Later, Person, everything, start_cold
from tests.component.pushing import Browser, PushService, encoded, point_of, push_service
from tests.logged import lines_of, measured_in

SUBSCRIPTIONS = "/api/v1/notifications/push-subscriptions"
SUBSCRIBE, LIST, UNSUBSCRIBE = f"POST {SUBSCRIPTIONS}", f"GET {SUBSCRIPTIONS}", f"DELETE {SUBSCRIPTIONS}"
PUSH_KEY = "GET /api/v1/notifications/push-key"
NOTIFICATION = 1_234_567_890_123
NOTHING_FAILED: dict[str, list[dict[str, str]]] = {"batchItemFailures": []}
FAILED = {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
LIKED = Told("like", "Kith", "@bob liked your post", "like 7")


@dataclass
class Notices:
    """What notifications say."""

    says: Told | None = LIKED
    asked: list[tuple[int, int]] = field(default_factory=list)

    def told(self, user_id: int, notification_id: int) -> Told | None:
        self.asked.append((user_id, notification_id))
        return self.says


@pytest.fixture
def notices(cloud: None, monkeypatch: pytest.MonkeyPatch) -> Notices:
    told = Notices()
    monkeypatch.setattr(wiring, "notices", lambda: told)
    return told


@pytest.fixture
def service(cloud: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    monkeypatch.setenv("KITH_PUSH_TO_THIS_MACHINE", "yes")
    start_cold()
    with push_service() as standing:
        yield standing


def logged_in(person: Person) -> tuple[Person, str]:
    """Return somebody in a session of its own, and its name."""
    now = system_clock()
    session = Session(person.user_id, new_session_id(person.user_id), 0, 1, now, now, now + LIFETIME)
    write(deployment.table(), SessionStore.opening(session))
    caller = Caller(person.user_id, session.session_id, 0, now // 1_000 + 600)
    return replace(person, token=KEY.sign(caller, token_id="token", now=now)), session.session_id


def subscribe(person: Person, browser: Browser, **more: Any) -> Answer:
    return person.at(door).send(SUBSCRIBE, json_body=browser.to_json() | more)


def subscribed(person: Person, browser: Browser) -> str:
    answer = subscribe(person, browser)
    assert answer.status == 201, answer.text
    return str(answer.json["subscription_id"])


def listed(person: Person) -> list[dict[str, Any]]:
    answer = person.at(door).send(LIST)
    assert answer.status == 200, answer.text
    return list(answer.json["subscriptions"])


def created(person: Person, notification_id: int = NOTIFICATION, *, ago: int = 0) -> dict[str, Any]:
    """Return `notification.created` as EventBridge leaves it in the queue, with fields that nobody here knows."""
    detail = {
        "v": 1,
        "event_id": f"notification {notification_id}",
        "user_id": person.user_id,
        "notification_id": notification_id,
        "type": "like",
        "timestamp": rfc3339(system_clock() - ago),
        "colour": "red",
    }
    return {"version": "0", "source": "kith", "detail-type": "notification.created", "detail": detail}


def deliver(*messages: dict[str, Any]) -> Any:
    return on_event(queue_event(*messages), None)


def public_key() -> str:
    answer = Client(door).send(PUSH_KEY)
    assert answer.status == 200, answer.text
    return str(answer.json["public_key"])


@dataclass(frozen=True)
class Scene:
    """Ann, whose one browser takes pushes from a session of hers."""

    ann: Person
    session_id: str
    browser: Browser


@pytest.fixture
def scene(join: Join, service: PushService, notices: Notices) -> Scene:
    public_key()
    ann, session_id = logged_in(join("ann"))
    browser = service.browser()
    subscribed(ann, browser)
    return Scene(ann, session_id, browser)


class TestSubscribing:
    def test_a_browser_is_known_from_then_on_without_what_others_could_send_with(
        self, join: Join, service: PushService
    ) -> None:
        ann, browser = join("ann"), service.browser()
        assert listed(ann) == []
        answer = subscribe(ann, browser)
        assert answer.status == 201
        assert listed(ann) == [answer.json]
        assert answer.json["endpoint_host"] == service.origin.removeprefix("http://")
        assert answer.json.keys() == {"subscription_id", "endpoint_host", "created_at"}
        assert browser.endpoint not in answer.text

    def test_the_same_again_changes_nothing_but_its_keys(self, join: Join, service: PushService) -> None:
        ann, browser = join("ann"), service.browser()
        first = subscribe(ann, browser)
        before = everything()
        again = subscribe(ann, browser)
        assert (again.status, again.json) == (201, first.json)
        assert everything() == before
        other = Browser(browser.endpoint)
        assert subscribe(ann, other).json == first.json
        changed = [key for key, item in everything().items() if before[key] != item]
        assert [sort for _, sort in changed] == ["PUSH#0"]

    def test_the_eleventh_takes_the_place_of_the_oldest(
        self, join: Join, service: PushService, later: Later
    ) -> None:
        ann = join("ann")
        ids = []
        for number in range(10):
            later(1)
            ids.append(subscribed(ann, service.browser(str(number))))
        assert [each["subscription_id"] for each in listed(ann)] == ids
        later(1)
        ids.append(subscribed(ann, service.browser("10")))
        assert [each["subscription_id"] for each in listed(ann)] == ids[1:]
        assert len([key for key in everything() if key[0].startswith("ENDPOINT#")]) == 10

    def test_an_endpoint_moves_to_whoever_logs_in_after_somebody_else(
        self, join: Join, service: PushService
    ) -> None:
        ann, bob, browser = join("ann"), join("bob"), service.browser()
        subscribed(ann, service.browser("another"))
        moved = subscribed(ann, browser)
        assert len(listed(ann)) == 2
        assert subscribed(bob, browser) == moved
        assert [each["subscription_id"] for each in listed(bob)] == [moved]
        assert moved not in {each["subscription_id"] for each in listed(ann)}
        assert subscribed(ann, browser) == moved
        assert listed(bob) == []
        assert len(listed(ann)) == 2

    def test_what_has_expired_is_not_there_and_its_place_is_taken_first(
        self, join: Join, service: PushService, later: Later
    ) -> None:
        ann, bob = join("ann"), join("bob")
        kept = [subscribed(ann, service.browser(str(number))) for number in range(9)]
        until = system_clock() + 2 * MINUTE
        expiring = service.browser("expiring")
        assert subscribe(ann, expiring, expirationTime=until).status == 201
        assert len(listed(ann)) == 10
        later(3 * MINUTE)
        assert [each["subscription_id"] for each in listed(ann)] == kept
        assert subscribe(bob, expiring, expirationTime=None).status == 201
        new = subscribed(ann, service.browser("new"))
        assert [each["subscription_id"] for each in listed(ann)] == [*kept, new]
        assert len(listed(bob)) == 1

    def test_two_at_once_take_two_places(
        self, join: Join, service: PushService, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ann, original = join("ann"), transactions.write
        store = PushSubscriptionStore(deployment.table())
        other = PushSubscription(ann.user_id, service.browser("other").endpoint, "p", "a", "session", 1)
        between = [lambda: store.keep(other)]

        def overtaken(table: Table, *operations: Any, **more: Any) -> int:
            if between:
                between.pop()()
            return original(table, *operations, **more)

        monkeypatch.setattr("kith.table.push_subscriptions.write", overtaken)
        subscribed(ann, service.browser("one"))
        assert between == []
        assert len(listed(ann)) == 2

    def test_a_deleted_account_subscribes_to_nothing(
        self, join: Join, service: PushService, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ann, original = join("ann"), transactions.write

        def late(table: Table, *operations: Any, **more: Any) -> int:
            set_standing(table, ann, Standing.DELETED)
            return original(table, *operations, **more)

        monkeypatch.setattr("kith.table.push_subscriptions.write", late)
        assert subscribe(ann, service.browser()).status == 401
        assert not [key for key in everything() if key[0].startswith("ENDPOINT#")]

    def test_unsubscribing_takes_ones_own_away_and_is_a_success_also_without(
        self, join: Join, service: PushService
    ) -> None:
        ann, bob, browser = join("ann"), join("bob"), service.browser()
        subscribed(ann, browser)
        gone = {"endpoint": browser.endpoint}
        assert bob.at(door).send(UNSUBSCRIBE, json_body=gone).status == 204
        assert len(listed(ann)) == 1
        assert ann.at(door).send(UNSUBSCRIBE, json_body=gone).status == 204
        assert listed(ann) == []
        assert not [key for key in everything() if key[0].startswith("ENDPOINT#")]
        assert ann.at(door).send(UNSUBSCRIBE, json_body=gone).status == 204
        assert ann.at(door).send(UNSUBSCRIBE, json_body={"endpoint": "nonsense"}).status == 204

    @pytest.mark.parametrize(
        "endpoint",
        [
            "https://169.254.169.254/latest",
            "http://fcm.googleapis.com/x",
            "https://fcm.googleapis.com:8443/x",
            "x",
        ],
    )
    def test_an_address_of_nobody_we_know_is_refused(
        self, join: Join, service: PushService, endpoint: str
    ) -> None:
        ann = join("ann")
        answer = subscribe(ann, Browser(endpoint))
        assert answer.status == 422
        assert [each["field"] for each in answer.json["errors"]] == ["endpoint"]
        assert listed(ann) == []

    def test_only_a_stage_that_says_so_sends_to_its_own_machine_or_further_hosts(
        self, join: Join, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ann = join("ann")
        assert subscribe(ann, Browser("http://127.0.0.1:9/x")).status == 422
        assert subscribe(ann, Browser("https://eu.push.example/x")).status == 422
        monkeypatch.setenv("KITH_PUSH_HOSTS", "other.example *.push.example")
        start_cold()
        assert subscribe(ann, Browser("https://eu.push.example/x")).status == 201

    @pytest.mark.parametrize(
        "keys",
        [
            {"p256dh": encoded(b"\x04" + bytes(64)), "auth": encoded(bytes(16))},
            {"p256dh": encoded(bytes(65)), "auth": encoded(bytes(16))},
            {"p256dh": encoded(bytes(64)), "auth": encoded(bytes(16))},
            {"p256dh": Browser("x").to_json()["keys"]["p256dh"], "auth": encoded(bytes(15))},
            {"p256dh": Browser("x").to_json()["keys"]["p256dh"], "auth": "!" * 22},
            {"p256dh": Browser("x").to_json()["keys"]["p256dh"], "auth": "é" * 22},
        ],
    )
    def test_keys_that_are_none_are_refused(
        self, join: Join, service: PushService, keys: dict[str, str]
    ) -> None:
        ann = join("ann")
        answer = subscribe(ann, service.browser(), keys=keys)
        assert answer.status == 422
        assert [each["field"] for each in answer.json["errors"]] == ["keys"]
        assert listed(ann) == []

    def test_what_has_expired_already_is_refused(self, join: Join, service: PushService) -> None:
        answer = subscribe(join("ann"), service.browser(), expirationTime=system_clock() - 1)
        assert (answer.status, answer.json["errors"][0]["field"]) == (422, "expirationTime")

    def test_the_key_is_made_once_and_is_the_same_for_everybody(self, cloud: None) -> None:
        first = public_key()
        start_cold()
        assert public_key() == first
        assert len(first) == 87
        answer = Client(door).send(PUSH_KEY)
        assert answer.headers["cache-control"] == "public, max-age=300"


class TestSending:
    def test_a_browser_is_told_what_happened_and_by_whom_it_is_told(
        self, scene: Scene, service: PushService, notices: Notices
    ) -> None:
        assert service.pushed == []
        assert deliver(created(scene.ann)) == NOTHING_FAILED
        (pushed,) = service.pushed
        assert json.loads(scene.browser.read(pushed.body)) == {
            "type": "like",
            "notification_id": NOTIFICATION,
            "title": "Kith",
            "body": "@bob liked your post",
        }
        assert notices.asked == [(scene.ann.user_id, NOTIFICATION)]
        told = {name: pushed.headers[name] for name in ("content-encoding", "urgency")}
        assert told == {"content-encoding": "aes128gcm", "urgency": "normal"}
        assert DAY // 1_000 - 5 <= int(pushed.headers["ttl"]) <= DAY // 1_000
        assert len(pushed.headers["topic"]) == 32
        scheme, token, key = pushed.headers["authorization"].replace(",", "").split(" ")
        assert (scheme, key) == ("vapid", f"k={public_key()}")
        point = key.removeprefix("k=")
        claims = jwt.decode(token.removeprefix("t="), _key(point), ["ES256"], audience=service.origin)
        assert claims["sub"] == "mailto:no-reply@kith.example"
        assert claims["exp"] <= system_clock() // 1_000 + DAY // 1_000

    def test_all_of_ones_browsers_are_told_and_nobody_elses(
        self, scene: Scene, service: PushService, join: Join
    ) -> None:
        bob, _ = logged_in(join("bob"))
        subscribed(bob, service.browser("bob"))
        subscribed(scene.ann, service.browser("two"))
        assert deliver(created(scene.ann)) == NOTHING_FAILED
        assert sorted(each.path for each in service.pushed) == ["/push/one", "/push/two"]
        assert len({each.headers["topic"] for each in service.pushed}) == 1

    def test_ten_deliveries_are_one_push(self, scene: Scene, service: PushService) -> None:
        for _ in range(5):
            assert deliver(created(scene.ann), created(scene.ann)) == NOTHING_FAILED
        assert len(service.pushed) == 1
        assert deliver(created(scene.ann, NOTIFICATION + 1)) == NOTHING_FAILED
        assert len(service.pushed) == 2

    def test_while_somebody_is_sending_it_it_comes_again_later(
        self, scene: Scene, service: PushService, table: Table, later: Later
    ) -> None:
        push_id = subscription_of(scene).push_id(NOTIFICATION)
        leased = {"leased_until": system_clock() + MINUTE, "expires_at": 2**40}
        table.put(PushItem.at(leased, push_id=push_id))
        assert deliver(created(scene.ann)) == FAILED
        assert service.pushed == []
        later(2 * MINUTE)
        assert deliver(created(scene.ann)) == NOTHING_FAILED
        assert len(service.pushed) == 1

    @pytest.mark.parametrize("status", [200, 201, 202])
    def test_what_is_taken_is_done(self, scene: Scene, service: PushService, status: int) -> None:
        service.status = status
        assert deliver(created(scene.ann)) == NOTHING_FAILED
        assert deliver(created(scene.ann)) == NOTHING_FAILED
        assert len(service.pushed) == 1
        assert len(listed(scene.ann)) == 1

    @pytest.mark.parametrize("status", [404, 410])
    def test_who_is_gone_is_forgotten(self, scene: Scene, service: PushService, status: int) -> None:
        service.status = status
        assert len(listed(scene.ann)) == 1
        assert deliver(created(scene.ann)) == NOTHING_FAILED
        assert listed(scene.ann) == []
        assert not [key for key in everything() if key[0].startswith("ENDPOINT#")]
        assert deliver(created(scene.ann, NOTIFICATION + 1)) == NOTHING_FAILED
        assert len(service.pushed) == 1

    @pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
    def test_what_may_pass_is_tried_again(self, scene: Scene, service: PushService, status: int) -> None:
        service.status = status
        assert deliver(created(scene.ann)) == FAILED
        service.status = 201
        assert deliver(created(scene.ann)) == NOTHING_FAILED
        assert deliver(created(scene.ann)) == NOTHING_FAILED
        assert len(service.pushed) == 2
        assert len(listed(scene.ann)) == 1

    def test_a_service_is_left_alone_for_as_long_as_it_asks(
        self, scene: Scene, service: PushService, later: Later
    ) -> None:
        service.status, service.headers = 429, {"retry-after": "600"}
        assert deliver(created(scene.ann)) == FAILED
        service.status = 201
        later(9 * MINUTE)
        assert deliver(created(scene.ann)) == FAILED
        assert len(service.pushed) == 1
        later(2 * MINUTE)
        assert deliver(created(scene.ann)) == NOTHING_FAILED
        assert len(service.pushed) == 2

    @pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 403, 413, 418])
    def test_what_is_refused_is_final_and_counted(
        self, scene: Scene, service: PushService, status: int
    ) -> None:
        service.status, service.headers = status, {"location": f"{service.origin}/elsewhere"}
        with lines_of("web_push") as lines:
            assert deliver(created(scene.ann)) == NOTHING_FAILED
            assert deliver(created(scene.ann)) == NOTHING_FAILED
        assert [each.path for each in service.pushed] == ["/push/one"]
        assert measured_in(lines, "PushesRefused") == [1]
        assert len(listed(scene.ann)) == 1

    def test_one_service_that_fails_does_not_keep_the_others(
        self, scene: Scene, service: PushService
    ) -> None:
        subscribed(scene.ann, service.browser("two"))
        service.statuses = {"/push/one": 503}
        assert deliver(created(scene.ann)) == FAILED
        service.statuses = {}
        assert deliver(created(scene.ann)) == NOTHING_FAILED
        assert sorted(each.path for each in service.pushed) == ["/push/one", "/push/one", "/push/two"]

    def test_nobody_answers(self, scene: Scene, monkeypatch: pytest.MonkeyPatch, join: Join) -> None:
        with push_service() as gone:
            silent = gone.browser()
        cat, _ = logged_in(join("cat"))
        subscribed(cat, silent)
        monkeypatch.setattr(push_services, "CONNECTING", 0.5)
        assert deliver(created(cat)) == FAILED
        assert len(listed(cat)) == 1

    def test_what_must_not_be_told_any_more_is_not(
        self, scene: Scene, service: PushService, notices: Notices
    ) -> None:
        notices.says = None
        assert deliver(created(scene.ann)) == NOTHING_FAILED
        assert service.pushed == []
        assert len(notices.asked) == 1

    def test_what_is_old_is_told_to_nobody(self, scene: Scene, service: PushService) -> None:
        assert deliver(created(scene.ann, ago=DAY)) == NOTHING_FAILED
        assert service.pushed == []
        assert deliver(created(scene.ann, ago=DAY - HOUR)) == NOTHING_FAILED
        (pushed,) = service.pushed
        assert 3_590 <= int(pushed.headers["ttl"]) <= 3_600

    def test_other_events_send_nothing(self, scene: Scene, service: PushService) -> None:
        assert deliver(created(scene.ann) | {"detail-type": "notification.read"}) == NOTHING_FAILED
        assert service.pushed == []

    def test_more_than_the_limit_is_dropped_without_a_word(
        self, scene: Scene, service: PushService, later: Later, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for number in range(121):
            assert deliver(created(scene.ann, NOTIFICATION + number)) == NOTHING_FAILED
        sent = len(service.pushed)
        assert sent in {120, 121}  # a bucket may have leaked one meanwhile
        assert (
            deliver(*[created(scene.ann, NOTIFICATION + 200 + number) for number in range(5)])
            == NOTHING_FAILED
        )
        assert len(service.pushed) <= sent + 1
        later(HOUR)
        assert deliver(created(scene.ann, NOTIFICATION + 500)) == NOTHING_FAILED
        assert len(service.pushed) > sent


class TestSessions:
    def _log_out(self, scene: Scene) -> None:
        assert scene.ann.at(session_door).send("POST /api/v1/logout").status == 204

    def _log_out_everywhere(self, scene: Scene) -> None:
        assert scene.ann.at(session_door).send("POST /api/v1/logout/all").status == 204

    def _end_elsewhere(self, scene: Scene) -> None:
        other, _ = logged_in(scene.ann)
        answer = other.at(session_door).send("DELETE /api/v1/sessions/{sid}", sid=scene.session_id)
        assert answer.status == 204

    @pytest.mark.parametrize("end", [_log_out, _log_out_everywhere, _end_elsewhere])
    def test_nothing_is_sent_after_the_session_has_ended_and_the_subscription_goes(
        self, scene: Scene, service: PushService, end: Callable[[Any, Scene], None], table: Table
    ) -> None:
        assert table.get(PushSubscriptionItem, user_id=scene.ann.user_id, place="0") is not None
        end(self, scene)
        assert deliver(created(scene.ann)) == NOTHING_FAILED
        assert service.pushed == []
        assert table.get(PushSubscriptionItem, user_id=scene.ann.user_id, place="0") is None
        assert not [key for key in everything() if key[0].startswith("ENDPOINT#")]

    def test_a_session_that_expired_has_ended(self, scene: Scene, service: PushService, later: Later) -> None:
        later(LIFETIME)
        assert deliver(created(scene.ann)) == NOTHING_FAILED
        assert service.pushed == []

    def test_another_session_keeps_its_browser(self, scene: Scene, service: PushService) -> None:
        other, _ = logged_in(scene.ann)
        subscribed(other, service.browser("two"))
        self._log_out(scene)
        assert deliver(created(other)) == NOTHING_FAILED
        assert [each.path for each in service.pushed] == ["/push/two"]
        assert len(listed(other)) == 1

    def test_who_is_suspended_is_sent_nothing_until_they_are_back(
        self, scene: Scene, service: PushService, table: Table
    ) -> None:
        set_standing(table, scene.ann, Standing.SUSPENDED)
        assert deliver(created(scene.ann)) == NOTHING_FAILED
        assert service.pushed == []
        set_standing(table, scene.ann, Standing.ACTIVE)
        assert deliver(created(scene.ann)) == NOTHING_FAILED
        assert len(service.pushed) == 1

    def test_who_logs_in_after_somebody_else_gets_their_own_pushes_only(
        self, scene: Scene, service: PushService, join: Join
    ) -> None:
        bob, _ = logged_in(join("bob"))
        mine = Browser(scene.browser.endpoint)
        subscribed(bob, mine)
        assert deliver(created(scene.ann)) == NOTHING_FAILED
        assert service.pushed == []
        assert deliver(created(bob)) == NOTHING_FAILED
        assert json.loads(mine.read(service.pushed[0].body))["notification_id"] == NOTIFICATION


def test_a_stage_that_no_longer_names_a_host_sends_nothing_there(
    scene: Scene, service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KITH_PUSH_TO_THIS_MACHINE")
    start_cold()
    assert deliver(created(scene.ann)) == NOTHING_FAILED
    assert service.pushed == []
    assert listed(scene.ann) == []


def test_logs_name_no_endpoint_and_no_key(
    scene: Scene, service: PushService, caplog: pytest.LogCaptureFixture
) -> None:
    for status in (403, 503, 410):
        service.status = status
        deliver(created(scene.ann, NOTIFICATION + status))
    told = " ".join(str(vars(record)) for record in caplog.records)
    assert "a push was refused" in told
    for secret in ("/push/one", scene.browser.to_json()["keys"]["p256dh"], encoded(scene.browser.auth)):
        assert secret not in told


def set_standing(table: Table, person: Person, standing: Standing) -> None:
    write(
        table,
        Update(UserItem.at(user_id=person.user_id), [UserItem.standing.set(standing)], UserItem.pk.exists()),
        Update(GateItem.at(user_id=person.user_id), [GateItem.standing.set(standing)], GateItem.pk.exists()),
    )


def subscription_of(scene: Scene) -> Any:
    found = PushSubscriptionStore(deployment.table()).of_user(scene.ann.user_id, now=system_clock())
    assert deployment.table().get(PushEndpointItem, digest=found[0].subscription_id) is not None
    return found[0]


def _key(point: str) -> ec.EllipticCurvePublicKey:
    raw = base64.urlsafe_b64decode(point + "=")
    assert point_of(ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)) == raw
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
