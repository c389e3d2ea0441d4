"""The layers: Kith's own library, and the third-party packages under it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from aws_cdk import IgnoreMode
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.shared.checkout import CORE_LAYER
from infra.shared.vendoring import IMAGING, REDOC, VENDOR, VIDEO, Machine, build
from infra.stages import PYTHON, Stage

VENDORED: Final = "Pinned third-party packages"


@dataclass(frozen=True, slots=True)
class LayerFolders:
    """Where each layer's content is; the folder `python` in it goes onto the path of a function."""

    core: Path
    vendor: Path
    redoc: Path
    vendor_for_media: Path
    """The same as `vendor`, unless what reads pictures and videos runs on another Python."""
    imaging: Path
    video: Path

    @classmethod
    def built_for(cls, stage: Stage) -> Self:
        """Build what the functions of a stage import."""
        here = Machine.this_one()
        usual = here if stage.local else Machine.of_lambda(PYTHON, stage.architecture.name)
        of_media = here if stage.local else Machine.of_lambda(stage.python_of_media, stage.architecture.name)
        return cls(
            core=CORE_LAYER,
            vendor=build(VENDOR, usual),
            redoc=build(REDOC, here),
            vendor_for_media=build(VENDOR, of_media),
            imaging=build(IMAGING, of_media),
            video=build(VIDEO, of_media),
        )


@dataclass(frozen=True, slots=True)
class Imports:
    """What a function imports from, and the Python that does."""

    python: str
    layers: tuple[lambda_.ILayerVersion, ...]


class Layers(Construct):
    """The layers of one stage."""

    def __init__(self, scope: Construct, stage: Stage, folders: LayerFolders) -> None:
        super().__init__(scope, "Layers")
        self._stage = stage
        as_it_is = lambda_.Code.from_asset(
            str(folders.core), exclude=["__pycache__", "*.pyc"], ignore_mode=IgnoreMode.GIT
        )
        core = self._layer("Core", as_it_is, "The library that every function shares")
        vendor = self._layer("Vendor", _built(folders.vendor), VENDORED)
        redoc = self._layer("Redoc", _built(folders.redoc), "The script of the API's reference page")
        self.usual = Imports(PYTHON, (core, vendor))
        self.of_the_reference = Imports(PYTHON, (core, vendor, redoc))
        if folders.vendor_for_media != folders.vendor:
            vendor = self._layer("MediaVendor", _built(folders.vendor_for_media), VENDORED)
        imaging = self._layer("Imaging", _built(folders.imaging), "Pinned packages that read pictures")
        video = self._layer("Video", _built(folders.video), "Pinned packages that read and write videos")
        self.of_pictures = Imports(stage.python_of_media, (core, vendor, imaging))
        self.of_videos = Imports(stage.python_of_media, (core, vendor, imaging, video))

    def _layer(self, name: str, code: lambda_.Code, description: str) -> lambda_.LayerVersion:
        return lambda_.LayerVersion(
            self,
            name,
            code=code,
            description=description,
            compatible_architectures=[self._stage.architecture],
        )


def _built(folder: Path) -> lambda_.Code:
    # A build is named after what went into it; hashing its thousands of files again would only take time.
    return lambda_.Code.from_asset(str(folder), asset_hash=folder.name)
