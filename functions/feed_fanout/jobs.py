"""What the fan-out's workers are asked to do: events of posts and of the graph, a reader's return, or to go on."""

from dataclasses import dataclass
from typing import Any

from functions.feed_fanout.merge import Merger
from functions.feed_fanout.plan import Planner
from functions.feed_fanout.rebuild import Rebuilder
from functions.feed_fanout.withdraw import Withdrawer
from kith import events
from kith.domain.clock import milliseconds
from kith.table.audience import Stage


@dataclass(frozen=True, slots=True)
class PublishingJobs:
    """What becomes of posts and reposts."""

    planner: Planner
    withdrawer: Withdrawer

    def do(self, message: dict[str, Any]) -> None:
        """Do what a message asks for; of another kind of event, nothing.

        Raises:
            Unavailable: it has to be tried another time.
        """
        match message:
            case {"post_id": post_id, "by_id": by_id, "stage": stage}:
                self.withdrawer.unreposted(post_id, by_id, Stage(**stage))
            case {"detail-type": events.POST_CREATED, "detail": detail}:
                self.planner.published(detail["post_id"])
            case {"detail-type": events.POST_REPOSTED, "detail": detail}:
                self.planner.reposted(detail["post_id"], detail["user_id"])
            case {"detail-type": events.POST_UNREPOSTED, "detail": detail}:
                self.withdrawer.unreposted(detail["post_id"], detail["user_id"])


@dataclass(frozen=True, slots=True)
class MergingJobs:
    """What becomes of follows, and of readers who are back."""

    merger: Merger
    rebuilder: Rebuilder

    def do(self, message: dict[str, Any]) -> None:
        """Do what a message asks for; of another kind of event, nothing.

        Raises:
            Unavailable: it has to be tried another time.
        """
        match message:
            case {"reader_id": reader_id, "since": since, **more}:
                self.rebuilder.rebuild(reader_id, since, more.get("before"))
            case {
                "detail-type": events.GRAPH_FOLLOW | events.GRAPH_FOLLOW_ACCEPTED | events.GRAPH_UNFOLLOW,
                "detail": detail,
            }:
                reader_id, account_id = detail["follower_id"], detail["following_id"]
                self.merger.settle(reader_id, account_id)
                self.merger.clear(reader_id, since=milliseconds(detail["timestamp"]), by_id=account_id)
