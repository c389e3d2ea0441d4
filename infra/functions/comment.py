"""Comments."""

from constructs import Construct

from infra.shared.function import Door
from infra.shared.house import House


class CommentRoom(Construct):
    """Keeps what people say under posts."""

    def __init__(self, scope: Construct, house: House) -> None:
        super().__init__(scope, "Comment")
        self.api = Door(self, house, "comment/api", settings={"table_name": house.table.table_name})
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
