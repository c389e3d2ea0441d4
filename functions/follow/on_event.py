"""Events of the graph and of accounts, and walks to go on with -> celebrities, and open doors for who waits."""

from functions.follow import wiring
from kith.workers import each_message

handler = each_message("follow", lambda message: wiring.jobs().do(message))
