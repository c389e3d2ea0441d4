"""Four renditions of a photograph of twelve million pixels, beside what one would write first: processor time, memory.

Each way runs in a process of its own, so that neither warms up or fills memory for the other.
"""

import io
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageOps

from functions.media.images import BOXES, JPEG_QUALITY, SQUARES, decoded, jpeg, size_needed, sized

TIMES = 7
"""Of which the quickest counts."""
SIZE = (4_032, 3_024)


def photograph() -> bytes:
    """Return a picture with about as much detail as a camera's, held upright."""
    grain = Image.effect_noise((SIZE[0] // 4, SIZE[1] // 4), 60).resize(SIZE, Image.Resampling.BICUBIC)
    image = Image.merge("RGB", (grain, grain.transpose(Image.Transpose.ROTATE_180), grain))
    exif = Image.Exif()
    exif[0x0112] = 6
    file = io.BytesIO()
    image.save(file, "JPEG", quality=90, exif=exif)
    return file.getvalue()


def naive(content: bytes) -> int:
    """Make each rendition of the whole picture; return how many bytes they have."""
    whole = ImageOps.exif_transpose(Image.open(io.BytesIO(content))).convert("RGB")
    made = []
    for box in BOXES.values():
        image = whole.copy()
        image.thumbnail((box, box), Image.Resampling.LANCZOS, reducing_gap=None)
        made.append(image)
    made += [ImageOps.fit(whole, (side, side), Image.Resampling.LANCZOS) for side in SQUARES.values()]
    size = 0
    for image in made:
        file = io.BytesIO()
        image.save(file, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True)
        size += len(file.getvalue())
    return size


def ours(content: bytes) -> int:
    """Make the same as Kith does; return how many bytes they have."""
    base = decoded(content, size_needed(SIZE), 6)
    return sum(len(jpeg(name, image).content) for name, image in sized(base))


WAYS: dict[str, Callable[[bytes], int]] = {"naive": naive, "Kith": ours}


def measure(way: str) -> None:
    """Print what one way takes, as JSON: milliseconds of the processor, and MB on top of what was there before."""
    content = photograph() if sys.stdin.isatty() else sys.stdin.buffer.read()
    before, took = _peak(), []
    for _ in range(TIMES):
        begun = time.process_time()
        size = WAYS[way](content)
        took.append(time.process_time() - begun)
    print(json.dumps({"ms": 1_000 * min(took), "mb": (_peak() - before) / 1_024, "kb": size / 1_000}))


def _peak() -> int:
    """Return the most memory that this process has had, in KB; what its parent had does not count, as it would in rusage."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


def main() -> None:
    """Compare the two."""
    content, found = photograph(), {}
    for way in WAYS:
        command = [sys.executable, "-m", "benchmarks.pictures", way]
        done = subprocess.run(command, input=content, capture_output=True, check=True)  # noqa: S603  # ourselves
        found[way] = json.loads(done.stdout)
    print(
        f"four renditions of a JPEG of {SIZE[0] * SIZE[1] / 1e6:.1f} million pixels, {len(content) // 1_000:,} KB"
    )
    print("| | processor | memory on top | size |\n|---|---|---|---|")
    for way, row in found.items():
        print(f"| {way} | {row['ms']:.0f} ms | {row['mb']:.0f} MB | {row['kb']:.0f} KB |")
    ratio = found["Kith"]["ms"] / found["naive"]["ms"]
    print(f"| ratio | {ratio:.2f} | {found['Kith']['mb'] / found['naive']['mb']:.2f} | |")


if __name__ == "__main__":
    measure(sys.argv[1]) if len(sys.argv) > 1 else main()
