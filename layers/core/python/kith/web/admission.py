"""What a request must pass before it may change anything: token, account and limits.

The token is checked at once. The two gates, of the account and of the address, are asked while the request's first
read is under way: whoever would write waits for them, and an answer is only given when both let the request through.
"""

import ipaddress
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cache
from time import perf_counter

from kith.deployment import settings, table
from kith.domain.clock import Clock, system_clock
from kith.domain.errors import DomainError, Unauthenticated
from kith.domain.limits import Dimension, Limit
from kith.limits import limits
from kith.metrics import AUTHENTICATION_TIME
from kith.table.connection import unguarded
from kith.table.gates import Charge, GateStore, Shown, Usage
from kith.table.keys import KeyStore
from kith.tokens import Caller
from kith.tracing import measure, since
from kith.web.cookies import CookiePolicy, SentCookies
from kith.web.identity import AccessTokens
from kith.web.proxy import Incoming

IPV6_NETWORK = 64
"""Leading bits of an IPv6 address that one household or machine has to itself."""


@dataclass(slots=True)
class Admission:
    """A request on its way in: who is calling, and what its gates have still to say."""

    caller: Caller | None
    pending: Sequence[Future[list[Usage]]] = ()
    cookies: SentCookies | None = None
    clock: Clock = system_clock
    usages: list[Usage] = field(default_factory=list)
    release: Callable[[], None] = unguarded
    """Takes the request's guard from the table again."""

    def headers(self) -> dict[str, str]:
        """Return what the limit that is nearest says: how many requests it has, how many are left, and for how long."""
        if not self.usages:
            return {}
        now = self.clock()
        nearest = min(self.usages, key=lambda usage: usage.remaining(now))
        return {
            "ratelimit-limit": str(nearest.limit.most),
            "ratelimit-remaining": str(nearest.remaining(now)),
            "ratelimit-reset": str(nearest.reset_after(now)),
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

    tokens: AccessTokens
    gates: GateStore
    limits: Sequence[Limit]
    cookies: CookiePolicy
    clock: Clock = system_clock

    def admit(self, incoming: Incoming) -> Admission:
        """Start to admit an authenticated request.

        Raises:
            Unauthenticated: there is no token, or it is not valid.
            CrossSite: it is in a cookie, and another site may have made the request.
        """
        begun, cookies = perf_counter(), self._cookies(incoming)
        caller = self.tokens.caller_of(incoming.headers, cookies)
        start = self.gates.table.start
        gates = [
            start(lambda: self._pass_account(incoming, caller, begun)),
            start(lambda: self._pass_address(incoming)),
        ]
        return self._guarding(Admission(caller, gates, cookies, self.clock))

    def admit_anyone(self, incoming: Incoming) -> Admission:
        """Admit a request that needs no token.

        Raises:
            TooMany: the address has asked too often.
        """
        usages = self._pass_address(incoming)
        return self._guarding(Admission(None, (), self._cookies(incoming), self.clock, usages))

    def admit_either(self, incoming: Incoming) -> Admission:
        """Admit a request as its caller's if its token speaks for one, else as anyone's.

        Raises:
            TooMany: the caller or the address has asked too often.
        """
        try:
            admission = self.admit(incoming)
        except Unauthenticated:
            return self.admit_anyone(incoming)
        try:
            admission.confirm()
        except DomainError as refusal:
            admission.release()
            if isinstance(refusal, Unauthenticated):
                return self._guarding(Admission(None, (), admission.cookies, self.clock))
            raise
        return admission

    def _cookies(self, incoming: Incoming) -> SentCookies:
        return SentCookies(self.cookies, incoming.method, incoming.headers)

    def _guarding(self, admission: Admission) -> Admission:
        table = self.gates.table

        def release() -> None:
            table.guard = unguarded

        table.guard, admission.release = admission.confirm, release
        return admission

    def _pass_account(self, incoming: Incoming, caller: Caller, begun: float) -> list[Usage]:
        shown = Shown(caller.user_id, caller.session_id, caller.epoch)
        try:
            return self.gates.pass_account(shown, self._charges(incoming, Dimension.USER), clock=self.clock)
        finally:
            measure(AUTHENTICATION_TIME, since(begun))

    def _pass_address(self, incoming: Incoming) -> list[Usage]:
        charges = self._charges(incoming, Dimension.ADDRESS)
        return (
            self.gates.pass_address(network(incoming.address), charges, clock=self.clock) if charges else []
        )

    def _charges(self, incoming: Incoming, whose: Dimension) -> list[Charge]:
        return [
            Charge(limit, limit.bucket(incoming.method, incoming.route))
            for limit in self.limits
            if limit.whose is whose and limit.route in {None, incoming.route}
        ]


@cache
def gatekeeper() -> Gatekeeper:
    """Return this deployment's gatekeeper."""
    chosen = settings()
    return Gatekeeper(
        AccessTokens(KeyStore(table())),
        GateStore(table()),
        limits(chosen.knobs),
        CookiePolicy(chosen.public_url),
    )


def network(address: str) -> str:
    """Return what stands for an address in limits: itself, or the /64 of an IPv6 address."""
    parsed = ipaddress.ip_address(address)
    if parsed.version == 6 and parsed.ipv4_mapped is None:  # noqa: PLR2004  # the protocol's name
        return str(ipaddress.ip_network((parsed, IPV6_NETWORK), strict=False).network_address)
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
