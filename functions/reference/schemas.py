"""What the reference room answers."""

from typing import Literal

from pydantic import BaseModel


class Health(BaseModel):
    """Whether the service can serve."""

    status: Literal["healthy", "unhealthy"]
    service: Literal["Kith"] = "Kith"
    version: str
