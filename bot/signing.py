"""Signs what leaves the desk as a document, so that anybody who has the public key can tell that nothing was changed."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.sealing import key_for
from bot.settings import Settings

MARK = "----- Ed25519 -----"
"""Stands alone on the line after the last one that is signed."""

_SIGNED = re.compile(
    rf"(?P<text>.*\n){MARK}\nkey: (?P<key>[0-9a-f]{{64}})\nsignature: (?P<signature>[A-Za-z0-9+/=]+)\n", re.S
)
UNCHANGED, CHANGED, ANOTHER_KEY, NOT_SIGNED = "unchanged", "changed", "another_key", "not_signed"
"""What comes of a look at a document: as this desk signed it, changed, signed with a key of somebody else, not signed."""


def signed(text: str, settings: Settings) -> str:
    """Return a document with the signature of this desk (Ed25519, RFC 8032) after its last line."""
    key, text = _key(settings), text.rstrip("\n") + "\n"
    signature = b64encode(key.sign(text.encode())).decode()
    return f"{text}{MARK}\nkey: {_public(key)}\nsignature: {signature}\n"


def look_at(document: str, settings: Settings) -> str:
    """Return what has become of a document since it was signed."""
    found = _SIGNED.fullmatch(document)
    if found is None:
        return NOT_SIGNED
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(found["key"]))
    try:
        key.verify(b64decode(found["signature"]), found["text"].encode())
    except (InvalidSignature, ValueError):
        return CHANGED
    return UNCHANGED if found["key"] == public_key(settings) else ANOTHER_KEY


def public_key(settings: Settings) -> str:
    """Return the key, in hexadecimal digits, with which anybody can check what this desk signed."""
    return _public(_key(settings))


def _key(settings: Settings) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(key_for(settings, "documents"))


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
