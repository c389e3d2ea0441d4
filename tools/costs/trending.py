"""What is measured of what is used the most: a full board of each kind."""

from kith.domain import ids
from kith.domain.clock import system_clock
from kith.domain.trends import PLACES, BoardKind, Window
from kith.table.items import BoardItem
from tools.costs.circle import A_PAGE, PAGE, Circle
from tools.costs.laboratory import Laboratory

HASHTAGS, POSTS = "GET /api/v1/trending/hashtags", "GET /api/v1/trending/posts"


def measure_trending(laboratory: Laboratory, circle: Circle) -> None:
    """Measure the trending room."""
    ada, measure = circle.ada, laboratory.measure
    measure("nothing", ada, HASHTAGS)
    measure("nothing", ada, POSTS)
    others = [ids.first_at(system_clock()) + place for place in range(PLACES - PAGE)]
    _list(laboratory, BoardKind.HASHTAGS, [f"hashtag{place}" for place in range(PLACES)])
    _list(laboratory, BoardKind.POSTS, [str(each) for each in (*circle.posts[:PAGE], *others)])
    measure(f"{A_PAGE} of {PLACES}", ada, HASHTAGS)
    measure(f"{A_PAGE} of {PLACES}, by {PAGE} authors", ada, POSTS)


def _list(laboratory: Laboratory, kind: BoardKind, subjects: list[str]) -> None:
    contenders = [[name, PLACES - place + 1 / 3, system_clock()] for place, name in enumerate(subjects)]
    board = BoardItem.at({"contenders": contenders, "version": 1}, kind=kind.value, window=Window.DAY.value)
    laboratory.put([board])
