"""Media: a form for each upload, what is served of it, and its end."""

import itertools
from contextlib import suppress
from typing import Any

import pytest

from functions.media import wiring
from functions.media.api import door
from functions.media.files import renditions_of, upload_name
from functions.media.on_schedule import handler as collect
from functions.media.rendering import Rendered
from kith.domain.clock import DAY, MINUTE
from kith.domain.media import MediumKind
from kith.storage import Storage
from kith.table.connection import Table
from kith.table.items import MediumItem, UnattachedItem, UploadedItem, UploadItem
from tests.builders import Answer, LambdaContext
from tests.component import happening, publishing
from tests.component.conftest import BUCKET, Join, Later, Person, aws, everything, make_edge
from tests.component.uploading import (
    CANARY,
    DISCARD,
    Died,
    come,
    conditions,
    content_of,
    drawing,
    dying_at,
    files,
    jpeg,
    medium,
    opened,
    put,
    submit,
    tell,
    uploaded,
    with_new_token,
)

NAMES = ["original", "1080", "640", "320", "150"]


def test_a_form_takes_one_file_of_that_name_type_and_size(join: Join) -> None:
    ann = join("ann")
    answer = submit(ann, "image/png", 12_345, alt_text="a tram")
    assert (answer.status, answer.json["status"]) == (201, "awaiting_upload")
    form, media_id = answer.json["upload"], answer.json["media_id"]
    assert form["method"] == "POST"
    demanded = conditions(form)
    assert {"Content-Type": "image/png"} in demanded
    assert ["content-length-range", 12_345, 12_345] in demanded
    assert {"key": upload_name(media_id, MediumKind.IMAGE)} in demanded
    assert form["fields"]["key"] == upload_name(media_id, MediumKind.IMAGE)
    found = medium(ann, media_id).json
    assert (found["status"], found["alt_text"], found["renditions"]) == ("awaiting_upload", "a tram", [])


@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("content_type", {"content_type": "image/svg+xml"}),
        ("content_type", {"content_type": "text/html"}),
        ("bytes", {"bytes": 0}),
        ("bytes", {"bytes": 20 * 1024 * 1024 + 1}),
        ("bytes", {"bytes": "10"}),
        ("kind", {"kind": "audio"}),
        ("alt_text", {"alt_text": "a\0b"}),
        ("alt_text", {"alt_text": "x" * 1_001}),
        ("owner_id", {"owner_id": 1}),
    ],
)
def test_what_cannot_be_uploaded_is_refused_by_the_field_and_nothing_is_stored(
    join: Join, field: str, body: dict[str, Any]
) -> None:
    ann = join("ann")
    before = everything()
    answer = ann.at(door).send(
        "POST /api/v1/media", json_body={"kind": "image", "content_type": "image/png", "bytes": 10} | body
    )
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == [field]
    assert everything().keys() - before.keys() <= {key for key in everything() if key[1] == "GATE"}


def test_the_same_request_again_is_the_same_answer_and_one_upload(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    body = {"kind": "image", "content_type": "image/png", "bytes": 10}

    def again(who: Person, **more: Any) -> Answer:
        return who.at(door).send(
            "POST /api/v1/media", json_body=body | more, headers={"idempotency-key": "a key"}
        )

    first = again(ann)
    assert [again(ann).text for _ in range(3)] == [first.text] * 3
    assert again(ann, bytes=11).json["code"] == "idempotency_key_reused"
    assert again(bob).json["media_id"] != first.json["media_id"]
    assert len(happening.kinds(MediumItem)) == len(happening.kinds(UnattachedItem)) == 2


def test_an_account_opens_so_many_uploads_a_day(join: Join, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KITH_MAX_UPLOADS_PER_DAY", "2")
    ann, bob = join("ann"), join("bob")
    for _ in range(2):
        opened(ann)
    answer = submit(ann)
    assert (answer.status, answer.json["code"]) == (429, "rate_limited")
    assert 0 < int(answer.headers["retry-after"]) <= 86_400
    assert submit(bob).status == 201
    assert len(happening.kinds(MediumItem)) == 3


def test_an_account_opens_uploads_of_so_many_bytes_a_day(join: Join, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KITH_MAX_UPLOAD_BYTES_PER_DAY", "3000")
    ann, bob = join("ann"), join("bob")
    assert [submit(ann, size=size).status for size in (2_000, 1_001, 1_000, 1)] == [201, 429, 201, 429]
    assert submit(bob, size=3_000).status == 201
    assert len(happening.kinds(MediumItem)) == 3


def test_a_picture_becomes_its_renditions_without_what_came_along(join: Join) -> None:
    ann, bob = join("ann"), join("bob")
    media_id = uploaded(ann, jpeg(1600, 1200, orientation=6))
    found = medium(ann, media_id).json
    assert (found["status"], found["width"], found["height"]) == ("ready", 1200, 1600)
    assert found["exif"]["make"] == "CANARY cameras"
    assert (found["exif"]["latitude"], found["exif"]["longitude"]) == (48.1375, -11.575)
    jpegs = [each for each in found["renditions"] if each["content_type"] == "image/jpeg"]
    assert [each["name"] for each in jpegs] == NAMES
    assert [(each["width"], each["height"]) for each in jpegs] == [
        (1200, 1600),
        (810, 1080),
        (480, 640),
        (320, 320),
        (150, 150),
    ]
    for each in found["renditions"]:
        content = content_of(renditions_of(media_id) + each["url"].rpartition("/")[2])
        assert len(content) == each["bytes"]
        assert CANARY not in content
    assert not [name for name in files() if name.startswith("uploads/")]
    post_id = publishing.publish(ann, "", media_ids=[media_id])
    seen = medium(bob, media_id).json
    assert "exif" not in seen
    assert [each["name"] for each in seen["renditions"]] == [each["name"] for each in found["renditions"]]
    shown = publishing.read(bob, post_id)
    assert shown.json["media"][0]["renditions"] == seen["renditions"]
    assert "CANARY" not in shown.text


def test_what_is_no_picture_is_rejected_with_a_reason(join: Join) -> None:
    ann = join("ann")
    media_id = uploaded(ann, b"<html><script>alert(1)</script></html>")
    found = medium(ann, media_id).json
    assert (found["status"], found["reason"]) == ("rejected", "It is damaged, or no picture.")
    assert files() == []
    assert publishing.submit(ann, "look", media_ids=[media_id]).status == 422


def test_a_medium_is_seen_where_its_post_is(join: Join, table: Table, drawn: None) -> None:
    ann, fan, bob = join("ann", is_private=True), join("fan"), join("bob")
    make_edge(table, fan, ann)
    media_id = uploaded(ann)
    assert [medium(who, media_id).status for who in (ann, fan, bob)] == [200, 404, 404]
    publishing.publish(ann, "", media_ids=[media_id])
    assert [medium(who, media_id).status for who in (ann, fan, bob)] == [200, 200, 404]
    happening.block(ann, fan)
    assert medium(fan, media_id).status == 404


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_told_ten_times_in_any_order_of_three_versions_one_counts(
    join: Join, drawn: None, order: tuple[int, ...]
) -> None:
    ann = join("ann")
    media_id = opened(ann)
    versions = [put(media_id, f"picture {number}".encode()) for number in range(3)]
    for number in order:
        tell(*[come(media_id, versions[number])] * 10)
    assert medium(ann, media_id).json["status"] == "ready"
    assert content_of(f"{renditions_of(media_id)}640.webp") == f"picture {order[0]}".encode()
    assert files() == [f"{renditions_of(media_id)}640.webp"]


def test_an_upload_over_what_is_ready_changes_nothing(join: Join, drawn: None) -> None:
    ann = join("ann")
    media_id = uploaded(ann)
    before, content = everything(), content_of(f"{renditions_of(media_id)}640.webp")
    tell(come(media_id, put(media_id, b"bad")))
    assert medium(ann, media_id).json["status"] == "ready"
    assert content_of(f"{renditions_of(media_id)}640.webp") == content
    assert {key: item for key, item in everything().items() if key[1] != "GATE"} == {
        key: item for key, item in before.items() if key[1] != "GATE"
    }
    assert not [name for name in files() if name.startswith("uploads/")]


@pytest.mark.parametrize("content", [b"good", b"bad"])
def test_a_worker_that_dies_anywhere_leaves_nothing_undone(join: Join, drawn: None, content: bytes) -> None:
    ann = join("ann")
    results = set()
    for number in itertools.count(1):
        media_id = opened(ann)
        message = come(media_id, put(media_id, content))
        with dying_at(number) as calls, suppress(Died):
            tell(message)
        if calls() < number:
            break
        tell(message)
        found = medium(ann, media_id).json
        left = {name.rpartition("/")[2] for name in files() if f"/{media_id}/" in name}
        results.add((found["status"], *left))
    assert number > 5
    assert results == {("ready", "640.webp") if content == b"good" else ("rejected",)}


@pytest.mark.parametrize("moment", ["before", "meanwhile", "after"])
def test_of_a_medium_that_goes_nothing_is_left(
    join: Join, drawn: None, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    ann = join("ann")
    media_id = opened(ann)
    message = come(media_id, put(media_id, b"a picture"))
    gone = {"detail-type": "media.deleted", "detail": {"media_id": media_id}}

    def discard() -> None:
        assert ann.at(door).send(DISCARD, media_id=media_id).status == 204
        tell(gone)

    if moment == "meanwhile":

        def rendered(*arguments: Any, **more: Any) -> Rendered:
            discard()
            return drawing(*arguments, **more)

        monkeypatch.setattr(wiring, "rendered", rendered)
    if moment == "before":
        discard()
    tell(message)
    if moment == "after":
        discard()
    assert files() == []
    assert happening.traces(media_id) == []
    assert medium(ann, media_id).status == 404


def test_only_its_owner_discards_a_medium_and_not_one_that_a_post_shows(join: Join, drawn: None) -> None:
    ann, bob = join("ann"), join("bob")
    media_id = uploaded(ann)
    assert bob.at(door).send(DISCARD, media_id=media_id).status == 404
    publishing.publish(ann, "", media_ids=[media_id])
    answer = ann.at(door).send(DISCARD, media_id=media_id)
    assert (answer.status, answer.json["code"]) == (409, "medium_in_use")
    assert medium(ann, media_id).status == 200
    assert ann.at(door).send(DISCARD, media_id=12_345).status == 404


def test_after_a_day_what_no_post_shows_is_taken_away(
    join: Join, table: Table, drawn: None, later: Later
) -> None:
    ann = join("ann")
    awaited, ready, shown = opened(ann), uploaded(ann), uploaded(ann)
    post_id = publishing.publish(ann, "", media_ids=[shown])
    assert collect({}, LambdaContext()) == {"looked_at": 0, "taken_away": 0}
    later(DAY + MINUTE)
    ann = with_new_token(ann)
    young = opened(ann)
    assert collect({}, LambdaContext()) == {"looked_at": 3, "taken_away": 2}
    assert collect({}, LambdaContext()) == {"looked_at": 0, "taken_away": 0}
    assert [medium(ann, each).status for each in (awaited, ready, shown, young)] == [404, 404, 200, 200]
    assert publishing.read(ann, post_id).json["media"][0]["status"] == "ready"
    assert [item.values["media_id"] for item in happening.kinds(UnattachedItem)] == [young]
    assert len(happening.kinds(UploadItem)) == 2


def test_a_medium_that_is_posted_while_it_is_collected_stays(
    join: Join, table: Table, drawn: None, later: Later
) -> None:
    ann = join("ann")
    media_id = uploaded(ann)
    later(DAY + MINUTE)
    ann = with_new_token(ann)
    posted: list[int] = []
    with publishing.before_its_write(
        table, lambda: posted.append(publishing.publish(ann, "", media_ids=[media_id]))
    ):
        collect({}, LambdaContext())
    assert medium(ann, media_id).status == 200
    assert publishing.read(ann, posted[0]).json["media"][0]["media_id"] == media_id


def test_what_was_left_for_days_is_found_and_a_collector_stops_in_time(
    join: Join, drawn: None, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = join("ann")
    for _ in range(3):
        opened(ann)
        later(DAY)
        ann = with_new_token(ann)
    later(3 * DAY)
    monkeypatch.setattr(wiring, "BUDGET", -1)
    assert collect({}, LambdaContext())["looked_at"] == 1
    wiring.collector.cache_clear()
    monkeypatch.setattr(wiring, "BUDGET", 10_000)
    assert collect({}, LambdaContext()) == {"looked_at": 2, "taken_away": 2}
    assert happening.kinds(MediumItem) == []
    assert len(happening.kinds(UploadedItem)) == 3


def test_nobody_opens_an_upload_for_an_account_that_is_gone(join: Join) -> None:
    ann = join("ann")
    client = ann.at(door)
    happening.delete_account(ann)
    assert (
        client.send(
            "POST /api/v1/media", json_body={"kind": "image", "content_type": "image/png", "bytes": 1}
        ).status
        == 401
    )
    assert happening.kinds(MediumItem) == []


def test_a_post_learns_that_its_picture_never_came(join: Join, drawn: None, later: Later) -> None:
    ann = join("ann")
    media_id = opened(ann)
    post_id = publishing.publish(ann, "", media_ids=[media_id])
    later(DAY + MINUTE)
    ann = with_new_token(ann)
    assert collect({}, LambdaContext()) == {"looked_at": 1, "taken_away": 0}
    publishing.told("media.rejected", media_id=media_id)
    shown = publishing.read(ann, post_id).json["media"][0]
    assert (shown["status"], shown["reason"]) == ("rejected", "It did not come within a day.")
    tell(come(media_id, put(media_id, b"too late")))
    assert medium(ann, media_id).json["status"] == "rejected"
    assert files() == []


def test_a_picture_that_was_given_up_while_it_was_drawn_leaves_no_files(
    join: Join, drawn: None, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = join("ann")
    media_id = opened(ann)
    publishing.publish(ann, "", media_ids=[media_id])

    def rendered(*arguments: Any, **more: Any) -> Rendered:
        later(DAY + MINUTE)
        assert collect({}, LambdaContext())["looked_at"] == 1
        return drawing(*arguments, **more)

    monkeypatch.setattr(wiring, "rendered", rendered)
    tell(come(media_id, put(media_id, b"a picture")))
    assert medium(with_new_token(ann), media_id).json["status"] == "rejected"
    assert files() == []


def test_an_upload_that_is_gone_before_it_is_read_is_rejected(join: Join, drawn: None) -> None:
    ann = join("ann")
    media_id = opened(ann)
    version = put(media_id, b"a picture")
    Storage(BUCKET, aws("s3")).delete_all_under("")
    tell(come(media_id, version))
    found = medium(ann, media_id).json
    assert (found["status"], found["reason"]) == ("rejected", "Its upload is gone.")


def test_of_a_picture_that_is_rejected_later_no_files_stay(join: Join, drawn: None) -> None:
    """Whoever had begun to write them may have died."""
    ann = join("ann")
    media_id = uploaded(ann)
    tell({"detail-type": "media.rejected", "detail": {"media_id": media_id}})
    assert files() == []
