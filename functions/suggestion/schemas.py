"""What the suggestion room answers."""

from typing import Any

from pydantic import BaseModel, Field, SerializerFunctionWrapHandler, model_serializer

from kith.web.views import Id


class MutualFollowers(BaseModel):
    """Who follows both the caller and another account."""

    user_id: Id
    """The caller."""
    other_user_id: Id
    mutual_followers: list[Id]
    count: int = Field(description="How many were found, at most 200; the list may have fewer.")


class Explanation(BaseModel):
    """Why an account is suggested, with `explain=1`."""

    user_id: Id
    common: int
    through: list[Id] = Field(description="Whom the caller follows and who follow the account.")


class Suggestions(BaseModel):
    """Accounts to follow, the best first."""

    suggestions: list[Id]
    count: int
    explanations: list[Explanation] | None = None

    @model_serializer(mode="wrap")
    def _without_absent(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        fields: dict[str, Any] = serialize(self)
        return {name: value for name, value in fields.items() if value is not None}
