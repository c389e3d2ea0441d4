"""Imports one module in a fresh process and prints, as JSON, what came of it."""

import gc
import importlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

ROOT = str(Path(__file__).parents[2])
OURS = (f"{ROOT}/functions/", f"{ROOT}/layers/core/")
NETWORK = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto")


def callers(frame: FrameType | None) -> Iterator[str]:
    while frame is not None:
        yield frame.f_code.co_filename
        frame = frame.f_back


def asked_by_us() -> bool:
    """Tell whether our code is what reads the environment: the first caller that is not Python's own."""
    own = (os.__file__, "<frozen", f"{Path(os.__file__).parent}/_collections_abc.py")
    for filename in callers(sys._getframe(2)):  # noqa: SLF001  # there is no public way to see callers cheaply
        if not filename.startswith(own):
            return filename.startswith(OURS)
    return False


def main(module: str) -> None:
    """Import a module and tell what it imported, read, called and made."""
    read: list[str] = []
    called: list[str] = []
    environ_class = type(os.environ)
    original = environ_class.__getitem__

    def recorded(self: "os._Environ[str]", name: str) -> str:
        if asked_by_us():
            read.append(name)
        return original(self, name)

    environ_class.__getitem__ = recorded  # type: ignore[method-assign]  # to see who reads
    sys.addaudithook(lambda name, _: called.append(name) if name in NETWORK else None)
    importlib.import_module(module)
    imported = sorted(sys.modules)
    clients = []
    if "botocore.client" in sys.modules:
        base = sys.modules["botocore.client"].BaseClient
        clients = [type(each).__name__ for each in gc.get_objects() if isinstance(each, base)]
    print(json.dumps({"modules": imported, "read": read, "called": called, "clients": clients}))  # noqa: T201  # the answer


if __name__ == "__main__":
    main(sys.argv[1])
