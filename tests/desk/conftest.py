"""The desk of a gateway in this process, with agents who sign in as people do: by form and cookie."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape

import httpx
import pytest

from bot.agents import add_agent
from tests.gateway.conftest import (  # noqa: F401
    _plain_words,
    database_url,
    empty_database,
    gateway,
    logged,
    start,
    store,
)
from tests.gateway.fakes import Gateway

PASSWORD = "correct horse battery"
HERE = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}


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


@pytest.fixture
def desk_of() -> Callable[..., Desk]:
    """A function that gives a browser of an agent of a gateway, who is added to its store."""

    def open_desk(gateway: Gateway, name: str, role: str = "agent", language: str = "en") -> Desk:  # noqa: F811
        browser = httpx.AsyncClient(transport=httpx.ASGITransport(gateway.app), base_url="http://testserver")
        desk = Desk(browser, name)
        add_agent(gateway.store, desk.email, name, PASSWORD, role, language)
        return desk

    return open_desk


@pytest.fixture
async def anna(gateway, desk_of) -> Desk:  # noqa: F811
    """An agent who has signed in."""
    desk = desk_of(gateway, "Anna")
    assert (await desk.sign_in()).status_code == 303
    return desk


@pytest.fixture
async def bo(gateway, desk_of) -> Desk:  # noqa: F811
    """Another agent who has signed in."""
    desk = desk_of(gateway, "Bo")
    assert (await desk.sign_in()).status_code == 303
    return desk
