"""`notification.created` -> pushes to browsers."""

from functions.web_push import wiring
from kith.workers import each_message

handler = each_message("web_push", lambda message: wiring.sender().handle(message))
