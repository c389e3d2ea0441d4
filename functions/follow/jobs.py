"""What the worker is asked to do: an event of the graph or of an account, or its own wish to go on with a walk."""

from dataclasses import dataclass
from typing import Any

from functions.follow import fame, opening
from functions.follow.fame import Fame
from functions.follow.opening import Opening
from kith import events


@dataclass(frozen=True, slots=True)
class Jobs:
    """The use cases of the follow room that no request waits for."""

    fame: Fame
    opening: Opening

    def do(self, message: dict[str, Any]) -> None:
        """Do what a message asks for; of another kind of event, nothing.

        Raises:
            Unavailable: it has to be tried another time.
        """
        match message:
            case {"walk": fame.WALK, "user_id": user_id, "after": after, "is_celebrity": is_celebrity}:
                self.fame.walk(user_id, after, is_celebrity=is_celebrity)
            case {"walk": opening.WALK, "user_id": user_id, "after": after}:
                self.opening.walk(user_id, after)
            case {"detail-type": str(name), "detail": dict(detail)}:
                self._see_to(name, detail)

    def _see_to(self, name: str, detail: dict[str, Any]) -> None:
        match name:
            case events.GRAPH_FOLLOW | events.GRAPH_FOLLOW_ACCEPTED | events.GRAPH_UNFOLLOW:
                self.fame.judge(detail["following_id"])
            case events.POST_CREATED:
                self.fame.judge(detail["user_id"])
            case events.USER_UPDATED:
                changed = set(detail["changed"])
                if "is_celebrity" in changed:
                    self.fame.changed(detail["user_id"])
                # Nobody follows who is suspended, so who waits is let in when that is over.
                if changed & {"is_private", "standing"}:
                    self.opening.walk(detail["user_id"])
