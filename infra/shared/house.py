"""What the rooms of one stage have in common."""

from dataclasses import dataclass

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_s3 as s3

from infra.shared.layers import Layers
from infra.shared.secrets import FilledSecret
from infra.stages import Stage


@dataclass(frozen=True, slots=True)
class House:
    """What a room's construct may hand to its functions."""

    stage: Stage
    layers: Layers
    table: dynamodb.Table
    bus: events.EventBus
    bucket: s3.Bucket
    """Uploads, and the archives that people have made of their data."""
    renditions: s3.Bucket
    """What is served of media."""
    signing_key: FilledSecret
    push_key: FilledSecret
    """Tells push services whose pushes they carry."""
    cdn_key: FilledSecret | None
    """Signs the addresses of the CDN, where the stage has one."""
    failed_records: s3.Bucket | None
    """Keeps what the outbox could not publish, where the stage has such a bucket."""
