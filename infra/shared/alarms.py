"""The house rules of every alarm, where they go, and how what functions measure is named to CloudWatch."""

from typing import Final

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.stages import Stage
from kith.metrics import NAMESPACE, OF_ROOM, OF_STAGE, Metric

RUNBOOKS: Final = "docs/operations.md"


class AlarmTopic(sns.Topic):
    """Where the alarms of a stage go, and from there to whoever has subscribed.

    Each alarm knows it by its name, so no stack has to hand it to another.
    """

    def __init__(self, scope: Construct, stage: Stage) -> None:
        super().__init__(
            scope,
            "Alarms",
            topic_name=_topic_name(stage),
            display_name=f"Kith {stage.name}: alarms",
            enforce_ssl=stage.requires_tls,
        )
        self.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            )
        )
        if stage.alarm_mail:
            self.add_subscription(subscriptions.EmailSubscription(stage.alarm_mail))


class Alarm(cloudwatch.Alarm):
    """Tells the stage's topic that something is wrong, and that it is so no longer."""

    def __init__(  # noqa: PLR0913  # as many as an alarm has properties
        self,
        scope: Construct,
        name: str,
        stage: Stage,
        metric: cloudwatch.IMetric,
        *,
        meaning: str,
        runbook: str,
        threshold: float,
        periods: int = 1,
        of_many: bool = False,
    ) -> None:
        """Make it.

        Args:
            scope: what it is about.
            name: its name there.
            stage: of which deployment.
            metric: what is watched.
            meaning: what is wrong, in a few words.
            runbook: the heading of `docs/operations.md` under which it says what to do, as links name it.
            threshold: from which value on something is wrong.
            periods: for how many periods on end.
            of_many: whether it is a percentile, which says nothing where there are few.
        """
        super().__init__(
            scope,
            name,
            metric=metric,
            alarm_description=f"{meaning}: {RUNBOOKS}#{runbook}",
            threshold=threshold,
            evaluation_periods=periods,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            evaluate_low_sample_count_percentile="ignore" if of_many else None,
        )
        arn = Stack.of(self).format_arn(service="sns", resource=_topic_name(stage))
        topic = actions.SnsAction(sns.Topic.from_topic_arn(self, "Topic", arn))
        self.add_alarm_action(topic)
        self.add_ok_action(topic)


def measured(
    stage: Stage, metric: Metric, statistic: str, period: Duration, *, room: str | None = None
) -> cloudwatch.Metric:
    """Return what the functions of a stage measure, or those of one of its rooms, as CloudWatch knows it."""
    of_room = {} if room is None else {OF_ROOM: room}
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=metric.name,
        dimensions_map={OF_STAGE: stage.name, **of_room},
        statistic=statistic,
        period=period,
    )


def _topic_name(stage: Stage) -> str:
    return f"kith-{stage.name}-alarms"
