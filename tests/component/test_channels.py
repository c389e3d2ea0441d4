"""What happens is said on each channel that somebody wants, once, and not when it is so no longer."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest

from functions.notification.api import door
from functions.realtime.on_event import handler as realtime_on_event
from functions.web_push.api import door as web_push_door
from functions.web_push.on_event import handler as web_push_on_event
from kith import aws
from kith.domain.notifications import NotificationType
from tests.builders import Client, queue_event
from tests.component.conftest import Person, start_cold
from tests.component.connecting import ENDPOINT, Gateway, connect, log_in
from tests.component.happening import delete_post, suspend
from tests.component.pushing import Browser, PushService, push_service
from tests.component.telling import HAPPENS, Town, a_town, do, engage, liked, part

CHOICES = "PUT /api/v1/notifications/preferences"
NOTHING_FAILED: dict[str, list[dict[str, str]]] = {"batchItemFailures": []}
TIMES = 3
"""So often each event comes to each channel."""


@dataclass
class Stage:
    """Ann, who may be online and has a browser that takes pushes, and Bob, who does things."""

    town: Town
    ann: Person
    bob: Person
    gateway: Gateway
    service: PushService
    browser: Browser
    session: Any

    def go_online(self) -> None:
        connect(self.session, self.gateway)

    def choose(self, about: str, **channels: Any) -> None:
        do(self.ann, door, CHOICES, json_body={about: channels})

    def pass_on(self) -> None:
        """Let every channel hear of what was told, several times."""
        self.town.settle()
        told = list(self.town.created)
        self.town.created.clear()
        for message in told * TIMES:
            for handler in (realtime_on_event, web_push_on_event):
                assert handler(queue_event(message), None) == NOTHING_FAILED

    def framed(self, about: str) -> list[Mapping[str, Any]]:
        """Return what Ann heard on her websocket about something."""
        frames = [
            frame["notification"] for frame in self.gateway.everything() if frame["type"] == "notification"
        ]
        return [each for each in frames if each["type"] == about]

    def pushed(self, about: str) -> list[Mapping[str, Any]]:
        """Return what her browser was pushed about something."""
        told = [json.loads(self.browser.read(push.body)) for push in self.service.pushed]
        return [each for each in told if each["type"] == about]


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with a_town(monkeypatch, 0) as town, push_service() as service:
        monkeypatch.setenv("KITH_PUSH_TO_THIS_MACHINE", "yes")
        start_cold()
        gateway = Gateway()
        client = aws.websocket_client(ENDPOINT)
        monkeypatch.setattr(client, "post_to_connection", gateway.post_to_connection)
        monkeypatch.setattr(client, "delete_connection", gateway.delete_connection)
        assert Client(web_push_door).send("GET /api/v1/notifications/push-key").status == 200
        session = log_in(town.person("ann"))
        browser = service.browser()
        route = "POST /api/v1/notifications/push-subscriptions"
        do(session.person, web_push_door, route, 201, json_body=browser.to_json())
        yield Stage(town, session.person, town.person("bob"), gateway, service, browser, session)


def test_every_type_can_happen_here() -> None:
    assert set(HAPPENS) == set(NotificationType)


@pytest.mark.parametrize(
    ("about", "chosen", "where"),
    list(product(HAPPENS, product((True, False), repeat=2), ("online", "away"))),
)
def test_each_type_is_said_on_each_channel_as_it_was_chosen(
    stage: Stage, about: str, chosen: tuple[bool, bool], where: str
) -> None:
    (websocket, push), is_online = chosen, where == "online"
    stage.choose(about, websocket=websocket, push=push)
    if is_online:
        stage.go_online()
    HAPPENS[about][0](stage.town, stage.ann, stage.bob)
    stage.pass_on()
    text = HAPPENS[about][1]
    by_frame, by_push = is_online and websocket, push and not (is_online and websocket)
    assert [each["text"] for each in stage.framed(about)] == [text] * by_frame
    assert [each["body"] for each in stage.pushed(about)] == [text] * by_push
    listed = [each["text"] for each in stage.town.told(stage.ann) if each["type"] == about]
    assert listed == [text], "the list has it whatever was chosen"


def test_what_is_framed_is_what_is_listed(stage: Stage) -> None:
    stage.go_online()
    liked(stage.town, stage.ann, stage.bob)
    stage.pass_on()
    (frame,) = stage.framed("post_liked")
    (listed,) = stage.town.told(stage.ann)
    bare = [{key: each[key] for key in each if key != "avatar"} for each in listed["actors"]]
    assert frame == listed | {"actors": bare}


UNDONE: dict[str, Callable[[Stage, int], object]] = {
    "taken back": lambda stage, post_id: engage(stage.bob, "like", post_id, undo=True),
    "blocked": lambda stage, _: part(stage.ann, "block", stage.bob),
    "blocking": lambda stage, _: part(stage.bob, "block", stage.ann),
    "muted": lambda stage, _: part(stage.ann, "mute", stage.bob),
    "suspended": lambda stage, _: suspend(stage.bob),
    "the post deleted": lambda stage, post_id: delete_post(stage.ann, post_id),
    "read": lambda stage, _: do(
        stage.ann,
        door,
        "POST /api/v1/notifications/read",
        json_body={"up_to": stage.town.read(stage.ann)["notifications"][0]["id"]},
    ),
}


@pytest.mark.parametrize(("undone", "where"), list(product(UNDONE, ("online", "away"))))
def test_nothing_is_said_of_what_is_so_no_longer(stage: Stage, undone: str, where: str) -> None:
    if where == "online":
        stage.go_online()
    post_id = liked(stage.town, stage.ann, stage.bob)
    stage.town.settle()
    assert stage.town.created, "it was told, and is on its way to the channels"
    UNDONE[undone](stage, post_id)
    stage.pass_on()
    assert (stage.framed("post_liked"), stage.pushed("post_liked")) == ([], [])


def test_no_channel_tells_what_somebody_wrote(stage: Stage) -> None:
    stage.go_online()
    secret = "the canary in the text"
    for about in ("post_commented", "replied", "quoted", "mentioned"):
        stage.choose(about, push=True, websocket=about in {"post_commented", "quoted"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.component.telling.SAID", secret)
        for about in ("post_commented", "replied", "quoted", "mentioned"):
            HAPPENS[about][0](stage.town, stage.ann, stage.bob)
    stage.pass_on()
    said = json.dumps(
        [
            stage.gateway.everything(),
            [stage.browser.read(each.body).decode() for each in stage.service.pushed],
        ]
    )
    assert "@bob" in said
    assert secret not in said


def test_liked_and_taken_back_again_and_again_is_said_once(stage: Stage) -> None:
    stage.go_online()
    post_id = liked(stage.town, stage.ann, stage.bob)
    for _ in range(10):
        stage.pass_on()
        engage(stage.bob, "like", post_id, undo=True)
        stage.pass_on()
        engage(stage.bob, "like", post_id)
    stage.pass_on()
    assert len(stage.framed("post_liked")) == 1
    assert [each["text"] for each in stage.town.told(stage.ann)] == ["@bob liked your post"]
