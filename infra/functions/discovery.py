"""Recommendations."""

from constructs import Construct

from infra.shared.function import Door
from infra.shared.house import House


class DiscoveryRoom(Construct):
    """Recommends posts and accounts, and remembers for a while which posts it has."""

    def __init__(self, scope: Construct, house: House) -> None:
        super().__init__(scope, "Discovery")
        self.api = Door(self, house, "discovery/api", settings={"table_name": house.table.table_name})
        self.api.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:ConditionCheckItem",
            on=house.table.table_arn,
        )
