"""What the profile room is sent and answers."""

from typing import Any

from pydantic import model_validator

from kith.domain.users import OwnAccount, Tally
from kith.web.views import Submitted, UserView


class ProfileChange(Submitted):
    """What to change; what is not given stays."""

    username: str | None = None
    full_name: str | None = None
    bio: str | None = None
    is_private: bool | None = None

    @model_validator(mode="after")
    def _has_no_null(self) -> "ProfileChange":
        if None in self.changes.values():
            raise ValueError("a field that is not to change is left out, not null")
        return self

    @property
    def changes(self) -> dict[str, Any]:
        """What was given."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class OwnProfile(UserView):
    """The caller's own account."""

    email: str
    email_verified: bool

    @classmethod
    def of_owner(cls, account: OwnAccount, tally: Tally) -> "OwnProfile":
        """Return the view of an account as its owner sees it."""
        seen = UserView.of(account.user, tally)
        return cls(**seen.model_dump(), email=account.email, email_verified=account.email_verified)
