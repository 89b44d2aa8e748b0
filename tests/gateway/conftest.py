"""A gateway in this process over a fresh SQLite database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from bot.gateway import saying, sessions, turns
from bot.gateway.app import create_app
from bot.settings import Secret, Settings
from bot.store import Store, open_store
from tests.fresh import new_database
from tests.gateway.fakes import DESK_TOKEN, FakeEngine, Gateway, plain_words
from tests.phone.twiml import checked


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("database") / "empty.db"
    new_database(f"sqlite:///{path}")
    return path


@pytest.fixture
def database_url(empty_database: Path, tmp_path: Path) -> str:
    (tmp_path / "recourse.db").write_bytes(empty_database.read_bytes())
    return f"sqlite:///{tmp_path / 'recourse.db'}"


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = open_store(database_url)
    yield store
    store.dispose()


@pytest.fixture(autouse=True)
def _plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saying, "render", plain_words)
    monkeypatch.setattr(sessions, "render", plain_words)
    monkeypatch.setattr(turns, "PULSE_SECONDS", 0.05)
    monkeypatch.setattr(turns, "POLL_SECONDS", 0.02)


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    with capture_logs() as entries:
        yield entries


@pytest.fixture
def start(store: Store, tmp_path: Path):
    """Start a gateway on the test's database; two of them are two processes to each other."""

    @asynccontextmanager
    async def started(engine: FakeEngine | None = None, **settings: Any) -> AsyncIterator[Gateway]:
        usual = {"data_dir": tmp_path, "desk_api_token": Secret(DESK_TOKEN), "engine_timeout_seconds": 2.0}
        chosen = Settings(**(usual | settings))
        engine = engine or FakeEngine()
        app = create_app(chosen, store, engine)
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(
                transport=transport, base_url="http://testserver", event_hooks={"response": [checked]}
            ) as client,
        ):
            yield Gateway(client, engine, store, app)

    return started


@pytest.fixture
async def gateway(start) -> AsyncIterator[Gateway]:
    async with start() as started:
        yield started
