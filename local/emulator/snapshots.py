"""Saving the emulator's whole state at one instant, while it goes on working.

MiniStack saves when it stops, service by service, while its workers go on: a message can be missing both from the
queue that was saved early and from the table that was saved late. A forked child has everything as it was at the
fork, and takes its time to write it; the parent is held up for milliseconds.
"""

# ruff: noqa: SLF001  # MiniStack has no public interface for these

import json
import os
import shutil
import signal
import sys
import time
import traceback
from pathlib import Path

from ministack import app
from ministack.core import persistence
from ministack.services import lambda_svc

LONGEST_SAVE = 300
"""Seconds after which a save that hangs is killed."""


def recover(folder: Path) -> None:
    """Finish the exchange of a snapshot for its successor that a kill interrupted."""
    successor, predecessor = _beside(folder)
    if not folder.exists():
        for complete in (successor, predecessor):
            if complete.exists():
                complete.rename(folder)
                break
    shutil.rmtree(successor, ignore_errors=True)
    shutil.rmtree(predecessor, ignore_errors=True)


def save(folder: Path) -> float:
    """Replace the snapshot in a folder by the state of this instant. Returns the seconds it took.

    Raises:
        RuntimeError: it was not saved, and the former snapshot stands.
    """
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        _save_and_exit(folder)
    _, status = os.waitpid(child, 0)
    if status != 0:
        raise RuntimeError(f"The state was not saved (status {status}); see the emulator's log.")
    return time.monotonic() - started


def _beside(folder: Path) -> tuple[Path, Path]:
    return folder.with_name(folder.name + ".next"), folder.with_name(folder.name + ".previous")


def _save_and_exit(folder: Path) -> None:
    try:
        # The parent's handlers would write into the pipe that both share.
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        # A lock that another thread held at the fork is never released here.
        signal.alarm(LONGEST_SAVE)
        _write(folder)
    except BaseException:  # noqa: BLE001  # whatever it was, this copy of the emulator must not go on
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def _write(folder: Path) -> None:
    successor, predecessor = _beside(folder)
    shutil.rmtree(successor, ignore_errors=True)
    shutil.rmtree(predecessor, ignore_errors=True)
    successor.mkdir(parents=True)
    lambda_svc.CODE_BLOB_DIR = str(successor / "lambda-blobs")
    for service, get_state in app._build_persistence_save_dict().items():
        state = get_state()
        if state is not None:
            wrapped = {"__ministack_format__": persistence._state_format_version(service), "payload": state}
            (successor / f"{service}.json").write_text(json.dumps(wrapped, default=persistence._json_default))
    if folder.exists():
        folder.rename(predecessor)
    successor.rename(folder)
    shutil.rmtree(predecessor, ignore_errors=True)
