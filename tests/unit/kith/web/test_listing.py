from typing import Any

import pytest

from kith.web.listing import DEEPEST, Asked, Position, Positions, TooDeep
from kith.web.paging import Cursors, ForeignCursor

POSITIONS = Positions(Cursors(lambda: b"secret"), "followers 7", 42)


def asked(
    limit: int = 20, cursor: str | None = None, page: int | None = None, page_size: int | None = None
) -> Position:
    return POSITIONS.asked(Asked(limit, cursor, page, page_size))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, Position(None, 0, 1, 20)),
        ({"limit": 5}, Position(None, 0, 1, 5)),
        ({"page": 3}, Position(None, 40, 3, 20)),
        ({"page": 3, "page_size": 7}, Position(None, 14, 3, 7)),
        ({"page": DEEPEST // 20}, Position(None, DEEPEST - 20, DEEPEST // 20, 20)),
    ],
)
def test_a_page_by_number_skips_those_before_it(query: dict[str, Any], expected: Position) -> None:
    assert asked(**query) == expected


def test_a_cursor_goes_on_where_the_page_before_ended_and_counts_pages() -> None:
    first = asked(limit=5)
    told = POSITIONS.fields(first, total=12, resume_before=99)
    assert {name: told[name] for name in ("total", "page", "page_size", "has_more")} == {
        "total": 12,
        "page": 1,
        "page_size": 5,
        "has_more": True,
    }
    assert asked(limit=5, cursor=str(told["next_cursor"])) == Position(99, 0, 2, 5)
    assert asked(cursor=str(told["next_cursor"]), page=9) == Position(99, 0, 2, 20)


def test_the_last_page_has_no_cursor() -> None:
    told = POSITIONS.fields(asked(), total=1, resume_before=None)
    assert (told["has_more"], told["next_cursor"]) == (False, None)


def test_a_page_past_what_is_counted_is_refused() -> None:
    with pytest.raises(TooDeep):
        asked(page=DEEPEST // 20 + 1)


def test_a_cursor_of_another_list_or_user_is_refused() -> None:
    cursor = str(POSITIONS.fields(asked(), total=9, resume_before=5)["next_cursor"])
    for other in (
        Positions(POSITIONS.cursors, "following 7", 42),
        Positions(POSITIONS.cursors, "followers 8", 42),
        Positions(POSITIONS.cursors, "followers 7", 43),
    ):
        with pytest.raises(ForeignCursor):
            other.asked(Asked(20, cursor, None, None))


@pytest.mark.parametrize("place", ["", "5", "x 1", "5 x", "-5 1", "5 -1"])
def test_a_place_that_is_none_is_refused_even_if_signed(place: str) -> None:
    cursor = POSITIONS.cursors.sealed(place, route=POSITIONS.route, user_id=42)
    with pytest.raises(ForeignCursor):
        asked(cursor=cursor)
