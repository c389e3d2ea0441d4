"""What the account room is sent and answers."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StrictBool

from kith.domain.users import PASSWORD_LEAST, PASSWORD_MOST
from kith.web.views import Email, FullName, Submitted, Username, UserView

Password = Annotated[SecretStr, Field(min_length=PASSWORD_LEAST, max_length=PASSWORD_MOST)]


class NewAccount(Submitted):
    """Who wants an account."""

    username: Username = Field(description="3 to 30 of a-z 0-9 _ . in any case.")
    email: Email
    password: Password
    full_name: FullName = ""
    is_private: StrictBool = False


class Login(Submitted):
    """Who wants in: exactly one of `username` and `email`."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["username"]}, {"required": ["email"]}]}
    )

    username: str | None = None
    email: str | None = None
    password: Annotated[SecretStr, Field(max_length=PASSWORD_MOST)]


class Session(BaseModel):
    """An account, and the tokens that speak for it."""

    user: UserView
    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105  # a scheme, not a secret
    expires_in: int = Field(description="Seconds until the access token expires.")
    refresh_token: str


class CookieSession(BaseModel):
    """An account; the tokens that speak for it are in cookies."""

    user: UserView
    expires_in: int = Field(description="Seconds until the access token expires.")


class KeySet(BaseModel):
    """Public keys as JWKs (RFC 7517)."""

    keys: list[dict[str, Any]]


class Refresh(Submitted):
    """The refresh token to exchange; it may be in a cookie instead."""

    refresh_token: Annotated[SecretStr, Field(max_length=256)]


class TokenPair(BaseModel):
    """The next tokens of a session. The refresh token that was sent is used up."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105  # a scheme, not a secret
    expires_in: int = Field(description="Seconds until the access token expires.")
    refresh_token: str


class CookiePair(BaseModel):
    """The next tokens of a session are in cookies."""

    expires_in: int = Field(description="Seconds until the access token expires.")


class PasswordChange(Submitted):
    """The present password and the next."""

    current_password: Annotated[SecretStr, Field(max_length=PASSWORD_MOST)]
    new_password: Password
