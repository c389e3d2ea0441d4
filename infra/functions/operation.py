"""Copies of one's data, and the erasure of deleted accounts."""

from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.shared.function import Door
from infra.shared.house import House
from infra.shared.queues import WorkQueue
from kith.settings import PREFIX

ARCHIVES = "exports/*"


class OperationRoom(Construct):
    """Takes wishes for an export or for deletion, carries them out, and tells how they stand."""

    def __init__(self, scope: Construct, house: House) -> None:
        super().__init__(scope, "Operation")
        settings = {"table_name": house.table.table_name, "bucket_name": house.bucket.bucket_name}
        archives = house.bucket.arn_for_objects(ARCHIVES)
        self.api = Door(
            self,
            house,
            "operation/api",
            settings=settings,
            # A password is hashed before an account is deleted, and memory is what buys processor time.
            memory_mb=1024,
        )
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
        self.api.may("s3:GetObject", on=archives)  # for whoever follows an address that it signs

        worker = Door(
            self, house, "operation/on_message", settings=settings, memory_mb=1024, timeout_seconds=60
        )
        worker.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:BatchWriteItem",
            "dynamodb:ConditionCheckItem",
            on=house.table.table_arn,
        )
        worker.may("s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion", on=archives)
        worker.add_to_role_policy(
            iam.PolicyStatement(
                actions=["s3:ListBucketVersions"],
                resources=[house.bucket.bucket_arn],
                conditions={"StringLike": {"s3:prefix": ARCHIVES}},
            )
        )
        work = WorkQueue(self, "Erasures", house.stage, consumer=worker, batch_size=1, concurrency=10)
        work.subscribe(house.bus, "user.deleted", "user.export_requested")
        worker.add_environment(f"{PREFIX}ERASURES_QUEUE_URL", work.queue.queue_url)
        worker.may("sqs:SendMessage", on=work.queue.queue_arn)
