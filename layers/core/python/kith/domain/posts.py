"""Posts: what one is, and what may be written in it."""

import contextlib
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from kith.domain import ids
from kith.domain.errors import Invalid, NotFound
from kith.domain.media import Medium, MediumStatus
from kith.domain.text import written
from kith.domain.threads import Place

TEXT_MOST = 5_000
HASHTAGS_MOST = 30
HASHTAG_MOST = 100
MENTIONS_MOST = 30
MEDIA_MOST = 10

# Python's \w leaves out combining marks, without which many scripts cannot be written.
_HASHTAG = re.compile(r"(?<![\w&/#\uff03])[#\uff03]([^\s#\uff03]+)")
_JOINERS = "\u200c\u200d"
_MENTION = re.compile(r"(?<![\w@./])@([A-Za-z0-9_.]{2,29}[A-Za-z0-9_])(?!\.*[\w@])")


class PostNotFound(NotFound):
    """No such post, or not one the caller may see."""

    code = "post_not_found"
    message = "There is no such post, or you cannot see it."


class PostChanged(Exception):  # an outcome: read again
    """What was read just before of a post is no longer so; reading again and deciding anew may work."""


class Visibility(StrEnum):
    """Who may see a post, besides its author: everyone whom the author's account admits, or its followers."""

    PUBLIC = "public"
    FOLLOWERS = "followers"


class Delivery(StrEnum):
    """How a post reaches feeds, decided when it is created and never again: pushed to each, or pulled by each."""

    PUSH = "push"
    PULL = "pull"


class PostStatus(StrEnum):
    """Whether a post is there for others, or waits for its media."""

    PUBLISHED = "published"
    PROCESSING = "processing"


@dataclass(frozen=True, slots=True)
class Counts:
    """What was done to a post, counted exactly."""

    likes: int = 0
    comments: int = 0
    reposts: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.likes + other.likes, self.comments + other.comments, self.reposts + other.reposts)


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody named in a text."""

    user_id: int
    username: str


@dataclass(frozen=True, slots=True)
class Post:
    """A post. Its identifier is also its time of creation."""

    post_id: int
    author_id: int
    text: str
    hashtags: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()
    visibility: Visibility = Visibility.PUBLIC
    delivery: Delivery = Delivery.PUSH
    reply_to: int | None = None
    quote_of: int | None = None
    status: PostStatus = PostStatus.PUBLISHED
    media: tuple[Medium, ...] = ()
    place: Place | None = None
    """Where it stands in its thread; None while it answers nothing and nothing answers it."""
    edited_at: int | None = None
    """Milliseconds since the Unix epoch."""
    counts: Counts = Counts()
    count_shards: int = 1
    """Over how many items its counts are spread."""
    revision: int = 0
    """How often anything but its counts has changed."""

    @property
    def created_at(self) -> int:
        """When it was created, in milliseconds since the Unix epoch."""
        return ids.created_at(self.post_id)


def status_with(media: Iterable[Medium]) -> PostStatus:
    """Return whether a post that shows some media can be seen, or waits until all of them are ready."""
    ready = all(medium.status is MediumStatus.READY for medium in media)
    return PostStatus.PUBLISHED if ready else PostStatus.PROCESSING


def text(value: str, *, has_media: bool = False) -> str:
    """Return a post's text as it is stored.

    Raises:
        Invalid: it is empty and there are no media, longer than 5,000 characters, or holds control characters.
    """
    return written("text", value, least=0 if has_media else 1, most=TEXT_MOST)


def _in_hashtag(character: str) -> bool:
    return (
        character == "_"
        or character.isalnum()
        or unicodedata.category(character).startswith("M")
        or character in _JOINERS
    )


def folded_hashtag(value: str, *, field: str = "hashtags") -> str:
    """Return a hashtag as it is stored and compared: NFKC, case-folded, without `#`.

    `field` is where it was given.

    Raises:
        Invalid: it is empty, longer than 100 characters, or holds anything but letters, digits, marks and `_`.
    """
    bare = unicodedata.normalize("NFKC", value).removeprefix("#")
    folded = unicodedata.normalize("NFKC", bare.casefold())
    if not 0 < len(folded) <= HASHTAG_MOST or not all(map(_in_hashtag, folded)):
        raise Invalid.because(field, f"must each be 1 to {HASHTAG_MOST} letters, digits or underscores")
    return folded


def hashtags_beside(post: Post) -> tuple[str, ...]:
    """Return a post's hashtags that were given beside its text."""
    in_text = set(_hashtags_in(post.text))
    return tuple(tag for tag in post.hashtags if tag not in in_text)


def _hashtags_in(text: str) -> Iterator[str]:
    for run in _HASHTAG.findall(text):
        tag = "".join(itertools.takewhile(_in_hashtag, run))
        with contextlib.suppress(Invalid):
            if not tag.isdecimal():
                yield folded_hashtag(tag)


def hashtags(text: str, given: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the hashtags of a text and those given beside it, folded, each once, in order of appearance.

    What stands after a `#` in the text and cannot be a hashtag is text.

    Raises:
        Invalid: one of those given is no hashtag, or there are more than 30.
    """
    folded = tuple(dict.fromkeys((*_hashtags_in(text), *map(folded_hashtag, given))))
    if len(folded) > HASHTAGS_MOST:
        raise Invalid.because("hashtags", f"must be at most {HASHTAGS_MOST}, not {len(folded)}")
    return folded


def mentioned_usernames(text: str) -> tuple[str, ...]:
    """Return the usernames that a text names with `@`, case-folded, each once; the first 30 count.

    A full stop that ends a sentence is not part of the name before it.
    """
    names = (name.casefold() for name in _MENTION.findall(text))
    return tuple(dict.fromkeys(names))[:MENTIONS_MOST]
