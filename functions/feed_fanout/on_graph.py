"""Follows that begin or end, and readers who are back -> what their feeds hold."""

from functions.feed_fanout import wiring
from kith.workers import each_message

handler = each_message("feed_fanout", lambda message: wiring.merging().do(message))
