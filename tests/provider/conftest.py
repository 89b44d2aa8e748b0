"""The embedded demo over an empty store, with a clock the test can turn."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.cases.records import CREDIT, Instruction
from bot.provider.demo import DemoProvider
from bot.store import Store, open_store
from tests.fresh import new_database

# A Friday night in Toronto, and already Saturday in UTC.
START = datetime(2026, 3, 21, 2, 0, tzinfo=UTC)
TORONTO = ZoneInfo("America/Toronto")


class Clock:
    """A clock that stands still until it is turned."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time

    def turn(self, **forward: float) -> None:
        self.time += timedelta(**forward)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("empty") / "recourse.db"
    new_database(f"sqlite:///{file}")
    return file


@pytest.fixture
def store(empty_database: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copy(empty_database, tmp_path / "recourse.db")
    opened = open_store(f"sqlite:///{tmp_path / 'recourse.db'}")
    yield opened
    opened.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def demo(store: Store, clock: Clock) -> DemoProvider:
    return DemoProvider(START, store, clock, TORONTO)


@pytest.fixture
def instruct() -> Callable[..., Instruction]:
    """A function that makes an instruction: a credit of ten dollars unless it is told otherwise."""

    def make(key: str = "k1", kind: str = CREDIT, account: str = "10031865", **fields: Any) -> Instruction:
        if kind == CREDIT:
            fields.setdefault("cents", 1000)
        return Instruction(key, kind, account, "1111-1111-1111", "duplicate_charge", START, **fields)

    return make
