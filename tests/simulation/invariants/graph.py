"""Who stands how to whom, how many there are, and how everybody is called."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from kith.table import schema
from tests.simulation.invariants.stored import Stored
from tests.simulation.truth import flag, number, text

COUNTED = ("followers", "following", "posts", "requests", "wishes", "blocks", "mutes")


def lists(stored: Stored) -> Iterator[str]:  # noqa: C901, PLR0912  # one rule after the other
    """Every list says what the stances say, a request and an edge never stand side by side, and a block leaves neither."""
    expected: dict[str, Counter[tuple[int, int]]] = defaultdict(Counter)
    hidden: set[tuple[int, int, str]] = set()
    stances = {(values["user_id"], values["other_id"]): item for values, item in stored.of(schema.RELATION)}
    for (one, other), item in stances.items():
        state = text(item, "state")
        if state == "accepted":
            expected["Following"][one, other] += 1
            expected["Follower"][other, one] += 1
        elif state in {"pending", "rejected"}:
            expected["Request" if state == "pending" else "Rejected"][other, one] += 1
        if "block_id" in item:
            expected["Block"][one, other] += 1
            hidden.add((one, other, "blocked"))
            theirs = stances.get((other, one))
            if theirs is None or not flag(theirs, "is_blocked"):
                yield f"{other} does not know that {one} blocks them"
        if flag(item, "is_blocked"):
            hidden.add((one, other, "barred"))
            if "block_id" not in stances.get((other, one), {}):
                yield f"{one} believes that {other} blocks them"
        if "mute_id" in item:
            expected["Mute"][one, other] += 1
            hidden.add((one, other, "muted"))
        if state != "none" and ("block_id" in item or flag(item, "is_blocked")):
            yield f"{one} stands to {other} as {state}, across a block"
    for kind in (
        schema.FOLLOWING,
        schema.FOLLOWER,
        schema.REQUEST,
        schema.REJECTED,
        schema.BLOCK,
        schema.MUTE,
    ):
        listed = stored.pairs(kind, "user_id", "other_id")
        if listed != expected[kind.entity]:
            yield f"{kind.entity}: listed {dict(listed)}, is {dict(expected[kind.entity])}"
    for kind, one, other in (
        (schema.HIDDEN, "user_id", "author_id"),
        (schema.HIDER, "reader_id", "user_id"),
    ):
        marked = {
            (values[one], values[other], values["reason"])
            for values, _ in stored.of(kind)
            if values["reason"] != "unfollowed"
        }
        if marked != hidden:
            yield f"{kind.entity}: marked {marked}, is {hidden}"


def waiting(stored: Stored) -> Iterator[str]:
    """Nobody waits for an account that anyone may follow."""
    open_to_anyone = {
        values["user_id"]
        for values, item in stored.of(schema.USER)
        if text(item, "standing") == "active" and not flag(item, "is_private")
    }
    for values, item in stored.of(schema.REQUEST):
        if values["user_id"] in open_to_anyone:
            yield f"{number(item, 'other_id')} waits for {values['user_id']}, whom anyone may follow"


def names(stored: Stored, now: int) -> Iterator[str]:
    """Everybody has the name that they are called by, nobody else's, and those that they have given up for a while."""
    called = {(text(item, "username"), values["user_id"]) for values, item in stored.of(schema.USER)}
    claims = {
        (values["username"], number(item, "user_id"), "expires_at" in item)
        for values, item in stored.of(schema.USERNAME)
        if number(item, "expires_at") > now or "expires_at" not in item
    }
    had = {(name, user_id) for name, user_id, is_given_up in claims if not is_given_up}
    if had != called:
        yield f"names are claimed as {had}, people are called {called}"
    kept = {(name, user_id) for name, user_id, is_given_up in claims if is_given_up}
    former = {(values["username"], values["user_id"]) for values, _ in stored.of(schema.FORMER_NAME)}
    if not kept <= former:
        yield f"names are kept as {kept}, were given up as {former}"


def tallies(stored: Stored) -> Iterator[str]:
    """Counters equal a recount."""
    recount: dict[int, Counter[str]] = defaultdict(Counter)
    for kind, name in (
        (schema.FOLLOWER, "followers"),
        (schema.FOLLOWING, "following"),
        (schema.REQUEST, "requests"),
        (schema.BLOCK, "blocks"),
        (schema.MUTE, "mutes"),
        (schema.AUTHORED, "posts"),
    ):
        for values, _ in stored.of(kind):
            recount[values["user_id"]][name] += 1
    for values, item in stored.of(schema.RELATION):
        recount[values["user_id"]]["wishes"] += text(item, "state") in {"accepted", "pending"}
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    for values, item in stored.of(schema.TALLY):
        for name in COUNTED:
            counted[values["user_id"]][name] += number(item, name)
    for user_id in counted.keys() | recount.keys():
        now, right = ({name: each[user_id][name] for name in COUNTED} for each in (counted, recount))
        if now != right:
            yield f"account {user_id} counts {now}, there are {right}"


def fame_by_followers(stored: Stored, celebrated: int, forgotten: int) -> Iterator[str]:
    """Who has many followers is a celebrity, who has few is none."""
    followers = Counter(values["user_id"] for values, _ in stored.of(schema.FOLLOWER))
    for values, item in stored.of(schema.USER):
        user_id, is_celebrity = values["user_id"], flag(item, "is_celebrity")
        if followers[user_id] >= celebrated and not is_celebrity:
            yield f"{user_id} has {followers[user_id]} followers and is no celebrity"
        if followers[user_id] < forgotten and is_celebrity:
            yield f"{user_id} has {followers[user_id]} followers and is a celebrity"


def fame(stored: Stored) -> Iterator[str]:
    """All followers of a celebrity know that it is one, and every part of its counters does."""
    famous = set()
    for values, item in stored.of(schema.USER):
        user_id = values["user_id"]
        famous |= {user_id} if flag(item, "is_celebrity") else set()
        for shard, tally in stored.of(schema.TALLY):
            if shard["user_id"] == user_id:
                for name in ("is_celebrity", "is_private"):
                    if flag(tally, name) != flag(item, name):
                        yield f"a part of the counters of {user_id} says otherwise: {name}"
    marked = {
        (values["user_id"], values["celebrity_id"])
        for values, item in stored.of(schema.CELEBRITY)
        if "expires_at" not in item
    }
    should = {
        (values["user_id"], number(item, "other_id"))
        for values, item in stored.of(schema.FOLLOWING)
        if number(item, "other_id") in famous
    }
    if marked != should:
        yield f"celebrities are marked as {marked}, should be {should}"
