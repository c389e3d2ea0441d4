import itertools

import pytest

from kith.domain.posts import Post, Visibility
from kith.domain.users import Standing, User
from kith.domain.visibility import STRANGERS, Relation, can_view, can_view_author, can_view_connections

AUTHOR, SOMEBODY = 1, 2

VIEWERS: dict[str, tuple[int | None, Relation]] = {
    "anonymous": (None, STRANGERS),
    "stranger": (SOMEBODY, STRANGERS),
    "follower": (SOMEBODY, Relation(follows=True)),
    "blocked": (SOMEBODY, Relation(blocked=True)),
    "blocked follower": (SOMEBODY, Relation(follows=True, blocked=True)),
    "author": (AUTHOR, STRANGERS),
}
# Account and post: public/public, public/followers, private/public, private/followers.
SEEN_OF_AN_ACTIVE_AUTHOR = {
    "anonymous": "yes no no no",
    "stranger": "yes no no no",
    "follower": "yes yes yes yes",
    "blocked": "no no no no",
    "blocked follower": "no no no no",
    "author": "yes yes yes yes",
}
KINDS = list(itertools.product([False, True], [Visibility.PUBLIC, Visibility.FOLLOWERS]))
MATRIX = [
    (viewer, is_private, visibility, word == "yes")
    for viewer, words in SEEN_OF_AN_ACTIVE_AUTHOR.items()
    for (is_private, visibility), word in zip(KINDS, words.split(), strict=True)
]


@pytest.mark.parametrize(("viewer", "is_private", "visibility", "seen"), MATRIX)
def test_a_post_of_an_active_author_is_seen_by_whom_it_is_for(
    *,
    viewer: str,
    is_private: bool,
    visibility: Visibility,
    seen: bool,
) -> None:
    author, post = User(AUTHOR, "ann", is_private=is_private), Post(9, AUTHOR, "hello", visibility=visibility)
    viewer_id, relation = VIEWERS[viewer]
    assert can_view(viewer_id, post, author, relation) is seen


@pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.DELETED])
@pytest.mark.parametrize(("viewer", "is_private", "visibility", "_seen"), MATRIX)
def test_nobody_sees_a_post_of_an_author_who_is_gone(
    *,
    viewer: str,
    is_private: bool,
    visibility: Visibility,
    _seen: bool,
    standing: Standing,
) -> None:
    author = User(AUTHOR, "ann", is_private=is_private, standing=standing)
    viewer_id, relation = VIEWERS[viewer]
    assert not can_view(viewer_id, Post(9, AUTHOR, "hello", visibility=visibility), author, relation)
    assert not can_view_author(viewer_id, author, relation)


@pytest.mark.parametrize("is_private", [False, True])
def test_an_active_account_is_known_to_all_but_the_blocked(*, is_private: bool) -> None:
    author = User(AUTHOR, "ann", is_private=is_private)
    known_to = {name for name, (viewer, how) in VIEWERS.items() if can_view_author(viewer, author, how)}
    assert known_to == {"anonymous", "stranger", "follower", "author"}


@pytest.mark.parametrize(
    ("is_private", "seen_by"),
    [
        (False, {"anonymous", "stranger", "follower", "author"}),
        (True, {"follower", "author"}),
    ],
)
def test_whom_a_private_account_follows_is_for_its_followers(*, is_private: bool, seen_by: set[str]) -> None:
    account = User(AUTHOR, "ann", is_private=is_private)
    assert {
        name for name, (viewer, how) in VIEWERS.items() if can_view_connections(viewer, account, how)
    } == seen_by
    gone = User(AUTHOR, "ann", is_private=is_private, standing=Standing.SUSPENDED)
    assert not any(can_view_connections(viewer, gone, how) for viewer, how in VIEWERS.values())
