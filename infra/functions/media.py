"""Pictures and videos."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.shared.cdn import MediaCdn
from infra.shared.function import Door
from infra.shared.house import House
from infra.shared.queues import WorkQueue
from infra.shared.schedule import Schedule

UPLOADS = "uploads/*"
RENDITIONS = "media/*"


def _room_for(video_bytes: int) -> int:
    """Return how many MB of files the function needs that reads a video of so many bytes: the video, and what it becomes."""
    return min(10_240, 1_024 + 2 * video_bytes // 2**20)


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
        self.api = Door(self, house, "media/api", settings={**settings, **self._cdn(house)})
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
        if house.cdn_key is not None:
            self.api.may("secretsmanager:GetSecretValue", on=house.cdn_key.arn)
        self.api.may("s3:PutObject", on=uploads)  # for whoever fills in a form that it signs
        self.api.may("s3:GetObject", on=renditions)  # for whoever follows an address that it signs
        # Without it S3 does not say that a file is not there.
        self.api.may("s3:ListBucket", on=house.renditions.bucket_arn)

        pictures = Door(
            self,
            house,
            "media/on_event",
            settings=settings,
            memory_mb=1769,
            timeout_seconds=30,
            imports=house.layers.of_pictures,
        )
        role = self._role_of_converter(house) if house.stage.converts_long_videos else None
        videos = Door(
            self,
            house,
            "media/on_video",
            settings={**settings, **({"convert_role_arn": role.role_arn} if role else {})},
            memory_mb=3008,  # what every account may have; a processor and two thirds
            timeout_seconds=900,
            imports=house.layers.of_videos,
            scratch_mb=_room_for(house.stage.knobs.max_video_bytes),
        )
        # The avatar that another takes the place of.
        pictures.may("dynamodb:DeleteItem", on=house.table.table_arn)
        for reader in (pictures, videos):
            self._may_read_and_serve(reader, house)
        # One at a time: either may take most of what its function has.
        work = WorkQueue(self, "Uploads", house.stage, consumer=pictures, batch_size=1, concurrency=20)
        work.subscribe(house.bus, "media.deleted", "media.rejected")
        work.subscribe_to_files(house.bucket, "uploads/*/picture")
        work = WorkQueue(self, "Videos", house.stage, consumer=videos, batch_size=1, concurrency=10)
        work.subscribe_to_files(house.bucket, "uploads/*/video")
        if role is not None:
            self._let_convert(videos, work, house, role)
        self._collect_hourly(house, table)

    def _cdn(self, house: House) -> dict[str, str]:
        """Put a CDN before what is served, where the stage has one; return what tells of it."""
        if house.cdn_key is None:
            return {}
        secret = {"cdn_secret_name": house.cdn_key.secret_name}
        key_maker = Door(self, house, "media/on_deploy", settings=secret)
        key_maker.may("secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", on=house.cdn_key.arn)
        cdn = MediaCdn(self, house.renditions, key_maker)
        return {**secret, "cdn_url": cdn.url, "cdn_key_id": cdn.key_id}

    def _role_of_converter(self, house: House) -> iam.Role:
        """Return what MediaConvert may do: read a copy of an upload, and write what is served."""
        role = iam.Role(self, "Converter", assumed_by=iam.ServicePrincipal("mediaconvert.amazonaws.com"))
        for action, where in (
            ("s3:GetObject", house.bucket.arn_for_objects("uploads/*/counted")),
            ("s3:PutObject", house.renditions.arn_for_objects(RENDITIONS)),
        ):
            role.add_to_policy(iam.PolicyStatement(actions=[action], resources=[where]))
        return role

    def _let_convert(self, videos: Door, work: WorkQueue, house: House, role: iam.Role) -> None:
        """Let the function have long videos converted, and be told of the end."""
        stack = Stack.of(self)
        queue = stack.format_arn(service="mediaconvert", resource="queues", resource_name="Default")
        jobs = stack.format_arn(service="mediaconvert", resource="jobs", resource_name="*")
        videos.add_to_role_policy(
            iam.PolicyStatement(actions=["mediaconvert:CreateJob"], resources=[queue, jobs])
        )
        videos.add_to_role_policy(
            iam.PolicyStatement(
                actions=["iam:PassRole"],
                resources=[role.role_arn],
                conditions={"StringEquals": {"iam:PassedToService": "mediaconvert.amazonaws.com"}},
            )
        )
        videos.may("s3:PutObject", on=house.bucket.arn_for_objects("uploads/*/counted"))
        work.subscribe_to_conversions(house.bucket)

    def _may_read_and_serve(self, reader: Door, house: House) -> None:
        uploads = house.bucket.arn_for_objects(UPLOADS)
        renditions = house.renditions.arn_for_objects(RENDITIONS)
        reader.may("dynamodb:GetItem", "dynamodb:UpdateItem", on=house.table.table_arn)
        reader.may("s3:GetObjectVersion", "s3:DeleteObject", "s3:DeleteObjectVersion", on=uploads)
        reader.may("s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion", on=renditions)
        # Without it S3 does not say that a file is not there.
        reader.may("s3:ListBucket", on=house.bucket.bucket_arn)
        for bucket, prefix in ((house.bucket, UPLOADS), (house.renditions, RENDITIONS)):
            reader.add_to_role_policy(
                iam.PolicyStatement(
                    actions=["s3:ListBucketVersions"],
                    resources=[bucket.bucket_arn],
                    conditions={"StringLike": {"s3:prefix": prefix}},
                )
            )

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
