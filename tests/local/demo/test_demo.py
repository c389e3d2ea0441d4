import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from local.demo import delivery
from local.demo.__main__ import origin, parse, show
from local.demo.api import Api
from local.demo.cast import Draft, cast
from local.demo.client import Client
from local.demo.graph import KARATE, Graph
from local.demo.run import Demo
from local.failure import Failure
from local.home import Home
from tests.local.demo.kith import FakeKith

GRAPH = Graph((("a", "b"), ("c", "b"), ("b", "a"), ("a", "c"), ("d", "b")))


@pytest.fixture(autouse=True)
def _impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "QUIET", 0.0)
    monkeypatch.setattr(delivery, "LONGEST", 0.0)
    monkeypatch.setattr(delivery, "PAUSE", 0.0)


def demo_on(kith: FakeKith, graph: Graph = GRAPH) -> Demo:
    client = Client(kith.http(), sleep=lambda _seconds: None)
    return Demo(graph, Api(client, cast(graph, "0a1b2c3d")))


def test_a_run_tells_that_all_feeds_agree_and_how_long_a_post_took(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert demo_on(FakeKith()).run()

    shown = capsys.readouterr().out
    assert "feeds that agree        4 of 4" in shown
    assert "s to 3 followers of b, who waited" in shown
    assert "requests sent again     none" in shown
    assert "b (@b_0a1b2c3d) follows 1, is followed by 3" in shown
    assert "wrong" not in shown


def test_feeds_are_compared_to_their_last_page(monkeypatch: pytest.MonkeyPatch) -> None:
    pages: list[str] = []

    def note(request: httpx.Request) -> None:
        if "cursor" in request.url.params:
            pages.append(request.url.params["cursor"])

    monkeypatch.setattr("local.demo.run.PAGE", 2)

    assert demo_on(FakeKith(before=note)).run()
    assert {"2", "4"} <= set(pages)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (lambda posts: posts[:-1], "1 missing"),
        (lambda posts: posts[:2] + posts[1:], "1 duplicated"),
        (lambda posts: posts[1::-1] + posts[2:], "1 misordered"),
    ],
)
def test_a_feed_that_is_wrong_is_shown_with_what_is_wrong_and_fails_the_run(
    fault: Callable[[list[int]], list[int]], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def wrong_for_one(username: str, posts: list[int]) -> list[int]:
        return fault(posts) if username.startswith("a_") else posts

    assert not demo_on(FakeKith(shown=wrong_for_one)).run()

    shown = capsys.readouterr().out
    assert "feeds that agree        3 of 4" in shown
    assert told in shown


def test_a_post_of_a_stranger_in_a_feed_is_shown_as_extra(capsys: pytest.CaptureFixture[str]) -> None:
    everything: set[int] = set()

    def everything_for_one(username: str, posts: list[int]) -> list[int]:
        everything.update(posts)
        return sorted(everything, reverse=True) if username.startswith("d_") else posts

    assert not demo_on(FakeKith(shown=everything_for_one), Graph((("a", "b"), ("c", "d")))).run()
    assert "extra: " in capsys.readouterr().out


def test_a_post_that_does_not_reach_everyone_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    kith = FakeKith()

    def without_last_words(username: str, posts: list[int]) -> list[int]:
        if not username.startswith("a_"):
            return posts
        return [post_id for post_id in posts if "#kith" not in kith.posts[post_id]["text"]]

    kith.shown = without_last_words

    assert not demo_on(kith).run()
    assert "only 2 of 3 followers of b have it" in capsys.readouterr().out


def test_a_busy_api_costs_only_time(capsys: pytest.CaptureFixture[str]) -> None:
    turn = iter(range(1_000_000))

    def busy(_request: httpx.Request) -> httpx.Response | None:
        return {1: httpx.Response(503), 3: httpx.Response(429)}.get(next(turn) % 5)

    assert demo_on(FakeKith(before=busy)).run()
    shown = capsys.readouterr().out
    assert "answered 429" in shown
    assert "answered 503" in shown


def test_lost_answers_neither_fail_nor_double_anything() -> None:
    kith = FakeKith()
    lost: set[str] = set()

    def lose_the_first_answer(request: httpx.Request) -> httpx.Response:
        answer = kith(request)
        what = f"{request.method} {request.url} {request.content!r} {request.headers.get('authorization')}"
        if request.method == "POST" and what not in lost:
            lost.add(what)
            raise httpx.ReadError("lost")
        return answer

    http = httpx.Client(base_url="http://kith.example", transport=httpx.MockTransport(lose_the_first_answer))
    demo = Demo(GRAPH, Api(Client(http, sleep=lambda _seconds: None), cast(GRAPH, "0a1b2c3d")))

    assert demo.run()
    assert len(kith.accounts) == 4


def test_a_token_is_renewed_before_it_expires_and_not_earlier() -> None:
    kith = FakeKith(expires_in=600)
    now = [0.0]
    api = Api(Client(kith.http()), cast(GRAPH, "0a1b2c3d"), timer=lambda: now[0])
    for label in GRAPH.people:
        api.register(label)

    now[0] = 569.0
    api.follow("a", "b")
    assert kith.logins == 0

    now[0] = 571.0
    api.follow("a", "c")
    api.follow("a", "b")
    assert kith.logins == 1


def test_a_token_that_is_refused_is_renewed_once() -> None:
    refusals = [httpx.Response(401)]

    def refuse_posts(request: httpx.Request) -> httpx.Response | None:
        return refusals.pop() if request.url.path == "/api/v1/posts" and refusals else None

    kith = FakeKith(before=refuse_posts)
    api = Api(Client(kith.http()), cast(GRAPH, "0a1b2c3d"))
    api.register("a")

    assert api.publish(Draft("a", 0, "hello")).author == "a"
    assert kith.logins == 1

    refusals.extend([httpx.Response(401)] * 2)
    with pytest.raises(Failure, match="401"):
        api.publish(Draft("a", 1, "hello again"))


def test_a_feed_whose_pages_go_in_a_circle_is_told() -> None:
    def again_and_again(request: httpx.Request) -> httpx.Response | None:
        page = {"items": [], "next_cursor": "again"}
        return httpx.Response(200, json=page) if request.url.path == "/api/v1/feed" else None

    api = Api(Client(FakeKith(before=again_and_again).http()), cast(GRAPH, "0a1b2c3d"))
    api.register("a")

    with pytest.raises(Failure, match="circle"):
        list(api.feed("a", limit=5))


def test_the_environment_says_which_graph_and_how_much_of_it() -> None:
    options = parse([], {"GRAPH": "edges.txt", "LIMIT": "20", "KITH_HOME": "/elsewhere"})

    assert (options.path, options.limit, options.home.folder) == (Path("edges.txt"), 20, Path("/elsewhere"))


def test_without_an_environment_it_is_all_of_the_karate_club() -> None:
    options = parse([], {"GRAPH": "", "LIMIT": ""})

    assert (options.path, options.limit) == (KARATE, None)


@pytest.mark.parametrize("limit", ["0", "-1", "many", "1.5"])
def test_a_limit_that_is_no_number_of_edges_is_refused(limit: str) -> None:
    with pytest.raises(Failure, match="LIMIT is a number of edges"):
        parse([], {"LIMIT": limit})


def test_without_a_stack_one_is_told_to_bring_it_up(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="make up"):
        origin(Home(tmp_path), FakeKith().http())


def test_a_stack_that_was_stopped_is_no_stack(tmp_path: Path) -> None:
    def refuse(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    home = Home(tmp_path)
    home.endpoints.write_text(json.dumps({"api": "http://kith.example"}))

    assert origin(home, FakeKith().http()) == "http://kith.example"
    with pytest.raises(Failure, match="make up"):
        origin(home, httpx.Client(transport=httpx.MockTransport(refuse)))


def test_the_karate_club_is_shown_from_its_file_to_its_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Home(tmp_path)
    home.endpoints.write_text(json.dumps({"api": "http://kith.example"}))

    assert show(parse([], {"KITH_HOME": str(tmp_path)}), FakeKith().http())

    shown = capsys.readouterr().out
    assert shown.startswith(
        "Zachary's karate club (1977): 34 people, 156 follows (0 self-loops and 0 repetitions"
    )
    assert "feeds that agree        34 of 34" in shown
