"""Notifications, a schedule, digests that are due, what SES tells of mails -> a mail in a while, mails, no more mails."""

from functions.digest import wiring
from kith.workers import each_message

handler = each_message("digest", lambda message: wiring.jobs().do(message))
