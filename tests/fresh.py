"""A new database for a test: migrated once a run and copied after that, since migrating takes a tenth of a second."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy.engine import make_url

from bot.store.migrate import migrate


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "migrated.sqlite"
        migrate(f"sqlite:///{file}")
        return file.read_bytes()


def new_database(url: str) -> None:
    """Do what `migrate` does to a SQLite file: make it where it is missing, leave it where it is up to date."""
    file = Path(make_url(url).database or "")
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_migrated())
