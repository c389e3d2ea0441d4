"""Posts and reposts that come or go -> plans of their delivery, or their way back."""

from functions.feed_fanout import wiring
from kith.workers import each_message

handler = each_message("feed_fanout", lambda message: wiring.publishing().do(message))
