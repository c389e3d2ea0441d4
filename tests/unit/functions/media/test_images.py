"""Pictures: what is made of them, whatever they are."""

import io
import struct
import zlib
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms, ImageSequence

from functions.media import images
from functions.media.images import FORMATS, JPEG, WEBP, Picture, Rejected, picture_of
from tests.corpora import CORPORA
from tests.unit.functions.media.pictures import RED, animated, encoded, quartered

MOVES = {"GIF", "WEBP"}
TYPES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png"}
FOUND = sorted(path for path in (CORPORA / "images").glob("*/*") if path.suffix[1:] in TYPES)


def shown(picture: Picture, name: str, content_type: str = JPEG) -> Image.Image:
    (found,) = [each for each in picture.renditions if (each.name, each.content_type) == (name, content_type)]
    image = Image.open(io.BytesIO(found.content))
    assert image.size == (found.width, found.height)
    return image


def is_near(image: Image.Image, place: tuple[int, int], colour: tuple[int, ...]) -> bool:
    pixel = image.convert("RGBA" if len(colour) == 4 else "RGB").getpixel(place)
    assert isinstance(pixel, tuple)
    return all(abs(one - other) < 24 for one, other in zip(pixel, colour, strict=True))


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 2_400), st.integers(1, 2_400), st.integers(1, 8))
def test_renditions_are_as_large_as_they_say_and_never_larger_than_the_picture(
    width: int, height: int, orientation: int
) -> None:
    picture = picture_of(encoded(quartered(width, height), "JPEG", orientation=orientation), JPEG)
    assert (picture.width, picture.height) == (width, height)
    for name, box in (("1080", 1080), ("640", 640)):
        image = shown(picture, name)
        assert max(image.size) == min(box, max(width, height))
        assert abs(image.width * height - image.height * width) <= 2 * max(width, height)
    for name, side in (("320", 320), ("150", 150)):
        image = shown(picture, name)
        assert image.width == image.height
        assert image.width == min(side, width, height)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_rendition_is_upright(kind: str, orientation: int) -> None:
    content = encoded(quartered(1_200, 800), kind, orientation=orientation)
    for each in picture_of(content, FORMATS[kind]).renditions:
        image = Image.open(io.BytesIO(each.content))
        corner = (image.width // 8, image.height // 8)
        assert is_near(image, corner, RED), (each.name, each.content_type)


@pytest.mark.parametrize("kind", list(FORMATS))
def test_nothing_that_came_along_is_in_what_is_served(kind: str) -> None:
    content = encoded(quartered(700, 500), kind, orientation=6, canaries=True)
    if kind != "GIF":
        assert b"CANARY" in content
    picture = picture_of(content, FORMATS[kind])
    for each in picture.renditions:
        assert b"CANARY" not in each.content
        assert b"Exif" not in each.content
        image = Image.open(io.BytesIO(each.content))
        assert not dict(image.getexif())
        assert "icc_profile" not in image.info
        assert "comment" not in image.info


def test_what_the_camera_told_is_its_owners_and_only_names_and_numbers() -> None:
    exif = picture_of(encoded(quartered(64, 64), "JPEG", orientation=3, canaries=True), JPEG).exif
    assert exif == {"make": "CANARY", "f_number": 1.8, "latitude": -48.1375, "longitude": 11.575}


@pytest.mark.parametrize("value", [float("nan"), "\0" * 9, "a\x1b[31m", "x" * 9_000, b"\xff" * 40, (1, 0)])
def test_what_a_camera_cannot_have_meant_is_left_out(value: Any) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "fine", value if isinstance(value, str) else "m"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (400.0, 0.0, 0.0), 3: "E", 4: (11.0, 0.0, 0.0)})
    file = io.BytesIO()
    quartered(8, 8).save(file, "JPEG", exif=exif)
    told = picture_of(file.getvalue(), JPEG).exif
    assert told["make"] == "fine"
    assert "latitude" not in told
    assert len(str(told)) < 300
    assert str(told.get("model", "")).isprintable()


def test_where_it_is_transparent_webp_stays_so_and_jpeg_is_white() -> None:
    image = Image.new("RGBA", (400, 300), (0, 0, 0, 0))
    image.paste((255, 0, 0, 255), (0, 0, 200, 300))
    picture = picture_of(encoded(image, "PNG"), "image/png")
    for name in ("1080", "640"):
        assert is_near(shown(picture, name), (350, 150), (255, 255, 255))
        assert is_near(shown(picture, name, WEBP), (350, 150), (0, 0, 0, 0))
        assert is_near(shown(picture, name, WEBP), (50, 150), (255, 0, 0, 255))


@pytest.mark.parametrize("kind", sorted(MOVES))
def test_what_moves_does_so_in_two_renditions_and_is_its_first_frame_in_the_others(kind: str) -> None:
    picture = picture_of(animated(kind, 900, 700, ["red", "lime", "blue"]), FORMATS[kind])
    for each in picture.renditions:
        image = Image.open(io.BytesIO(each.content))
        moves = each.content_type == WEBP and each.name in {"1080", "640"}
        assert getattr(image, "n_frames", 1) == (3 if moves else 1)
        colours = [(255, 0, 0), (0, 255, 0), (0, 0, 255)]
        for frame, colour in zip(ImageSequence.Iterator(image), colours, strict=False):
            assert is_near(frame, (image.width // 2, image.height // 2), colour)
            assert not moves or frame.info["duration"] == 70
    names = [(each.name, each.content_type) for each in picture.renditions]
    assert len(names) == len(set(names)) == 9


def test_a_photograph_with_a_preview_behind_it_is_a_still_jpeg() -> None:
    file = io.BytesIO()
    quartered(800, 600).save(file, "MPO", save_all=True, append_images=[quartered(80, 60)])
    picture = picture_of(file.getvalue(), JPEG)
    assert (picture.width, picture.height) == (800, 600)
    assert is_near(shown(picture, "640", WEBP), (40, 40), RED)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_pixel_keeps_what_is_light_and_what_is_dark(mode: str) -> None:
    image = Image.new("L", (200, 100), 20)
    image.paste(230, (0, 0, 100, 50))
    if mode == "I;16":
        image = image.convert("I").point(lambda value: value * 257 + 0).convert("I;16")
    else:
        image = image.convert(mode)
    kind = "JPEG" if mode == "CMYK" else "PNG"
    picture = picture_of(encoded(image, kind), FORMATS[kind])
    for name in ("original", "1080"):
        found = shown(picture, name).convert("L").resize((8, 4), Image.Resampling.BOX)
        light, dark = found.getpixel((1, 1)), found.getpixel((6, 3))
        assert isinstance(light, int)
        assert isinstance(dark, int)
        assert light > 190
        assert dark < 60


def test_colours_are_taken_to_srgb_and_as_they_are_where_their_profile_is_broken() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for profile in (b"", b"no profile", lab):
        file = io.BytesIO()
        quartered(64, 64).save(file, "PNG", icc_profile=profile)
        assert is_near(shown(picture_of(file.getvalue(), "image/png"), "640"), (8, 8), RED)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", JPEG),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/png"),
        (b"<!doctype html><script>alert(1)</script>", "image/gif"),
        (b"%PDF-1.7\n", JPEG),
        (b"MZ\x90\x00" + bytes(100), "image/webp"),
        (b"PK\x03\x04" + bytes(100), "image/avif"),
        (b"GIF89a" + b"/*" + b"\xff" * 200 + b"*/=1;alert(1)", "image/gif"),
        (b"#EXTM3U\nfile:///etc/passwd", JPEG),
    ],
)
def test_what_is_no_picture_is_rejected(content: bytes, said: str) -> None:
    with pytest.raises(Rejected):
        picture_of(content, said)


def test_a_picture_that_is_a_script_as_well_is_served_as_a_picture_only() -> None:
    content = encoded(quartered(64, 64), "JPEG") + b"<script>alert('CANARY')</script>"
    for each in picture_of(content, JPEG).renditions:
        assert b"script" not in each.content


@pytest.mark.parametrize("kind", list(FORMATS))
def test_a_picture_cut_off_anywhere_is_a_picture_or_rejected(kind: str) -> None:
    content = encoded(quartered(120, 90), kind)
    outcomes = set[type]()
    for end in range(0, len(content), max(1, len(content) // 60)):
        try:
            outcomes.add(type(picture_of(content[:end], FORMATS[kind])))
        except Rejected:
            outcomes.add(Rejected)
    assert Rejected in outcomes


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(sorted(FORMATS)),
    st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=4)), max_size=8),
)
def test_a_picture_damaged_anywhere_is_a_picture_or_rejected(
    kind: str, damages: list[tuple[float, bytes]]
) -> None:
    content = bytearray(encoded(quartered(60, 40), kind))
    for place, junk in damages:
        start = int(place * len(content))
        content[start : start + len(junk)] = junk
    with suppress(Rejected):
        assert picture_of(bytes(content), FORMATS[kind]).renditions


def test_it_must_be_of_the_type_that_was_said() -> None:
    with pytest.raises(Rejected, match="It is image/png, not image/jpeg"):
        picture_of(encoded(quartered(8, 8), "PNG"), JPEG)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _png(width: int, height: int, *chunks: bytes) -> bytes:
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + _chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("width", "height"), [(6_400, 6_400), (50_000, 1), (100_000, 100_000), (2**31 - 1, 2**31 - 1)]
)
def test_a_picture_that_is_too_large_is_rejected_before_it_is_decoded(
    monkeypatch: pytest.MonkeyPatch, width: int, height: int
) -> None:
    def decoded(*_: Any, **__: Any) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(images, "decoded", decoded)
    with pytest.raises(Rejected):
        picture_of(_png(width, height, _chunk(b"IDAT", zlib.compress(bytes(100)))), "image/png")


def test_texts_in_a_picture_take_no_memory_to_speak_of() -> None:
    bomb = zlib.compress(bytes(100_000_000), 9)
    texts = [_chunk(b"zTXt", b"a\0\0" + bomb) for _ in range(20)]
    with pytest.raises(Rejected):
        picture_of(_png(10, 10, *texts, _chunk(b"IDAT", zlib.compress(bytes(310)))), "image/png")


def test_what_moves_for_too_long_is_rejected() -> None:
    frames = ["red", "blue"] * ((images.FRAMES_MOST + 2) // 2)
    with pytest.raises(Rejected, match="too long"):
        picture_of(animated("GIF", 4, 4, frames), "image/gif")


@pytest.mark.skipif(not FOUND, reason="the corpora are not there")
def test_pictures_that_others_made_are_upright_or_rejected() -> None:
    outcomes = {}
    for path in FOUND:
        try:
            picture = picture_of(path.read_bytes(), TYPES[path.suffix[1:]])
        except Rejected:
            outcomes[path.name] = False
            continue
        outcomes[path.name] = True
        assert len(picture.renditions) == 9
        for each in picture.renditions:
            assert not dict(Image.open(io.BytesIO(each.content)).getexif()), path.name
    rejected = {name for name, is_fine in outcomes.items() if not is_fine}
    assert all(name.startswith("x") for name in rejected), rejected  # corrupt on purpose
    assert len(outcomes) > 200
