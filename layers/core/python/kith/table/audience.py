"""Everybody in whose feed something may be that an account has brought: a walk that can be cut off and gone on with.

Former followers come before followers, so that who follows again meanwhile is met among the followers, who are walked
oldest first; and once more after them, so that who has left them meanwhile is met as well: what a withdrawal takes out
is in no list any more by which the purge of an unfollow would find it.
"""

from dataclasses import dataclass
from typing import Final

from kith.table.connection import Table
from kith.table.follows import FollowStore

FORMER, PRESENT, LEFT = "former", "present", "left"
PAGE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a walk is: among former followers or present ones, after one of them. It fits into a message."""

    walk: str = FORMER
    after: int = 0


START: Final = Stage()


@dataclass(frozen=True, slots=True)
class Audience:
    """Walks over audiences."""

    table: Table

    def page(self, account_id: int, stage: Stage) -> tuple[list[int], Stage | None]:
        """Return the next readers, and where to go on after them; None at the end."""
        follows = FollowStore(self.table)
        if stage.walk == PRESENT:
            followers = follows.followers_after(account_id, stage.after, limit=PAGE)
            following = Stage(PRESENT, followers[-1].entry_id) if followers else Stage(LEFT)
            return [follower.other_id for follower in followers], following
        readers = follows.former_followers_after(account_id, stage.after, limit=PAGE)
        if readers:
            return readers, Stage(stage.walk, readers[-1])
        return [], Stage(PRESENT) if stage.walk == FORMER else None
