"""Run the emulator: `python -m local.emulator HOME PORT AWS_PORT [--attached]`, in its own virtual environment."""

import argparse
import asyncio
import fcntl
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import TextIO

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack.core import lambda_runtime

from local.emulator import patches, snapshots
from local.emulator.gateway import Gateway
from local.home import Home


def main() -> None:
    """Serve until told to terminate; attached, also until standard input closes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("aws_port", type=int)
    parser.add_argument("--attached", action="store_true")
    asked = parser.parse_args()
    home = Home(asked.home)
    with home.process.open("a+") as process:
        _claim(process, asked.port, asked.aws_port)
        home.function_log.write_bytes(b"")
        snapshots.recover(home.state)
        patches.apply(home.function_log, home.temporary / "layers")
        asyncio.run(_serve(Gateway(home, asked.port, asked.aws_port), asked))


def _claim(process: TextIO, port: int, aws_port: int) -> None:
    """Hold the lock that says that the emulator lives, which ends with the process whatever happens."""
    fcntl.flock(process, fcntl.LOCK_EX)
    process.truncate(0)
    json.dump({"pid": os.getpid(), "port": port, "aws_port": aws_port}, process)
    process.flush()


async def _serve(gateway: Gateway, asked: argparse.Namespace) -> None:
    config = Config()
    config.bind = [f"127.0.0.1:{asked.aws_port}", f"127.0.0.1:{asked.port}"]
    config.keep_alive_timeout = 75
    config.keep_alive_max_requests = 1_000_000
    config.graceful_timeout = 2
    config.loglevel = "WARNING"

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if asked.attached:
        threading.Thread(target=_at_end_of_input, args=(loop, stop), daemon=True).start()

    saving = asyncio.create_task(gateway.save_regularly())
    await serve(gateway, config, shutdown_trigger=stop.wait)
    saving.cancel()
    await gateway.save()
    lambda_runtime.reset()


def _at_end_of_input(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    sys.stdin.read()
    loop.call_soon_threadsafe(stop.set)


if __name__ == "__main__":
    main()
