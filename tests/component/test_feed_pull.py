"""What celebrities publish is pulled by those who follow them."""

from collections import Counter

import pytest

from functions.feed import wiring
from functions.follow import wiring as follow_wiring
from functions.follow.on_event import handler as on_fame
from functions.post.api import door as post_door
from functions.relationship.api import door as relationship_door
from kith import deployment
from kith.domain import ids
from kith.domain.clock import DAY, MINUTE, SECOND, system_clock
from kith.domain.follows import FollowState
from kith.domain.posts import Delivery
from kith.table import batches
from kith.table.connection import Table
from kith.table.follows import FollowStore
from kith.table.items import (
    CelebrityItem,
    FollowingItem,
    RecentItem,
    RelationItem,
    RepostedItem,
    UserItem,
)
from kith.table.recents import KEPT, REMEMBERED_FOR, RecentStore
from tests.builders import queue_event
from tests.component.conftest import Join, Person, new_id, start_cold
from tests.component.erasing import NOTHING_FAILED, taken_from
from tests.component.feeding import (
    Hands,
    change,
    counted,
    delete_post,
    deliver,
    entries,
    event,
    follow,
    follow_and_merge,
    hands_of,
    happened,
    in_order,
    made,
    named,
    of_graph,
    of_post,
    published,
    read,
    reasons,
    repost,
    shown,
    unfollow,
    unrepost,
)
from tests.component.happening import block, publish

CELEBRITY = {"kind": "celebrity"}


@pytest.fixture
def clock(cloud: None, monkeypatch: pytest.MonkeyPatch) -> Hands:
    """What the time is to the feed room and to the room that makes celebrities."""
    return hands_of(monkeypatch, wiring, follow_wiring)


def fame_told(who: Person) -> None:
    """Let all who follow an account know whether it is a celebrity, as its followers now say."""
    waiting = [event("user.updated", user_id=who.user_id, changed=["is_celebrity"])]
    while waiting:
        assert on_fame(queue_event(*waiting), None) == NOTHING_FAILED
        waiting = taken_from("graph")


def removed(author: Person, post_id: int) -> None:
    """Delete a post; nobody has been told yet."""
    assert author.at(post_door).send("DELETE /api/v1/posts/{post_id}", post_id=post_id).status == 204


def test_what_a_celebrity_publishes_is_planned_for_nobody_and_pulled_by_who_follows(
    table: Table, join: Join
) -> None:
    fan, passer_by, star = join("fan"), join("passer.by"), named(join("star"))
    follow(fan, star)
    post_id = publish(star)
    post = wiring.taster().posts.by_id(post_id)
    assert post is not None
    assert post.delivery is Delivery.PULL
    happened(of_post("created", post_id, star))
    assert entries(fan) == []
    assert RecentStore(table).now_of(star.user_id).posts == (post_id,)
    ((item),) = read(fan, explain=1).json["items"]
    assert (item["post"]["post_id"], item["reason"]) == (post_id, CELEBRITY)
    assert item["explanation"]["arrival"] == "pulled"
    assert shown(passer_by) == []
    assert reasons(star) == {post_id: {"kind": "own"}}


def test_who_is_none_is_pushed(join: Join) -> None:
    fan, bob = join("fan"), join("bob")
    follow(fan, bob)
    post_id = published(bob)
    assert entries(fan) == [(post_id, bob.user_id)]
    assert read(fan, explain=1).json["items"][0]["explanation"]["arrival"] == "pushed"


def test_an_unfollow_hides_what_is_pulled_at_once(join: Join) -> None:
    fan, star = join("fan"), named(join("star"))
    follow(fan, star)
    post_id = published(star)
    assert shown(fan) == [post_id]
    unfollow(fan, star)
    assert shown(fan) == []
    follow(fan, star)
    assert shown(fan) == [post_id]


def test_what_is_pulled_and_what_is_pushed_stand_in_one_order(join: Join) -> None:
    fan, bob, star = join("fan"), join("bob"), named(join("star"))
    for author in (bob, star):
        follow(fan, author)
    posts = [published(author) for author in (star, bob, star, bob, star)]
    posts.append(published(fan))
    for limit in (1, 2, 20):
        assert in_order(fan, limit) == posts[::-1]


def many_of(star: Person, count: int) -> list[int]:
    """Let a celebrity have published many posts, of which the last tells that there are too many; newest first."""
    posts = made(star, count, delivery=Delivery.PULL)
    deployment.table().put(RecentItem.at({"posts": posts}, user_id=star.user_id))
    for _ in range(count // 20):
        happened(of_post("created", posts[0], star))
    return posts


@pytest.mark.parametrize("limit", [7, 49])
def test_two_hundred_and_fifty_posts_of_one_celebrity_can_all_be_reached(
    table: Table, join: Join, limit: int
) -> None:
    fan, star = join("fan"), named(join("star"))
    follow(fan, star)
    posts = many_of(star, 250)
    assert RecentStore(table).now_of(star.user_id).posts == tuple(posts[:KEPT])
    assert in_order(fan, limit) == posts


@pytest.mark.parametrize("deleted", [0, 120, 199, 230])
def test_when_one_of_many_is_deleted_the_others_can_still_be_reached(
    table: Table, join: Join, deleted: int
) -> None:
    fan, star = join("fan"), named(join("star"))
    follow(fan, star)
    posts = many_of(star, 250)
    gone = posts[deleted]
    assert (gone in RecentStore(table).now_of(star.user_id).posts) is (deleted < KEPT)
    delete_post(star, gone)
    assert gone not in RecentStore(table).now_of(star.user_id).posts
    left = [post_id for post_id in posts if post_id != gone]
    start_cold()
    assert in_order(fan, 49) == left
    for each in left[:195]:
        RecentStore(table).forget(star.user_id, each)
    start_cold()
    assert in_order(fan, 49)[-60:] == left[-60:], "however few of them are still known"


def test_a_celebritys_list_is_cut_however_its_posts_were_published(table: Table, join: Join) -> None:
    fan, star = join("fan"), named(join("star"))
    follow(fan, star)
    posts = many_of(star, KEPT)
    posts.insert(0, publish(star))
    assert len(RecentStore(table).now_of(star.user_id).posts) == KEPT + 1
    happened(of_post("created", posts[0], star))
    assert RecentStore(table).now_of(star.user_id).posts == tuple(posts[:KEPT])
    assert in_order(fan, 49) == posts


def test_what_celebrities_publish_is_remembered_for_a_few_seconds(
    table: Table, join: Join, clock: Hands
) -> None:
    fan, star = join("fan"), named(join("star"))
    follow(fan, star)
    first = published(star)
    assert shown(fan) == [first]
    second = published(star)
    clock.now += REMEMBERED_FOR - 1
    assert shown(fan) == [first]
    clock.now += 1
    assert shown(fan) == [second, first]
    assert REMEMBERED_FOR <= 5 * SECOND


@pytest.mark.parametrize("change_of", ["deletes it", "blocks", "is blocked", "is unfollowed"])
def test_what_may_not_be_seen_any_more_is_not_shown_though_it_is_remembered(
    join: Join, clock: Hands, change_of: str
) -> None:
    fan, star = join("fan"), named(join("star"))
    follow(fan, star)
    post_id = published(star)
    assert shown(fan) == [post_id]
    {
        "deletes it": lambda: removed(star, post_id),
        "blocks": lambda: block(star, fan),
        "is blocked": lambda: block(fan, star),
        "is unfollowed": lambda: unfollow(fan, star),
    }[change_of]()
    assert shown(fan) == []
    start_cold()
    assert shown(fan) == [], "nor is it there for who remembers nothing"


@pytest.mark.parametrize("change_of", ["goes private", "deletes it", "is blocked", "takes the repost back"])
def test_what_a_celebrity_reposts_is_pulled_and_never_shown_to_who_may_not_see_it(
    table: Table, join: Join, clock: Hands, change_of: str
) -> None:
    fan, author, star = join("fan"), join("author"), named(join("star"))
    follow(fan, star)
    follow(star, author)
    post_id = publish(author)
    repost(star, post_id)
    happened(of_post("reposted", post_id, star))
    assert entries(fan) == []
    assert RecentStore(table).now_of(star.user_id).reposts == (post_id,)
    ((item),) = read(fan, explain=1).json["items"]
    assert item["reason"] == {"kind": "repost", "by": star.user_id}
    assert item["explanation"]["arrival"] == "pulled"
    {
        "goes private": lambda: change(author, is_private=True),
        "deletes it": lambda: removed(author, post_id),
        "is blocked": lambda: block(fan, author),
        "takes the repost back": lambda: unrepost(star, post_id),
    }[change_of]()
    assert shown(fan) == []
    undone = "deleted" if change_of == "deletes it" else "unreposted"
    if undone == "deleted" or change_of == "takes the repost back":
        happened(of_post(undone, post_id, author if undone == "deleted" else star))
        assert RecentStore(table).now_of(star.user_id).reposts == ()


def test_a_repost_of_an_old_post_by_a_celebrity_who_reposts_much_is_found(table: Table, join: Join) -> None:
    fan, author, star = join("fan"), join("author"), named(join("star"))
    follow(fan, star)
    posts = made(author, KEPT + 19)
    stored = {"delivery": Delivery.PULL}
    batches.put_all(
        table, [RepostedItem.at(stored, user_id=star.user_id, post_id=post_id) for post_id in posts]
    )
    table.put(RecentItem.at({"reposts": posts}, user_id=star.user_id))
    (oldest,) = made(author, 1, at=system_clock() - DAY)
    repost(star, oldest)
    happened(of_post("reposted", oldest, star))
    assert len(RecentStore(table).now_of(star.user_id).reposts) == KEPT
    assert in_order(fan, 49) == [*posts, oldest]


def celebrities_of(who: Person) -> list[int]:
    answer = who.at(relationship_door).send("GET /api/v1/graph/celebrities")
    assert answer.status == 200
    return list(answer.json["celebrities"])


def test_when_the_fame_is_over_what_was_pulled_can_be_read_until_feeds_show_it_no_longer(
    table: Table, join: Join, clock: Hands
) -> None:
    fan, star = join("fan"), named(join("star"))
    follow(fan, star)
    pulled = published(star)
    assert (celebrities_of(fan), reasons(fan)) == ([star.user_id], {pulled: CELEBRITY})
    fame_told(star)
    assert celebrities_of(fan) == [], "one follower makes no celebrity"
    pushed = ids.first_at(ids.created_at(pulled) + MINUTE)
    made(star, 1, at=ids.created_at(pushed))
    happened(of_post("created", pushed, star))
    assert entries(fan) == [(pushed, star.user_id)]
    assert shown(fan) == [pushed, pulled]
    marker = table.get(CelebrityItem, user_id=fan.user_id, celebrity_id=star.user_id)
    assert marker is not None
    assert marker.expires_at >= (clock.now + 30 * DAY) // SECOND
    for post_id, before, after in ((pulled, [pushed, pulled], [pushed]), (pushed, [pushed], [])):
        clock.now = ids.created_at(post_id) + 30 * DAY - SECOND
        assert shown(fan) == before
        clock.now += 2 * SECOND
        assert shown(fan) == after


def test_who_follows_when_the_fame_is_over_is_brought_along_what_was_pulled(join: Join) -> None:
    fan, star = join("fan"), named(join("star"))
    pulled = published(star)
    named(star, is_celebrity=False)
    follow_and_merge(fan, star)
    assert FollowStore(deployment.table()).pulled(fan.user_id, now=0) == frozenset()
    assert (shown(fan), entries(fan)) == ([pulled], [(pulled, star.user_id)])


def test_who_follows_a_celebrity_is_brought_along_only_what_is_not_pulled(join: Join) -> None:
    fan, star = join("fan"), join("star")
    pushed = publish(star)
    pulled = publish(named(star))
    follow_and_merge(fan, star)
    assert entries(fan) == [(pushed, star.user_id)]
    assert shown(fan) == in_order(fan, 1) == [pulled, pushed]


def test_fame_that_is_over_before_anybody_was_told_of_it_loses_nothing(join: Join) -> None:
    fan, other, star = join("fan"), join("other"), join("star")
    for each in (fan, other):
        follow(each, star)
    posts = [published(star)]
    named(star)
    posts.append(published(star))
    named(star, is_celebrity=False)
    posts.append(published(star))
    assert [posts[1] in shown(each) for each in (fan, other)] == [False, False]
    fame_told(star)
    for each in (fan, other):
        assert celebrities_of(each) == []
        assert in_order(each, 1) == shown(each) == posts[::-1]
    follow_again(fan, star)
    assert shown(fan) == posts[::-1]


def follow_again(fan: Person, star: Person) -> None:
    unfollow(fan, star)
    follow(fan, star)
    happened(of_graph("unfollow", fan, star), of_graph("follow", fan, star))


def test_every_crossing_of_the_threshold_between_posts_loses_none_and_doubles_none(join: Join) -> None:
    fan, star = join("fan"), join("star")
    follow(fan, star)
    posts: list[int] = []
    for crossing in range(10):
        named(star, is_celebrity=crossing % 2 == 0)
        posts.insert(0, published(star))
    fame_told(star)
    for limit in (1, 3, 20):
        assert in_order(fan, limit) == posts
    assert len(entries(fan)) == 5


def constellation(table: Table, reader: Person, count: int) -> None:
    """Let somebody follow many celebrities, each with a post."""
    now = system_clock()
    for number in range(count):
        star_id = new_id()
        (post_id,) = made(Person(star_id, "", ""), 1, at=now - number, delivery=Delivery.PULL)
        batches.put_all(
            table,
            [
                UserItem.at({"username": f"s{star_id}", "is_celebrity": True}, user_id=star_id),
                RecentItem.at({"posts": [post_id]}, user_id=star_id),
                CelebrityItem.at(user_id=reader.user_id, celebrity_id=star_id),
            ],
        )


def crowd_followed(table: Table, reader: Person, count: int) -> None:
    """Let somebody follow many, each with a post that was delivered."""
    now = system_clock() - SECOND
    for number in range(count):
        author = Person(new_id(), "", "")
        edge_id = new_id()
        edge = {"state": FollowState.ACCEPTED, "edge_id": edge_id, "revision": edge_id}
        batches.put_all(
            table,
            [
                UserItem.at({"username": f"a{author.user_id}"}, user_id=author.user_id),
                RelationItem.at(edge, user_id=reader.user_id, other_id=author.user_id),
                FollowingItem.at({"other_id": author.user_id}, user_id=reader.user_id, entry_id=edge_id),
            ],
        )
        deliver(table, reader, author, made(author, 1, at=now - number))


@pytest.mark.parametrize("followed", [0, 10, 300])
@pytest.mark.parametrize("celebrities", [0, 5, 50, 150])
def test_a_page_costs_as_many_calls_whomever_one_follows_and_one_more_for_a_hundred_celebrities(
    table: Table, join: Join, clock: Hands, celebrities: int, followed: int
) -> None:
    fan = join("fan")
    constellation(table, fan, celebrities)
    crowd_followed(table, fan, followed)
    expected = min(20, celebrities + followed)
    assert len(shown(fan)) == expected
    with counted(table) as warm:
        assert len(shown(fan)) == expected
    clock.now += REMEMBERED_FOR
    with counted(table) as cold:
        assert len(shown(fan)) == expected
    # The caller's gate; who is hidden, whom one pulls, entries; the state. Then one's own deeds; posts with authors.
    always = Counter({"UpdateItem": 2, "Query": 3, "GetItem": 1})
    assert warm == always + Counter({"Query": 1, "BatchGetItem": 1} if expected else {})
    assert cold - warm == Counter({"BatchGetItem": -(-celebrities // 100)})
