"""The local stack: `python -m local.stack run|up|down|reset`, which `make` calls."""

import argparse
import contextlib
import fcntl
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import FrameType

from kith.settings import Knobs
from local import process
from local.deployment import Deployment
from local.endpoints import welcome
from local.failure import Failure
from local.home import Home
from local.logs import follow, readable
from local.process import Ports
from local.progress import step

_INTERRUPTIONS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class Options:
    """What someone asked for."""

    verb: str
    ports: Ports
    settings: str
    home: Home


def parse(arguments: Sequence[str], environ: Mapping[str, str] = os.environ) -> Options:
    """Read a command line; the environment gives the defaults.

    Raises:
        Failure: a port is no port, or a setting does not exist.
    """
    parser = argparse.ArgumentParser(prog="python -m local.stack", description="The stack on this machine.")
    parser.add_argument("verb", choices=["run", "up", "down", "reset"])
    parser.add_argument("--port", default=environ.get("PORT") or "8080", help="of the API's origin")
    parser.add_argument("--aws-port", default=environ.get("AWS_PORT") or "4566", help="of the emulated AWS")
    parser.add_argument(
        "--set", default=environ.get("SET") or "", help="knobs, as in 'celebrity_threshold=5'"
    )
    asked = parser.parse_args(arguments)
    ports = Ports(_port("PORT", asked.port), _port("AWS_PORT", asked.aws_port))
    _check_settings(asked.set)
    return Options(asked.verb, ports, asked.set, Home.from_environment(environ))


def _port(variable: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 65535):  # noqa: PLR2004  # what TCP has
        raise Failure(f"{variable} is a number from 1 to 65535, not {text!r}.")
    return int(text)


def _check_settings(settings: str) -> None:
    words = [word.partition("=") for word in settings.split()]
    try:
        Knobs().overridden({name: value for name, _equals, value in words})
    except ValueError as error:
        raise Failure(f"SET: {error}") from error


def run(options: Options) -> None:
    """Bring the stack up, and show what its functions say until someone interrupts; then stop it."""
    _bring_up(options, attached=True)
    print("The functions report here. Ctrl-C stops the stack and keeps its data.\n", flush=True)
    try:
        for line in follow(options.home.function_log, lambda: process.find(options.home) is not None):
            print(readable(line), flush=True)
        raise Failure(f"The emulator ended by itself:\n{process.last_lines(options.home.emulator_log)}")
    except KeyboardInterrupt:
        print()
    finally:
        down(options)


def up(options: Options) -> None:
    """Bring the stack up, or up to date, and leave it in the background."""
    _bring_up(options, attached=False)


def down(options: Options) -> None:
    """Stop the stack; its data stays."""
    for number in _INTERRUPTIONS:
        signal.signal(number, signal.SIG_IGN)
    with _one_command(options.home):
        if process.find(options.home) is None:
            print("The stack is not up.")
            return
        with step("saving and stopping"):
            process.stop(options.home)


def reset(options: Options) -> None:
    """Stop the stack and forget its data."""
    down(options)
    with _one_command(options.home):
        options.home.forget()
    print("The data is gone; `make up` starts from nothing.")


def _bring_up(options: Options, *, attached: bool) -> None:
    with _one_command(options.home):
        running = process.find(options.home)
        if running is None:
            with step("starting the emulator"):
                process.start(options.home, options.ports, attached=attached)
        elif running.ports != options.ports:
            raise Failure(
                f"The stack is up with PORT={running.ports.origin} AWS_PORT={running.ports.aws}; "
                "`make down` stops it, or use these."
            )
        else:
            print("  the stack is already up")
        try:
            addresses = Deployment(options.home, options.ports, options.settings).bring_up()
        except BaseException:
            if running is None:
                process.stop(options.home)
            raise
    print(welcome(addresses), flush=True)


@contextlib.contextmanager
def _one_command(home: Home) -> Iterator[None]:
    """Wait for other commands on the same stack."""
    home.folder.mkdir(parents=True, exist_ok=True)
    with home.commands.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _terminated(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def main() -> None:
    """Do what the command line says; a failure is one message and exit code 1."""
    # Whatever account or profile they name, nothing here is about it.
    for variable in [name for name in os.environ if name.startswith("AWS_") and name != "AWS_PORT"]:
        del os.environ[variable]
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _terminated)
    try:
        options = parse(sys.argv[1:])
        {"run": run, "up": up, "down": down, "reset": reset}[options.verb](options)
    except Failure as failure:
        sys.exit(f"\nkith: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
