"""The demonstration: `python -m local.demo`, which `make demo` calls with a stack up."""

import argparse
import json
import os
import secrets
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from local.demo.api import Api
from local.demo.cast import cast
from local.demo.client import Client
from local.demo.graph import KARATE, Graph, read
from local.demo.parallel import WORKERS
from local.demo.run import Demo
from local.failure import Failure
from local.home import Home

TIMEOUT = 30.0
"""Seconds that one answer may take."""


@dataclass(frozen=True, slots=True)
class Options:
    """What someone asked for."""

    path: Path
    limit: int | None
    home: Home


def parse(arguments: Sequence[str], environ: Mapping[str, str] = os.environ) -> Options:
    """Read a command line; the environment gives the defaults.

    Raises:
        Failure: the limit is no number.
    """
    parser = argparse.ArgumentParser(
        prog="python -m local.demo", description="Load a graph, show feeds, check them."
    )
    parser.add_argument("--graph", default=environ.get("GRAPH") or str(KARATE), help="an edge list: from to")
    parser.add_argument("--limit", default=environ.get("LIMIT") or "", help="how many of its edges")
    asked = parser.parse_args(arguments)
    limit: str = asked.limit
    if limit and not (limit.isascii() and limit.isdecimal() and int(limit) > 0):
        raise Failure(f"LIMIT is a number of edges, not {limit!r}.")
    return Options(Path(asked.graph), int(limit) if limit else None, Home.from_environment(environ))


def origin(home: Home, http: httpx.Client) -> str:
    """Return the URL of the stack's API.

    Raises:
        Failure: no stack is up.
    """
    try:
        url: str = json.loads(home.endpoints.read_text())["api"]
        http.get(f"{url}/health").raise_for_status()
    except (FileNotFoundError, httpx.HTTPError) as error:
        raise Failure("No stack is up: run `make up` first.") from error
    return url


def show(options: Options, http: httpx.Client) -> bool:
    """Run the demonstration; tell whether all went as it should."""
    graph = read(options.path, options.limit)
    http.base_url = httpx.URL(origin(options.home, http))
    run = secrets.token_hex(4)
    print(_introduction(options, graph), flush=True)
    return Demo(graph, Api(Client(http), cast(graph, run))).run()


def _introduction(options: Options, graph: Graph) -> str:
    what = "Zachary's karate club (1977)" if options.path == KARATE else str(options.path)
    skipped = f"{graph.self_loops} self-loops and {graph.duplicates} repetitions skipped"
    return f"{what}: {len(graph.people):,} people, {len(graph.follows):,} follows ({skipped})\n"


def main() -> None:
    """Do what the command line says; the exit code is 1 when something is not as it should be."""
    try:
        options = parse(sys.argv[1:])
        # The stack is on this machine: no proxy is between.
        limits = httpx.Limits(max_connections=WORKERS, max_keepalive_connections=WORKERS)
        with httpx.Client(timeout=TIMEOUT, limits=limits, trust_env=False) as http:
            sys.exit(0 if show(options, http) else 1)
    except Failure as failure:
        sys.exit(f"\nkith: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
