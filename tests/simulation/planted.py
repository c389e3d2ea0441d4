"""Bugs that are planted on purpose: the simulation must find each of them, or it would not find those that are not.

Each is a mistake that systems like this one are known for, in the place where it would be made.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from functions.discovery import posts as discovered
from functions.discovery.accounts import RecommendedAccounts
from functions.feed import rules, skeleton
from functions.feed_fanout.deliver import Deliverer
from functions.feed_fanout.merge import Merger
from functions.feed_fanout.plan import Planner
from functions.feed_fanout.rebuild import Rebuilder
from functions.feed_fanout.withdraw import Withdrawer
from functions.follow.fame import Fame
from functions.follow.opening import Opening
from functions.media.processing import Processor
from functions.outbox import wiring as outbox_wiring
from functions.post.removing import Remover
from functions.search.indexing import Indexer
from functions.trending.counting import Trender
from kith import messaging, workers
from kith.domain import pages, trends
from kith.domain.errors import Unavailable
from kith.domain.feeds import Arrival
from kith.domain.media import MediumStatus
from kith.storage import Storage
from kith.table import (
    avatars,
    batches,
    counts,
    engagements,
    feed_states,
    graph,
    index_cards,
    notification_reader,
    notifications,
    post_index,
    publication,
    recents,
    relations,
    tag_index,
    tastes,
    transactions,
    user_index,
)
from kith.table import trends as table_trends
from kith.table.bells import BellStore
from kith.table.celebrities import CelebrityStore
from kith.table.follows import FollowStore
from kith.table.items import Item
from kith.table.remains import Remains
from kith.table.transactions import Delete, Update
from kith.table.uploads import UploadStore

Patch = pytest.MonkeyPatch
Bug = Callable[[Patch], None]
PLANTED: dict[str, Bug] = {}


def bug(plant: Bug) -> Bug:
    PLANTED[plant.__name__.replace("_", " ")] = plant
    return plant


@contextmanager
def planted(name: str) -> Iterator[None]:
    """Let a bug be there."""
    with pytest.MonkeyPatch.context() as patch:
        PLANTED[name](patch)
        yield


def _unconditional(operation: Any) -> Any:
    return replace(operation, condition=None)


@bug
def unprocessed_writes_are_dropped(patch: Patch) -> None:
    def once(table: Any, requests: list[Any], _pause: Any) -> None:
        table.call("BatchWriteItem", {"RequestItems": {table.name: requests}})

    patch.setattr(batches, "_write_batch", once)


@bug
def unprocessed_reads_are_dropped(patch: Patch) -> None:
    def once(table: Any, wanted: Any, _pause: Any) -> list[Any]:
        answer = table.call("BatchGetItem", {"RequestItems": {table.name: wanted}})
        return [Item.from_raw_data(raw) for raw in answer["Responses"].get(table.name, [])]

    patch.setattr(batches, "_get_batch", once)


@bug
def refused_events_are_dropped(patch: Patch) -> None:
    original = messaging.Bus._refused

    def sent(bus: messaging.Bus, entries: Any) -> Any:
        original(bus, entries)
        return []

    patch.setattr(messaging.Bus, "_refused", sent)


@bug
def refused_messages_are_dropped(patch: Patch) -> None:
    original = messaging.Queue._refused

    def sent(queue: messaging.Queue, entries: Any) -> Any:
        original(queue, entries)
        return []

    patch.setattr(messaging.Queue, "_refused", sent)


@bug
def a_workers_errors_are_swallowed(patch: Patch) -> None:
    original = workers._outcome

    def outcome(*arguments: Any) -> workers.Outcome:
        original(*arguments)
        return workers.Outcome.DONE

    patch.setattr(workers, "_outcome", outcome)


@bug
def the_outbox_goes_on_after_an_error(patch: Patch) -> None:
    class Careless:
        def publish(self, events: Any) -> None:
            try:
                bus().publish(events)
            except Unavailable:
                return

    bus = outbox_wiring.bus
    patch.setattr(outbox_wiring, "bus", Careless)


@bug
def a_stance_is_changed_without_condition(patch: Patch) -> None:
    original = graph.GraphChange._relation

    def unconditional(change: Any, before: Any, after: Any) -> Any:
        return _unconditional(original(change, before, after))

    patch.setattr(graph.GraphChange, "_relation", unconditional)


@bug
def a_deed_is_done_without_condition(patch: Patch) -> None:
    original = engagements._stance
    patch.setattr(engagements, "_stance", lambda *each: _unconditional(original(*each)))


@bug
def a_gone_post_can_be_liked(patch: Patch) -> None:
    original = counts.counting
    patch.setattr(engagements, "counting", lambda post, **by: _unconditional(original(post, **by)))


@bug
def an_answer_is_not_kept(patch: Patch) -> None:
    patch.setattr(publication.Publication, "operations", _without_answer(publication.Publication.operations))


def _without_answer(original: Callable[[Any], list[Any]]) -> Callable[[Any], list[Any]]:
    return lambda each: original(replace(each, answer=None))


@bug
def a_count_is_not_in_the_transaction(patch: Patch) -> None:
    def write(table: Any, *operations: Any) -> int:
        counted = [each for each in operations if isinstance(each, Update)]
        vain = transactions.write(table, *(each for each in operations if each not in counted))
        for each in counted:
            transactions.write(table, each)
        return vain

    patch.setattr(engagements, "write", write)


@bug
def visibility_comes_from_a_remembered_edge(patch: Patch) -> None:
    original = relations.RelationStore.known
    remembered: dict[tuple[int, int], Any] = {}

    def known(store: Any, viewer_id: int, user_ids: Any) -> Any:
        found = original(store, viewer_id, list(user_ids))
        return {each: remembered.setdefault((viewer_id, each), value) for each, value in found.items()}

    patch.setattr(relations.RelationStore, "known", known)


@bug
def a_cursor_shows_its_post_again(patch: Patch) -> None:
    original = skeleton.Sources.delivered
    patch.setattr(
        skeleton.Sources,
        "delivered",
        lambda source, reader, before, count: original(source, reader, before + 1, count),
    )


@bug
def how_a_post_is_delivered_is_derived_from_who_its_author_is_now(patch: Patch) -> None:
    def published(planner: Any, post_id: int) -> int:
        post = planner.posts.by_id(post_id)
        if post is None:
            return 0
        author = planner.users.by_id(post.author_id)
        if author is None or author.is_celebrity:
            return 0
        return int(planner._planned(post_id, post.author_id, 0, lambda _: None))

    def unmark(store: Any, celebrity_id: int, followers: Any, *, until: int) -> None:
        store._mark(celebrity_id, followers, until=min(until, 0))

    patch.setattr(Planner, "published", published)
    patch.setattr(CelebrityStore, "unmark", unmark)  # whose fame is over is pulled no longer


@bug
def a_plan_stops_after_a_page(patch: Patch) -> None:
    original = Planner._planned

    def first_page(planner: Any, post_id: int, by_id: int, reached: int, note: Any, **more: Any) -> int:
        class Page:
            def followers_after(self, *arguments: Any, **named: Any) -> Any:
                if self.asked:
                    return []
                self.asked = True
                return planner.follows.followers_after(*arguments, **named)

            asked = False

        return original(replace(planner, follows=Page()), post_id, by_id, reached, note, **more)

    patch.setattr(Planner, "_planned", first_page)


@bug
def a_checkpoint_is_set_before_its_messages_are_sent(patch: Patch) -> None:
    def planned(
        planner: Any, post_id: int, by_id: int, reached: int, note: Any, *, is_repost: bool = False
    ) -> int:
        page = planner.batch
        while followers := planner.follows.followers_after(by_id, reached, limit=page):
            reached = followers[-1].entry_id
            note(reached)
            planner.deliveries.send(
                [
                    {
                        "post_id": post_id,
                        "by_id": by_id,
                        "is_repost": is_repost,
                        "readers": [each.other_id for each in followers],
                        "entries": [followers[0].entry_id, reached],
                    }
                ]
            )
        return 0

    patch.setattr(Planner, "_planned", planned)


@bug
def nothing_is_brought_along_by_a_follow(patch: Patch) -> None:
    patch.setattr(Merger, "_merge", lambda *_: set())


@bug
def a_late_purge_does_not_look_again(patch: Patch) -> None:
    def settle(merger: Any, reader_id: int, account_id: int, arrival: Any = Arrival.BACKFILLED) -> None:
        if merger._follows(reader_id, account_id):
            merger._merge(reader_id, account_id, arrival)
        else:
            merger._unmerge(reader_id, account_id, set())

    patch.setattr(Merger, "settle", settle)


@bug
def a_delivery_does_not_look_whether_the_post_is_still_there(patch: Patch) -> None:
    patch.setattr(Deliverer, "_is_there", lambda *_, **__: True)


@bug
def a_feed_shows_what_was_delivered_without_asking(patch: Patch) -> None:
    patch.setattr(rules, "bringers", lambda candidate, _hidden: list(candidate.entries))


@bug
def a_cut_list_is_trusted(patch: Patch) -> None:
    patch.setattr(skeleton, "_trusted_from", lambda _posts, _before: 0)


@bug
def recent_posts_are_remembered_for_ever(patch: Patch) -> None:
    patch.setattr(recents, "REMEMBERED_FOR", 10**12)


@bug
def who_is_away_is_left_out_and_that_is_not_noted(patch: Patch) -> None:
    patch.setattr(feed_states.FeedStateStore, "_noted_dormant", lambda *_: True)


@bug
def a_return_rebuilds_nothing(patch: Patch) -> None:
    def rebuild(rebuilder: Any, reader_id: int, since: int, _before: int | None = None) -> None:
        rebuilder.states.rebuilt(reader_id, since, now=rebuilder.clock())

    patch.setattr(Rebuilder, "rebuild", rebuild)


@bug
def followers_are_not_told_of_fame(patch: Patch) -> None:
    patch.setattr(Fame, "walk", lambda *_, **__: None)


@bug
def fame_is_never_judged(patch: Patch) -> None:
    patch.setattr(Fame, "judge", lambda *_: True)


@bug
def going_public_lets_in_nobody(patch: Patch) -> None:
    patch.setattr(Opening, "walk", lambda *_, **__: None)


@bug
def a_taken_back_repost_stays_in_feeds(patch: Patch) -> None:
    patch.setattr(Withdrawer, "unreposted", lambda *_, **__: None)


@bug
def a_deletion_leaves_what_leads_away(patch: Patch) -> None:
    patch.setattr(
        Remains, "close", lambda each, removal: batches.delete_all(each.table, [(removal.pk, removal.sk)])
    )


@bug
def a_deletion_is_not_carried_on(patch: Patch) -> None:
    patch.setattr(Remover, "_ask_to_go_on", lambda *_: None)


@bug
def an_event_is_counted_each_time_it_comes(patch: Patch) -> None:
    original = tastes.TasteStore.count

    def count(store: Any, event_id: str, *arguments: Any, **named: Any) -> None:
        original(store, f"{event_id}-{uuid.uuid4()}", *arguments, **named)

    patch.setattr(tastes.TasteStore, "count", count)


@bug
def a_block_leaves_the_edge(patch: Patch) -> None:
    original = graph.GraphChange.move

    def move(change: Any, before: Any, after: Any, **more: Any) -> None:
        if after.is_severed and not before.is_severed:
            after = replace(after, state=before.state, edge_id=before.edge_id)
        original(change, before, after, **more)

    patch.setattr(graph.GraphChange, "move", move)


@bug
def a_reader_out_of_sight_is_read_as_it_was(patch: Patch) -> None:
    original = FollowStore.hidden_from
    remembered: dict[int, Any] = {}

    def hidden_from(store: Any, reader_id: int, *, now: int) -> Any:
        return remembered.setdefault(reader_id, original(store, reader_id, now=now))

    patch.setattr(FollowStore, "hidden_from", hidden_from)


@bug
def files_stay_when_their_medium_goes(patch: Patch) -> None:
    patch.setattr(Processor, "gone", lambda *_: None)


@bug
def what_is_ready_is_drawn_again(patch: Patch) -> None:
    original = UploadStore.begin

    def begin(store: Any, media_id: int, version: str) -> Any:
        medium, _ = original(store, media_id, version)
        return replace(medium, status=MediumStatus.PROCESSING), version

    patch.setattr(UploadStore, "begin", begin)


@bug
def the_avatar_before_stays(patch: Patch) -> None:
    original = avatars._putting_on

    def putting_on(medium: Any, version: str, owner: Any) -> list[Any]:
        return original(medium, version, owner)[:3]

    patch.setattr(avatars, "_putting_on", putting_on)


@bug
def the_newest_upload_is_read_instead_of_the_one_that_counts(patch: Patch) -> None:
    original = Storage.fetch
    patch.setattr(Storage, "fetch", lambda store, name, into, **_: original(store, name, into))


@bug
def who_may_not_be_seen_is_told_of(patch: Patch) -> None:
    patch.setattr(notification_reader, "can_view_author", lambda *_: True)


@bug
def what_moves_up_stays_where_it_was_as_well(patch: Patch) -> None:
    original = notifications._standing

    def standing(*arguments: Any, **more: Any) -> list[Any]:
        return [each for each in original(*arguments, **more) if not isinstance(each, Delete)]

    patch.setattr(notifications, "_standing", standing)


@bug
def what_is_gone_is_told_of(patch: Patch) -> None:
    patch.setattr(notifications, "_grounds", lambda *_: ())


@bug
def every_use_of_a_hashtag_counts_anew(patch: Patch) -> None:
    original = trends.Trend.counting
    patch.setattr(trends.Trend, "counting", lambda trend, by, at: original(trend, max(by, 0), at))


@bug
def what_is_used_no_longer_stays_on_the_boards(patch: Patch) -> None:
    original = table_trends._listing

    def listing(kind: Any, window: Any, board: Any, _subjects: Any, seen: Any, now: int) -> Any:
        return original(kind, window, board, seen.keys(), seen, now)

    patch.setattr(table_trends, "_listing", listing)


@bug
def who_hides_goes_on_counting_for_hashtags(patch: Patch) -> None:
    patch.setattr(Trender, "_walk", lambda *_, **__: None)


@bug
def what_is_gone_is_indexed(patch: Patch) -> None:
    original = index_cards.rewrite

    def rewrite(*arguments: Any, proofs: Any = (), **more: Any) -> None:
        original(*arguments, **more)

    for module in (post_index, user_index):
        patch.setattr(module, "rewrite", rewrite)


@bug
def entries_are_rewritten_before_the_card_tells_of_them(patch: Patch) -> None:
    def rewrite(table: Any, card: Any, wanted: Any, entries_of: Any, **more: Any) -> None:
        after = [entry for source in [wanted] if source is not None for entry in entries_of(source)]
        batches.put_all(table, list({(entry.pk, entry.sk): entry for entry in after}.values()))
        index_cards.rewrite(table, card, wanted, entries_of, **more)

    for module in (post_index, tag_index, user_index):
        patch.setattr(module, "rewrite", rewrite)


@bug
def posts_are_not_counted_again_when_their_author_hides(patch: Patch) -> None:
    patch.setattr(Indexer, "_index_posts", lambda *_, **__: None)


@bug
def a_bell_hangs_without_a_follow(patch: Patch) -> None:
    patch.setattr(BellStore, "take_down_unfollowed", lambda *_: None)


@bug
def somebody_is_told_of_the_first_like_only(patch: Patch) -> None:
    """And not again when all of them were taken back meanwhile."""
    original = notifications.NotificationStore._read

    def read(store: Any, user_id: int, subject: Any, trace: str) -> tuple[Any, Any]:
        told, present = original(store, user_id, subject, trace)
        return told, present or told

    patch.setattr(notifications.NotificationStore, "_read", read)


@bug
def ones_own_and_what_one_follows_is_recommended(patch: Patch) -> None:
    patch.setattr(discovered, "_is_news", lambda _viewer_id, seen: seen.post.reply_to is None)


@bug
def accounts_that_one_has_to_do_with_are_recommended(patch: Patch) -> None:
    def strangers(use_case: RecommendedAccounts, viewer_id: int, user_ids: set[int]) -> dict[int, Any]:
        known = use_case.relations.known(viewer_id, user_ids - {viewer_id})
        return {user_id: user for user_id, (user, _) in known.items()}

    patch.setattr(RecommendedAccounts, "_strangers", strangers)


@bug
def a_page_of_recommendations_begins_with_the_last_of_the_one_before(patch: Patch) -> None:
    original = pages.filled

    def filled(*arguments: Any, **more: Any) -> Any:
        page = original(*arguments, **more)
        return page if page.resume_at is None else replace(page, resume_at=max(1, page.resume_at - 1))

    patch.setattr(discovered, "filled", filled)
