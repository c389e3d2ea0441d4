"""What mails hold by which whoever reads them stops them: it names an account, and can do nothing else."""

from collections.abc import Callable

from kith.web.seals import opened, sealed

CONTEXT = "unsubscribe"


def token_for(key: Callable[[], bytes], user_id: int) -> str:
    """Return what stops the digests of an account; it does not expire, as mails do not."""
    return sealed(str(user_id), key(), CONTEXT)


def owner(key: Callable[[], bytes], token: str) -> int | None:
    """Return whose digests a token stops, or None if it is none."""
    text = opened(token, key(), CONTEXT)
    return None if text is None else int(text)
