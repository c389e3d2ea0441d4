"""Proving that one reads the mail of an address."""

from aws_cdk import aws_ses as ses
from constructs import Construct

from infra.shared.function import Door
from infra.shared.house import House
from infra.shared.mail import let_send
from infra.shared.queues import WorkQueue


class VerificationRoom(Construct):
    """Sends mails with codes, one per message of a queue, and takes the codes back."""

    def __init__(self, scope: Construct, house: House) -> None:
        super().__init__(scope, "Verification")
        stage = house.stage
        send = Door(
            self,
            house,
            "verification/on_message",
            settings={
                "table_name": house.table.table_name,
                **({"mail_from": stage.mail_from} if stage.mail_from else {}),
            },
            timeout_seconds=30,
        )
        send.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:ConditionCheckItem",
            on=house.table.table_arn,
        )
        if stage.mail_from:
            let_send(send, stage.mail_from)
        if stage.mail_from and stage.local:
            # An emulator verifies an identity by making it. On AWS its owner does, once for all stages.
            ses.CfnEmailIdentity(self, "Sender", email_identity=stage.mail_from)
        # Few at a time: SES lets an account send so many mails a second.
        mails = WorkQueue(self, "Mails", stage, consumer=send, batch_size=5, concurrency=5)
        mails.subscribe(house.bus, "user.registered", "user.updated")

        self.api = Door(
            self,
            house,
            "verification/api",
            settings={"table_name": house.table.table_name, "mail_queue_url": mails.queue.queue_url},
            # Hashing a password is computation, and memory is what buys processor time.
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
            "dynamodb:BatchWriteItem",
            on=house.table.table_arn,
        )
        self.api.may("sqs:SendMessage", on=mails.queue.queue_arn)
