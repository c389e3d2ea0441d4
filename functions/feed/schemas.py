"""What the feed room answers."""

from typing import Any, Literal

from pydantic import BaseModel, SerializerFunctionWrapHandler, model_serializer

from kith.web.views import AuthorView, ListFields, PostView


class Reason(BaseModel):
    """Why an item is in the feed."""

    kind: Literal["following", "own"]


class Explanation(BaseModel):
    """How an item got into the feed, with `explain=1`."""

    arrival: Literal["own", "pushed"]


class FeedItem(BaseModel):
    """One post in a feed."""

    post: PostView
    author: AuthorView
    reason: Reason
    explanation: Explanation | None = None

    @model_serializer(mode="wrap")
    def _without_absent(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        fields: dict[str, Any] = serialize(self)
        return {name: value for name, value in fields.items() if value is not None}


class Feed(ListFields):
    """A page of a feed, newest first."""

    items: list[FeedItem]
