"""What a request must pass before it may change anything: token, account and limits.

The token is checked at once. The two gates, of the account and of the address, are asked while the request's first
read is under way: whoever would write waits for them, and an answer is only given when both let the request through.
"""

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cache

from kith.deployment import table
from kith.domain.clock import Clock, system_clock
from kith.domain.limits import Dimension, Limit
from kith.table.connection import unguarded
from kith.table.gates import Charge, GateStore, Shown, Usage
from kith.table.keys import KeyStore
from kith.tokens import Caller
from kith.web.bearer import BearerTokens

LIMITS: tuple[Limit, ...] = ()
"""What is limited, as data: nothing so far."""
IPV6_NETWORK = 64
"""Leading bits of an IPv6 address that one household or machine has to itself."""


@dataclass(slots=True)
class Admission:
    """A request on its way in: who is calling, and what its gates have still to say."""

    caller: Caller | None
    pending: Sequence[Future[list[Usage]]] = ()
    usages: list[Usage] = field(default_factory=list)
    release: Callable[[], None] = unguarded
    """Takes the request's guard from the table again."""

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


@dataclass(frozen=True, slots=True)
class Gatekeeper:
    """Admits whoever shows a valid access token, speaks for a live account and keeps within the limits."""

    tokens: BearerTokens
    gates: GateStore
    limits: Sequence[Limit]
    clock: Clock = system_clock

    def admit(self, route: str, address: str, headers: Mapping[str, str]) -> Admission:
        """Start to admit an authenticated request; header names are in lower case.

        Raises:
            Unauthenticated: there is no token, or it is not valid.
        """
        caller = self.tokens.caller_of(headers)
        start = self.gates.table.start
        return self._guarding(
            Admission(
                caller,
                [
                    start(lambda: self._pass_account(route, caller)),
                    start(lambda: self._pass_address(route, address)),
                ],
            )
        )

    def admit_anyone(self, route: str, address: str) -> Admission:
        """Admit a request that needs no token.

        Raises:
            TooMany: the address has asked too often.
        """
        return self._guarding(Admission(None, usages=self._pass_address(route, address)))

    def _guarding(self, admission: Admission) -> Admission:
        table = self.gates.table

        def release() -> None:
            table.guard = unguarded

        table.guard, admission.release = admission.confirm, release
        return admission

    def _pass_account(self, route: str, caller: Caller) -> list[Usage]:
        charges = self._charges(route, {Dimension.USER: "", Dimension.USER_ROUTE: route})
        shown = Shown(caller.user_id, caller.session_id, caller.epoch)
        return self.gates.pass_account(shown, charges, now=self.clock())

    def _pass_address(self, route: str, address: str) -> list[Usage]:
        charges = self._charges(route, {Dimension.ADDRESS: ""})
        return self.gates.pass_address(network(address), charges, now=self.clock()) if charges else []

    def _charges(self, route: str, buckets: Mapping[Dimension, str]) -> list[Charge]:
        return [
            Charge(limit, buckets[limit.dimension])
            for limit in self.limits
            if limit.dimension in buckets and limit.route in {None, route}
        ]


@cache
def gatekeeper() -> Gatekeeper:
    """Return this deployment's gatekeeper."""
    return Gatekeeper(BearerTokens(KeyStore(table())), GateStore(table()), LIMITS)


def network(address: str) -> str:
    """Return what stands for an address in limits: itself, or the /64 of an IPv6 address."""
    parsed = ipaddress.ip_address(address)
    if parsed.version == 6 and parsed.ipv4_mapped is None:  # noqa: PLR2004  # the protocol's name
        return str(ipaddress.ip_network((parsed, IPV6_NETWORK), strict=False).network_address)
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
