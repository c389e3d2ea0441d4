"""What people do to each other and to posts, and walks to go on with -> what others are told of it."""

from functions.notification import wiring
from kith.workers import each_message

handler = each_message("notification", lambda message: wiring.noticer().do(message))
