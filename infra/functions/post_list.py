"""Lists of posts."""

from constructs import Construct

from infra.shared.function import Door
from infra.shared.house import House


class PostListRoom(Construct):
    """Shows the posts of an author or with a hashtag, bookmarks, and threads."""

    def __init__(self, scope: Construct, house: House) -> None:
        super().__init__(scope, "PostList")
        self.api = Door(self, house, "post_list/api", settings={"table_name": house.table.table_name})
        self.api.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            on=house.table.table_arn,
        )
