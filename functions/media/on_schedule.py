"""The schedule of collections -> what was uploaded and is shown by no post after a day is taken away."""

from functions.media import wiring
from kith.workers import command

handler = command("media", lambda _event: wiring.collector().run())
