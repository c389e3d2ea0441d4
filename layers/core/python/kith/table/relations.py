"""How accounts stand to each other, as the table knows it: read by their two names."""

from collections.abc import Iterable
from dataclasses import dataclass

from kith.domain.follows import FollowState, Stance
from kith.domain.users import User, UserNotFound
from kith.domain.visibility import Relation
from kith.table import batches
from kith.table.connection import Table
from kith.table.items import Item, RelationItem, UserItem
from kith.table.users import user_of


@dataclass(frozen=True, slots=True)
class Pair:
    """Two accounts: the other one, and how each stands to the other."""

    other: User
    mine: Stance
    theirs: Stance


@dataclass(frozen=True, slots=True)
class RelationStore:
    """Stances: a verb per access pattern."""

    table: Table

    def between(self, account_id: int, other_id: int) -> Pair:
        """Return another account and how both stand to each other, in one read.

        Raises:
            UserNotFound: there is no such account.
        """
        user_key = UserItem.pattern.key(user_id=other_id)
        keys = [key_of(account_id, other_id), key_of(other_id, account_id)]
        found = batches.get_all(self.table, [user_key, *keys])
        user, mine, theirs = found.get(user_key), found.get(keys[0]), found.get(keys[1])
        if not isinstance(user, UserItem):
            raise UserNotFound
        return Pair(user_of(user), _stance(account_id, other_id, mine), _stance(other_id, account_id, theirs))

    def stances(self, account_id: int, other_id: int) -> tuple[Stance, Stance]:
        """Return how two accounts stand to each other, whether or not they are there."""
        keys = [key_of(account_id, other_id), key_of(other_id, account_id)]
        mine, theirs = map(batches.get_all(self.table, keys).get, keys)
        return _stance(account_id, other_id, mine), _stance(other_id, account_id, theirs)

    def known(self, viewer_id: int, user_ids: Iterable[int]) -> dict[int, tuple[User, Relation]]:
        """Return the accounts that exist among some, and what stands between a viewer and each, in one read."""
        met = self.met(viewer_id, user_ids)
        return {user_id: (user, relation_of(stance)) for user_id, (user, stance) in met.items()}

    def met(self, account_id: int, other_ids: Iterable[int]) -> dict[int, tuple[User, Stance]]:
        """Return the accounts that exist among some, and how an account stands to each, in one read."""
        wanted = list(dict.fromkeys(other_ids))
        users = {other_id: UserItem.pattern.key(user_id=other_id) for other_id in wanted}
        relations = {other_id: key_of(account_id, other_id) for other_id in wanted}
        found = batches.get_all(self.table, [*users.values(), *relations.values()])
        met: dict[int, tuple[User, Stance]] = {}
        for other_id in wanted:
            user = found.get(users[other_id])
            if isinstance(user, UserItem):
                stance = _stance(account_id, other_id, found.get(relations[other_id]))
                met[other_id] = user_of(user), stance
        return met

    def follow_among(self, account_ids: Iterable[int], other_id: int) -> set[int]:
        """Return which of some accounts follow another one, in one read."""
        return {stance.account_id for stance in self._towards(account_ids, other_id) if stance.follows}

    def attentive_among(self, account_ids: Iterable[int], other_id: int) -> set[int]:
        """Return which of some accounts follow another one and do not mute it, in one read."""
        stances = self._towards(account_ids, other_id)
        return {stance.account_id for stance in stances if stance.follows and stance.mute_id is None}

    def _towards(self, account_ids: Iterable[int], other_id: int) -> list[Stance]:
        keys = [key_of(account_id, other_id) for account_id in account_ids]
        items = batches.get_all(self.table, keys).values()
        return [stance_of(item) for item in items if isinstance(item, RelationItem)]


def relation_of(stance: Stance) -> Relation:
    """Return what of a stance decides on what the account may see of the other, and wants to."""
    return Relation(follows=stance.follows, blocked=stance.is_severed, muted=stance.mute_id is not None)


def stance_of(item: RelationItem) -> Stance:
    """Return the stance that an item holds."""
    return Stance(
        account_id=item.values["user_id"],
        other_id=item.values["other_id"],
        state=FollowState(item.state),
        edge_id=_whole(item.edge_id),
        block_id=_whole(item.block_id),
        mute_id=_whole(item.mute_id),
        is_blocked=item.is_blocked,
        revision=int(item.revision),
    )


def key_of(account_id: int, other_id: int) -> tuple[str, str]:
    """Return where one account's stance to another is."""
    return RelationItem.pattern.key(user_id=account_id, other_id=other_id)


def _stance(account_id: int, other_id: int, item: Item | None) -> Stance:
    return stance_of(item) if isinstance(item, RelationItem) else Stance(account_id, other_id)


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)
