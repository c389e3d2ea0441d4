"""Likes, reposts and comments -> what their makers take to."""

from functions.feed import wiring
from kith.workers import each_message

handler = each_message("feed", lambda message: wiring.taster().learn(message))
