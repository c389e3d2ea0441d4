"""Sessions kept in cookies, for web clients: out of reach of scripts, and of no use to other sites.

A browser sends cookies wherever a request comes from, so whatever changes something needs the exact origin of the web
client, which no other site can claim, and a header that no form can set. Where neither changes hands, in reading, an
origin that is told must still be that one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from aws_lambda_powertools.shared.cookies import Cookie, SameSite

from kith.domain.errors import Forbidden

ACCESS, REFRESH = "access_token", "refresh_token"
CUSTOM_HEADER = "x-requested-with"
READING = frozenset({"GET", "HEAD"})


class CrossSite(Forbidden):
    """A cookie came along with a request that another site may have made."""

    code = "cross_site"
    message = "With cookies, send the web client's own Origin, and the header X-Requested-With."


@dataclass(frozen=True, slots=True)
class CookiePolicy:
    """What cookies of one deployment are like; `public_url` is where its web client is, empty when it has none."""

    public_url: str

    @property
    def origins(self) -> frozenset[str]:
        """Where requests with cookies may come from; a loopback address has two spellings."""
        if not self.public_url:
            return frozenset()
        return frozenset({self.public_url, self.public_url.replace("//127.0.0.1", "//localhost")})

    @property
    def is_secure(self) -> bool:
        """Tell whether cookies travel over TLS only; without it, on one's own machine, they could not be set."""
        return urlsplit(self.public_url).scheme == "https"

    def name(self, kind: str) -> str:
        """Return the name of a cookie: with the prefix, browsers keep other hosts from setting it (RFC 6265bis)."""
        return f"__Host-{kind}" if self.is_secure else kind

    def cookie(self, kind: str, value: str, *, seconds: int) -> Cookie:
        """Return a cookie to set; with a life of 0 seconds it is taken away."""
        return Cookie(
            name=self.name(kind),
            value=value,
            path="/",
            secure=self.is_secure,
            http_only=True,
            max_age=seconds,
            same_site=SameSite.STRICT_MODE,
        )

    def cleared(self) -> list[Cookie]:
        """Return what takes the cookies of a session away."""
        return [self.cookie(ACCESS, "", seconds=0), self.cookie(REFRESH, "", seconds=0)]


@dataclass(frozen=True, slots=True)
class SentCookies:
    """The cookies of one request; header names are in lower case."""

    policy: CookiePolicy
    method: str
    headers: Mapping[str, str]

    def token(self, kind: str) -> str | None:
        """Return the token in a cookie, or None; one that is there twice is none.

        Raises:
            CrossSite: there is one, but another site may have made the request.
        """
        name = self.policy.name(kind)
        pairs = [pair.strip().partition("=") for pair in self.headers.get("cookie", "").split(";")]
        values = [value for found, _, value in pairs if found == name]
        if len(values) != 1 or not self.policy.public_url:
            return None
        self._check_same_site()
        return values[0]

    def _check_same_site(self) -> None:
        origin = self.headers.get("origin")
        reading = self.method in READING
        told = origin is not None or not reading
        if (told and origin not in self.policy.origins) or not (reading or self.headers.get(CUSTOM_HEADER)):
            raise CrossSite
