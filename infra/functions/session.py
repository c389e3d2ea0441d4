"""The logins of an account, and their end."""

from constructs import Construct

from infra.shared.function import Door
from infra.shared.house import House


class SessionRoom(Construct):
    """Lists and ends sessions; it cannot make one."""

    def __init__(self, scope: Construct, house: House) -> None:
        super().__init__(scope, "Session")
        self.api = Door(self, house, "session/api", settings={"table_name": house.table.table_name})
        self.api.may(
            "dynamodb:Query",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:BatchWriteItem",
            on=house.table.table_arn,
        )
