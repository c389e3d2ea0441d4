"""What the API says about itself."""

from constructs import Construct

from infra.shared.function import Door
from infra.shared.house import House


class ReferenceRoom(Construct):
    """Serves health, the OpenAPI document and its pages, and tells of routes that do not exist."""

    def __init__(self, scope: Construct, house: House) -> None:
        super().__init__(scope, "Reference")
        self.api = Door(
            self,
            house,
            "reference/api",
            settings={"table_name": house.table.table_name},
            imports=house.layers.of_the_reference,
        )
        self.api.may("dynamodb:GetItem", on=house.table.table_arn)
