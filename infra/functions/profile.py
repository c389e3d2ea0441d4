"""What accounts show of themselves."""

from constructs import Construct

from infra.shared.function import Door
from infra.shared.house import House


class ProfileRoom(Construct):
    """Reads and changes profiles."""

    def __init__(self, scope: Construct, house: House) -> None:
        super().__init__(scope, "Profile")
        self.api = Door(self, house, "profile/api", settings={"table_name": house.table.table_name})
        self.api.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:ConditionCheckItem",
            "dynamodb:DeleteItem",
            on=house.table.table_arn,
        )
