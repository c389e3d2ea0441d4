"""The API in front of the rooms, the one room that has to know where that is, and the dashboard over all of it."""

from dataclasses import replace

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from infra.functions.digest import DigestRoom
from infra.shared.api import Api
from infra.shared.dashboard import Dashboard
from infra.shared.layers import LayerFolders, Layers
from infra.shared.routes import described_routes
from infra.stacks.service import ServiceStack
from infra.stages import Stage


class ApiStack(Stack):
    """A stack of its own: a stack may have 500 resources, and each path is one where there are no HTTP APIs."""

    def __init__(self, scope: Construct, stage: Stage, service: ServiceStack, layers: LayerFolders) -> None:
        super().__init__(scope, f"kith-{stage.name}-api", description="Kith: the API")
        api = Api(self, stage, doors=service.doors, otherwise=service.reference, routes=described_routes())
        # Layers are not shared between stacks: their names change with what is in them, and one in use cannot.
        house = replace(service.house, layers=Layers(self, stage, layers))
        # One origin for all on an emulator, whose own addresses only it knows.
        DigestRoom(self, house, api_url=stage.public_url if stage.local else api.url)
        Dashboard(self, stage, api.gateway, service.house.table, over=(service, self))
        CfnOutput(self, "ApiUrl", value=api.url)
        CfnOutput(self, "ApiId", value=api.id)
