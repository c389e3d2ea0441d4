"""What follows from many follows: celebrities with their markers, and open doors for who waits."""

from collections.abc import Callable

import pytest

from functions.follow import fame, wiring
from functions.follow.on_event import handler as on_event
from functions.profile import wiring as profile_wiring
from kith import deployment
from kith.domain.clock import system_clock
from kith.domain.follows import FollowState
from kith.domain.users import Standing as UserStanding
from kith.table import batches
from kith.table.celebrities import CelebrityStore
from kith.table.connection import Table
from kith.table.erasures import Erasure, ErasureStore
from kith.table.follows import FollowStore
from kith.table.items import TallyItem, UserItem
from kith.table.tallies import TallyStore
from kith.table.transactions import Update, write
from kith.table.users import UserStore
from tests.builders import queue_event
from tests.component.conftest import Join, Person, joined, new_id, start_cold
from tests.component.erasing import NOTHING_FAILED, Killed, Message, at_call, die, taken_from
from tests.component.following import (
    Standing,
    crowd,
    follow,
    forget_everything,
    settled,
    told,
    unfollow,
    user_of,
)

pytestmark = pytest.mark.usefixtures("stream_on")

THRESHOLD, DEMOTION = 4, 3


@pytest.fixture
def small(cloud: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four followers make a celebrity, fewer than three unmake one; a message goes two followers far."""
    monkeypatch.setenv("KITH_CELEBRITY_THRESHOLD", str(THRESHOLD))
    monkeypatch.setenv("KITH_CELEBRITY_DEMOTION", str(DEMOTION))
    monkeypatch.setattr(fame, "MARKED_AT_ONCE", 2)
    monkeypatch.setattr(wiring, "BUDGET", 0)
    start_cold()


def event(name: str, account: Person) -> Message:
    detail = {"v": 1, "event_id": "e", "following_id": account.user_id, "follower_id": 7, "colour": "red"}
    return {"version": "0", "source": "kith", "detail-type": name, "detail": detail}


def counted(account: Person) -> None:
    """Let the room look at an account's count of followers, and do all that comes of it."""
    settled(event("graph.follow", account))


def agreed(account: Person) -> Standing:
    """Return how all stand to an account, after checking that markers and edges agree."""
    now = Standing.of(account)
    assert now.miscounted == []
    assert now.marked == (now.followers if now.is_celebrity else set())
    return now


def test_the_follower_who_reaches_the_threshold_makes_a_celebrity_found_by_all_who_follow_it(
    small: None, join: Join
) -> None:
    idol, fans = join("idol"), [join(f"fan{number}") for number in range(THRESHOLD)]
    for fan in fans[:-1]:
        follow(fan.user_id, idol)
    settled()
    assert not agreed(idol).is_celebrity
    follow(fans[-1].user_id, idol)
    settled()
    assert agreed(idol) == Standing(
        {fan.user_id for fan in fans}, set(), {fan.user_id for fan in fans}, is_celebrity=True, miscounted=[]
    )
    store = FollowStore(deployment.table())
    assert [store.celebrities(fan.user_id) for fan in fans] == [[idol.user_id]] * THRESHOLD


def test_who_follows_a_celebrity_finds_it_at_once_and_who_unfollows_does_not(small: None, join: Join) -> None:
    idol, late = join("idol"), join("late")
    crowd(idol, THRESHOLD)
    counted(idol)
    store = FollowStore(deployment.table())
    assert store.celebrities(late.user_id) == []
    follow(late.user_id, idol)
    assert store.celebrities(late.user_id) == [idol.user_id]
    unfollow(late.user_id, idol)
    assert store.celebrities(late.user_id) == []
    agreed(idol)


def test_a_celebrity_remains_one_until_fewer_follow_than_the_lower_mark(small: None, join: Join) -> None:
    idol = join("idol")
    fans = crowd(idol, THRESHOLD)
    counted(idol)
    assert agreed(idol).is_celebrity
    unfollow(fans.pop(), idol)
    settled()
    assert agreed(idol).is_celebrity, f"{DEMOTION} still follow"
    unfollow(fans.pop(), idol)
    settled()
    assert not agreed(idol).is_celebrity
    crowd(idol, 1)
    counted(idol)
    assert not agreed(idol).is_celebrity, "the way up is the threshold"
    crowd(idol, 1)
    counted(idol)
    assert agreed(idol).is_celebrity


def test_a_threshold_below_the_lower_mark_is_both(cloud: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KITH_CELEBRITY_THRESHOLD", "2")
    start_cold()
    idol = joined("idol")
    fans = crowd(idol, 2)
    counted(idol)
    assert agreed(idol).is_celebrity
    unfollow(fans[0], idol)
    settled()
    assert not agreed(idol).is_celebrity


def test_every_shard_of_a_spread_count_knows_what_the_account_is(small: None, join: Join) -> None:
    idol = join("idol")
    TallyStore(deployment.table()).spread(user_of(idol))
    crowd(idol, THRESHOLD)
    assert user_of(idol).tally_shards == 2
    counted(idol)
    assert agreed(idol).is_celebrity  # that all shards say the same is checked there


def test_an_account_that_changes_while_it_is_judged_is_judged_again(small: None, join: Join) -> None:
    idol = join("idol")
    crowd(idol, THRESHOLD)
    with at_call(2, lambda: TallyStore(deployment.table()).spread(user_of(idol))) as calls:
        on_event(queue_event(event("graph.follow", idol)), None)
    assert calls[2] == "TransactWriteItems"
    assert user_of(idol).tally_shards == 2
    settled()
    assert agreed(idol).is_celebrity


def test_who_asks_and_is_let_in_by_a_private_celebrity_finds_it_too(small: None, join: Join) -> None:
    shy, asker = join("shy", is_private=True), join("asker")
    crowd(shy, THRESHOLD)
    counted(shy)
    follow(asker.user_id, shy)
    assert asker.user_id in Standing.of(shy).waiting
    wiring.service().decide(shy.user_id, asker.user_id, accept=True)
    settled()
    assert asker.user_id in agreed(shy).marked


def test_a_deleted_account_becomes_no_celebrity_and_its_room_is_not_missed(small: None, join: Join) -> None:
    idol = join("idol")
    crowd(idol, THRESHOLD)
    erasure = Erasure(new_id(), idol.user_id, "posts", None, {}, system_clock())
    ErasureStore(deployment.table()).begin(erasure, idol.user_id)
    counted(idol)
    assert not user_of(idol).is_celebrity
    nobody = Person(new_id(), "nobody", "")
    assert on_event(queue_event(event("graph.unfollow", nobody)), None) == NOTHING_FAILED


def marked(idol: Person) -> set[int]:
    return Standing.of(idol).marked


def test_250_followers_are_told_page_by_page(cloud: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KITH_CELEBRITY_THRESHOLD", "250")
    monkeypatch.setattr(wiring, "BUDGET", 0)
    start_cold()
    idol = joined("idol")
    followers = set(crowd(idol, 250))
    told()
    with at_call(17, die) as calls:
        delivered = settled(event("graph.follow", idol))
    assert agreed(idol) == Standing(followers, set(), followers, is_celebrity=True, miscounted=[])
    assert sum("walk" in each for each in delivered) == 6, "six pages; what follows the last is nobody"
    assert max(calls.index(each) for each in set(calls)) < 17 < len(calls)


def test_killed_before_or_after_any_call_every_follower_finds_the_celebrity(small: None, join: Join) -> None:
    number, total = 0, 1
    while number < total:  # killed after one call is killed before the next
        forget_everything()
        idol = join("idol")
        followers = set(crowd(idol, THRESHOLD + 1))
        with at_call(number, die) as calls:
            counted(idol)
        assert agreed(idol) == Standing(followers, set(), followers, is_celebrity=True, miscounted=[])
        number, total = number + 1, len(calls)
    assert total > 12


def test_killed_before_any_call_it_leaves_no_marker_of_who_is_no_celebrity_any_more(
    small: None, join: Join
) -> None:
    idol = join("idol")
    crowd(idol, DEMOTION - 1)
    store, number, total = TallyStore(deployment.table()), 0, 1
    while number < total:
        assert store.name_celebrity(user_of(idol), is_celebrity=True)
        told()
        for follower_id in Standing.of(idol).followers:
            CelebrityStore(deployment.table()).mark(idol.user_id, [follower_id])
        assert len(marked(idol)) == DEMOTION - 1
        with at_call(number, die) as calls:
            counted(idol)
        assert not agreed(idol).is_celebrity
        number, total = number + 1, len(calls)
    assert total > 6


def test_ten_deliveries_of_every_message_are_one(small: None, join: Join) -> None:
    idol = join("idol")
    fans = crowd(idol, 7)
    settled(event("graph.follow", idol), times=10)
    assert agreed(idol).is_celebrity
    for fan in fans[:5]:
        unfollow(fan, idol)
    settled(times=10)
    assert not agreed(idol).is_celebrity


def someone_leaves(idol: Person, fans: list[int]) -> None:
    unfollow(fans[3], idol)


def someone_comes(idol: Person, fans: list[int]) -> None:
    follow(joined(f"late{new_id()}"[:20]).user_id, idol)


def someone_leaves_and_comes_back(idol: Person, fans: list[int]) -> None:
    unfollow(fans[0], idol)
    follow(fans[0], idol)


def most_leave(idol: Person, fans: list[int]) -> None:
    for fan in fans[:-1]:
        unfollow(fan, idol)


def all_leave_and_others_come(idol: Person, fans: list[int]) -> None:
    """Crosses both marks, and sees to all that comes of it before the walk that is under way goes on."""
    most_leave(idol, fans)
    settled()
    crowd(idol, THRESHOLD)
    counted(idol)


@pytest.mark.parametrize(
    "act",
    [someone_leaves, someone_comes, someone_leaves_and_comes_back, most_leave, all_leave_and_others_come],
)
def test_whoever_comes_or_goes_before_any_call_of_a_walk_markers_and_edges_agree(
    small: None, join: Join, act: Callable[[Person, list[int]], None]
) -> None:
    idol = join("idol")
    fans = crowd(idol, THRESHOLD + 1)
    with at_call(-1, die) as calls:
        counted(idol)
    assert calls.count("SendMessageBatch") == 3
    for number in range(len(calls)):
        forget_everything()
        idol = join("idol")
        fans = crowd(idol, THRESHOLD + 1)
        with at_call(number, lambda: act(idol, fans)):  # noqa: B023  # called within the round
            counted(idol)
        assert agreed(idol).is_celebrity == (act is not most_leave), f"before call {number} of {calls}"


def test_a_walk_that_is_late_stops_and_leaves_the_rest_to_the_later_one(small: None, join: Join) -> None:
    idol = join("idol")
    fans = crowd(idol, THRESHOLD + 2)
    counted(idol)
    late = {"walk": "fame", "user_id": idol.user_id, "is_celebrity": False, "after": 0}
    before = agreed(idol)
    settled(late)
    assert agreed(idol) == before
    for fan in fans[:4]:
        unfollow(fan, idol)
    settled()
    assert not agreed(idol).is_celebrity
    settled(late | {"is_celebrity": True})
    assert marked(idol) == set()


def test_events_of_other_kinds_are_nobodys_business(small: None, join: Join) -> None:
    idol = join("idol")
    crowd(idol, THRESHOLD)
    settled(
        event("graph.follow_rejected", idol),
        event("graph.invented", idol),
        {"detail-type": "user.updated", "detail": {"user_id": idol.user_id, "changed": ["bio"]}},
        {"something": "else"},
    )
    assert not agreed(idol).is_celebrity


def make_public(account: Person, *, public: bool = True) -> None:
    profile_wiring.service().change(account.user_id, {"is_private": not public})


def has_standing(account: Person, standing: UserStanding) -> None:
    user = UserItem.at(user_id=account.user_id)
    write(deployment.table(), Update(user, [UserItem.standing.set(standing)], UserItem.pk.exists()))


@pytest.fixture
def shy(cloud: None, monkeypatch: pytest.MonkeyPatch) -> Person:
    """A private account; a message lets one in."""
    monkeypatch.setattr(wiring, "BUDGET", 0)
    start_cold()
    return joined("shy", is_private=True)


def test_who_waits_for_an_account_that_becomes_public_follows_oldest_first(shy: Person, table: Table) -> None:
    friends, waiting = crowd(shy, 3), crowd(shy, 120, FollowState.PENDING)
    assert Standing.of(shy).waiting == set(waiting)
    make_public(shy)
    delivered = settled()
    assert agreed(shy).followers == {*friends, *waiting}
    assert agreed(shy).waiting == set()
    told_of = [
        (each["detail"]["follower_id"], each["detail"]["following_id"])
        for each in delivered
        if each.get("detail-type") == "graph.follow_accepted"
    ]
    assert told_of == [(each, shy.user_id) for each in waiting]
    newest = FollowStore(table).followers_after(shy.user_id, 0, limit=200)
    assert [each.other_id for each in newest] == [*friends, *waiting]
    users = UserStore(table)
    assert [users.tally(each).following for each in waiting] == [1] * 120
    table_item = table.get(TallyItem, user_id=waiting[0], shard="0")
    assert table_item is not None
    assert table_item.wishes == 1, "it was counted when they asked"


def test_becoming_private_changes_nothing_for_who_follows(shy: Person) -> None:
    make_public(shy)
    settled()
    friends = set(crowd(shy, 3))
    make_public(shy, public=False)
    settled()
    assert agreed(shy).followers == friends


def test_killed_before_any_call_all_who_wait_are_let_in_once(cloud: None, shy: Person) -> None:
    number, total = 0, 1
    while number < total:
        forget_everything()
        account = joined("shy", is_private=True)
        waiting = set(crowd(account, 3, FollowState.PENDING))
        make_public(account)
        with at_call(number, die) as calls:
            settled()
        assert agreed(account) == Standing(waiting, set(), set(), is_celebrity=False, miscounted=[])
        number, total = number + 1, len(calls)
    assert total > 12


def test_ten_deliveries_let_nobody_in_twice(shy: Person) -> None:
    waiting = set(crowd(shy, 4, FollowState.PENDING))
    make_public(shy)
    delivered = settled(times=10)
    assert agreed(shy).followers == waiting
    accepted = [each for each in delivered if each.get("detail-type") == "graph.follow_accepted"]
    assert len(accepted) == 4


def test_an_account_that_is_private_again_half_way_keeps_the_rest_waiting(shy: Person) -> None:
    number, seen = 0, set[int]()
    while 4 not in seen:
        forget_everything()
        account = joined("shy", is_private=True)
        waiting = set(crowd(account, 4, FollowState.PENDING))
        make_public(account)
        with at_call(number, lambda: make_public(account, public=False)):  # noqa: B023  # called within the round
            settled()
        now = agreed(account)
        assert now.followers | now.waiting == waiting
        seen.add(len(now.followers))
        if user_of(account).is_private:
            make_public(account)
        settled()
        assert agreed(account).followers == waiting
        number += 1
    assert seen == {0, 1, 2, 3, 4}


def test_nobody_is_let_in_by_an_account_that_is_private_when_it_is_written(shy: Person) -> None:
    (asker,) = crowd(shy, 1, FollowState.PENDING)
    make_public(shy)
    messages = told()
    with at_call(2, lambda: make_public(shy, public=False)) as calls:
        settled(*messages)
    assert calls[2] == "TransactWriteItems"
    assert agreed(shy).waiting == {asker}


def test_who_no_longer_wants_to_follow_is_passed_over(shy: Person) -> None:
    waiting = crowd(shy, 3, FollowState.PENDING)
    make_public(shy)
    with at_call(1, lambda: unfollow(waiting[0], shy)):
        settled()
    assert agreed(shy).followers == set(waiting[1:])


def test_who_is_deleted_is_passed_over(shy: Person) -> None:
    waiting = crowd(shy, 3, FollowState.PENDING)
    batches.delete_all(deployment.table(), [TallyItem.pattern.key(user_id=waiting[1], shard="0")])
    make_public(shy)
    settled()
    assert Standing.of(shy).followers == {waiting[0], waiting[2]}
    assert Standing.of(shy).waiting == {waiting[1]}, "the erasure takes it away"


def test_who_waits_for_a_suspended_account_is_let_in_when_that_is_over(shy: Person) -> None:
    (asker,) = crowd(shy, 1, FollowState.PENDING)
    make_public(shy)
    has_standing(shy, UserStanding.SUSPENDED)
    settled()
    assert agreed(shy).waiting == {asker}
    has_standing(shy, UserStanding.ACTIVE)
    settled()
    assert agreed(shy).followers == {asker}


def test_who_is_let_in_by_a_celebrity_finds_it_among_theirs(small: None, join: Join) -> None:
    shy = join("shy", is_private=True)
    friends = crowd(shy, THRESHOLD)
    counted(shy)
    waiting = crowd(shy, 3, FollowState.PENDING)
    make_public(shy)
    settled()
    assert agreed(shy).marked == {*friends, *waiting}


def test_an_account_that_waiting_makes_a_celebrity_is_one(small: None, join: Join) -> None:
    shy = join("shy", is_private=True)
    crowd(shy, THRESHOLD, FollowState.PENDING)
    make_public(shy)
    settled()
    assert agreed(shy).is_celebrity


def test_a_walk_over_an_account_that_is_gone_is_dropped(shy: Person) -> None:
    crowd(shy, 1, FollowState.PENDING)
    batches.delete_all(deployment.table(), [UserItem.pattern.key(user_id=shy.user_id)])
    message = {"walk": "opening", "user_id": shy.user_id, "after": 0}
    assert on_event(queue_event(message), None) == NOTHING_FAILED
    assert taken_from("graph") == []


def test_a_message_that_is_killed_comes_again_whole(shy: Person) -> None:
    crowd(shy, 2, FollowState.PENDING)
    make_public(shy)
    (message,) = told()
    with at_call(3, die), pytest.raises(Killed):
        on_event(queue_event(message), None)
    settled(message)
    assert agreed(shy).waiting == set()
