"""Having one's data copied, and leaving nothing behind."""

import json
from typing import Any

import httpx

from tests.e2e.conftest import Newcomer
from tests.e2e.people import PASSWORD, Person
from tests.e2e.stack import LocalStack, eventually


def operation(person: Person, operation_id: int) -> dict[str, object]:
    answer = person.http.get(f"/api/v1/operations/{operation_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def in_bucket(stack: LocalStack) -> list[str]:
    """Return the name of every version of every object."""
    answer = stack.client("s3").list_object_versions(Bucket=stack.endpoints["bucket"])
    return [each["Key"] for kind in ("Versions", "DeleteMarkers") for each in answer.get(kind, [])]


def left_of(stack: LocalStack, *traces: object) -> list[str]:
    """Return what tells of somebody, but for what others have written of them."""
    items = [json.dumps(_without_words(item), default=repr) for item in stack.items()]
    return [each for each in (*items, *in_bucket(stack)) if any(str(trace) in each for trace in traces)]


def _without_words(item: dict[str, Any]) -> dict[str, Any]:
    """Return an item without what a post says: its text, and where the index of words has it."""
    if item["PK"]["S"].startswith("WORD#"):
        return {"SK": item["SK"]}
    return {**item, "text": None, "holds": None if item["PK"]["S"].startswith("P#") else item.get("holds")}


def test_an_export_can_be_downloaded_and_after_deletion_nothing_is_left(
    newcomer: Newcomer, local_stack: LocalStack, url: str
) -> None:
    ann, fan, idol = newcomer(), newcomer(), newcomer()
    fan.follow(ann)
    ann.follow(idol)
    posts = [ann.post(f"hello @{fan.username}"), ann.post("and goodbye")]
    fan.post(f"hello @{ann.username}")
    eventually(lambda: set(posts) <= set(fan.feed()))

    wish = ann.http.post("/api/v1/users/me/export", headers={"idempotency-key": "one"})
    assert wish.status_code == 202, wish.text
    export_id = wish.json()["operation_id"]
    eventually(lambda: operation(ann, export_id)["status"] == "done")
    receipt = operation(ann, export_id)["receipt"]
    assert isinstance(receipt, dict)
    download = receipt["download"]["url"]
    archive = httpx.get(f"{url}{download}", timeout=30, follow_redirects=True)
    assert archive.status_code == 200, archive.text
    assert [each["post_id"] for each in archive.json()["posts"]] == posts
    assert len(archive.content) == receipt["bytes"]

    traces = (ann.user_id, ann.username, *posts)
    assert len(left_of(local_stack, *traces)) > 10
    assert fan.http.get(f"/api/v1/users/{idol.user_id}").json()["follower_count"] == 1

    answer = ann.http.request("DELETE", "/api/v1/users/me", json={"password": PASSWORD})
    assert answer.status_code == 202, answer.text
    assert ann.http.get("/api/v1/users/me").status_code == 401
    assert fan.http.get(f"/api/v1/users/{ann.user_id}").status_code == 404
    assert httpx.get(f"{url}{download}", timeout=30).status_code == 404
    assert fan.feed() != posts

    erasure_id = answer.json()["operation_id"]
    eventually(lambda: operation(fan, erasure_id)["status"] == "done", within=60)
    assert left_of(local_stack, *traces) == []
    assert fan.http.get(f"/api/v1/users/{idol.user_id}").json()["follower_count"] == 0
    assert fan.http.get("/api/v1/users/me").json()["following_count"] == 0
