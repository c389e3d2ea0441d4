"""Push subscriptions: which browsers take pushes for an account, and by which key they know that those are ours."""

from collections.abc import Callable
from dataclasses import dataclass

from kith.domain.clock import Clock
from kith.domain.errors import FieldError, Invalid
from kith.domain.pushes import PushHosts, PushSubscription
from kith.push_encryption import Receiver
from kith.push_key import PushKey
from kith.table.push_subscriptions import PushSubscriptionStore
from kith.tokens import Caller


@dataclass(frozen=True, slots=True)
class Keys:
    """What a browser gives to whoever may send to it, in base64url."""

    p256dh: str
    auth: str


@dataclass(frozen=True, slots=True)
class WebPushService:
    """The use cases of the API."""

    subscriptions: PushSubscriptionStore
    hosts: PushHosts
    key: Callable[[], PushKey]
    """Makes the key if there is none."""
    clock: Clock

    def subscribe(
        self, caller: Caller, endpoint: str, keys: Keys, expires_at: int | None = None
    ) -> PushSubscription:
        """Let a browser take pushes for the caller, as long as the session lasts that asks for it; in milliseconds.

        Raises:
            Invalid: its address is at no push service that is known, its keys are none, or it has expired.
        """
        self.hosts.check(endpoint)
        try:
            Receiver.of(keys.p256dh, keys.auth)
        except ValueError:
            keys_wrong = "must be a point of P-256 and 16 bytes, as a browser gives them"
            raise Invalid(None, FieldError("keys", keys_wrong)) from None
        now = self.clock()
        if expires_at is not None and expires_at <= now:
            raise Invalid.because("expirationTime", "must be in the future")
        self.key()  # which pushes are signed with: there must be one from now on
        return self.subscriptions.keep(
            PushSubscription(
                caller.user_id, endpoint, keys.p256dh, keys.auth, caller.session_id, now, expires_at
            )
        )

    def unsubscribe(self, user_id: int, endpoint: str) -> None:
        """Send nothing to a browser any more, if anything was sent there for this account."""
        self.subscriptions.give_up(user_id, endpoint)

    def subscriptions_of(self, user_id: int) -> list[PushSubscription]:
        """Return which browsers take pushes for an account, the oldest first."""
        return self.subscriptions.of_user(user_id, now=self.clock())

    def public_key(self) -> str:
        """Return the key that a browser subscribes with.

        Raises:
            Unavailable: it could not be made or read this time.
        """
        return self.key().public
