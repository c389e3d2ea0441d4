"""Beginning a job of MediaConvert."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ParamValidationError

from kith.domain.errors import Unavailable
from kith.mediaconvert import Converter, NotConvertible


class Client:
    """MediaConvert, which takes jobs or fails."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error, self.jobs = error, list[dict[str, Any]]()

    def create_job(self, **job: Any) -> dict[str, Any]:
        if self.error:
            raise self.error
        self.jobs.append(job)
        return {"Job": {}}


def test_a_job_is_begun_in_the_role_and_with_what_is_to_come_back() -> None:
    client = Client()
    Converter(client, "a role").begin({"Inputs": []}, told={"media_id": "7"}, token="once")
    assert client.jobs == [
        {
            "Role": "a role",
            "Settings": {"Inputs": []},
            "UserMetadata": {"media_id": "7"},
            "ClientRequestToken": "once",
        }
    ]


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "BadRequestException"}}, "CreateJob"),
        ParamValidationError(report="Width"),
    ],
    ids=["by AWS", "by its own description"],
)
def test_what_is_never_taken_is_told_as_such(error: Exception) -> None:
    with pytest.raises(NotConvertible):
        Converter(Client(error), "a role").begin({}, told={}, token="once")


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "TooManyRequestsException"}}, "CreateJob"),
        EndpointConnectionError(endpoint_url="http://nowhere"),
    ],
    ids=["refused", "unreached"],
)
def test_what_may_pass_is_told_as_such(error: Exception) -> None:
    with pytest.raises(Unavailable):
        Converter(Client(error), "a role").begin({}, told={}, token="once")
