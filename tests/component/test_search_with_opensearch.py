"""The search room where OpenSearch has the names and the words: found is the same, and the index ends up right."""

from collections.abc import Callable, Iterator

import pytest

from functions.profile.api import door as profile_door
from functions.search.on_event import handler
from kith.domain.posts import PostStatus
from kith.domain.users import Standing
from kith.table.connection import Table
from kith.table.items import (
    FoundPostItem,
    FoundTagItem,
    FoundUserItem,
    IndexedTagItem,
    IndexedUserItem,
    PostItem,
)
from kith.table.standings import StandingStore
from kith.table.transactions import Update, write
from tests.answering import Answer, Asked, answering
from tests.builders import queue_event
from tests.component.conftest import Join, Person, start_cold
from tests.component.happening import clear_away, kinds
from tests.component.opensearching import StandIn
from tests.component.publishing import delete, edit, publish
from tests.component.searching import (
    found_posts,
    found_tags,
    found_users,
    heard,
    published,
    registered,
    search,
)
from tests.component.test_search import (  # noqa: F401  # the same is asked of both engines
    test_a_cursor_is_for_its_own_search_only,
    test_hashtags_are_found_by_how_they_begin_the_most_used_first,
    test_many_posts_are_counted_again_step_by_step,
    test_names_in_other_scripts_are_found_alike,
    test_nobody_gets_more_than_ten_and_nobody_a_second_page,
    test_pages_neither_repeat_nor_skip_whatever_happens_meanwhile,
    test_posts_that_not_everybody_may_see_are_counted_nowhere,
    test_somebody_is_found_by_parts_of_names_in_any_order_with_a_typo_or_two,
    test_the_best_of_the_newest_come_first_if_asked_for,
    test_the_very_name_comes_first_then_the_very_word_then_who_is_verified_and_then_who_is_known,
    test_what_is_being_written_is_completed_to_ten_of_both_kinds,
    test_what_names_nobody_finds_nobody,
    test_who_is_not_to_be_found_any_more_is_not_from_the_next_answer_on,
)

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture(autouse=True)
def engine(cloud: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """OpenSearch, for functions that start cold and are told where it is."""
    engine = StandIn()
    with answering(lambda asked: engine.answer(asked)) as service:  # noqa: PLW0108  # tests replace it
        monkeypatch.setenv("KITH_OPENSEARCH_URL", service.url)
        start_cold()
        yield engine


def meanwhile(
    monkeypatch: pytest.MonkeyPatch, engine: StandIn, method: str, happens: Callable[[], None]
) -> None:
    """Let something happen once, after the table is read and before OpenSearch carries a request out."""
    answer, left = engine.answer, [happens]

    def interrupted(asked: Asked) -> Answer:
        if asked.method == method and "_doc" in asked.path and left:
            left.pop()()
        return answer(asked)

    monkeypatch.setattr(engine, "answer", interrupted)


def rename(person: Person, full_name: str) -> None:
    answer = person.at(profile_door).send("PATCH /api/v1/users/me", json_body={"full_name": full_name})
    assert answer.status == 200


def test_the_table_has_neither_names_nor_words_then_but_the_hashtags(join: Join, engine: StandIn) -> None:
    ada = join("ada")
    post_id = publish(ada, "green tea #time")
    registered(ada)
    published(ada, post_id)
    assert engine.documents == {
        "users": {ada.user_id: {"user_id": ada.user_id, "known": 0, "terms": ["ada"]}},
        "posts": {post_id: {"post_id": post_id, "words": ["green", "tea", "time"]}},
    }
    assert kinds(FoundUserItem, IndexedUserItem, FoundPostItem) == []
    assert kinds(FoundTagItem) != []
    assert kinds(IndexedTagItem) != []


def test_nothing_is_found_before_anything_has_been_written(join: Join) -> None:
    viewer = join("bob")
    assert found_users(viewer, "ada") == []
    assert found_posts(viewer, "tea") == []


def test_posts_are_found_by_all_of_their_words_newest_first(join: Join) -> None:
    ada, viewer = join("ada"), join("bob")
    one, two = publish(ada, "Green TEA with Zoë"), publish(ada, "black tea")
    published(ada, one, two)
    assert found_posts(viewer, "tea") == [two, one]
    assert found_posts(viewer, "zoe green") == [one]
    assert edit(ada, two, text="black coffee").status == 200
    assert found_posts(viewer, "tea") == [one]
    heard("post.updated", post_id=two, user_id=ada.user_id)
    assert found_posts(viewer, "coffee") == [two]
    assert found_posts(viewer, "black tea") == []


def test_a_post_that_is_deleted_leaves_nothing_behind_whenever_that_is_heard(
    join: Join, engine: StandIn
) -> None:
    ada = join("ada")
    for is_cleared_away_first in (True, False):
        post_id = publish(ada, "tea #time")
        published(ada, post_id)
        delete(ada, post_id)
        if is_cleared_away_first:
            clear_away(ada, post_id)
        heard("post.deleted", post_id=post_id, user_id=ada.user_id)
        published(ada, post_id)
        clear_away(ada, post_id)
        assert engine.documents["posts"] == {}
        assert kinds(FoundTagItem, IndexedTagItem) == []


def test_of_a_deleted_account_no_name_is_left(join: Join, table: Table, engine: StandIn) -> None:
    ada = join("ada")
    registered(ada)
    StandingStore(table).change(ada.user_id, Standing.DELETED)
    for _ in range(2):
        heard("user.deleted", user_id=ada.user_id)
        registered(ada)
    assert engine.documents["users"] == {}


def test_who_is_renamed_while_written_about_is_found_by_the_new_name(
    join: Join, engine: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = join("ada")

    def renamed() -> None:
        rename(ada, "Lady Lovelace")
        heard("user.updated", user_id=ada.user_id, changed=["full_name"])
        assert "lovelace" in engine.documents["users"][ada.user_id]["terms"]

    meanwhile(monkeypatch, engine, "PUT", renamed)
    registered(ada)
    assert engine.documents["users"][ada.user_id]["terms"] == ["ada", "lady", "lovelace"]


def test_who_is_deleted_while_written_about_is_not_written_back(
    join: Join, table: Table, engine: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = join("ada")

    def deleted() -> None:
        StandingStore(table).change(ada.user_id, Standing.DELETED)
        heard("user.deleted", user_id=ada.user_id)

    meanwhile(monkeypatch, engine, "PUT", deleted)
    registered(ada)
    assert engine.documents["users"] == {}


@pytest.mark.parametrize("change", ["edited", "deleted"])
def test_a_post_that_changes_while_it_is_written_ends_up_as_it_is(
    join: Join, engine: StandIn, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    ada = join("ada")
    post_id = publish(ada, "tea")

    def changed() -> None:
        if change == "edited":
            assert edit(ada, post_id, text="coffee").status == 200
            heard("post.updated", post_id=post_id, user_id=ada.user_id)
        else:
            delete(ada, post_id)
            heard("post.deleted", post_id=post_id, user_id=ada.user_id)

    meanwhile(monkeypatch, engine, "PUT", changed)
    published(ada, post_id)
    left = [document["words"] for document in engine.documents["posts"].values()]
    assert left == ([["coffee"]] if change == "edited" else [])


def test_a_post_that_is_published_while_it_is_left_out_is_found(
    join: Join, table: Table, engine: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = join("ada")
    post_id = publish(ada, "tea")

    def becomes(status: PostStatus) -> None:
        post = PostItem.at(post_id=post_id)
        write(table, Update(post, [PostItem.status.set(status)], PostItem.pk.exists()))

    def finished() -> None:
        becomes(PostStatus.PUBLISHED)
        published(ada, post_id)

    published(ada, post_id)
    becomes(PostStatus.PROCESSING)
    meanwhile(monkeypatch, engine, "DELETE", finished)
    published(ada, post_id)
    assert list(engine.documents["posts"]) == [post_id]


def test_what_cannot_be_written_comes_again_and_a_search_says_that_it_is_not_possible_now(
    join: Join, engine: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, answer = join("ada"), engine.answer
    monkeypatch.setattr(engine, "answer", lambda _: (500, {}))
    message = queue_event({"detail-type": "user.registered", "detail": {"user_id": ada.user_id}})
    assert len(handler(message, None)["batchItemFailures"]) == 1
    refused = search(ada, "users", "ada")
    assert (refused.status, refused.json["code"]) == (503, "unavailable")
    assert found_tags(ada, "tea") == {}
    monkeypatch.setattr(engine, "answer", answer)
    assert handler(message, None) == {"batchItemFailures": []}
    assert found_users(ada, "ada") == ["ada"]
