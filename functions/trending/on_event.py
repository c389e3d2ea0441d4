"""Posts, what is done to them and who hides theirs -> what is used the most."""

from functions.trending import wiring
from kith.workers import messages_together

handler = messages_together("trending", lambda messages: wiring.trender().see_to(messages))
