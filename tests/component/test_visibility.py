"""Who may see a post, on every surface that shows one: one table says it, and no answer tells anything beyond it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from functions.comment.api import door as comment_door
from functions.discovery.api import door as discovery_door
from functions.engagement.api import door as engagement_door
from functions.feed.api import door as feed_door
from functions.media.api import door as media_door
from functions.post.api import door as post_door
from functions.post_list.api import door as list_door
from functions.search.api import door as search_door
from functions.trending.api import door as trending_door
from kith.web.door import Door
from tests.builders import Answer
from tests.component.conftest import Person, empty_aws, everything
from tests.component.publishing import without_request
from tests.component.routes import ROUTES
from tests.component.seeing import CANARY, OLDER, TAG, VIEWERS, Sight
from tests.component.uploading import served

MISSING = 12_345

CASES = {
    "public account, public post": {"is_private": False, "visibility": "public"},
    "public account, post for followers": {"is_private": False, "visibility": "followers"},
    "private account, public post": {"is_private": True, "visibility": "public"},
}
GONE = {"suspended author": Sight.suspend, "deleted author": Sight.erase}

SEES = {  # in the order of the cases
    "stranger": (True, False, False),
    "pending": (True, False, False),
    "rejected": (True, False, False),
    "follower": (True, True, True),
    "former": (True, False, False),
    "blocked": (False, False, False),
    "blocker": (False, False, False),
    "muting": (True, True, True),
    "owner": (True, True, True),
}
IN_FEED = {"follower", "owner"}
NEW_TO = {"stranger", "pending", "rejected", "former"}
"""Who may be recommended a post: they do not have it in their feed, and have nothing against its author."""
KNOWS_OF_NO_AUTHOR = {"blocked", "blocker"}


def sees(viewer: str, case: str) -> bool:
    return case in CASES and SEES[viewer][list(CASES).index(case)]


@dataclass(frozen=True)
class Surface:
    """Something that is asked about a post: a route, and what it answers who may see the post and who may not."""

    door: Door
    route: str
    body: dict[str, object] | None = None
    shows: bool = False
    """It shows the post's text to who may see it."""
    path: Callable[[Sight], dict[str, Any]] = lambda sight: {"post_id": sight.post_id}
    query: Mapping[str, str] = field(default_factory=dict)

    def ask(self, sight: Sight, who: Person, post_id: int | None = None, cursor: str | None = None) -> Answer:
        path = self.path(sight) | ({} if post_id is None else {"post_id": post_id})
        named = sight.post_id if post_id is None else post_id
        body = None
        if self.body is not None:
            body = {name: named if value is POST else value for name, value in self.body.items()}
        query = {"ids": str(sight.post_id)} if self.route == "GET /api/v1/posts" else {"limit": "100"}
        query = {**query, **self.query, **({"cursor": cursor} if cursor else {})}
        sent = query if self.route.startswith("GET") else None
        return who.at(self.door).send(self.route, json_body=body, query=sent, **path)


POST = object()
"""Stands for the post's identifier in a body."""
IN = "/api/v1/posts/{post_id}"

OF_THE_POST = {
    "the post": Surface(post_door, f"GET {IN}", shows=True),
    "its thread": Surface(list_door, f"GET {IN}/thread", shows=True),
    "its quotes": Surface(list_door, f"GET {IN}/quotes", shows=True),
    "its likes": Surface(engagement_door, f"GET {IN}/likes"),
    "its reposts": Surface(engagement_door, f"GET {IN}/reposts"),
    "its comments": Surface(comment_door, f"GET {IN}/comments"),
    "liking it": Surface(engagement_door, f"POST {IN}/like"),
    "liking it no longer": Surface(engagement_door, f"DELETE {IN}/like"),
    "reposting it": Surface(engagement_door, f"POST {IN}/repost"),
    "reposting it no longer": Surface(engagement_door, f"DELETE {IN}/repost"),
    "bookmarking it no longer": Surface(engagement_door, f"DELETE {IN}/bookmark"),
    "bookmarking it": Surface(engagement_door, f"POST {IN}/bookmark"),
    "commenting on it": Surface(comment_door, f"POST {IN}/comments", {"text": "I say"}),
}
"""404 for who may not see it."""

REFERRING = {
    "answering it": Surface(post_door, "POST /api/v1/posts", {"text": "I say", "reply_to": POST}),
    "quoting it": Surface(post_door, "POST /api/v1/posts", {"text": "I say", "quote_of": POST}, shows=True),
}
"""422 for who may not see it."""

OTHERS = {
    "editing it": Surface(post_door, f"PATCH {IN}", {"text": "mine"}),
    "deleting it": Surface(post_door, f"DELETE {IN}"),
    "deleting a comment on it": Surface(
        comment_door,
        f"DELETE {IN}/comments/{{comment_id}}",
        path=lambda sight: {"post_id": sight.post_id, "comment_id": sight.comment_id},
    ),
}
"""For its author only: 403 for who may see it, 404 for who may not."""

LISTS = {
    "some posts at once": Surface(post_door, "GET /api/v1/posts", path=lambda _: {}),
    "its hashtag": Surface(list_door, "GET /api/v1/hashtags/{tag}/posts", path=lambda _: {"tag": TAG}),
    "what searches find": Surface(
        search_door, "GET /api/v1/search/posts", path=lambda _: {}, query={"q": CANARY}
    ),
    "bookmarks": Surface(list_door, "GET /api/v1/bookmarks", path=lambda _: {}),
    "the thread that it is in": Surface(
        list_door, f"GET {IN}/thread", path=lambda sight: {"post_id": sight.root}
    ),
    "the thread of an answer": Surface(
        list_door, f"GET {IN}/thread", path=lambda sight: {"post_id": sight.below}
    ),
    "the quotes of what it quotes": Surface(
        list_door, f"GET {IN}/quotes", path=lambda sight: {"post_id": sight.root}
    ),
    "a quote of it": Surface(post_door, f"GET {IN}", path=lambda sight: {"post_id": sight.quoting}),
    "who quotes it": Surface(
        list_door,
        "GET /api/v1/users/{user_id}/posts",
        path=lambda sight: {"user_id": sight.friend.user_id},
    ),
}
"""It is left out for who may not see it."""

BY_AUTHOR = Surface(
    list_door, "GET /api/v1/users/{user_id}/posts", path=lambda sight: {"user_id": sight.owner.user_id}
)
FEED = Surface(feed_door, "GET /api/v1/feed", path=lambda _: {})
TRENDING = Surface(trending_door, "GET /api/v1/trending/posts", path=lambda _: {})
DISCOVERED = Surface(discovery_door, "GET /api/v1/discover/posts", path=lambda _: {})
INTRODUCED = Surface(discovery_door, "GET /api/v1/discover/users", path=lambda _: {})

SHOWING = {"PostView", "QuotedView", "FeedItem", "RecommendedPostView"}
"""Schemas that are a post, or hold one."""
NAMING = {"post_id", "ids", "reply_to", "quote_of"}
"""Parameters and fields that name a post."""


def test_every_route_that_shows_a_post_or_is_about_one_is_in_the_matrix() -> None:
    tables = [
        *OF_THE_POST.values(),
        *REFERRING.values(),
        *OTHERS.values(),
        *LISTS.values(),
        BY_AUTHOR,
        FEED,
        TRENDING,
        DISCOVERED,
    ]
    of_posts = {str(route) for route in ROUTES if route.shown & SHOWING or route.named & NAMING}
    assert {"GET /api/v1/feed", "POST /api/v1/posts", "GET /api/v1/bookmarks"} < of_posts
    assert of_posts == {surface.route for surface in tables}


MEDIUM = Surface(media_door, "GET /api/v1/media/{media_id}", path=lambda sight: {"media_id": sight.medium_id})
"""404 for who may not see the post that shows it."""


def address_of_medium(sight: Sight, who: Person) -> str:
    """Return where somebody is told that the post's picture is."""
    medium = OF_THE_POST["the post"].ask(sight, who).json["media"][0]
    return str(medium["renditions"][0]["url"])


@pytest.fixture(scope="module", params=[*CASES, *GONE])
def sight(request: pytest.FixtureRequest) -> Iterator[Sight]:
    """A sight that the tests of a case share: what they do to the post changes nothing about who may see it."""
    with pytest.MonkeyPatch.context() as patch, empty_aws(patch):
        made = Sight.made()
        made.open_address = address_of_medium(made, made.friend)
        for name, viewer in made.people.items():
            assert CANARY in OF_THE_POST["the post"].ask(made, viewer).text
            old = FEED.ask(made, viewer, cursor=made.old_cursors[name])
            assert (CANARY in old.text) is (name != "stranger")
        made.case = request.param
        if made.case in CASES:
            made.part(**CASES[made.case])  # type: ignore[arg-type]  # as their names say
        else:
            GONE[made.case](made)
        for name, surface in (OF_THE_POST | REFERRING | OTHERS).items():
            made.missing[name] = without_request(surface.ask(made, made.friend, MISSING))
        yield made


@pytest.fixture(params=VIEWERS)
def viewer(request: pytest.FixtureRequest, sight: Sight) -> str:
    if request.param == "owner" and sight.case in GONE:
        pytest.skip("who is gone asks for nothing")
    return str(request.param)


def test_it_is_trending_only_while_everybody_may_see_it_and_the_viewer_too(sight: Sight, viewer: str) -> None:
    answer = TRENDING.ask(sight, sight.people[viewer])
    assert answer.status == 200
    is_for_everybody = sight.case == "public account, public post"
    is_wanted = sees(viewer, sight.case) and viewer != "muting"
    assert (CANARY in answer.text) is (is_for_everybody and is_wanted)


def test_what_is_asked_of_a_post_is_answered_as_if_there_were_none_to_who_may_not_see_it(
    sight: Sight, viewer: str
) -> None:
    who, before = sight.people[viewer], everything()
    for name, surface in OF_THE_POST.items():
        answer = surface.ask(sight, who)
        if sees(viewer, sight.case):
            assert answer.status in {200, 201}, name
            assert (CANARY in answer.text) is surface.shows, name
        else:
            assert (answer.status, answer.json["code"]) == (404, "post_not_found"), name
            assert without_request(answer) == sight.missing[name], name
    assert sees(viewer, sight.case) or everything() == before


def test_a_medium_is_there_for_who_may_see_its_post_and_so_is_where_it_leads(
    sight: Sight, viewer: str
) -> None:
    who = sight.people[viewer]
    answer = MEDIUM.ask(sight, who)
    if sees(viewer, sight.case):
        assert answer.json["renditions"][0]["url"] == address_of_medium(sight, who)
        assert served(address_of_medium(sight, who)).status == 302
    else:
        missing = who.at(media_door).send(MEDIUM.route, media_id=MISSING)
        assert (answer.status, without_request(answer)) == (404, without_request(missing))


def test_an_address_from_when_everybody_could_see_it_leads_nowhere_when_they_cannot(sight: Sight) -> None:
    still = all(sees(viewer, sight.case) for viewer in ("stranger", "former"))
    assert served(sight.open_address).status == (302 if still else 404)


def test_who_may_not_see_a_post_cannot_refer_to_it(sight: Sight, viewer: str) -> None:
    who, before = sight.people[viewer], everything()
    for name, surface in REFERRING.items():
        answer = surface.ask(sight, who)
        if sees(viewer, sight.case):
            assert answer.status == 201, name
            assert (CANARY in answer.text) is surface.shows, name
        else:
            assert answer.status == 422, name
            assert without_request(answer) == sight.missing[name], name
    assert sees(viewer, sight.case) or everything() == before


def test_who_may_not_see_a_post_is_not_told_that_it_is_anothers(sight: Sight, viewer: str) -> None:
    who, before = sight.people[viewer], everything()
    if viewer == "owner":
        assert LISTS["some posts at once"].ask(sight, who).json["posts"][0]["user_id"] == who.user_id
        return  # it is theirs to do
    for name, surface in OTHERS.items():
        answer = surface.ask(sight, who)
        if sees(viewer, sight.case):
            assert (answer.status, answer.json["code"]) == (403, "forbidden"), name
        else:
            assert answer.status == 404, name
            assert without_request(answer) == sight.missing[name], name
    assert everything() == before


def test_a_list_shows_a_post_to_who_may_see_it_and_to_nobody_else(sight: Sight, viewer: str) -> None:
    for name, surface in LISTS.items():
        answer = surface.ask(sight, sight.people[viewer])
        assert answer.status == 200, name
        assert (CANARY in answer.text) is sees(viewer, sight.case), name


def test_a_list_of_an_author_is_not_there_for_who_may_not_know_of_them(sight: Sight, viewer: str) -> None:
    answer = BY_AUTHOR.ask(sight, sight.people[viewer])
    assert (CANARY in answer.text) is sees(viewer, sight.case)
    if sight.case in GONE or viewer in KNOWS_OF_NO_AUTHOR:
        missing = sight.people[viewer].at(list_door).send(BY_AUTHOR.route, user_id=MISSING)
        assert answer.status == 404
        assert without_request(answer) == without_request(missing)
    else:
        assert answer.status == 200


def test_a_feed_shows_a_post_to_who_follows_now_also_with_an_old_cursor(sight: Sight, viewer: str) -> None:
    who, cursor = sight.people[viewer], sight.old_cursors[viewer]
    for answer in (FEED.ask(sight, who), FEED.ask(sight, who, cursor=cursor)):
        assert answer.status == 200
        posts = [item["post"] for item in answer.json["items"]]
        assert OLDER in {post["text"] for post in posts}, "the feed goes on"
        shown = sight.post_id in {post["post_id"] for post in posts}
        assert shown is (sees(viewer, sight.case) and viewer in IN_FEED)
        assert CANARY not in answer.text or sees(viewer, sight.case)


def test_a_post_is_recommended_to_who_may_see_it_and_does_not_follow_and_to_nobody_else(
    sight: Sight, viewer: str
) -> None:
    answer = DISCOVERED.ask(sight, sight.people[viewer])
    assert answer.status == 200
    shown = sight.unknown in {each["post"]["post_id"] for each in answer.json["posts"]}
    assert shown is (sees(viewer, sight.case) and viewer in NEW_TO)
    assert (CANARY in answer.text) is shown


def test_an_account_is_recommended_to_who_may_know_of_it_and_has_nothing_to_do_with_it(
    sight: Sight, viewer: str
) -> None:
    answer = INTRODUCED.ask(sight, sight.people[viewer])
    assert answer.status == 200
    found = sight.owner.user_id in {each["user"]["user_id"] for each in answer.json["users"]}
    assert found is (sight.case in CASES and viewer in {"stranger", "former"})
    assert (sight.owner.username in answer.text) is found
