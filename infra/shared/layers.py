"""The layers: Kith's own library, and the third-party packages under it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from aws_cdk import IgnoreMode
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.shared.checkout import CORE_LAYER
from infra.shared.vendoring import IMAGING, REDOC, VENDOR, Machine, build
from infra.stages import PYTHON, Stage


@dataclass(frozen=True, slots=True)
class LayerFolders:
    """Where each layer's content is; the folder `python` in it goes onto the path of a function."""

    core: Path
    vendor: Path
    imaging: Path
    redoc: Path

    @classmethod
    def built_for(cls, stage: Stage) -> Self:
        """Build what the functions of a stage import."""
        machine = Machine.this_one() if stage.local else Machine.of_lambda(PYTHON, stage.architecture.name)
        return cls(
            core=CORE_LAYER,
            vendor=build(VENDOR, machine),
            imaging=build(IMAGING, machine),
            redoc=build(REDOC, Machine.this_one()),
        )


class Layers(Construct):
    """The layers of one stage."""

    def __init__(self, scope: Construct, stage: Stage, folders: LayerFolders) -> None:
        super().__init__(scope, "Layers")
        self._stage = stage
        as_it_is = lambda_.Code.from_asset(
            str(folders.core), exclude=["__pycache__", "*.pyc"], ignore_mode=IgnoreMode.GIT
        )
        self.core = self._layer("Core", as_it_is, "The library that every function shares")
        self.vendor = self._layer("Vendor", _built(folders.vendor), "Pinned third-party packages")
        self.imaging = self._layer("Imaging", _built(folders.imaging), "Pinned packages that read pictures")
        self.redoc = self._layer("Redoc", _built(folders.redoc), "The script of the API's reference page")

    def _layer(self, name: str, code: lambda_.Code, description: str) -> lambda_.LayerVersion:
        return lambda_.LayerVersion(
            self,
            name,
            code=code,
            description=description,
            compatible_runtimes=[self._stage.runtime],
            compatible_architectures=[self._stage.architecture],
        )


def _built(folder: Path) -> lambda_.Code:
    # A build is named after what went into it; hashing its thousands of files again would only take time.
    return lambda_.Code.from_asset(str(folder), asset_hash=folder.name)
