"""Accounts: who one is, and the tokens that prove it."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from infra.shared.function import Door
from infra.shared.house import House
from infra.shared.queues import DeadLetters


class AccountRoom(Construct):
    """Registers, logs in, and alone holds the keys that sign tokens."""

    def __init__(self, scope: Construct, house: House) -> None:
        super().__init__(scope, "Account")
        settings = {
            "table_name": house.table.table_name,
            "signing_secret_name": house.signing_key.secret_name,
        }
        # Hashing a password is computation, and memory is what buys processor time.
        self.api = Door(self, house, "account/api", settings=settings, memory_mb=1024)
        self.api.may(
            "dynamodb:GetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:ConditionCheckItem",
            on=house.table.table_arn,
        )
        command = Door(self, house, "account/on_command", settings=settings, timeout_seconds=30)
        command.may(
            "dynamodb:GetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:BatchWriteItem",
            on=house.table.table_arn,
        )
        for door in (self.api, command):
            door.may(
                "secretsmanager:GetSecretValue",
                "secretsmanager:PutSecretValue",
                on=house.signing_key.arn,
            )
        events.Rule(
            self,
            "Daily",
            description="Replaces the keys of access tokens when they are due",
            schedule=events.Schedule.rate(Duration.days(1)),
            targets=[
                targets.LambdaFunction(
                    command,
                    event=events.RuleTargetInput.from_object({"command": "rotate-keys"}),
                    dead_letter_queue=DeadLetters(self, house.stage),
                    max_event_age=Duration.hours(6),
                    retry_attempts=10,
                )
            ],
        )
