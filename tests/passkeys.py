"""An authenticator for tests (W3C WebAuthn level 3): makes passkeys, shows them, and can be made
to lie. What a page asks comes in as the page has it; what is posted goes out as a browser sends it.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
HOST = "localhost"
_OPTIONS = re.compile(r'data-options="([^"]+)"')


def text(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")


def read(told: str) -> bytes:
    return urlsafe_b64decode(told + "==")


def options_on(page: str) -> dict[str, Any]:
    """What a page asks of a passkey."""
    found = _OPTIONS.search(page)
    assert found, page
    options: dict[str, Any] = json.loads(read(found[1]))
    return options


@dataclass
class Passkey:
    """One passkey. Everything that it says can be changed, to see it refused."""

    has_prf: bool = True
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    handle: bytes = b""
    count: int = 0
    origin: str = f"https://{HOST}"
    rp_id: str = HOST
    flags: int = PRESENT | VERIFIED
    cross_origin: bool = False
    kind: str = ""  # what it says it was asked for, if not what it was asked for
    is_synced: bool = False  # one that a cloud copies to every phone counts nothing
    algorithm: int = -7

    def make(self, page: str) -> dict[str, str]:
        """Answer a page that asks for a new passkey."""
        asked = options_on(page)
        self.handle = read(asked["user"]["id"])
        client = self._client("webauthn.create", asked)
        data = self._data(ATTESTED) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id
        attestation = {"fmt": "none", "attStmt": {}, "authData": data + self._public()}
        response = {"clientDataJSON": client, "attestationObject": cbor2.dumps(attestation)}
        return self._form(response, asked)

    def show(self, page: str) -> dict[str, str]:
        """Answer a page that asks for a passkey."""
        asked = options_on(page)
        self.count += not self.is_synced
        client, data = self._client("webauthn.get", asked), self._data()
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": client,
            "authenticatorData": data,
            "signature": signature,
            "userHandle": self.handle,
        }
        return self._form(response, asked)

    def _form(self, response: dict[str, bytes], asked: dict[str, Any]) -> dict[str, str]:
        told = {name: text(value) for name, value in response.items()}
        answer = {"id": text(self.id), "rawId": text(self.id), "type": "public-key"}
        given = hashlib.sha256(self.secret + read(asked["prf"])).digest()
        opened = text(given) if self.has_prf else ""
        return {"answer": json.dumps({**answer, "response": told}), "opened": opened}

    def _client(self, kind: str, asked: dict[str, Any]) -> bytes:
        told = {"type": self.kind or kind, "challenge": asked["challenge"], "origin": self.origin}
        return json.dumps({**told, "crossOrigin": self.cross_origin}).encode()

    def _data(self, more: int = 0) -> bytes:
        hashed = hashlib.sha256(self.rp_id.encode()).digest()
        return hashed + bytes([self.flags | more]) + self.count.to_bytes(4, "big")

    def _public(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        return cbor2.dumps({1: 2, 3: self.algorithm, -1: 1, -2: x, -3: y})
