"""The house as files: what the rules are checked over."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
LIBRARY: Final = ROOT / "layers" / "core" / "python"
FUNCTIONS: Final = ROOT / "functions"
ROOMS: Final = sorted(folder.name for folder in FUNCTIONS.iterdir() if (folder / "__init__.py").exists())
DOORS: Final = sorted(
    f"functions.{path.parent.name}.{path.stem}"
    for pattern in ("*/api.py", "*/on_*.py")
    for path in FUNCTIONS.glob(pattern)
)
MODULES: Final = sorted(
    path
    for folder in (LIBRARY / "kith", FUNCTIONS, ROOT / "infra", ROOT / "local", ROOT / "tools")
    for path in folder.rglob("*.py")
)


def path_of(module: str) -> Path:
    return ROOT.joinpath(*module.split(".")).with_suffix(".py")
