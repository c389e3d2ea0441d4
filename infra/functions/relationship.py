"""How accounts stand to each other."""

from constructs import Construct

from infra.shared.function import Door
from infra.shared.house import House


class RelationshipRoom(Construct):
    """Tells how two accounts stand, and changes nothing."""

    def __init__(self, scope: Construct, house: House) -> None:
        super().__init__(scope, "Relationship")
        self.api = Door(self, house, "relationship/api", settings={"table_name": house.table.table_name})
        self.api.may(
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
            on=house.table.table_arn,
        )
