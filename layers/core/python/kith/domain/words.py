"""Text as search compares it: folded, and cut into words.

Folding takes away case, accents and the vowel points of Hebrew and Arabic, and keeps the marks without which other
scripts cannot be read. Scripts that put no space between words are cut into overlapping pairs of characters, as
Lucene's CJKBigramFilter does.
"""

import itertools
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

WORD_MOST: Final = 40
"""Characters of a word that are looked at."""
LETTERS: Final = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ħ": "h", "\u0131": "i", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th"}
)
"""Letters that are no compositions to Unicode, but are written without their strokes by who has no such key."""
WITHIN_WORDS: Final = dict.fromkeys(
    [*map(ord, "\u200c\u200d\u00ad'\u2019\u02bc"), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]
)
"""Joiners, soft hyphens, apostrophes (who looks for O'Brien may leave it out), and what selects a variant of a glyph."""

ACCENTS_FROM: Final = 200
"""Unicode's combining classes of marks that stand above, below or at a letter."""
POINTS: Final = range(10, 36)
"""Those of the points of Hebrew and Arabic."""
UNSPACED: Final = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x31F0, 0x31FF),
    (0x3400, 0x9FFF),  # Han
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)


def folded(text: str) -> str:
    """Return text without what a search does not tell apart."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(character for character in decomposed if not _is_accent(character))
    lower = unicodedata.normalize("NFKC", bare).casefold().translate(LETTERS).translate(WITHIN_WORDS)
    return unicodedata.normalize("NFKC", lower)


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text, folded, each once, in order of appearance."""
    return tuple(dict.fromkeys(all_words(text)))


def all_words(text: str) -> tuple[str, ...]:
    """Return the words of a text, folded, as often as each stands there."""
    return tuple(_words(folded(text)))


def _words(text: str) -> Iterator[str]:
    for (is_word, is_unspaced), run in itertools.groupby(text, _kind):
        word = "".join(run)
        if not is_word or not any(map(str.isalnum, word)):
            continue
        if is_unspaced and len(word) > 1:
            yield from map("".join, itertools.pairwise(word))
        else:
            yield word[:WORD_MOST]


@cache
def _kind(character: str) -> tuple[bool, bool]:
    """Tell whether a character belongs to a word, and to a script that puts no space between words."""
    is_word = character.isalnum() or unicodedata.category(character).startswith("M")
    return is_word, is_word and any(low <= ord(character) <= high for low, high in UNSPACED)


@cache
def _is_accent(character: str) -> bool:
    combining = unicodedata.combining(character)
    return combining >= ACCENTS_FROM or combining in POINTS
