"""The single table."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra.shared.alarms import Alarm
from infra.stages import Stage
from kith.table.schema import EXPIRY, PARTITION_KEY, SORT_KEY

THROTTLED: Final = 10
"""Requests in five minutes that are too many: a burst of a few passes by itself."""


class SingleTable(dynamodb.Table):
    """Every record of Kith, and the stream of its changes.

    It has no name of its own choosing, so that one retained from an earlier deployment is not in the way.
    """

    def __init__(self, scope: Construct, stage: Stage) -> None:
        super().__init__(
            scope,
            "Table",
            partition_key=_text(PARTITION_KEY),
            sort_key=_text(SORT_KEY),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            time_to_live_attribute=EXPIRY,
            stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=stage.protected,
            removal_policy=stage.removal,
        )
        for what in ("Read", "Write"):
            Alarm(
                self,
                f"{what}sThrottled",
                stage,
                self.metric(f"{what}ThrottleEvents", statistic="Sum", period=Duration.minutes(5)),
                meaning=f"The table refuses {what.lower()}s: too many at once, or too many of one key",
                runbook="the-table-refuses-requests",
                threshold=THROTTLED,
            )


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
