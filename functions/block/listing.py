"""The lists of the block room, from what a request asks for to what it is answered."""

from collections.abc import Mapping

from functions.block import schemas, wiring
from functions.block.service import Kept
from kith.web.listing import Asked, Positions


def kept(user_id: int, which: Kept, asked: Asked) -> tuple[list[schemas.Kept], Mapping[str, object]]:
    """Return a page of whom an account blocks or mutes, and what is told beside them."""
    positions = Positions(wiring.cursors(), which, user_id)
    position = positions.asked(asked)
    page = wiring.service().kept(
        user_id, which, before=position.before, skipped=position.skipped, limit=position.size
    )
    found = [schemas.Kept.of(entry) for entry in page.entries]
    return found, positions.fields(position, page.total, page.resume_before)
