"""Write the documents that are made from the code, or check that they are not stale.

`python -m tools.generate` writes them; with `--check` it only tells which differ, and exits with 1 if any does.
"""

import difflib
import sys
from pathlib import Path

from tools.costs.document import costs_document
from tools.entities import entities_document
from tools.openapi import openapi_document

ROOT = Path(__file__).parent.parent


def main() -> int:
    """Return the exit code."""
    documents = {
        ROOT / "functions/reference/openapi.json": openapi_document(),
        ROOT / "docs/entities.md": entities_document(),
        ROOT / "docs/costs.md": costs_document(),
    }
    checking = sys.argv[1:] == ["--check"]
    stale = 0
    for path, text in documents.items():
        present = path.read_text() if path.exists() else ""
        if present == text:
            continue
        stale += 1
        if checking:
            print(f"{path.relative_to(ROOT)} is stale; run: python -m tools.generate")
            print("\n".join(difflib.unified_diff(present.splitlines(), text.splitlines(), lineterm="", n=1)))
        else:
            path.write_text(text)
            print(f"wrote {path.relative_to(ROOT)}")
    return int(checking and stale > 0)


if __name__ == "__main__":
    sys.exit(main())
