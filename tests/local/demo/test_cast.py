import pytest
from hypothesis import given
from hypothesis import strategies as st

from kith.domain import posts, users
from local.demo.cast import POSTS_MOST, cast, drafts
from local.demo.graph import KARATE, Graph, read

RUN, OTHER_RUN = "0a1b2c3d", "ffffffff"

LABELS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=150)


@given(st.lists(LABELS, min_size=2, max_size=8, unique=True))
def test_everyone_gets_an_account_that_kith_accepts_whatever_the_graph_calls_them(labels: list[str]) -> None:
    people = cast(Graph(tuple((labels[0], other) for other in labels[1:])), RUN)

    usernames = [users.username(person.username) for person in people.values()]
    assert usernames == [person.username for person in people.values()]
    assert len(set(usernames)) == len(labels)
    for label, person in people.items():
        assert person.label == label
        users.full_name(person.full_name)
        users.email(person.email)


def test_people_keep_the_names_of_the_graph_where_those_can_be_usernames() -> None:
    people = cast(Graph((("Ann", "34"),)), RUN)

    assert [person.username for person in people.values()] == [f"ann_{RUN}", f"34_{RUN}"]
    assert [person.full_name for person in people.values()] == ["Ann", "Person 34"]


def test_another_run_makes_other_accounts_with_other_passwords() -> None:
    graph = read(KARATE)
    once, again = cast(graph, RUN), cast(graph, OTHER_RUN)

    def all_of(name: str) -> set[str]:
        return {getattr(person, name) for people in (once, again) for person in people.values()}

    assert len(all_of("username")) == len(all_of("password")) == len(all_of("email")) == 2 * 34


def test_a_password_is_not_shown() -> None:
    person = cast(Graph((("1", "2"),)), RUN)["1"]

    assert person.password not in repr(person)


def test_the_same_graph_gets_the_same_posts_in_the_same_order() -> None:
    graph = read(KARATE)

    assert drafts(graph, cast(graph, RUN)) == drafts(graph, cast(graph, RUN))
    assert drafts(graph, cast(graph, RUN)) != drafts(graph, cast(graph, OTHER_RUN))


def test_everyone_posts_one_to_three_times_with_hashtags_and_mentions_of_whom_they_follow() -> None:
    graph = read(KARATE)
    people = cast(graph, RUN)
    written = drafts(graph, people)

    counts = {label: [draft.author for draft in written].count(label) for label in graph.people}
    assert set(counts.values()) == {1, 2, POSTS_MOST}
    assert len({(draft.author, draft.number) for draft in written}) == len(written)
    for draft in written:
        text = posts.text(draft.text)
        friends = {people[label].username for label in graph.following[draft.author]}
        assert posts.hashtags(text)
        assert friends.issuperset(posts.mentioned_usernames(text))
        assert posts.mentioned_usernames(text)


@pytest.mark.parametrize("label", ["1", "2"])
def test_who_follows_nobody_posts_without_mentions(label: str) -> None:
    graph = Graph((("1", "2"),))
    texts = [draft.text for draft in drafts(graph, cast(graph, RUN)) if draft.author == label]

    assert texts
    assert all(bool(posts.mentioned_usernames(text)) == (label == "1") for text in texts)
