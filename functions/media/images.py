"""Pictures: from the bytes that somebody uploaded to the renditions that everybody may see. Nothing else happens here.

What is served is made of pixels alone, so nothing that came along with them is in it. The smaller renditions are made
each from the next larger one, which a JPEG is decoded for at a fraction of its size (libjpeg's scaled decoding).
"""

import contextlib
import io
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

import blurhash  # type: ignore[import-untyped]  # it has no types
from PIL import Image, ImageCms, ImageOps, ImageSequence
from PIL.Image import Resampling, Transpose

from functions.media.camera import orientation_of, told_by_camera

PIXELS_MOST: Final = 40_000_000
PIXELS_MOST_OF: Final = {"WEBP": 24_000_000}
"""Formats whose decoder keeps a picture in memory several times."""
SIDE_MOST: Final = 30_000
FRAMES_MOST: Final = 200
MOVING_PIXELS_MOST: Final = 20_000_000
"""Of all frames of a picture that moves, together."""
FORMATS: Final = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "AVIF": "image/avif",
}
JPEG, WEBP = "image/jpeg", "image/webp"
UPRIGHT: Final = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
"""What makes a picture upright, by what its camera says of how it was held."""
SIDEWAYS: Final = 5  # and more: its width becomes its height
QUICKEST, USUAL_PAUSE = 20, 100
"""Milliseconds between two frames, at least, and where nothing is said."""
SRGB: Final = ImageCms.createProfile("sRGB")
Size = tuple[int, int]
BOXES: Final = {"1080": 1080, "640": 640}  # renditions that fit into a square of so many pixels
SQUARES: Final = {"320": 320, "150": 150}  # those that fill such a square
PROGRESSIVE_LEAST, PROGRESSIVE_MOST = 500_000, 4_000_000
"""Pixels of a JPEG that is written so that it can be seen before all of it is there: smaller ones are there at once."""
JPEG_QUALITY: Final = 82
WEBP_QUALITY: Final = 78


class Rejected(Exception):
    """It cannot be shown; the reason is for whoever uploaded it."""


@dataclass(frozen=True, slots=True)
class Rendition:
    """One way in which a picture is served."""

    name: str
    content_type: str
    width: int
    height: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Picture:
    """What became of an upload."""

    width: int
    """Upright, in pixels."""
    height: int
    blurhash: str
    exif: dict[str, Any] = field(default_factory=dict)
    """What the camera wrote: its owner's alone."""
    renditions: tuple[Rendition, ...] = ()


def picture_of(content: bytes, content_type: str) -> Picture:
    """Return an upload's renditions.

    One that moves does so in the WebP renditions `1080` and `640`, and is its first frame in all others. Where it is
    transparent, WebP stays so, and JPEG is white.

    Raises:
        Rejected: it is no picture, not of that type, or larger than what is taken.
    """
    return _read(content, content_type, _picture_of)


def avatar_of(content: bytes, content_type: str) -> Picture:
    """Return the renditions of what stands for an account: small squares, which do not move.

    Raises:
        Rejected: it is no picture, not of that type, or larger than what is taken.
    """
    return _read(content, content_type, _avatar_of)


def _read(content: bytes, content_type: str, made_of: Callable[[bytes, str], Picture]) -> Picture:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            return made_of(content, content_type)
        except Rejected:
            raise
        except MemoryError:
            raise Rejected("It takes too much memory.") from None
        except Exception as error:  # of broken files Pillow raises a dozen kinds
            raise Rejected("It is damaged, or no picture.") from error


def _picture_of(content: bytes, content_type: str) -> Picture:
    with _opened(content) as image:
        kind = _of_type(image, content_type)
        size, exif, orientation = image.size, told_by_camera(image), orientation_of(image)
        moves = kind != "JPEG" and getattr(image, "is_animated", False)
        moving = list(_moving(image, orientation)) if moves else []
    base = decoded(content, size_needed(size), orientation)
    smaller, blurred = list(stills(sized(base))), hashed(base)
    del base
    original = jpeg("original", decoded(content, size, orientation, is_flat=True))
    moved = {rendition.name for rendition in moving}
    kept = [each for each in smaller if each.content_type != WEBP or each.name not in moved]
    return Picture(original.width, original.height, blurred, exif, (original, *kept, *moving))


def _avatar_of(content: bytes, content_type: str) -> Picture:
    with _opened(content) as image:
        _of_type(image, content_type)
        size, exif, orientation = image.size, told_by_camera(image), orientation_of(image)
    base = decoded(content, size_needed(size), orientation)
    width, height = size if orientation < SIDEWAYS else size[::-1]
    return Picture(width, height, hashed(base), exif, tuple(stills(squared(base))))


def _of_type(image: Image.Image, content_type: str) -> str:
    """Return the format of a picture, if that is what it was said to be."""
    kind = "JPEG" if image.format == "MPO" else str(image.format)  # a JPEG with a preview behind it
    if FORMATS[kind] != content_type:
        raise Rejected(f"It is {FORMATS[kind]}, not {content_type}.")
    return kind


def _opened(content: bytes) -> Image.Image:
    """Open a picture without decoding it, if it is no larger than what is taken."""
    image = Image.open(io.BytesIO(content), formats=tuple(FORMATS))
    most = PIXELS_MOST_OF.get(str(image.format), PIXELS_MOST)
    if image.width * image.height > most or max(image.size) > SIDE_MOST:
        raise Rejected(f"It has more than {most // 1_000_000} million pixels.")
    return image


def size_needed(size: Size) -> Size:
    """Return the size from which all renditions but the original can be made."""
    width, height = size
    boxed = Fraction(max(BOXES.values()), max(width, height))
    squared = Fraction(max(SQUARES.values()), min(width, height))
    return _scaled(size, min(Fraction(1), max(boxed, squared)))


def _scaled(size: Size, scale: Fraction) -> Size:
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def decoded(content: bytes, size: Size, orientation: int, *, is_flat: bool = False) -> Image.Image:
    """Return a picture's first frame, so large and then upright, in sRGB: RGB, or RGBA where it is transparent.

    Each step lets go of what the one before has made: a large picture is in memory twice at most.
    """
    found = _opened(content)
    profile = found.info.get("icc_profile")
    whole = found.size
    found.draft("RGB", size)
    if found.size != size:
        # What a decoder has made smaller has no detail left that the quicker filter would make shimmer.
        by = Resampling.BICUBIC if found.size == whole else Resampling.HAMMING
        found = _in_colour(found).resize(size, by, reducing_gap=2.0)
    found = _in_srgb(_in_colour(found), profile)
    if is_flat:
        found = _flat(found)
    if orientation in UPRIGHT:
        found = found.transpose(UPRIGHT[orientation])
    found.info = {}
    return found


def _in_colour(image: Image.Image) -> Image.Image:
    """Return a picture as RGB, RGBA or CMYK; as it is if it is one of them."""
    image.load()
    if image.mode.startswith(("I", "F")):
        return image.convert("I").point(lambda value: value * (1 / 256) + 0).convert("RGB")
    if image.mode in {"RGBA", "CMYK"} or (image.mode == "RGB" and "transparency" not in image.info):
        return image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return a picture in sRGB, which is what is meant where nothing else is said."""
    target = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile:
        with contextlib.suppress(ImageCms.PyCMSError, OSError):  # then its colours are taken as they are
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, SRGB, outputMode=target)
            if converted is not None:
                return converted
    return image if image.mode == target else image.convert(target)


def stills(images: Iterable[tuple[str, Image.Image]]) -> Iterator[Rendition]:
    """Yield pictures, which have names, as JPEG and WebP each."""
    for name, image in images:
        yield from (jpeg(name, image), webp(name, [image]))


def sized(base: Image.Image) -> Iterator[tuple[str, Image.Image]]:
    """Yield the smaller renditions of a picture by their names, each made from a larger one."""
    larger = base
    for name, box in BOXES.items():
        scale = min(Fraction(1), Fraction(box, max(larger.size)))
        larger = _resized(larger, _scaled(larger.size, scale))
        yield name, larger
    yield from squared(larger if min(larger.size) >= max(SQUARES.values()) else base)


def squared(base: Image.Image) -> Iterator[tuple[str, Image.Image]]:
    """Yield the squares that a picture's middle fills, by their names."""
    larger = base
    for name, side in SQUARES.items():
        larger = ImageOps.fit(larger, (min(side, *larger.size),) * 2, Resampling.BICUBIC)
        yield name, larger


def _moving(image: Image.Image, orientation: int) -> Iterator[Rendition]:
    """Yield the renditions in which a picture moves."""
    count = int(getattr(image, "n_frames", 1))
    if count > FRAMES_MOST or count * image.width * image.height > MOVING_PIXELS_MOST:
        raise Rejected("It moves for too long.")
    frames, durations = list[Image.Image](), list[int]()
    profile = image.info.get("icc_profile")
    for frame in ImageSequence.Iterator(image):
        upright = _in_srgb(frame.convert("RGBA"), profile)
        if orientation in UPRIGHT:
            upright = upright.transpose(UPRIGHT[orientation])
        durations.append(max(QUICKEST, int(frame.info.get("duration", 0)) or USUAL_PAUSE))
        scale = min(Fraction(1), Fraction(max(BOXES.values()), max(upright.size)))
        frames.append(_resized(upright, _scaled(upright.size, scale)))
    for name, box in BOXES.items():
        scale = min(Fraction(1), Fraction(box, max(frames[0].size)))
        frames = [_resized(frame, _scaled(frame.size, scale)) for frame in frames]
        yield webp(name, frames, durations)


def _resized(image: Image.Image, size: Size) -> Image.Image:
    found = image.copy() if image.size == size else image.resize(size, Resampling.BICUBIC, reducing_gap=2.0)
    found.info = {}
    return found


def jpeg(name: str, image: Image.Image) -> Rendition:
    """Return a rendition as a JPEG."""
    file = io.BytesIO()
    pixels = image.width * image.height
    # Either needs the whole picture in memory once more, as coefficients.
    is_progressive, is_small = PROGRESSIVE_LEAST <= pixels <= PROGRESSIVE_MOST, pixels <= PROGRESSIVE_MOST
    _flat(image).save(file, "JPEG", quality=JPEG_QUALITY, optimize=is_small, progressive=is_progressive)
    return Rendition(name, JPEG, *image.size, file.getvalue())


def webp(name: str, frames: list[Image.Image], durations: list[int] | None = None) -> Rendition:
    """Return a rendition as a WebP, which moves if it has several frames; their durations in milliseconds."""
    file = io.BytesIO()
    first, *more = frames
    moving = {"save_all": True, "append_images": more, "duration": durations, "loop": 0} if more else {}
    first.save(file, "WEBP", quality=WEBP_QUALITY, method=0 if more else 4, **moving)
    return Rendition(name, WEBP, *first.size, file.getvalue())


def hashed(image: Image.Image) -> str:
    """Return what is shown until a picture is there (blurha.sh)."""
    small = _flat(image).resize((32, 32), Resampling.BOX)
    return str(blurhash.encode([[small.getpixel((x, y)) for x in range(32)] for y in range(32)], 4, 3))


def _flat(image: Image.Image) -> Image.Image:
    """Return a picture on white, where it is transparent."""
    if image.mode != "RGBA":
        return image
    flat = Image.new("RGB", image.size, "white")
    flat.paste(image, mask=image.getchannel("A"))
    return flat
