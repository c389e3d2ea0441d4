"""The schedule of audits -> a few feeds that are compared with what they should be."""

from functions.feed import wiring
from kith.workers import command

handler = command("feed", lambda _event: wiring.sampler().run())
