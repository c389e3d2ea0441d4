"""The house rules of every bucket."""

from collections.abc import Sequence
from typing import Final

from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.stages import Stage

READS: Final = s3.CorsRule(allowed_methods=[s3.HttpMethods.GET, s3.HttpMethods.HEAD], allowed_origins=["*"])


class PrivateBucket(s3.Bucket):
    """A bucket that nobody reaches from outside and nothing is lost from by overwriting."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        stage: Stage,
        *,
        lifecycle: Sequence[s3.LifecycleRule],
        tells_of_uploads: bool = False,
        forms_from: str = "",
        read_by_pages: bool = False,
    ) -> None:
        """Make a bucket.

        Args:
            scope: what it is part of.
            name: its name there.
            stage: of which deployment.
            lifecycle: what becomes of its files in time.
            tells_of_uploads: whether the account's own bus is told of each new file.
            forms_from: the origin whose pages may upload by forms; every one's if it is not known.
            read_by_pages: whether scripts of any page may read what they have an address of.
        """
        super().__init__(
            scope,
            name,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=stage.requires_tls,
            versioned=True,
            lifecycle_rules=lifecycle,
            cors=[
                *([_forms(forms_from or "*")] if tells_of_uploads else []),
                *([READS] if read_by_pages else []),
            ],
            removal_policy=stage.removal,
        )
        if tells_of_uploads:
            # What CDK offers for this is a function that sets it after the bucket is there; CloudFormation can.
            bucket = self.node.default_child
            assert isinstance(bucket, s3.CfnBucket)  # noqa: S101  # so that types know
            bucket.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
                event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(
                    event_bridge_enabled=True
                )
            )


def _forms(origin: str) -> s3.CorsRule:
    return s3.CorsRule(allowed_methods=[s3.HttpMethods.POST], allowed_origins=[origin], allowed_headers=["*"])
