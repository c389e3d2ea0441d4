"""The one dashboard of a stage: is it healthy, is delivery behind, what is done here, what does it cost."""

from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

from aws_cdk import Duration
from aws_cdk import aws_apigateway as rest
from aws_cdk import aws_apigatewayv2 as http
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra.shared.alarms import RUNBOOKS, measured
from infra.shared.function import Door
from infra.shared.queues import DeadLetters, WorkQueue
from infra.stages import Stage
from kith import metrics
from kith.metrics import Metric

Part = TypeVar("Part", bound=Construct)

OFTEN, HOURLY = Duration.minutes(1), Duration.hours(1)
HALF, WHOLE = 12, 24
"""Of the columns that a dashboard has."""
MEGABYTES: Final = 1_024
PRICES: Final = {
    "read": 0.125e-6,
    "write": 0.625e-6,
    "http": 1.00e-6,
    "rest": 3.50e-6,
    "invocation": 0.20e-6,
    "gb_second": 13.3334e-6,
}
"""Dollars for one, on demand in us-east-1 as of 2024-11, Lambda on Graviton; beyond what is free and below discounts."""


class Dashboard(cloudwatch.Dashboard):
    """What to look at first. It names every queue and every function of the stacks that it is over."""

    def __init__(
        self,
        scope: Construct,
        stage: Stage,
        api: http.HttpApi | rest.RestApi,
        table: dynamodb.Table,
        *,
        over: Sequence[Construct],
    ) -> None:
        super().__init__(
            scope, "Dashboard", dashboard_name=f"kith-{stage.name}", default_interval=Duration.hours(12)
        )
        self._stage, self._api, self._table = stage, api, table
        self._doors = list(_parts(over, Door))
        self._queues = list(_parts(over, WorkQueue))
        self._dead_letters = list(_parts(over, DeadLetters))
        for title, widgets in (
            ("Is it healthy?", self._health()),
            ("Is delivery behind?", self._delivery()),
            ("What is done here?", self._deeds()),
            ("What does it cost?", self._costs()),
        ):
            heading = f"# {title}\nWhat alarms mean, and what to do about them: `{RUNBOOKS}`."
            self.add_widgets(cloudwatch.TextWidget(markdown=heading, width=WHOLE, height=2))
            self.add_widgets(*widgets)

    def _health(self) -> list[cloudwatch.IWidget]:
        api, table = self._api, self._table
        return [
            _graph(
                "Requests and errors",
                [
                    api.metric_count(label="all", statistic="Sum", period=OFTEN),
                    api.metric_client_error(label="4xx", statistic="Sum", period=OFTEN),
                    api.metric_server_error(label="5xx", statistic="Sum", period=OFTEN),
                    self._measured(metrics.AUTHENTICATION_FAILURES, "Sum", "401"),
                ],
            ),
            _graph(
                "Latency, ms",
                [
                    api.metric_latency(label=statistic, statistic=statistic, period=OFTEN)
                    for statistic in ("p50", "p95", "p99")
                ],
            ),
            _graph("Errors of functions", [self._of_door(door, "Errors") for door in self._doors]),
            _graph("Throttled functions", [self._of_door(door, "Throttles") for door in self._doors]),
            _graph(
                "Authentication and database, ms",
                [
                    *self._percentiles(metrics.AUTHENTICATION_TIME, "authentication"),
                    *self._percentiles(metrics.DATABASE_LATENCY, "database"),
                ],
            ),
            _graph(
                "Database latency by room, p95, ms",
                [
                    measured(self._stage, metrics.DATABASE_LATENCY, "p95", OFTEN, room=room).with_(label=room)
                    for room in sorted({door.room for door in self._doors})
                ],
            ),
            _graph(
                "Cache hits, %",
                [
                    self._measured(metrics.KEY_CACHE_HITS, "Average", "keys of tokens"),
                    self._measured(metrics.RECENTS_CACHE_HITS, "Average", "recent posts"),
                    self._measured(metrics.NAMES_CACHE_HITS, "Average", "parts of names"),
                ],
            ),
            _graph(
                "Refused by the table",
                [
                    table.metric(f"{what}ThrottleEvents", statistic="Sum", period=OFTEN, label=what.lower())
                    for what in ("Read", "Write")
                ],
            ),
        ]

    def _delivery(self) -> list[cloudwatch.IWidget]:
        (outbox,) = (door for door in self._doors if door.room == "outbox")
        return [
            _graph(
                "From a post to its followers' feeds, ms",
                [
                    *self._percentiles(metrics.DELIVERY_LAG, "delivery"),
                    self._measured(metrics.DELIVERY_LAG, "Maximum", "slowest delivery"),
                    self._of_door(outbox, "IteratorAge", "Maximum"),
                ],
            ),
            _graph(
                "Oldest message, s",
                [
                    each.queue.metric_approximate_age_of_oldest_message(label=_name(each), period=OFTEN)
                    for each in self._queues
                ],
            ),
            _graph(
                "Messages that wait",
                [
                    each.queue.metric_approximate_number_of_messages_visible(label=_name(each), period=OFTEN)
                    for each in self._queues
                ],
            ),
            _graph(
                "Dead letters",
                [
                    each.metric_approximate_number_of_messages_visible(label=_name(each), period=OFTEN)
                    for each in self._dead_letters
                ],
            ),
            _graph(
                "What audits found wrong with feeds, and what was refused",
                [
                    self._measured(metrics.FEED_DRIFT, "Sum", "drift"),
                    self._measured(metrics.FEEDS_AUDITED, "Sum", "feeds audited"),
                    self._measured(metrics.PUSHES_REFUSED, "Sum", "pushes refused"),
                    self._measured(metrics.DIGESTS_REFUSED, "Sum", "digests refused"),
                ],
            ),
        ]

    def _deeds(self) -> list[cloudwatch.IWidget]:
        return [
            _graph(
                "A minute",
                [
                    self._measured(metrics.FOLLOWS, "Sum", "follows"),
                    self._measured(metrics.UNFOLLOWS, "Sum", "unfollows"),
                    self._measured(metrics.POSTS, "Sum", "posts"),
                    self._measured(metrics.NOTIFICATIONS, "Sum", "notifications"),
                ],
            ),
            _graph("Deliveries a minute", [self._measured(metrics.DELIVERIES, "Sum", "entries in feeds")]),
        ]

    def _costs(self) -> list[cloudwatch.IWidget]:
        table = self._table
        return [
            _graph(
                "Dollars an hour at list prices: table, API, functions; not queues, events, files, logs, traffic",
                [self._dollars_of_table(), self._dollars_of_api(), self._dollars_of_functions()],
            ),
            _graph(
                "Request units of the table a minute",
                [
                    table.metric_consumed_write_capacity_units(
                        label="written", statistic="Sum", period=OFTEN
                    ),
                    table.metric_consumed_read_capacity_units(label="read", statistic="Sum", period=OFTEN),
                ],
            ),
            _graph(
                "Time of functions, ms a minute", [self._of_door(door, "Duration") for door in self._doors]
            ),
        ]

    def _dollars_of_table(self) -> cloudwatch.MathExpression:
        return cloudwatch.MathExpression(
            expression=f"FILL(w,0)*{PRICES['write']:g}+FILL(r,0)*{PRICES['read']:g}",
            label="table",
            period=HOURLY,
            using_metrics={
                "w": self._table.metric_consumed_write_capacity_units(statistic="Sum", period=HOURLY),
                "r": self._table.metric_consumed_read_capacity_units(statistic="Sum", period=HOURLY),
            },
        )

    def _dollars_of_api(self) -> cloudwatch.MathExpression:
        return cloudwatch.MathExpression(
            expression=f"FILL(a,0)*{PRICES[self._stage.api]:g}",
            label="API",
            period=HOURLY,
            using_metrics={"a": self._api.metric_count(statistic="Sum", period=HOURLY)},
        )

    def _dollars_of_functions(self) -> cloudwatch.MathExpression:
        used: dict[str, cloudwatch.IMetric] = {}
        times, counts = list[str](), list[str]()
        for place, door in enumerate(self._doors):
            used[f"d{place}"] = self._of_door(door, "Duration", period=HOURLY)
            used[f"i{place}"] = self._of_door(door, "Invocations", period=HOURLY)
            times.append(f"FILL(d{place},0)*{door.memory_mb / MEGABYTES:g}")
            counts.append(f"FILL(i{place},0)")
        time, count = "+".join(times), "+".join(counts)
        return cloudwatch.MathExpression(
            expression=f"({time})/1000*{PRICES['gb_second']:g}+({count})*{PRICES['invocation']:g}",
            label="functions",
            period=HOURLY,
            using_metrics=used,
        )

    def _measured(self, metric: Metric, statistic: str, label: str) -> cloudwatch.Metric:
        return measured(self._stage, metric, statistic, OFTEN).with_(label=label)

    def _percentiles(self, metric: Metric, label: str) -> list[cloudwatch.Metric]:
        return [self._measured(metric, each, f"{label} {each}") for each in ("p50", "p95")]

    def _of_door(
        self, door: Door, name: str, statistic: str = "Sum", period: Duration = OFTEN
    ) -> cloudwatch.Metric:
        """Return a metric of a function by its name, which is known: so nothing has to be handed from stack to stack."""
        return cloudwatch.Metric(
            namespace="AWS/Lambda",
            metric_name=name,
            dimensions_map={"FunctionName": door.name},
            label=door.name.removeprefix(f"kith-{self._stage.name}-"),
            statistic=statistic,
            period=period,
        )


def _parts(over: Iterable[Construct], kind: type[Part]) -> Iterable[Part]:
    return (part for stack in over for part in stack.node.find_all() if isinstance(part, kind))


def _name(part: Construct) -> str:
    """Return what a queue is called below its stack."""
    return part.node.path.partition("/")[2].removesuffix("/DeadLetters")


def _graph(title: str, metrics: Sequence[cloudwatch.IMetric]) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=list(metrics), width=HALF, height=7)
