"""What became of posts and of the media that they wait for -> what follows from it."""

from functions.post import wiring
from kith.workers import each_message

handler = each_message("post", lambda message: wiring.jobs().do(message))
