"""Twilio's requests to a gateway in this process: signed over the public address, arriving through a proxy."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import httpx
from twilio.request_validator import RequestValidator

from tests.phone.rest import ACCOUNT, NUMBER, TOKEN
from tests.phone.twiml import checked

BASE = "https://care.example.com"
BEHIND = "http://gateway.internal:8000"
"""Where the gateway itself listens: a proxy stands between, so it never sees the address that was signed."""

NEVER = 3_600.0
"""A hold line that does not come within a test."""

WAITS_SECONDS = 15
"""So long Twilio waits for an answer."""

SETTINGS = {
    "PUBLIC_URL": BASE,
    "TWILIO_ACCOUNT_SID": ACCOUNT,
    "TWILIO_AUTH_TOKEN": TOKEN,
    "TWILIO_NUMBER": NUMBER,
    "HANDOFF_NUMBER": "+14165550111",
}

WITHHELD = ("anonymous", "Restricted", "Anonymous", "unknown", "+266696687", "+7378742833", "")
"""What a caller's number may look like who does not want it shown: as told by carriers, or as letters on a keypad."""

_PLACES = {
    "+1418": ("QUEBEC", "QC"),
    "+1438": ("MONTREAL", "QC"),
    "+1514": ("MONTREAL", "QC"),
    "+1416": ("TORONTO", "ON"),
}


def new_sid(kind: str) -> str:
    """Return a sid such as Twilio's: two letters and 32 hexadecimal digits."""
    return kind + uuid4().hex


def place_of(number: str, who: str) -> dict[str, str]:
    """Return where Twilio believes a number to be from."""
    city, province = _PLACES.get(number[:5], ("", ""))
    country = "CA" if city else ""
    return {f"{who}City": city, f"{who}State": province, f"{who}Zip": "", f"{who}Country": country}


class Webhooks:
    """Twilio's side of the webhooks of one gateway: `app` in this process, or whatever listens at `url`."""

    def __init__(self, app: Any, base: str = BASE, token: str = TOKEN, url: str | None = None) -> None:
        self.app, self.base = app, base
        self._validator = RequestValidator(token)
        transport = None if url else httpx.ASGITransport(app)
        self._http = httpx.AsyncClient(
            transport=transport, base_url=url or BEHIND, event_hooks={"response": [checked]}
        )

    def signature(self, address: str, form: Mapping[str, str]) -> str:
        """Return the signature of a request to this address."""
        return str(self._validator.compute_signature(address, form))

    async def post(self, address: str, form: Mapping[str, str]) -> httpx.Response:
        """Post to an address and return the answer, as long as Twilio would wait for it."""
        public = urlsplit(self.base)
        asked = urlsplit(address)
        assert (asked.scheme, asked.netloc) == (public.scheme, public.netloc), f"{address} is somewhere else"
        headers = {
            "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
            "user-agent": "TwilioProxy/1.1",
            "x-twilio-signature": self.signature(address, form),
            "i-twilio-idempotency-token": str(uuid4()),
            "x-forwarded-proto": public.scheme,
            "x-forwarded-host": public.netloc,
            "x-forwarded-for": "203.0.113.7",
        }
        path = f"{asked.path}?{asked.query}" if asked.query else asked.path
        async with asyncio.timeout(WAITS_SECONDS):
            return await self._http.post(path, content=urlencode(form), headers=headers)
