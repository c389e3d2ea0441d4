"""The deeds that notifications are made of, read where they are stored anyway: one bounded query for each, or none."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from kith.domain.clock import DAY
from kith.domain.engagements import Deed
from kith.domain.ids import first_at
from kith.domain.notifications import NotificationType, Subject
from kith.table.comments import CommentStore
from kith.table.connection import Table
from kith.table.engagements import EngagementStore
from kith.table.follows import Entry, FollowStore
from kith.table.items import FollowerItem, RequestItem, TrendingItem
from kith.table.post_lists import Listed, PostListStore
from kith.table.relations import RelationStore

CAUSES_MOST: Final = 100
"""How many deeds are looked at."""
POSTS_MOST: Final = 25
"""The same of answers and quotes, which are posts to be read."""
LATEST_MOST: Final = 3
"""The same of an author's new posts."""


@dataclass(frozen=True, slots=True)
class Cause:
    """A deed: who did it, or the post that it is, whose author did it; neither of what nobody in particular did."""

    cause_id: int
    actor_id: int | None = None
    post_id: int | None = None


def causes_of(table: Table, user_id: int, subject: Subject) -> list[Cause]:
    """Return the deeds that a subject of somebody's is made of as they are now, the latest first."""
    return CAUSES[subject.type](table, user_id, subject.object_id)


def is_done_still(table: Table, user_id: int, subject: Subject, cause: Cause) -> bool:
    """Tell whether one deed is still so; what a post does is told by the post."""
    if cause.actor_id is None:
        return True
    match subject.type:
        case NotificationType.NEW_FOLLOWER | NotificationType.FOLLOW_REQUEST:
            stance, _ = RelationStore(table).stances(cause.actor_id, user_id)
            return stance.asks if subject.type is NotificationType.FOLLOW_REQUEST else stance.follows
        case NotificationType.POST_COMMENTED:
            return CommentStore(table).by_id(subject.object_id, cause.cause_id) is not None
        case NotificationType.POST_LIKED | NotificationType.REPOSTED:
            deed = Deed.LIKE if subject.type is NotificationType.POST_LIKED else Deed.REPOST
            done = EngagementStore(table).of(cause.actor_id, [subject.object_id]).get(subject.object_id)
            return done is not None and done.deed_id(deed) is not None
    return True


def _followers(table: Table, user_id: int, day: int) -> list[Cause]:
    first, last = first_at(day * DAY), first_at((day + 1) * DAY)
    follows = FollowStore(table)
    return _entries(follows.newest(FollowerItem, user_id, limit=CAUSES_MOST, before=last, since=first))


def _requests(table: Table, user_id: int, _asked_id: int) -> list[Cause]:
    return _entries(FollowStore(table).newest(RequestItem, user_id, limit=CAUSES_MOST))


def _account(_table: Table, _user_id: int, other_id: int) -> list[Cause]:
    return [Cause(other_id, other_id)]


def _deeds(deed: Deed, table: Table, _user_id: int, post_id: int) -> list[Cause]:
    return _entries(EngagementStore(table).who(deed, post_id, limit=CAUSES_MOST))


def _comments(table: Table, _user_id: int, post_id: int) -> list[Cause]:
    comments = CommentStore(table).newest(post_id, limit=CAUSES_MOST)
    return [Cause(comment.comment_id, comment.author_id) for comment in comments]


def _answers(table: Table, _user_id: int, post_id: int) -> list[Cause]:
    return _posts(PostListStore(table).answering(post_id, limit=POSTS_MOST))


def _quotes(table: Table, _user_id: int, post_id: int) -> list[Cause]:
    return _posts(PostListStore(table).quoting(post_id, limit=POSTS_MOST))


def _post(_table: Table, _user_id: int, post_id: int) -> list[Cause]:
    return [Cause(post_id, post_id=post_id)]


def _latest(table: Table, _user_id: int, author_id: int) -> list[Cause]:
    return _posts(PostListStore(table).by_author(author_id, limit=LATEST_MOST))


def _trend(table: Table, _user_id: int, post_id: int) -> list[Cause]:
    return [] if table.get(TrendingItem, post_id=post_id) is None else [Cause(post_id)]


def _entries(entries: Sequence[Entry]) -> list[Cause]:
    return [Cause(entry.other_id, entry.other_id) for entry in entries]


def _posts(listed: Sequence[Listed]) -> list[Cause]:
    return [Cause(each.post_id, post_id=each.post_id) for each in listed]


CAUSES: Final[Mapping[NotificationType, Callable[[Table, int, int], list[Cause]]]] = {
    NotificationType.NEW_FOLLOWER: _followers,
    NotificationType.FOLLOW_REQUEST: _requests,
    NotificationType.REQUEST_ACCEPTED: _account,
    NotificationType.POST_LIKED: partial(_deeds, Deed.LIKE),
    NotificationType.POST_COMMENTED: _comments,
    NotificationType.REPOSTED: partial(_deeds, Deed.REPOST),
    NotificationType.REPLIED: _answers,
    NotificationType.QUOTED: _quotes,
    NotificationType.MENTIONED: _post,
    NotificationType.NEW_POST: _latest,
    NotificationType.TRENDING: _trend,
}
"""How each type's are read: for whom, and about what."""
