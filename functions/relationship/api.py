"""How accounts stand to each other over HTTP."""

from functions.relationship import wiring
from functions.relationship.schemas import Celebrities, Celebrity, RelationshipView, Stats
from kith.web.admission import gatekeeper
from kith.web.door import Authenticated, Door
from kith.web.views import PathId

door = Door("relationship", gatekeeper)


@door.route("GET", "/api/v1/graph/relationship/{user_id}")
def read_relationship(user_id: PathId, caller: Authenticated) -> RelationshipView:
    """Read how the caller and an account stand to each other."""
    return RelationshipView.of(wiring.service().between(caller.user_id, user_id))


@door.route("GET", "/api/v1/graph/stats/{user_id}")
def read_stats(user_id: PathId, caller: Authenticated) -> Stats:
    """Read how many follow an account, how many it follows, and to oneself how many wait."""
    return Stats.of(user_id, caller.user_id, wiring.service().stats(caller.user_id, user_id))


@door.route("GET", "/api/v1/graph/celebrity/{user_id}")
def read_celebrity(user_id: PathId, caller: Authenticated) -> Celebrity:
    """Tell whether an account is a celebrity."""
    return Celebrity(user_id=user_id, is_celebrity=wiring.service().is_celebrity(caller.user_id, user_id))


@door.route("GET", "/api/v1/graph/celebrities")
def list_celebrities(caller: Authenticated) -> Celebrities:
    """List the celebrities whom one follows."""
    return Celebrities.of(wiring.service().celebrities(caller.user_id))


handler = door
