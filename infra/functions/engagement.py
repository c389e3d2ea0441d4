"""Likes, reposts and bookmarks."""

from constructs import Construct

from infra.shared.function import Door
from infra.shared.house import House


class EngagementRoom(Construct):
    """Lets accounts like, repost and bookmark posts, and tells who did."""

    def __init__(self, scope: Construct, house: House) -> None:
        super().__init__(scope, "Engagement")
        self.api = Door(self, house, "engagement/api", settings={"table_name": house.table.table_name})
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
