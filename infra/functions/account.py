"""Accounts: who one is, and the tokens that prove it."""

from constructs import Construct

from infra.shared.function import Door
from infra.shared.house import House


class AccountRoom(Construct):
    """Registers, logs in, and alone holds the key that signs access tokens."""

    def __init__(self, scope: Construct, house: House) -> None:
        super().__init__(scope, "Account")
        self.api = Door(
            self,
            house,
            "account/api",
            settings={
                "table_name": house.table.table_name,
                "signing_secret_name": house.signing_key.secret_name,
            },
            # Hashing a password is computation, and memory is what buys processor time.
            memory_mb=1024,
        )
        self.api.may(
            "dynamodb:GetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:ConditionCheckItem",
            on=house.table.table_arn,
        )
        self.api.may(
            "secretsmanager:GetSecretValue",
            "secretsmanager:PutSecretValue",
            on=house.signing_key.arn,
        )
