"""Secrets whose value no template ever holds."""

from typing import Final

from aws_cdk import ArnFormat, RemovalPolicy, Stack
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.stages import Stage

RANDOM_END: Final = "-" + 6 * "?"
"""Secrets Manager ends every secret's ARN with six characters of its own."""


class FilledSecret(Construct):
    """A secret that is created empty; the function that owns it fills it on first use."""

    def __init__(self, scope: Construct, name: str, stage: Stage, *, description: str) -> None:
        super().__init__(scope, name)
        self.secret_name = f"kith-{stage.name}/{name}"
        self.arn = Stack.of(self).format_arn(
            service="secretsmanager",
            resource="secret",
            resource_name=self.secret_name + RANDOM_END,
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        secret = secretsmanager.CfnSecret(self, "Secret", name=self.secret_name, description=description)
        # Its name is fixed, so where a key may simply be made anew, a retained one would only be in the way.
        secret.apply_removal_policy(stage.removal if stage.protected else RemovalPolicy.DESTROY)
