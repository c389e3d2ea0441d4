"""A delivery message -> entries in its readers' feeds."""

from functions.feed_fanout import wiring
from kith.workers import each_message

handler = each_message("feed_fanout", lambda message: wiring.deliverer().deliver(message))
