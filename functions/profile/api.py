"""Profiles over HTTP."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body

from functions.profile import wiring
from functions.profile.schemas import OwnProfile, ProfileChange
from kith.web.admission import gatekeeper
from kith.web.door import Authenticated, Door
from kith.web.views import PathId, UserView

door = Door("profile", gatekeeper)


@door.route("GET", "/api/v1/users/me")
def read_own_profile(caller: Authenticated) -> OwnProfile:
    """Read one's own account."""
    return OwnProfile.of_owner(*wiring.service().own(caller.user_id))


@door.route("PATCH", "/api/v1/users/me")
def change_own_profile(change: Annotated[ProfileChange, Body()], caller: Authenticated) -> OwnProfile:
    """Change one's own account. A username that is given up stays reserved for its former owner for 30 days."""
    return OwnProfile.of_owner(*wiring.service().change(caller.user_id, change.changes))


@door.route("GET", "/api/v1/users/by-username/{username}")
def find_profile(username: str, caller: Authenticated) -> UserView:
    """Read the account that has a username."""
    return UserView.of(*wiring.service().by_username(caller.user_id, username))


@door.route("GET", "/api/v1/users/{user_id}")
def read_profile(user_id: PathId, caller: Authenticated) -> UserView:
    """Read an account."""
    return UserView.of(*wiring.service().by_id(caller.user_id, user_id))


handler = door
