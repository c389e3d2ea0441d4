from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from kith.domain.errors import Unavailable
from kith.vault import Vault


class Secrets:
    """Secrets Manager, holding one secret; `error` is raised when it is read while empty."""

    def __init__(self, error: str = "ResourceNotFoundException") -> None:
        self.kept: str | None = None
        self.error = error
        self.versions: dict[str, str] = {}

    def get_secret_value(self, *, SecretId: str) -> dict[str, Any]:  # noqa: N803  # AWS's name
        assert SecretId == "kith/signing"
        if self.kept is None:
            raise ClientError({"Error": {"Code": self.error, "Message": ""}}, "GetSecretValue")
        return {"SecretString": self.kept}

    def put_secret_value(
        self,
        *,
        SecretId: str,  # noqa: N803  # AWS's name
        SecretString: str,  # noqa: N803  # the same
        ClientRequestToken: str = "",  # noqa: N803  # the same
    ) -> dict[str, Any]:
        assert SecretId == "kith/signing"
        if ClientRequestToken and self.versions.setdefault(ClientRequestToken, SecretString) != SecretString:
            raise ClientError({"Error": {"Code": "ResourceExistsException", "Message": ""}}, "PutSecretValue")
        self.kept = SecretString
        return {}


def test_a_secret_is_none_until_it_is_filled() -> None:
    vault = Vault("kith/signing", Secrets())
    assert vault.value() is None
    assert vault.filled("one") == "one"
    assert vault.value() == "one"


def test_whoever_fills_it_second_gets_what_is_kept() -> None:
    secrets = Secrets()
    one, other = Vault("kith/signing", secrets), Vault("kith/signing", secrets)
    assert [one.filled("one"), other.filled("other")] == ["one", "one"]


def test_a_filled_secret_is_replaced() -> None:
    vault = Vault("kith/signing", Secrets())
    vault.filled("one")
    vault.replace("other")
    assert vault.value() == "other"


@pytest.mark.parametrize("code", ["AccessDeniedException", "InternalFailure"])
def test_a_secret_that_cannot_be_read_is_not_taken_for_an_empty_one(code: str) -> None:
    with pytest.raises(Unavailable):
        Vault("kith/signing", Secrets(code)).value()


@pytest.mark.parametrize(
    "error", [EndpointConnectionError(endpoint_url="http://nowhere"), ClientError({"Error": {}}, "any")]
)
def test_a_secret_that_cannot_be_filled_may_be_filled_another_time(error: Exception) -> None:
    class OutOfReach(Secrets):
        def put_secret_value(self, **_: Any) -> dict[str, Any]:
            raise error

    for fill in (Vault("kith/signing", OutOfReach()).filled, Vault("kith/signing", OutOfReach()).replace):
        with pytest.raises(Unavailable):
            fill("one")
