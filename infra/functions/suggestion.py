"""Whom one has in common with others."""

from constructs import Construct

from infra.shared.function import Door
from infra.shared.house import House


class SuggestionRoom(Construct):
    """Reads mutual followers and whom to follow next."""

    def __init__(self, scope: Construct, house: House) -> None:
        super().__init__(scope, "Suggestion")
        self.api = Door(self, house, "suggestion/api", settings={"table_name": house.table.table_name})
        self.api.may(
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
            on=house.table.table_arn,
        )
