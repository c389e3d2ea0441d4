"""Changing the follow graph over HTTP: three surfaces on one use case, and what the followed may do."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body

from functions.follow import wiring
from functions.follow.schemas import (
    Decided,
    Decision,
    FollowClaim,
    Followed,
    FollowRequest,
    FollowResult,
    Unfollowed,
)
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
    return Followed.of(wiring.service().follow(caller.user_id, user_id), caller.user_id, user_id)


@door.route("DELETE", "/api/v1/graph/unfollow/{user_id}")
def unfollow(user_id: PathId, caller: Authenticated) -> Unfollowed:
    """Unfollow an account, or take back the wish to follow it."""
    return Unfollowed.of(wiring.service().unfollow(caller.user_id, user_id))


@door.route("POST", "/v1/follow")
def follow_or_unfollow(request: Annotated[FollowRequest, Body()], caller: Authenticated) -> FollowResult:
    """Follow or unfollow an account named in the body."""
    must_be_caller(caller, request.follower_id)
    must_be_caller(caller, request.user_id)
    act = wiring.service().follow if request.action == "follow" else wiring.service().unfollow
    outcome = act(caller.user_id, request.target_id)
    return FollowResult.of(outcome, caller.user_id, request.target_id, request.action)


@door.route("DELETE", "/api/v1/graph/followers/{user_id}")
def remove_follower(user_id: PathId, caller: Authenticated) -> Unfollowed:
    """Make an account follow one no longer. It is not told."""
    outcome = wiring.service().remove_follower(caller.user_id, user_id)
    told = (
        "This account does not follow you any more."
        if outcome.changed
        else "This account did not follow you."
    )
    return Unfollowed.of(outcome, told)


@door.route("POST", "/api/v1/graph/requests/{follower_id}")
def decide(follower_id: PathId, decision: Annotated[Decision, Body()], caller: Authenticated) -> Decided:
    """Accept or reject who has asked to follow one. Who is rejected is not told, and may ask again."""
    accept = decision.action == "accept"
    return Decided.of(wiring.service().decide(caller.user_id, follower_id, accept=accept))


handler = door
