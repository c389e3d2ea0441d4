"""What is so, read from the few items that everything else follows from: accounts, stances, posts, and deeds.

The rules are the plain ones of the feeds' oracle; nothing of how Kith works is in them.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from kith.domain.users import Standing
from kith.table import schema
from tests.component.feed_oracle import Oracle, Written
from tests.simulation.engine import Key

Raw = dict[str, Any]
PATTERNS = {each.entity: each for each in (schema.USER, schema.RELATION, schema.POST, schema.ENGAGEMENT)}
"""What everything follows from."""


def truth_of(  # noqa: C901  # one kind of item after the other
    items: Iterable[tuple[Key, Raw]], people: Mapping[int, str]
) -> Oracle:
    """Return what is so according to the table, of people with these identifiers; they are named, posts are numbers."""
    found: dict[str, list[tuple[dict[str, Any], Raw]]] = {kind: [] for kind in PATTERNS}
    for key, item in items:
        kind = item.get("kind", {"S": ""})["S"]
        if kind in PATTERNS:
            found[kind].append((PATTERNS[kind].values(*key) or {}, item))
    truth = Oracle()
    names = {}
    for values, item in found["User"]:
        if values["user_id"] in people:
            names[values["user_id"]] = people[values["user_id"]]
            if flag(item, "is_private"):
                truth.private.add(people[values["user_id"]])
    hidden = {
        values["user_id"] for values, item in found["User"] if text(item, "standing") != Standing.ACTIVE
    }
    for values, item in found["Relation"]:
        edge = names.get(values["user_id"], ""), names.get(values["other_id"], "")
        state = {"accepted": truth.follows, "pending": truth.asks, "rejected": truth.rejected}
        if text(item, "state") in state:
            state[text(item, "state")].add(edge)
        if "block_id" in item:
            truth.blocks.add(edge)
        if "mute_id" in item:
            truth.mutes.add(edge)
    for values, item in found["Post"]:
        author_id = number(item, "author_id")
        if author_id in names and author_id not in hidden:
            truth.posts[values["post_id"]] = Written(
                names[author_id],
                text(item, "visibility") == "followers",
                text(item, "delivery") == "pull",
                text(item, "status") != "published",
            )
    truth.reposts = {
        (names[values["user_id"]], values["post_id"])
        for values, item in found["Engagement"]
        if "repost_id" in item and values["user_id"] in names.keys() - hidden
    }
    return truth


def text(item: Raw, name: str) -> str:
    return str(item[name]["S"])


def number(item: Raw, name: str) -> int:
    return int(item.get(name, {"N": "0"})["N"])


def flag(item: Raw, name: str) -> bool:
    return bool(item.get(name, {}).get("BOOL"))
