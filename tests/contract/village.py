"""A few people who know each other: every list that the API has says something of one of them."""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID

from functions.account.api import door as account_door
from functions.block.api import door as block_door
from functions.comment.api import door as comment_door
from functions.engagement.api import door as engagement_door
from functions.follow.api import door as follow_door
from functions.profile.api import door as profile_door
from kith import deployment
from kith.domain.clock import SECOND, system_clock
from kith.domain.sessions import new_session_id
from kith.table.sessions import SessionStore
from kith.tokens import Caller
from kith.web.door import Door
from tests.builders import Client
from tests.component.conftest import KEY, REGION, TABLE, InTurn, Person, new_id, start_cold, token_for
from tests.component.happening import publish
from tests.component.test_post_media import make_medium

TAG = "village"
ASKING, ASKED, BLOCKED = "dan", "ann", "eve"
NAMES = (ASKED, "bob", "cat", ASKING, BLOCKED)
FOLLOWS = [("ann", "bob"), ("bob", "ann"), ("ann", "cat"), ("cat", "ann"), ("cat", "bob"), ("bob", "dan")]


@dataclass
class Village:
    """Its people, what they have said, and how everything was when it was built."""

    people: dict[str, Person]
    posts: dict[str, int] = field(default_factory=dict)
    """Of each who has something to say, the one that the others refer to."""
    references: list[int] = field(default_factory=list)
    comments: list[int] = field(default_factory=list)
    media: list[int] = field(default_factory=list)
    built: Any = None

    @classmethod
    def new(cls) -> "Village":
        """Build one, in an AWS that is empty."""
        village = cls({name: _registered(name) for name in NAMES})
        village._meet()
        village._talk()
        village.keep()
        return village

    def keep(self) -> None:
        """Let what is now be what it is restored to."""
        self.built = deepcopy(_table().items)

    def restore(self) -> dict[str, Person]:
        """Let everything be as it was built; return who lives here, with new tokens."""
        _table().items = deepcopy(self.built)
        people = {
            name: Person(each.user_id, name, token_for(each.user_id)) for name, each in self.people.items()
        }
        start_cold()
        deployment.table().executor = InTurn()
        return people

    def _meet(self) -> None:
        follow, block = "POST /api/v1/graph/follow/{user_id}", "POST /api/v1/graph/block/{user_id}"
        for one, other in FOLLOWS:
            self._do(one, follow_door, follow, user_id=self._id(other))
        self._do(ASKED, profile_door, "PATCH /api/v1/users/me", json_body={"is_private": True})
        self._do(ASKING, follow_door, follow, user_id=self._id(ASKED))
        self._do(ASKED, block_door, block, user_id=self._id(BLOCKED))
        self._do("ann", block_door, "POST /api/v1/graph/mute/{user_id}", user_id=self._id("cat"))

    def _talk(self) -> None:
        for name in ("bob", "dan", "ann"):
            who = self.people[name]
            post_id = publish(who, text=f"I live here. #{TAG}")
            answers = [publish(who, **{kind: post_id}) for kind in ("reply_to", "quote_of")]
            for each in (post_id, *answers):
                path: dict[str, Any] = {"post_id": each}
                for deed in ("like", "repost", "bookmark"):
                    self._do(name, engagement_door, f"POST /api/v1/posts/{{post_id}}/{deed}", **path)
                said = path | {"json_body": {"text": "so"}}
                comment = self._do(name, comment_door, "POST /api/v1/posts/{post_id}/comments", **said)
                self.comments.append(comment["comment_id"])
            self.posts[name] = post_id
            self.references += answers
            self.media += [make_medium(deployment.table(), who) for _ in range(2)]

    def _id(self, name: str) -> int:
        return self.people[name].user_id

    def _do(self, name: str, door: Door, route: str, **more: Any) -> Any:
        answer = self.people[name].at(door).send(route, **more)
        assert answer.status in {200, 201}, answer.text
        return answer.json


def _registered(name: str) -> Person:
    """Make an account whose password is known to nobody here, but is one."""
    body = {"username": name, "email": f"{name}@kith.example", "password": "their own secret"}
    answer = Client(account_door).send("POST /api/v1/register", json_body=body)
    assert answer.status == 201, answer.text
    return Person(answer.json["user"]["user_id"], name, answer.json["access_token"])


def with_new_session(person: Person) -> Person:
    """Return somebody whose session has ended with another."""
    epoch = SessionStore(deployment.table()).live_epoch(person.user_id)
    assert epoch is not None, "nobody here deletes their account: their passwords are not told"
    now = system_clock()
    caller = Caller(person.user_id, new_session_id(person.user_id), epoch, now // SECOND + 600)
    return Person(person.user_id, person.username, KEY.sign(caller, token_id=str(new_id()), now=now))


def _table() -> Any:
    return get_backend("dynamodb")[DEFAULT_ACCOUNT_ID][REGION].tables[TABLE]
