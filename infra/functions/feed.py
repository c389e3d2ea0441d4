"""The feed as its reader sees it."""

from constructs import Construct

from infra.shared.function import Door
from infra.shared.house import House


class FeedRoom(Construct):
    """Reads timelines: what was delivered, what is pulled, and what of it may be seen."""

    def __init__(self, scope: Construct, house: House) -> None:
        super().__init__(scope, "Feed")
        self.api = Door(self, house, "feed/api", settings={"table_name": house.table.table_name})
        self.api.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            on=house.table.table_arn,
        )
