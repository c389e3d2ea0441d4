from hypothesis import given
from hypothesis import strategies as st

from kith.domain.websockets import IDLE_MOST, OPEN_MOST, OPENING, SLOTS, Websocket, slot_for


def websocket(slot: str, opened_at: int = 0) -> Websocket:
    return Websocket(1, slot, f"connection {slot}", "session", 0, opened_at, opened_at + IDLE_MOST)


names = st.text(min_size=1, max_size=20)
some_taken = st.sets(st.sampled_from(SLOTS), max_size=len(SLOTS) - 1)


@given(names, some_taken, st.booleans())
def test_while_there_is_a_free_slot_nobody_is_replaced(name: str, taken: set[str], hurried: bool) -> None:  # noqa: FBT001  # drawn
    slot = slot_for(name, [websocket(each) for each in taken], hurried=hurried)
    assert slot in SLOTS
    assert slot not in taken


@given(names, st.permutations(range(len(SLOTS))))
def test_where_there_is_none_the_oldest_is(name: str, ages: list[int]) -> None:
    taken = [websocket(slot, opened_at) for slot, opened_at in zip(SLOTS, ages, strict=True)]
    oldest = min(taken, key=lambda each: each.opened_at)
    assert slot_for(name, taken, hurried=False) == oldest.slot
    assert slot_for(name, taken, hurried=True) in SLOTS


def test_many_that_come_at_once_do_not_all_want_the_same_slot() -> None:
    assert {slot_for(f"connection {number}", [], hurried=False) for number in range(200)} == set(SLOTS)


def test_a_websocket_is_heard_of_or_over_and_never_older_than_two_hours() -> None:
    opened = websocket("0", 1_000)
    assert opened.is_opening(1_000 + OPENING - 1)
    assert not opened.is_opening(1_000 + OPENING)
    assert opened.is_open(1_000 + IDLE_MOST - 1)
    assert not opened.is_open(1_000 + IDLE_MOST)
    assert opened.until(2_000) == 2_000 + IDLE_MOST
    assert opened.until(OPEN_MOST) == 1_000 + OPEN_MOST
