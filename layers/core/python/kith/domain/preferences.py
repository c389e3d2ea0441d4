"""Preferences: a few small values under names of a client's choosing, which mean nothing to the rest of Kith."""

import math
import re
from collections.abc import Mapping
from typing import Any

from kith.domain.errors import Invalid
from kith.domain.text import written

ENTRIES_MOST = 50
TEXT_MOST = 500
NUMBER_MOST = 1 << 53
"""Every JSON reader keeps integers up to this exact."""

Preferences = Mapping[str, str | int | float | bool]

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")


def merged(present: Preferences, patch: Mapping[str, Any]) -> Preferences:
    """Return preferences after a JSON merge patch (RFC 7396, one level deep): null removes, anything else is set.

    Raises:
        Invalid: a name or a value is not acceptable, or there would be more than 50.
    """
    chosen = dict(present)
    for name, value in patch.items():
        if value is None:
            chosen.pop(name, None)
        else:
            chosen[name] = _accepted(name, value)
    if len(chosen) > ENTRIES_MOST:
        raise Invalid.because("preferences", f"must be at most {ENTRIES_MOST}, not {len(chosen)}")
    return chosen


def _accepted(name: str, value: Any) -> str | int | float | bool:  # noqa: ANN401  # any JSON value
    field = f"preferences.{name}"
    if not _NAME.fullmatch(name):
        raise Invalid.because(field, "must have a name of 1 to 64 letters a-z, digits, _ . or -")
    match value:
        case bool():
            return value
        case str():
            return written(field, value, most=TEXT_MOST)
        case int() if abs(value) <= NUMBER_MOST:
            return value
        case float() if math.isfinite(value):
            return value
    raise Invalid.because(field, "must be a text, a number that every reader keeps, true or false, or null")
