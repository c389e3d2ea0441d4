"""The house rules of every function."""

from collections.abc import Mapping
from typing import TypedDict, Unpack

from aws_cdk import Duration, RemovalPolicy, Size
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.shared.alarms import Alarm
from infra.shared.code import code_of
from infra.shared.house import House
from infra.shared.layers import Imports
from infra.stages import runtime_of
from kith.settings import PREFIX


class Needs(TypedDict, total=False):
    """What a function may need more than usual."""

    memory_mb: int
    timeout_seconds: int
    scratch_mb: int
    """Room for files."""
    imports: Imports


class FunctionRole(iam.Role):
    """A function's role, which holds all that it may do: a policy beside it is a resource more, and a stack has 500."""

    def __init__(self, scope: Construct, name: str) -> None:
        self._allowed = iam.PolicyDocument()
        super().__init__(
            scope,
            name,
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={"Allowed": self._allowed},
        )

    def add_to_principal_policy(self, statement: iam.PolicyStatement) -> iam.AddToPrincipalPolicyResult:
        """Allow something, as every grant does."""
        self._allowed.add_statements(statement)
        return iam.AddToPrincipalPolicyResult(statement_added=True, policy_dependable=self)


class Door(lambda_.Function):
    """The function that opens one door of a room: `post/api` runs `functions.post.api.handler`.

    It may do nothing but write its own log until `may` says otherwise, and knows of its surroundings only the
    `settings` it is given, by their names in `kith.settings`, and the knobs that its stage has set.
    """

    def __init__(
        self,
        scope: Construct,
        house: House,
        path: str,
        *,
        settings: Mapping[str, str],
        **needs: Unpack[Needs],
    ) -> None:
        self.room, door = path.split("/")
        self.timeout_seconds = needs.get("timeout_seconds", 10)
        imports = needs.get("imports", house.layers.usual)
        stage = house.stage
        self.memory_mb = needs.get("memory_mb", 512)
        self.name = name = f"kith-{stage.name}-{self.room}-{door}".replace("_", "-")
        log_group = logs.LogGroup(
            scope,
            f"{door}-log",
            log_group_name=f"/aws/lambda/{name}",
            retention=stage.log_retention,
            removal_policy=RemovalPolicy.DESTROY,
        )
        role = FunctionRole(scope, f"{door}-role")
        log_group.grant_write(role)
        self.role_arn = role.role_arn
        environment = {**settings, **stage.settings}
        super().__init__(
            scope,
            door,
            function_name=name,
            runtime=runtime_of(imports.python),
            architecture=stage.architecture,
            code=code_of(self.room),
            handler=f"functions.{self.room}.{door}.handler",
            layers=list(imports.layers),
            environment={PREFIX + setting.upper(): value for setting, value in environment.items()},
            memory_size=self.memory_mb,
            ephemeral_storage_size=Size.mebibytes(needs.get("scratch_mb", 512)),
            timeout=Duration.seconds(self.timeout_seconds),
            role=role,
            log_group=log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            tracing=lambda_.Tracing.ACTIVE if stage.traces else None,
        )
        Alarm(
            self,
            "Errors",
            stage,
            self.metric_errors(period=Duration.minutes(5)),
            meaning=f"{name} keeps failing",
            runbook="a-function-keeps-failing",
            threshold=5,
        )

    def may(self, *actions: str, on: str) -> None:
        """Allow actions, as IAM spells them, on one resource."""
        self.add_to_role_policy(iam.PolicyStatement(actions=list(actions), resources=[on]))
