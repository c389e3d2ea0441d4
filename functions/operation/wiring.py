"""The operation room's collaborators, made once."""

from functools import cache

from functions.operation.erasure import Eraser
from functions.operation.export import Exporter
from functions.operation.jobs import Jobs
from functions.operation.phases import Phases
from functions.operation.sections import Sections
from functions.operation.service import OperationService, Passwords
from kith import aws
from kith.deployment import settings, table
from kith.domain.clock import DAY, SECOND, system_clock
from kith.domain.ids import Identifiers
from kith.messaging import Queue
from kith.storage import Storage
from kith.table.bells import BellStore
from kith.table.comments import CommentStore
from kith.table.digests import DigestStore
from kith.table.engagements import EngagementStore
from kith.table.erasures import ErasureStore
from kith.table.exports import ExportStore
from kith.table.feeds import FeedStore
from kith.table.follows import FollowStore
from kith.table.idempotency import IdempotencyStore
from kith.table.keys import KeyStore
from kith.table.media import MediaStore
from kith.table.mentions import MentionStore
from kith.table.post_lists import PostListStore
from kith.table.posts import PostStore
from kith.table.push_subscriptions import PushSubscriptionStore
from kith.table.remains import Remains
from kith.table.tag_uses import TagUseStore
from kith.table.tastes import TasteStore
from kith.table.users import UserStore
from kith.table.websockets import WebsocketStore
from kith.web.downloads import Downloads

BUDGET = 20 * SECOND
"""A third of what the worker has: a step begun before it is over ends well within the rest."""
STEPS = 500


@cache
def service() -> OperationService:
    """Return the use cases of the API."""
    return OperationService(
        table=table(),
        users=UserStore(table()),
        exports=ExportStore(table()),
        erasures=ErasureStore(table()),
        idempotency=IdempotencyStore(table()),
        passwords=passwords,
        storage=storage(),
        first_phase=phases().in_order()[0].name,
        new_id=Identifiers(),
        clock=system_clock,
    )


@cache
def passwords() -> Passwords:
    """Return what verifies passwords."""
    from kith.passwords import Argon2Passwords  # noqa: PLC0415  # most requests, and all messages, hash nothing

    return Argon2Passwords()


@cache
def downloads() -> Downloads:
    """Return what makes and reads download tokens."""
    return Downloads(KeyStore(table()).cursor_key)


@cache
def jobs() -> Jobs:
    """Return the use cases of the worker."""
    exporter = Exporter(
        ExportStore(table()),
        Sections(table(), PostStore(table()), CommentStore(table()), MediaStore(table())),
        storage(),
        system_clock,
    )
    eraser = Eraser(
        erasures=ErasureStore(table()),
        phases=phases().in_order(),
        queue=Queue(settings().erasures_queue_url, aws.client("sqs")),
        clock=system_clock,
        budget=BUDGET,
        steps=STEPS,
    )
    return Jobs(eraser, exporter)


@cache
def phases() -> Phases:
    """Return what an erasure is made of."""
    return Phases(
        table=table(),
        posts=PostStore(table()),
        lists=PostListStore(table()),
        remains=Remains(table()),
        mentions=MentionStore(table()),
        engagements=EngagementStore(table()),
        comments=CommentStore(table()),
        tastes=TasteStore(table()),
        websockets=WebsocketStore(table()),
        follows=FollowStore(table()),
        feeds=FeedStore(table()),
        bells=BellStore(table()),
        digests=DigestStore(table()),
        uses=TagUseStore(table()),
        erasures=ErasureStore(table()),
        subscriptions=PushSubscriptionStore(table()),
        storage=storage(),
        clock=system_clock,
        feed_retention=settings().knobs.feed_retention_days * DAY,
    )


@cache
def storage() -> Storage:
    """Return the bucket."""
    return Storage(settings().bucket_name, aws.client("s3"))
