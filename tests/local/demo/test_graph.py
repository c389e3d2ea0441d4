import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.demo.graph import KARATE, Graph, parse, read
from local.failure import Failure

NUMBERS = st.text("0189", min_size=1, max_size=6)
NAMES = st.text("abcxyz0189_.-é", min_size=1, max_size=6).filter(lambda name: not name.isdecimal())
EDGES = st.sampled_from((NUMBERS, NAMES)).flatmap(  # names above numbers are taken for a line of column names
    lambda names: st.lists(st.tuples(names, names), min_size=1, max_size=20)
)
SEPARATORS = st.sampled_from([" ", "\t", ",", ", ", ";", "   "])
NOISE = st.sampled_from(["", "  ", "# a comment, with words", "% one more", "#"])


@st.composite
def written(draw: st.DrawFn, edges: list[tuple[str, str]]) -> str:
    """Return an edge list, formatted somehow."""
    separator, end = draw(SEPARATORS), draw(st.sampled_from(["\n", "\r\n"]))
    rest = draw(st.sampled_from(["", f"{separator}0.5", f"{separator}2{separator}1999-01-01"]))
    quote = draw(st.sampled_from(["", '"']))
    indent = draw(st.sampled_from(["", "  "]))
    lines = [draw(NOISE), *draw(st.sampled_from([[], [f"Source{separator}Target{rest}"]]))]
    for follower, followee in edges:
        lines += [f"{indent}{quote}{follower}{quote}{separator}{quote}{followee}{quote}{rest}", draw(NOISE)]
    return end.join(lines)


@given(st.data(), EDGES.filter(lambda edges: any(one != other for one, other in edges)))
def test_the_same_edges_parse_the_same_however_they_are_written(
    data: st.DataObject, edges: list[tuple[str, str]]
) -> None:
    text = data.draw(written(edges))
    proper = [edge for edge in edges if edge[0] != edge[1]]

    graph = parse(io.StringIO(text))

    assert graph.follows == tuple(dict.fromkeys(proper))
    assert graph.self_loops == len(edges) - len(proper)
    assert graph.duplicates == len(proper) - len(graph.follows)


@pytest.mark.parametrize(
    "header", ["FromNodeId ToNodeId", "from,to", '"source","target","weight"', "Follower;Followee"]
)
def test_a_line_of_column_names_is_no_edge_and_does_not_count(header: str) -> None:
    assert parse([header, "1 2", "2 3", "3 4"], limit=2).follows == (("1", "2"), ("2", "3"))


def test_names_are_not_taken_for_column_names() -> None:
    assert parse(["ann bob", "bob ann"]).follows == (("ann", "bob"), ("bob", "ann"))
    assert parse(["ann bob"]).follows == (("ann", "bob"),)


def test_a_limit_counts_the_edges_of_the_file_also_those_that_are_skipped() -> None:
    graph = parse(["1 1", "1 2", "1 2", "2 3", "3 4"], limit=4)

    assert graph == Graph((("1", "2"), ("2", "3")), self_loops=1, duplicates=1)


def test_a_limited_read_does_not_look_at_the_rest() -> None:
    assert parse(["1 2", "2 3", "nonsense"], limit=2).people == ("1", "2", "3")


@pytest.mark.parametrize("lines", [[], ["# nothing"], ["1 1"], ["from to"]])
def test_a_graph_without_follows_is_refused(lines: list[str]) -> None:
    with pytest.raises(Failure, match="no edges"):
        parse(lines)


@pytest.mark.parametrize("line", ["alone", ",2", '"" 2'])
def test_a_line_that_is_no_edge_is_named_by_its_number(line: str) -> None:
    with pytest.raises(Failure, match="Line 3"):
        parse(["# a comment", "1 2", line, "2 3"])


def test_plain_and_gzipped_files_read_the_same_whatever_they_are_called(tmp_path: Path) -> None:
    plain, zipped = tmp_path / "graph.gz", tmp_path / "graph.txt"
    plain.write_text("\ufeff1 2\n2 3\n", encoding="utf-8")
    zipped.write_bytes(gzip.compress(b"1 2\n2 3\n"))

    assert read(plain) == read(zipped) == Graph((("1", "2"), ("2", "3")))


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe1 2", gzip.compress(b"1 2\n" * 99, mtime=0)[:-9], b"\x1f\x8bno", b"\x1f\x8b\x08" + bytes(30)],
)
def test_a_file_that_is_no_text_is_refused_by_name(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "graph.txt"
    path.write_bytes(content)

    with pytest.raises(Failure, match=r"graph\.txt"):
        read(path)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(Failure, match=r"nowhere\.txt cannot be read: No such file"):
        read(tmp_path / "nowhere.txt")


def test_the_graph_that_comes_along_is_the_karate_club() -> None:
    graph = read(KARATE)

    assert len(graph.people) == 34
    assert len(graph.follows) == 2 * 78
    assert (graph.self_loops, graph.duplicates) == (0, 0)
    assert {(followee, follower) for follower, followee in graph.follows} == set(graph.follows)
    degrees = {person: len(followers) for person, followers in graph.followers.items()}
    assert sorted(degrees, key=lambda person: -degrees[person])[:5] == ["34", "1", "33", "3", "2"]
    assert [degrees[person] for person in ("34", "1", "33", "3", "2", "12")] == [17, 16, 12, 10, 9, 1]


def test_everyone_has_followers_and_following_also_none() -> None:
    graph = Graph((("1", "2"), ("3", "2")))

    assert graph.followers == {"1": [], "2": ["1", "3"], "3": []}
    assert graph.following == {"1": ["2"], "2": [], "3": ["2"]}
