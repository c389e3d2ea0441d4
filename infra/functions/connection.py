"""Lists of the follow graph."""

from constructs import Construct

from infra.shared.function import Door
from infra.shared.house import House


class ConnectionRoom(Construct):
    """Lists who follows whom and who waits, and changes nothing."""

    def __init__(self, scope: Construct, house: House) -> None:
        super().__init__(scope, "Connection")
        self.api = Door(self, house, "connection/api", settings={"table_name": house.table.table_name})
        self.api.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            on=house.table.table_arn,
        )
