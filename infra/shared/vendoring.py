"""Builds layers of pinned third-party packages with pip alone: no Docker, and for other machines than this one."""

import compileall
import hashlib
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Final, Self

from infra.shared.checkout import BUILDS, IMAGING_LOCK, REFERENCE_LOCK, VENDOR_LOCK, VIDEO_LOCK

SERVICES_IN_USE: Final = frozenset(
    {
        "apigatewaymanagementapi",
        "dynamodb",
        "events",
        "mediaconvert",
        "s3",
        "secretsmanager",
        "ses",
        "sesv2",
        "sqs",
    }
)
"""Whose descriptions the vendor layer keeps of botocore's, which are most of its size."""


class LayerBuildError(Exception):
    """A layer could not be built."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What packages are installed for."""

    python: str
    """Minor version, such as `3.11`."""
    platforms: tuple[str, ...]
    """The wheel platforms that run there."""

    @classmethod
    def of_lambda(cls, python: str, architecture: str) -> Self:
        """Return Lambda's machine: Amazon Linux 2 up to Python 3.11, Amazon Linux 2023 from then on."""
        processor = {"arm64": "aarch64", "x86_64": "x86_64"}[architecture]
        newest_glibc = 26 if python == "3.11" else 34
        modern = [f"manylinux_2_{glibc}_{processor}" for glibc in range(newest_glibc, 16, -1)]
        return cls(python, (*modern, f"manylinux2014_{processor}"))

    @classmethod
    def this_one(cls) -> Self:
        """Return the machine and the Python that run this."""
        return cls(sysconfig.get_python_version(), (sysconfig.get_platform(),))

    @property
    def pip_options(self) -> list[str]:
        """How to tell pip; it knows by itself which wheels run here."""
        if self == self.this_one():
            return []
        chosen = [option for name in self.platforms for option in ("--platform", name)]
        return [*chosen, "--python-version", self.python, "--implementation", "cp"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one layer is made: what is installed, and what is then taken away."""

    name: str
    lock: Path
    trim: Callable[[Path], None]
    """Reduces the folder of installed packages, in place, to what is shipped."""


def build(recipe: Recipe, machine: Machine, builds: Path = BUILDS) -> Path:
    """Return the folder of a layer, building it unless the same was built before.

    It appears under its name complete or not at all, so that several may build at a time.

    Raises:
        LayerBuildError: pip could not install the packages; it has said why.
    """
    ingredients = recipe.lock.read_bytes() + repr(machine).encode() + Path(__file__).read_bytes()
    built = builds / f"{recipe.name}-{hashlib.sha256(ingredients).hexdigest()[:16]}"
    if built.exists():
        return built
    builds.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=builds, prefix="unfinished-") as scratch:
        layer = Path(scratch, recipe.name)
        _install(recipe.lock, machine, layer / "python")
        recipe.trim(layer / "python")
        if machine.python == Machine.this_one().python:
            _compile(layer)  # another Python would not read it
        _move(layer, built)
    return built


def _install(lock: Path, machine: Machine, folder: Path) -> None:
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    pinned = ["--only-binary=:all:", "--no-deps", "--require-hashes", "--requirement", str(lock)]
    into = ["--no-compile", "--target", str(folder), *machine.pip_options]
    pip = [sys.executable, "-m", "pip", "install", *quiet, *pinned, *into]
    if subprocess.run(pip, check=False).returncode:  # noqa: S603  # the words are ours
        raise LayerBuildError(f"pip could not install {lock.name}; what it said stands above")


def _compile(layer: Path) -> None:
    # A layer is read-only and its files' times are not kept, so Lambda could neither write nor trust ordinary .pyc.
    compileall.compile_dir(
        layer,
        quiet=2,
        force=True,
        stripdir=str(layer),
        prependdir="/opt",
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )


def _move(layer: Path, built: Path) -> None:
    try:
        layer.rename(built)
    except OSError:
        if not built.exists():
            raise  # else another was faster, with the same result


def keep_services_in_use(packages: Path) -> None:
    """Remove from botocore the services that no function calls, and the scripts that nobody runs."""
    for service in (packages / "botocore" / "data").iterdir():
        if service.is_dir() and service.name not in SERVICES_IN_USE:
            shutil.rmtree(service)
    shutil.rmtree(packages / "bin", ignore_errors=True)


def keep_as_it_is(_packages: Path) -> None:
    """Take nothing away."""


def keep_redoc(packages: Path) -> None:
    """Leave one package, `redoc_bundle`, with the script of the API's reference page and its licences."""
    redoc = packages / "drf_spectacular_sidecar" / "static" / "drf_spectacular_sidecar" / "redoc"
    bundle = packages.with_name("redoc_bundle")
    bundle.mkdir()
    for file in ("LICENSE", "bundles/redoc.standalone.js", "bundles/redoc.standalone.js.LICENSE.txt"):
        shutil.copy(redoc / file, bundle)
    (bundle / "__init__.py").touch()
    shutil.rmtree(packages)
    packages.mkdir()
    bundle.rename(packages / bundle.name)


VENDOR: Final = Recipe("vendor", VENDOR_LOCK, keep_services_in_use)
IMAGING: Final = Recipe("imaging", IMAGING_LOCK, keep_as_it_is)
VIDEO: Final = Recipe("video", VIDEO_LOCK, keep_as_it_is)
REDOC: Final = Recipe("redoc", REFERENCE_LOCK, keep_redoc)
