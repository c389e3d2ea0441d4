"""The end of a websocket -> it is forgotten."""

from functions.realtime import wiring
from kith.websocket_events import websocket_event

handler = websocket_event("realtime", lambda connection_id, _event: wiring.departures().leave(connection_id))
