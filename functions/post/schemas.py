"""What the post room is sent."""

from typing import Annotated

from pydantic import Field

from kith.domain.posts import HASHTAGS_MOST, Visibility
from kith.web.views import Id, Submitted


class NewPost(Submitted):
    """A post to be. Hashtags in the text count without being given."""

    text: str = Field(description="1 to 5,000 characters.")
    hashtags: Annotated[list[str], Field(max_length=HASHTAGS_MOST, default_factory=list)]
    reply_to: Id | None = None
    quote_of: Id | None = None
    visibility: Visibility = Visibility.PUBLIC
    user_id: Id | None = Field(None, description="If given, it must be the caller's.")
