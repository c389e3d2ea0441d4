"""What an engine of searches does. What it finds are candidates: whoever asks it looks at each as it is now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from kith.domain.posts import Post
from kith.domain.users import User


class UserEngine(Protocol):
    """Accounts by their names."""

    def put(self, user: User, followers: int) -> None:
        """Let searches find an account by its names, in the order of how well it is known.

        Raises:
            Unavailable: it has changed meanwhile, or it has to be tried another time.
        """
        ...

    def drop(self, user_id: int) -> None:
        """Let no search find an account any more.

        Raises:
            Unavailable: it has to be tried another time.
        """
        ...

    def beginning(self, words: Sequence[str]) -> list[int]:
        """Return accounts with words in their names that begin as some given ones do; those with the very word first."""
        ...

    def alike(self, words: Sequence[str]) -> list[int]:
        """Return accounts with words in their names that are like some given ones but for a typo or two each."""
        ...


@dataclass(frozen=True, slots=True)
class Window:
    """Posts that may be meant, newest first, and where to go on from; None at the end."""

    post_ids: list[int]
    resume_at: int | None


class PostEngine(Protocol):
    """Posts by their words."""

    def put(self, post: Post, author: User) -> None:
        """Let searches find a post by its words, and count it among those with its hashtags if all may see it.

        Raises:
            Unavailable: it has changed meanwhile, or it has to be tried another time.
        """
        ...

    def drop(self, post_id: int) -> None:
        """Let no search find a post any more, and count it nowhere.

        Raises:
            Unavailable: it has to be tried another time, or it is to be found again.
        """
        ...

    def with_words(self, asked: Sequence[str], *, before: int | None, limit: int) -> Window:
        """Return posts that may have all of some words, older than one."""
        ...
