"""What searches find: everything that is there by what it is, and nothing else."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from kith.domain.posts import PostStatus
from kith.domain.users import Standing, User
from kith.domain.words import words
from kith.table import schema
from kith.table.patterns import KeyPattern
from kith.table.post_index import WORDS_MOST
from kith.table.tag_index import BEGINNING_MOST
from kith.table.user_index import entries
from tests.simulation.invariants.stored import Stored
from tests.simulation.truth import Raw, flag, number, text

Key = tuple[str, str]


def accounts(stored: Stored) -> Iterator[str]:
    """Every account stands under all parts of its names, in the order of how well it is known."""
    followers: Counter[int] = Counter()
    for values, item in stored.of(schema.TALLY):
        followers[values["user_id"]] += number(item, "followers")
    right = {
        (entry.pk, entry.sk)
        for values, item in stored.of(schema.USER)
        if text(item, "standing") != Standing.DELETED
        for entry in entries(_user(values["user_id"], item), followers[values["user_id"]])
    }
    yield from _compared(stored, schema.FOUND_USER, right)
    yield from _settled(stored, schema.INDEXED_USER)


def posts(stored: Stored) -> Iterator[str]:
    """Every published post stands under all its words, and is counted by its hashtags if everybody may see it."""
    open_to_all = {
        values["user_id"]
        for values, item in stored.of(schema.USER)
        if text(item, "standing") == Standing.ACTIVE and not flag(item, "is_private")
    }
    right: set[Key] = set()
    counted: Counter[str] = Counter()
    for values, item in stored.of(schema.POST):
        if text(item, "status") == PostStatus.PUBLISHED:
            found = words(text(item, "text"))[:WORDS_MOST]
            right |= {schema.FOUND_POST.key(word=word, post_id=values["post_id"]) for word in found}
            if number(item, "author_id") in open_to_all and text(item, "visibility") == "public":
                counted.update(each["S"] for each in item["hashtags"]["L"])
    yield from _compared(stored, schema.FOUND_POST, right)
    yield from _settled(stored, schema.INDEXED_POST)
    now = {values["tag"]: number(item, "posts") for values, item in stored.of(schema.INDEXED_TAG)}
    if now != counted:
        yield f"posts of hashtags are counted as {now}, and are {dict(counted)}"
    beginnings = {
        (values["beginning"], values["tag"], values["rank"]) for values, _ in stored.of(schema.FOUND_TAG)
    }
    wanted = {
        (tag[:end], tag, f"{99 - often.bit_length():02}")
        for tag, often in counted.items()
        for end in range(1, min(len(tag), BEGINNING_MOST) + 1)
    }
    if beginnings != wanted:
        yield f"hashtags are found otherwise than they are used: {sorted(beginnings ^ wanted)}"
    yield from _settled(stored, schema.INDEXED_TAG)


def _user(user_id: int, item: Raw) -> User:
    return User(
        user_id,
        text(item, "username"),
        full_name=text(item, "full_name"),
        is_verified=flag(item, "is_verified"),
    )


def _compared(stored: Stored, pattern: KeyPattern, right: set[Key]) -> Iterator[str]:
    now = {pattern.key(**values) for values, _ in stored.of(pattern)}
    if now != right:
        yield f"{pattern.entity}: missing {sorted(right - now)[:5]}, too many {sorted(now - right)[:5]}"


def _settled(stored: Stored, pattern: KeyPattern) -> Iterator[str]:
    for values, item in stored.of(pattern):
        holds: list[Any] = json.loads(text(item, "holds"))
        if number(item, "writing_until") or len(holds) != 1 or item.get("moved", {"L": []})["L"]:
            yield f"{pattern.entity} {values} is left amid something: {item}"
