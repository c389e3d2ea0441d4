"""The media room's collaborators, made once."""

from functools import cache, partial

from functions.media.addresses import Addresses, AtBucket
from functions.media.collecting import Collector
from functions.media.converting import LongVideos
from functions.media.processing import Processor
from functions.media.rendering import rendered
from functions.media.service import MediaService
from kith import aws
from kith.deployment import settings, table
from kith.domain.clock import SECOND, system_clock
from kith.domain.ids import Identifiers
from kith.domain.media import UploadQuota
from kith.mediaconvert import Converter
from kith.storage import Storage
from kith.table.avatars import AvatarStore
from kith.table.idempotency import IdempotencyStore
from kith.table.media import MediaStore
from kith.table.posts import PostStore
from kith.table.reader import PostReader
from kith.table.uploads import UploadStore
from kith.table.users import UserStore

BUDGET = 40 * SECOND
"""Two thirds of what the schedule's function has."""


@cache
def service() -> MediaService:
    """Return the use cases of the API."""
    knobs = settings().knobs
    return MediaService(
        table=table(),
        media=MediaStore(table()),
        uploads=UploadStore(table()),
        avatars=AvatarStore(table()),
        idempotency=IdempotencyStore(table()),
        reader=PostReader(table()),
        posts=PostStore(table()),
        users=UserStore(table()),
        storage=uploads(),
        served=renditions(),
        addresses=addresses(),
        new_id=Identifiers(),
        clock=system_clock,
        quota=UploadQuota(knobs.max_uploads_per_day, knobs.max_upload_bytes_per_day),
        video_bytes_most=knobs.max_video_bytes,
    )


@cache
def processor() -> Processor:
    """Return the use cases of the workers."""
    knobs, converts = settings().knobs, bool(settings().convert_role_arn)
    longest = knobs.max_long_video_seconds if converts else knobs.max_video_seconds
    return Processor(
        uploads=UploadStore(table()),
        avatars=AvatarStore(table()),
        storage=uploads(),
        served=renditions(),
        render=partial(rendered, seconds=(knobs.max_video_seconds, longest)),
        convert=long_videos().begin if converts else None,
    )


@cache
def long_videos() -> LongVideos:
    """Return the use cases of videos that take longer than a function has."""
    converter = Converter(aws.client("mediaconvert"), settings().convert_role_arn)
    return LongVideos(UploadStore(table()), uploads(), renditions(), converter)


@cache
def collector() -> Collector:
    """Return the use case of the schedule."""
    return Collector(MediaStore(table()), UploadStore(table()), system_clock, BUDGET)


@cache
def addresses() -> Addresses:
    """Return what knows where files can be read."""
    if not settings().cdn_url:
        return Addresses(AtBucket(renditions(), system_clock), system_clock)
    from functions.media.cdn import cdn  # noqa: PLC0415  # workers have no use for what signs

    return Addresses(cdn().signed, system_clock)


@cache
def uploads() -> Storage:
    """Return the bucket that uploads come to."""
    return Storage(settings().bucket_name, aws.client("s3"))


@cache
def renditions() -> Storage:
    """Return the bucket of what is served."""
    return Storage(settings().renditions_bucket_name, aws.client("s3"))
