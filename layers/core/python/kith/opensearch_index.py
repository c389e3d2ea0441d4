"""Accounts and posts as OpenSearch finds them: one document each, in words that are cut and folded here.

So both engines mean the same by a word. A document follows from the table alone. Events come late, twice and in any
order, and a slow writer may come after a faster one that knew better: so whoever has written looks at the table again,
and what has changed meanwhile is to be written anew. The last one to write has thus found in the table what it wrote.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kith.domain import names
from kith.domain.errors import Unavailable
from kith.domain.posts import Post, PostStatus
from kith.domain.searching import Window
from kith.domain.users import Standing, User
from kith.domain.words import words
from kith.opensearch import Index, opensearch
from kith.table.connection import Table
from kith.table.post_index import PostIndex
from kith.table.posts import PostStore
from kith.table.user_index import BEGINNING_MOST, known
from kith.table.users import UserStore

CANDIDATES: Final = 60
"""Accounts that a search is told of at most."""
EXPANSIONS: Final = 100
"""Words at most that are like one with a typo."""

USERS: Final[Mapping[str, Any]] = {
    "user_id": {"type": "long"},
    "known": {"type": "integer"},
    "terms": {
        "type": "text",
        "analyzer": "whitespace",
        "index_options": "docs",
        "norms": False,
        "index_prefixes": {"min_chars": 1, "max_chars": BEGINNING_MOST},
    },
}
POSTS: Final[Mapping[str, Any]] = {
    "post_id": {"type": "long"},
    "words": {"type": "keyword", "doc_values": False},
}
BEST_KNOWN_FIRST: Final = ({"_score": "desc"}, {"known": "desc"}, {"user_id": "asc"})
NEWEST_FIRST: Final = ({"post_id": "desc"},)


def user_documents(url: str, table: Table) -> "UserDocuments":
    """Return the accounts that OpenSearch has at an address."""
    return UserDocuments(Index(opensearch(url), "users", USERS), UserStore(table))


def post_documents(url: str, table: Table) -> "PostDocuments":
    """Return the posts that OpenSearch has at an address."""
    index = Index(opensearch(url), "posts", POSTS)
    return PostDocuments(index, PostStore(table), PostIndex(table, words_most=0))


@dataclass(frozen=True, slots=True)
class UserDocuments:
    """Accounts by their names: a verb per access pattern."""

    index: Index
    users: UserStore

    def put(self, user: User, followers: int) -> None:
        """Let searches find an account by its names, in the order of how well it is known.

        Raises:
            Unavailable: it has changed meanwhile, or it has to be tried another time.
        """
        written = _user_document(user, followers)
        self.index.put(user.user_id, written)
        if self._as_it_is_now(user.user_id) != written:
            raise Unavailable

    def _as_it_is_now(self, user_id: int) -> dict[str, Any] | None:
        user = self.users.by_id(user_id)
        if user is None or user.standing is Standing.DELETED:
            return None
        return _user_document(user, self.users.tally(user_id).followers)

    def drop(self, user_id: int) -> None:
        """Let no search find an account any more; a deleted one does not come back.

        Raises:
            Unavailable: it has to be tried another time.
        """
        self.index.drop(user_id)

    def beginning(self, words: Sequence[str]) -> list[int]:
        """Return accounts with words in their names that begin as some given ones do; those with the very word first."""
        very_words = [{"constant_score": {"filter": _term("terms", word)}} for word in words]
        query = {"bool": {"filter": list(map(_beginning, words)), "should": very_words}}
        return self.index.search(query, BEST_KNOWN_FIRST, CANDIDATES)

    def alike(self, words: Sequence[str]) -> list[int]:
        """Return accounts with words in their names that are like some given ones but for a typo or two each."""
        if not any(map(names.typos_allowed, words)):
            return []
        return self.index.search({"bool": {"must": list(map(_like, words))}}, BEST_KNOWN_FIRST, CANDIDATES)


@dataclass(frozen=True, slots=True)
class PostDocuments:
    """Posts by their words; which hashtags count them is the table's to know, exactly: a verb per access pattern."""

    index: Index
    posts: PostStore
    hashtags: PostIndex

    def put(self, post: Post, author: User) -> None:
        """Let searches find a post by its words, and count it among those with its hashtags if all may see it.

        Raises:
            Unavailable: it has changed meanwhile, or it has to be tried another time.
        """
        self.hashtags.put(post, author)
        self.index.put(post.post_id, {"post_id": post.post_id, "words": list(words(post.text))})
        now = self.posts.by_id(post.post_id)
        if now is None or now.revision != post.revision:
            raise Unavailable

    def drop(self, post_id: int) -> None:
        """Let no search find a post any more, and count it nowhere.

        Raises:
            Unavailable: it has to be tried another time, or it is to be found again.
        """
        self.hashtags.drop(post_id)
        self.index.drop(post_id)
        now = self.posts.by_id(post_id)
        if now is not None and now.status is PostStatus.PUBLISHED:
            raise Unavailable

    def with_words(self, asked: Sequence[str], *, before: int | None, limit: int) -> Window:
        """Return posts that have all of some words, older than one."""
        wanted = [_term("words", word) for word in asked]
        older = [] if before is None else [{"range": {"post_id": {"lt": before}}}]
        found = self.index.search({"bool": {"filter": [*wanted, *older]}}, NEWEST_FIRST, limit)
        return Window(found, found[-1] if len(found) == limit else None)


def _user_document(user: User, followers: int) -> dict[str, Any]:
    return {
        "user_id": user.user_id,
        "known": known(user, followers),
        "terms": list(names.terms(user.username, user.full_name)),
    }


def _term(place: str, word: str) -> dict[str, Any]:
    return {"term": {place: {"value": word}}}


def _beginning(word: str) -> dict[str, Any]:
    return {"prefix": {"terms": {"value": word}}}


def _like(word: str) -> dict[str, Any]:
    """Return the query for a word that begins so, or has as many typos as it may have."""
    typos = names.typos_allowed(word)
    if not typos:
        return _beginning(word)
    fuzzy = {"value": word, "fuzziness": typos, "transpositions": True, "max_expansions": EXPANSIONS}
    return {"dis_max": {"queries": [_beginning(word), {"fuzzy": {"terms": fuzzy}}]}}
