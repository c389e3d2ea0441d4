"""How a post's counts are spread, on a table that is as crowded as a test says: moto never is."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from pynamodb.exceptions import CancellationReason, VerboseClientError

from kith.domain.comments import Comment
from kith.domain.engagements import Deed, Engagement
from kith.domain.errors import Unavailable
from kith.domain.posts import Counts, Post, PostNotFound
from kith.table import transactions
from kith.table.comments import CommentStore
from kith.table.counts import CROWDED, SHARDS_MOST, CountStore, alive, counting, counts_of, uncounted
from kith.table.engagements import EngagementStore
from kith.table.items import CountItem, PostItem
from kith.table.schema import COUNT, POST
from tests.unit.kith.table.scripted import ScriptedTable

ANN, BOB = 1, 2
POST_ID = 10
NOTHING = Engagement(BOB, POST_ID)

pytestmark = pytest.mark.usefixtures("table", "no_pauses")


class Gone(Exception):
    """What a test's condition means."""


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    def at_once(most: int, _pause: object) -> Iterator[int]:
        yield from range(most)

    monkeypatch.setattr(transactions, "attempts", at_once)


def post_with(shards: int, **more: Any) -> Post:
    return Post(POST_ID, ANN, "hello", count_shards=shards, revision=3, **more)


def cancelled(arguments: dict[str, Any], code: str) -> VerboseClientError:
    rest = len(arguments["TransactItems"]) - 1
    return VerboseClientError(
        {"Error": {"Code": "TransactionCanceledException", "Message": "cancelled"}},
        "TransactWriteItems",
        cancellation_reasons=[CancellationReason(code), *[None] * rest],
    )


def crowded(*codes: str | None) -> ScriptedTable:
    """Return a table that cancels one transaction for each reason, and carries out all that come after."""
    left = list(codes)

    def answer(operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        assert operation == "TransactWriteItems"
        code = left.pop(0) if left else None
        if code is not None:
            raise cancelled(arguments, code)
        return {}

    return ScriptedTable(answer)


def like(table: ScriptedTable, post: Post) -> None:
    EngagementStore(table).carry_out(post, NOTHING, NOTHING.having(Deed.LIKE, 20, revision=21))


def bookmark(table: ScriptedTable, post: Post) -> None:
    EngagementStore(table).carry_out(post, NOTHING, NOTHING.having(Deed.BOOKMARK, 20, revision=21))


def comment(table: ScriptedTable, post: Post) -> None:
    CommentStore(table).add(post, Comment(20, POST_ID, BOB, "hello"), None)


acts = pytest.mark.parametrize("act", [like, bookmark, comment])


def transactions_on(table: ScriptedTable) -> list[list[dict[str, Any]]]:
    """Return the different transactions that were tried, in order."""
    by_token = {arguments["ClientRequestToken"]: arguments["TransactItems"] for _, arguments in table.calls}
    return list(by_token.values())


def put_keys(transaction: list[dict[str, Any]]) -> list[tuple[str, str]]:
    items = [operation["Put"]["Item"] for operation in transaction if "Put" in operation]
    return [(item["PK"]["S"], item["SK"]["S"]) for item in items]


def key_of(request: dict[str, Any]) -> tuple[str, str]:
    ((_, body),) = request.items()
    return body["Key"]["PK"]["S"], body["Key"]["SK"]["S"]


def shard_keys(shards: Iterable[int]) -> list[tuple[str, str]]:
    return [COUNT.key(post_id=POST_ID, shard=str(shard)) for shard in shards]


@acts
@pytest.mark.parametrize("shards", [1, 2, SHARDS_MOST // 2])
def test_what_was_in_conflict_several_times_spreads_the_counts_twice_as_far(act: Any, shards: int) -> None:
    table = crowded(*["TransactionConflict"] * CROWDED)
    act(table, post_with(shards))
    done, spreading = transactions_on(table)
    assert len(table.calls) == CROWDED + 2
    assert key_of(spreading[0]) == POST.key(post_id=POST_ID)
    update = spreading[0]["Update"]
    names = update["ExpressionAttributeNames"]
    assert {"count_shards", "revision"} == set(names.values())
    numbers = {int(value["N"]) for value in update["ExpressionAttributeValues"].values()}
    assert numbers == {2 * shards, 3, 4}, "to so many shards, from one revision to the next"
    assert "ConditionExpression" in update
    assert put_keys(spreading) == shard_keys(range(shards, 2 * shards))
    assert all("ConditionExpression" in operation["Put"] for operation in spreading[1:])
    assert not set(put_keys(spreading)) & set(put_keys(done))


@acts
@pytest.mark.parametrize("conflicts", range(CROWDED))
def test_a_few_conflicts_spread_nothing(act: Any, conflicts: int) -> None:
    table = crowded(*["TransactionConflict"] * conflicts)
    act(table, post_with(1))
    assert len(table.calls) == conflicts + 1
    assert len(transactions_on(table)) == 1


@acts
def test_counts_are_spread_no_further_than_they_may_be(act: Any) -> None:
    table = crowded(*["TransactionConflict"] * CROWDED)
    act(table, post_with(SHARDS_MOST))
    assert len(transactions_on(table)) == 1


@acts
def test_whom_somebody_else_was_faster_than_leaves_the_counts_as_they_are(act: Any) -> None:
    table = crowded(*["TransactionConflict"] * CROWDED, None, "ConditionalCheckFailed")
    act(table, post_with(1))
    assert len(table.calls) == CROWDED + 2, "it is not tried again"


@acts
def test_what_was_done_stays_done_though_the_counts_cannot_be_spread(act: Any) -> None:
    table = crowded(
        *["TransactionConflict"] * CROWDED, None, *["TransactionConflict"] * transactions.ATTEMPTS
    )
    act(table, post_with(1))
    done, _ = transactions_on(table)
    assert table.calls[CROWDED][1]["TransactItems"] == done, "the attempt that took effect"
    assert len(table.calls) == CROWDED + 1 + transactions.ATTEMPTS


def test_what_is_never_carried_out_is_told_and_spreads_nothing() -> None:
    table = crowded(*["TransactionConflict"] * transactions.ATTEMPTS)
    with pytest.raises(Unavailable):
        like(table, post_with(1))
    assert len(transactions_on(table)) == 1


@pytest.mark.parametrize("shards", [1, 2, 4, SHARDS_MOST])
def test_counting_and_asking_reach_each_shard_that_there_is_and_no_other(
    monkeypatch: pytest.MonkeyPatch, shards: int
) -> None:
    drawn_from: list[int] = []
    drawn: Iterator[int] = iter([*range(shards), *range(shards)])

    def draw(below: int) -> int:
        drawn_from.append(below)
        return next(drawn)

    monkeypatch.setattr("kith.table.counts.secrets.randbelow", draw)
    post = post_with(shards)
    expected = [POST.key(post_id=POST_ID), *shard_keys(range(1, shards))]
    assert [key_of(counting(post, likes=1).request()) for _ in range(shards)] == expected
    assert [key_of(alive(post, Gone()).request()) for _ in range(shards)] == expected
    assert drawn_from == [shards] * 2 * shards


@pytest.mark.parametrize("shards", [1, 8])
def test_counting_adds_to_what_is_there_and_asking_adds_nothing(shards: int) -> None:
    post = post_with(shards)
    counted, asked = counting(post, likes=1, reposts=-1), alive(post, Gone())
    update = counted.request()["Update"]
    assert set(update["ExpressionAttributeNames"].values()) >= {"likes", "reposts"}
    assert sorted(value["N"] for value in update["ExpressionAttributeValues"].values()) == ["-1", "1"]
    assert update["ConditionExpression"].startswith("attribute_exists")
    assert isinstance(counted.otherwise, PostNotFound)
    check = asked.request()["ConditionCheck"]
    assert check["ConditionExpression"].startswith("attribute_exists")
    assert isinstance(asked.otherwise, Gone)


@pytest.mark.parametrize("shards", [1, 2, SHARDS_MOST])
def test_a_post_takes_all_its_further_counts_with_it(shards: int) -> None:
    deleted = [key_of(operation.request()) for operation in uncounted(post_with(shards))]
    assert deleted == shard_keys(range(1, shards))


def test_a_total_is_the_sum_over_all_shards_though_one_of_them_is_below_nothing() -> None:
    spread = post_with(4, counts=Counts(likes=5, comments=2, reposts=1))
    plain = Post(11, ANN, "hello", counts=Counts(likes=9))
    further = [Counts(-2, 1, 0), Counts(4, 0, 0), Counts(0, -3, 2)]

    def answer(operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        assert operation == "Query"
        assert arguments["ExpressionAttributeValues"][":pk"]["S"] == POST.key(post_id=POST_ID)[0]
        assert arguments["ConsistentRead"] is True
        return {
            "Items": [
                CountItem.at(
                    {"likes": each.likes, "comments": each.comments, "reposts": each.reposts},
                    post_id=POST_ID,
                    shard=str(shard),
                ).serialize()
                for shard, each in enumerate(further, start=1)
            ]
        }

    table = ScriptedTable(answer)
    totals = CountStore(table).totalled([spread, plain])
    assert {post_id: post.counts for post_id, post in totals.items()} == {
        POST_ID: Counts(likes=7, comments=0, reposts=3),
        11: Counts(likes=9),
    }
    assert len(table.calls) == 1, "only of the one whose counts are spread"


def test_a_total_takes_no_call_where_no_counts_are_spread() -> None:
    posts = [Post(number, ANN, "hello", counts=Counts(likes=number)) for number in range(1, 4)]
    table = crowded()
    assert CountStore(table).totalled(posts) == {post.post_id: post for post in posts}
    assert CountStore(table).totalled([]) == {}
    assert table.calls == []


def test_an_item_without_counts_has_counted_nothing() -> None:
    assert counts_of(CountItem.at(post_id=POST_ID, shard="1")) == Counts()
    assert counts_of(PostItem.at({"likes": 2}, post_id=POST_ID)) == Counts(likes=2)
