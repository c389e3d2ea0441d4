"""What the web_push room is sent and answers."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from kith.domain.clock import rfc3339
from kith.domain.pushes import ENDPOINT_MOST, PushSubscription
from kith.web.views import Submitted, Timestamp, whole

LATEST = 253_402_300_799_999
"""The end of the year 9999, in milliseconds."""
POINT = "^B[A-Za-z0-9_-]{86}=?$"
"""65 bytes in base64url, of which the first is 4."""
SECRET = "^[A-Za-z0-9_-]{22}(==)?$"  # noqa: S105  # the form of one
KEYS: dict[str, Any] = {
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}
"""Those of RFC 8291's example."""

Endpoint = Annotated[
    str,
    Field(
        min_length=1,
        max_length=ENDPOINT_MOST,
        description="Where the browser's push service takes pushes for it.",
        examples=["https://updates.push.services.mozilla.com/wpush/v2/gAAAAA"],
    ),
]


class PushKeys(Submitted):
    """What a browser gives to whoever may send to it, in base64url."""

    p256dh: str = Field(
        max_length=100, description="Its public key on P-256.", json_schema_extra={"pattern": POINT}
    )
    auth: str = Field(
        max_length=100, description="A secret of 16 bytes.", json_schema_extra={"pattern": SECRET}
    )


class NewPushSubscription(Submitted):
    """What `PushSubscription.toJSON()` returns in a browser."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "endpoint": "https://updates.push.services.mozilla.com/wpush/v2/gAAAAA",
                "keys": KEYS,
            }
        }
    )

    endpoint: Endpoint
    keys: PushKeys
    expirationTime: Annotated[int, Field(ge=0, le=LATEST, strict=True), BeforeValidator(whole)] | None = (  # noqa: N815  # the browser's name
        Field(None, description="When it expires, in milliseconds since the Unix epoch, if it does.")
    )


class UnwantedPushSubscription(Submitted):
    """Which browser is to be sent nothing any more."""

    endpoint: Endpoint


class PushSubscriptionView(BaseModel):
    """That a browser takes pushes; the address itself, which anybody could send to, is not told again."""

    subscription_id: str
    endpoint_host: str
    created_at: Timestamp

    @classmethod
    def of(cls, subscription: PushSubscription) -> "PushSubscriptionView":
        """Return the view of a subscription."""
        return cls(
            subscription_id=subscription.subscription_id,
            endpoint_host=subscription.host,
            created_at=rfc3339(subscription.created_at),
        )


class PushSubscriptionList(BaseModel):
    """The browsers that take pushes for the caller, the oldest first."""

    subscriptions: list[PushSubscriptionView]


class PushKeyView(BaseModel):
    """The key that a browser subscribes with."""

    public_key: str = Field(
        description="An uncompressed point of P-256 in base64url, as `applicationServerKey` takes it."
    )
