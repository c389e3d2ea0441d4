import io
import time

import pytest

from local.demo.parallel import each, in_parallel
from local.demo.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(output: io.StringIO, *, seconds_each: float, total: int = 4) -> str:
    now = 0.0
    with Progress("baking", total, timer=lambda: now, output=output) as progress:
        for _ in range(total):
            now += seconds_each
            progress.advance()
    return output.getvalue()


def test_away_from_a_terminal_progress_is_whole_lines_now_and_then() -> None:
    text = shown(io.StringIO(), seconds_each=6)

    lines = text.splitlines()
    assert text.endswith("\n")
    assert "\r" not in text
    assert [line.split()[:5] for line in lines] == [
        ["baking", "50%", "2", "of", "4"],
        ["baking", "100%", "4", "of", "4"],
    ]


def test_away_from_a_terminal_what_is_done_at_once_is_one_line() -> None:
    assert len(shown(io.StringIO(), seconds_each=0.01).splitlines()) == 1


def test_on_a_terminal_one_line_is_written_over_and_over() -> None:
    text = shown(Terminal(), seconds_each=0.3)

    steps = text.removesuffix("\n").split("\r")[1:]
    assert text.count("\n") == 1
    assert len(steps) == 4
    assert len({len(step) for step in steps}) == 1
    assert steps[-1].split()[:2] == ["baking", "100%"]


def test_the_rate_is_what_was_done_by_the_time_it_took() -> None:
    ticks = iter([0.0, 10.0])
    output = io.StringIO()
    progress = Progress("baking", 2000, timer=lambda: next(ticks), output=output)
    with progress:
        progress.done = 1000

    assert output.getvalue().split() == ["baking", "50%", "1,000", "of", "2,000", "100/s", "10.0", "s"]


def test_almost_everything_is_not_everything() -> None:
    output = io.StringIO()
    with Progress("baking", 1000, timer=lambda: 0.0, output=output) as progress:
        progress.done = 999

    assert " 99% " in output.getvalue()


def test_nothing_to_do_is_all_done() -> None:
    assert " 100% " in shown(io.StringIO(), seconds_each=0, total=0)


def test_results_come_in_the_order_of_the_items(capsys: pytest.CaptureFixture[str]) -> None:
    phase = each("doubling", list(range(50)), lambda number: 2 * number)

    assert phase.results == [2 * number for number in range(50)]
    assert capsys.readouterr().out.split()[:5] == ["doubling", "100%", "50", "of", "50"]


def test_a_failure_ends_it_and_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    begun: list[int] = []

    def fail_at_three(number: int) -> None:
        begun.append(number)
        time.sleep(0.001)
        if number == 3:
            raise ValueError("three")

    with pytest.raises(ValueError, match="three"):
        list(in_parallel(range(10_000), fail_at_three, workers=1))
    assert len(begun) < 10_000
    with pytest.raises(ValueError, match="three"):
        each("counting", [1, 2, 3], fail_at_three)
    assert capsys.readouterr().out.endswith("s\n")
