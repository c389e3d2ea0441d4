"""What the profile room is sent and answers."""

from typing import Any

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr, model_validator

from kith.domain.preferences import TEXT_MOST
from kith.domain.users import BIO_MOST, OwnAccount, Tally
from kith.web.views import WRITTEN, Absent, Email, FullName, Submitted, Username, UserView

PREFERENCES: dict[str, Any] = {
    "propertyNames": {"pattern": "^[A-Za-z0-9_.-]{1,64}$"},
    "additionalProperties": {
        "anyOf": [
            {"type": "string", **WRITTEN, "maxLength": TEXT_MOST},
            {"type": "number"},
            {"type": "boolean"},
            {"type": "null"},
        ]
    },
}


class ProfileChange(Submitted):
    """What to change; what is not given stays."""

    username: Username | Absent = None
    full_name: FullName | Absent = None
    bio: str | Absent = Field(None, json_schema_extra={**WRITTEN, "maxLength": BIO_MOST})
    is_private: StrictBool | Absent = None
    email: Email | Absent = Field(
        None, description="It becomes the account's when it is verified: a mail tells how."
    )
    preferences: dict[str, Any] | Absent = Field(
        None,
        json_schema_extra=PREFERENCES,
        description="What to set of at most 50 entries, and with null what to remove (RFC 7396). Names are 1 to 64 of "
        "A-Z a-z 0-9 _ . -; values are texts of up to 500 characters, numbers and booleans.",
    )

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
    pending_email: str | None = Field(description="Asked for, and not yet verified.")
    preferences: dict[str, StrictStr | StrictBool | StrictInt | StrictFloat]

    @classmethod
    def of_owner(cls, account: OwnAccount, tally: Tally) -> "OwnProfile":
        """Return the view of an account as its owner sees it."""
        seen = UserView.of(account.user, tally)
        return cls(
            **seen.model_dump(),
            email=account.email,
            email_verified=account.email_verified,
            pending_email=account.pending_email,
            preferences=dict(account.preferences),
        )
