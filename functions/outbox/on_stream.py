"""The table's stream -> the bus. The only reader of the stream: what is committed is told, and nothing else is."""

from functions.outbox import wiring
from functions.outbox.changes import events_of
from functions.outbox.telling import tell
from kith.table.stream import change_of
from kith.workers import each_change

handler = each_change(
    "outbox",
    translate=lambda record: events_of(change_of(record)),
    publish=lambda events: tell(wiring.bus(), events),
)
