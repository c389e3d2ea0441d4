from collections import Counter
from typing import Any

from functions.operation.kinds import GONE_LAST, HOLDS_NOBODY
from functions.operation.phases import LAST, Phases
from kith.domain.clock import system_clock
from kith.storage import Storage
from kith.table.bells import BellStore
from kith.table.comments import CommentStore
from kith.table.digests import DigestStore
from kith.table.engagements import EngagementStore
from kith.table.erasures import ErasureStore
from kith.table.feeds import FeedStore
from kith.table.follows import FollowStore
from kith.table.mentions import MentionStore
from kith.table.post_lists import PostListStore
from kith.table.posts import PostStore
from kith.table.push_subscriptions import PushSubscriptionStore
from kith.table.remains import Remains
from kith.table.schema import ENTITIES
from kith.table.tag_uses import TagUseStore
from kith.table.tastes import TasteStore
from kith.table.websockets import WebsocketStore
from tests.unit.kith.table.scripted import ScriptedTable


def nothing_there(_operation: str, _arguments: dict[str, Any]) -> dict[str, Any]:
    return {"Items": []}


def phases() -> Phases:
    table = ScriptedTable(nothing_there)
    bucket = Storage("none", None)  # type: ignore[arg-type]  # it is never asked
    return Phases(
        table=table,
        posts=PostStore(table),
        lists=PostListStore(table),
        remains=Remains(table),
        mentions=MentionStore(table),
        engagements=EngagementStore(table),
        comments=CommentStore(table),
        tastes=TasteStore(table),
        websockets=WebsocketStore(table),
        follows=FollowStore(table),
        feeds=FeedStore(table),
        bells=BellStore(table),
        digests=DigestStore(table),
        uses=TagUseStore(table),
        erasures=ErasureStore(table),
        subscriptions=PushSubscriptionStore(table),
        storage=bucket,
        clock=system_clock,
        feed_retention=1,
    )


def test_every_entity_is_erased_in_one_phase_or_holds_nobody() -> None:
    erased = [entity for phase in phases().in_order() for entity in phase.entities]
    counted = Counter([*erased, *GONE_LAST, *HOLDS_NOBODY])
    missing = {pattern.entity for pattern in ENTITIES} - {pattern.entity for pattern in counted}
    assert missing == set(), (
        "say in functions/operation/phases.py how it is erased, or in kinds.py why it holds nobody"
    )
    assert set(counted.values()) == {1}
    assert counted.keys() == set(ENTITIES)


def test_who_holds_nobody_says_why() -> None:
    assert all(len(reason) > 10 for reason in HOLDS_NOBODY.values())


def test_phases_have_names_of_their_own() -> None:
    names = [phase.name for phase in phases().in_order()]
    assert len({*names, LAST}) == len(names) + 1


def test_a_phase_without_anything_to_do_is_over() -> None:
    walking = [phase for phase in phases().in_order() if phase.name not in {"archives", "claims"}]
    assert len(walking) == 23
    for phase in walking:
        step = phase.step(7, None)
        assert (step.erased, step.reached) == (0, None), phase.name
