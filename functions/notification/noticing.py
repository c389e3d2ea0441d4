"""From what happened to what people are told: an event says where to look, and what is found there is what counts.

So events may come twice, late or in any order: each makes the list agree with the facts as they are, and whatever is
told is looked at once more, because what it is about may have gone meanwhile.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from functions.notification import rules
from functions.notification.rules import Notice
from kith import events
from kith.domain.clock import Clock
from kith.domain.errors import TooMany
from kith.domain.follows import FollowState
from kith.domain.notifications import NotificationType, Subject
from kith.domain.posts import Post
from kith.messaging import Queue
from kith.table.bells import BellStore
from kith.table.connection import Table
from kith.table.notification_causes import Cause, causes_of
from kith.table.notification_reader import NotificationReader
from kith.table.notifications import NotificationStore
from kith.table.posts import PostStore
from kith.table.relations import RelationStore

PAGE: Final = 100
"""Listeners at once."""
ALONE: Final = frozenset({NotificationType.REQUEST_ACCEPTED, NotificationType.MENTIONED})
"""What has one cause only: when that is not so, nothing is left of it."""


@dataclass(frozen=True, slots=True)
class Noticer:
    """The use case of everything of which people are told."""

    table: Table
    posts: PostStore
    relations: RelationStore
    reader: NotificationReader
    notifications: NotificationStore
    bells: BellStore
    queue: Queue
    """Its own: where it asks to go on."""
    charge: Callable[[int, int], None]
    """Counts that somebody is told of what another does, and raises TooMany over the limit."""
    new_id: Callable[[], int]
    clock: Clock
    budget: int
    """Milliseconds after which no further page is begun for one message."""

    def do(self, message: dict[str, Any]) -> None:
        """Do what a message asks for; of another kind of event, nothing.

        Raises:
            Unavailable: it has to be tried another time.
        """
        match message:
            case {"listeners_of": int(post_id), "after": int(after)}:
                self._posted(post_id, after)
            case {"detail-type": str(name), "detail": dict(detail)}:
                self._see_to_event(name, detail)

    def _see_to_event(self, name: str, detail: dict[str, Any]) -> None:
        match name:
            case events.GRAPH_FOLLOW:
                self._followed(detail["follower_id"], detail["following_id"], FollowState(detail["status"]))
            case events.GRAPH_FOLLOW_ACCEPTED:
                self._see_to(rules.of_acceptance(detail["follower_id"], detail["following_id"]))
                self._tidy_requests(detail["following_id"])
            case events.GRAPH_FOLLOW_REJECTED | events.GRAPH_UNFOLLOW:
                self._parted(detail["follower_id"], detail["following_id"])
            case events.POST_CREATED:
                self._posted(detail["post_id"])
            case events.POST_TRENDING:
                self._see_to(rules.of_trend(detail["post_id"], detail["user_id"]))
            case events.POST_UPDATED:
                self._edited(detail["post_id"])
                self._tidy_mentions(detail)
            case events.POST_DELETED:
                self._deleted(detail["post_id"], detail["user_id"])
                self._tidy_mentions(detail)
            case _ if name in rules.DEEDS:
                post = self.posts.by_id(detail["post_id"])
                if post is not None and post.author_id != detail["user_id"]:
                    self._see_to(rules.of_deed(name, detail, post))

    def _followed(self, follower_id: int, followed_id: int, state: FollowState) -> None:
        """See to a follow or a request, unless it has become something else, of which another event tells."""
        stance, _ = self.relations.stances(follower_id, followed_id)
        if stance.state is state:
            self._see_to(rules.of_follow(stance))

    def _parted(self, follower_id: int, followed_id: int) -> None:
        self._tidy_requests(followed_id)
        self.bells.take_down_unfollowed(follower_id, followed_id)
        for about in (NotificationType.REQUEST_ACCEPTED, NotificationType.NEW_POST):
            self.notifications.forget(
                follower_id,
                Subject(about, followed_id),
                unless=lambda: self.relations.stances(follower_id, followed_id)[0].follows,
            )

    def _tidy_requests(self, asked_id: int) -> None:
        subject = rules.of_request(asked_id)
        self.notifications.forget(
            asked_id, subject, unless=lambda: bool(causes_of(self.table, asked_id, subject))
        )

    def _posted(self, post_id: int, after: int | None = None) -> None:
        """Tell of a new post to whom it refers, and then to who listens to its author, from after one of them."""
        post = self.posts.by_id(post_id)
        if post is None:
            return
        notices = self._notices_of(post)
        if after is None:
            self._see_to_all(notices)
        self._tell_listeners(post, after or 0, told={notice.user_id for notice in notices})

    def _edited(self, post_id: int) -> None:
        post = self.posts.by_id(post_id)
        if post is not None:
            self._see_to_all(self._notices_of(post))

    def _deleted(self, post_id: int, author_id: int) -> None:
        for subject in rules.about_own_post(post_id):
            self.notifications.forget(author_id, subject)

    def _notices_of(self, post: Post) -> list[Notice]:
        """Return what is to be told of a post to whom it answers, quotes and names."""
        referred = {each for each in (post.reply_to, post.quote_of) if each is not None}
        found = self.posts.by_ids(referred)
        return list(rules.of_post(post, found.get(post.reply_to or 0), found.get(post.quote_of or 0)))

    def _tell_listeners(self, post: Post, after: int, *, told: Collection[int]) -> None:
        until = self.clock() + self.budget
        while listeners := self.bells.listeners(post.author_id, after=after, limit=PAGE):
            self._see_to_all(rules.of_new_post(each, post) for each in listeners if each not in told)
            after = listeners[-1]
            if len(listeners) < PAGE:
                return
            if self.clock() >= until:
                self.queue.send([{"listeners_of": post.post_id, "after": after}])
                return

    def _tidy_mentions(self, detail: dict[str, Any]) -> None:
        post_id = detail["post_id"]
        for user_id in detail["mentions"]:
            self.notifications.forget(
                user_id,
                Subject(NotificationType.MENTIONED, post_id),
                unless=partial(self._is_named, post_id, user_id),
            )

    def _is_named(self, post_id: int, user_id: int) -> bool:
        post = self.posts.by_id(post_id)
        return post is not None and any(mention.user_id == user_id for mention in post.mentions)

    def _see_to_all(self, notices: Iterable[Notice]) -> None:
        self.table.all_of([partial(self._see_to, notice) for notice in notices])

    def _see_to(self, notice: Notice) -> None:
        """Make somebody's list agree with a deed as it is now; what is undone meanwhile has told so already."""
        user_id, subject = notice.user_id, notice.subject
        cause = Cause(notice.cause_id, None if notice.post_id else notice.actor_id, notice.post_id)
        if self.reader.is_so(user_id, subject, cause):
            self.notifications.tell(
                user_id,
                subject,
                notice.cause_id,
                new_id=self.new_id,
                now=self.clock(),
                hushed=partial(self._is_too_much, user_id, notice.actor_id),
            )
        self.notifications.forget(user_id, subject, unless=partial(self._is_left, user_id, subject, cause))

    def _is_left(self, user_id: int, subject: Subject, cause: Cause) -> bool:
        """Tell whether anything is left of a subject, and somebody to be told of it."""
        if subject.type in ALONE:
            return self.reader.is_so(user_id, subject, cause)
        return bool(causes_of(self.table, user_id, subject))

    def _is_too_much(self, user_id: int, actor_id: int | None) -> bool:
        """Tell whether somebody is told of so much that another does that it goes without a word from now on."""
        if actor_id is None:
            return False
        try:
            self.charge(user_id, actor_id)
        except TooMany:
            return True
        return False
