"""An account, its post, those who stand to it in every way, and everything that would show the post to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from functions.account.on_command import handler as operate
from functions.block.api import door as block_door
from functions.comment.api import door as comment_door
from functions.engagement.api import door as engagement_door
from functions.feed.api import door as feed_door
from functions.follow.api import door as follow_door
from functions.profile.api import door as profile_door
from kith import deployment
from kith.domain.clock import DAY, system_clock
from kith.domain.feeds import Arrival, FeedEntry
from kith.table.erasures import Erasure, ErasureStore
from kith.table.feeds import FeedStore
from kith.table.items import MediumItem
from kith.table.post_trends import PostTrendStore
from kith.table.transactions import Put, write
from kith.table.trends import TrendStore
from kith.web.door import Door
from tests.builders import Answer, LambdaContext
from tests.component.conftest import Person, joined, new_id
from tests.component.publishing import edit, publish
from tests.component.searching import published

CANARY = "canary-7b1f"
"""Stands in the post's text and nowhere else."""
TAG = "sighting"
OLDER = "an older post"

VIEWERS = (
    "stranger",
    "pending",
    "rejected",
    "follower",
    "former",
    "blocked",
    "blocker",
    "muting",
    "owner",
)
NEVER_FOLLOWED = ("stranger", "owner")
LEFT = ("pending", "rejected", "former")
"""Who has followed once; the first two have asked again."""


def sent(who: Person, door: Door, route: str, **more: object) -> Answer:
    answer = who.at(door).send(route, **more)  # type: ignore[arg-type]  # whatever the route takes
    assert answer.status in {200, 201, 202, 204}, answer.text
    return answer


def entry(reader: Person, author: Person, post_id: int) -> FeedEntry:
    return FeedEntry(reader.user_id, post_id, author.user_id, Arrival.PUSHED)


def ready_medium(owner: Person) -> int:
    """Store a picture that its owner may post; return its identifier."""
    media_id = new_id()
    file = {
        "name": "640",
        "file": "640.webp",
        "content_type": "image/webp",
        "width": 1,
        "height": 1,
        "bytes": 1,
    }
    fields = {"owner_id": owner.user_id, "media_kind": "image", "status": "ready"}
    item = MediumItem.at({**fields, "details": {"renditions": [file]}}, media_id=media_id)
    write(deployment.table(), Put(item))
    return media_id


@dataclass
class Sight:
    """A post that all could see when it was made, and what has become of that since."""

    people: Mapping[str, Person]
    owner: Person
    friend: Person
    """Nobody's business: everybody may see what they post."""
    root: int
    """The friend's; the post answers and quotes it."""
    post_id: int
    unknown: int
    """Another one of the owner's that says the same, with which nobody has done anything yet."""
    below: int
    """The friend's answer to the post."""
    quoting: int
    """The friend's quote of the post."""
    medium_id: int
    """Shown by the post."""
    comment_id: int = 0
    """The friend's, under the post."""
    case: str = ""
    """What has become of it."""
    open_address: str = ""
    """Where the post's picture was, when everybody could see it."""
    old_cursors: dict[str, str] = field(default_factory=dict)
    """Where each viewer's feed went on with the post, when everybody could see it."""
    missing: dict[str, tuple[int, dict[str, object]]] = field(default_factory=dict)
    """What is answered to each question about a post that is not there."""

    @classmethod
    def made(cls) -> "Sight":
        """Let all who have ever followed follow; nobody is private, and the post is for everybody."""
        owner, friend = joined("owner"), joined("friend")
        people = {name: owner if name == "owner" else joined(name) for name in VIEWERS}
        for name, who in people.items():
            if name not in NEVER_FOLLOWED:
                sent(who, follow_door, "POST /api/v1/graph/follow/{user_id}", user_id=owner.user_id)
        sent(friend, follow_door, "POST /api/v1/graph/follow/{user_id}", user_id=owner.user_id)
        for who in people.values():
            sent(who, follow_door, "POST /api/v1/graph/follow/{user_id}", user_id=friend.user_id)
        older = publish(friend, OLDER)
        root = publish(friend, f"the root #{TAG}")
        medium_id = ready_medium(owner)
        post_id = publish(owner, f"{CANARY} #{TAG}", reply_to=root, quote_of=root, media_ids=[medium_id])
        sight = cls(
            people,
            owner,
            friend,
            root,
            post_id,
            unknown=publish(owner, f"{CANARY} #{TAG}"),
            below=publish(friend, "an answer", reply_to=post_id),
            quoting=publish(friend, "see this", quote_of=post_id),
            medium_id=medium_id,
        )
        sight._engage()
        sight._fill_feeds(older)
        published(owner, post_id)
        sight._trend()
        return sight

    def _engage(self) -> None:
        path, root = {"post_id": self.post_id}, {"post_id": self.root}
        for deed in ("like", "repost"):
            sent(self.friend, engagement_door, f"POST /api/v1/posts/{{post_id}}/{deed}", **path)
        comment = {"text": "well said"}
        route = "POST /api/v1/posts/{post_id}/comments"
        self.comment_id = sent(self.friend, comment_door, route, json_body=comment, **path).json["comment_id"]
        for who in self.people.values():
            sent(who, engagement_door, "POST /api/v1/posts/{post_id}/bookmark", **path)
            sent(who, engagement_door, "POST /api/v1/posts/{post_id}/like", **root)

    def _fill_feeds(self, older: int) -> None:
        """Let the post stand between two of the friend's in the feed of each who has it."""
        newer = publish(self.friend, "a newer post")
        everybody = self.people.values()
        fans = [who for name, who in self.people.items() if name not in NEVER_FOLLOWED]
        FeedStore(deployment.table()).deliver(
            [
                *(entry(who, self.owner, self.post_id) for who in fans),
                *(entry(who, self.friend, post_id) for who in everybody for post_id in (older, newer)),
            ],
            retention=30 * DAY,
        )
        for name, who in self.people.items():
            feed = sent(who, feed_door, "GET /api/v1/feed", query={"limit": "1"})
            self.old_cursors[name] = feed.json["next_cursor"]

    def _trend(self) -> None:
        """Let the post be among those to which the most is done."""
        table, now = deployment.table(), system_clock()
        PostTrendStore(table).count(self.post_id, now=now)
        TrendStore(table).see_posts([self.post_id], now=now)

    def part(self, *, is_private: bool, visibility: str) -> None:
        """Let each stand to the owner as their name says, and narrow whom the post is for."""
        owner = {"user_id": self.owner.user_id}
        for name in LEFT:
            sent(self.people[name], follow_door, "DELETE /api/v1/graph/unfollow/{user_id}", **owner)
        self._set_private(is_private=True)
        for name in ("pending", "rejected"):
            sent(self.people[name], follow_door, "POST /api/v1/graph/follow/{user_id}", **owner)
        rejection = {"action": "reject"}
        route = "POST /api/v1/graph/requests/{follower_id}"
        rejected = self.people["rejected"].user_id
        sent(self.owner, follow_door, route, json_body=rejection, follower_id=rejected)
        self._set_private(is_private=is_private)
        blocked = self.people["blocked"].user_id
        sent(self.owner, block_door, "POST /api/v1/graph/block/{user_id}", user_id=blocked)
        sent(self.people["blocker"], block_door, "POST /api/v1/graph/block/{user_id}", **owner)
        sent(self.people["muting"], block_door, "POST /api/v1/graph/mute/{user_id}", **owner)
        for post_id in (self.post_id, self.unknown):
            assert edit(self.owner, post_id, visibility=visibility).status == 200

    def suspend(self) -> None:
        operate({"command": "suspend", "username": self.owner.username}, LambdaContext())

    def erase(self) -> None:
        """Delete the owner's account, as its room does once it has seen the password."""
        erasure = Erasure(new_id(), self.owner.user_id, "posts", None, {}, system_clock())
        ErasureStore(deployment.table()).begin(erasure, self.owner.user_id)

    def _set_private(self, *, is_private: bool) -> None:
        sent(self.owner, profile_door, "PATCH /api/v1/users/me", json_body={"is_private": is_private})
