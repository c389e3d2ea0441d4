"""Erasing an account: killed before any call, delivered twice or at the same time, it leaves nothing of it."""

from collections.abc import Iterator
from functools import partial

import pytest

from functions.block.api import door as block_door
from functions.feed_fanout.on_batch import handler as on_batch
from functions.feed_fanout.on_event import handler as on_event
from functions.follow.api import door as follow_door
from functions.operation import partitions, phases, wiring
from functions.operation.kinds import HOLDS_NOBODY
from kith import deployment
from kith.domain.clock import DAY
from kith.domain.feeds import Arrival, FeedEntry
from kith.domain.posts import Mention, Post, PostNotFound
from kith.table import remains, schema
from kith.table.erasures import ErasureStore
from kith.table.feeds import FeedStore, entry_item
from kith.table.items import AdmirerItem, AffinityItem, UserItem
from kith.table.posts import PostStore
from kith.table.publication import Publication
from kith.table.schema import ENTITIES
from kith.table.tastes import TasteStore
from tests.builders import queue_event
from tests.component.conftest import empty_aws, new_id, start_cold
from tests.component.erasing import (
    NOTHING_FAILED,
    Killed,
    Snapshot,
    World,
    all_items,
    all_objects,
    at_call,
    at_calls,
    deleted,
    delivered,
    die,
    taken_from,
)
from tests.component.publishing import before_its_write

ACCOUNT = "123456789012"
"""Moto's own."""


KILLED_EVERY = 23
"""Calls. With each of them as the first, every call is killed once, and so is every other after a new beginning."""
PARTS = 6
"""Shares of the calls, so that tests that run side by side take one each."""


@pytest.fixture(scope="module")
def made() -> Iterator[tuple[World, Snapshot]]:
    """A world, made once, whose erasure takes many small steps."""
    with pytest.MonkeyPatch.context() as patch, empty_aws(patch):
        patch.setenv("KITH_MAX_POSTS_PER_DAY", "1000")
        start_cold()
        patch.setattr(partitions, "PAGE", 2)
        patch.setattr(phases, "PAGE", 2)
        patch.setattr(remains, "PAGE", 2)
        patch.setattr(wiring, "STEPS", 4)
        world = World.made()
        yield world, Snapshot.taken()


@pytest.fixture
def world(made: tuple[World, Snapshot]) -> World:
    made[1].restore()
    return made[0]


def test_a_world_has_all_that_an_erasure_must_find(world: World) -> None:
    kinds = {item["kind"]["S"] for item in all_items() if "kind" in item}
    holds_nobody = {pattern.entity for pattern in HOLDS_NOBODY}
    assert {pattern.entity for pattern in ENTITIES} - holds_nobody <= kinds
    assert len(all_objects()) == 1
    assert len(world.left()) > 30
    assert world.miscounted() == []


def test_nothing_of_a_deleted_account_is_left(world: World) -> None:
    kept = world.kept()
    world.delete_ann()
    assert delivered(deleted(world.ann)) > 3, "it took several messages"
    assert world.left() == []
    assert world.miscounted() == []
    assert world.disturbed(kept) == []


def counted_calls(world: World) -> int:
    world.delete_ann()
    with at_call(-1, die) as calls:
        delivered(deleted(world.ann))
    return len(calls)


def is_due(first: int, number: int) -> bool:
    return number % KILLED_EVERY == first


@pytest.mark.parametrize("part", range(PARTS))
def test_killed_again_and_again_at_whatever_call_it_ends_in_the_same_state(
    made: tuple[World, Snapshot], part: int
) -> None:
    world, snapshot = made
    snapshot.restore()
    kept = world.kept()
    for first in range(part, KILLED_EVERY, PARTS):  # killed after one call is killed before the next
        snapshot.restore()
        world.delete_ann()
        with at_calls(partial(is_due, first), die) as calls:
            delivered(deleted(world.ann))
        assert (world.left(), world.miscounted()) == ([], []), f"killed from call {first} of {calls}"
        assert world.disturbed(kept) == []
        assert len(calls) > 5 * KILLED_EVERY


def test_overtaken_by_another_at_any_call_it_ends_in_the_same_state(made: tuple[World, Snapshot]) -> None:
    world, snapshot = made
    snapshot.restore()
    kept, total = world.kept(), counted_calls(world)
    for number in range(0, total, total // 4):
        snapshot.restore()
        world.delete_ann()
        with at_call(number, lambda: delivered(deleted(world.ann))):
            delivered(deleted(world.ann))
        assert (world.left(), world.miscounted()) == ([], []), f"overtaken before call {number}"
        assert world.disturbed(kept) == []


def test_who_is_overtaken_sees_to_the_end_though_who_was_faster_is_cut_off(world: World) -> None:
    world.delete_ann()
    erasures = ErasureStore(deployment.table())

    def overtake() -> None:
        erasure = erasures.of_user(world.ann.user_id)
        assert erasure is not None
        erasures.checkpoint(erasure, erasure.after(0, schema.AUTHORED.sort_prefix, following=erasure.phase))

    with at_call(3, overtake):
        delivered(deleted(world.ann))
    assert (world.left(), world.miscounted()) == ([], [])


def test_ten_deliveries_of_each_message_are_one(world: World) -> None:
    operation_id = world.delete_ann()
    delivered(*[deleted(world.ann)] * 10)
    delivered(*[{"operation_id": operation_id}] * 10, deleted(world.ann))
    assert (world.left(), world.miscounted()) == ([], [])


def test_two_who_follow_each_other_are_erased_at_the_same_time(made: tuple[World, Snapshot]) -> None:
    world, snapshot = made
    fan = world.others["fan"]
    snapshot.restore()
    total = counted_calls(world)
    for number in range(0, total, total // 3):
        snapshot.restore()
        world.follow(world.others["idol"], fan)
        world.delete_ann()
        both = World(fan, {name: each for name, each in world.others.items() if name != "fan"})
        both.delete_ann()
        with at_call(number, lambda: delivered(deleted(fan))):
            delivered(deleted(world.ann))
        assert world.left() == []
        left = [each for each in both.left() if '"text"' not in each]
        assert (left, both.miscounted()) == ([], []), f"the other's came before call {number}"


def test_a_delivery_that_comes_after_the_end_leaves_nothing(world: World) -> None:
    world.delete_ann()
    delivered(deleted(world.ann))
    assert any(world.ann.user_id in message["readers"] for message in world.deliveries)
    assert any(message["by_id"] == world.ann.user_id for message in world.deliveries)
    assert on_batch(queue_event(*world.deliveries), None) == NOTHING_FAILED
    assert world.left() == []


def test_a_delivery_leaves_nothing_when_the_erasure_comes_before_any_of_its_calls(
    made: tuple[World, Snapshot],
) -> None:
    world, snapshot = made
    snapshot.restore()
    messages = [world.deliveries[0], world.deliveries[-1]]  # she is the author of one, a reader of the other
    with at_call(-1, die) as calls:
        on_batch(queue_event(*messages), None)
    for number in range(len(calls)):
        snapshot.restore()
        world.delete_ann()
        with at_call(number, lambda: delivered(deleted(world.ann))):
            assert on_batch(queue_event(*messages), None) == NOTHING_FAILED
        assert world.left() == [], f"the erasure came before call {number} of {calls}"


def test_an_erasure_leaves_nothing_when_a_delivery_comes_before_any_of_its_calls(
    made: tuple[World, Snapshot],
) -> None:
    world, snapshot = made
    snapshot.restore()
    total = counted_calls(world)
    for number in range(0, total, total // 4):
        snapshot.restore()
        world.delete_ann()
        with at_call(number, lambda: on_batch(queue_event(*world.deliveries), None)):
            delivered(deleted(world.ann))
        assert world.left() == [], f"the delivery came before call {number}"


def test_a_delivery_killed_after_it_has_written_is_mended_when_it_comes_again(
    made: tuple[World, Snapshot],
) -> None:
    world, snapshot = made
    message = next(each for each in world.deliveries if each["by_id"] == world.ann.user_id)
    for number in range(3):
        snapshot.restore()
        world.delete_ann()
        with at_call(number, die), pytest.raises(Killed):
            on_batch(queue_event(message), None)
        delivered(deleted(world.ann))
        assert on_batch(queue_event(message), None) == NOTHING_FAILED
        assert world.left() == []


def test_a_plan_that_comes_after_the_end_plans_nothing(world: World) -> None:
    world.delete_ann()
    delivered(deleted(world.ann))
    details = [{"post_id": post_id, "user_id": world.ann.user_id} for post_id in world.posts]
    assert (
        on_event(
            queue_event(*({"detail-type": "post.created", "detail": detail} for detail in details)), None
        )
        == NOTHING_FAILED
    )
    assert taken_from("deliveries") == []
    assert world.left() == []


def test_a_checkpoint_is_not_noted_for_a_post_that_is_gone(world: World) -> None:
    store = FeedStore(deployment.table())
    store.plan_reached(world.posts[1], 1, now=0)
    world.delete_ann()
    delivered(deleted(world.ann))
    with pytest.raises(PostNotFound):
        store.plan_reached(world.posts[1], 1, now=0)
    assert world.left() == []


def test_who_is_named_while_being_deleted_is_not_named_when_the_post_is_planned(world: World) -> None:
    talker = world.others["talker"]
    post = Post(new_id(), talker.user_id, "hello", mentions=(Mention(world.ann.user_id, "ann.gone"),))
    own = FeedEntry(talker.user_id, post.post_id, talker.user_id, Arrival.OWN)
    world.delete_ann()
    delivered(deleted(world.ann))
    PostStore(deployment.table()).add(Publication(post, entry_item(own, retention=DAY)))
    assert len(world.left()) == 2
    detail = {"post_id": post.post_id, "user_id": talker.user_id}
    assert on_event(queue_event({"detail-type": "post.created", "detail": detail}), None) == NOTHING_FAILED
    assert world.left() == []


def test_an_archive_that_is_stored_after_the_end_is_taken_away(made: tuple[World, Snapshot]) -> None:
    world, snapshot = made
    snapshot.restore()
    wish = world.wish_for_export()
    fresh = Snapshot.taken()
    with at_call(-1, die) as calls:
        delivered(wish)

    def erase() -> None:
        world.delete_ann()
        delivered(deleted(world.ann))

    last = len(calls) - 1
    assert calls[last - 1] == "PutObject"
    for number in (*range(0, last, max(1, last // 3)), last - 1, last):
        fresh.restore()
        with at_call(number, erase):
            delivered(wish)
        assert world.left() == [], f"the erasure came before call {number} of {calls}"


def test_what_is_written_about_a_deleted_account_meanwhile_is_refused_and_leaves_nothing(
    world: World,
) -> None:
    others, ann = world.others, world.ann
    world.delete_ann()
    for name, route in (
        ("passer_by", "POST /api/v1/graph/follow/{user_id}"),
        ("fan", "DELETE /api/v1/graph/unfollow/{user_id}"),
        ("asker", "DELETE /api/v1/graph/unfollow/{user_id}"),
    ):
        assert others[name].at(follow_door).send(route, user_id=ann.user_id).status == 404
    delivered(deleted(ann))
    assert (world.left(), world.miscounted()) == ([], [])


@pytest.mark.parametrize("kind", [AffinityItem, AdmirerItem])
def test_the_end_that_leads_to_the_other_is_still_there_when_it_is_killed_between(
    world: World, kind: type[AffinityItem | AdmirerItem]
) -> None:
    table = deployment.table()
    partition, _ = UserItem.pattern.key(user_id=world.ann.user_id)

    def ends() -> list[AffinityItem | AdmirerItem]:
        found = table.query(partition, *kind.pattern.sort_range, limit=100)
        return [item for item in found if isinstance(item, kind)]

    assert len(ends()) == 1
    with at_call(1, die), pytest.raises(Killed):
        TasteStore(table).forget(ends())
    assert len(ends()) == 1


@pytest.mark.parametrize("verb", ["block", "mute"])
def test_nobody_is_blocked_or_muted_who_is_erased_meanwhile(world: World, verb: str) -> None:
    ann, talker = world.ann, world.others["talker"]

    def erase() -> None:
        world.delete_ann()
        delivered(deleted(ann))

    with before_its_write(deployment.table(), erase):
        answer = talker.at(block_door).send(f"POST /api/v1/graph/{verb}/{{user_id}}", user_id=ann.user_id)
    assert answer.status == 404
    assert (world.left(), world.miscounted()) == ([], [])
