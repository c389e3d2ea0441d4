"""The one decision on who may see what. Every surface asks it; none decides for itself."""

from dataclasses import dataclass

from kith.domain.posts import Post, PostStatus, Visibility
from kith.domain.users import User


@dataclass(frozen=True, slots=True)
class Relation:
    """What stands between a viewer and an author: facts, however they were read."""

    follows: bool = False
    """The viewer's follow of the author is accepted."""
    blocked: bool = False
    """One of the two blocks the other."""
    muted: bool = False
    """The viewer mutes the author: who may still see them, and does not want to be shown them unasked."""


STRANGERS = Relation()


def can_view_author(viewer_id: int | None, author: User, relation: Relation = STRANGERS) -> bool:
    """Tell whether a viewer may know of an account at all. `None` is someone who is not logged in."""
    return author.is_active and (author.user_id == viewer_id or not relation.blocked)


def can_view(viewer_id: int | None, post: Post, author: User, relation: Relation = STRANGERS) -> bool:
    """Tell whether a viewer may see a post of an author."""
    if not can_view_author(viewer_id, author, relation):
        return False
    if author.user_id == viewer_id:
        return True
    if post.status is not PostStatus.PUBLISHED:
        return False
    for_followers_only = author.is_private or post.visibility is Visibility.FOLLOWERS
    return relation.follows or not for_followers_only


def can_view_connections(viewer_id: int | None, account: User, relation: Relation = STRANGERS) -> bool:
    """Tell whether a viewer may see whom an account follows, and who follows it."""
    if not can_view_author(viewer_id, account, relation):
        return False
    return account.user_id == viewer_id or relation.follows or not account.is_private
