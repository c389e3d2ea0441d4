"""The media room's collaborators, made once."""

from functools import cache

from functions.media.collecting import Collector
from functions.media.processing import Processor
from functions.media.rendering import rendered
from functions.media.service import MediaService
from kith import aws
from kith.deployment import settings, table
from kith.domain.clock import SECOND, system_clock
from kith.domain.ids import Identifiers
from kith.storage import Storage
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
    return MediaService(
        media=MediaStore(table()),
        uploads=UploadStore(table()),
        idempotency=IdempotencyStore(table()),
        reader=PostReader(table()),
        posts=PostStore(table()),
        users=UserStore(table()),
        storage=uploads(),
        served=renditions(),
        new_id=Identifiers(),
        clock=system_clock,
        daily_most=settings().knobs.max_uploads_per_day,
    )


@cache
def processor() -> Processor:
    """Return the use cases of the worker."""
    return Processor(UploadStore(table()), uploads(), renditions(), rendered)


@cache
def collector() -> Collector:
    """Return the use case of the schedule."""
    return Collector(MediaStore(table()), UploadStore(table()), system_clock, BUDGET)


@cache
def uploads() -> Storage:
    """Return the bucket that uploads come to."""
    return Storage(settings().bucket_name, aws.client("s3"))


@cache
def renditions() -> Storage:
    """Return the bucket of what is served."""
    return Storage(settings().renditions_bucket_name, aws.client("s3"))
