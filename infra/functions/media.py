"""Pictures."""

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.shared.function import Door
from infra.shared.house import House
from infra.shared.queues import WorkQueue
from infra.shared.schedule import Schedule

UPLOADS = "uploads/*"
RENDITIONS = "media/*"


class MediaRoom(Construct):
    """Takes uploads, makes of them what is served, and takes away what nobody shows."""

    def __init__(self, scope: Construct, house: House) -> None:
        super().__init__(scope, "Media")
        table = {"table_name": house.table.table_name}
        settings = {
            **table,
            "bucket_name": house.bucket.bucket_name,
            "renditions_bucket_name": house.renditions.bucket_name,
        }
        uploads = house.bucket.arn_for_objects(UPLOADS)
        renditions = house.renditions.arn_for_objects(RENDITIONS)
        self.api = Door(self, house, "media/api", settings=settings)
        self.api.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:ConditionCheckItem",
            on=house.table.table_arn,
        )
        self.api.may("s3:PutObject", on=uploads)  # for whoever fills in a form that it signs
        self.api.may("s3:GetObject", on=renditions)  # for whoever follows an address that it signs
        # Without it S3 does not say that a file is not there.
        self.api.may("s3:ListBucket", on=house.renditions.bucket_arn)

        worker = Door(self, house, "media/on_event", settings=settings, memory_mb=1769, timeout_seconds=30)
        worker.add_layers(house.layers.imaging)
        worker.may("dynamodb:GetItem", "dynamodb:UpdateItem", on=house.table.table_arn)
        worker.may("s3:GetObjectVersion", "s3:DeleteObject", "s3:DeleteObjectVersion", on=uploads)
        worker.may("s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion", on=renditions)
        worker.may("s3:ListBucket", on=house.bucket.bucket_arn)  # the same
        for bucket, prefix in ((house.bucket, UPLOADS), (house.renditions, RENDITIONS)):
            worker.add_to_role_policy(
                iam.PolicyStatement(
                    actions=["s3:ListBucketVersions"],
                    resources=[bucket.bucket_arn],
                    conditions={"StringLike": {"s3:prefix": prefix}},
                )
            )
        # One at a time: a picture may take most of a worker's memory.
        work = WorkQueue(self, "Uploads", house.stage, consumer=worker, batch_size=1, concurrency=20)
        work.subscribe(house.bus, "media.deleted")
        work.subscribe_to_files(house.bucket, UPLOADS)
        self._collect_hourly(house, table)

    def _collect_hourly(self, house: House, settings: dict[str, str]) -> None:
        collector = Door(self, house, "media/on_schedule", settings=settings, timeout_seconds=60)
        collector.may(
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:BatchWriteItem",
            on=house.table.table_arn,
        )
        Schedule(
            self,
            "Collections",
            house.stage,
            collector,
            every=Duration.hours(1),
            description="Takes away what was uploaded and is shown by no post",
        )
