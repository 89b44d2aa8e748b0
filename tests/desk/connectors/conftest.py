"""A gateway that is connected to another desk, and a customer who waits for a person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.cases.case import P1, WAITING, Case, Handoff
from bot.cases.complaint import Complaint, Nature
from bot.cases.holding import ASKED_FOR_PERSON, happens
from bot.desk.connectors import http, other_desk
from bot.desk.connectors.passing import Passing
from bot.desk.connectors.routes import connected
from bot.desk.connectors.telling import Telling
from bot.handoff import Handoffs
from bot.provider import profile
from bot.settings import Secret, Settings
from tests.desk.connectors.fakes import DESKS, SECRET, TOKEN, FakeDesk, Sent
from tests.gateway.fakes import Gateway, Talk

NUMBER = "1111-1111-1111"


@dataclass
class Time:
    """The clock's time, which a test moves on."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def pass_by(self, **duration: float) -> None:
        self.ahead += timedelta(**duration)


@dataclass
class Connected:
    """A gateway, the other desk, and the clock between them."""

    gateway: Gateway
    desk: FakeDesk
    time: Time
    settings: Settings

    def clock(self) -> Passing:
        """What passes on, as a clock that has just started."""
        store, operator = self.gateway.store, profile(self.settings.provider)
        other = other_desk(self.settings)
        assert other is not None
        handoffs = Handoffs(store, operator, self.time)
        return Passing(store, other, Telling(self.settings), handoffs, self.time)

    def tick(self, times: int = 5) -> None:
        clock = self.clock()
        for _ in range(times):
            clock.tick()

    async def hear(self, sent: Sent, desk: str | None = None) -> httpx.Response:
        headers, body = sent
        return await self.gateway.client.post(
            f"/handoff/{desk or self.desk.name}", content=body, headers=headers
        )

    async def outcome(self, sent: Sent) -> list[str]:
        response = await self.hear(sent)
        assert response.status_code == 200, response.text
        return [each["outcome"] for each in response.json()["heard"]]

    @property
    def there(self) -> str:
        """What the other desk calls the one conversation that it has."""
        (only,) = self.desk.told
        return only

    async def waits(self, language: str = "en", **case: Any) -> Talk:
        """A customer who has told something and waits for a person, with a case."""
        talk = await self.gateway.talk(language)
        await talk.say("I was charged twice")
        now = datetime.now(UTC)
        complaint = Complaint("I was charged twice", name="Kim", remedy="a refund")
        complaint.natures = [Nature("billing", "wrong_charge", "internet")]
        case.setdefault("priority", P1)
        case.setdefault("tracking_number", NUMBER)
        with self.gateway.store.unit() as unit:
            conversation = unit.conversations.get(talk.id)
            happens(ASKED_FOR_PERSON, conversation, now)
            conversation.tracking_number = case["tracking_number"]
            opened = Case(complaint=complaint, language=language, channel="web", opened_at=now, **case)
            opened.hand_over(Handoff(now, "the customer asked for a person"), now + timedelta(days=1))
            unit.cases.add(opened, talk.id)
            unit.conversations.save(conversation)
        assert (await talk.state())["holder"] == WAITING
        return talk


@pytest.fixture(params=DESKS, ids=lambda desk: desk.name)
def kind(request: pytest.FixtureRequest) -> type[FakeDesk]:
    """Each kind of desk in turn; a test that is about one alone says which."""
    return request.param


def settings_of(kind: type[FakeDesk]) -> dict[str, Any]:
    secrets = {
        name: Secret(value)
        for name, value in (("token", TOKEN), ("webhook_secret", SECRET))
        for name in (f"{kind.name}_{name}", f"handoff_{name}")
        if name in Settings.__dataclass_fields__
    }
    return {"desk_connector": kind.name, **kind.settings, **secrets}


@pytest.fixture
def desk(kind: type[FakeDesk], monkeypatch: pytest.MonkeyPatch) -> FakeDesk:
    """The other desk, which whatever asks it over HTTP really asks."""
    fake = kind()

    def client(headers: dict[str, str]) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(fake), headers=headers)

    monkeypatch.setattr(http, "_client", client)
    connected.cache_clear()
    return fake


@pytest.fixture
async def between(start, desk: FakeDesk) -> AsyncIterator[Connected]:
    """A gateway that is connected to the other desk."""
    chosen = settings_of(type(desk))
    async with start(**chosen) as gateway:
        yield Connected(gateway, desk, Time(), gateway.app.state.services.settings)
