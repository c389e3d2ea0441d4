"""An upload is read in a process of its own: whatever is in it can take no more than a while and some memory.

`python -m functions.media.rendering image image/jpeg 180 180` reads an upload from its input, writes what is served of it into
the folder that it runs in, and a line of JSON about it. That is read as data, and the files never run.
"""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kith.domain.errors import Unavailable
from kith.domain.media import MediumKind
from kith.telemetry import logger

MB: Final = 1024 * 1024
OURS: Final = 75
"""How the process ends where what it needs is not there (EX_TEMPFAIL): no fault of the upload's."""
KEPT: Final = ("PATH", "LD_LIBRARY_PATH")
"""What the process is told of its surroundings: where Python's own parts are."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading an upload may take."""

    seconds: float
    memory: int
    """Bytes of addresses, many of which are never used."""
    file: int
    """Bytes of the largest file that is written."""


LIMITS: Final = {
    MediumKind.IMAGE: Limits(9, 900 * MB, 100 * MB),
    MediumKind.AVATAR: Limits(9, 900 * MB, 100 * MB),
    MediumKind.VIDEO: Limits(780, 2_500 * MB, 500 * MB),
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """What became of an upload."""

    reason: str | None
    """Why it was rejected."""
    details: Mapping[str, Any]
    """What is told of it: its size, and its renditions by name, type, size and file."""
    to_convert: Mapping[str, Any] | None = None
    """Of a long video, what has to be known to make the rest."""


def rendered(
    upload: Path, kind: MediumKind, content_type: str, folder: Path, *, seconds: tuple[int, int]
) -> Rendered:
    """Return what became of an upload; what is served of it is then in an empty folder.

    Args:
        upload: the file.
        kind: what it is.
        content_type: its type.
        folder: where to write.
        seconds: how long a video may be to be encoded here, and how long at most.

    Raises:
        Unavailable: no process could be had, or it lacks what it needs.
    """
    limits = LIMITS[kind]
    command = [sys.executable, "-P", "-m", __name__, kind, content_type, *map(str, seconds)]
    try:
        with upload.open("rb") as content:
            told = _run(command, content.fileno(), folder, limits)
    except subprocess.TimeoutExpired:
        return Rendered("It takes too long to read.", {})
    except OSError as error:
        raise Unavailable from error
    if told is None:
        return Rendered("It is damaged, or nothing that can be shown.", {})
    answer = json.loads(told)
    return Rendered(answer["reason"], answer["details"], answer["to_convert"])


def _run(command: list[str], content: int, folder: Path, limits: Limits) -> bytes | None:
    """Return what a process has written, or None if it died of what it read."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    with subprocess.Popen(  # noqa: S603  # ourselves
        command,
        stdin=content,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env={**kept, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},
        start_new_session=True,
    ) as process:
        try:
            told, said = process.communicate(timeout=limits.seconds)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    if process.returncode == 0:
        return told
    logger("media").warning(
        "reading failed",
        extra={"exit": process.returncode, "said": said[-1_000:].decode(errors="replace")},
    )
    if process.returncode == OURS:
        raise Unavailable
    return None


def _main(kind: MediumKind, content_type: str, seconds: Sequence[int]) -> None:
    limits = LIMITS[kind]
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.file, limits.file))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = _answer(kind, content_type, seconds)
    except ImportError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(OURS)
    sys.stdout.write(json.dumps(answer) + "\n")


def _answer(kind: MediumKind, content_type: str, seconds: Sequence[int]) -> dict[str, Any]:
    # Imported within the limits, and of each function's layers only what is in them.
    from functions.media import served_pictures  # noqa: PLC0415
    from functions.media.images import Rejected  # noqa: PLC0415

    upload, folder, rest = sys.stdin.buffer, Path(), None
    try:
        if kind is MediumKind.VIDEO:
            from functions.media import served_videos  # noqa: PLC0415

            details, rest = served_videos.served_of(upload, content_type, folder, seconds)
        else:
            details = served_pictures.served_of(upload, kind, content_type, folder)
    except Rejected as rejected:
        return {"reason": str(rejected), "details": {}, "to_convert": None}
    return {"reason": None, "details": details, "to_convert": rest}


if __name__ == "__main__":
    _main(MediumKind(sys.argv[1]), sys.argv[2], [int(each) for each in sys.argv[3:]])
