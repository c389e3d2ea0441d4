"""Of whose new posts people want to be told."""

from constructs import Construct

from infra.shared.function import Door
from infra.shared.house import House


class BellRoom(Construct):
    """Lets accounts be told of each new post of those they follow."""

    def __init__(self, scope: Construct, house: House) -> None:
        super().__init__(scope, "Bell")
        self.api = Door(self, house, "bell/api", settings={"table_name": house.table.table_name})
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
