"""What the search room is asked and answers."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import AfterValidator, BaseModel, Field

from functions.search.users import FoundUser
from kith.domain.posts import folded_hashtag
from kith.domain.text import written
from kith.table.tag_index import TagCount
from kith.web.views import WRITTEN, AuthorView, ListFields, PostView, UserView

QUERY_MOST = 100


def _written(query: str) -> str:
    return written("q", query, least=1, most=QUERY_MOST)


Text = Annotated[
    str,
    Query(min_length=1, max_length=QUERY_MOST, description="What is looked for.", json_schema_extra=WRITTEN),
    AfterValidator(_written),
]
Beginning = Annotated[
    str,
    Query(description="How the hashtag begins, with or without `#`, in any case and form."),
    AfterValidator(lambda query: folded_hashtag(query, field="q")),
]
Order = Annotated[
    Literal["latest", "best"],
    Query(description="`best` puts the newest that have all words in order of what they are worth."),
]


class FoundUsers(ListFields):
    """The accounts that a search means most likely, best first: there is no further page."""

    users: list[UserView]

    @classmethod
    def of(cls, found: list[FoundUser]) -> "FoundUsers":
        """Return the view of some accounts."""
        users = [UserView.of(each.user, each.tally) for each in found]
        return cls(users=users, next_cursor=None, has_more=False)


class TagView(BaseModel):
    """A hashtag."""

    tag: str
    post_count: int = Field(description="How many posts have it that everybody may see.")

    @classmethod
    def of(cls, found: TagCount) -> "TagView":
        """Return the view of a hashtag."""
        return cls(tag=found.tag, post_count=found.posts)


class FoundTags(ListFields):
    """A page of hashtags that begin alike, the most used first."""

    hashtags: list[TagView]


class FoundPosts(ListFields):
    """A page of posts that have all words of a search."""

    posts: list[PostView]


class Completions(BaseModel):
    """What somebody who has begun to write may mean: ten at most, of both kinds."""

    users: list[AuthorView]
    hashtags: list[TagView]
