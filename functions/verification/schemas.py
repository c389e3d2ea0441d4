"""What the verification room is sent and answers."""

from typing import Annotated

from pydantic import BaseModel, Field, SecretStr

from kith.domain.users import PASSWORD_LEAST, PASSWORD_MOST
from kith.web.views import Email, Submitted


class ForgottenPassword(Submitted):
    """Whose password is forgotten."""

    email: Email


class PasswordReset(Submitted):
    """The code from a mail, and the password to be."""

    token: SecretStr
    password: Annotated[SecretStr, Field(min_length=PASSWORD_LEAST, max_length=PASSWORD_MOST)]


class EmailVerification(Submitted):
    """The code from a mail."""

    token: SecretStr


class Promise(BaseModel):
    """What will happen, if there is anyone for it to happen to."""

    message: str = "If an account has this address, a mail with a code is on its way there."
