"""What operators command (`make operate`), and what is done every day without being told."""

from functions.account import wiring
from kith.workers import command

handler = command("account", lambda order: wiring.operators().carry_out(order))
