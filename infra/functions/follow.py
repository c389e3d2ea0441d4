"""The follow graph."""

from constructs import Construct

from infra.shared.function import Door
from infra.shared.house import House


class FollowRoom(Construct):
    """Makes and ends edges between accounts."""

    def __init__(self, scope: Construct, house: House) -> None:
        super().__init__(scope, "Follow")
        self.api = Door(self, house, "follow/api", settings={"table_name": house.table.table_name})
        self.api.may(
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            on=house.table.table_arn,
        )
