"""`user.deleted`, `user.export_requested` and erasures to go on with -> erasures and exports."""

from functions.operation import wiring
from kith.workers import each_message

handler = each_message("operation", lambda message: wiring.jobs().do(message))
