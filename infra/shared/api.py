"""The API: every described route to the door of its room, anything else to one door that says so."""

from collections.abc import Sequence

from aws_cdk import aws_apigateway as rest
from aws_cdk import aws_apigatewayv2 as http
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration
from constructs import Construct

from infra.shared.function import Door
from infra.shared.routes import Route
from infra.stages import Stage


class Api(Construct):
    """An API Gateway of the kind that the stage says."""

    def __init__(
        self,
        scope: Construct,
        stage: Stage,
        doors: Sequence[Door],
        *,
        otherwise: Door,
        routes: Sequence[Route],
    ) -> None:
        super().__init__(scope, "Api")
        self._name = f"kith-{stage.name}"
        self._doors = {door.room: door for door in (*doors, otherwise)}
        homeless = {route.room for route in routes} - self._doors.keys()
        if homeless:
            raise ValueError(
                f"the API's description names rooms without a door to it: {', '.join(sorted(homeless))}"
            )
        self.url, self.id = (
            self._http(routes, otherwise) if stage.api == "http" else self._rest(routes, otherwise, stage)
        )

    def _http(self, routes: Sequence[Route], otherwise: Door) -> tuple[str, str]:
        # One permission per door: one per route would outgrow the 20 KB of a function's policy.
        integrations = {
            room: HttpLambdaIntegration(room, door, scope_permission_to_route=False)
            for room, door in self._doors.items()
        }
        api = http.HttpApi(
            self, "Http", api_name=self._name, default_integration=integrations[otherwise.room]
        )
        for route in routes:
            api.add_routes(
                path=route.path,
                methods=[http.HttpMethod[route.method]],
                integration=integrations[route.room],
            )
        return api.api_endpoint, api.api_id

    def _rest(self, routes: Sequence[Route], otherwise: Door, stage: Stage) -> tuple[str, str]:
        integrations = {
            room: rest.LambdaIntegration(door, scope_permission_to_method=False, allow_test_invoke=False)
            for room, door in self._doors.items()
        }
        api = rest.RestApi(
            self,
            "Rest",
            rest_api_name=self._name,
            endpoint_types=[rest.EndpointType.REGIONAL],
            cloud_watch_role=False,
            deploy_options=rest.StageOptions(stage_name=stage.name, tracing_enabled=stage.traces),
        )
        for route in routes:
            api.root.resource_for_path(route.path).add_method(route.method, integrations[route.room])
        api.root.add_method("ANY", integrations[otherwise.room])
        api.root.add_proxy(default_integration=integrations[otherwise.room])
        return api.url, api.rest_api_id
