"""What must survive."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.shared.alarms import AlarmTopic
from infra.shared.bucket import PrivateBucket
from infra.shared.queues import EVENT_SOURCE
from infra.shared.secrets import FilledSecret
from infra.shared.table import SingleTable
from infra.stages import Stage


class DataStack(Stack):
    """The table, uploads and what is served of them, the bus with its archive, keys that sign, and who is told of alarms."""

    def __init__(self, scope: Construct, stage: Stage) -> None:
        super().__init__(
            scope,
            f"kith-{stage.name}-data",
            description="Kith: what must survive",
            termination_protection=stage.protected,
        )
        AlarmTopic(self, stage)  # whoever has subscribed stays so
        self.table = SingleTable(self, stage)
        self.media = PrivateBucket(
            self,
            "Media",
            stage,
            lifecycle=[
                _superseded_after(days=30),
                _expiring_after(7, prefix="exports/"),
                _expiring_after(7, prefix="uploads/"),
            ],
            tells_of_uploads=True,
            forms_from=stage.public_url,
        )
        self.renditions = PrivateBucket(
            self, "Renditions", stage, lifecycle=[_superseded_after(days=1)], read_by_pages=True
        )
        self.cdn_key: FilledSecret | None = None
        if stage.has_cdn:
            self.cdn_key = FilledSecret(
                self, "cdn-key", stage, description="Signs the CDN's addresses; filled when Kith is deployed"
            )
            self.renditions.add_to_resource_policy(_readable_by_cdn(self, self.renditions))
        self.bus = events.EventBus(self, "Bus", event_bus_name=f"kith-{stage.name}")
        self.signing_key = FilledSecret(
            self,
            "signing-key",
            stage,
            description="Signs Kith's access tokens; filled by the account function",
        )
        self.push_key = FilledSecret(
            self,
            "push-key",
            stage,
            description="Tells push services whose pushes they carry; filled by the function that gives its public half",
        )
        self.failed_records: s3.Bucket | None = None
        if stage.keeps_failed_records_in_bucket:
            self.failed_records = PrivateBucket(self, "FailedRecords", stage, lifecycle=[_expiring_after(90)])
        if stage.archives_events:
            self.bus.archive(
                "Archive",
                event_pattern=events.EventPattern(source=[EVENT_SOURCE]),
                retention=Duration.days(30),
            )


def _readable_by_cdn(stack: Stack, bucket: s3.IBucket) -> iam.PolicyStatement:
    """Return what lets the account's CDN read; which of its distributions is known only to the stack after this one."""
    distributions = stack.format_arn(
        service="cloudfront", region="", resource="distribution", resource_name="*"
    )
    return iam.PolicyStatement(
        principals=[iam.ServicePrincipal("cloudfront.amazonaws.com")],
        actions=["s3:GetObject"],
        resources=[bucket.arn_for_objects("media/*")],
        conditions={"ArnLike": {"AWS:SourceArn": distributions}},
    )


def _superseded_after(days: int) -> s3.LifecycleRule:
    return s3.LifecycleRule(
        noncurrent_version_expiration=Duration.days(days),
        abort_incomplete_multipart_upload_after=Duration.days(1),
    )


def _expiring_after(days: int, prefix: str | None = None) -> s3.LifecycleRule:
    return s3.LifecycleRule(
        prefix=prefix, expiration=Duration.days(days), noncurrent_version_expiration=Duration.days(1)
    )
