import hashlib
import json
from typing import Any

import pytest

from functions.feed.api import door as feed_door
from functions.follow.api import door as follow_door
from functions.operation import wiring
from functions.operation.api import door
from functions.operation.on_message import handler as on_message
from functions.post.api import door as post_door
from functions.profile.api import door as profile_door
from kith.domain.clock import DAY, system_clock
from kith.table.connection import Table
from kith.table.erasures import Erasure
from kith.table.items import ErasureItem, ExportItem, UserItem
from tests.builders import Answer, Client, queue_event
from tests.component.conftest import BUCKET, Join, Person, Register, aws, everything
from tests.component.erasing import NOTHING_FAILED, deleted, delivered

PASSWORD = "correct horse battery"
EXPORT = "POST /api/v1/users/me/export"
OPERATION = "GET /api/v1/operations/{operation_id}"


def delete(client: Client, password: str = PASSWORD) -> Answer:
    return client.send("DELETE /api/v1/users/me", json_body={"password": password})


def wish(person: Person, **more: Any) -> int:
    answer = person.at(door).send(EXPORT, **more)
    assert answer.status == 202, answer.text
    return int(answer.json["operation_id"])


def make(person: Person, operation_id: int) -> None:
    detail = {"user_id": person.user_id, "operation_id": operation_id}
    event = queue_event({"detail-type": "user.export_requested", "detail": detail})
    assert on_message(event, None) == NOTHING_FAILED


def archive(operation_id: int, person: Person) -> bytes:
    name = f"exports/{person.user_id}/{operation_id}.json"
    body: bytes = aws("s3").get_object(Bucket=BUCKET, Key=name)["Body"].read()
    return body


def names_in_bucket() -> list[str]:
    answer = aws("s3").list_object_versions(Bucket=BUCKET)
    return [each["Key"] for kind in ("Versions", "DeleteMarkers") for each in answer.get(kind, [])]


def test_a_deleted_account_is_invisible_and_logged_out_at_once(register: Register, join: Join) -> None:
    ann, bob = register("ann"), join("bob")
    ann_id, client = ann["user"]["user_id"], Client(door, ann["access_token"])
    assert bob.at(profile_door).send("GET /api/v1/users/{user_id}", user_id=ann_id).status == 200

    answer = delete(client)

    assert answer.status == 202
    assert bob.at(profile_door).send("GET /api/v1/users/{user_id}", user_id=ann_id).status == 404
    found = bob.at(profile_door).send("GET /api/v1/users/by-username/{username}", username="ann")
    assert found.status == 404
    for other in (feed_door, profile_door):
        route = "GET /api/v1/feed" if other is feed_door else "GET /api/v1/users/me"
        assert Client(other, ann["access_token"]).send(route).status == 401
    assert delete(client).status == 401


def test_deleting_takes_the_password_and_changes_nothing_without_it(register: Register) -> None:
    client = Client(door, register("ann")["access_token"])
    before = everything()
    answer = delete(client, "incorrect horse")
    assert (answer.status, answer.json["code"]) == (403, "wrong_password")
    assert everything() == before
    assert delete(client).status == 202


def test_an_erasure_is_told_to_whoever_has_its_identifier_and_names_nobody(
    register: Register, join: Join
) -> None:
    ann, bob = register("ann"), join("bob")
    operation_id = delete(Client(door, ann["access_token"])).json["operation_id"]
    running = Client(door).send(OPERATION, operation_id=operation_id)
    assert running.status == 200
    assert running.json["kind"] == "erasure"
    assert running.json["status"] == "running"
    assert running.json["receipt"] is None

    delivered({"detail-type": "user.deleted", "detail": {"user_id": ann["user"]["user_id"]}})

    for reader in (Client(door), bob.at(door), Client(door, ann["access_token"])):
        done = reader.send(OPERATION, operation_id=operation_id)
        assert done.status == 200
        assert (done.json["status"], done.json["operation_id"]) == ("done", operation_id)
        assert done.json["finished_at"] >= done.json["started_at"]
        assert done.json["receipt"]["items"]["claims"] == 2
        assert done.json["progress"]["done"] == sum(done.json["receipt"]["items"].values())
        assert str(ann["user"]["user_id"]) not in done.text


def test_an_unknown_operation_asks_strangers_to_log_in_and_is_not_there_for_others(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    operation_id = wish(ann)
    assert ann.at(door).send(OPERATION, operation_id=operation_id).status == 200
    assert bob.at(door).send(OPERATION, operation_id=operation_id).status == 404
    assert Client(door).send(OPERATION, operation_id=operation_id).status == 401
    assert Client(door).send(OPERATION, operation_id=7).status == 401


def test_an_export_holds_what_one_has_and_nothing_that_guards_it(join: Join, table: Table) -> None:
    ann, bob, cid = join("ann"), join("bob"), join("cid", is_private=True)
    for follower, followee in ((ann, bob), (bob, ann), (ann, cid)):
        follower.at(follow_door).send("POST /api/v1/graph/follow/{user_id}", user_id=followee.user_id)
    bob.at(post_door).send("POST /api/v1/posts", json_body={"text": "hello @ann"})
    texts = ["first", "sécond #tag", 'third "quoted"\n\u2028']
    for text in texts:
        ann.at(post_door).send("POST /api/v1/posts", json_body={"text": text})
    operation_id = wish(ann)
    make(ann, operation_id)

    octets = archive(operation_id, ann)
    found = json.loads(octets)
    assert found["profile"]["username"] == "ann"
    assert found["account"]["email"] == "ann@kith.example"
    assert [each["user_id"] for each in found["following"]] == [bob.user_id]
    assert [each["user_id"] for each in found["requested"]] == [cid.user_id]
    assert [each["user_id"] for each in found["followers"]] == [bob.user_id]
    assert [each["text"] for each in found["posts"]] == texts
    assert len(found["mentioned_in"]) == len(found["sessions"]) == len(found["exports"]) == 1
    assert (found["preferences"], found["blocks"], found["mutes"]) == (None, [], [])
    assert b"no hash" not in octets
    assert b"epoch" not in octets

    answer = ann.at(door).send(OPERATION, operation_id=operation_id).json
    assert (answer["kind"], answer["status"]) == ("export", "done")
    receipt = answer["receipt"]
    assert (receipt["bytes"], receipt["sha256"]) == (len(octets), hashlib.sha256(octets).hexdigest())
    assert receipt["items"]["posts"] == 3
    assert answer["progress"]["done"] == sum(receipt["items"].values())


def test_an_export_pages_through_everything(join: Join, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.operation.sections.PAGE", 2)
    ann = join("ann")
    for number in range(5):
        ann.at(post_door).send("POST /api/v1/posts", json_body={"text": f"number {number}"})
    operation_id = wish(ann)
    make(ann, operation_id)
    found = json.loads(archive(operation_id, ann))
    assert [each["text"] for each in found["posts"]] == [f"number {number}" for number in range(5)]


def test_an_export_that_comes_again_is_the_same_one(join: Join) -> None:
    ann = join("ann")
    operation_id = wish(ann)
    for _ in range(3):
        make(ann, operation_id)
    assert names_in_bucket() == [f"exports/{ann.user_id}/{operation_id}.json"]


def test_while_one_export_runs_asking_again_names_that_one(join: Join) -> None:
    ann = join("ann")
    first = wish(ann)
    assert wish(ann) == first
    make(ann, first)
    assert wish(ann) != first


def test_an_export_that_never_finishes_is_told_as_failed_and_another_can_be_asked_for(
    join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = join("ann")
    first = wish(ann)
    later = system_clock() + DAY
    object.__setattr__(wiring.service(), "clock", lambda: later)
    assert ann.at(door).send(OPERATION, operation_id=first).json["status"] == "failed"
    assert wish(ann) != first


def test_a_key_repeats_the_answer_also_when_that_export_is_done(join: Join) -> None:
    ann = join("ann")
    running = wish(ann)
    keyed = [wish(ann, headers={"idempotency-key": "k"}) for _ in range(2)]
    make(ann, running)
    keyed.append(wish(ann, headers={"idempotency-key": "k"}))
    assert keyed == [running] * 3
    fresh = [wish(ann, headers={"idempotency-key": "other"}) for _ in range(2)]
    assert fresh[0] == fresh[1] != running


def test_a_key_of_another_request_is_refused(join: Join) -> None:
    ann = join("ann")
    headers = {"idempotency-key": "k"}
    ann.at(post_door).send("POST /api/v1/posts", json_body={"text": "hello"}, headers=headers)
    answer = ann.at(door).send(EXPORT, headers=headers)
    assert (answer.status, answer.json["code"]) == (422, "idempotency_key_reused")


def test_a_download_needs_no_login_and_leads_to_the_archive_for_a_minute(join: Join) -> None:
    ann = join("ann")
    operation_id = wish(ann)
    make(ann, operation_id)
    link = ann.at(door).send(OPERATION, operation_id=operation_id).json["receipt"]["download"]
    token = link["url"].removeprefix("/api/v1/downloads/")

    answer = Client(door).send("GET /api/v1/downloads/{token}", token=token)

    assert answer.status == 302
    assert f"/{BUCKET}/exports/{ann.user_id}/{operation_id}.json?" in answer.headers["location"]
    assert "X-Amz-Expires=60" in answer.headers["location"]
    assert answer.headers["cache-control"] == "private, no-store"


def test_a_download_ends_with_its_time_its_archive_and_its_account(
    join: Join, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = join("ann")
    operation_id = wish(ann)
    now = system_clock()

    def status(token: str) -> int:
        return Client(door).send("GET /api/v1/downloads/{token}", token=token).status

    token, _ = wiring.downloads().token(ann.user_id, operation_id, now=now)
    old, _ = wiring.downloads().token(ann.user_id, operation_id, now=now - DAY)
    others, _ = wiring.downloads().token(ann.user_id + 1, operation_id, now=now)
    assert status(token) == 404, "it is not made yet"
    make(ann, operation_id)
    assert [status(each) for each in (token, old, others, token[:-1], ann.token, "x")] == [302, *[404] * 5]

    wiring.service().erasures.begin(Erasure(7, ann.user_id, "posts", None, {}, 0), ann.user_id)
    assert status(token) == 404


def test_what_has_expired_is_gone_however_late_it_is_deleted(join: Join, table: Table) -> None:
    ann = join("ann")
    operation_id = wish(ann)
    item = table.get(ExportItem, user_id=ann.user_id, operation_id=operation_id)
    assert item is not None
    assert item.expires_at == item.started_at // 1_000 + 7 * 86_400
    table.put(ExportItem.at({**item.attribute_values, "expires_at": 1}, **item.values))
    assert ann.at(door).send(OPERATION, operation_id=operation_id).status == 404


def test_an_event_of_another_kind_is_ignored_and_one_of_nobody_does_nothing(join: Join) -> None:
    ann = join("ann")
    before = everything()
    other = {"detail-type": "user.updated", "detail": {"user_id": ann.user_id}}
    assert on_message(queue_event(other, deleted(ann), {"operation_id": 7}), None) == NOTHING_FAILED
    assert everything() == before


def test_a_message_that_cannot_be_read_fails_alone(join: Join) -> None:
    answer = on_message(queue_event({}, {"operation_id": 7}), None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}


def test_an_active_account_is_never_erased(join: Join, table: Table) -> None:
    ann = join("ann")
    assert on_message(queue_event(deleted(ann)), None) == NOTHING_FAILED
    assert table.get(UserItem, user_id=ann.user_id) is not None
    assert table.get(ErasureItem, operation_id=7) is None
