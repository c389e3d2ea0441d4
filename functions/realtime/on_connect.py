"""A handshake with a ticket -> a websocket, or a refusal."""

from functions.realtime import wiring
from kith.websocket_events import websocket_event

handler = websocket_event(
    "realtime",
    lambda connection_id, event: wiring.visits().open(
        connection_id, event.get("queryStringParameters") or {}
    ),
)
