"""Keeping others away."""

from constructs import Construct

from infra.shared.function import Door
from infra.shared.house import House


class BlockRoom(Construct):
    """Blocks and mutes."""

    def __init__(self, scope: Construct, house: House) -> None:
        super().__init__(scope, "Block")
        self.api = Door(self, house, "block/api", settings={"table_name": house.table.table_name})
        self.api.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:ConditionCheckItem",
            on=house.table.table_arn,
        )
