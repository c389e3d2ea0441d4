"""What a command can fail with, told to a person in one message."""


class Failure(Exception):  # it is caught in one place and shown, not handled
    """Something that stops a command. Its message says what, and what to do about it."""
