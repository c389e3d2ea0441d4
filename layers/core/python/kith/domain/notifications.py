"""Notifications: what somebody is told of what others do. Each is a view of facts that are stored where they belong.

All who do the same to the same thing are one notification, "@ann and 10 others liked your post", which moves up when
somebody joins. So an unlike, a block or a deletion changes what it says without anything being undone.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kith.domain import ids
from kith.domain.clock import DAY
from kith.domain.errors import NotFound


class NotificationType(StrEnum):
    """What happened."""

    NEW_FOLLOWER = "new_follower"
    FOLLOW_REQUEST = "follow_request"
    REQUEST_ACCEPTED = "request_accepted"
    POST_LIKED = "post_liked"
    POST_COMMENTED = "post_commented"
    REPOSTED = "reposted"
    REPLIED = "replied"
    QUOTED = "quoted"
    MENTIONED = "mentioned"
    NEW_POST = "new_post"
    TRENDING = "trending"


OWN_POST: Final = frozenset(
    {
        NotificationType.POST_LIKED,
        NotificationType.POST_COMMENTED,
        NotificationType.REPOSTED,
        NotificationType.REPLIED,
        NotificationType.QUOTED,
        NotificationType.TRENDING,
    }
)
"""What is about a post of the one who is told."""
BY_NOBODY: Final = frozenset({NotificationType.TRENDING})
"""What many bring about, and none of them is named."""


class Pace(StrEnum):
    """How often what happened is summed up in a mail."""

    OFF = "off"
    HOURLY = "hourly"
    DAILY = "daily"


@dataclass(frozen=True, slots=True)
class Choice:
    """By which channels somebody wants to be told of one type; the list of notifications has them all."""

    websocket: bool = True
    push: bool = True
    email: Pace = Pace.OFF


@dataclass(frozen=True, slots=True)
class ChoiceChange:
    """What of a choice is made anew; None stays as it is."""

    websocket: bool | None = None
    push: bool | None = None
    email: Pace | None = None


QUIET: Final = Choice()
"""What nobody has chosen otherwise: mails are asked for, and pushes only reach who has subscribed to them."""
Choices = Mapping[NotificationType, Choice]


@dataclass(frozen=True, slots=True)
class Subject:
    """What one notification is about, whoever and however many caused it.

    `object_id` is a post; for new followers a day since 1970, so that each day has its own; for requests the account
    that is asked; for a request that was accepted and for new posts the other account.
    """

    type: NotificationType
    object_id: int


@dataclass(frozen=True, slots=True)
class Notification:
    """Where a subject stands in somebody's list: `notification_id` is since when, and changes when it moves up."""

    notification_id: int
    subject: Subject
    trace: str
    """Of what made it move up: that is told only as long as it is still so."""

    @property
    def created_at(self) -> int:
        """Since when it stands there, in milliseconds since the Unix epoch."""
        return ids.created_at(self.notification_id)


class NotificationNotFound(NotFound):
    """No such notification, or nothing of it that may be told."""

    code = "notification_not_found"
    message = "There is no such notification, or no longer."


ACTORS_SHOWN: Final = 10
"""Of those who did something, at most; how many they are is told."""
PHRASES: Final = {
    NotificationType.NEW_FOLLOWER: "followed you",
    NotificationType.FOLLOW_REQUEST: "asked to follow you",
    NotificationType.REQUEST_ACCEPTED: "accepted your request to follow",
    NotificationType.POST_LIKED: "liked your post",
    NotificationType.POST_COMMENTED: "commented on your post",
    NotificationType.REPOSTED: "reposted your post",
    NotificationType.REPLIED: "replied to your post",
    NotificationType.QUOTED: "quoted your post",
    NotificationType.MENTIONED: "mentioned you",
    NotificationType.NEW_POST: "posted",
    NotificationType.TRENDING: "Your post is trending",
}
"""What is said of those who did something; of what nobody in particular did, all that is said."""


def said(about: NotificationType, usernames: Sequence[str], count: int) -> str:
    """Return what a notification says; of text that people write it holds nothing.

    Args:
        about: what happened.
        usernames: of those who did it, newest first; none of what nobody in particular did, else at least one.
        count: how many did it.
    """
    if about in BY_NOBODY:
        return PHRASES[about]
    first = f"@{usernames[0]}"
    others = count - 1
    if others == 0:
        who = first
    elif others == 1 and len(usernames) > 1:
        who = f"{first} and @{usernames[1]}"
    else:
        who = f"{first} and {others} other{'s' if others > 1 else ''}"
    return f"{who} {PHRASES[about]}"


def day_of(milliseconds: int) -> int:
    """Return the day of a time, as subjects name it."""
    return milliseconds // DAY


def trace_of(user_id: int, subject: Subject, cause_id: int) -> str:
    """Return what is known of having told somebody of a deed: it names nobody, and is the same for the same deed again.

    Args:
        user_id: who is told.
        subject: what of.
        cause_id: who did it; where somebody can do it more than once, what they made: a comment or a post.
    """
    words = f"{user_id} {subject.type} {subject.object_id} {cause_id}"
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def chosen(present: Choices, changes: Mapping[NotificationType, ChoiceChange]) -> Choices:
    """Return choices after some of them are made anew; what is not named stays as it is."""
    return {about: _changed(choice, changes.get(about, ChoiceChange())) for about, choice in present.items()}


def _changed(choice: Choice, change: ChoiceChange) -> Choice:
    return Choice(
        websocket=choice.websocket if change.websocket is None else change.websocket,
        push=choice.push if change.push is None else change.push,
        email=change.email or choice.email,
    )
