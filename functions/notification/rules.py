"""Who is to be told of what: pure, from what happened and the facts that belong to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from kith import events
from kith.domain.follows import Stance
from kith.domain.notifications import OWN_POST, NotificationType, Subject, day_of
from kith.domain.posts import Post

DEEDS: Final = {
    events.POST_LIKED: NotificationType.POST_LIKED,
    events.POST_UNLIKED: NotificationType.POST_LIKED,
    events.POST_REPOSTED: NotificationType.REPOSTED,
    events.POST_UNREPOSTED: NotificationType.REPOSTED,
    events.POST_COMMENTED: NotificationType.POST_COMMENTED,
    events.POST_UNCOMMENTED: NotificationType.POST_COMMENTED,
}
"""What is told of what is done to a post; that it is undone is looked at in the same way."""


@dataclass(frozen=True, slots=True)
class Notice:
    """That somebody is to be told of a deed, if it is so."""

    user_id: int
    subject: Subject
    cause_id: int
    actor_id: int | None
    """None of what nobody in particular did."""
    post_id: int | None = None
    """The post that the deed is."""


def of_deed(name: str, detail: dict[str, Any], post: Post) -> Notice:
    """Return what the author of a post is to be told of what was done to it."""
    actor_id = detail["user_id"]
    subject = Subject(DEEDS[name], post.post_id)
    return Notice(post.author_id, subject, detail.get("comment_id", actor_id), actor_id)


def of_follow(stance: Stance) -> Notice:
    """Return what somebody is to be told who is followed, or asked; `stance` is the follower's."""
    follower_id, followed_id = stance.account_id, stance.other_id
    subject = (
        of_request(followed_id)
        if stance.asks
        else Subject(NotificationType.NEW_FOLLOWER, day_of(stance.created_at))
    )
    return Notice(followed_id, subject, follower_id, follower_id)


def of_request(asked_id: int) -> Subject:
    """Return what somebody is told who is asked to let others follow."""
    return Subject(NotificationType.FOLLOW_REQUEST, asked_id)


def of_acceptance(follower_id: int, followed_id: int) -> Notice:
    """Return what somebody is to be told whose request was accepted."""
    subject = Subject(NotificationType.REQUEST_ACCEPTED, followed_id)
    return Notice(follower_id, subject, followed_id, followed_id)


def of_post(post: Post, answered: Post | None, quoted: Post | None) -> Iterator[Notice]:
    """Yield what is to be told of a post to whom it answers, quotes or names: to each once, and not to its author."""
    told = {post.author_id}
    for referred, about in ((answered, NotificationType.REPLIED), (quoted, NotificationType.QUOTED)):
        if referred is not None and referred.author_id not in told:
            told.add(referred.author_id)
            yield _of_post(referred.author_id, Subject(about, referred.post_id), post)
    for mention in post.mentions:
        if mention.user_id not in told:
            told.add(mention.user_id)
            yield _of_post(mention.user_id, Subject(NotificationType.MENTIONED, post.post_id), post)


def of_new_post(listener_id: int, post: Post) -> Notice:
    """Return what is to be told of a post to somebody who wants to be told of each of its author."""
    return _of_post(listener_id, Subject(NotificationType.NEW_POST, post.author_id), post)


def of_trend(post_id: int, author_id: int) -> Notice:
    """Return what the author of a post is to be told that is among the first of a day."""
    return Notice(author_id, Subject(NotificationType.TRENDING, post_id), post_id, None)


def about_own_post(post_id: int) -> list[Subject]:
    """Return all that an author may have been told about a post."""
    return [Subject(about, post_id) for about in NotificationType if about in OWN_POST]


def _of_post(user_id: int, subject: Subject, post: Post) -> Notice:
    return Notice(user_id, subject, post.post_id, post.author_id, post_id=post.post_id)
