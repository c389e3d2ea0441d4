"""What is measured of media."""

from kith.domain.media import MediumStatus
from kith.table.items import MediumItem
from tests.component.conftest import Person
from tools.costs.circle import Circle
from tools.costs.laboratory import Laboratory

OPEN, READ = "POST /api/v1/media", "GET /api/v1/media/{media_id}"
DISCARD = "DELETE /api/v1/media/{media_id}"
EDIT = "PATCH /api/v1/posts/{post_id}"
SERVE = "GET /media/{token}/{file}"
PICTURE = {"kind": "image", "content_type": "image/jpeg", "bytes": 4_000_000, "alt_text": "a tram at night"}
FILES = [
    {
        "name": name,
        "content_type": "image/jpeg",
        "width": 640,
        "height": 480,
        "bytes": 50_000,
        "file": f"{name}.jpeg",
    }
    for name in ("original", "1080", "640", "320", "150")
]


def measure_media(laboratory: Laboratory, circle: Circle) -> None:
    """Measure the media room."""
    ada, friend, measure = circle.ada, circle.friends[0], laboratory.measure
    media_id = measure("a picture", ada, OPEN, json_body=PICTURE)["media_id"]
    ready = {
        "owner_id": ada.user_id,
        "media_kind": "image",
        "status": MediumStatus.READY,
        "details": {
            "width": 640,
            "height": 480,
            "blurhash": "L1Eyb[~qWB~q~qofj[ofofayj[ay",
            "renditions": FILES,
        },
    }
    laboratory.put([MediumItem.at(ready, media_id=media_id)])
    measure("one's own", ada, READ, media_id=media_id)
    post_id = laboratory.publish(ada, text="", media_ids=[media_id])
    measure("of a post by somebody else", friend, READ, media_id=media_id)
    measure("a rendition that everybody may see", friend, SERVE, **_address(laboratory, friend, media_id))
    laboratory.do(ada, EDIT, post_id=post_id, json_body={"visibility": "followers"})
    measure("one that some may see", friend, SERVE, **_address(laboratory, friend, media_id))
    other = laboratory.do(ada, OPEN, json_body=PICTURE)["media_id"]
    measure("one that no post shows", ada, DISCARD, media_id=other)


def _address(laboratory: Laboratory, viewer: Person, media_id: int) -> dict[str, str]:
    view = laboratory.do(viewer, READ, media_id=media_id)
    _, _, token, file = view["renditions"][0]["url"].split("/")
    return {"token": token, "file": file}
