"""The layers: Kith's own library, and the third-party packages under it."""

from dataclasses import dataclass
from functools import cached_property
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
    """The layers of one stack: those that its functions use."""

    def __init__(self, scope: Construct, stage: Stage, folders: LayerFolders) -> None:
        super().__init__(scope, "Layers")
        self._stage = stage
        self._folders = folders

    @cached_property
    def usual(self) -> Imports:
        """What functions import."""
        return Imports(PYTHON, (self._core, self._vendor))

    @cached_property
    def of_the_reference(self) -> Imports:
        """The same, and what shows the API's description."""
        redoc = self._layer("Redoc", _built(self._folders.redoc), "The script of the API's reference page")
        return Imports(PYTHON, (self._core, self._vendor, redoc))

    @cached_property
    def of_pictures(self) -> Imports:
        """What reads pictures."""
        return Imports(self._stage.python_of_media, (self._core, self._vendor_for_media, self._imaging))

    @cached_property
    def of_videos(self) -> Imports:
        """What reads videos, and pictures of them."""
        video = self._layer(
            "Video", _built(self._folders.video), "Pinned packages that read and write videos"
        )
        return Imports(self._stage.python_of_media, (*self.of_pictures.layers, video))

    @cached_property
    def _core(self) -> lambda_.LayerVersion:
        as_it_is = lambda_.Code.from_asset(
            str(self._folders.core), exclude=["__pycache__", "*.pyc"], ignore_mode=IgnoreMode.GIT
        )
        return self._layer("Core", as_it_is, "The library that every function shares")

    @cached_property
    def _vendor(self) -> lambda_.LayerVersion:
        return self._layer("Vendor", _built(self._folders.vendor), VENDORED)

    @cached_property
    def _vendor_for_media(self) -> lambda_.LayerVersion:
        if self._folders.vendor_for_media == self._folders.vendor:
            return self._vendor
        return self._layer("MediaVendor", _built(self._folders.vendor_for_media), VENDORED)

    @cached_property
    def _imaging(self) -> lambda_.LayerVersion:
        return self._layer("Imaging", _built(self._folders.imaging), "Pinned packages that read pictures")

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
