"""A mobile phone that texts the number: each text is signed and sent as Twilio does, and the answers come out of the outbox.

texter = Texter(product)
[greeting] = await texter.send("ma facture du 5 mai a été débitée deux fois")
await texter.send("2", photos=["https://api.twilio.com/.../Media/ME1"])
await texter.again()                    # the latest text is delivered once more: nothing may come of it
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from sqlalchemy import create_engine, select
from twilio.twiml.messaging_response import MessagingResponse

from bot.cases.conversation import Notice
from bot.notices.segments import MOST_CHARACTERS, segments
from bot.store.tables import inbound
from tests.gateway.fakes import outbox_of
from tests.phone.rest import ACCOUNT, NUMBER
from tests.phone.twiml import valid
from tests.phone.webhooks import Webhooks, new_sid, place_of

TEXTER = "+14185550166"
PATIENCE_SECONDS = 30


class Texter:
    """Whoever holds the phone with this number."""

    def __init__(self, product: Any, phone: str = TEXTER) -> None:
        self.product, self.phone = product, phone
        self.webhooks = Webhooks(product.app)
        self.transcript: list[tuple[str, str]] = []
        self._database = create_engine(product.settings.database_url)
        self._seen = len(self._notices())
        self._latest: dict[str, str] = {}

    @property
    def received(self) -> list[str]:
        """Every text that ever went to this number, oldest first."""
        return [notice.text for notice in self._notices()]

    @property
    def last(self) -> str:
        """The latest text that came."""
        return self.received[-1]

    @property
    def most_segments(self) -> int:
        """In how many segments the longest of these texts came."""
        return max(map(segments, self.received), default=0)

    def told(self) -> str:
        """The exchange so far, for a failing test's message."""
        return "\n".join(f"{who}: {text}" for who, text in self.transcript)

    async def send(self, body: str, photos: Sequence[str] = (), **told: str) -> list[str]:
        """Text something and return what was texted back, once it is there; each of it fits."""
        self.transcript.append(("texter", body + "".join(f" [{photo}]" for photo in photos)))
        self._latest = self._form(body, photos) | told
        await self._deliver(self._latest)
        return self._news()

    async def again(self) -> None:
        """Deliver the latest text once more; raises AssertionError when anything comes of it."""
        before = self.received
        await self._deliver(self._latest)
        assert self.received == before, f"a text that came twice was answered twice\n{self.told()}"

    async def send_twice(self, body: str) -> list[str]:
        """Text something that is delivered twice at the same time."""
        self.transcript.append(("texter", f"{body} (twice)"))
        self._latest = self._form(body, ())
        await asyncio.gather(self._deliver(self._latest), self._deliver(self._latest))
        return self._news()

    def _form(self, body: str, photos: Sequence[str]) -> dict[str, str]:
        sid = new_sid("MM" if photos else "SM")
        media = {f"MediaUrl{number}": photo for number, photo in enumerate(photos)}
        types = {f"MediaContentType{number}": "image/jpeg" for number, _ in enumerate(photos)}
        return {
            "ToCountry": "CA",
            "SmsMessageSid": sid,
            "MessageSid": sid,
            "SmsSid": sid,
            "SmsStatus": "received",
            "AccountSid": ACCOUNT,
            "ApiVersion": "2010-04-01",
            "From": self.phone,
            "To": NUMBER,
            "Body": body,
            "NumSegments": str(max(1, segments(body))),
            "NumMedia": str(len(photos)),
            **place_of(self.phone, "From"),
            **media,
            **types,
        }

    async def _deliver(self, form: dict[str, str]) -> None:
        answer = await self.webhooks.post(f"{self.webhooks.base}/twilio/sms", form)
        assert answer.status_code == 200, f"{answer.status_code} {answer.text}\n{self.told()}"
        # what is said leaves through the outbox: an answer in the webhook would be sent again with every delivery
        assert len(valid(answer.text, MessagingResponse)) == 0, answer.text
        await self._is_answered(form["MessageSid"])

    async def _is_answered(self, sid: str) -> None:
        """Wait until the text is answered, which happens after Twilio was told that it is kept."""
        waits = select([inbound.c.id]).where((inbound.c.client_id == sid) & inbound.c.answered_at.is_(None))
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self._has(waits):
                await asyncio.sleep(0.01)

    def _has(self, rows: Any) -> bool:
        with self._database.connect() as connection:
            return connection.execute(rows).first() is not None

    def _notices(self) -> list[Notice]:
        return [
            notice
            for notice in outbox_of(self.product.store)
            if notice.kind == "sms" and notice.to == self.phone
        ]

    def _news(self) -> list[str]:
        news = self._notices()[self._seen :]
        self._seen += len(news)
        for notice in news:
            self.transcript.append(("assistant", notice.text))
            fits(notice.text)
        return [notice.text for notice in news]


def fits(text: str) -> None:
    """Raise AssertionError for a text that the carrier does not take as one."""
    assert text.strip(), "an empty text"
    assert len(text) <= MOST_CHARACTERS, f"{len(text)} characters: {text}"
