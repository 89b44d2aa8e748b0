"""Twilio's requests: believed only with its signature over the address as Twilio saw it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from fastapi import Request
from starlette.datastructures import MultiDict
from starlette.requests import HTTPConnection
from twilio.request_validator import RequestValidator

from bot.gateway.errors import Refusal
from bot.gateway.services import services
from bot.settings import Secret, Settings

MOST_BYTES = 64 * 1024
"""Twilio's forms hold a text of 1,600 characters at most; nothing of theirs comes near this."""

_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Signed:
    """A request that is truly Twilio's: what it tells, in the form and in the query of the address."""

    form: Mapping[str, str]
    query: Mapping[str, str]

    def told(self, name: str) -> str | None:
        """Return a value of the form without spaces around it, None when it is missing or empty."""
        return (self.form.get(name) or "").strip() or None


async def signed(request: Request) -> Signed:
    """Return Twilio's request; raises Refusal when its signature is missing or wrong, or no token is set."""
    body = await _read(request)
    if body is None:
        raise Refusal("too_long")
    is_form = request.headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM
    pairs = _pairs(body) if is_form else []
    is_genuine = genuine(
        services(request).settings.twilio_auth_token,
        public_address(services(request).settings, request),
        pairs if is_form or not body else body,
        request.headers.get("x-twilio-signature"),
    )
    if not is_genuine:
        services(request).metrics.errors.labels("forged").inc()
        raise Refusal("forged")
    return Signed(dict(pairs), dict(request.query_params))


def genuine(
    token: Secret | None, address: str, told: list[tuple[str, str]] | bytes, signature: str | None
) -> bool:
    """Say whether Twilio signed this: a form as pairs in which names may repeat, or any other body.

    Another body counts only when the address holds its hash, which the signature covers: that is how Twilio signs
    JSON. Without token or signature nothing is genuine.
    """
    if token is None or not signature:
        return False
    validator = RequestValidator(token.reveal())
    if isinstance(told, bytes):
        try:
            text = told.decode("utf-8")
        except UnicodeDecodeError:
            return False
        is_hashed = "bodySHA256" in parse_qs(urlsplit(address).query)
        return is_hashed and bool(validator.validate(address, text, signature))
    return bool(validator.validate(address, _Repeated(told), signature))


def public_address(settings: Settings, connection: HTTPConnection, scheme: str | None = None) -> str:
    """Return the address that Twilio asked for: PUBLIC_URL, whatever proxies made of it on the way."""
    base = settings.public_url
    if scheme:
        base = f"{scheme}{'s' if base.startswith('https') else ''}://{base.partition('://')[2]}"
    query = connection.scope.get("query_string", b"").decode("latin-1")
    raw_path = connection.scope.get("raw_path") or connection.scope["path"].encode()
    path = raw_path.decode("latin-1").partition("?")[0]
    return f"{base}{path}{'?' if query else ''}{query}"


class _Repeated(MultiDict):
    """A form in which names may repeat, in the shape that the validator asks."""

    def getall(self, name: str) -> list[Any]:
        return self.getlist(name)


def _pairs(body: bytes) -> list[tuple[str, str]]:
    return parse_qsl(body.decode("latin-1"), keep_blank_values=True, encoding="utf-8")


async def _read(request: Request) -> bytes | None:
    kept, is_whole = bytearray(), True
    async for chunk in request.stream():
        is_whole = is_whole and len(kept) + len(chunk) <= MOST_BYTES
        if is_whole:
            kept += chunk
    return bytes(kept) if is_whole else None
