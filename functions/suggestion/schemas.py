"""What the suggestion room answers."""

from pydantic import BaseModel, Field

from kith.web.views import Absent, Id, is_absent


class MutualFollowers(BaseModel):
    """Who follows both the caller and another account."""

    user_id: Id
    """The caller."""
    other_user_id: Id
    mutual_followers: list[Id]
    count: int = Field(description="How many were found, at most 200; the list may have fewer.")


class Suggested(BaseModel):
    """Why an account is suggested, with `explain=1`."""

    user_id: Id
    common: int
    through: list[Id] = Field(description="Whom the caller follows and who follow the account.")


class Suggestions(BaseModel):
    """Accounts to follow, the best first."""

    suggestions: list[Id]
    count: int
    explanations: list[Suggested] | Absent = Field(default=None, exclude_if=is_absent)
