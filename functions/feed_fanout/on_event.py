"""`post.created` -> a plan of its delivery."""

from functions.feed_fanout import wiring
from kith.events import PostCreated
from kith.workers import each_message

handler = each_message(
    "feed_fanout", lambda envelope: wiring.planner().plan(PostCreated.from_wire(envelope["detail"]))
)
