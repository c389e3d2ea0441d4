"""Posts that one may take to, and accounts to follow."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from functions.block.api import door as block_door
from functions.discovery import accounts
from functions.discovery import posts as discovered
from functions.discovery.api import door
from functions.discovery.finding import ALIKE, EACH, HASHTAGS, SEEDS
from functions.discovery.posts import CANDIDATES, POOL
from functions.engagement.api import door as engagement_door
from functions.follow.api import door as follow_door
from functions.operation import wiring as operation_wiring
from functions.post_list.api import door as bookmarks_door
from functions.profile.api import door as profile_door
from kith.domain.clock import DAY, MINUTE, system_clock
from kith.domain.recommendations import KEPT
from kith.domain.trends import BoardKind, Window
from kith.table import batches
from kith.table.connection import Table
from kith.table.items import BoardItem, EngagementItem, Item, LikeItem, RecommendedItem, UserItem
from tests.builders import Answer
from tests.component.conftest import Join, Later, Person, make_edge, new_id, token_for
from tests.component.happening import (
    INVISIBLE,
    block,
    clear_away,
    delete_account,
    delete_post,
    go_private,
    kinds,
    restrict,
    right_before_the_write,
    suspend,
    traces,
)
from tests.component.publishing import counted, publish

GATE = ["UpdateItem", "UpdateItem"]
TRIPS = 7
"""One after the other: what is begun with, one's own posts and their authors, what leads further, the page and its authors,
the note."""
POSTS, USERS = "GET /api/v1/discover/posts", "GET /api/v1/discover/users"


def ask(who: Person, **query: Any) -> Answer:
    return who.at(door).send(POSTS, query={name: str(value) for name, value in query.items()})


def shown(who: Person, **query: Any) -> dict[int, dict[str, Any]]:
    """Return the posts on a page, and why each."""
    answer = ask(who, **query)
    assert answer.status == 200, answer.text
    return {each["post"]["post_id"]: each["reason"] for each in answer.json["posts"]}


def introduced(who: Person, **query: Any) -> dict[int, dict[str, Any]]:
    """Return the accounts that are recommended, and why each."""
    answer = who.at(door).send(USERS, query={name: str(value) for name, value in query.items()})
    assert answer.status == 200, answer.text
    assert (answer.json["next_cursor"], answer.json["has_more"]) == (None, False)
    return {each["user"]["user_id"]: each["reason"] for each in answer.json["users"]}


def do(deed: str, who: Person, *post_ids: int) -> None:
    for post_id in post_ids:
        route = f"POST /api/v1/posts/{{post_id}}/{deed}"
        assert who.at(engagement_door).send(route, post_id=post_id).status == 200


def like(who: Person, *post_ids: int) -> None:
    do("like", who, *post_ids)


def follow(who: Person, whom: Person) -> None:
    assert who.at(follow_door).send("POST /api/v1/graph/follow/{user_id}", user_id=whom.user_id).status == 200


def mute(who: Person, whom: Person) -> None:
    assert who.at(block_door).send("POST /api/v1/graph/mute/{user_id}", user_id=whom.user_id).status == 200


def ask_to_follow(who: Person, whom: Person) -> None:
    go_private(whom)
    follow(who, whom)


def forget_what_was_shown(table: Table, who: Person) -> None:
    batches.delete_all(table, [RecommendedItem.pattern.key(user_id=who.user_id)])


@pytest.fixture
def trend(table: Table) -> Callable[..., None]:
    """Makes posts trend, in place of what did before: much enough for weeks."""

    def trends(*post_ids: int) -> None:
        now = system_clock()
        contenders = [
            [str(post_id), 10 ** (12 - place // 10), now - place] for place, post_id in enumerate(post_ids)
        ]
        board = {"contenders": contenders, "version": 1}
        table.put(BoardItem.at(board, kind=BoardKind.POSTS, window=Window.DAY))

    return trends


@pytest.fixture
def trio(join: Join) -> tuple[Person, Person, Person]:
    """Somebody who reads, somebody who likes the same, and somebody who writes."""
    return join("ann"), join("bob"), join("cat")


def alike(trio: tuple[Person, Person, Person]) -> tuple[int, int]:
    """Let two like the same post, and the second one more; return both posts."""
    ann, bob, cat = trio
    first, second = publish(cat, "the first"), publish(cat, "the second")
    like(bob, first, second)
    like(ann, first)
    return first, second


def test_who_has_done_nothing_yet_is_shown_what_trends(
    trio: tuple[Person, Person, Person], trend: Callable[..., None]
) -> None:
    ann, _, cat = trio
    assert ask(ann).json == {"posts": [], "next_cursor": None, "has_more": False}
    posts = [publish(cat) for _ in range(3)]
    trend(posts[1], posts[0], 404, posts[2])
    answer = ask(ann).json
    assert [each["post"]["post_id"] for each in answer["posts"]] == [posts[1], posts[0], posts[2]]
    assert [each["reason"] for each in answer["posts"]] == [{"kind": "trending"}] * 3
    assert {each["author"]["username"] for each in answer["posts"]} == {"cat"}


def test_what_others_who_like_the_same_like_too_is_shown_and_why(trio: tuple[Person, Person, Person]) -> None:
    ann, bob, _ = trio
    first, second = alike(trio)
    answer = ask(ann)
    assert shown(ann) == {}, "once"
    (found,) = answer.json["posts"]
    assert found["post"]["text"] == "the second"
    assert found["post"]["post_id"] == second
    assert found["reason"] == {"kind": "similar", "post_id": first}
    assert str(bob.user_id) not in answer.text, "nobody is told who else likes it"
    assert "bob" not in answer.text


def test_a_repost_of_others_counts_and_what_they_bookmark_is_nobodys_business(
    trio: tuple[Person, Person, Person],
) -> None:
    ann, bob, cat = trio
    first, _ = alike(trio)
    reposted, bookmarked = publish(cat), publish(cat)
    do("bookmark", bob, bookmarked)
    do("repost", bob, reposted)
    assert shown(ann)[reposted] == {"kind": "similar", "post_id": first}
    do("repost", bob, bookmarked)
    assert bookmarked in shown(ann)


def test_ones_own_bookmarks_and_reposts_are_gone_out_from(trio: tuple[Person, Person, Person]) -> None:
    ann, bob, cat = trio
    bookmarked, reposted, also, too = (publish(cat) for _ in range(4))
    like(bob, bookmarked, also)
    like(cat, reposted, too)
    do("bookmark", ann, bookmarked)
    do("repost", ann, reposted)
    assert shown(ann) == {
        also: {"kind": "similar", "post_id": bookmarked},
        too: {"kind": "similar", "post_id": reposted},
    }


@pytest.mark.parametrize("deed", ["write", "like", "bookmark"])
def test_what_has_hashtags_of_what_one_writes_or_takes_to_is_shown_and_why(
    trio: tuple[Person, Person, Person], deed: str
) -> None:
    ann, _, cat = trio
    about_trams, about_ships = publish(cat, "late again #Tram"), publish(cat, "ahoy #ship")
    if deed == "write":
        publish(ann, "where is it? #tram")
    else:
        do(deed, ann, publish(cat, "there it is #tram"))
    assert shown(ann) == {about_trams: {"kind": "hashtag", "hashtag": "tram"}}
    publish(ann, "#ship")
    assert shown(ann) == {about_ships: {"kind": "hashtag", "hashtag": "ship"}}


def test_what_is_found_in_several_ways_comes_first_and_the_most_of_it_is_why(
    trio: tuple[Person, Person, Person], trend: Callable[..., None]
) -> None:
    ann, bob, cat = trio
    first, only_liked, both = publish(cat, "#tram"), publish(cat), publish(cat, "#tram")
    only_tagged, only_popular = publish(cat, "#tram"), publish(cat)
    like(bob, first, only_liked, both)
    like(ann, first)
    trend(only_popular)
    reasons = shown(ann)
    assert list(reasons) == [both, only_liked, only_tagged, only_popular]
    assert [reason["kind"] for reason in reasons.values()] == ["similar", "similar", "hashtag", "trending"]


LEFT_OUT: dict[str, Callable[[Person, Person, int], object]] = {
    "liked": lambda ann, _cat, post_id: like(ann, post_id),
    "reposted": lambda ann, _cat, post_id: do("repost", ann, post_id),
    "bookmarked": lambda ann, _cat, post_id: do("bookmark", ann, post_id),
    "followed": lambda ann, cat, _post_id: follow(ann, cat),
    "muted": lambda ann, cat, _post_id: mute(ann, cat),
}


@pytest.mark.parametrize("why", LEFT_OUT)
def test_what_one_knows_or_does_not_want_to_is_left_out(
    table: Table, trio: tuple[Person, Person, Person], why: str
) -> None:
    ann, _, cat = trio
    _, second = alike(trio)
    assert set(shown(ann)) == {second}
    forget_what_was_shown(table, ann)
    LEFT_OUT[why](ann, cat, second)
    assert shown(ann) == {}


def test_ones_own_posts_and_answers_are_left_out(trio: tuple[Person, Person, Person]) -> None:
    ann, bob, cat = trio
    first, second = alike(trio)
    own, answer = publish(ann), publish(cat, reply_to=first)
    like(bob, own, answer)
    assert set(shown(ann)) == {second}


@pytest.mark.parametrize("why", INVISIBLE)
def test_what_one_may_not_see_any_more_is_gone_at_once_also_from_a_list_that_has_begun(
    table: Table, join: Join, why: str
) -> None:
    ann, bob, cat, dan = join("ann"), join("bob"), join("cat"), join("dan")
    first, stays, goes = publish(dan), publish(dan, "stays"), publish(cat, "goes")
    like(bob, first, stays, goes)
    like(ann, first)
    assert set(shown(ann)) == {stays, goes}
    forget_what_was_shown(table, ann)
    begun = ask(ann, limit=1).json
    forget_what_was_shown(table, ann)
    INVISIBLE[why](cat, ann, goes)
    assert set(shown(ann)) == {stays}
    rest = shown(ann, cursor=begun["next_cursor"])
    assert set(rest) == {stays, goes} - {begun["posts"][0]["post"]["post_id"], goes}


@pytest.mark.parametrize("why", ["private", "suspended", "deleted", "blocked", "blocking"])
def test_what_an_account_likes_that_one_may_not_look_at_leads_nowhere(
    trio: tuple[Person, Person, Person], join: Join, table: Table, why: str
) -> None:
    ann, bob, _ = trio
    alike(trio)
    dan = join("dan")
    hidden = publish(dan)
    like(bob, hidden)
    assert hidden in shown(ann)
    forget_what_was_shown(table, ann)
    match why:
        case "private":
            go_private(bob)
        case "suspended":
            suspend(bob)
        case "deleted":
            delete_account(bob)
        case "blocked":
            block(ann, bob)
        case _:
            block(bob, ann)
    assert shown(ann) == {}
    if why == "private":
        make_edge(table, ann, bob)
        assert hidden in shown(ann), "who follows may know"


def test_a_post_that_one_may_not_see_any_more_leads_nowhere(
    table: Table, trio: tuple[Person, Person, Person], join: Join
) -> None:
    ann, bob, cat = trio
    first, _ = alike(trio)
    elsewhere = publish(join("dan"))
    like(bob, elsewhere)
    assert shown(ann)[elsewhere]["post_id"] == first
    forget_what_was_shown(table, ann)
    restrict(cat, first)
    assert shown(ann) == {}


def test_what_was_shown_is_not_shown_again_until_nothing_was_for_a_week(
    trio: tuple[Person, Person, Person], trend: Callable[..., None], later: Later
) -> None:
    ann, bob, cat = trio
    posts = [publish(cat) for _ in range(3)]
    trend(*posts)
    assert list(shown(ann, limit=2)) == posts[:2]
    assert list(shown(ann)) == posts[2:]
    assert shown(ann) == {}
    assert list(shown(bob)) == posts, "to everybody by themselves"
    later(7 * DAY - MINUTE)
    assert shown(again(ann)) == {}
    later(2 * MINUTE)
    assert list(shown(again(ann))) == posts, "also while what has expired is still there"


def again(who: Person) -> Person:
    """Return somebody with a token that has not expired."""
    return Person(who.user_id, who.username, token_for(who.user_id))


def test_only_the_last_of_what_was_shown_is_remembered_and_it_names_no_post(
    table: Table, trio: tuple[Person, Person, Person], trend: Callable[..., None]
) -> None:
    ann, _, cat = trio
    posts = [publish(cat) for _ in range(2)]
    trend(posts[0])
    assert list(shown(ann)) == posts[:1]
    trend(posts[1])
    assert list(shown(ann)) == posts[1:]
    (item,) = kinds(RecommendedItem)
    assert isinstance(item, RecommendedItem)
    assert len(item.marks) == 8
    assert str(posts[0]) not in str(item.to_dynamodb_dict())
    delete_post(cat, posts[0])
    clear_away(cat, posts[0])
    assert traces(posts[0]) == []
    shown_long_ago = RecommendedItem.at(
        {"marks": bytes(4 * KEPT), "expires_at": int(item.expires_at)}, user_id=ann.user_id
    )
    table.put(shown_long_ago)
    assert list(shown(ann)) == posts[1:]
    (item,) = kinds(RecommendedItem)
    assert isinstance(item, RecommendedItem)
    assert len(item.marks) == 4 * KEPT


def test_nothing_is_noted_where_nothing_is_shown(trio: tuple[Person, Person, Person]) -> None:
    ann, _, _ = trio
    assert shown(ann) == {}
    assert kinds(RecommendedItem) == []


def test_nothing_is_left_of_an_account_that_is_erased_while_it_looks_around(
    trio: tuple[Person, Person, Person],
) -> None:
    ann, _, _ = trio
    alike(trio)
    with right_before_the_write(lambda: delete_account(ann)):
        assert ask(ann).status == 401
    assert kinds(RecommendedItem) == []


def test_an_erasure_takes_along_what_was_shown(trio: tuple[Person, Person, Person]) -> None:
    ann, _, _ = trio
    alike(trio)
    shown(ann)
    assert len(kinds(RecommendedItem)) == 1
    phase = next(each for each in operation_wiring.phases().in_order() if each.name == "account")
    phase.step(ann.user_id, None)
    assert kinds(RecommendedItem) == []


def pages(who: Person, limit: int) -> Iterator[list[int]]:
    """Walk a list to its explicit end."""
    query: dict[str, Any] = {"limit": limit}
    while True:
        answer = ask(who, **query)
        assert answer.status == 200, answer.text
        assert answer.json["has_more"] is (answer.json["next_cursor"] is not None)
        yield [each["post"]["post_id"] for each in answer.json["posts"]]
        if not answer.json["has_more"]:
            return
        query["cursor"] = answer.json["next_cursor"]


@pytest.mark.parametrize("limit", [1, 7, 20, 49])
def test_pages_neither_repeat_nor_skip_whatever_happens_between_them(
    table: Table, trio: tuple[Person, Person, Person], trend: Callable[..., None], limit: int
) -> None:
    ann, bob, cat = trio
    first = publish(cat, "#night")
    posts = [publish(cat, f"#tag{place % 3} #night" if place % 2 else "hello") for place in range(30)]
    like(ann, first)
    like(bob, first, *posts[:10])
    trend(*posts[5:])
    seen, gone = list[int](), set[int]()
    for page in pages(ann, limit):
        assert not set(page) & (set(seen) | gone)
        seen += page
        forget_what_was_shown(table, ann)
        trend(*reversed(posts))
        like(bob, *posts[20:22])
        if (left := next((each for each in posts if each not in seen and each not in gone), None)) and len(
            gone
        ) < 3:
            delete_post(cat, left)
            gone.add(left)
    assert set(seen) == set(posts) - gone
    assert len(seen) == len(set(seen))


def test_a_list_has_an_end_however_much_is_found(
    trio: tuple[Person, Person, Person], trend: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, _, cat = trio
    assert POOL == 100
    monkeypatch.setattr(discovered, "POOL", 3)
    posts = [publish(cat) for _ in range(7)]
    trend(*posts)
    assert list(pages(ann, 2)) == [posts[:2], posts[2:4], posts[4:5]]
    assert list(pages(ann, 2)) == [posts[5:]]


def test_whoever_follows_an_author_that_everybody_likes_is_shown_others_at_once(
    join: Join, trend: Callable[..., None]
) -> None:
    ann, cat, star = join("ann"), join("cat"), join("star")
    first, popular = publish(cat), publish(cat)
    for fan in (join("fan"), join("fond"), join("fun")):
        like(fan, first, *(publish(star) for _ in range(EACH - 1)))
    like(ann, first)
    trend(popular)
    follow(ann, star)
    assert 3 * (EACH - 1) > POOL
    assert list(shown(ann)) == [popular]


def test_however_much_is_ruled_out_only_so_much_is_looked_at(
    trio: tuple[Person, Person, Person], trend: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, _, cat = trio
    assert CANDIDATES == 300
    monkeypatch.setattr(discovered, "CANDIDATES", 3)
    posts = [publish(cat if place == 3 else ann) for place in range(4)]
    trend(*posts)
    assert shown(ann) == {}
    monkeypatch.setattr(discovered, "CANDIDATES", 4)
    assert list(shown(ann)) == posts[3:]


def test_a_cursor_of_somebody_else_of_another_list_or_altered_is_refused(
    trio: tuple[Person, Person, Person], trend: Callable[..., None]
) -> None:
    ann, bob, cat = trio
    trend(*(publish(cat) for _ in range(3)))
    cursor = ask(ann, limit=1).json["next_cursor"]
    assert ask(ann, cursor=cursor).status == 200
    other = bob.at(bookmarks_door)
    for refused in (
        ask(bob, cursor=cursor),
        ask(ann, cursor=cursor[:-1] + ("A" if cursor[-1] != "A" else "B")),
        ask(ann, cursor="x"),
        other.send("GET /api/v1/bookmarks", query={"cursor": cursor}),
    ):
        assert (refused.status, refused.json["code"]) == (400, "invalid_cursor")


def test_a_cursor_can_be_sent_back_whatever_one_takes_to(
    table: Table, trio: tuple[Person, Person, Person], trend: Callable[..., None]
) -> None:
    ann, bob, cat = trio
    longest = [chr(0x4E00 + place) * 100 for place in range(HASHTAGS)]
    seeds = [publish(cat, "".join(f" #{each}" for each in longest)) for _ in range(SEEDS)]
    posts = [publish(cat, f"#{longest[place % HASHTAGS]}") for place in range(60)]
    like(ann, *seeds)
    for place, post_id in enumerate(posts[:SEEDS]):
        like(bob, seeds[place], post_id)
    trend(*posts)
    cursor = ask(ann, limit=1).json["next_cursor"]
    assert 1_000 < len(cursor) <= 2_048
    assert len(shown(ann, cursor=cursor)) == 20
    forget_what_was_shown(table, ann)
    lists = [list(pages(ann, 10)) for _ in range(6)]
    assert len(lists[0]) > 1
    assert lists[-1] == [[]], "what had no room came with a list that began later"
    assert sorted(post_id for each in lists for page in each for post_id in page) == posts


def test_the_calls_of_a_list_have_a_bound_whatever_is_liked(
    table: Table, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, cat = join("ann"), join("cat")
    crowd = [new_id() for _ in range(60)]
    items: list[Item] = [UserItem.at({"username": f"u{each}"}, user_id=each) for each in crowd]
    posts = [publish(cat, "#a #b #c #d #e #f #g") for _ in range(40)]
    for place, post_id in enumerate(posts):
        for account_id in [*crowd[place:], *crowd[:place], *([ann.user_id] if place < 30 else [])]:
            like_id = new_id()
            items += [
                LikeItem.at({"other_id": account_id}, post_id=post_id, deed_id=like_id),
                EngagementItem.at(
                    {"like_id": like_id, "revision": like_id}, user_id=account_id, post_id=post_id
                ),
            ]
    batches.put_all(table, items)
    shown(ann, limit=1)  # the buckets are not empty any more, and keys are known
    forget_what_was_shown(table, ann)
    with counted(table) as trips:
        found = shown(ann)
    assert set(found) == set(posts[30:])
    begins = ["GetItem", "GetItem", "Query", "Query"]
    hydrated = ["BatchGetItem", "Query", "BatchGetItem"]
    """Posts, what one has done to them, and their authors."""
    lists, accounts_looked_at = ["Query"] * (SEEDS + ALIKE + HASHTAGS), ["BatchGetItem"]
    expected = [*GATE, *begins, *hydrated, *lists, *accounts_looked_at, *hydrated, "TransactWriteItems"]
    assert Counter(trips.calls) == Counter(expected)
    assert trips.now == TRIPS
    with counted(table) as trips:
        assert set(introduced(ann)) == {cat.user_id}
    begins, friends, met, tallies = (
        ["GetItem", "Query", "Query"],
        ["Query"],
        ["BatchGetItem"],
        ["BatchGetItem"],
    )
    expected = [*GATE, *friends, *begins, *hydrated, *lists, *accounts_looked_at, *hydrated, *met, *tallies]
    assert Counter(trips.calls) == Counter(expected)


OUT: dict[str, Callable[[Table, Person, Person], object]] = {
    "followed": lambda _table, ann, eve: follow(ann, eve),
    "pending": lambda _table, ann, eve: ask_to_follow(ann, eve),
    "muted": lambda _table, ann, eve: mute(ann, eve),
    "blocked": lambda _table, ann, eve: block(ann, eve),
    "blocking": lambda _table, ann, eve: block(eve, ann),
    "suspended": lambda _table, _ann, eve: suspend(eve),
    "deleted": lambda _table, _ann, eve: delete_account(eve),
}


def test_accounts_to_follow_are_friends_of_friends_and_who_publishes_what_one_may_take_to(
    table: Table, join: Join, trend: Callable[..., None]
) -> None:
    ann, bob, cat, dan, eve, fay, gil = (
        join(name) for name in ("ann", "bob", "cat", "dan", "eve", "fay", "gil")
    )
    assert introduced(ann) == {}
    trend(publish(gil), publish(ann))
    assert introduced(ann) == {gil.user_id: {"kind": "trending"}}
    for friend in (bob, cat):
        make_edge(table, ann, friend)
        make_edge(table, friend, dan)
    first, second = publish(bob), publish(eve)
    publish(ann, "#tram")
    publish(fay, "#tram")
    like(ann, first)
    like(cat, first, second)
    assert introduced(ann) == {
        dan.user_id: {
            "kind": "friends_of_friends",
            "common": 2,
            "through": [cat.user_id, bob.user_id],
        },
        eve.user_id: {"kind": "similar_taste", "post_id": first},
        fay.user_id: {"kind": "similar_taste", "hashtag": "tram"},
        gil.user_id: {"kind": "trending"},
    }
    assert list(introduced(ann, limit=2)) == [dan.user_id, eve.user_id]
    answer = ann.at(door).send(USERS).json["users"][0]["user"]
    profile = ann.at(profile_door).send("GET /api/v1/users/{user_id}", user_id=dan.user_id).json
    assert answer == profile


@pytest.mark.parametrize("whose", ["own", "followed", "muted"])
def test_accounts_are_not_weighed_against_who_is_none_to_recommend(
    table: Table, join: Join, trend: Callable[..., None], whose: str
) -> None:
    ann, cat, fay, gil = join("ann"), join("cat"), join("fay"), join("gil")
    publish(ann, "#tram")
    trend(publish(gil))
    publish(fay, "#tram")
    for _ in range(9):
        publish(ann if whose == "own" else cat, "#tram")
    if whose != "own":
        OUT[whose](table, ann, cat)
    assert list(introduced(ann)) == [fay.user_id, gil.user_id]


@pytest.mark.parametrize("found", ["through a friend", "by a post"])
@pytest.mark.parametrize("why", OUT)
def test_whom_one_has_to_do_with_or_may_not_see_is_not_recommended(
    table: Table, join: Join, found: str, why: str
) -> None:
    ann, bob, eve = join("ann"), join("bob"), join("eve")
    if found == "by a post":
        publish(ann, "#tram")
        publish(eve, "#tram")
    else:
        make_edge(table, ann, bob)
        make_edge(table, bob, eve)
    assert list(introduced(ann)) == [eve.user_id]
    OUT[why](table, ann, eve)
    assert introduced(ann) == {}


def test_whom_a_private_account_follows_is_not_given_away(table: Table, join: Join) -> None:
    ann, bob, eve = join("ann"), join("bob"), join("eve")
    make_edge(table, ann, bob)
    make_edge(table, bob, eve)
    assert list(introduced(ann)) == [eve.user_id]
    go_private(bob)
    assert introduced(ann) == {}


def test_accounts_are_few_and_there_are_no_further_pages(
    table: Table, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert accounts.MOST == 20
    ann, bob = join("ann"), join("bob")
    make_edge(table, ann, bob)
    for number in range(25):
        make_edge(table, bob, join(f"user{number}"))
    assert len(introduced(ann, limit=100)) == 20
    assert introduced(ann, limit=100, cursor="2").keys() == introduced(ann, limit=20).keys()


def test_who_is_renamed_has_their_new_name_at_once(trio: tuple[Person, Person, Person]) -> None:
    ann, _, cat = trio
    alike(trio)
    named = cat.at(profile_door).send("PATCH /api/v1/users/me", json_body={"username": "kitty"})
    assert named.status == 200
    (account,) = ann.at(door).send(USERS).json["users"]
    assert account["user"]["username"] == "kitty"
    (post,) = ask(ann).json["posts"]
    assert post["author"]["username"] == "kitty"


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 101}, {"limit": "ten"}])
@pytest.mark.parametrize("route", [POSTS, USERS])
def test_a_query_that_cannot_be_is_invalid(join: Join, route: str, query: dict[str, Any]) -> None:
    answer = join("ann").at(door).send(route, query={name: str(value) for name, value in query.items()})
    assert answer.status == 422
