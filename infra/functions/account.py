"""Accounts: who one is, and the tokens that prove it."""

from aws_cdk import Duration
from constructs import Construct

from infra.shared.function import Door
from infra.shared.house import House
from infra.shared.schedule import Schedule


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
        Schedule(
            self,
            "Daily",
            house.stage,
            command,
            every=Duration.days(1),
            description="Replaces the keys of access tokens when they are due",
            order={"command": "rotate-keys"},
        )
