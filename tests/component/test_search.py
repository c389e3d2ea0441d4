"""Finding accounts, hashtags and posts."""

from collections.abc import Callable

import pytest

from functions.block.api import door as block_door
from functions.engagement.api import door as engagement_door
from functions.follow.api import door as follow_door
from functions.profile.api import door as profile_door
from functions.search import indexing
from kith.domain.users import Standing
from kith.table import post_index, user_index
from kith.table.connection import Table
from kith.table.items import (
    FoundPostItem,
    FoundTagItem,
    FoundUserItem,
    IndexedPostItem,
    IndexedTagItem,
    IndexedUserItem,
    UserItem,
)
from kith.table.standings import StandingStore
from kith.table.tag_index import TagIndex
from kith.table.transactions import Update, write
from tests.component.conftest import Join, Person
from tests.component.happening import (
    clear_away,
    go_private,
    kinds,
    restrict,
    right_before_the_write,
    suspend,
)
from tests.component.publishing import delete, edit, publish
from tests.component.searching import (
    found_posts,
    found_tags,
    found_users,
    heard,
    published,
    registered,
    search,
    start_searching_cold,
)

INDEX = (FoundUserItem, FoundTagItem, FoundPostItem, IndexedUserItem, IndexedPostItem, IndexedTagItem)


pytestmark = pytest.mark.usefixtures("cloud")


def name(person: Person, **changes: str) -> None:
    answer = person.at(profile_door).send("PATCH /api/v1/users/me", json_body=changes)
    assert answer.status == 200, answer.text
    heard("user.updated", user_id=person.user_id, changed=list(changes))
    start_searching_cold()


def named(join: Join, username: str, full_name: str = "") -> Person:
    person = join(username)
    name(person, full_name=full_name)
    return person


def verify(table: Table, person: Person) -> None:
    write(
        table,
        Update(UserItem.at(user_id=person.user_id), [UserItem.is_verified.set(True)], UserItem.pk.exists()),
    )
    heard("user.updated", user_id=person.user_id, changed=["is_verified"])
    start_searching_cold()


def follow(who: Person, whom: Person) -> None:
    answer = who.at(follow_door).send("POST /api/v1/graph/follow/{user_id}", user_id=whom.user_id)
    assert answer.status == 200
    heard("graph.follow", follower_id=who.user_id, following_id=whom.user_id, status=answer.json["status"])
    start_searching_cold()


@pytest.mark.parametrize(
    "query",
    [
        "ada.lovelace42",
        "ADA.LOVELACE42",
        "ada",
        "a",
        "lovelace",
        "Áda",
        "king",
        "ada king",
        "king ada",
        "ada.lovelace",
        "adalovelace",
        "ada lovelace42",
        "lovelcae",
        "loveace",
        "lovellace",
        "lowelace",
        "lovvelaec",
        "kingg",
        "ada lovelcae",
    ],
)
def test_somebody_is_found_by_parts_of_names_in_any_order_with_a_typo_or_two(join: Join, query: str) -> None:
    ada, bob = named(join, "ada.lovelace42", "Áda King Lovelace"), join("bob")
    registered(bob)
    assert found_users(bob, query) == [ada.username]


@pytest.mark.parametrize("query", ["ад", "Ада", "адв", "洋子", "小野", "小野洋"])
def test_names_in_other_scripts_are_found_alike(join: Join, query: str) -> None:
    named(join, "ada_l", "Ада Лавлейс")
    named(join, "yoko", "小野洋子")
    viewer = join("bob")
    assert len(found_users(viewer, query)) == (0 if query == "адв" else 1)


@pytest.mark.parametrize("query", ["%", "*", "...", "👍", "\u202e", "a*", "zzz", "x" * 100, "a#b", "USER#1"])
def test_what_names_nobody_finds_nobody(join: Join, query: str) -> None:
    registered(join("bob"))
    assert found_users(join("eve"), query) == []


@pytest.mark.parametrize("query", ["", "x" * 101, "x" * 10_000, "a\u0000b", "\u0007"])
@pytest.mark.parametrize("what", ["users", "autocomplete", "posts", "hashtags"])
def test_what_is_no_search_is_refused_with_the_field_named(join: Join, what: str, query: str) -> None:
    answer = search(join("bob"), what, query)
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == ["q"]


def test_the_very_name_comes_first_then_the_very_word_then_who_is_verified_and_then_who_is_known(
    join: Join, table: Table
) -> None:
    username, word, unknown = join("ann"), named(join, "zoe", "Ann"), join("anna")
    known, verified, typo = join("annabel"), join("annette"), join("ajn")
    registered(username, word, unknown, known, verified, typo)
    verify(table, verified)
    follow(word, known)
    follow(unknown, known)
    assert found_users(join("bob"), "ann") == ["ann", "zoe", "annette", "annabel", "anna"]


def test_nobody_gets_more_than_ten_and_nobody_a_second_page(join: Join) -> None:
    registered(*(join(f"person{number}") for number in range(13)))
    answer = search(join("bob"), "users", "person", limit="100")
    assert len(answer.json["users"]) == 10
    assert (answer.json["next_cursor"], answer.json["has_more"]) == (None, False)
    assert len(found_users(join("eve"), "person", limit="3")) == 3


def renamed(_table: Table, ada: Person, _viewer: Person) -> None:
    changes = {"username": "other", "full_name": "Somebody"}
    assert ada.at(profile_door).send("PATCH /api/v1/users/me", json_body=changes).status == 200


def suspended(_table: Table, ada: Person, _viewer: Person) -> None:
    suspend(ada)


def gone(table: Table, ada: Person, _viewer: Person) -> None:
    StandingStore(table).change(ada.user_id, Standing.DELETED)


def blocked(_table: Table, ada: Person, viewer: Person) -> None:
    assert ada.at(block_door).send("POST /api/v1/graph/block/{user_id}", user_id=viewer.user_id).status == 200


def blocking(table: Table, ada: Person, viewer: Person) -> None:
    blocked(table, viewer, ada)


@pytest.mark.parametrize("happens", [renamed, suspended, gone, blocked, blocking])
def test_who_is_not_to_be_found_any_more_is_not_from_the_next_answer_on(
    join: Join, table: Table, happens: Callable[[Table, Person, Person], None]
) -> None:
    ada, viewer = join("ada"), join("bob")
    registered(ada)
    assert found_users(viewer, "ada") == ["ada"]
    happens(table, ada, viewer)
    assert found_users(viewer, "ada") == []
    assert search(viewer, "autocomplete", "ad").json == {"users": [], "hashtags": []}


def test_a_new_name_finds_and_the_former_one_leaves_nothing_behind(join: Join) -> None:
    ada, viewer = named(join, "ada", "Ada King"), join("bob")
    name(ada, username="countess", full_name="Lady Lovelace")
    assert found_users(viewer, "countess") == found_users(viewer, "lady lovelace") == ["countess"]
    assert found_users(viewer, "king") == found_users(viewer, "ada") == []
    assert not [item for item in kinds(FoundUserItem) if "king" in item.pk or "ada" in item.pk.split("#")]


def test_events_that_come_again_or_late_change_nothing(join: Join) -> None:
    ada, viewer = join("ada"), join("bob")
    post_id = publish(ada, "tea #time")
    for _ in range(3):
        registered(ada)
        published(ada, post_id)
    assert found_tags(viewer, "time") == {"time": 1}
    before = sorted((item.pk, item.sk) for item in kinds(*INDEX))
    heard("graph.follow", follower_id=viewer.user_id, following_id=ada.user_id, status="accepted")
    heard("post.updated", post_id=post_id, user_id=ada.user_id)
    heard("user.updated", user_id=ada.user_id, changed=["is_private"])
    assert sorted((item.pk, item.sk) for item in kinds(*INDEX)) == before
    delete(ada, post_id)
    clear_away(ada, post_id)
    published(ada, post_id)
    heard("user.deleted", user_id=12_345)
    assert kinds(FoundPostItem, IndexedPostItem, IndexedTagItem, FoundTagItem) == []
    assert found_posts(viewer, "tea") == []


def test_posts_are_found_by_all_of_their_words_newest_first(join: Join) -> None:
    ada, viewer = join("ada"), join("bob")
    one = publish(ada, "Green TEA with Zoë")
    two = publish(ada, "black tea")
    three = publish(ada, "no coffee #tea")
    published(ada, one, two, three)
    assert found_posts(viewer, "tea") == [three, two, one]
    assert found_posts(viewer, "TEA green") == [one]
    assert found_posts(viewer, "zoe") == [one]
    assert found_posts(viewer, "tea nothing") == found_posts(viewer, "%") == []
    assert edit(ada, two, text="black coffee").status == 200
    assert found_posts(viewer, "tea") == [three, one]
    heard("post.updated", post_id=two, user_id=ada.user_id)
    assert found_posts(viewer, "coffee") == [three, two]
    assert [item.pk for item in kinds(FoundPostItem) if item.values["post_id"] == two] == [
        "WORD#black",
        "WORD#coffee",
    ]


@pytest.mark.parametrize("order", ["latest", "best"])
@pytest.mark.parametrize("limit", ["1", "2", "7"])
def test_pages_neither_repeat_nor_skip_whatever_happens_meanwhile(join: Join, order: str, limit: str) -> None:
    ada, viewer = join("ada"), join("bob")
    posts = [publish(ada, f"tea number {number}") for number in range(7)]
    published(ada, *posts)
    seen: list[int] = []
    query = {"order": order, "limit": limit}
    while True:
        answer = search(viewer, "posts", "tea", **query)
        seen += [post["post_id"] for post in answer.json["posts"]]
        published(ada, publish(ada, "more tea"))
        if not answer.json["has_more"]:
            break
        query["cursor"] = answer.json["next_cursor"]
    assert seen == posts[::-1]


def test_the_best_of_the_newest_come_first_if_asked_for(join: Join) -> None:
    ada, viewer = join("ada"), join("bob")
    liked, newer = publish(ada, "tea for two"), publish(ada, "tea for one")
    published(ada, liked, newer)
    for fan in (viewer, join("eve")):
        assert (
            fan.at(engagement_door).send("POST /api/v1/posts/{post_id}/repost", post_id=liked).status == 200
        )
    assert found_posts(viewer, "tea", order="best") == [liked, newer]
    assert found_posts(viewer, "%", order="best") == []


def test_a_cursor_is_for_its_own_search_only(join: Join) -> None:
    ada, viewer = join("ada"), join("bob")
    published(ada, publish(ada, "tea #tea"), publish(ada, "tea coffee #teatime"))
    cursor = search(viewer, "posts", "tea", limit="1").json["next_cursor"]
    assert search(viewer, "posts", "coffee", cursor=cursor).json["code"] == "invalid_cursor"
    assert search(viewer, "posts", "tea", cursor=cursor, order="best").json["code"] == "invalid_cursor"
    assert search(ada, "posts", "tea", cursor=cursor).json["code"] == "invalid_cursor"
    cursor = search(viewer, "hashtags", "tea", limit="1").json["next_cursor"]
    assert list(found_tags(viewer, "tea", cursor=cursor)) == ["teatime"]
    assert search(viewer, "hashtags", "te", cursor=cursor).json["code"] == "invalid_cursor"


def test_words_that_many_and_few_have_are_found_together_further_back(
    join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post_index, "WINDOW", 3)
    ada, viewer = join("ada"), join("bob")
    wanted = [publish(ada, "rare common tea") for _ in range(2)]
    others = [publish(ada, "common tea") for _ in range(5)] + [publish(ada, "rare") for _ in range(4)]
    published(ada, *wanted, *others)
    assert found_posts(viewer, "common rare") == wanted[::-1]
    assert found_posts(viewer, "tea rare common") == wanted[::-1]


def test_hashtags_are_found_by_how_they_begin_the_most_used_first(join: Join) -> None:
    ada, viewer = join("ada"), join("bob")
    published(ada, *(publish(ada, "#teatime") for _ in range(3)), publish(ada, "#Tea #tee #coffee"))
    assert list(found_tags(viewer, "te").items()) == [("teatime", 3), ("tea", 1), ("tee", 1)]
    assert found_tags(viewer, "#TEA") == {"teatime": 3, "tea": 1}
    assert found_tags(viewer, "teatimes") == {}
    long = "x" * 60
    published(ada, publish(ada, f"#{long} #{long}y #{long[:20]}"))
    assert set(found_tags(viewer, "x" * 40)) == {long, long + "y"}


@pytest.mark.parametrize("hide", ["restrict", "go_private", "suspend"])
def test_posts_that_not_everybody_may_see_are_counted_nowhere(join: Join, hide: str) -> None:
    ada, viewer = join("ada"), join("bob")
    posts = [publish(ada, "tea #time") for _ in range(3)]
    published(ada, *posts)
    assert found_tags(viewer, "time") == {"time": 3}
    if hide == "restrict":
        for post_id in posts:
            restrict(ada, post_id)
            heard("post.updated", post_id=post_id, user_id=ada.user_id)
    elif hide == "go_private":
        go_private(ada)
        heard("user.updated", user_id=ada.user_id, changed=["is_private"])
    else:
        suspend(ada)
        heard("user.updated", user_id=ada.user_id, changed=["standing"])
    assert found_tags(viewer, "time") == {}
    assert found_posts(viewer, "tea") == []
    assert kinds(FoundTagItem, IndexedTagItem) == []


def test_what_is_hidden_while_it_is_counted_is_not(join: Join) -> None:
    ada, viewer = join("ada"), join("bob")
    post_id = publish(ada, "tea #time")
    with right_before_the_write(lambda: go_private(ada)):
        published(ada, post_id)
    assert (found_tags(viewer, "time"), kinds(IndexedTagItem)) == ({}, [])
    assert [item.values["word"] for item in kinds(FoundPostItem)] == ["tea", "time"]


def test_what_is_deleted_or_renamed_while_it_is_indexed_leaves_nothing(join: Join) -> None:
    ada = join("ada")
    post_id = publish(ada, "tea #time")
    with right_before_the_write(lambda: delete(ada, post_id)):
        published(ada, post_id)
    assert kinds(FoundPostItem, IndexedPostItem, IndexedTagItem) == []
    changes = {"username": "countess", "full_name": "Lovelace"}
    with right_before_the_write(
        lambda: ada.at(profile_door).send("PATCH /api/v1/users/me", json_body=changes)
    ):
        registered(ada)
    assert not [item for item in kinds(FoundUserItem) if item.pk.endswith("#ada")]


def test_a_hashtag_that_was_never_found_is_forgotten_with_its_last_post(join: Join, table: Table) -> None:
    """Its posts can go before it is put in its place: whoever was to do that was cut off."""
    ada = join("ada")
    table.put(IndexedTagItem.at({"posts": 0}, tag="time"))
    TagIndex(table).refresh("time")
    assert kinds(IndexedTagItem) == []
    published(ada, publish(ada, "#time"))
    TagIndex(table).refresh("nothing")
    assert [item.values["tag"] for item in kinds(IndexedTagItem)] == ["time"]


def test_many_posts_are_counted_again_step_by_step(
    join: Join, monkeypatch: pytest.MonkeyPatch, table: Table
) -> None:
    monkeypatch.setattr(indexing, "PAGE", 2)
    ada, viewer = join("ada"), join("bob")
    posts = [publish(ada, "#time") for _ in range(5)]
    published(ada, *posts)
    go_private(ada)
    heard("user.updated", user_id=ada.user_id, changed=["is_private"])
    assert found_tags(viewer, "time") == {}
    answer = ada.at(profile_door).send("PATCH /api/v1/users/me", json_body={"is_private": False})
    assert answer.status == 200
    heard("user.updated", user_id=ada.user_id, changed=["is_private"])
    assert found_tags(viewer, "time") == {"time": 5}


def test_what_is_being_written_is_completed_to_ten_of_both_kinds(join: Join) -> None:
    people = [join(f"tea_{number}") for number in range(8)]
    registered(*people)
    ada = people[0]
    published(ada, *(publish(ada, f"#tea{letter}") for letter in "abcdefgh"))
    completed = search(ada, "autocomplete", "tea").json
    assert (len(completed["users"]), len(completed["hashtags"])) == (5, 5)
    only_tags, only_users = (search(ada, "autocomplete", query).json for query in ("#tea", "@tea"))
    assert (len(only_tags["users"]), len(only_tags["hashtags"])) == (0, 8)
    assert (len(only_users["users"]), len(only_users["hashtags"])) == (8, 0)
    assert search(ada, "autocomplete", "tea ").json["hashtags"] == []
    assert search(ada, "autocomplete", "taa_1").json == {"users": [], "hashtags": []}


def test_of_an_erased_account_nothing_is_left_in_the_index(join: Join, table: Table) -> None:
    ada = named(join, "ada", "Ada King")
    assert kinds(FoundUserItem, IndexedUserItem) != []
    StandingStore(table).change(ada.user_id, Standing.DELETED)
    heard("user.deleted", user_id=ada.user_id)
    assert kinds(FoundUserItem, IndexedUserItem) == []


def test_what_is_remembered_of_the_index_is_soon_forgotten(join: Join, later: Callable[[int], None]) -> None:
    viewer = join("bob")
    assert found_users(viewer, "ada") == []
    registered(join("ada"))
    assert found_users(viewer, "ad") == ["ada"]
    later(user_index.REMEMBERED_FOR)
    assert found_users(viewer, "ada") == ["ada"]


def test_who_may_not_see_a_post_does_not_learn_by_its_words_that_it_is_there(join: Join) -> None:
    ada, viewer = join("ada"), join("bob")
    hidden = publish(ada, "acme layoffs", visibility="followers")
    own = publish(viewer, "acme layoffs")
    published(ada, hidden)
    published(viewer, own)
    answer = search(viewer, "posts", "acme layoffs", limit="1").json
    assert [post["post_id"] for post in answer["posts"]] == [own]
    assert (answer["next_cursor"], answer["has_more"]) == (None, False)


def test_a_full_memory_is_forgotten_and_finds_the_same(
    join: Join, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(join("ada"))
    monkeypatch.setattr(user_index, "REMEMBERED_MOST", 3)
    index = user_index.UserIndex(table)
    for _ in range(2):
        found = [index.beginning([word]) for word in ("ada", "ad", "adam", "a", "ada")]
        assert [len(each) for each in found] == [1, 1, 0, 1, 1]
