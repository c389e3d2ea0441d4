"""The emulator as a process: started with an environment of its own, found again, stopped, and never left behind."""

import contextlib
import errno
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from local.failure import Failure
from local.home import EMULATOR, ROOT, Home

LOOPBACK = "127.0.0.1"

STARTING = 60
"""Seconds the emulator gets to answer."""

STOPPING = 60
"""Seconds it gets to save its state and stop."""

_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "SYSTEMROOT")


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the stack answers: the public origin and the emulated AWS."""

    origin: int = 8080
    aws: int = 4566

    @property
    def origin_url(self) -> str:
        """Where clients of the API go."""
        return f"http://{LOOPBACK}:{self.origin}"

    @property
    def aws_url(self) -> str:
        """Where AWS SDKs and the CDK go."""
        return f"http://{LOOPBACK}:{self.aws}"

    def check_free(self) -> None:
        """Make sure that nobody listens there.

        Raises:
            Failure: somebody does, or both are the same.
        """
        if self.origin == self.aws:
            raise Failure(f"PORT and AWS_PORT are both {self.origin}; give them different numbers.")
        for variable, port in (("PORT", self.origin), ("AWS_PORT", self.aws)):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((LOOPBACK, port))
                except OSError as error:
                    if error.errno != errno.EADDRINUSE:
                        raise Failure(
                            f"Port {port} cannot be used ({error.strerror}); choose another with {variable}=."
                        ) from error
                    raise Failure(
                        f"Port {port} is in use by another program. "
                        f"Stop that, or choose another port: make up {variable}={port + 1}"
                    ) from error


@dataclass(frozen=True, slots=True)
class Running:
    """An emulator that is alive."""

    pid: int
    ports: Ports


def find(home: Home) -> Running | None:
    """Return the emulator of a stack if it is alive."""
    try:
        with home.process.open() as file:
            if _lock_is_free(file.fileno()):
                return None
            told = json.load(file)
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return Running(told["pid"], Ports(told["port"], told["aws_port"]))


def start(home: Home, ports: Ports, *, attached: bool) -> subprocess.Popen[bytes]:
    """Start the emulator and wait until it answers.

    Args:
        home: the stack's files.
        ports: where it shall listen.
        attached: whether it shall stop when this process ends.

    Raises:
        Failure: it did not start; nothing is left of it.
    """
    python = EMULATOR / "bin" / "python"
    if not python.exists():
        raise Failure("The emulator is not installed: run `make install`.")
    ports.check_free()
    # What a killed predecessor left there goes.
    shutil.rmtree(home.temporary, ignore_errors=True)
    home.temporary.mkdir(parents=True)
    command = [str(python), "-m", "local.emulator", str(home.folder), str(ports.origin), str(ports.aws)]
    with home.emulator_log.open("wb") as log:
        started = subprocess.Popen(
            [*command, "--attached"] if attached else command,
            cwd=ROOT,
            env=environment(home, ports),
            stdin=subprocess.PIPE if attached else subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _await_health(ports, home, started)
    except BaseException:
        kill_group(started.pid)
        started.wait()
        raise
    return started


def environment(home: Home, ports: Ports) -> dict[str, str]:
    """Return all that the emulator, and every function it runs, inherits."""
    return {name: os.environ[name] for name in _INHERITED if name in os.environ} | {
        "AUTH": "true",
        "BIND_HOST": LOOPBACK,
        "DOCKER_HOST": "unix:///nonexistent",
        "GATEWAY_PORT": str(ports.aws),
        "IOT_MTLS_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        "MINISTACK_HOST": LOOPBACK,
        "PERSIST_STATE": "1",
        "S3_DATA_DIR": str(home.objects),
        "S3_PERSIST": "1",
        "SFTP_ENABLED": "0",
        "STATE_DIR": str(home.state),
        "TMPDIR": str(home.temporary),
    }


def save(ports: Ports) -> None:
    """Have the emulator save its state now."""
    with urllib.request.urlopen(f"{ports.aws_url}/_kith/save", timeout=STOPPING):  # noqa: S310  # our own address
        pass


def stop(home: Home) -> bool:
    """Stop the emulator, gently first. Returns whether there was one."""
    running = find(home)
    if running is None:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(running.pid, signal.SIGTERM)
    if not wait_until(lambda: find(home) is None, STOPPING):
        kill_group(running.pid)
        wait_until(lambda: find(home) is None, STOPPING)
    # Functions that were at work.
    kill_group(running.pid)
    return True


def kill_group(leader: int) -> None:
    """End a process and all that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def _await_health(ports: Ports, home: Home, started: subprocess.Popen[bytes]) -> None:
    def healthy() -> bool:
        if started.poll() is not None:
            raise Failure(f"The emulator did not start:\n{last_lines(home.emulator_log)}")
        return answers(f"{ports.aws_url}/_ministack/health")

    if not wait_until(healthy, STARTING):
        raise Failure(f"The emulator did not answer within {STARTING} seconds; see {home.emulator_log}")


def answers(url: str) -> bool:
    """Tell whether a GET is answered with success."""
    try:
        with urllib.request.urlopen(url, timeout=STARTING) as answer:  # noqa: S310  # our own address
            return bool(answer.status == 200)  # noqa: PLR2004
    except OSError:
        return False


def last_lines(path: Path, count: int = 15) -> str:
    """Return the end of a log."""
    return "\n".join(path.read_text(errors="replace").splitlines()[-count:])


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait until something is so. Returns whether it came to be."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _lock_is_free(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return True
