"""The schedule of digests -> those that are due soon are asked for."""

from functions.digest import wiring
from kith.workers import command

handler = command("digest", lambda _event: wiring.calendar().run())
