"""The documentation tells the truth about the tree."""

import re
from pathlib import Path

import pytest

from kith import events
from kith.metrics import METRICS

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
NAMES = [str(path.relative_to(ROOT)) for path in DOCUMENTS]


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_every_link_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text())
    broken = [link for link in links if not (document.parent / link).exists()]
    assert broken == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_every_command_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|\$ )make ([a-z]+)", document.read_text()))
    assert named <= targets


def test_every_event_is_described_and_no_other() -> None:
    named = {value for name, value in vars(events).items() if name.isupper() and "." in str(value)}
    described = re.findall(r"^\| `(\w+\.\w+)` \|", (ROOT / "docs/events.md").read_text(), re.MULTILINE)
    assert len(named) >= 9
    assert sorted(described) == sorted(named)


def test_every_decision_is_listed() -> None:
    decisions = {path.name for path in (ROOT / "docs/adr").glob("0*.md")}
    listed = set(re.findall(r"\]\((0[^)]+)\)", (ROOT / "docs/adr/README.md").read_text()))
    assert decisions == listed


def test_every_room_is_described() -> None:
    rooms = {path.name for path in (ROOT / "functions").iterdir() if (path / "__init__.py").exists()}
    described = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/architecture.md").read_text(), re.MULTILINE))
    assert rooms == described


def test_every_metric_is_described_and_no_other() -> None:
    rows = re.findall(r"^\| (`[A-Z].*?) \| ", (ROOT / "docs/operations.md").read_text(), re.MULTILINE)
    described = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert sorted(described) == sorted(metric.name for metric in METRICS)
