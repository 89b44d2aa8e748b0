"""An agent and a customer talk while the gateway dies and the database goes away: each word is there once on either side."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg2
import pytest
from sqlalchemy.engine import make_url

from bot.agents import add_agent
from bot.store import open_store
from tests.faults.product import Product

PASSWORD = "correct horse battery"
GIVES_UP_AFTER_SECONDS = 120
LOCKED_SECONDS = 3


def until_taken(send: Callable[[], httpx.Response], taken: tuple[int, ...]) -> httpx.Response:
    """Send the very same thing until it is taken, as the pages of both sides do."""
    give_up_at = time.monotonic() + GIVES_UP_AFTER_SECONDS
    while time.monotonic() < give_up_at:
        try:
            response = send()
        except httpx.HTTPError:
            response = None
        if response is not None and response.status_code in taken:
            return response
        time.sleep(0.2)
    raise AssertionError(f"not taken: {response and response.text[:300]}")


@dataclass
class Talk:
    """One conversation with both its ends, and what the agent's open page was sent."""

    product: Product
    url: str
    agent: httpx.Client = field(init=False)
    chat: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    seen: list[int] = field(default_factory=list)
    is_over: bool = False

    def begin(self) -> None:
        store = open_store(self.url)
        email = f"{uuid4().hex[:8]}@example.com"
        add_agent(store, email, "Anna", PASSWORD)
        store.dispose()
        base = str(self.product.http.base_url).rstrip("/")
        origin = {"Origin": base, "Sec-Fetch-Site": "same-origin"}
        self.agent = httpx.Client(base_url=base, headers=origin, timeout=20, trust_env=False)
        assert (
            self.agent.post("/desk/sign-in", data={"email": email, "password": PASSWORD}).status_code == 303
        )
        opened = self.product.http.post("/api/chat", json={"language": "en"}).json()
        self.chat, self.headers = opened["conversation"], {"Authorization": f"Bearer {opened['token']}"}
        self.says("I was charged twice for my internet", "c0")
        self.says("I want a person", "c1")
        assert self.step("claim", "claim").status_code == 303
        threading.Thread(target=self._follow, daemon=True).start()

    def says(self, text: str, message_id: str) -> None:
        """Let the customer write, until it is taken."""
        address, told = f"/api/chat/{self.chat}/messages", {"id": message_id, "text": text}
        until_taken(lambda: self.product.http.post(address, headers=self.headers, json=told), (200,))

    def step(self, name: str, word_id: str, text: str = "") -> httpx.Response:
        """Let the agent do something, until it is taken."""

        def send() -> httpx.Response:
            page = self.agent.get("/desk/account").text
            token = page.split('name="token" value="')[1].split('"')[0]
            form = {"token": token, "text": text, "word_id": word_id}
            return self.agent.post(f"/desk/conversations/{self.chat}/{name}", data=form)

        return until_taken(lambda: send_or_fail(send), (303,))

    def _follow(self) -> None:
        """Follow the conversation as a browser does: after a break from the last event that came."""
        while not self.is_over:
            try:
                last = {"Last-Event-ID": str(self.seen[-1])} if self.seen else {}
                address = f"/desk/conversations/{self.chat}/stream"
                with self.agent.stream("GET", address, headers=last, timeout=20) as stream:
                    for line in stream.iter_lines():
                        if line.startswith("data: ") and '"seq"' in line:
                            self.seen.append(json.loads(line[6:])["seq"])
            except (httpx.HTTPError, ValueError):
                time.sleep(0.2)

    def transcript(self) -> list[dict[str, Any]]:
        """What the customer's chat shows."""
        answer = self.product.http.get(f"/api/chat/{self.chat}/messages", headers=self.headers)
        return list(answer.json()["messages"])

    def at_the_desk(self) -> list[str]:
        """What the agent's page shows."""
        html = self.agent.get(f"/desk/conversations/{self.chat}").text
        return [unescape(text) for text in re.findall(r'<p class="words"[^>]*>(.*?)</p>', html, re.S)]


def send_or_fail(send: Callable[[], httpx.Response]) -> httpx.Response:
    try:
        return send()
    except IndexError:
        # somebody else than the desk answered for it
        raise httpx.ReadError("no page of the desk") from None


@pytest.fixture(params=["sqlite", "postgresql"])
def talk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Talk]:
    if request.param == "sqlite":
        product = request.getfixturevalue("product")
        yield from _talk(Talk(product, f"sqlite:///{product.data / 'recourse.db'}"))
        return
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        pytest.skip("no PostgreSQL: set TEST_DATABASE_URL")
    url = make_url(server).set(drivername="postgresql", database=f"live_{uuid4().hex}")
    _on_server(server, f'CREATE DATABASE "{url.database}"')
    written = url.render_as_string(hide_password=False)
    product = Product(tmp_path, DATABASE_URL=written)
    try:
        product.start()
        yield from _talk(Talk(product, written))
    finally:
        product.stop()
        _on_server(server, f'DROP DATABASE IF EXISTS "{url.database}" WITH (FORCE)')


def _talk(talk: Talk) -> Iterator[Talk]:
    talk.begin()
    yield talk
    talk.is_over = True


def _on_server(server: str, statement: str) -> None:
    plain = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    with closing(psycopg2.connect(plain)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)


def kill_the_gateway(talk: Talk) -> None:
    talk.product.kill("gateway")


def take_the_database_away(talk: Talk) -> None:
    """Cut every connection to PostgreSQL, or keep everybody from an SQLite file for a while."""
    url = make_url(talk.url)
    if url.get_backend_name() == "postgresql":
        cut = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{url.database}'"
        _on_server(os.environ["TEST_DATABASE_URL"], cut)
        return
    with closing(sqlite3.connect(url.database or "", isolation_level=None)) as database:
        database.execute("BEGIN EXCLUSIVE")
        time.sleep(LOCKED_SECONDS)
        database.execute("ROLLBACK")


def test_no_word_of_a_live_talk_is_lost_or_doubled(talk: Talk) -> None:
    rounds = int(os.environ.get("LIVE_TALK_ROUNDS", "2"))
    for number in range(rounds):
        trouble = (kill_the_gateway, take_the_database_away)[number % 2]
        meanwhile = threading.Thread(target=trouble, args=(talk,))
        meanwhile.start()
        talk.step("say", f"w{number}", f"agent {number}")
        talk.says(f"customer {number}", f"m{number}")
        meanwhile.join()
    talk.product.wait_until_well()
    said = [f"{who} {number}" for number in range(rounds) for who in ("agent", "customer")]
    told = talk.transcript()
    assert [each["text"] for each in told if re.match(r"(agent|customer) \d", each["text"])] == said
    assert [each["from"] for each in told][-2:] == ["agent", "customer"]
    assert [text for text in talk.at_the_desk() if re.match(r"(agent|customer) \d", text)] == said
    last = told[-1]["seq"]
    talk.product.until(lambda: last in talk.seen, 30, "the agent's page does not hear the last word")
    assert talk.seen == sorted(set(talk.seen))
    assert talk.seen == list(range(talk.seen[0], last + 1))
