"""Long videos: MediaConvert makes of them, in minutes or hours, the files that `streaming` makes of short ones.

It cannot ask for a version of a file, so it is given a copy of the one that counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final

from functions.media.files import Details, counted_name, renditions_of, told_of, upload_name, uploads_of
from functions.media.ladder import (
    MASTER,
    ONE_FILE,
    SEGMENT_SECONDS,
    SOUND_RATE,
    WHOLE_FRAME_SECONDS,
    Rung,
    one_file_of,
    rungs_for,
)
from functions.media.processing import take_away
from kith.domain.media import Medium, MediumNotFound, MediumStatus
from kith.mediaconvert import Converter, NotConvertible
from kith.storage import Storage
from kith.table.media import trace_of
from kith.table.uploads import UploadStore
from kith.tracing import follow

COMPLETE, REFUSED = "COMPLETE", "REFUSED"
"""How a job of MediaConvert ends; and that it does not take one."""
FAILED: Final = "It could not be converted."
SOUND: Final = "Audio Selector 1"
QUALITY: Final = 7
"""Of 10, as MediaConvert counts it: what is quiet takes fewer bits."""


@dataclass(frozen=True, slots=True)
class LongVideos:
    """What is done about videos that take longer than a function has."""

    uploads: UploadStore
    storage: Storage
    served: Storage
    converter: Converter

    def begin(self, medium: Medium, version: str, shape: Mapping[str, Any]) -> None:
        """Let a video of some shape be converted, of which all else is known; do nothing where its end is known.

        Raises:
            Unavailable: it has to be tried another time.
        """
        copy = counted_name(medium.media_id)
        status = self.uploads.note(medium, version)
        if status is MediumStatus.REJECTED:
            take_away(self.storage, self.served, medium.media_id)
        if status is not MediumStatus.PROCESSING:
            return
        if not self.storage.copy(upload_name(medium.media_id, medium.kind), version, copy):
            return  # it was processed by another that was given the same message
        try:
            self.converter.begin(
                settings_for(
                    f"s3://{self.storage.bucket}/{copy}",
                    f"s3://{self.served.bucket}/{renditions_of(medium.media_id)}",
                    **shape,
                ),
                told={"bucket": self.storage.bucket, "media_id": str(medium.media_id), "version": version},
                token=f"{medium.media_id}-{sha256(version.encode()).hexdigest()[:32]}",
            )
        except NotConvertible:
            self.ended(medium.media_id, version, REFUSED)
        else:
            self.uploads.converting(medium, version)

    def ended(self, media_id: int, version: str, status: str) -> None:
        """Note what became of a video that was converted.

        Raises:
            Unavailable: it has to be tried another time.
        """
        follow(trace_of(media_id))
        try:
            medium, counted = self.uploads.begin(media_id, version)
            if medium.status is MediumStatus.PROCESSING and counted == version:
                self._end(medium, version, status)
            elif medium.status is MediumStatus.REJECTED:
                take_away(self.storage, self.served, media_id)
            self.storage.delete_all_under(uploads_of(media_id))
        except MediumNotFound:
            take_away(self.storage, self.served, media_id)

    def _end(self, medium: Medium, version: str, status: str) -> None:
        rungs = rungs_for(medium.details["width"], medium.details["height"])
        made = [
            self._made(medium, "hls", MASTER, rungs[0]),
            self._made(medium, "mp4", ONE_FILE, one_file_of(rungs)),
        ]
        if status == COMPLETE and None not in made:
            renditions = [*made, *medium.details["renditions"]]
            details = {**medium.details, "renditions": renditions}
            ended = replace(medium, status=MediumStatus.READY, details=details)
        else:
            ended = replace(medium, status=MediumStatus.REJECTED, reason=FAILED, details={})
        if self.uploads.end(ended, version) is MediumStatus.REJECTED:
            self.served.delete_all_under(renditions_of(medium.media_id))

    def _made(self, medium: Medium, name: str, file: str, size: Rung) -> Details | None:
        """Return what is told of a file, or None if there is none."""
        found = self.served.size(renditions_of(medium.media_id) + file)
        return None if found is None else told_of(name, size.width, size.height, file, found)


def settings_for(
    source: str, folder: str, *, width: int, height: int, rate: Sequence[int], has_sound: bool
) -> Mapping[str, Any]:
    """Return what a job of MediaConvert is told.

    Args:
        source: the address of the video, as `s3://...`.
        folder: the address that what is made of it goes under.
        width: of what is upright, in square pixels.
        height: the same.
        rate: frames a second, as a fraction: what is above and what is below its line.
        has_sound: whether there is anything to be heard.
    """
    rungs = rungs_for(width, height)
    hls = {
        "Destination": folder + MASTER.partition(".")[0],
        "SegmentLength": SEGMENT_SECONDS,
        "MinSegmentLength": 0,
        "SegmentControl": "SEGMENTED_FILES",
        "OutputSelection": "MANIFESTS_AND_SEGMENTS",
        "DirectoryStructure": "SINGLE_DIRECTORY",
        "ManifestDurationFormat": "FLOATING_POINT",
        "CodecSpecification": "RFC_4281",
    }
    pieces = [
        {
            "NameModifier": f"{each.name}x",
            "ContainerSettings": {"Container": "M3U8"},
            **_encoded(each, rate, has_sound),
        }
        for each in rungs
    ]
    whole = {
        "ContainerSettings": {"Container": "MP4", "Mp4Settings": {"MoovPlacement": "PROGRESSIVE_DOWNLOAD"}},
        **_encoded(one_file_of(rungs), rate, has_sound),
    }
    one_file = {"Destination": folder + ONE_FILE.partition(".")[0]}
    return {
        "Inputs": [
            {
                "FileInput": source,
                "VideoSelector": {"Rotate": "AUTO"},
                "TimecodeSource": "ZEROBASED",
                **({"AudioSelectors": {SOUND: {"DefaultSelection": "DEFAULT"}}} if has_sound else {}),
            }
        ],
        "OutputGroups": [
            {
                "OutputGroupSettings": {"Type": "HLS_GROUP_SETTINGS", "HlsGroupSettings": hls},
                "Outputs": pieces,
            },
            {
                "OutputGroupSettings": {"Type": "FILE_GROUP_SETTINGS", "FileGroupSettings": one_file},
                "Outputs": [whole],
            },
        ],
    }


def _encoded(rung: Rung, rate: Sequence[int], has_sound: bool) -> dict[str, Any]:  # noqa: FBT001  # as it is passed on
    picture = {
        "RateControlMode": "QVBR",
        "QvbrSettings": {"QvbrQualityLevel": QUALITY},
        "MaxBitrate": rung.bits_most(rate[0] / rate[1]),
        "GopSize": WHOLE_FRAME_SECONDS,
        "GopSizeUnits": "SECONDS",
        "GopClosedCadence": 1,
        "SceneChangeDetect": "DISABLED",  # whole frames are where they are in all other rungs
        "FramerateControl": "SPECIFIED",
        "FramerateNumerator": rate[0],
        "FramerateDenominator": rate[1],
        "ParControl": "SPECIFIED",
        "ParNumerator": 1,
        "ParDenominator": 1,
    }
    sound = {
        "Bitrate": rung.sound_bits,
        "CodingMode": "CODING_MODE_2_0",
        "SampleRate": SOUND_RATE,
    }
    heard = {
        "AudioSourceName": SOUND,
        "CodecSettings": {"Codec": "AAC", "AacSettings": sound},
    }
    return {
        "VideoDescription": {
            "Width": rung.width,
            "Height": rung.height,
            "ScalingBehavior": "STRETCH_TO_OUTPUT",  # the sizes are of what is upright, in square pixels
            "VideoPreprocessors": {
                "Deinterlacer": {"Mode": "DEINTERLACE", "Algorithm": "INTERPOLATE", "Control": "NORMAL"},
                "ColorCorrector": {"ColorSpaceConversion": "FORCE_709"},
            },
            "CodecSettings": {"Codec": "H_264", "H264Settings": picture},
        },
        **({"AudioDescriptions": [heard]} if has_sound else {}),
    }
