"""Websockets: what clients are told without asking."""

from aws_cdk import Stack
from aws_cdk import aws_apigatewayv2 as websockets
from aws_cdk.aws_apigatewayv2_integrations import WebSocketLambdaIntegration
from constructs import Construct

from infra.shared.function import Door
from infra.shared.house import House
from infra.shared.queues import WorkQueue
from kith.settings import PREFIX


class RealtimeRoom(Construct):
    """Gives tickets, opens websockets for them, and sends; where its stage has no websockets, it only says so."""

    def __init__(self, scope: Construct, house: House) -> None:
        super().__init__(scope, "Realtime")
        self._house = house
        self.api = Door(self, house, "realtime/api", settings=self._settings)
        self.api.may(
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:ConditionCheckItem",
            on=house.table.table_arn,
        )
        self.gateway: websockets.WebSocketApi | None = None
        if house.stage.has_websockets:
            self.gateway = websockets.WebSocketApi(
                self, "Gateway", api_name=f"kith-{house.stage.name}-websockets"
            )
            self._serve(self.gateway)

    @property
    def _settings(self) -> dict[str, str]:
        return {"table_name": self._house.table.table_name}

    def _serve(self, gateway: websockets.WebSocketApi) -> None:
        stage = self._house.stage
        deployed = websockets.WebSocketStage(
            self, "Stage", web_socket_api=gateway, stage_name=stage.name, auto_deploy=True
        )
        url, endpoint = deployed.url, deployed.callback_url
        if stage.local:
            # One origin for all; and where an emulator itself is, its functions know.
            url = stage.public_url.replace("http", "ws", 1)
            endpoint = f"/_aws/execute-api/{gateway.api_id}/{stage.name}"
        self.api.add_environment(f"{PREFIX}WEBSOCKET_URL", url)
        connections = Stack.of(self).format_arn(
            service="execute-api",
            resource=gateway.api_id,
            resource_name=f"{stage.name}/*/@connections/*",
        )
        doors = {
            "$connect": self._opening(),
            "$disconnect": self._leaving(),
            "$default": self._hearing(),
        }
        for route, door in doors.items():
            gateway.add_route(route, integration=WebSocketLambdaIntegration(door.node.id, door))
        for door in (doors["$connect"], doors["$default"], self._telling()):
            door.add_environment(f"{PREFIX}WEBSOCKET_ENDPOINT", endpoint)
            door.may("execute-api:ManageConnections", on=connections)

    def _opening(self) -> Door:
        door = Door(self, self._house, "realtime/on_connect", settings=self._settings)
        door.may(
            "dynamodb:GetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:DeleteItem",
            "dynamodb:ConditionCheckItem",
            on=self._house.table.table_arn,
        )
        return door

    def _leaving(self) -> Door:
        door = Door(self, self._house, "realtime/on_disconnect", settings=self._settings)
        door.may("dynamodb:GetItem", "dynamodb:Query", "dynamodb:DeleteItem", on=self._house.table.table_arn)
        return door

    def _hearing(self) -> Door:
        door = Door(self, self._house, "realtime/on_frame", settings=self._settings)
        door.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:ConditionCheckItem",
            on=self._house.table.table_arn,
        )
        return door

    def _telling(self) -> Door:
        house = self._house
        door = Door(self, house, "realtime/on_event", settings=self._settings, timeout_seconds=30)
        door.may(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            on=house.table.table_arn,
        )
        news = WorkQueue(self, "News", house.stage, consumer=door, batch_size=5, concurrency=20)
        news.subscribe(
            house.bus,
            "media.processed",
            "media.rejected",
            "notification.created",
            "post.created",
            "session.ended",
            "user.deleted",
            "user.updated",
        )
        door.add_environment(f"{PREFIX}REALTIME_QUEUE_URL", news.queue.queue_url)
        door.may("sqs:SendMessage", on=news.queue.queue_arn)
        return door
