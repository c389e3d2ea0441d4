"""A request followed through the functions of a deployed stack, as `make trace` does it."""

import os
import subprocess
import sys

import httpx

from local.home import Home
from tests.e2e.conftest import Newcomer
from tests.e2e.stack import ROOT, LocalStack, eventually
from tools.trace import followed


def functions(stack: LocalStack, trace_id: str) -> list[str]:
    """Return which functions have logged something about a request, in order of time."""
    return [line.split()[1] for line in followed("local", trace_id, home=Home(stack.home))]


def test_a_post_is_followed_to_its_followers_feed_and_to_whoever_it_names(
    newcomer: Newcomer, local_stack: LocalStack
) -> None:
    author, follower, named = newcomer(), newcomer(), newcomer()
    follower.follow(author)
    foreign = {"x-request-id": "a-name-of-the-clients-own"}
    answer = author.http.post("/api/v1/posts", json={"text": f"hello @{named.username}"}, headers=foreign)
    assert answer.status_code == 201
    trace_id = answer.headers["x-request-id"]
    assert trace_id != foreign["x-request-id"]
    expected = {
        "post-api",
        "outbox-on-stream",
        "feed-fanout-on-event",
        "feed-fanout-on-batch",
        "notification-on-event",
        "realtime-on-event",
        "search-on-event",
        "web-push-on-event",
        "digest-on-message",
    }
    eventually(lambda: expected <= set(functions(local_stack, trace_id)), within=90)
    assert follower.feed() == [answer.json()["post_id"]]

    lines = list(followed("local", trace_id, home=Home(local_stack.home)))
    assert functions(local_stack, trace_id)[0] == "post-api"
    assert [line.split()[0] for line in lines] == sorted(line.split()[0] for line in lines)
    told = [line for line in lines if " outbox-on-stream " in line and " told " in line]
    assert ["post.created" in line for line in told] == [True, False]
    assert "notification.created" in told[1]
    deliveries = [line for line in lines if " feed-fanout-on-batch " in line]
    assert all("message handled outcome=done" in line for line in deliveries)


def test_what_is_deleted_is_followed_to_where_it_was(newcomer: Newcomer, local_stack: LocalStack) -> None:
    author, follower = newcomer(), newcomer()
    follower.follow(author)
    post = author.post("hello")
    eventually(lambda: follower.feed() == [post])
    answer = author.http.delete(f"/api/v1/posts/{post}")
    assert answer.status_code == 204
    trace_id = answer.headers["x-request-id"]
    eventually(lambda: {"outbox-on-stream", "post-on-event"} <= set(functions(local_stack, trace_id)))


def make_trace(stack: LocalStack, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tools.trace", *words],
        cwd=ROOT,
        env={**os.environ, "KITH_HOME": str(stack.home)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_command_tells_it(url: str, local_stack: LocalStack) -> None:
    answer = httpx.get(f"{url}/api/v1/feed", timeout=30)
    trace_id = answer.json()["request_id"]
    eventually(lambda: "feed-api" in functions(local_stack, trace_id))
    done = make_trace(local_stack, trace_id)
    assert (done.returncode, done.stderr) == (0, "")
    (line,) = done.stdout.splitlines()
    assert f"status=401 request_id={trace_id}" in line
    assert make_trace(local_stack, "nobody").stdout == "Nothing is logged of nobody.\n"
    assert make_trace(local_stack, 'x"').returncode == 1
