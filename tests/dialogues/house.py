"""The whole product in one process: gateway, engine, actions and store, with a clock the test can turn."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from bot.pipeline import without_tensorflow

without_tensorflow.install()

from rasa.core.agent import Agent  # noqa: E402
from rasa.utils.endpoints import EndpointConfig  # noqa: E402
from rasa_sdk.executor import ActionExecutor  # noqa: E402

from actions import base  # noqa: E402
from bot.cases.records import (  # noqa: E402
    CREDIT,
    Account,
    Instruction,
    Outage,
    Records,
    RecordsUnavailable,
)
from bot.gateway.app import create_app  # noqa: E402
from bot.gateway.engine import EngineDown, Turn  # noqa: E402
from bot.pipeline.channel import answer  # noqa: E402
from bot.pipeline.replies import TypedReplies  # noqa: E402
from bot.pipeline.trackers import ShortTrackers  # noqa: E402
from bot.provider import profile  # noqa: E402
from bot.provider.demo import DemoProvider  # noqa: E402
from bot.settings import Settings  # noqa: E402
from bot.store import Store, open_store  # noqa: E402
from bot.training import train  # noqa: E402
from tests.fresh import new_database  # noqa: E402

START = datetime(2026, 5, 15, 15, 0, tzinfo=UTC)  # a Friday, 11:00 in Toronto
DESK_TOKEN = "desk-token-of-the-tests"


class Clock:
    """A clock that stands still until it is turned."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time

    def turn(self, **forward: float) -> None:
        self.time += timedelta(**forward)


class ActionsInProcess(EndpointConfig):
    """Runs the custom actions here, over the same JSON that goes to the action server."""

    def __init__(self) -> None:
        super().__init__(url="in-process")
        self.executor = ActionExecutor()
        self.executor.register_package("actions")

    async def request(self, *_: Any, json: Any = None, **__: Any) -> Any:
        return await self.executor.run(json)


class EngineInProcess:
    """The trained engine behind the gateway's port for engines; `down` makes it fail as a dead one would."""

    def __init__(self, agent: Agent) -> None:
        self.agent, self.down = agent, False
        self._app: Any = SimpleNamespace(ctx=SimpleNamespace(agent=agent))

    async def answer(self, turn: Turn) -> list[dict[str, Any]]:
        replies = None if self.down else await answer(self._app, vars(turn), self.agent.handle_message)
        if replies is None:
            raise EngineDown("the test's engine is down")
        return replies

    async def ready(self) -> bool:
        return not self.down

    async def close(self) -> None:
        """Nothing to let go of."""


def load_agent() -> Agent:
    """Load the current model, trained first when it is missing."""
    agent = Agent.load(str(train(Settings.read())), action_endpoint=ActionsInProcess())
    agent.processor.nlg = agent.nlg = TypedReplies(EndpointConfig(), agent.domain)
    return agent


class Systems:
    """The provider's systems, which a test may take down, or change an account of."""

    def __init__(self, records: Records) -> None:
        self.records, self.down = records, False
        self.changed: dict[str, Callable[[Account], Account]] = {}

    def account(self, account_number: str) -> Account | None:
        self._answer()
        account = self.records.account(account_number)
        change = self.changed.get(account_number)
        return change(account) if account and change else account

    def outages(self, postal_code: str) -> tuple[Outage, ...]:
        self._answer()
        return self.records.outages(postal_code)

    def carry_out(self, instruction: Instruction) -> str:
        self._answer()
        return self.records.carry_out(instruction)

    def _answer(self) -> None:
        if self.down:
            raise RecordsUnavailable


class Product:
    """A product of its own for one test: empty store, the demo's records, everything in one process."""

    def __init__(self, folder: Path, agent: Agent, **settings: str) -> None:
        usual = {"DATA_DIR": str(folder), "ALLOW_TODAY": "true", "DESK_API_TOKEN": DESK_TOKEN, "PORT": "8000"}
        self.settings = Settings.read(usual | settings)
        new_database(self.settings.database_url)
        self.store: Store = open_store(self.settings.database_url)
        self.clock = Clock()
        operator = profile(self.settings.provider)
        self.demo = DemoProvider(self.clock(), self.store, self.clock, ZoneInfo(operator.timezone))
        self.systems = Systems(self.demo)
        house = base.House(self.store, operator, self.systems, now=self.clock)
        base.house = lambda: house
        trackers = ShortTrackers(agent.domain, store=self.store)
        agent.tracker_store = trackers
        agent.processor.tracker_store = trackers
        self.engine = EngineInProcess(agent)
        self.app = create_app(self.settings, self.store, self.engine, now=self.clock)
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://test")

    async def talk(self, language: str | None, today: str | None = None) -> Talk:
        """Open a conversation."""
        body = {"language": language, **({"today": today} if today else {})}
        response = await self.http.post("/api/chat", json=body)
        assert response.status_code == 201, response.text
        return Talk(self, response.json())

    def outbox(self) -> list[Any]:
        """Return the notices that wait to be sent, oldest first."""
        with self.store.view() as unit:
            return [notice for _, notice in unit.outbox.waiting()]

    def case(self, tracking_number: str) -> Any:
        """Return a case from the store."""
        with self.store.view() as unit:
            return unit.cases.get(tracking_number)

    def credits(self, account_number: str) -> list[Any]:
        """Return what the demo's books say was credited to an account."""
        with self.store.view() as unit:
            return [entry for entry in unit.books.of_account(account_number) if entry.kind == CREDIT]


class Talk:
    """One customer's conversation over the chat API."""

    def __init__(self, product: Product, opened: dict[str, Any]) -> None:
        self.product = product
        self.id, self.token = opened["conversation"], opened["token"]
        self.state = opened["state"]
        self.last = opened["messages"]
        self.turns = 0
        self.transcript = [("assistant", message["text"]) for message in self.last]

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def post(self, text: str, message_id: str | None = None) -> httpx.Response:
        """Send a message and return the bare response."""
        self.turns += 1
        return await self.product.http.post(
            f"/api/chat/{self.id}/messages",
            headers=self.headers,
            json={"id": message_id or f"m{self.turns}", "text": text},
        )

    async def say(self, text: str) -> str:
        """Send a message and return what was said to it."""
        response = await self.post(text)
        assert response.status_code == 200, f"{response.status_code}: {response.text}"
        body = response.json()
        self.last, self.state = body["messages"], body["state"]
        self.transcript.append(("customer", text))
        self.transcript += [(message["from"], message["text"]) for message in self.last]
        return "\n".join(message["text"] for message in self.last)

    def code(self) -> str:
        """Read the latest one-time code out of the outbox, as its owner would on their phone."""
        notices = [notice for notice in self.product.outbox() if notice.key.startswith("code:")]
        found = re.search(r"\b(\d{6})\b", notices[-1].text)
        assert found
        return found.group(1)

    @property
    def case(self) -> Any:
        """The case as the store holds it."""
        return self.product.case(self.state["case"])

    def told(self) -> str:
        """The transcript as text, for a failing test's message."""
        return "\n".join(f"{who}: {text}" for who, text in self.transcript) + "\n" + json.dumps(self.state)
