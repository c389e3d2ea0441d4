"""Addresses of media: whom each leads to a file, and until when."""

import io
from collections.abc import Callable

import pytest

from functions.follow import wiring as follow_wiring
from functions.media.files import renditions_of
from kith.domain.clock import HOUR
from kith.storage import Storage
from kith.table.connection import Table
from tests.component import happening, publishing
from tests.component.conftest import RENDITIONS, Join, Later, Person, aws, make_edge
from tests.component.uploading import medium, served, uploaded, with_new_token

Change = Callable[[], object]


def test_an_address_leads_to_the_file_without_a_token_and_nobody_can_make_one(
    join: Join, drawn: None
) -> None:
    ann = join("ann")
    media_id = uploaded(ann)
    url = medium(ann, media_id).json["renditions"][0]["url"]
    answer = served(url)
    assert answer.status == 302
    assert f"/{RENDITIONS}/media/{media_id}/640.webp?" in answer.headers["location"]
    token, file = url.split("/")[2:]
    for other in (token[:-1], "x" + token[1:], token + "A"):
        assert served(f"/media/{other}/{file}").status == 404
    for name in ("..", "640", "640.webp.exe", "%2e%2e"):
        assert served(f"/media/{token}/{name}").status == 404


def test_addresses_of_what_everybody_sees_last_and_those_for_one_viewer_do_not(
    join: Join, table: Table, drawn: None, later: Later
) -> None:
    ann, bob, fan = join("ann"), join("bob", is_private=True), join("fan")
    make_edge(table, fan, bob)
    posts = {who.username: publishing.publish(who, "", media_ids=[uploaded(who)]) for who in (ann, bob)}

    def url(who: Person, reader: Person) -> str:
        return str(publishing.read(reader, posts[who.username]).json["media"][0]["renditions"][0]["url"])

    of_ann, of_bob = url(ann, fan), url(bob, fan)
    assert served(of_ann).status == served(of_bob).status == 302
    assert (url(ann, bob) == of_ann, url(bob, bob) == of_bob) == (True, False)
    later(6 * HOUR)
    fan, bob = with_new_token(fan), with_new_token(bob)
    assert (served(of_ann).status, served(of_bob).status) == (302, 404)
    assert url(ann, fan) == of_ann
    assert served(url(bob, fan)).status == 302


@pytest.mark.parametrize("change", ["removed", "blocked", "viewer suspended", "viewer deleted", "deleted"])
def test_an_address_for_one_viewer_is_dead_once_they_may_not_see_it(
    join: Join, table: Table, drawn: None, change: str
) -> None:
    """It leads to where the file is for four minutes, so nobody sees it five minutes later."""
    bob, fan, other = join("bob", is_private=True), join("fan"), join("other")
    for follower in (fan, other):
        make_edge(table, follower, bob)
    post_id = publishing.publish(bob, "", media_ids=[uploaded(bob)])
    of_fan, of_other = (
        publishing.read(who, post_id).json["media"][0]["renditions"][0]["url"] for who in (fan, other)
    )
    assert served(of_fan).status == served(of_other).status == 302
    assert "X-Amz-Expires=240&" in served(of_fan).headers["location"]
    changes: dict[str, Change] = {
        "removed": lambda: follow_wiring.service().remove_follower(bob.user_id, fan.user_id),
        "blocked": lambda: happening.block(bob, fan),
        "viewer suspended": lambda: happening.suspend(fan),
        "viewer deleted": lambda: happening.delete_account(fan),
        "deleted": lambda: publishing.delete(bob, post_id),
    }
    changes[change]()
    assert served(of_fan).status == 404
    assert served(of_other).status == (404 if change == "deleted" else 302)


@pytest.mark.parametrize("change", ["restricted", "private", "suspended", "deleted"])
def test_an_address_is_dead_when_not_everybody_may_see_it_any_more(
    join: Join, drawn: None, change: str
) -> None:
    ann, bob = join("ann"), join("bob")
    post_id = publishing.publish(ann, "", media_ids=[uploaded(ann)])
    url = publishing.read(bob, post_id).json["media"][0]["renditions"][0]["url"]
    assert served(url).status == 302
    changes: dict[str, Change] = {
        "restricted": lambda: publishing.edit(ann, post_id, visibility="followers"),
        "private": lambda: happening.go_private(ann),
        "suspended": lambda: happening.suspend(ann),
        "deleted": lambda: publishing.delete(ann, post_id),
    }
    changes[change]()
    assert served(url).status == 404


def test_a_playlist_is_answered_with_since_what_it_names_is_beside_it(join: Join, drawn: None) -> None:
    ann = join("ann")
    media_id = uploaded(ann)
    folder = medium(ann, media_id).json["renditions"][0]["url"].removesuffix("640.webp")
    Storage(RENDITIONS, aws("s3")).put_file(
        f"{renditions_of(media_id)}720.m3u8", io.BytesIO(b"#EXTM3U"), content_type="any"
    )
    answer = served(folder + "720.m3u8")
    assert (answer.status, answer.text) == (200, "#EXTM3U")
    assert answer.headers["content-type"] == "application/vnd.apple.mpegurl"
    assert answer.headers["cache-control"] == "private, max-age=30"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert served(folder + "480.m3u8").status == 404
    answer = served(folder + "720-001.ts")
    assert (answer.status, answer.text) == (302, "")
    assert f"/media/{media_id}/720-001.ts?" in answer.headers["location"]
