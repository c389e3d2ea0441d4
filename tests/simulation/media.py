"""What becomes of what people upload, as far as posts are concerned: it is there, and ready or rejected at some time."""

from typing import Any

from kith.domain import ids
from kith.table import schema
from kith.table.schema import PARTITION_KEY, SORT_KEY
from tests.simulation.people import Town
from tests.simulation.scheduler import BEGINNING

FIRST = ids.first_at(BEGINNING)


def upload(town: Town, name: str, status: str = "processing") -> int:
    """Let somebody have uploaded a picture; return its identifier."""
    media_id = FIRST + town.cloud.chance.getrandbits(20)
    if status == "processing":
        town.media[media_id] = name
    owner_id = town.people[name].user_id
    _put(
        town,
        schema.MEDIUM,
        {"owner_id": {"N": str(owner_id)}, "media_kind": {"S": "image"}, "status": {"S": status}},
        media_id=media_id,
    )
    _put(town, schema.UPLOAD, {}, user_id=owner_id, media_id=media_id)
    return media_id


def process(town: Town, media_id: int, status: str) -> None:
    """Let the processing of a picture end, if it is still there."""
    found = town.cloud.engine.get(schema.MEDIUM.key(media_id=media_id))
    if found is not None:
        town.cloud.scheduler.note(lambda: f"picture {media_id} is {status}")
        _put(town, schema.MEDIUM, {**found, "status": {"S": status}}, media_id=media_id)


def _put(town: Town, pattern: schema.KeyPattern, content: dict[str, Any], **names: int) -> None:
    pk, sk = pattern.key(**names)
    item = {"kind": {"S": pattern.entity}, **content, PARTITION_KEY: {"S": pk}, SORT_KEY: {"S": sk}}
    town.cloud.engine.answer("PutItem", {"Item": item})
