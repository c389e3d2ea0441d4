"""A picture is looked at in a process of its own: whatever is in it can take no more than a while and some memory.

`python -m functions.media.rendering image/jpeg` reads an upload and writes what became of it: a line of JSON, then the
renditions' bytes one after the other. What it writes is read as data, never run.
"""

import io
import json
import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from typing import Any, Final

from functions.media.files import rendition_name
from kith.domain.errors import Unavailable
from kith.telemetry import logger

SECONDS: Final = 9
MEMORY: Final = 900 * 1024 * 1024
"""Of addresses, most of which are never used; at most 512 MB are."""
OURS: Final = 75
"""How the process ends where what it needs is not there (EX_TEMPFAIL): no fault of the picture's."""
KEPT: Final = ("PATH", "LD_LIBRARY_PATH")
"""What the process is told of its surroundings: where Python's own parts are."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What became of an upload."""

    reason: str | None
    """Why it was rejected."""
    details: dict[str, Any]
    """What is told of it: its size, and its renditions by name, type, size and file."""
    files: dict[str, bytes]


def rendered(content: bytes, content_type: str) -> Rendered:
    """Return what became of an upload.

    Raises:
        Unavailable: no process could be had, or it lacks what it needs.
    """
    command = [sys.executable, "-m", __name__, content_type]
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment = {**kept, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        done = subprocess.run(  # noqa: S603  # ourselves
            command, input=content, capture_output=True, env=environment, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return Rendered("It takes too long to read.", {}, {})
    except OSError as error:
        raise Unavailable from error
    if done.returncode:
        said = done.stderr[-1_000:].decode(errors="replace")
        logger("media").warning("drawing failed", extra={"exit": done.returncode, "said": said})
        if done.returncode == OURS:
            raise Unavailable
        return Rendered("It is damaged, or no picture.", {}, {})
    return _read_back(io.BytesIO(done.stdout))


def _read_back(told: io.BytesIO) -> Rendered:
    answer = json.loads(told.readline())
    if answer["reason"]:
        return Rendered(answer["reason"], {}, {})
    renditions = answer["details"]["renditions"]
    return Rendered(None, answer["details"], {each["file"]: told.read(each["bytes"]) for each in renditions})


def _main(content_type: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        from functions.media.images import Rejected, picture_of  # noqa: PLC0415  # within the limits
    except ImportError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(OURS)
    try:
        picture = picture_of(sys.stdin.buffer.read(), content_type)
    except Rejected as rejected:
        sys.stdout.write(json.dumps({"reason": str(rejected)}) + "\n")
        return
    renditions = [
        {
            "name": each.name,
            "content_type": each.content_type,
            "width": each.width,
            "height": each.height,
            "bytes": len(each.content),
            "file": rendition_name(each.name, each.content_type),
        }
        for each in picture.renditions
    ]
    details = {
        "width": picture.width,
        "height": picture.height,
        "blurhash": picture.blurhash,
        "exif": picture.exif,
        "renditions": renditions,
    }
    sys.stdout.write(json.dumps({"reason": None, "details": details}) + "\n")
    sys.stdout.flush()
    for each in picture.renditions:
        sys.stdout.buffer.write(each.content)


if __name__ == "__main__":
    _main(sys.argv[1])
