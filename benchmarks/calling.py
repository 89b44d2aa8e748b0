"""Callers and web customers at once, each pausing between turns as people do: how soon is a caller answered?"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4
from xml.etree import ElementTree

import httpx
from twilio.request_validator import RequestValidator

from benchmarks.customer import Chat, Complaint, Customer, Refused

PUBLIC_URL, TOKEN = "https://care.example.com", "token-of-the-bench"
SETTINGS = {"PUBLIC_URL": PUBLIC_URL, "TWILIO_AUTH_TOKEN": TOKEN}
"""With the token alone calls are taken, and nothing is ever sent."""

CALLS = 16
PAUSE_SECONDS = 3.0
MOST_TURNS = 20
KEYS = {"en": "1", "fr": "2", "it": "3"}
MOST_REQUESTS = 12
"""So many requests one answer may take at the most, holds included."""


@dataclass
class Caller:
    """One call, as the carrier leads it."""

    http: httpx.AsyncClient
    database: str
    customer: Customer
    sid: str = field(default_factory=lambda: f"CA{uuid4().hex}")
    turns: int = 0
    goes_on_at: str | None = f"{PUBLIC_URL}/twilio/voice"

    async def begin(self) -> None:
        """Call, and choose the language."""
        await self._post(CallStatus="ringing")
        await self._post(Digits=KEYS[self.customer.complaint.language])

    @property
    def has_ended(self) -> bool:
        """Whether the call is over, or has gone on long enough."""
        return self.goes_on_at is None or self.turns >= MOST_TURNS

    async def turn(self) -> float:
        """Say what comes next and return how many seconds passed until the answer was there, holds included."""
        words = self.customer.complaint.text if not self.turns else self.customer.answer(self._expects())
        self.turns += 1
        began = time.perf_counter()
        await self._post(SpeechResult=words, Confidence="0.93")
        return time.perf_counter() - began

    async def _post(self, **told: str) -> None:
        form = {"CallSid": self.sid, "From": "anonymous", "To": "+18665550100", "CallStatus": "in-progress"}
        form |= told
        for _ in range(MOST_REQUESTS):
            assert self.goes_on_at is not None
            address = self.goes_on_at
            signature = RequestValidator(TOKEN).compute_signature(address, form)
            place = urlsplit(address)
            response = await self.http.post(
                f"{place.path}?{place.query}" if place.query else place.path,
                content=urlencode(form),
                headers={
                    "content-type": "application/x-www-form-urlencoded",
                    "x-twilio-signature": signature,
                },
            )
            if response.status_code != 200:
                raise Refused(f"a call was answered {response.status_code}: {response.text[:200]}")
            document = ElementTree.fromstring(response.text)
            gather = document.find("Gather")
            if gather is not None:
                self.goes_on_at = gather.get("action")
                return
            redirect = (document.findtext("Redirect") or "").strip()
            self.goes_on_at = redirect or None
            if not redirect:
                return
            # what was said was told already; now only the answer is asked for
            form = {key: value for key, value in form.items() if key not in told}
        raise Refused("a caller was put off again and again")

    def _expects(self) -> str | None:
        """Return what is asked, which no TwiML tells."""
        asked = """SELECT expects FROM conversations JOIN calls ON calls.conversation_id = conversations.id
            WHERE calls.sid = ?"""
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10) as connection:
            row = connection.execute(asked, (self.sid,)).fetchone()
        return row[0] if row else None


async def calls(
    url: str, database: str, seconds: float, stories: tuple[tuple[str, str], ...]
) -> dict[str, Any]:
    """Let so many people call, and as many chat, for so long; return the seconds of each of their turns."""
    spoken: list[float] = []
    typed: list[float] = []
    counts = {"begun": 0, "refused": 0}
    until = time.perf_counter() + seconds

    def customer(number: int) -> Customer:
        language, text = stories[number % len(stories)]
        return Customer(Complaint(f"call{number}", language, text, date.today()))

    async def speak(http: httpx.AsyncClient, number: int) -> None:
        # people do not all speak in the same moment
        await asyncio.sleep(PAUSE_SECONDS * number / CALLS)
        while time.perf_counter() < until:
            try:
                caller = Caller(http, database, customer(number))
                await caller.begin()
                counts["begun"] += 1
                while not caller.has_ended and time.perf_counter() < until:
                    spoken.append(await caller.turn())
                    await asyncio.sleep(PAUSE_SECONDS)
            except Refused:
                counts["refused"] += 1
            number += CALLS

    async def write(http: httpx.AsyncClient, number: int) -> None:
        await asyncio.sleep(PAUSE_SECONDS * (number + 0.5) / CALLS)
        while time.perf_counter() < until:
            try:
                one = customer(number)
                chat = await Chat.begin(http, one.complaint.language)
                while chat.turns < MOST_TURNS and time.perf_counter() < until:
                    first = not chat.turns
                    words = one.complaint.text if first else one.answer(chat.state["expects"])
                    began = time.perf_counter()
                    await chat.say(words)
                    typed.append(time.perf_counter() - began)
                    await asyncio.sleep(PAUSE_SECONDS)
            except Refused:
                counts["refused"] += 1
            number += CALLS

    async with httpx.AsyncClient(base_url=url, timeout=120, trust_env=False) as http:
        await asyncio.gather(
            *(speak(http, number) for number in range(CALLS)),
            *(write(http, number) for number in range(CALLS)),
        )
    return {"spoken": spoken, "typed": typed, **counts}
