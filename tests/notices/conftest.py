"""A fresh store, a clock that stands still, and Twilio's stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.notices import twilio as twilio_client
from bot.store import Store, open_store
from tests.fresh import new_database
from tests.phone.rest import Twilio


class Time:
    """The time as a test wants it: now, but it passes only when told to."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("database") / "empty.db"
    new_database(f"sqlite:///{path}")
    return path


@pytest.fixture
def store(empty_database: Path, tmp_path: Path) -> Iterator[Store]:
    (tmp_path / "recourse.db").write_bytes(empty_database.read_bytes())
    store = open_store(f"sqlite:///{tmp_path / 'recourse.db'}")
    yield store
    store.dispose()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def twilio() -> Iterator[Twilio]:
    with Twilio() as stand_in:
        yield stand_in
    twilio_client.client.cache_clear()


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    with capture_logs() as entries:
        yield entries
