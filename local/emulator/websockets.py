"""What MiniStack does otherwise than API Gateway with websockets."""

# ruff: noqa: SLF001, ANN401, PLR0913, PLR0917  # MiniStack has neither a public interface for this nor types; nor few parameters

import asyncio
from collections import defaultdict
from typing import Any

from ministack.core.concurrency import run_reentrant
from ministack.services import apigateway, lambda_svc

from local.emulator.origin import CONCURRENCY, refusal

OK = 200


def invoke_as_the_http_api_does() -> None:
    """MiniStack lets a function see to one websocket at a time, loses what it says, and forgets why it refuses one."""
    turns: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(CONCURRENCY))

    async def invoke(  # as MiniStack calls it
        api_id: str,
        account_id: str,
        region: str,
        route: Any,
        stage: str,
        connection_id: str,
        kind: str,
        message_id: str,
        body: str,
        source_ip: str,
        headers: Any,
        query_params: Any = None,
        **more: Any,
    ) -> Any:
        context = apigateway._ws_request_context(
            api_id, route["routeKey"], stage, connection_id, kind, message_id, source_ip, headers
        )
        context |= {name: value for name, value in more.items() if value is not None}
        event = {"requestContext": context, "body": body or "", "isBase64Encoded": False}
        if kind == "CONNECT":
            event |= apigateway._ws_connect_fields(headers, query_params)
        function = _function(api_id, route, account_id, region)
        # Each kind for itself: many that leave must not keep others from coming.
        async with turns[kind]:
            result = await run_reentrant(
                lambda_svc._execute_function_with_config_scope, function, event, thread_name="websocket"
            )
        answer = lambda_svc.lambda_execute_result_to_api_proxy_response(result)[0]
        refusal.set(int((answer or {}).get("statusCode", OK)))
        return answer

    apigateway._invoke_ws_lambda = invoke


def _function(api_id: str, route: Any, account_id: str, region: str) -> Any:
    integration = apigateway._integrations[api_id][route["target"].rpartition("/")[2]]
    named = apigateway._extract_lambda_ref_from_integration_uri(integration["integrationUri"])
    data, config, _ = lambda_svc._get_func_record_for_ref_in_scope(
        named, account_id=account_id, region=region
    )
    return lambda_svc._execution_record_for_config(data, config)
