"""A handful of people: what they can do, through the real doors, also while something else is under way."""

import random
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from functions.block.api import door as block_door
from functions.engagement import wiring as engagement_wiring
from functions.engagement.api import door as engagement_door
from functions.follow.api import door as follow_door
from functions.post import wiring as post_wiring
from functions.post.api import door as post_door
from functions.post.service import Draft
from functions.profile.api import door as profile_door
from kith import deployment
from kith.domain.clock import HOUR, MINUTE, SECOND
from kith.domain.engagements import Deed
from kith.domain.posts import PostNotFound, Visibility
from kith.table.engagements import EngagementStore
from kith.table.items import FeedStateItem
from kith.table.relations import RelationStore
from kith.table.transactions import Update, write
from kith.tokens import Caller
from tests.builders import Client
from tests.component.conftest import KEY, Person, joined
from tests.component.delivering import Bag, SlowClock
from tests.component.erasing import Message, at_call
from tests.component.feed_oracle import NAMES, Command, Oracle, Step
from tests.component.following import user_of
from tests.component.graph_oracle import Edge

LONG_AGO = 1
ASKED: dict[str, tuple[str, Any]] = {
    "follow": ("POST /api/v1/graph/follow/{user_id}", follow_door),
    "unfollow": ("DELETE /api/v1/graph/unfollow/{user_id}", follow_door),
    "remove": ("DELETE /api/v1/graph/followers/{user_id}", follow_door),
    "block": ("POST /api/v1/graph/block/{user_id}", block_door),
    "unblock": ("DELETE /api/v1/graph/block/{user_id}", block_door),
    "mute": ("POST /api/v1/graph/mute/{user_id}", block_door),
    "unmute": ("DELETE /api/v1/graph/mute/{user_id}", block_door),
    "repost": ("POST /api/v1/posts/{post_id}/repost", engagement_door),
    "unrepost": ("DELETE /api/v1/posts/{post_id}/repost", engagement_door),
}
DECIDED = "POST /api/v1/graph/requests/{follower_id}"


@dataclass
class Town:
    """A handful of people, what they do, and what should come of it."""

    clock: SlowClock
    chance: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311  # to be repeated
    oracle: Oracle = field(default_factory=Oracle)
    people: dict[str, Person] = field(default_factory=dict)
    deleted: list[int] = field(default_factory=list)
    opened: set[Edge] = field(default_factory=set)
    """Wishes to follow accounts that have become public: they are being let in."""
    strays: set[tuple[int, int]] = field(default_factory=set)
    """Readers and who brought them something after they had been purged of it: out of sight, and soon expired."""

    def __post_init__(self) -> None:
        self.clock.restart()
        self.bag = Bag(self.chance, watch=self.watch)
        self.people = {name: joined(name) for name in NAMES}
        self.bag.gather()
        self.token_until = 0

    def at(self, name: str, door: Any) -> Client:
        """Return somebody's client of a room."""
        if self.clock.now > self.token_until:
            self.token_until = self.clock.now + HOUR // 2
            self.tokens = {
                each: KEY.sign(
                    Caller(person.user_id, "session", 0, (self.token_until + MINUTE) // SECOND),
                    token_id="token",
                    now=self.clock.now,
                )
                for each, person in self.people.items()
            }
        return Client(door, self.tokens[name])

    def watch(self, consumer: str, message: Message, is_done: bool) -> None:  # noqa: FBT001  # the bag's call
        """See what is delivered to whom who does not follow any more, before or after; a purge is for what was before."""
        if consumer == "deliveries":
            store = RelationStore(deployment.table())
            for reader_id in message["readers"]:
                stance, _ = store.stances(reader_id, message["by_id"])
                if not stance.follows:
                    self.strays.add((reader_id, message["by_id"]))
        elif consumer == "merges" and "detail" in message and not is_done:
            self.strays.discard((message["detail"]["follower_id"], message["detail"]["following_id"]))

    def look(self) -> None:
        """See which of those who waited have been let in by an account that became public."""
        self.opened &= self.oracle.asks
        store = RelationStore(deployment.table())
        for one, other in sorted(self.opened):
            stance, _ = store.stances(self.people[one].user_id, self.people[other].user_id)
            if stance.follows:
                self.oracle.let_in((one, other))
                self.opened.discard((one, other))

    def carry_out(self, step: Step) -> None:
        """Carry out a command."""
        self.chance.seed(step.seed)
        self._carry_out(step.command)
        self.bag.gather()

    def _carry_out(self, command: Command) -> None:
        act, *arguments = command
        if act in {"repost", "unrepost"}:
            self.on_post(act, *arguments)
        elif act in {"go_private", "go_public"}:
            self.change_privacy(act, *arguments)
        elif act in {"accept", "reject"} or act in ASKED:
            self.between(act, *arguments)
        else:
            getattr(self, act)(*arguments)

    def deliver(self, most: int) -> None:
        """Let some of what is on its way arrive, also of what somebody has done a moment ago."""
        self.bag.gather()
        self.bag.deliver(most)

    def deliver_late(self) -> None:
        """Let come again what came long ago."""
        self.bag.deliver_late()

    def pass_time(self, seconds: int) -> None:
        self.clock.now += seconds * SECOND

    def during(self, number: int, command: Command) -> None:
        """Let something happen before the call of that number of a worker."""
        self.bag.deliver(1, during=(number, lambda *_: self._carry_out(command)))

    def clash(self, number: int) -> None:
        """Let happen to what a worker is busy with what may matter most to it, and mostly what follows from that."""
        self.bag.deliver(1, during=(number, self._clash))

    def _clash(self, _consumer: str, message: Message) -> None:
        names = {person.user_id: name for name, person in self.people.items()}
        about: dict[str, Any] = message.get("detail", message)
        readers = [about.get("follower_id"), about.get("reader_id"), *about.get("readers", ())]
        bringers = [about.get(each) for each in ("following_id", "by_id", "user_id", "author_id")]
        reader = self.chance.choice([names[each] for each in readers if each] or NAMES)
        bringer = next((names[each] for each in bringers if each), self.chance.choice(NAMES))
        newest = sorted(self.oracle.posts, reverse=True)
        post_id = about.get("post_id")
        place = newest.index(post_id) if post_id in newest else 0
        clashing: list[Command] = [
            ("post", bringer, "public", None, 0),
            *[(act, bringer, place) for act in ("repost", "unrepost", "unrepost")],
            *[("delete", place)] * 2,
            *[(act, reader) for act in ("go_away", "go_public")],
            ("begin", reader, 2),
        ]
        if reader != bringer:
            acts = ("follow", "follow", "unfollow", "unfollow", "unfollow", "block")
            clashing += [(act, reader, bringer) for act in acts]
        for command in self.chance.sample(clashing, self.chance.randint(1, 2)):
            self._carry_out(command)
            self.bag.gather()
        self.bag.deliver(self.chance.choice((0, 5, 50)))

    def meanwhile(self, number: int, command: Command, *others: Command) -> None:
        """Let others do something before the call of that number of a request to post or repost."""
        act, name, *arguments = command
        post_id = self.named(arguments[-1])
        if act == "repost" and post_id is None:
            return

        def happen() -> None:
            for each in others:
                self._carry_out(each)

        author_id = self.people[name].user_id
        # A door answers one request at a time, so this is the room without its door.
        with at_call(number, happen):
            if act == "post":
                draft = Draft("hello", visibility=Visibility(arguments[0]))
                rendered = post_wiring.service().publish(
                    author_id, draft, None, lambda seen: str(seen.post.post_id)
                )
                self.oracle.publish(int(rendered), name, arguments[0], by_celebrity=None)
            elif post_id is not None:
                self.oracle.reposts.add((name, post_id))  # from some moment on
                with suppress(PostNotFound):
                    engagement_wiring.service().do(author_id, post_id, Deed.REPOST)
                # Others may have deleted it, or the same person have taken it back.
                done = EngagementStore(deployment.table()).of(author_id, [post_id]).get(post_id)
                self.oracle.reposts.discard((name, post_id))
                if post_id in self.oracle.posts and done and done.repost_id is not None:
                    self.oracle.reposts.add((name, post_id))

    def between(self, act: str, one: str, other: str) -> None:
        """Let one do something to another."""
        self.look()
        person = self.people[other]
        if act in {"accept", "reject"}:
            client, body = self.at(one, follow_door), {"action": act}
            answer = client.send(DECIDED, json_body=body, follower_id=person.user_id)
        else:
            route, door = ASKED[act]
            answer = self.at(one, door).send(route, user_id=person.user_id)
        expected = getattr(self.oracle, act)(one, other)
        assert answer.status == expected, (act, one, other, answer.text)

    def on_post(self, act: str, one: str, place: int) -> None:
        """Let one repost a post, or take that back."""
        self.look()
        post_id = self.named(place)
        if post_id is None:
            return
        route, door = ASKED[act]
        answer = self.at(one, door).send(route, post_id=post_id)
        assert answer.status == getattr(self.oracle, act)(one, post_id), (act, one, post_id, answer.text)

    def named(self, place: int) -> int | None:
        """Return one of the newest posts, if there is any."""
        return sorted(self.oracle.posts)[-1 - place % len(self.oracle.posts)] if self.oracle.posts else None

    def post(self, author: str, visibility: str, refers: str | None, place: int) -> None:
        """Publish a post, which may answer or quote another."""
        self.look()
        body: dict[str, Any] = {"text": "hello", "visibility": visibility}
        if refers and self.oracle.posts:
            body[refers] = self.named(place)
        by_celebrity = user_of(self.people[author]).is_celebrity
        answer = self.at(author, post_door).send("POST /api/v1/posts", json_body=body)
        is_seen = refers not in body or self.oracle.sees(author, body[refers])
        assert answer.status == (201 if is_seen else 422), answer.text
        if is_seen:
            post_id = int(answer.json["post_id"])
            self.oracle.publish(post_id, author, visibility, by_celebrity=by_celebrity)

    def edit(self, place: int, visibility: str) -> None:
        """Let a post be for others than before."""
        post_id = self.named(place)
        if post_id is None:
            return
        client = self.at(self.oracle.posts[post_id].author, post_door)
        answer = client.send(
            "PATCH /api/v1/posts/{post_id}", json_body={"visibility": visibility}, post_id=post_id
        )
        assert answer.status == 200, answer.text
        self.oracle.edit(post_id, visibility)

    def delete(self, place: int) -> None:
        """Delete a post."""
        post_id = self.named(place)
        if post_id is None:
            return
        client = self.at(self.oracle.posts[post_id].author, post_door)
        assert client.send("DELETE /api/v1/posts/{post_id}", post_id=post_id).status in {200, 204}
        self.oracle.delete(post_id)
        self.deleted.append(post_id)

    def change_privacy(self, act: str, name: str) -> None:
        """Go private or public."""
        self.look()
        change = {"is_private": act == "go_private"}
        answer = self.at(name, profile_door).send("PATCH /api/v1/users/me", json_body=change)
        assert answer.status == 200, answer.text
        getattr(self.oracle, act)(name)
        if act == "go_public":
            self.opened |= {edge for edge in self.oracle.asks if edge[1] == name}

    def go_away(self, name: str) -> None:
        """Be absent for longer than feeds are kept whole for."""
        item = FeedStateItem.at(reader_id=self.people[name].user_id)
        actions = [FeedStateItem.seen_at.set(LONG_AGO), FeedStateItem.kind.set(FeedStateItem)]
        write(deployment.table(), Update(item, actions))
