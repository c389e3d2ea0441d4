"""From committed changes of the table to events on the bus."""

import json
from collections.abc import Iterator

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.shared.alarms import Alarm
from infra.shared.function import Door
from infra.shared.house import House
from infra.shared.queues import DeadLetters
from kith.table.schema import PARTITION_KEY, SORT_KEY, STREAMED


class OutboxRoom(Construct):
    """The only reader of the table's stream: DynamoDB serves two well, and one is kept for emergencies."""

    def __init__(self, scope: Construct, house: House) -> None:
        super().__init__(scope, "Outbox")
        publish = Door(
            self,
            house,
            "outbox/on_stream",
            settings={"bus_name": house.bus.event_bus_name},
            timeout_seconds=60,
        )
        publish.may("events:PutEvents", on=house.bus.event_bus_arn)
        self._read_stream(house, publish)
        Alarm(
            self,
            "Late",
            house.stage,
            publish.metric("IteratorAge", period=Duration.minutes(1), statistic="Maximum"),
            meaning="Events are told over a minute after the change that they tell of",
            runbook="events-are-late",
            threshold=Duration.minutes(1).to_milliseconds(),
            periods=5,
        )

    def _read_stream(self, house: House, reader: Door) -> None:
        stream = house.table.table_stream_arn
        if stream is None:
            raise ValueError("the table has no stream")
        reader.may(
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            "dynamodb:ListStreams",
            on=stream,
        )
        mapping = lambda_.CfnEventSourceMapping(
            self,
            "Changes",
            function_name=reader.function_name,
            event_source_arn=stream,
            starting_position="TRIM_HORIZON",
            batch_size=100,
            bisect_batch_on_function_error=True,
            maximum_retry_attempts=20,
            maximum_record_age_in_seconds=Duration.hours(6).to_seconds(),
            function_response_types=["ReportBatchItemFailures"],
            filter_criteria={"filters": [{"pattern": json.dumps(each)} for each in _patterns()]},
            destination_config={"onFailure": {"destination": self._where_failures_go(house, reader)}},
            metrics_config={"metrics": ["EventCount"]} if house.failed_records else None,
        )
        if house.failed_records:
            Alarm(
                self,
                "SetAside",
                house.stage,
                cloudwatch.Metric(
                    namespace="AWS/Lambda",
                    metric_name="OnFailureDestinationDeliveredEventCount",
                    dimensions_map={"EventSourceMappingUUID": mapping.ref},
                    statistic="Sum",
                    period=Duration.minutes(5),
                ),
                meaning="Changes were set aside that could not be told",
                runbook="changes-were-set-aside",
                threshold=1,
            )

    def _where_failures_go(self, house: House, reader: Door) -> str:
        bucket = house.failed_records
        if bucket is None:
            queue = DeadLetters(self, house.stage)
            reader.may("sqs:SendMessage", on=queue.queue_arn)
            return queue.queue_arn
        reader.may("s3:ListBucket", on=bucket.bucket_arn)
        reader.may("s3:PutObject", on=bucket.arn_for_objects("*"))
        return bucket.bucket_arn


def _patterns() -> Iterator[dict[str, object]]:
    """Yield which keys wake the outbox, one pattern for each kind of partition: AWS takes five."""
    partitions = {entity.partition: entity.partition_prefix for entity in STREAMED}
    for partition, prefix in partitions.items():
        sorts = [
            _matching(entity.sort, entity.sort_prefix) for entity in STREAMED if entity.partition == partition
        ]
        keys = {PARTITION_KEY: {"S": [_matching(partition, prefix)]}, SORT_KEY: {"S": sorts}}
        yield {"dynamodb": {"Keys": keys}}


def _matching(template: str, prefix: str) -> str | dict[str, str]:
    return template if template == prefix else {"prefix": prefix}
