"""Bringing a database to the present tables, from wherever it stands."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import Connection, make_url

from bot.store.engine import open_engine
from bot.store.errors import told_plainly

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_268_243
"""An arbitrary number of our own that PostgreSQL locks on while one process migrates."""


def migrate(database_url: str) -> None:
    """Create or upgrade the tables; the folder of a SQLite file is made too.

    Does nothing when all is up to date. Of several processes at once one migrates while the others wait.
    """
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = open_engine(database_url)
    try:
        # One transaction for all: a migration that fails leaves the database as it was.
        with told_plainly(), engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            _upgrade(connection)
    finally:
        engine.dispose()


def _upgrade(connection: Connection) -> None:
    # Imported here, because most processes open the store and never migrate: it takes a third of a second.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
