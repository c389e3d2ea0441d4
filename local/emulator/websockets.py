"""What MiniStack does otherwise than API Gateway with websockets."""

# ruff: noqa: SLF001, ANN401  # MiniStack has neither a public interface for this nor types

import asyncio
from typing import Any

from ministack.services import apigateway

from local.emulator.origin import CONCURRENCY, refusal

OK = 200


def take_turns() -> None:
    """MiniStack starts a process for each connection that comes at the same time, and forgets why one is refused."""
    invoke = apigateway._invoke_ws_lambda
    turns = asyncio.Semaphore(CONCURRENCY)

    async def invoke_in_turn(*request: Any, **more: Any) -> Any:
        async with turns:
            answer = await invoke(*request, **more)
        refusal.set(int((answer or {}).get("statusCode", OK)))
        return answer

    apigateway._invoke_ws_lambda = invoke_in_turn
