"""What happened -> frames for who is online, and the end of websockets whose session has ended."""

from functions.realtime import wiring
from kith.workers import each_message

handler = each_message("realtime", lambda message: wiring.jobs().do(message))
