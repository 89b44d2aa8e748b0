"""A copy of everything that cannot be made again, whole as of one moment, while the product goes on."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.run import SIGN_IN_FILE
from bot.sealing import KEY_FILE
from bot.settings import Settings

SQLITE = "sqlite:///"
DATABASE = "recourse.db"
EVIDENCE = "evidence"


class NotHere(Exception):
    """The database is not a file, so its own tools copy it."""


def back_up(settings: Settings, folder: Path) -> list[str]:
    """Copy database, evidence, key and what was made to sign in with into a new folder; return the names of what is there.

    The database is copied first: evidence that arrives meanwhile is in the folder and not yet in the copy, never the
    other way round. Raises NotHere for PostgreSQL, FileExistsError where there is something already.
    """
    if not settings.database_url.startswith(SQLITE):
        raise NotHere("the database is not a file")
    folder.mkdir(parents=True, exist_ok=False)
    with (
        closing(sqlite3.connect(settings.database_url.removeprefix(SQLITE))) as live,
        closing(sqlite3.connect(folder / DATABASE)) as copy,
    ):
        live.backup(copy)
    if (settings.data_dir / EVIDENCE).is_dir():
        shutil.copytree(settings.data_dir / EVIDENCE, folder / EVIDENCE)
    for secret in (KEY_FILE, SIGN_IN_FILE):
        if (settings.data_dir / secret).is_file():
            shutil.copy2(settings.data_dir / secret, folder / secret)
    return sorted(path.name for path in folder.iterdir())
