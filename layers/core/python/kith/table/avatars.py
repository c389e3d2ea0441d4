"""Avatars in the table: which picture stands for an account. It has one at most, the one that was opened last."""

from dataclasses import dataclass

from kith.domain.errors import Unavailable
from kith.domain.media import Medium, MediumNotFound, MediumStatus
from kith.domain.users import Standing
from kith.table.connection import Table
from kith.table.items import MediumItem, UploadItem, UserItem
from kith.table.transactions import Delete, Operation, Update, write
from kith.table.uploads import unattached

ATTEMPTS = 5


class AvatarChanged(Exception):  # it is an outcome, told as one
    """Another picture has come to stand for the account meanwhile, or the account is gone."""


class NotProcessed(Exception):  # it is an outcome, told as one
    """What became of the picture is known already, or the picture is gone."""


@dataclass(frozen=True, slots=True)
class AvatarStore:
    """Avatars: a verb per access pattern."""

    table: Table

    def put_on(self, medium: Medium, version: str) -> bool:
        """Let a processed picture, which is ready, stand for its owner, in place of the one before, which goes.

        Return whether it does; else a later one stands there, the account is gone, or what became of the picture is
        known already.

        Raises:
            Unavailable: it could not be stored this time.
        """
        for _ in range(ATTEMPTS):
            owner = self.table.get(UserItem, user_id=medium.owner_id)
            if (
                owner is None
                or owner.standing == Standing.DELETED
                or (owner.avatar_id or 0) >= medium.media_id
            ):
                return False
            try:
                write(self.table, *_putting_on(medium, version, owner))
            except AvatarChanged:
                continue
            except NotProcessed:
                return False
            return True
        raise Unavailable

    def take_off(self, medium: Medium) -> None:
        """Let nothing stand for an account that a picture stands for, and the picture go.

        Raises:
            MediumNotFound: it does not stand there any more, and is gone.
        """
        is_worn = UserItem.avatar_id == medium.media_id
        write(
            self.table,
            Update(
                UserItem.at(user_id=medium.owner_id), [UserItem.avatar_id.remove()], is_worn, MediumNotFound()
            ),
            *_going(medium.media_id, medium.owner_id),
        )


def _putting_on(medium: Medium, version: str, owner: UserItem) -> list[Operation]:
    before = owner.avatar_id
    as_read = UserItem.avatar_id.does_not_exist() if before is None else UserItem.avatar_id == before
    is_processed = (MediumItem.status == MediumStatus.PROCESSING) & (MediumItem.version == version)
    actions = [
        MediumItem.status.set(MediumStatus.READY),
        MediumItem.details.set(dict(medium.details)),
        MediumItem.is_worn.set(True),
    ]
    return [
        Update(MediumItem.at(media_id=medium.media_id), actions, is_processed, NotProcessed()),
        Update(
            UserItem.at(user_id=medium.owner_id),
            [UserItem.avatar_id.set(medium.media_id)],
            (UserItem.standing != Standing.DELETED) & as_read,
            AvatarChanged(),
        ),
        Delete(unattached(medium.media_id)),
        *([] if before is None else _going(int(before), medium.owner_id)),
    ]


def _going(media_id: int, owner_id: int) -> list[Operation]:
    return [
        Delete(MediumItem.at(media_id=media_id)),
        Delete(UploadItem.at(user_id=owner_id, media_id=media_id)),
    ]
