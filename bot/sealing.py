"""Seals what must be read again but not by whoever has the database alone; the key lies beside it, or is a setting."""

from __future__ import annotations

import os
import secrets
from base64 import urlsafe_b64encode
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.settings import Settings

KEY_FILE = "desk.key"


class SealBroken(Exception):
    """What was sealed cannot be read: the key is another one, or it was changed."""


class Seal:
    """Seals and opens texts for one purpose; one purpose's seal opens no other's."""

    def __init__(self, settings: Settings, purpose: str) -> None:
        self._fernet = Fernet(urlsafe_b64encode(key_for(settings, purpose)))

    def closed(self, text: str) -> str:
        """Return the text sealed."""
        return self._fernet.encrypt(text.encode()).decode()

    def opened(self, sealed: str) -> str:
        """Return what was sealed; raises SealBroken."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise SealBroken from None


def key_for(settings: Settings, purpose: str) -> bytes:
    """Return the 32 bytes of the key for one purpose, made from the one secret of the desk."""
    return HKDF(SHA256(), 32, salt=None, info=f"recourse:{purpose}".encode()).derive(_key(settings))


def _key(settings: Settings) -> bytes:
    if settings.desk_secret_key:
        return settings.desk_secret_key.reveal().encode()
    file = settings.data_dir / KEY_FILE
    with suppress(FileNotFoundError):
        return file.read_bytes()
    _make(file)
    return file.read_bytes()


def _make(file: Path) -> None:
    """Write a new key whole before it has its name, so that of two processes both read the first one's."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    with open(draft, "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as written:
        written.write(secrets.token_hex(32))
    with suppress(FileExistsError):
        os.link(draft, file)
    draft.unlink()
