"""What the post room is sent and answers."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BaseModel, ConfigDict, Field, model_validator

from kith.domain import ids
from kith.domain.errors import Invalid
from kith.domain.posts import HASHTAGS_MOST, MEDIA_MOST, TEXT_MOST, Visibility
from kith.web.views import WRITTEN, Id, PostView, Submitted

AT_ONCE = 100

Ids = Annotated[
    str,
    Query(
        description="Up to 100 identifiers, separated by commas.",
        examples=["1,2"],
        json_schema_extra={"pattern": "^[0-9]{1,16}(,[0-9]{1,16}){0,99}$"},
    ),
]

Text = Annotated[
    str,
    Field(
        description="1 to 5,000 characters; may be empty where there are media.",
        json_schema_extra={**WRITTEN, "maxLength": TEXT_MOST},
    ),
]


class NewPost(Submitted):
    """A post to be. Hashtags in the text count without being given."""

    text: Text
    hashtags: Annotated[list[str], Field(max_length=HASHTAGS_MOST, default_factory=list)]
    media_ids: Annotated[
        list[Id],
        Field(
            max_length=MEDIA_MOST,
            default_factory=list,
            description="It is published once all are ready.",
            json_schema_extra={"uniqueItems": True},
        ),
    ]
    reply_to: Id | None = None
    quote_of: Id | None = None
    visibility: Visibility = Visibility.PUBLIC
    user_id: Id | None = Field(None, description="If given, it must be the caller's.")


class PostEdit(Submitted):
    """What is to be different about a post; what is left out stays as it is."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": [name]} for name in ("text", "hashtags", "visibility")]}
    )

    text: Text | None = None
    hashtags: Annotated[list[str], Field(max_length=HASHTAGS_MOST)] | None = Field(
        None, description="Those beside the text; hashtags in the text count without being given."
    )
    visibility: Visibility | None = None
    user_id: Id | None = Field(None, description="If given, it must be the caller's.")

    @model_validator(mode="after")
    def _changes_something(self) -> "PostEdit":
        if self.text is None and self.hashtags is None and self.visibility is None:
            raise ValueError("give text, hashtags or visibility")
        return self


class Posts(BaseModel):
    """Posts, in the order in which they were asked for. Those that are gone or not for the caller are left out."""

    posts: list[PostView]


def identifiers(text: str) -> list[int]:
    """Return the identifiers that a query names, each once.

    Raises:
        Invalid: it names none, more than 100, or something else.
    """
    words = text.split(",")
    numbers = [int(word) for word in words if word.isascii() and word.isdecimal() and len(word) <= ids.DIGITS]
    if len(numbers) != len(words) or not all(0 < number < ids.LIMIT for number in numbers):
        raise Invalid.because("ids", "must be identifiers in decimal digits, separated by commas")
    if len(numbers) > AT_ONCE:
        raise Invalid.because("ids", f"must be at most {AT_ONCE}, not {len(numbers)}")
    return list(dict.fromkeys(numbers))
