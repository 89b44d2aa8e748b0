"""A store on SQLite and one on PostgreSQL, both empty, for every test that asks for `store`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

import psycopg2
import pytest
from sqlalchemy.engine import make_url

from bot.cases.case import Case
from bot.cases.complaint import Complaint
from bot.cases.conversation import Conversation
from bot.store import Store, migrate, open_store
from bot.store.engine import open_engine
from bot.store.tables import metadata
from tests.fresh import new_database

LOCAL_POSTGRESQL = "postgresql+psycopg2://postgres@127.0.0.1:5432/test"
ROOT = Path(__file__).parents[2]
ABSENT = pytest.StashKey[str]()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say once, not for each test, that PostgreSQL was not there."""
    if ABSENT in config.stash:
        terminalreporter.write_line(f"skipped: {config.stash[ABSENT]}")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty, migrated database."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("empty_sqlite_file"), tmp_path / "recourse.db")
        return f"sqlite:///{tmp_path / 'recourse.db'}"
    url = request.getfixturevalue("postgresql_schema")
    _empty(url)
    return url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = open_store(database_url)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def empty_sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("empty") / "recourse.db"
    new_database(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgresql_schema(new_schema: Callable[[], str]) -> str:
    url = new_schema()
    migrate(url)
    return url


@pytest.fixture(scope="session")
def new_schema(request: pytest.FixtureRequest) -> Iterator[Callable[[], str]]:
    """A function that makes an empty schema on PostgreSQL and returns its address; all go at the end."""
    server = make_url(os.environ.get("TEST_DATABASE_URL") or LOCAL_POSTGRESQL)
    address = server.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        connection = psycopg2.connect(address, connect_timeout=3)
    except psycopg2.OperationalError:
        absent = f"no PostgreSQL answers at {server!r}; TEST_DATABASE_URL may name another"
        if os.environ.get("REQUIRE_SERVICES") == "true":
            pytest.fail(absent)
        request.config.stash[ABSENT] = absent
        pytest.skip(absent)
    connection.autocommit = True
    made: list[str] = []

    def make() -> str:
        made.append(f"recourse_{uuid4().hex[:12]}")
        connection.cursor().execute(f"CREATE SCHEMA {made[-1]}")
        within = server.update_query_dict({"options": f"-csearch_path={made[-1]}"})
        return within.render_as_string(hide_password=False)

    yield make
    for schema in made:
        connection.cursor().execute(f"DROP SCHEMA {schema} CASCADE")
    connection.close()


def _empty(url: str) -> None:
    engine = open_engine(url)
    with engine.begin() as connection:
        # what no unit may do to the record, a test does to begin anew
        connection.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER USER")
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
        connection.exec_driver_sql("ALTER TABLE audit ENABLE TRIGGER USER")
    engine.dispose()


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 5, 15, 30, 0, 123456, tzinfo=UTC)


@pytest.fixture
def lease() -> timedelta:
    return timedelta(seconds=30)


@pytest.fixture
def converse(store: Store, now: datetime) -> Callable[..., Conversation]:
    """A function that keeps a new conversation and returns it."""

    def start(name: str = "c1", **fields: Any) -> Conversation:
        conversation = Conversation(name, "hash", "web", now, **fields)
        with store.unit() as unit:
            unit.conversations.add(conversation)
        return conversation

    return start


@pytest.fixture
def open_case(store: Store, converse: Callable[..., Conversation], now: datetime) -> Callable[..., Case]:
    """A function that keeps a new case, with its conversation unless that is there, and returns it."""

    def start(number: str = "1111-1111-1111", conversation: str = "c1", **fields: Any) -> Case:
        with store.view() as unit:
            known = unit.conversations.get(conversation)
        if known is None:
            converse(conversation)
        case = Case(number, fields.pop("complaint", Complaint("No dial tone")), "en", "web", now, **fields)
        with store.unit() as unit:
            unit.cases.add(case, conversation)
        return case

    return start


@pytest.fixture
def at_once() -> Callable[[int, Callable[[int], Any]], list[Any]]:
    """A function that runs a task in many threads that start together, and returns or raises what they do."""

    def run(threads: int, task: Callable[[int], Any]) -> list[Any]:
        together = Barrier(threads)

        def start(number: int) -> Any:
            together.wait()
            return task(number)

        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(start, range(threads)))

    return run


@pytest.fixture
def processes() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """A function that starts Python on a script; scripts wait for a line on their input before they race."""
    started: list[subprocess.Popen[str]] = []

    def start(script: str, *arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", script, *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def race(processes: Callable[..., subprocess.Popen[str]]) -> Callable[..., list[str]]:
    """A function that runs a script in two processes from the same moment and returns what each printed."""

    def run(script: str, *arguments: str) -> list[str]:
        runners = [processes(script, *arguments) for _ in range(2)]
        assert [runner.stdout.readline() for runner in runners] == ["ready\n"] * 2  # type: ignore[union-attr]
        outputs = []
        for runner in runners:
            runner.stdin.write("go\n")  # type: ignore[union-attr]
            runner.stdin.flush()  # type: ignore[union-attr]
        for runner in runners:
            output, _ = runner.communicate(timeout=60)
            assert runner.returncode == 0
            outputs.append(output)
        return outputs

    return run
