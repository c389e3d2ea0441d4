"""Where the infrastructure finds what it deploys."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
CORE_LAYER: Final = ROOT / "layers" / "core"
API_DESCRIPTION: Final = ROOT / "functions" / "reference" / "openapi.json"
VENDOR_LOCK: Final = ROOT / "requirements" / "vendor.txt"
IMAGING_LOCK: Final = ROOT / "requirements" / "imaging.txt"
VIDEO_LOCK: Final = ROOT / "requirements" / "video.txt"
REFERENCE_LOCK: Final = ROOT / "requirements" / "reference.txt"
BUILDS: Final = ROOT / ".build" / "layers"
