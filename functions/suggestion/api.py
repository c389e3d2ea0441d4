"""Whom one has in common with others, over HTTP."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.suggestion import wiring
from functions.suggestion.schemas import MutualFollowers, Suggested, Suggestions
from kith.web.admission import gatekeeper
from kith.web.door import Authenticated, Door
from kith.web.paging import Limit
from kith.web.views import PathId

door = Door("suggestion", gatekeeper)

Explain = Annotated[Literal["0", "1"], Query(description="1 adds through whom each account was found.")]


@door.route("GET", "/api/v1/graph/mutual/{user_id}")
def read_mutual_followers(user_id: PathId, caller: Authenticated, limit: Limit = 20) -> MutualFollowers:
    """Read who follows both oneself and another account."""
    found = wiring.mutuals().between(caller.user_id, user_id)
    return MutualFollowers(
        user_id=caller.user_id, other_user_id=user_id, mutual_followers=found[:limit], count=len(found)
    )


@door.route("GET", "/api/v1/graph/suggestions")
def suggest_accounts(caller: Authenticated, limit: Limit = 10, explain: Explain = "0") -> Suggestions:
    """Read whom those that one follows follow most, and one does not."""
    found = wiring.friends_of_friends().suggested(caller.user_id, limit)
    explanations = [
        Suggested(user_id=each.user_id, common=len(each.through), through=each.through) for each in found
    ]
    return Suggestions(
        suggestions=[each.user_id for each in found],
        count=len(found),
        explanations=explanations if explain == "1" else None,
    )


handler = door
