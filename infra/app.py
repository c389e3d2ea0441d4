"""The CDK application: `python -m infra.app`, run by `cdk synth` and `cdk deploy`.

It takes its choices as CDK context:

    -c stage=local|dev|prod         where to; local unless said
    -c api=http|rest                the kind of API Gateway, for clouds that lack HTTP APIs
    -c set="celebrity_threshold=5"  knobs of the stage set anew, any number of them
    -c url=https://kith.example     where the web client is
    -c mail_from=me@kith.example    who mails are from: an address or domain that SES has verified
    -c search=table|opensearch      where names and words are looked up; in the table unless said
    -c alarm_mail=ops@kith.example  who is sent alarms
"""

import sys
from pathlib import Path
from typing import Final

import aws_cdk as cdk

from infra.shared.layers import LayerFolders
from infra.shared.vendoring import LayerBuildError
from infra.stacks.api import ApiStack
from infra.stacks.data import DataStack
from infra.stacks.service import ServiceStack
from infra.stages import Stage, requested_stage

FLAGS: Final = {
    "@aws-cdk/aws-iam:minimizePolicies": True,
    # What a stack uses cannot be taken out of the one under it.
    "@aws-cdk/core:defaultCrossStackReferences": "strong",
}


def new_app(folder: Path | None = None) -> cdk.App:
    """Return an application without stacks, to be synthesized into a folder or wherever the CDK says."""
    return cdk.App(context=FLAGS, analytics_reporting=False, outdir=str(folder) if folder else None)


def build(app: cdk.App, stage: Stage, layers: LayerFolders) -> None:
    """Add the stacks of one stage to an application."""
    data = DataStack(app, stage)
    service = ServiceStack(app, stage, data, layers)
    ApiStack(app, stage, service, layers)


def main() -> None:
    """Synthesize the stage that the context asks for."""
    app = new_app()
    try:
        stage = requested_stage(
            name=app.node.try_get_context("stage"),
            api=app.node.try_get_context("api"),
            settings=app.node.try_get_context("set"),
            public_url=app.node.try_get_context("url"),
            mail_from=app.node.try_get_context("mail_from"),
            search=app.node.try_get_context("search"),
            alarm_mail=app.node.try_get_context("alarm_mail"),
        )
        layers = LayerFolders.built_for(stage)
    except (ValueError, LayerBuildError) as failure:
        sys.exit(f"kith: {failure}")
    build(app, stage, layers)
    app.synth()


if __name__ == "__main__":
    main()
