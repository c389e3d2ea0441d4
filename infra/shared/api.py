"""The API: every described route to the door of its room, anything else to one door that says so."""

from collections.abc import Sequence
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_apigateway as rest
from aws_cdk import aws_apigatewayv2 as http
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration
from constructs import Construct

from infra.shared.alarms import Alarm, measured
from infra.shared.function import Door
from infra.shared.routes import Route
from infra.stages import Stage
from kith.metrics import AUTHENTICATION_FAILURES

SLOW: Final = 1_000
"""Milliseconds."""
UNAUTHENTICATED: Final = 300
"""Answers in five minutes: one a second. A stage with much more traffic needs more."""


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
        self.gateway: http.HttpApi | rest.RestApi = (
            self._http(routes, otherwise) if stage.api == "http" else self._rest(routes, otherwise, stage)
        )
        self._watch(stage)

    @property
    def url(self) -> str:
        """Where it is."""
        return self.gateway.api_endpoint if isinstance(self.gateway, http.HttpApi) else self.gateway.url

    @property
    def id(self) -> str:
        """What AWS calls it."""
        return self.gateway.api_id if isinstance(self.gateway, http.HttpApi) else self.gateway.rest_api_id

    def _watch(self, stage: Stage) -> None:
        often = Duration.minutes(5)
        Alarm(
            self,
            "ServerErrors",
            stage,
            self.gateway.metric_server_error(statistic="Sum", period=often),
            meaning="Requests are answered with 5xx",
            runbook="requests-are-answered-with-5xx",
            threshold=5,
        )
        Alarm(
            self,
            "Slow",
            stage,
            self.gateway.metric_latency(statistic="p95", period=often),
            meaning=f"One request of twenty takes {SLOW} ms or more",
            runbook="requests-are-slow",
            threshold=SLOW,
            periods=3,
            of_many=True,
        )
        Alarm(
            self,
            "Unauthenticated",
            stage,
            measured(stage, AUTHENTICATION_FAILURES, "Sum", often),
            meaning="Many requests are answered with 401",
            runbook="many-requests-are-answered-with-401",
            threshold=UNAUTHENTICATED,
        )

    def _http(self, routes: Sequence[Route], otherwise: Door) -> http.HttpApi:
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
        return api

    def _rest(self, routes: Sequence[Route], otherwise: Door, stage: Stage) -> rest.RestApi:
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
        return api
