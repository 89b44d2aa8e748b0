"""An engine that says what a test tells it to, and both ends of a conversation with a gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

import httpx
from sqlalchemy import select

from bot.cases.conversation import Choice, Notice
from bot.gateway.engine import EngineDown, Reply, Turn
from bot.languages.wording import Wording
from bot.store import Store
from bot.store.tables import outbox

DESK_TOKEN = "desk-token-of-the-tests"


class FakeEngine:
    """Echoes each turn; `down` makes it fail, `gate` makes it wait, `on_turn` stands for the actions."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self.down = self.failing = False
        self.gate = asyncio.Event()
        self.gate.set()
        self.on_turn: Callable[[Turn], list[Reply] | None] = lambda turn: None

    async def answer(self, turn: Turn) -> list[Reply]:
        self.turns.append(turn)
        await self.gate.wait()
        if self.down or self.failing:
            raise EngineDown("refused")
        replies = self.on_turn(turn)
        return [{"reply": "echo", "values": {"text": turn.text}}] if replies is None else replies

    async def ready(self) -> bool:
        return not self.down

    async def close(self) -> None:
        pass

    @property
    def texts(self) -> list[str]:
        return [turn.text for turn in self.turns]


def plain_words(reply: Reply, language: str, channel: str) -> Wording:
    """Word a reply as "[en] key text", so that tests see what was said and in which language."""
    if reply["reply"] == "no_such_reply":
        raise KeyError(reply["reply"])
    choices = tuple(Choice(name, name) for name in reply.get("choices") or ())
    return Wording(
        f"[{language}] {reply['reply']} {(reply.get('values') or {}).get('text', '')}".strip(), choices
    )


@dataclass
class Talk:
    """A customer's end of one conversation."""

    client: httpx.AsyncClient
    id: str
    token: str
    begun: dict[str, Any]
    sent: int = 0
    headers: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.headers = {"Authorization": f"Bearer {self.token}"}

    async def post(self, text: str, client_id: str | None = None) -> httpx.Response:
        self.sent += 1
        body = {"id": client_id or f"m-{self.sent}", "text": text}
        return await self.client.post(f"/api/chat/{self.id}/messages", json=body, headers=self.headers)

    async def say(self, text: str, client_id: str | None = None) -> list[str]:
        response = await self.post(text, client_id)
        assert response.status_code == 200, response.text
        return [message["text"] for message in response.json()["messages"]]

    async def transcript(self, after: int = 0) -> list[tuple[str, str]]:
        response = await self.client.get(
            f"/api/chat/{self.id}/messages", params={"after": after}, headers=self.headers
        )
        return [(message["from"], message["text"]) for message in response.json()["messages"]]

    async def state(self) -> dict[str, Any]:
        path = f"/api/chat/{self.id}/messages"
        return (await self.client.get(path, params={"after": 999}, headers=self.headers)).json()["state"]


@dataclass
class Gateway:
    """One gateway process, so to speak."""

    client: httpx.AsyncClient
    engine: FakeEngine
    store: Store
    app: Any

    async def talk(self, language: str | None = "en") -> Talk:
        response = await self.client.post("/api/chat", json={"language": language})
        assert response.status_code == 201, response.text
        begun = response.json()
        return Talk(self.client, begun["conversation"], begun["token"], begun)

    def seen_by(self, talk: Talk) -> Talk:
        """The same conversation through this gateway."""
        return Talk(self.client, talk.id, talk.token, talk.begun, talk.sent)


def outbox_of(store: Store) -> list[Notice]:
    """Return every notice that was ever put up for sending, in order."""
    names = [each.name for each in fields(Notice)]
    with store.view() as unit:
        rows = unit.outbox._rows(select([outbox.c[name] for name in names]).order_by(outbox.c.id))
    return [Notice(**row) for row in rows]


async def until(condition: Callable[[], Any], seconds: float = 5.0) -> Any:
    """Wait for something that happens in the background."""
    async with asyncio.timeout(seconds):
        while True:
            found = condition()
            if asyncio.iscoroutine(found):
                found = await found
            if found:
                return found
            await asyncio.sleep(0.02)
