"""What functions say: MiniStack keeps it in log streams, one for each invocation, and nowhere for people to follow."""

# ruff: noqa: SLF001, ANN401  # MiniStack has neither a public interface for these nor types

import contextlib
import threading
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import cloudwatch_logs, lambda_svc

KEPT_LOG_STREAMS = 200
"""Log streams kept per function; each invocation makes one."""


def record(path: Path) -> None:
    """Write down each line that a function's process says, after the function's name and a tab, when it is read.

    MiniStack takes what it has read when an invocation ends for all of it. On a busy machine the rest comes with another
    invocation, or never.
    """
    writing = threading.Lock()

    def read_and_record(worker: Any) -> None:
        said, waiting = worker._proc.stderr, worker._stderr_queue
        with contextlib.suppress(OSError, ValueError):  # the process is gone
            for line in said:
                waiting.put(line.rstrip("\n"))
                with writing, path.open("a") as log:
                    log.write(f"{worker.func_name}\t{line.rstrip()}\n")

    lambda_runtime.Worker._read_stderr = read_and_record


def bound_log_streams() -> None:
    """Let the oldest log streams of a function go."""
    emit = lambda_svc._emit_lambda_logs

    def emit_and_bound(function: Any, *args: Any, **options: Any) -> None:
        emit(function, *args, **options)
        _drop_old_log_streams(function["config"])

    lambda_svc._emit_lambda_logs = emit_and_bound


def _drop_old_log_streams(config: Any) -> None:
    group = (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{config['FunctionName']}"
    streams = cloudwatch_logs._log_groups.get(group, {}).get("streams", {})
    with contextlib.suppress(KeyError):
        for name in list(streams)[:-KEPT_LOG_STREAMS]:
            del streams[name]
