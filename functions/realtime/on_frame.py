"""What a client says on its websocket -> an answer to its pings."""

from functions.realtime import wiring
from kith.websocket_events import websocket_event

handler = websocket_event(
    "realtime", lambda connection_id, event: wiring.visits().hear(connection_id, event.get("body") or "")
)
