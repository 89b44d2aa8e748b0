"""The connection to SQLite or PostgreSQL, set up so that both keep the same promises."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.pool import QueuePool

BUSY_SECONDS = 15
"""How long a unit waits for another one's lock before it fails."""

_READ_ONLY = "recourse_read_only"


def open_engine(database_url: str) -> Engine:
    """Return an engine for units that write; its errors never quote the values of a statement."""
    url = make_url(database_url)
    return _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url)


def reading(engine: Engine) -> Engine:
    """Return the same engine, same connections, for transactions that only read and take no write lock."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{_READ_ONLY: True})
    # One snapshot for the whole view, as SQLite gives it.
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _sqlite(url: URL) -> Engine:
    engine = create_engine(
        url,
        future=True,
        hide_parameters=True,
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=24,
        pool_timeout=BUSY_SECONDS,
        connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS},
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _: Any) -> None:
        # Python's driver would begin transactions by itself, and too late; we begin them below.
        connection.isolation_level = None
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        only_reads = connection.get_execution_options().get(_READ_ONLY, False)
        raw = connection.connection.dbapi_connection
        raw.execute(f"PRAGMA query_only={'ON' if only_reads else 'OFF'}")
        # A unit takes the write lock at once: one that took it midway could find it gone, and fail.
        connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")

    return engine


def _write_ahead(connection: sqlite3.Connection) -> None:
    # The busy timeout does not cover the switch to WAL, so two processes that start at once must wait here.
    give_up = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
                connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.02)


def _postgresql(url: URL) -> Engine:
    engine = create_engine(
        url,
        future=True,
        hide_parameters=True,
        pool_size=8,
        max_overflow=12,
        pool_timeout=BUSY_SECONDS,
        pool_pre_ping=True,
        client_encoding="utf8",
        connect_args={"connect_timeout": BUSY_SECONDS},
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
            # A process that hangs in mid-unit must not hold a customer's conversation for ever.
            cursor.execute("SET idle_in_transaction_session_timeout = '60s'")
        connection.commit()

    return engine
