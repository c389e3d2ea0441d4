import json
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError, ReadTimeoutError

from kith import aws
from kith.domain.errors import Unavailable
from kith.websockets import Switchboard

NOWHERE = "https://nowhere.example"


class Management:
    """Takes what is asked of it, or answers with an error."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.taken: list[dict[str, Any]] = []

    def post_to_connection(self, **request: Any) -> dict[str, Any]:
        if self.error is not None:
            raise self.error
        self.taken.append(request)
        return {}

    delete_connection = post_to_connection


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, "PostToConnection")


def test_a_frame_goes_to_a_connection_as_json() -> None:
    management = Management()
    assert Switchboard(management).send("a=", {"type": "feed", "text": "ö"}) is True
    (taken,) = management.taken
    assert taken["ConnectionId"] == "a="
    assert json.loads(taken["Data"]) == {"type": "feed", "text": "ö"}
    assert Switchboard(management).close("a=") is True


def test_who_is_gone_is_told_as_gone() -> None:
    switchboard = Switchboard(Management(refused("GoneException")))
    assert switchboard.send("a=", {}) is False
    assert switchboard.close("a=") is False


@pytest.mark.parametrize(
    "error",
    [
        refused("LimitExceededException"),
        refused("ForbiddenException"),
        refused("InternalServerError"),
        EndpointConnectionError(endpoint_url=NOWHERE),
        ReadTimeoutError(endpoint_url=NOWHERE),
        BotoCoreError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_else_goes_wrong_may_go_right_another_time(error: Exception) -> None:
    switchboard = Switchboard(Management(error))
    with pytest.raises(Unavailable):
        switchboard.send("a=", {})
    with pytest.raises(Unavailable):
        switchboard.close("a=")


def test_an_endpoint_is_an_address_or_a_path_below_that_of_all_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
    }.items():
        monkeypatch.setenv(name, value)
    for made in (aws.client, aws.websocket_client):
        made.cache_clear()
    for endpoint, address in (
        ("https://abc.execute-api.us-east-1.amazonaws.com/prod",) * 2,
        ("/_aws/execute-api/abc/local", "http://127.0.0.1:4566/_aws/execute-api/abc/local"),
    ):
        assert aws.websocket_client(endpoint).meta.endpoint_url == address
    for made in (aws.client, aws.websocket_client):
        made.cache_clear()
