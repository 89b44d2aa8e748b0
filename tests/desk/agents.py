"""Agents at their browsers, without one: they sign in, read pages and send forms as people do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

import httpx

from bot.agents import add_agent
from bot.store import Store

PASSWORD = "correct horse battery"
HERE = {"Origin": "https://testserver", "Sec-Fetch-Site": "same-origin"}


@dataclass
class Desk:
    """One agent's browser."""

    client: httpx.AsyncClient
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
        token = re.search(r'name="token" value="(\w+)"', (await self.client.get("/desk")).text)
        form = {"token": token.group(1) if token else "", **fields}
        return await self.client.post(path, data=form, headers=HERE)

    async def step(self, conversation: str, name: str, **fields: str) -> httpx.Response:
        return await self.send(f"/desk/conversations/{conversation}/{name}", **fields)

    async def say(self, conversation: str, text: str, word_id: str = "w1") -> httpx.Response:
        return await self.step(conversation, "say", text=text, word_id=word_id)


def words_of(html: str) -> str:
    """The text that a page shows."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


def desk_of(app: Any, store: Store, name: str, role: str = "agent", language: str = "en") -> Desk:
    """Add an agent and return a browser that nobody has signed in at yet."""
    browser = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://testserver")
    desk = Desk(browser, name)
    add_agent(store, desk.email, name, PASSWORD, role, language)
    return desk
