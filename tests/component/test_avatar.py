"""Avatars: a picture that stands for its owner wherever they are seen."""

from contextlib import suppress
from typing import Any

import pytest

from functions.media.api import door
from functions.media.on_schedule import handler as collect
from functions.profile.api import door as profile_door
from kith.domain.clock import DAY
from kith.table.connection import Table
from kith.table.items import MediumItem, UnattachedItem, UploadItem
from kith.table.uploads import UploadStore
from tests.builders import LambdaContext
from tests.component import happening, publishing
from tests.component.conftest import Join, Later, Person
from tests.component.uploading import (
    DISCARD,
    Died,
    come,
    dying_at,
    files,
    jpeg,
    medium,
    opened,
    put,
    served,
    submit,
    tell,
    uploaded,
    with_new_token,
)


def avatar(who: Person, content: bytes = b"a picture") -> int:
    """Upload what is to stand for somebody."""
    return uploaded(who, content, kind="avatar")


def seen(who: Person, viewer: Person) -> Any:
    """Return what a viewer is told of somebody's avatar."""
    route = "GET /api/v1/users/{user_id}"
    return viewer.at(profile_door).send(route, user_id=who.user_id).json["avatar"]


def worn_by(address: dict[str, str]) -> str:
    """Return the name of the file that an avatar's address leads to."""
    answer = served(address["150"])
    assert answer.status == 302
    return str(answer.headers["location"]).partition("?")[0].rpartition("/media/")[2]


def test_it_is_small_squares_without_what_came_along(join: Join) -> None:
    ann = join("ann")
    found = medium(ann, avatar(ann, jpeg(1600, 1200, orientation=6))).json
    assert (found["kind"], found["status"], found["width"], found["height"]) == (
        "avatar",
        "ready",
        1200,
        1600,
    )
    sizes = {(each["name"], each["width"], each["height"]) for each in found["renditions"]}
    assert sizes == {("320", 320, 320), ("150", 150, 150)}


def test_it_is_shown_wherever_its_owner_is(join: Join, drawn: None) -> None:
    ann, bob = join("ann", is_private=True), join("bob")
    assert seen(ann, bob) is None
    media_id = avatar(ann)
    assert worn_by(seen(ann, bob)) == f"{media_id}/150.jpeg"
    assert list(seen(ann, bob)) == ["150", "320"]
    own = ann.at(profile_door).send("GET /api/v1/users/me").json
    assert own["avatar"] == seen(ann, bob)
    assert medium(bob, media_id).status == 404
    assert publishing.submit(ann, "", media_ids=[media_id]).status == 422


def test_a_later_one_takes_its_place(join: Join, drawn: None) -> None:
    ann = join("ann")
    first = avatar(ann)
    address = seen(ann, ann)
    second = avatar(ann)
    assert worn_by(seen(ann, ann)) == f"{second}/150.jpeg"
    assert served(address["150"]).status == 404
    assert medium(ann, first).status == 404
    assert [item.values["media_id"] for item in happening.kinds(MediumItem, UploadItem)] == [second] * 2
    assert happening.kinds(UnattachedItem) == []
    tell({"detail-type": "media.deleted", "detail": {"media_id": first}})
    assert files() == [f"media/{second}/640.webp"]


def test_the_one_that_was_opened_last_stands_whatever_comes_last(join: Join, drawn: None) -> None:
    ann = join("ann")
    first, second = (opened(ann, kind="avatar") for _ in range(2))
    for media_id in (second, first, second, first):
        tell(come(media_id, put(media_id, b"a picture")))
    assert worn_by(seen(ann, ann)) == f"{second}/150.jpeg"
    found = medium(ann, first).json
    assert (found["status"], found["reason"]) == ("rejected", "A later one has taken its place.")
    assert files() == [f"media/{second}/640.webp"]


def test_it_can_be_taken_off(join: Join, drawn: None) -> None:
    ann, bob = join("ann"), join("bob")
    media_id = avatar(ann)
    address = seen(ann, bob)
    assert bob.at(door).send(DISCARD, media_id=media_id).status == 404
    assert ann.at(door).send(DISCARD, media_id=media_id).status == 204
    assert seen(ann, bob) is None
    assert served(address["150"]).status == 404
    assert ann.at(door).send(DISCARD, media_id=media_id).status == 404
    assert happening.kinds(MediumItem, UploadItem, UnattachedItem) == []
    later_one = avatar(ann)
    assert worn_by(seen(ann, bob)) == f"{later_one}/150.jpeg"


def test_it_stays_when_what_nobody_shows_is_collected(join: Join, drawn: None, later: Later) -> None:
    ann = join("ann")
    media_id = avatar(ann)
    later(2 * DAY)
    assert collect({}, LambdaContext())["taken_away"] == 0
    assert worn_by(seen(with_new_token(ann), with_new_token(ann))) == f"{media_id}/150.jpeg"


@pytest.mark.parametrize("change", ["suspended", "deleted"])
def test_its_address_is_dead_when_its_owner_is_gone(join: Join, drawn: None, change: str) -> None:
    ann, bob = join("ann"), join("bob")
    avatar(ann)
    address = seen(ann, bob)
    {"suspended": happening.suspend, "deleted": happening.delete_account}[change](ann)
    assert served(address["150"]).status == 404


def test_a_bad_one_leaves_the_one_before(join: Join, drawn: None) -> None:
    ann = join("ann")
    first = avatar(ann)
    assert medium(ann, avatar(ann, b"bad")).json["status"] == "rejected"
    assert worn_by(seen(ann, ann)) == f"{first}/150.jpeg"


def test_a_worker_that_dies_at_any_call_leaves_one_that_stands(join: Join, drawn: None, table: Table) -> None:
    number, calls = 0, 1
    while number <= calls:
        number += 1
        ann = join(f"ann{number}")
        before, media_id = avatar(ann), opened(ann, kind="avatar")
        message = come(media_id, put(media_id, b"a picture"))
        with dying_at(number) as counted:
            with suppress(Died):
                tell(message)
            calls = counted()
        tell(message, message)
        assert worn_by(seen(ann, ann)) == f"{media_id}/150.jpeg"
        assert medium(ann, before).status == 404
        assert happening.kinds(UnattachedItem) == []
    assert number > 5


def test_others_than_pictures_are_refused(join: Join) -> None:
    answer = submit(join("ann"), "video/mp4", kind="avatar")
    assert (answer.status, [each["field"] for each in answer.json["errors"]]) == (422, ["content_type"])


def test_one_that_comes_to_stand_for_its_owner_while_it_is_discarded_is_taken_off(
    join: Join, drawn: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = join("ann")
    media_id = opened(ann, kind="avatar")
    original, message = UploadStore.discard, come(media_id, put(media_id, b"a picture"))

    def discard(*arguments: Any) -> None:
        tell(message)
        original(*arguments)

    monkeypatch.setattr(UploadStore, "discard", discard)
    assert ann.at(door).send(DISCARD, media_id=media_id).status == 204
    assert seen(ann, ann) is None
    assert happening.kinds(MediumItem, UploadItem) == []
