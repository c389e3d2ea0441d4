"""Notifications as the one who is told may see them: the one way by which they reach a list, a frame, a push or a mail.

Skeleton, hydrate, rules: the list says what each is about, the facts are read where they are, and who may not be seen,
is muted or has taken it back is left out. Of a notification that nobody is left of there is nothing to see.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from kith.domain.follows import Stance
from kith.domain.notifications import (
    BY_NOBODY,
    OWN_POST,
    Notification,
    NotificationType,
    Subject,
    said,
    trace_of,
)
from kith.domain.users import User
from kith.domain.visibility import can_view, can_view_author
from kith.table.connection import Table
from kith.table.notification_causes import CAUSES_MOST, Cause, causes_of, is_done_still
from kith.table.reader import PostReader, SeenPost
from kith.table.relations import RelationStore, relation_of

Met = Mapping[int, tuple[User, Stance]]


@dataclass(frozen=True, slots=True)
class SeenNotification:
    """A notification of which there is something to see."""

    notification: Notification
    actors: tuple[User, ...]
    """Who did it and may be seen, the latest first; of very many the latest."""
    actor_count: int
    post: SeenPost | None
    """What there is to open."""
    traces: frozenset[str]
    """Of the deeds that are still so."""

    @property
    def is_news(self) -> bool:
        """Tell whether what made it move up is still so."""
        return self.notification.trace in self.traces

    @property
    def text(self) -> str:
        """What it says."""
        usernames = [actor.username for actor in self.actors[:2]]
        return said(self.notification.subject.type, usernames, self.actor_count)


@dataclass(frozen=True, slots=True)
class NotificationReader:
    """Reads notifications on behalf of those who are told."""

    table: Table

    def some(self, user_id: int, notifications: Sequence[Notification]) -> dict[int, SeenNotification]:
        """Return those of which there is something to see, by identifier. Some four round trips, however many."""
        subjects = [each.subject for each in notifications]
        listed = self.table.all_of([partial(causes_of, self.table, user_id, subject) for subject in subjects])
        wanted = {cause.post_id for causes in listed for cause in causes if cause.post_id is not None}
        wanted |= {subject.object_id for subject in subjects if subject.type in OWN_POST}
        named = {cause.actor_id for causes in listed for cause in causes if cause.actor_id is not None}
        posts, met = self.table.together(
            lambda: PostReader(self.table).some(user_id, wanted), lambda: self._met(user_id, named)
        )
        authors = {seen.author.user_id for seen in posts.values()} - named - {user_id}
        met = {**met, **self._met(user_id, authors)}
        seen = (
            _seen(user_id, notification, causes, posts, met)
            for notification, causes in zip(notifications, listed, strict=True)
        )
        return {each.notification.notification_id: each for each in seen if each is not None}

    def is_so(self, user_id: int, subject: Subject, cause: Cause) -> bool:
        """Tell whether a deed is so, and somebody may be told of it; of others of the same subject nothing is read."""
        wanted = {subject.object_id} if subject.type in OWN_POST else set()
        wanted |= set() if cause.post_id is None else {cause.post_id}
        posts, is_done = self.table.together(
            lambda: PostReader(self.table).some(user_id, wanted),
            lambda: is_done_still(self.table, user_id, subject, cause),
        )
        actors = {cause.actor_id} if cause.actor_id else {seen.author.user_id for seen in posts.values()}
        if not is_done:
            return False
        place = Notification(0, subject, "")
        return _seen(user_id, place, [cause], posts, self._met(user_id, actors - {user_id})) is not None

    def _met(self, user_id: int, others: Collection[int]) -> Met:
        return RelationStore(self.table).met(user_id, others) if others else {}


def _seen(
    user_id: int,
    notification: Notification,
    causes: Sequence[Cause],
    posts: Mapping[int, SeenPost],
    met: Met,
) -> SeenNotification | None:
    subject = notification.subject
    own = posts.get(subject.object_id) if subject.type in OWN_POST else None
    if subject.type in OWN_POST and own is None:
        return None
    if subject.type in BY_NOBODY and own is not None:
        return _seen_of_nobody(user_id, notification, causes, own)
    left, actors = [], dict[int, User]()
    for cause in causes:
        actor = _actor(user_id, subject, cause, posts, met)
        if actor is not None:
            left.append(cause)
            actors.setdefault(actor.user_id, actor)
    if not left:
        return None
    latest = left[0].post_id
    return SeenNotification(
        notification,
        tuple(actors.values()),
        len(actors) + _uncounted(subject, causes, own),
        own if latest is None else posts[latest],
        frozenset(trace_of(user_id, subject, cause.cause_id) for cause in left),
    )


def _seen_of_nobody(
    user_id: int, notification: Notification, causes: Sequence[Cause], own: SeenPost
) -> SeenNotification | None:
    """Return what is told of a post while everybody may see it, whoever brought that about."""
    if not causes or not can_view(None, own.post, own.author):
        return None
    traces = frozenset(trace_of(user_id, notification.subject, cause.cause_id) for cause in causes)
    return SeenNotification(notification, (), 0, own, traces)


def _actor(
    user_id: int, subject: Subject, cause: Cause, posts: Mapping[int, SeenPost], met: Met
) -> User | None:
    """Return who did something, if the one who is told may know so and wants to."""
    actor_id = cause.actor_id
    if cause.post_id is not None:
        seen = posts.get(cause.post_id)
        if seen is None or not _concerns(user_id, subject, seen):
            return None
        actor_id = seen.author.user_id
    if actor_id is None or actor_id == user_id or actor_id not in met:
        return None
    actor, stance = met[actor_id]
    if not can_view_author(user_id, actor, relation_of(stance)) or stance.mute_id is not None:
        return None
    if subject.type is NotificationType.REQUEST_ACCEPTED and not stance.follows:
        return None
    return actor


def _concerns(user_id: int, subject: Subject, seen: SeenPost) -> bool:
    """Tell whether a post, as it is now, is still why somebody is told."""
    if subject.type is NotificationType.MENTIONED:
        return any(mention.user_id == user_id for mention in seen.post.mentions)
    return True


def _uncounted(subject: Subject, causes: Sequence[Cause], own: SeenPost | None) -> int:
    """Return how many more did something to a post than were looked at."""
    if own is None or len(causes) < CAUSES_MOST:
        return 0
    counts = own.post.counts
    total = {
        NotificationType.POST_LIKED: counts.likes,
        NotificationType.POST_COMMENTED: counts.comments,
        NotificationType.REPOSTED: counts.reposts,
    }.get(subject.type, 0)
    return max(0, total - len(causes))
