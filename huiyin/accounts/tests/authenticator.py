"""A device with passkeys, in software: makes them and answers challenges as browsers hand them on."""

import hashlib
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Device:
    """Keeps one passkey, always finds its person right, and stands before `http://testserver`."""

    def __init__(self, origin: str = "http://testserver") -> None:
        self.origin, self.site = origin, origin.split("//")[1].split(":")[0]
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.owner = ""
        self.uses = 0

    def make(self, options: dict[str, Any]) -> str:
        """A new passkey, as the hidden field of the form carries it."""
        asked = options["publicKey"]
        self.owner = str(asked["user"]["id"])
        public = ES256.from_cryptography_key(self.key.public_key())
        made = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor.encode(dict(public))
        told = {"fmt": "none", "attStmt": {}, "authData": self._data(PRESENT | VERIFIED | ATTESTED) + made}
        client = self._client("webauthn.create", asked["challenge"])
        return self._credential(clientDataJSON=client, attestationObject=cbor.encode(told))

    def answer(self, options: dict[str, Any]) -> str:
        """The answer to a challenge."""
        client = self._client("webauthn.get", options["publicKey"]["challenge"])
        data = self._data(PRESENT | VERIFIED)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        handle = websafe_decode(self.owner)
        return self._credential(
            clientDataJSON=client, authenticatorData=data, signature=signature, userHandle=handle
        )

    def _data(self, flags: int) -> bytes:
        self.uses += 1
        return hashlib.sha256(self.site.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4, "big")

    def _client(self, kind: str, challenge: Any) -> bytes:
        return json.dumps({"type": kind, "challenge": str(challenge), "origin": self.origin}).encode()

    def _credential(self, **response: bytes) -> str:
        told = {name: websafe_encode(value) for name, value in response.items()}
        key = websafe_encode(self.id)
        return json.dumps(
            {
                "id": key,
                "rawId": key,
                "type": "public-key",
                "clientExtensionResults": {},
                "response": told,
            }
        )
