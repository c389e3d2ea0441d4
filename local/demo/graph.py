"""Who follows whom: read from an edge list as one finds them, plain or gzipped."""

import gzip
import itertools
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TextIO

from local.failure import Failure

KARATE = Path(__file__).with_name("karate.txt")
"""The graph that is loaded unless another is named; the file says where it is from."""

_GZIP_MAGIC = b"\x1f\x8b"
_COMMENTS = ("#", "%")
_SEPARATORS = re.compile(r"[\s,;]+")
_COLUMN_NAMES = frozenset(
    ["from", "to", "source", "target", "src", "dst", "follower", "followee", "following", "user", "friend"]
)

Edge = tuple[str, str]
"""Who follows, and whom: both as the file names them."""


@dataclass(frozen=True)
class Graph:
    """A follow graph: each follow once, nobody follows themselves."""

    follows: tuple[Edge, ...]
    self_loops: int = 0
    duplicates: int = 0

    @cached_property
    def people(self) -> tuple[str, ...]:
        """Everyone, in order of appearance."""
        return tuple(dict.fromkeys(itertools.chain.from_iterable(self.follows)))

    @cached_property
    def followers(self) -> dict[str, list[str]]:
        """Everyone's followers."""
        found: dict[str, list[str]] = {person: [] for person in self.people}
        for follower, followee in self.follows:
            found[followee].append(follower)
        return found

    @cached_property
    def following(self) -> dict[str, list[str]]:
        """Whom everyone follows."""
        found: dict[str, list[str]] = {person: [] for person in self.people}
        for follower, followee in self.follows:
            found[follower].append(followee)
        return found


def read(path: Path, limit: int | None = None) -> Graph:
    """Read the first `limit` edges of a file, or all.

    Raises:
        Failure: it cannot be read, or is no edge list.
    """
    try:
        with _opened(path) as lines:
            return parse(lines, limit)
    except UnicodeDecodeError as error:
        raise Failure(f"{path} is not text in UTF-8, plain or gzipped.") from error
    except (OSError, EOFError, zlib.error) as error:
        raise Failure(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from error


def parse(lines: Iterable[str], limit: int | None = None) -> Graph:
    """Return the graph of the first `limit` edges.

    An edge is a line `from to`, separated by white space, commas or semicolons; what follows on the line is ignored.
    So are blank lines, comments (`#`, `%`) and a line of column names at the top.

    Raises:
        Failure: a line is no edge, or there is none.
    """
    edges = list(itertools.islice(_without_header(_edges(lines)), limit))
    proper = [edge for edge in edges if edge[0] != edge[1]]
    follows = tuple(dict.fromkeys(proper))
    if not follows:
        raise Failure("The graph has no edges: each line names who follows, and whom.")
    return Graph(follows, self_loops=len(edges) - len(proper), duplicates=len(proper) - len(follows))


def _opened(path: Path) -> TextIO:
    with path.open("rb") as file:
        zipped = file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
    return gzip.open(path, "rt", encoding="utf-8-sig") if zipped else path.open(encoding="utf-8-sig")


def _edges(lines: Iterable[str]) -> Iterator[Edge]:
    for number, line in enumerate(lines, start=1):
        bare = line.strip()
        if not bare or bare.startswith(_COMMENTS):
            continue
        words = [word.strip("\"'") for word in _SEPARATORS.split(bare)]
        if len(words) < 2 or not (words[0] and words[1]):  # noqa: PLR2004  # from and to
            raise Failure(f"Line {number} of the graph names no two people: {bare[:60]!r}")
        yield words[0], words[1]


def _without_header(edges: Iterator[Edge]) -> Iterator[Edge]:
    first = list(itertools.islice(edges, 2))
    return itertools.chain(first[1:] if _starts_with_header(first) else first, edges)


def _starts_with_header(first: list[Edge]) -> bool:
    if not first:
        return False
    if all(word.casefold() in _COLUMN_NAMES for word in first[0]):
        return True
    return len(first) > 1 and not any(map(str.isdecimal, first[0])) and all(map(str.isdecimal, first[1]))
