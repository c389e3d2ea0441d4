"""Text that people write: what is kept, what is refused, and how long it is."""

import unicodedata

from kith.domain.errors import Invalid

ALLOWED_CONTROLS = frozenset("\t\n\r")


def written(field: str, value: str, *, most: int, least: int = 0) -> str:
    """Return text as it is stored: NFC, otherwise unchanged (ZWJ, bidi and combining marks survive).

    Lengths count code points after normalisation.

    Raises:
        Invalid: it holds a control character other than tab and line ends, or is too short or too long.
    """
    kept = unicodedata.normalize("NFC", value)
    if any(
        unicodedata.category(character) == "Cc" and character not in ALLOWED_CONTROLS for character in kept
    ):
        raise Invalid.because(field, "must not contain control characters")
    if not least <= len(kept) <= most:
        raise Invalid.because(field, f"must have {least} to {most} characters, not {len(kept)}")
    return kept
