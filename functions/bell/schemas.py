"""What the bell room answers."""

from pydantic import BaseModel

from kith.web.views import AuthorView, Id, ListFields


class Bell(BaseModel):
    """Whether one is told of each new post of an author."""

    user_id: Id
    bell: bool


class Bells(ListFields):
    """A page of the authors of whose new posts one is told."""

    bells: list[AuthorView]
