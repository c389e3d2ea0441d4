"""Inputs that other people made; a checkout that does not have them beside it skips the tests that read them."""

import json
from pathlib import Path

import pytest

CORPORA = Path(__file__).parents[2] / "shared" / "corpora"
NAUGHTY = CORPORA / "strings" / "blns.json"
JSON_CASES = sorted((CORPORA / "json").glob("*.json"))

needs_naughty_strings = pytest.mark.skipif(not NAUGHTY.exists(), reason=f"there is no {NAUGHTY}")
needs_json_cases = pytest.mark.skipif(not JSON_CASES, reason=f"there are no JSON cases in {CORPORA}")


def naughty_strings() -> list[str]:
    return [str(each) for each in json.loads(NAUGHTY.read_text("utf-8"))]
