"""Addresses of media: each names one medium and whom it is for, sealed, so that nobody else can make one.

What everybody may see has the same address for a month at least; what only some may see has one for each of them, for
three hours. Whether they still may is asked each time.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

from kith.deployment import settings, table
from kith.domain.clock import DAY, HOUR
from kith.domain.media import MediumNotFound
from kith.table.keys import KeyStore
from kith.web import seals

PURPOSE = "media"
OPEN: Final = 30 * DAY
"""How often the address of what everybody may see changes; each is good for once to twice as long."""
PERSONAL: Final = 3 * HOUR
"""The same of what is for one viewer."""
EVERYBODY: Final = 0
_CONTENT = re.compile(r"([1-9][0-9]{0,15})\.([1-9][0-9]{0,15})\.(0|[1-9][0-9]{0,15})")


@dataclass(frozen=True, slots=True)
class Led:
    """Where an address leads."""

    media_id: int
    viewer_id: int | None
    """Whom it was made for; None is everybody. They could see the medium then; somebody has to ask again."""


@dataclass(frozen=True, slots=True)
class MediaLinks:
    """Makes and reads the addresses; `secret` is asked for when one is."""

    secret: Callable[[], bytes]
    base: str
    """What comes before the path; nothing where that is the API's own."""

    def folder(self, media_id: int, *, viewer_id: int | None, now: int) -> str:
        """Return the address that the files of a medium are under.

        Args:
            media_id: the medium.
            viewer_id: whom it is for; None where everybody may see it.
            now: the time, in milliseconds.
        """
        window = OPEN if viewer_id is None else PERSONAL
        until = (now // window + 2) * window
        token = seals.sealed(f"{media_id}.{until}.{viewer_id or EVERYBODY}", self.secret(), PURPOSE)
        return f"{self.base}/media/{token}/"

    def opened(self, token: str, *, now: int) -> Led:
        """Return where a token leads; the time in milliseconds.

        Raises:
            MediumNotFound: it is no such token, or its time is up.
        """
        content = _CONTENT.fullmatch(seals.opened(token, self.secret(), PURPOSE) or "")
        if content is None or int(content[2]) <= now:
            raise MediumNotFound
        return Led(int(content[1]), int(content[3]) or None)


@cache
def links() -> MediaLinks:
    """Return what makes this deployment's addresses; its key is read once."""
    return MediaLinks(cache(KeyStore(table()).cursor_key), settings().media_url)
