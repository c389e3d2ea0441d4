"""Browsers that take pushes, and a push service on this machine that answers as it is told."""

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SALT, SIZE, POINT = slice(0, 16), slice(16, 20), slice(21, 86)
AUTH = b"sixteen bytes it"


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


@dataclass(frozen=True)
class Browser:
    """What a browser keeps to itself, and what it gives."""

    endpoint: str
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    auth: bytes = AUTH

    def to_json(self) -> dict[str, Any]:
        """Return what `PushSubscription.toJSON()` does."""
        keys = {"p256dh": encoded(point_of(self.private.public_key())), "auth": encoded(self.auth)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}

    def read(self, body: bytes) -> bytes:
        """Return what a push says, as RFC 8291 and RFC 8188 have it read, written here without what writes it."""
        assert int.from_bytes(body[SIZE]) >= len(body) - 86
        assert body[20] == 65
        sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), body[POINT])
        shared = self.private.exchange(ec.ECDH(), sender)
        info = b"WebPush: info\x00" + point_of(self.private.public_key()) + body[POINT]
        keying = _mac(_mac(self.auth, shared), info + b"\x01")
        drawn = _mac(body[SALT], keying)
        key = _mac(drawn, b"Content-Encoding: aes128gcm\x00\x01")[:16]
        nonce = _mac(drawn, b"Content-Encoding: nonce\x00\x01")[:12]
        content, delimiter, padding = AESGCM(key).decrypt(nonce, body[86:], None).rpartition(b"\x02")
        assert delimiter
        assert not padding.strip(b"\x00")
        return content


def _mac(key: bytes, message: bytes) -> bytes:
    made = hmac.HMAC(key, hashes.SHA256())
    made.update(message)
    return made.finalize()


@dataclass(frozen=True)
class Pushed:
    """A request that came to the service."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class PushService:
    """What the service is told to answer, by path, and what came to it."""

    origin: str = ""
    status: int = 201
    statuses: dict[str, int] = field(default_factory=dict)
    """Of some paths, others."""
    headers: dict[str, str] = field(default_factory=dict)
    pushed: list[Pushed] = field(default_factory=list)

    def browser(self, name: str = "one") -> Browser:
        """Return a browser that takes its pushes here."""
        return Browser(f"{self.origin}/push/{name}")


@contextmanager
def push_service() -> Iterator[PushService]:
    """Let a push service stand on this machine."""
    service = PushService()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # http.server's name
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            service.pushed.append(Pushed(self.path, headers, body))
            self.send_response(service.statuses.get(self.path, service.status))
            for name, value in service.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.origin = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
