"""What is measured. It is told in lines of the log, of which CloudWatch makes metrics; the dashboard reads the names here.

Standard library only. None has a dimension that grows with the number of accounts or posts: each value of a dimension is
a metric of its own, with a price.
"""

from dataclasses import dataclass
from typing import Final, Literal

NAMESPACE: Final = "Kith"
OF_STAGE: Final = "stage"
"""The dimension that every metric has."""
OF_ROOM: Final = "service"
"""The dimension of what is told apart by room as well."""


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """Something that is measured, by CloudWatch's names. There is one of each: it is equal to itself only."""

    name: str
    unit: Literal["Count", "Milliseconds", "Percent"]
    is_of_rooms: bool = False
    """Whether it is told by room as well as for all of the stage."""


FOLLOWS: Final = Metric("Follows", "Count")
UNFOLLOWS: Final = Metric("Unfollows", "Count")
POSTS: Final = Metric("Posts", "Count")
NOTIFICATIONS: Final = Metric("Notifications", "Count")
AUTHENTICATION_TIME: Final = Metric("AuthenticationTime", "Milliseconds")
"""From a request's arrival until its token is verified and the gate of its account has answered."""
AUTHENTICATION_FAILURES: Final = Metric("AuthenticationFailures", "Count")
"""Requests that are answered with 401."""
DATABASE_LATENCY: Final = Metric("DatabaseLatency", "Milliseconds", is_of_rooms=True)
"""Of each call of DynamoDB, with what botocore repeats of it."""
KEY_CACHE_HITS: Final = Metric("KeyCacheHits", "Percent")
"""Of the public keys that tokens are verified by."""
RECENTS_CACHE_HITS: Final = Metric("RecentsCacheHits", "Percent")
"""Of the recent posts of celebrities that feeds pull."""
NAMES_CACHE_HITS: Final = Metric("NamesCacheHits", "Percent")
"""Of the parts of names that searches look up."""
DELIVERIES: Final = Metric("Deliveries", "Count")
"""Entries in feeds that were pushed there."""
DELIVERY_LAG: Final = Metric("DeliveryLag", "Milliseconds")
"""From a post's creation until a hundred of its author's followers have it in their feeds."""
FEEDS_AUDITED: Final = Metric("FeedsAudited", "Count")
FEED_DRIFT: Final = Metric("FeedDrift", "Count")
"""What audits found wrong with feeds, and mended."""
PUSHES_REFUSED: Final = Metric("PushesRefused", "Count")
DIGESTS_REFUSED: Final = Metric("DigestsRefused", "Count")

METRICS: Final = tuple(each for each in list(globals().values()) if isinstance(each, Metric))
