"""A service over HTTP in this process, which answers as a test says and remembers what it was asked."""

import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import reduce
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    data: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.data) if self.data else None

    def is_signed_for(self, service: str, *, region: str, secret: str) -> bool:
        """Tell whether it bears the signature that AWS would find over it: Signature Version 4, of a plain path."""
        algorithm, _, parts = self.headers["authorization"].partition(" ")
        told = dict(part.split("=", 1) for part in parts.split(", "))
        _, scope = told["Credential"].split("/", 1)
        date, *_ = scope.split("/")
        names = told["SignedHeaders"].split(";")
        headers = "".join(f"{name}:{self.headers[name].strip()}\n" for name in names)
        payload = hashlib.sha256(self.data).hexdigest()
        canonical = "\n".join((self.method, self.path, "", headers, ";".join(names), payload))
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        text = "\n".join((algorithm, self.headers["x-amz-date"], scope, digest))
        key = reduce(_hmac, (date, region, service, "aws4_request"), f"AWS4{secret}".encode())
        return (
            scope == f"{date}/{region}/{service}/aws4_request"
            and {"host", "x-amz-date", "x-amz-content-sha256"} <= set(names)
            and self.headers["x-amz-content-sha256"] == payload
            and told["Signature"] == _hmac(key, text).hex()
        )


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")


Answer = tuple[int, Any]
"""A status, and what is said as JSON; bytes are said as they are."""


@dataclass
class Service:
    """Where it is, and all that it was asked."""

    url: str
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def answering(answer: Callable[[Asked], Answer]) -> Iterator[Service]:
    """Serve on loopback for as long as the context lasts."""
    service = Service("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            data = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            service.asked.append(asked := Asked(self.command, self.path, headers, data))
            status, told = answer(asked)
            body = told if isinstance(told, bytes) else json.dumps(told).encode()
            with suppress(ConnectionError):  # who asked may have waited no longer
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        do_GET = do_PUT = do_POST = do_DELETE = _serve  # noqa: N815  # the names are http.server's

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        service.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield service
        finally:
            server.shutdown()
            thread.join()
