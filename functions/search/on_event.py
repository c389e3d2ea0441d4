"""What becomes of accounts and posts -> what searches find."""

from functions.search import wiring
from kith.workers import each_message

handler = each_message("search", lambda message: wiring.indexer().do(message))
