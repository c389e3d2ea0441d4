"""What MediaConvert is told to make of a long video."""

from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from functions.media.converting import settings_for
from functions.media.files import CONTENT_TYPES, may_be_rendition


def settings(width: int = 1920, height: int = 1080, *, has_sound: bool = True) -> Any:
    return settings_for(
        "s3://uploads/7",
        "s3://served/media/7/",
        width=width,
        height=height,
        rate=(30000, 1001),
        has_sound=has_sound,
    )


def values_of(shape: Any, given: Any) -> None:
    """See that every name of a setting is one that MediaConvert knows."""
    if shape.type_name == "structure":
        for name, value in given.items():
            values_of(shape.members[name], value)
    elif shape.type_name == "list":
        for value in given:
            values_of(shape.member, value)
    elif shape.type_name == "map":
        for value in given.values():
            values_of(shape.value, value)
    elif getattr(shape, "enum", None):
        assert given in shape.enum, shape.name


@pytest.mark.parametrize("has_sound", [True, False])
def test_aws_knows_every_setting(has_sound: bool) -> None:  # noqa: FBT001  # a parameter of a test
    model = botocore.session.get_session().get_service_model("mediaconvert").operation_model("CreateJob")
    assert model.input_shape is not None
    job = {"Role": "arn:aws:iam::1:role/any", "Settings": settings(has_sound=has_sound)}
    report = ParamValidator().validate(job, model.input_shape)
    assert not report.has_errors(), report.generate_report()
    values_of(model.input_shape.members["Settings"], job["Settings"])


def test_the_sizes_are_those_of_the_ladder_and_whole_frames_are_at_the_same_places() -> None:
    hls, whole = settings()["OutputGroups"]
    videos = [each["VideoDescription"] for each in hls["Outputs"]]
    assert [(each["Width"], each["Height"]) for each in videos] == [
        (1920, 1080),
        (1280, 720),
        (854, 480),
        (640, 360),
    ]
    frames = {
        tuple(
            each["CodecSettings"]["H264Settings"][name]
            for name in ("GopSize", "GopSizeUnits", "SceneChangeDetect")
        )
        for each in videos
    }
    assert frames == {(2, "SECONDS", "DISABLED")}
    (one,) = whole["Outputs"]
    assert (one["VideoDescription"]["Width"], one["VideoDescription"]["Height"]) == (1280, 720)


def test_what_is_made_can_be_addressed() -> None:
    hls, whole = settings()["OutputGroups"]
    base = hls["OutputGroupSettings"]["HlsGroupSettings"]["Destination"].rpartition("/")[2]
    modifiers = [each["NameModifier"] for each in hls["Outputs"]]
    names = [f"{base}.m3u8", *(f"{base}{each}.m3u8" for each in modifiers), f"{base}{modifiers[0]}_00001.ts"]
    names.append(whole["OutputGroupSettings"]["FileGroupSettings"]["Destination"].rpartition("/")[2] + ".mp4")
    assert {"hls.m3u8", "video.mp4"} < set(names)
    for name in names:
        assert may_be_rendition(name)
        assert f".{name.rpartition('.')[2]}" in CONTENT_TYPES


def test_a_silent_one_has_no_sound() -> None:
    assert "Audio" not in str(settings(has_sound=False))
