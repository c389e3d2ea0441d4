"""What a batch of messages asks to be looked at: pure. Whatever is named more than once is looked at once."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from kith import events

DEEDS: Final = frozenset(
    {events.POST_LIKED, events.POST_UNLIKED, events.POST_REPOSTED, events.POST_UNREPOSTED}
)
HIDING: Final = frozenset({"is_private", "standing"})
"""What of an account decides whether its posts are for everybody."""


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be looked at."""

    uses: dict[tuple[int, int], set[str]] = field(default_factory=lambda: defaultdict(set))
    """Hashtags that a post has or had, by the post and its author."""
    tags: set[str] = field(default_factory=set)
    """Hashtags that have to be looked at again."""
    deeds: set[int] = field(default_factory=set)
    """Posts to which something was done."""
    changed: set[int] = field(default_factory=set)
    """Posts that are gone, or may be for others than before."""
    accounts: dict[int, str | None] = field(default_factory=dict)
    """Accounts that may be for others than before, and up to where their uses of hashtags have been looked at.

    None is the least: nothing has.
    """


def work_of(messages: Iterable[dict[str, Any]]) -> Work:
    """Return what messages ask for; other kinds of events ask for nothing."""
    work = Work()
    for message in messages:
        match message:
            case {"uses_of": int(user_id), "after": str() | None as digest}:
                # Two walks of an account: the one that has come less far also goes where the other does.
                work.accounts[user_id] = min(
                    work.accounts.get(user_id, digest), digest, key=lambda at: at or ""
                )
            case {"tags": list(tags)}:
                work.tags.update(tags)
            case {"posts": list(post_ids)}:
                work.deeds.update(post_ids)
            case {"detail-type": str(name), "detail": dict(detail)}:
                _ask(work, name, detail)
    return work


def _ask(work: Work, name: str, detail: dict[str, Any]) -> None:
    match name:
        case events.POST_CREATED | events.POST_UPDATED | events.POST_DELETED:
            if tags := detail.get("hashtags"):  # which events from before there were any do not have
                work.uses[detail["post_id"], detail["user_id"]] |= set(tags)
            if name != events.POST_CREATED:
                work.changed.add(detail["post_id"])
        case events.USER_UPDATED if HIDING & set(detail["changed"]):
            work.accounts[detail["user_id"]] = None
        case _ if name in DEEDS:
            work.deeds.add(detail["post_id"])
