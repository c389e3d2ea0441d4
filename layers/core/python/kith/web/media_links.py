"""Addresses of media: each names one medium and how long it leads there, sealed, so that nobody else can make one.

What everybody may see has the same address for a month at least, and whether everybody still may is asked each time; what
some may see has one that is dead after two minutes, which whoever handed it out had asked for.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

from kith.deployment import settings, table
from kith.domain.clock import DAY, MINUTE
from kith.domain.media import MediumNotFound
from kith.table.keys import KeyStore
from kith.web import seals

PURPOSE = "media"
OPEN: Final = 30 * DAY
"""How often the address of what everybody may see changes; each is good for once to twice as long."""
CLOSED: Final = MINUTE
"""The same of what only some may see."""
_CONTENT = re.compile(r"([1-9][0-9]{0,15})\.([1-9][0-9]{0,15})\.([oc])")


@dataclass(frozen=True, slots=True)
class Led:
    """Where an address leads."""

    media_id: int
    good_for: int
    """Milliseconds."""
    is_open: bool
    """Whether everybody might see the medium when the address was made; somebody has to ask again."""


@dataclass(frozen=True, slots=True)
class MediaLinks:
    """Makes and reads the addresses; `secret` is asked for when one is."""

    secret: Callable[[], bytes]
    base: str
    """What comes before the path; nothing where that is the API's own."""

    def folder(self, media_id: int, *, is_open: bool, now: int) -> str:
        """Return the address that the files of a medium are under; `now` in milliseconds.

        Args:
            media_id: the medium.
            is_open: whether everybody may see it.
            now: the time.
        """
        window = OPEN if is_open else CLOSED
        until = (now // window + 2) * window
        token = seals.sealed(f"{media_id}.{until}.{'o' if is_open else 'c'}", self.secret(), PURPOSE)
        return f"{self.base}/media/{token}/"

    def opened(self, token: str, *, now: int) -> Led:
        """Return where a token leads; the time in milliseconds.

        Raises:
            MediumNotFound: it is no such token, or its time is up.
        """
        content = _CONTENT.fullmatch(seals.opened(token, self.secret(), PURPOSE) or "")
        if content is None:
            raise MediumNotFound
        until = int(content[2])
        if until <= now:
            raise MediumNotFound
        return Led(int(content[1]), until - now, is_open=content[3] == "o")


@cache
def links() -> MediaLinks:
    """Return what makes this deployment's addresses; its key is read once."""
    return MediaLinks(cache(KeyStore(table()).cursor_key), settings().media_url)
