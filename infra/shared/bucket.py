"""The house rules of every bucket."""

from collections.abc import Sequence

from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.stages import Stage


class PrivateBucket(s3.Bucket):
    """A bucket that nobody reaches from outside and nothing is lost from by overwriting."""

    def __init__(
        self, scope: Construct, name: str, stage: Stage, *, lifecycle: Sequence[s3.LifecycleRule]
    ) -> None:
        super().__init__(
            scope,
            name,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=stage.requires_tls,
            versioned=True,
            lifecycle_rules=lifecycle,
            removal_policy=stage.removal,
        )
