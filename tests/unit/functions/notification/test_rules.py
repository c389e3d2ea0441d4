"""Who is told of what, and once."""

from dataclasses import replace

import pytest

from functions.notification import rules
from functions.notification.rules import Notice
from kith import events
from kith.domain import ids
from kith.domain.clock import DAY
from kith.domain.follows import FollowState, Stance
from kith.domain.notifications import NotificationType, Subject
from kith.domain.posts import Mention, Post

ANN, BOB, CID = 1, 2, 3
POST = Post(100, ANN, "hello", ())
TYPE = NotificationType


def told(post: Post, answered: Post | None = None, quoted: Post | None = None) -> list[tuple[int, str, int]]:
    found = rules.of_post(post, answered, quoted)
    return [(each.user_id, each.subject.type, each.subject.object_id) for each in found]


def test_a_post_tells_whom_it_answers_quotes_and_names() -> None:
    answered, quoted = replace(POST, post_id=7, author_id=BOB), replace(POST, post_id=8, author_id=CID)
    naming = replace(POST, mentions=(Mention(4, "dan"),))
    assert told(naming, answered, quoted) == [
        (BOB, "replied", 7),
        (CID, "quoted", 8),
        (4, "mentioned", 100),
    ]


def test_a_post_tells_everybody_once() -> None:
    other = replace(POST, post_id=7, author_id=BOB)
    naming = replace(POST, mentions=(Mention(BOB, "bob"), Mention(CID, "cid"), Mention(CID, "cid")))
    assert told(naming, other, other) == [(BOB, "replied", 7), (CID, "mentioned", 100)]


def test_a_post_does_not_tell_its_author() -> None:
    assert told(replace(POST, mentions=(Mention(ANN, "ann"),)), POST, POST) == []


@pytest.mark.parametrize(
    ("name", "about"),
    [
        (events.POST_LIKED, TYPE.POST_LIKED),
        (events.POST_UNLIKED, TYPE.POST_LIKED),
        (events.POST_REPOSTED, TYPE.REPOSTED),
        (events.POST_UNREPOSTED, TYPE.REPOSTED),
    ],
)
def test_a_deed_is_its_doers_whether_it_is_done_or_undone(name: str, about: NotificationType) -> None:
    notice = rules.of_deed(name, {"post_id": 100, "user_id": BOB}, POST)
    assert notice == Notice(ANN, Subject(about, 100), BOB, BOB)


def test_each_comment_is_a_deed_of_its_own() -> None:
    detail = {"post_id": 100, "user_id": BOB, "comment_id": 55}
    notice = rules.of_deed(events.POST_COMMENTED, detail, POST)
    assert notice == Notice(ANN, Subject(TYPE.POST_COMMENTED, 100), 55, BOB)


def test_followers_of_one_day_are_told_of_together() -> None:
    first = ids.first_at(20_500 * DAY)
    stance = Stance(BOB, ANN, FollowState.ACCEPTED, edge_id=first + 5)
    assert rules.of_follow(stance) == Notice(ANN, Subject(TYPE.NEW_FOLLOWER, 20_500), BOB, BOB)
    late = replace(stance, edge_id=ids.first_at(20_501 * DAY) - 1)
    assert rules.of_follow(late).subject == Subject(TYPE.NEW_FOLLOWER, 20_500)


def test_who_asks_is_told_of_as_asking() -> None:
    stance = Stance(BOB, ANN, FollowState.PENDING, edge_id=ids.first_at(DAY))
    assert rules.of_follow(stance) == Notice(ANN, Subject(TYPE.FOLLOW_REQUEST, ANN), BOB, BOB)


def test_a_listener_is_told_of_an_authors_posts_together() -> None:
    notice = rules.of_new_post(BOB, POST)
    assert (notice.subject, notice.cause_id, notice.post_id) == (Subject(TYPE.NEW_POST, ANN), 100, 100)


def test_who_wrote_what_is_trending_is_told_so_by_nobody() -> None:
    assert rules.of_trend(100, ANN) == Notice(ANN, Subject(TYPE.TRENDING, 100), 100, None)


def test_all_that_is_told_of_ones_own_post_goes_with_it() -> None:
    subjects = rules.about_own_post(100)
    assert {subject.type for subject in subjects} == {
        TYPE.POST_LIKED,
        TYPE.REPOSTED,
        TYPE.POST_COMMENTED,
        TYPE.REPLIED,
        TYPE.QUOTED,
        TYPE.TRENDING,
    }
    assert {subject.object_id for subject in subjects} == {100}
    assert len(subjects) == 6
