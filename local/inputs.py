"""A digest of everything a deployment is made from: the same digest, the same deployment."""

import hashlib
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

from local.home import ROOT

SOURCES = (
    "cdk.json",
    "functions",
    "infra",
    "layers",
    "package-lock.json",
    "pyproject.toml",
    "requirements",
)


def digest(settings: str, url: str, root: Path = ROOT) -> str:
    """Return the digest of the sources and of the choices that go into a deployment."""
    total = hashlib.sha256()
    choices = (" ".join(sorted(settings.split())), url, sys.version, platform.machine())
    total.update("\0".join(choices).encode())
    for file in _files(root):
        total.update(b"\0" + str(file.relative_to(root)).encode() + b"\0")
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    for source in SOURCES:
        path = root / source
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (file for file in found if file.is_file() and "__pycache__" not in file.parts)
