"""Synthesizes what the tests of this folder look at: `python -m tests.infra.assemblies <folder>`.

Third-party layers are stood in for by empty ones: they are built by pip, and nothing in a template depends on what
is in them. Their building has tests of its own.
"""

import sys
from pathlib import Path
from typing import Final, TypedDict

from infra.app import build, new_app
from infra.examples.subscriber import GraphListener
from infra.shared.checkout import CORE_LAYER
from infra.shared.layers import LayerFolders
from infra.stages import requested_stage


class Request(TypedDict, total=False):
    """The context that a variant is synthesized with."""

    name: str
    api: str
    settings: str
    public_url: str
    mail_from: str
    search: str
    alarm_mail: str


VARIANTS: Final[dict[str, Request]] = {
    "local": {"name": "local"},
    "dev": {"name": "dev"},
    "prod": {"name": "prod"},
    "rest": {"name": "local", "api": "rest"},
    "mailing": {
        "name": "dev",
        "public_url": "https://kith.example",
        "mail_from": "post@kith.example",
        "alarm_mail": "ops@kith.example",
    },
    "largest": {
        "name": "prod",
        "api": "rest",
        "settings": "max_long_video_seconds=3600",
        "public_url": "https://kith.example",
        "mail_from": "post@kith.example",
        "search": "opensearch",
        "alarm_mail": "ops@kith.example",
    },
    "converting": {"name": "dev", "settings": "max_long_video_seconds=3600 max_video_bytes=4000000000"},
    "searching": {"name": "dev", "search": "opensearch"},
    "tuned": {"name": "local", "settings": "celebrity_threshold=5 fanout_batch=10"},
}

LISTENER: Final = "listener"
"""The example of how others subscribe."""


def synthesize_all(folder: Path) -> None:
    """Put one cloud assembly per variant under a folder."""
    layers = LayerFolders(
        core=CORE_LAYER,
        vendor=_empty_layer(folder / "vendor"),
        imaging=_empty_layer(folder / "imaging"),
        redoc=_empty_layer(folder / "redoc"),
        video=_empty_layer(folder / "video"),
        vendor_for_media=_empty_layer(folder / "vendor_for_media"),
    )
    for variant, request in VARIANTS.items():
        app = new_app(folder / variant)
        build(app, requested_stage(**request), layers)
        app.synth()
    app = new_app(folder / LISTENER)
    GraphListener(app, "kith-listener", bus_name="kith-prod")
    app.synth()


def _empty_layer(folder: Path) -> Path:
    package = folder / "python" / "nothing.py"
    package.parent.mkdir(parents=True)
    package.touch()
    return folder


if __name__ == "__main__":
    synthesize_all(Path(sys.argv[1]))
