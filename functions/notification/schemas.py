"""What the notification room is sent and answers."""

from typing import Any

from pydantic import BaseModel, Field, StrictBool

from kith.domain.clock import rfc3339
from kith.domain.notifications import ACTORS_SHOWN, ChoiceChange, Choices, NotificationType, Pace
from kith.table.notification_reader import SeenNotification
from kith.web.views import Absent, AuthorView, Id, ListFields, Submitted, Timestamp, is_absent

LEFT_OUT: Any = Field(default_factory=lambda: None)
"""A field that may be left out, and never be null."""


class NotificationView(BaseModel):
    """What somebody is told. All who do the same to the same thing are one, which moves up when somebody joins."""

    id: Id = Field(description="Ordered by time; another one when the notification has moved up.")
    type: NotificationType
    actors: list[AuthorView] = Field(
        description=f"Who did it, the latest first, at most {ACTORS_SHOWN}; nobody when one's post is trending."
    )
    actor_count: int = Field(
        description="How many did it. Of follows of one day and requests, at most 100; of answers and quotes, 25."
    )
    post_id: Id | Absent = Field(
        None,
        description="What there is to open: one's own post, or the latest that answers, quotes or names one.",
        exclude_if=is_absent,
    )
    text: str = Field(description="What it says; of text that people write it holds nothing.")
    created_at: Timestamp = Field(description="Since when it stands there.")
    read: bool

    @classmethod
    def of(cls, seen: SeenNotification, *, read_up_to: int) -> "NotificationView":
        """Return the view of a notification."""
        notification = seen.notification
        return cls(
            id=notification.notification_id,
            type=notification.subject.type,
            actors=list(map(AuthorView.of, seen.actors[:ACTORS_SHOWN])),
            actor_count=seen.actor_count,
            post_id=None if seen.post is None else seen.post.post.post_id,
            text=seen.text,
            created_at=rfc3339(notification.created_at),
            read=notification.notification_id <= read_up_to,
        )


class Notifications(ListFields):
    """A page of what somebody is told, newest first."""

    notifications: list[NotificationView]
    unread_count: int = Field(description="Of all, not of this page; at most 100 are counted.")


class ReadUpTo(Submitted):
    """Up to where somebody has read."""

    up_to: Id = Field(description="The `id` of a notification: it and all that are older are read.")


class Unread(BaseModel):
    """How much is unread."""

    unread_count: int = Field(description="At most 100 are counted.")


class ChoiceView(BaseModel):
    """By which channels somebody wants to be told of one type."""

    websocket: bool
    push: bool
    email: Pace = Field(description="How often a mail sums it up.")


class ChoicesView(BaseModel):
    """By which channels somebody wants to be told of what. The list of notifications has all types."""

    new_follower: ChoiceView
    follow_request: ChoiceView
    request_accepted: ChoiceView
    post_liked: ChoiceView
    post_commented: ChoiceView
    reposted: ChoiceView
    replied: ChoiceView
    quoted: ChoiceView
    mentioned: ChoiceView
    new_post: ChoiceView
    trending: ChoiceView

    @classmethod
    def of(cls, choices: Choices) -> "ChoicesView":
        """Return the view of choices."""
        return cls.model_validate(
            {
                about: ChoiceView(websocket=choice.websocket, push=choice.push, email=choice.email)
                for about, choice in choices.items()
            }
        )


class NewChoice(Submitted):
    """What somebody wants of one type; a channel that is left out stays as it is."""

    websocket: StrictBool = LEFT_OUT
    push: StrictBool = LEFT_OUT
    email: Pace = LEFT_OUT

    @property
    def change(self) -> ChoiceChange:
        """What is to be changed."""
        return ChoiceChange(**{name: getattr(self, name) for name in self.model_fields_set})


class NewChoices(Submitted):
    """What somebody wants; a type that is left out stays as it is."""

    new_follower: NewChoice = LEFT_OUT
    follow_request: NewChoice = LEFT_OUT
    request_accepted: NewChoice = LEFT_OUT
    post_liked: NewChoice = LEFT_OUT
    post_commented: NewChoice = LEFT_OUT
    reposted: NewChoice = LEFT_OUT
    replied: NewChoice = LEFT_OUT
    quoted: NewChoice = LEFT_OUT
    mentioned: NewChoice = LEFT_OUT
    new_post: NewChoice = LEFT_OUT
    trending: NewChoice = LEFT_OUT

    @property
    def changes(self) -> dict[NotificationType, ChoiceChange]:
        """What is to be changed."""
        return {NotificationType(name): getattr(self, name).change for name in self.model_fields_set}
