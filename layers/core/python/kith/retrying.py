"""Trying again, not all at once: pauses double and are drawn between nothing and that (full jitter, Brooker 2015)."""

import random
import time
from collections.abc import Callable, Iterator

Pause = Callable[[float], None]
"""Waits for a number of seconds."""

FIRST_PAUSE = 0.02
LONGEST_PAUSE = 1.0


def attempts(most: int, pause: Pause = time.sleep) -> Iterator[int]:
    """Yield 0, 1, … up to `most` attempts, with a pause before each but the first."""
    for attempt in range(most):
        if attempt:
            pause(random.uniform(0, min(LONGEST_PAUSE, FIRST_PAUSE * 2**attempt)))  # noqa: S311  # jitter, no secret
        yield attempt
