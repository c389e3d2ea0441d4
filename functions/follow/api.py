"""The follow graph over HTTP: three surfaces on one use case."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body

from functions.follow import wiring
from functions.follow.schemas import FollowClaim, Followed, FollowRequest, FollowResult, Unfollowed
from functions.follow.service import Standing
from kith.domain.follows import FollowState
from kith.web.admission import gatekeeper
from kith.web.door import Authenticated, Door
from kith.web.views import PathId, must_be_caller

door = Door("follow", gatekeeper)
Claim = Annotated[FollowClaim | None, Body()]


@door.route("POST", "/api/v1/graph/follow/{user_id}")
def follow(user_id: PathId, caller: Authenticated, claim: Claim = None) -> Followed:
    """Follow an account, or ask a private one."""
    if claim is not None:
        must_be_caller(caller, claim.follower_id)
        must_be_caller(caller, claim.user_id)
    standing = wiring.service().follow(caller.user_id, user_id)
    return Followed(
        status=(standing.state or FollowState.ACCEPTED).value,
        message=_message(standing),
        follower_id=caller.user_id,
        following_id=user_id,
        follower_count=standing.follower_count,
        following_count=standing.following_count,
    )


@door.route("DELETE", "/api/v1/graph/unfollow/{user_id}")
def unfollow(user_id: PathId, caller: Authenticated) -> Unfollowed:
    """Unfollow an account, or take back the wish to follow it."""
    standing = wiring.service().unfollow(caller.user_id, user_id)
    return Unfollowed(
        message=_message(standing),
        follower_count=standing.follower_count,
        following_count=standing.following_count,
    )


@door.route("POST", "/v1/follow")
def follow_or_unfollow(request: Annotated[FollowRequest, Body()], caller: Authenticated) -> FollowResult:
    """Follow or unfollow an account named in the body."""
    must_be_caller(caller, request.follower_id)
    must_be_caller(caller, request.user_id)
    act = wiring.service().follow if request.action == "follow" else wiring.service().unfollow
    standing = act(caller.user_id, request.target_id)
    return FollowResult(
        status="none" if standing.state is None else standing.state.value,
        message=_message(standing),
        follower_id=caller.user_id,
        followee_id=request.target_id,
        follower_count=standing.follower_count,
        following_count=standing.following_count,
    )


def _message(standing: Standing) -> str:
    match standing.state, standing.changed:
        case FollowState.ACCEPTED, True:
            return "You follow this account now."
        case FollowState.ACCEPTED, False:
            return "You follow this account already."
        case FollowState.PENDING, True:
            return "You asked to follow this private account."
        case FollowState.PENDING, False:
            return "You have asked to follow this private account already."
        case _, True:
            return "You do not follow this account any more."
        case _:
            return "You did not follow this account."


handler = door
