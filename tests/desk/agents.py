"""Agents at their browsers, without one: they sign in, read pages and send forms as people do."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from html import unescape
from typing import Any

import httpx

from bot.agents import hashed
from bot.cases.agent import SIGNED_IN_FOR, Agent, AgentSession
from bot.desk.access import COOKIE
from bot.languages import LANGUAGES
from bot.store import Store

PASSWORD = "correct horse battery"
HERE = {"Origin": "https://testserver", "Sec-Fetch-Site": "same-origin"}


class Browser(httpx.AsyncClient):
    """A browser whose agent gives a reason wherever one is asked for, and goes on."""

    gives_reasons = True

    async def request(self, method: str, url: Any, **more: Any) -> httpx.Response:
        answer = await super().request(method, url, **more)
        if not self.gives_reasons or 'class="reasons"' not in answer.text:
            return answer
        form = {
            "reason": "colleague",
            **dict(re.findall(r'type="hidden" name="(\w+)" value="(.*?)"', answer.text)),
        }
        given = await super().request("POST", "/desk/reasons", data=form, headers=HERE)
        assert given.status_code == 303, given.text
        return await super().request(method, url, **more)


@dataclass
class Desk:
    """One agent's browser."""

    client: Browser
    name: str

    @property
    def email(self) -> str:
        return f"{self.name.lower()}@example.com"

    async def sign_in(self, password: str = PASSWORD) -> httpx.Response:
        form = {"email": self.email, "password": password}
        return await self.client.post("/desk/sign-in", data=form, headers=HERE)

    async def see(self, path: str = "/desk") -> str:
        response = await self.client.get(path)
        assert response.status_code == 200, response.text
        return response.text

    async def send(self, path: str, **fields: str) -> httpx.Response:
        """Send a form with the token that the pages of this agent carry."""
        form = {"token": await self.token(), **fields}
        return await self.client.post(path, data=form, headers=HERE)

    async def token(self) -> str:
        """The token of this agent's forms; none for somebody signed out."""
        found = re.search(r'name="token" value="(\w+)"', (await self.client.get("/desk/account")).text)
        return found.group(1) if found else ""

    async def step(self, conversation: str, name: str, **fields: str) -> httpx.Response:
        return await self.send(f"/desk/conversations/{conversation}/{name}", **fields)

    async def say(self, conversation: str, text: str, word_id: str = "w1") -> httpx.Response:
        return await self.step(conversation, "say", text=text, word_id=word_id)


def words_of(html: str) -> str:
    """The text that a page shows."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


def desk_of(app: Any, store: Store, name: str, role: str = "agent", language: str = "en") -> Desk:
    """Add an agent and return a browser that nobody has signed in at yet."""
    desk = browser_of(app, name)
    agent = Agent(secrets.token_hex(8), desk.email, name, role, language, LANGUAGES)
    with store.unit() as unit:
        unit.agents.add(agent, _hash_of_password())
    return desk


def signed_in_desk_of(app: Any, store: Store, role: str) -> Desk:
    """Add an agent of this role and return a browser where they are signed in; without a role, nobody is."""
    if not role:
        return browser_of(app, "Nobody")
    desk, token = (
        desk_of(app, store, f"{role.capitalize()}-{secrets.token_hex(4)}", role),
        secrets.token_hex(16),
    )
    with store.unit() as unit:
        agent, _ = unit.agents.by_email(desk.email)
        session = AgentSession(
            sha256(token.encode()).hexdigest(), agent.id, datetime.now(UTC) + SIGNED_IN_FOR
        )
        unit.agent_sessions.add(session)
    desk.client.cookies.set(COOKIE, token)
    return desk


def browser_of(app: Any, name: str) -> Desk:
    """A browser of somebody who was added before, or of nobody."""
    transport = httpx.ASGITransport(app)
    return Desk(Browser(transport=transport, base_url="https://testserver"), name)


@cache
def _hash_of_password() -> str:
    return hashed(PASSWORD)
