"""What a request must pass before it may change anything: token, account and limits.

The token is checked at once. The two gates, of the account and of the address, are asked while the request's first
read is under way: whoever would write waits for them, and an answer is only given when both let the request through.
"""

import ipaddress
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from kith import tokens
from kith.deployment import settings, table
from kith.domain.clock import SECOND, Clock, system_clock
from kith.domain.errors import Unauthenticated
from kith.domain.limits import Dimension, Limit
from kith.table.gates import Charge, GateStore, Shown, Usage
from kith.table.keys import KeyStore
from kith.tokens import Caller
from kith.web.limits import limits

SCHEME = "bearer "
RELOAD_PAUSE = 1 * SECOND
"""How long an unknown key is not asked for again: tokens that name made-up keys must not cost a read each."""
IPV6_NETWORK = 64
"""Leading bits of an IPv6 address that one household or machine has to itself."""


@dataclass(slots=True)
class Admission:
    """A request on its way in: who is calling, and what its gates have still to say."""

    caller: Caller | None
    pending: Sequence[Future[list[Usage]]] = ()
    usages: list[Usage] = field(default_factory=list)

    def headers(self) -> dict[str, str]:
        """Return what the limit that is nearest says: how many requests it has, how many are left, and for how long."""
        if not self.usages:
            return {}
        nearest = min(self.usages, key=lambda usage: usage.remaining)
        return {
            "ratelimit-limit": str(nearest.limit.most),
            "ratelimit-remaining": str(nearest.remaining),
            "ratelimit-reset": str(nearest.reset_after),
        }

    def confirm(self) -> None:
        """Wait for the gates.

        Raises:
            DomainError: one of them refuses the request.
        """
        pending, self.pending = self.pending, ()
        errors = [future.exception() for future in pending]
        for error in errors:
            if error is not None:
                self.pending = pending  # it stays refused, whoever asks again
                raise error
        self.usages += [usage for future in pending for usage in future.result()]


@dataclass(slots=True)
class Gatekeeper:
    """Admits whoever shows a valid access token and keeps within the limits.

    Remembers the public keys while the function is warm.
    """

    keys: KeyStore
    gates: GateStore
    limits: Sequence[Limit]
    clock: Clock = system_clock
    _known: dict[str, dict[str, Any]] = field(default_factory=dict, init=False)
    _asked_at: int = field(default=-RELOAD_PAUSE, init=False)

    def admit(self, route: str, address: str, headers: Mapping[str, str]) -> Admission:
        """Start to admit an authenticated request; header names are in lower case.

        Raises:
            Unauthenticated: there is no token, or it is not valid.
        """
        now = self.clock()
        caller = self._caller(headers, now)
        shown = Shown(caller.user_id, caller.session_id, caller.epoch)
        charges = self._charges(route, {Dimension.USER: "", Dimension.USER_ROUTE: route})
        start = self.gates.table.start
        admission = Admission(
            caller,
            [
                start(lambda: self.gates.pass_account(shown, charges, now=now)),
                start(lambda: self._pass_address(route, address, now)),
            ],
        )
        self.gates.table.guard = admission.confirm
        return admission

    def admit_anyone(self, route: str, address: str) -> Admission:
        """Admit a request that needs no token.

        Raises:
            TooMany: the address has asked too often.
        """
        admission = Admission(None, usages=self._pass_address(route, address, self.clock()))
        self.gates.table.guard = admission.confirm
        return admission

    def _pass_address(self, route: str, address: str, now: int) -> list[Usage]:
        charges = self._charges(route, {Dimension.ADDRESS: ""})
        return self.gates.pass_address(network(address), charges, now=now)

    def _charges(self, route: str, buckets: Mapping[Dimension, str]) -> list[Charge]:
        return [
            Charge(limit, buckets[limit.dimension])
            for limit in self.limits
            if limit.dimension in buckets and limit.route in {None, route}
        ]

    def _caller(self, headers: Mapping[str, str], now: int) -> Caller:
        authorization = headers.get("authorization", "")
        if authorization[: len(SCHEME)].lower() != SCHEME:
            raise Unauthenticated
        token = authorization[len(SCHEME) :].strip()
        return tokens.verified(token, self._key(tokens.key_id(token), now), now=now)

    def _key(self, kid: str, now: int) -> dict[str, Any]:
        if kid not in self._known and now - self._asked_at >= RELOAD_PAUSE:
            self._asked_at = now
            self._known = {jwk["kid"]: jwk for jwk in self.keys.published()}
        if kid not in self._known:
            raise Unauthenticated
        return self._known[kid]


@cache
def gatekeeper() -> Gatekeeper:
    """Return this deployment's gatekeeper."""
    return Gatekeeper(KeyStore(table()), GateStore(table()), limits(settings().knobs))


def network(address: str) -> str:
    """Return what stands for an address in limits: itself, or the /64 of an IPv6 address."""
    parsed = ipaddress.ip_address(address)
    if parsed.version == 6 and parsed.ipv4_mapped is None:  # noqa: PLR2004  # the protocol's name
        return str(ipaddress.ip_network((parsed, IPV6_NETWORK), strict=False).network_address)
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
