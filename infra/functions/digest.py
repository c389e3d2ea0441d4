"""Digests by mail."""

from aws_cdk import ArnFormat, Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_ses as ses
from constructs import Construct

from infra.shared.function import Door
from infra.shared.house import House
from infra.shared.mail import let_send
from infra.shared.queues import WorkQueue
from kith.settings import PREFIX


class DigestRoom(Construct):
    """Sums up in a mail now and then what somebody is told, for who wants that.

    Mails hold an address of the API, the one that stops them.
    """

    def __init__(self, scope: Construct, house: House, *, api_url: str) -> None:
        super().__init__(scope, "Digest")
        stage = house.stage
        send = Door(
            self,
            house,
            "digest/on_message",
            settings={
                "table_name": house.table.table_name,
                "api_url": api_url,
                **({"mail_from": stage.mail_from} if stage.mail_from else {}),
            },
            timeout_seconds=60,
        )
        send.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:BatchWriteItem",
            "dynamodb:ConditionCheckItem",
            on=house.table.table_arn,
        )
        # Few at a time: SES lets an account send so many mails a second.
        digests = WorkQueue(
            self,
            "Digests",
            stage,
            consumer=send,
            batch_size=5,
            concurrency=5,
            delayed_for=Duration.minutes(15),
        )
        if stage.mail_from:
            digests.subscribe(house.bus, "notification.created")
            digests.put_in(
                {"look_ahead": True},
                every=Duration.minutes(10),
                description="Asks for digests that are due soon",
            )
            let_send(send, stage.mail_from)
        if stage.mail_from and not stage.local:
            self._hear_of_bounces(send, digests)
        send.add_environment(f"{PREFIX}DIGESTS_QUEUE_URL", digests.queue.queue_url)
        send.may("sqs:SendMessage", on=digests.queue.queue_arn)

    def _hear_of_bounces(self, send: Door, digests: WorkQueue) -> None:
        """Let SES tell of digests that come back or are complained of; an emulator has nobody who would."""
        told = ses.ConfigurationSet(self, "Mails")
        told.add_event_destination(
            "Events",
            destination=ses.EventDestination.event_bus(
                events.EventBus.from_event_bus_name(self, "DefaultBus", "default")
            ),
            events=[ses.EmailSendingEvent.BOUNCE, ses.EmailSendingEvent.COMPLAINT],
        )
        digests.subscribe_to_mails(told.configuration_set_name)
        send.add_environment(f"{PREFIX}MAIL_CONFIGURATION_SET", told.configuration_set_name)
        send.may(
            "ses:SendEmail",
            on=Stack.of(self).format_arn(
                service="ses",
                resource="configuration-set",
                resource_name=told.configuration_set_name,
                arn_format=ArnFormat.SLASH_RESOURCE_NAME,
            ),
        )
