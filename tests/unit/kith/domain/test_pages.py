"""Pages against the list that they are of: whatever the rules hide, nothing is skipped, repeated or cut off."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from kith.domain.pages import REFILLS, Page, filled

places = st.integers(1, 200)
lists = st.sets(places, max_size=60)
limits = st.integers(1, 12)


@dataclass
class Source:
    """A list, newest first, of which some may not be seen; it keeps what it was asked for."""

    entries: set[int]
    hidden: set[int] = field(default_factory=set)
    asked: list[tuple[int | None, int]] = field(default_factory=list)
    judged: list[int] = field(default_factory=list)
    """How many entries the rules were given at a time."""

    def fetch(self, start: int | None, count: int) -> list[int]:
        self.asked.append((start, count))
        return self.after(start)[:count]

    def after(self, start: int | None) -> list[int]:
        return [entry for entry in sorted(self.entries, reverse=True) if start is None or entry < start]

    def rules(self, entries: Sequence[int]) -> dict[int, str]:
        self.judged.append(len(entries))
        return {entry: seen_as(entry) for entry in entries if entry not in self.hidden}

    def page(self, start: int | None, limit: int) -> Page[int, str]:
        self.asked.clear()
        self.judged.clear()
        return filled(self.fetch, lambda entry: entry, self.rules, start=start, limit=limit)


def seen_as(entry: int) -> str:
    return f"entry {entry}"


def walked(
    source: Source, limit: int, meanwhile: Callable[[int], object] = lambda _: None
) -> list[Page[int, str]]:
    """Return all pages of a list; something may happen before each."""
    pages: list[Page[int, str]] = []
    start: int | None = None
    while not pages or start is not None:
        meanwhile(len(pages))
        page = source.page(start, limit)
        assert page.resume_at is None or start is None or page.resume_at < start, "it goes on"
        pages.append(page)
        start = page.resume_at
    return pages


def shown(pages: list[Page[int, str]]) -> list[str]:
    return [each for page in pages for each in page.seen]


@given(lists, st.sets(places), limits)
def test_whatever_the_rules_hide_the_pages_are_the_rest_of_the_list_in_its_order(
    entries: set[int], hidden: set[int], limit: int
) -> None:
    pages = walked(Source(entries, hidden), limit)
    assert shown(pages) == [seen_as(entry) for entry in sorted(entries - hidden, reverse=True)]
    assert all(len(page.seen) <= limit for page in pages)


@given(lists, st.sets(places), limits)
def test_a_page_takes_a_few_fetches_of_one_more_than_it_shows(
    entries: set[int], hidden: set[int], limit: int
) -> None:
    source, start = Source(entries, hidden), None
    while True:
        page = source.page(start, limit)
        assert 1 <= len(source.asked) <= REFILLS
        assert source.asked[0] == (start, limit + 1)
        assert {count for _, count in source.asked} == {limit + 1}
        assert len(source.judged) == len(source.asked)
        assert max(source.judged) <= limit
        if page.resume_at is None:
            break
        assert len(page.seen) == limit or len(source.asked) == REFILLS, "only then may it be short"
        assert start is None or page.resume_at < start, "it goes on"
        start = page.resume_at


@given(lists, st.sets(places), limits, st.integers(2, 4))
def test_a_page_that_looks_at_more_with_each_turn_skips_and_repeats_nothing_either(
    entries: set[int], hidden: set[int], limit: int, growth: int
) -> None:
    source, start, seen = Source(entries, hidden), None, list[str]()
    while True:
        source.asked.clear()
        page = filled(
            source.fetch, lambda entry: entry, source.rules, start=start, limit=limit, growth=growth
        )
        assert [count for _, count in source.asked] == [
            limit * growth**turn + 1 for turn in range(len(source.asked))
        ]
        assert len(source.asked) <= REFILLS
        assert len(page.seen) <= limit
        seen += page.seen
        if page.resume_at is None:
            break
        start = page.resume_at
    assert seen == [seen_as(entry) for entry in sorted(entries - hidden, reverse=True)]


@given(lists, st.sets(places), limits, st.none() | places)
def test_a_page_is_the_last_one_if_and_only_if_nothing_comes_after_it(
    entries: set[int], hidden: set[int], limit: int, start: int | None
) -> None:
    source = Source(entries, hidden)
    page = source.page(start, limit)
    visible = [seen_as(entry) for entry in source.after(start) if entry not in hidden]
    assert page.seen == visible[: len(page.seen)]
    if page.resume_at is None:
        assert page.seen == visible
    else:
        assert source.after(page.resume_at)


@given(st.integers(0, 40), limits)
def test_a_list_of_which_all_may_be_seen_takes_one_fetch_a_page_and_no_empty_page(
    length: int, limit: int
) -> None:
    source = Source(set(range(1, length + 1)))
    sizes, start = [], None
    while True:
        page = source.page(start, limit)
        sizes.append(len(page.seen))
        assert len(source.asked) == 1
        if page.resume_at is None:
            break
        assert start is None or page.resume_at < start, "it goes on"
        start = page.resume_at
    full, rest = divmod(length, limit)
    assert sizes == [limit] * full + ([rest] if rest or not length else [])


def test_a_list_of_which_nothing_may_be_seen_comes_to_its_end_page_by_page() -> None:
    entries = set(range(1, 101))
    pages = walked(Source(entries, hidden=entries), limit=5)
    assert shown(pages) == []
    assert len(pages) == len(entries) / (5 * REFILLS)


@given(lists, limits, st.lists(st.tuples(lists, lists, lists), max_size=20))
def test_who_stays_in_a_list_in_which_others_come_and_go_is_shown_exactly_once(
    entries: set[int], limit: int, happenings: list[tuple[set[int], set[int], set[int]]]
) -> None:
    source = Source(set(entries))
    stayed, came = set(entries), set(entries)

    def happen(page_number: int) -> None:
        nonlocal stayed
        if page_number < len(happenings):
            coming, going, hidden = happenings[page_number]
            source.entries = (source.entries | coming) - going
            source.hidden = hidden
        stayed &= source.entries - source.hidden
        came.update(source.entries)

    found = shown(walked(source, limit, happen))
    assert len(found) == len(set(found))
    assert named(stayed) <= set(found) <= named(came)
    assert found == sorted(found, key=lambda each: -int(each.split()[1]))


def named(entries: Collection[int]) -> set[str]:
    return set(map(seen_as, entries))


@given(st.sets(st.text("abc.", min_size=1), max_size=30), st.sets(st.text("abc.", min_size=1)), limits)
def test_places_may_be_paths_in_ascending_order(paths: set[str], hidden: set[str], limit: int) -> None:
    ordered = sorted(paths)

    def fetch(start: str | None, count: int) -> list[str]:
        return [path for path in ordered if start is None or path > start][:count]

    found: list[str] = []
    start: str | None = None
    while True:
        page = filled(
            fetch,
            lambda path: path,
            lambda some: {path: path for path in some if path not in hidden},
            start=start,
            limit=limit,
        )
        assert page.resume_at is None or page.resume_at > (start or ""), "it goes on"
        found += page.seen
        start = page.resume_at
        if start is None:
            break
    assert found == [path for path in ordered if path not in hidden]
