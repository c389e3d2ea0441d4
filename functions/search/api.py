"""Searches over HTTP."""

from functions.search import listing, wiring
from functions.search.schemas import (
    Beginning,
    Completions,
    FoundPosts,
    FoundTags,
    FoundUsers,
    Order,
    TagView,
    Text,
)
from kith.web.admission import gatekeeper
from kith.web.door import Authenticated, Door
from kith.web.paging import Cursor, Limit, PathPosition
from kith.web.views import AuthorView

door = Door("search", gatekeeper)


@door.route("GET", "/api/v1/search/users")
def search_users(q: Text, caller: Authenticated, limit: Limit = 10) -> FoundUsers:
    """Find accounts by username and full name: ten at most, whatever the limit.

    The last word may be begun. Words of four letters or more may have a typo, those of eight two.
    """
    return FoundUsers.of(wiring.users().best(caller.user_id, q, limit))


@door.route("GET", "/api/v1/search/autocomplete")
def complete_search(q: Text, caller: Authenticated) -> Completions:
    """Complete what is being written to accounts and hashtags, ten at most; `@` and `#` ask for one kind."""
    users, tags = wiring.completion().of(caller.user_id, q)
    return Completions(users=list(map(AuthorView.of, users)), hashtags=list(map(TagView.of, tags)))


@door.route("GET", "/api/v1/search/hashtags")
def search_hashtags(
    q: Beginning, caller: Authenticated, limit: Limit = 20, cursor: Cursor = None
) -> FoundTags:
    """Find hashtags by how they begin, the most used first."""
    position = PathPosition(wiring.cursors(), f"hashtags {q}", caller.user_id)
    page = wiring.tags().beginning(q, after=position.opened(cursor), limit=limit)
    return FoundTags(hashtags=list(map(TagView.of, page.tags)), **position.fields(page.resume_at))


@door.route("GET", "/api/v1/search/posts")
def search_posts(
    q: Text, caller: Authenticated, order: Order = "latest", limit: Limit = 20, cursor: Cursor = None
) -> FoundPosts:
    """Find posts that have all of some words, as far as one may see them."""
    if order == "best":
        return FoundPosts(**listing.best_posts(caller.user_id, q, cursor, limit))
    return FoundPosts(**listing.newest_posts(caller.user_id, q, cursor, limit))


handler = door
