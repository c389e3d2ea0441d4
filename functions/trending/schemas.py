"""What the trending room answers."""

from pydantic import BaseModel, Field

from kith.domain.trends import Window
from kith.web.views import ListFields, PostView


class TrendingHashtag(BaseModel):
    """A hashtag, and how much it is used of late."""

    tag: str
    score: float = Field(
        description="How many accounts use it, each of which counts half as much after each half of the window."
    )

    @classmethod
    def of(cls, tag: str, score: float) -> "TrendingHashtag":
        """Return the view of a hashtag."""
        return cls(tag=tag, score=round(score, 3))


class TrendingHashtags(ListFields):
    """A page of the hashtags that are used the most, the most used first; a hundred at most on all pages."""

    window: Window
    hashtags: list[TrendingHashtag]


class TrendingPosts(ListFields):
    """A page of the posts to which the most is done, the first one first; a hundred at most on all pages."""

    window: Window
    posts: list[PostView]
