"""Notifications, digests that are due, and what SES tells of mails -> a mail in a while, a mail, no more mails."""

from functions.digest import wiring
from kith.workers import each_message

handler = each_message("digest", lambda message: wiring.jobs().do(message))
