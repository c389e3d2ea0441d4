"""A world with somebody in it whom everybody knows, and what is left of them afterwards."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.client import BaseClient

from functions.block.api import door as block_door
from functions.comment.api import door as comment_door
from functions.engagement.api import door as engagement_door
from functions.feed_fanout.on_batch import handler as on_batch
from functions.feed_fanout.on_event import handler as on_event
from functions.follow.api import door as follow_door
from functions.operation.api import door as operation_door
from functions.operation.on_message import handler as on_message
from functions.post.api import door as post_door
from functions.profile.api import door as profile_door
from functions.web_push.api import door as web_push_door
from kith import deployment
from kith.domain.clock import DAY, system_clock
from kith.domain.digests import digest_at
from kith.domain.notifications import ChoiceChange, NotificationType, Pace, Subject
from kith.domain.ranking import ContentKind
from kith.domain.recommendations import Shown
from kith.domain.sessions import Session, new_session_id
from kith.domain.single_use import Purpose
from kith.domain.users import User
from kith.domain.websockets import Websocket
from kith.storage import Storage
from kith.table.bells import BellStore
from kith.table.celebrities import CelebrityStore
from kith.table.connection import key
from kith.table.counts import CROWDED, CountStore
from kith.table.digests import DigestStore
from kith.table.erasures import Erasure, ErasureStore
from kith.table.feeds import FeedStore
from kith.table.items import (
    BlockItem,
    BoardItem,
    CommentItem,
    CountedItem,
    FeedStateItem,
    FollowerItem,
    FollowingItem,
    Item,
    LikeItem,
    MediumItem,
    MuteItem,
    PostItem,
    RelationItem,
    RepostItem,
    RequestItem,
    SingleUseItem,
    TagTrendItem,
    TagUseItem,
    TallyItem,
    UploadItem,
    UserItem,
)
from kith.table.notification_choices import ChoiceStore
from kith.table.notifications import NotificationStore
from kith.table.post_index import PostIndex
from kith.table.post_trends import PostTrendStore
from kith.table.posts import PostStore
from kith.table.recommendations import RecommendationStore
from kith.table.schema import TRACE
from kith.table.sessions import SessionStore
from kith.table.single_use import SingleUseStore
from kith.table.tag_uses import TagUseStore
from kith.table.tallies import TallyStore
from kith.table.tastes import TasteStore
from kith.table.transactions import Put, Update, write
from kith.table.trends import TrendStore
from kith.table.user_index import UserIndex
from kith.table.users import UserStore, email_digest
from kith.table.websockets import WebsocketStore
from tests.builders import queue_event
from tests.component.conftest import BUCKET, TABLE, Person, aws, joined, new_id
from tests.component.pushing import Browser
from tests.component.uploading import opened

NOTHING_FAILED: dict[str, list[dict[str, str]]] = {"batchItemFailures": []}
Raw = dict[str, Any]
Message = dict[str, Any]


COUNTED = {"likes", "comments", "reposts"}
"""What a post counts, and changes when somebody is gone who liked it."""


class Killed(BaseException):
    """The process is gone: no `except Exception` sees it."""


def all_items() -> list[Raw]:
    """Return everything in the table, gates and all."""
    pages = aws("dynamodb").get_paginator("scan").paginate(TableName=TABLE)
    return [dict(item) for page in pages for item in page["Items"]]


def in_json(item: Raw) -> str:
    """Return an item as text, with its bytes as hexadecimal digits."""
    return json.dumps(item, default=bytes.hex)


def all_objects() -> list[str]:
    """Return the name of every version of every object, and of every mark that one was deleted."""
    answer = aws("s3").list_object_versions(Bucket=BUCKET)
    return [each["Key"] for kind in ("Versions", "DeleteMarkers") for each in answer.get(kind, [])]


def taken_from(queue: str) -> list[Message]:
    """Take every message from a queue."""
    sqs, taken = aws("sqs"), []
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            taken.append(json.loads(message["Body"]))
    return taken


@contextmanager
def at_calls(due: Callable[[int], bool], act: Callable[[], object]) -> Iterator[list[str]]:
    """Act before each call of a function to AWS whose number, counted from 0, is due; yield the names of all calls."""
    made: list[str] = []
    ours = [aws(service) for service in ("dynamodb", "s3", "sqs")]
    original = BaseClient._make_api_call  # type: ignore[attr-defined]  # noqa: SLF001  # the one place that all calls pass

    def counted(client: BaseClient, operation: str, arguments: Any) -> Any:
        if not any(client is each for each in ours):
            made.append(operation)
            if due(len(made) - 1):
                act()
        return original(client, operation, arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", counted)
        yield made


def at_call(number: int, act: Callable[[], object]) -> AbstractContextManager[list[str]]:
    """Act before the call of that number, and before no other."""
    return at_calls(lambda made: made == number, act)


def die() -> None:
    raise Killed


def deleted(person: Person) -> Message:
    """Return what EventBridge leaves in the queue when an account is deleted."""
    return {"detail-type": "user.deleted", "detail": {"v": 1, "user_id": person.user_id}}


def delivered(*messages: Message) -> int:
    """Deliver messages, and those that come of them, until none is left; return how many that were."""
    waiting, count = list(messages), 0
    while waiting:
        count += 1
        try:
            answer = on_message(queue_event(waiting[0]), None)
        except Killed:
            continue
        assert answer == NOTHING_FAILED
        del waiting[0]
        waiting += taken_from("erasures")
    return count


@dataclass
class World:
    """Ann, those around her, and every way in which they have to do with each other."""

    ann: Person
    others: dict[str, Person]
    posts: list[int] = field(default_factory=list)
    media: list[int] = field(default_factory=list)
    deliveries: list[Message] = field(default_factory=list)

    @classmethod
    def made(cls) -> "World":
        names = (
            "fan",
            "idol",
            "asker",
            "shy",
            "strict",
            "former_fan",
            "former_idol",
            "talker",
            "passer_by",
            "foe",
        )
        private = {"shy", "strict"}
        world = cls(joined("ann.before"), {name: joined(name, is_private=name in private) for name in names})
        ann, others = world.ann, world.others
        TallyStore(deployment.table()).name_celebrity(_user(others["idol"]), is_celebrity=True)
        TallyStore(deployment.table()).spread(_user(ann))
        for follower, followee in (
            (others["fan"], ann),
            (others["former_fan"], ann),
            (ann, others["idol"]),
            (ann, others["former_idol"]),
            (ann, others["shy"]),
            (ann, others["strict"]),
            (ann, others["foe"]),
            (others["fan"], others["idol"]),
            (others["passer_by"], others["shy"]),
        ):
            world.follow(follower, followee)
        world.change({"username": "ann.gone", "is_private": True, "preferences": {"theme": "dark"}})
        world.follow(others["asker"], ann)
        world.follow(others["talker"], ann)
        world.reject(ann, others["talker"])
        world.reject(others["strict"], ann)
        world.posts = [
            world.post(ann, "first, with @fan and @idol"),
            world.post(ann, "second #kith", headers={"idempotency-key": "a key"}),
            world.post(ann, "third #kith"),
        ]
        world.become_famous()
        world.have_tastes()
        talk = world.post(others["talker"], "what do @passer_by, @ann.gone and @fan say?")
        idolised = world.post(others["idol"], "to my followers")
        world.post(others["foe"], "to whom I do not block yet")
        world.posts.append(world.post(ann, "an answer", reply_to=talk, quote_of=idolised))
        answer = world.post(others["fan"], "an answer to hers", reply_to=world.posts[0])
        world.post(others["former_fan"], "she says", quote_of=world.posts[0])
        world.posts.append(world.post(ann, "deeper", reply_to=answer))
        world.show_media()
        for who, post_id in (
            (ann, talk),
            (ann, idolised),
            (others["fan"], world.posts[0]),
            (others["fan"], talk),
            (others["former_fan"], world.posts[0]),
        ):
            for deed in ("like", "repost", "bookmark"):
                world.engage(who, post_id, deed)
            world.comment(who, post_id)
        posts = PostStore(deployment.table())
        for post_id in (world.posts[0], talk):
            stored = posts.by_id(post_id)
            assert stored is not None
            CountStore(deployment.table()).spread_if_crowded(stored, CROWDED)
        world.engage(others["passer_by"], talk, "like")
        world.remove(world.posts[2])
        world.unfollow(others["former_fan"], ann)
        world.unfollow(ann, others["former_idol"])
        world.unfollow(others["passer_by"], others["shy"])
        for one, verb, other in (
            (ann, "mute", others["idol"]),
            (others["fan"], "mute", ann),
            (ann, "block", others["passer_by"]),
            (others["foe"], "block", ann),
        ):
            route = f"POST /api/v1/graph/{verb}/{{user_id}}"
            assert one.at(block_door).send(route, user_id=other.user_id).status == 200
        world.be_told()
        for who, name in ((ann, "one"), (ann, "two"), (others["fan"], "three")):
            world.take_pushes(who, name)
        world.export()
        token = {"purpose": "p", "bound_to": "b", "expires_at": 2**40}
        deployment.table().put(SingleUseItem.at(token, user_id=ann.user_id, digest="d"))
        FeedStore(deployment.table()).plan_reached(world.posts[0], 1, now=system_clock())
        world.be_found()
        world.be_online()
        world.trend()
        return world

    @property
    def traces(self) -> list[str]:
        """Whatever would say that there has been an Ann."""
        numbers = [self.ann.user_id, *self.posts, *self.media]
        names = ["ann.gone", "ann.before", email_digest("ann.before@kith.example")]
        return [*map(str, numbers), *(f"{number:016}" for number in numbers), *names]

    def follow(self, follower: Person, followee: Person) -> None:
        route = "POST /api/v1/graph/follow/{user_id}"
        assert follower.at(follow_door).send(route, user_id=followee.user_id).status == 200

    def reject(self, followee: Person, follower: Person) -> None:
        route, body = "POST /api/v1/graph/requests/{follower_id}", {"action": "reject"}
        answer = followee.at(follow_door).send(route, json_body=body, follower_id=follower.user_id)
        assert answer.status == 200

    def unfollow(self, follower: Person, followee: Person) -> None:
        route = "DELETE /api/v1/graph/unfollow/{user_id}"
        assert follower.at(follow_door).send(route, user_id=followee.user_id).status == 200

    def change(self, changes: dict[str, Any]) -> None:
        assert self.ann.at(profile_door).send("PATCH /api/v1/users/me", json_body=changes).status == 200

    def become_famous(self) -> None:
        """Let Ann be a celebrity from here on: what she posts is pulled."""
        TallyStore(deployment.table()).name_celebrity(_user(self.ann), is_celebrity=True)
        fans = [self.others[name].user_id for name in ("fan", "former_fan")]
        CelebrityStore(deployment.table()).mark(self.ann.user_id, fans)

    def have_tastes(self) -> None:
        """Let Ann take to others, others to Ann, both have been shown her posts, and her feed have been read."""
        tastes, fan = TasteStore(deployment.table()), self.others["fan"].user_id
        for number, (reader, author) in enumerate(((self.ann.user_id, fan), (fan, self.ann.user_id))):
            tastes.count(f"event-{number}", reader, author, ContentKind.TEXT, by=1, now=system_clock())
        for reader in (self.ann.user_id, fan):
            shown = Shown(reader).having(self.posts)
            RecommendationStore(deployment.table()).note(shown, now=system_clock())
        seen = {"seen_at": system_clock()}
        deployment.table().put(FeedStateItem.at(seen, reader_id=self.ann.user_id))

    def be_told(self) -> None:
        """Let Ann be told of a like, have read it, and listen to others, as they listen to her."""
        table, ann, fan = deployment.table(), self.ann.user_id, self.others["fan"].user_id
        notifications = NotificationStore(table)
        about = Subject(NotificationType.POST_LIKED, self.posts[0])
        notifications.tell(ann, about, fan, new_id=new_id, now=system_clock(), hushed=lambda: False)
        notifications.read(ann, new_id())
        ChoiceStore(table).change(ann, {NotificationType.MENTIONED: ChoiceChange(push=False)})
        BellStore(table).hang(ann, self.others["idol"].user_id)
        BellStore(table).hang(fan, ann)
        DigestStore(table).enter(digest_at(ann, Pace.DAILY, system_clock(), period=DAY), new_id())

    def be_found(self) -> None:
        """Let searches find Ann and what she says."""
        table = deployment.table()
        UserIndex(table).put(_user(self.ann), UserStore(table).tally(self.ann.user_id).followers)
        post = PostStore(table).by_id(self.posts[1])
        assert post is not None
        PostIndex(table).put(post, _user(self.ann))

    def trend(self) -> None:
        """Let Ann have used a hashtag while she was public, and others have done much to a post of hers."""
        table = deployment.table()
        self.change({"is_private": False})
        tagged, liked = (PostStore(table).by_id(self.posts[place]) for place in (1, 0))
        assert tagged is not None
        assert liked is not None
        TagUseStore(table).note(tagged, tagged.hashtags)
        TrendStore(table).see_tags(tagged.hashtags, now=system_clock())
        PostTrendStore(table).count(liked.post_id, now=system_clock())
        PostTrendStore(table).note(liked)
        self.change({"is_private": True})

    def take_pushes(self, who: Person, name: str) -> None:
        body = Browser(f"https://web.push.apple.com/{name}").to_json()
        assert (
            who.at(web_push_door).send("POST /api/v1/notifications/push-subscriptions", json_body=body).status
            == 201
        )

    def be_online(self) -> None:
        """Let Ann have two websockets."""
        table, session_id, now = deployment.table(), new_session_id(self.ann.user_id), system_clock()
        session = Session(self.ann.user_id, session_id, 0, 1, now, now, now + DAY)
        write(table, SessionStore.opening(session))
        tickets = SingleUseStore(table)
        for connection_id in ("first=", "second="):
            token = tickets.issue(
                self.ann.user_id, Purpose.OPEN_WEBSOCKET, bound_to=session_id, now=system_clock()
            )
            ticket = tickets.find(token, Purpose.OPEN_WEBSOCKET, now=now)
            new = Websocket(self.ann.user_id, "", connection_id, session_id, 0, now, now + DAY)
            WebsocketStore(table).open(new, tickets.using(ticket, now=now), now=now)

    def engage(self, who: Person, post_id: int, deed: str) -> None:
        route = f"POST /api/v1/posts/{{post_id}}/{deed}"
        assert who.at(engagement_door).send(route, post_id=post_id).status == 200

    def comment(self, who: Person, post_id: int) -> None:
        route = "POST /api/v1/posts/{post_id}/comments"
        answer = who.at(comment_door).send(route, post_id=post_id, json_body={"text": "well said"})
        assert answer.status == 201

    def remove(self, post_id: int) -> None:
        """Delete a post of Ann's; what follows from it is still to come."""
        answer = self.ann.at(post_door).send("DELETE /api/v1/posts/{post_id}", post_id=post_id)
        assert answer.status == 204

    def wear(self) -> int:
        """Let a picture stand for Ann; return it."""
        media_id = new_id()
        kept = {"owner_id": self.ann.user_id, "media_kind": "avatar", "status": "ready", "is_worn": True}
        write(
            deployment.table(),
            Put(MediumItem.at(kept, media_id=media_id)),
            Put(UploadItem.at(user_id=self.ann.user_id, media_id=media_id)),
            Update(UserItem.at(user_id=self.ann.user_id), [UserItem.avatar_id.set(media_id)]),
        )
        return media_id

    def show_media(self) -> None:
        """Let Ann have pictures: one of them is in a post, another one stands for her."""
        media = [new_id(), new_id()]
        for media_id in media:
            kept = {"owner_id": self.ann.user_id, "media_kind": "image", "status": "ready"}
            deployment.table().put(MediumItem.at(kept, media_id=media_id))
            deployment.table().put(UploadItem.at(user_id=self.ann.user_id, media_id=media_id))
        self.media += [*media, opened(self.ann), self.wear()]
        self.posts.append(self.post(self.ann, "", media_ids=media[:1]))

    def post(self, author: Person, text: str, *, headers: dict[str, str] | None = None, **fields: Any) -> int:
        """Publish a post and deliver it to all feeds."""
        body = {"text": text} | fields
        answer = author.at(post_door).send("POST /api/v1/posts", json_body=body, headers=headers)
        assert answer.status == 201, answer.text
        post_id = int(answer.json["post_id"])
        detail = {"post_id": post_id, "user_id": author.user_id}
        assert (
            on_event(queue_event({"detail-type": "post.created", "detail": detail}), None) == NOTHING_FAILED
        )
        messages = taken_from("deliveries")
        self.deliveries += messages
        assert on_batch(queue_event(*messages), None) == NOTHING_FAILED
        return post_id

    def export(self) -> None:
        delivered(self.wish_for_export())

    def wish_for_export(self) -> Message:
        """Return what EventBridge leaves in the queue when Ann has asked for her data."""
        answer = self.ann.at(operation_door).send("POST /api/v1/users/me/export")
        assert answer.status == 202, answer.text
        detail = {"user_id": self.ann.user_id, "operation_id": answer.json["operation_id"]}
        return {"detail-type": "user.export_requested", "detail": detail}

    def delete_ann(self) -> int:
        """Delete Ann's account, as its room does once it has seen the password."""
        operation_id = new_id()
        erasure = Erasure(operation_id, self.ann.user_id, "posts", None, {}, system_clock())
        ErasureStore(deployment.table()).begin(erasure, self.ann.user_id)
        return operation_id

    def left(self) -> list[str]:
        """Return what of Ann is left anywhere, but for what others have written of her."""
        written = {(item["PK"]["S"], item["SK"]["S"]): dict(item) for item in all_items()}
        for item in written.values():
            item.pop("text", None)
        told = [*(in_json(item) for item in written.values()), *all_objects()]
        return [each for each in told if any(trace in each for trace in self.traces)]

    def kept(self) -> dict[tuple[str, str], Raw]:
        """Return what has nothing to do with Ann."""
        return {
            (item["PK"]["S"], item["SK"]["S"]): {
                name: value for name, value in item.items() if name not in {*COUNTED, TRACE}
            }
            for item in all_items()
            if not any(trace in in_json(item) for trace in (*self.traces, "TALLY", "ERASURE", "TREND"))
        }

    def disturbed(self, kept: dict[tuple[str, str], Raw]) -> list[tuple[str, str]]:
        """Return what is no longer as it was kept, and what is new; posts no longer say that they answered Ann's."""
        now = self.kept()
        new = [key for key in now.keys() - kept.keys() if key[1] != "POST"]
        return [*(key for key, item in kept.items() if now.get(key) != item), *new]

    def miscounted(self) -> list[str]:
        """Return whose counts are not what a recount says."""
        items = [Item.from_raw_data(raw) for raw in all_items()]
        wrong = []
        for name, person in self.others.items():
            mine = [item for item in items if item.pk == UserItem.pattern.key(user_id=person.user_id)[0]]
            tally = sum_of([item for item in mine if isinstance(item, TallyItem)])
            there = Counter(type(item) for item in mine)
            states = Counter(item.state for item in mine if isinstance(item, RelationItem))
            listed = {
                "followers": there[FollowerItem],
                "following": there[FollowingItem],
                "requests": there[RequestItem],
                "wishes": states["accepted"] + states["pending"],
                "blocks": there[BlockItem],
                "mutes": there[MuteItem],
            }
            counted = {name: tally[name] for name in listed}
            if counted != listed:
                wrong.append(name)
        return wrong + _miscounted_posts(items) + _miscounted_tags(items)


def _miscounted_posts(items: list[Item]) -> list[str]:
    """Return which posts do not count what stands under them."""
    wrong = []
    for post in (item for item in items if isinstance(item, PostItem)):
        under = [item for item in items if item.pk == post.pk]
        there = Counter(type(item) for item in under)
        shards = [item for item in under if isinstance(item, CountedItem)]
        assert len(shards) == post.count_shards
        counted = {name: sum(int(getattr(shard, name)) for shard in shards) for name in COUNTED}
        listed = {"likes": there[LikeItem], "reposts": there[RepostItem], "comments": there[CommentItem]}
        if counted != listed:
            wrong.append(f"{post.pk}: {counted} for {listed}")
    return wrong


def _miscounted_tags(items: list[Item]) -> list[str]:
    """Return which hashtags have scored anything, or are listed, and nobody uses them."""
    used = {item.tag for item in items if isinstance(item, TagUseItem)}
    trends = {item.values["tag"]: item.scores for item in items if isinstance(item, TagTrendItem)}
    boards = [item for item in items if isinstance(item, BoardItem)]
    listed = {tag for board in boards for tag, *_ in board.contenders}
    assert boards
    return sorted(({tag for tag, scores in trends.items() if any(scores.values())} | listed) - used)


def sum_of(shards: list[TallyItem]) -> Counter[str]:
    """Return what an account's counters say together."""
    total: Counter[str] = Counter()
    for shard in shards:
        names = ("followers", "following", "requests", "wishes", "blocks", "mutes")
        total.update({name: int(getattr(shard, name)) for name in names})
    return total


def _user(person: Person) -> User:
    user = UserStore(deployment.table()).by_id(person.user_id)
    assert user is not None
    return user


@dataclass(frozen=True)
class Snapshot:
    """Everything that is stored, to go back to."""

    items: list[Raw]
    objects: dict[str, bytes]

    @classmethod
    def taken(cls) -> "Snapshot":
        s3 = aws("s3")
        names = {each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])}
        bodies = {name: s3.get_object(Bucket=BUCKET, Key=name)["Body"].read() for name in names}
        return cls(all_items(), bodies)

    def restore(self) -> None:
        for start in range(0, len(requests := self._requests()), 25):
            aws("dynamodb").batch_write_item(RequestItems={TABLE: requests[start : start + 25]})
        Storage(BUCKET, aws("s3")).delete_all_under("")
        for name, body in self.objects.items():
            aws("s3").put_object(Bucket=BUCKET, Key=name, Body=body)

    def _requests(self) -> list[dict[str, Any]]:
        wanted = {(item["PK"]["S"], item["SK"]["S"]) for item in self.items}
        found = {(item["PK"]["S"], item["SK"]["S"]) for item in all_items()}
        return [
            *({"DeleteRequest": {"Key": key(*each)}} for each in found - wanted),
            *({"PutRequest": {"Item": item}} for item in self.items),
        ]
