"""What was backed up is all there after it is put back, with whatever database."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy.engine import make_url

from bot.backup import NotHere, back_up
from bot.cases.agent import Agent
from bot.cases.audit import broken_at
from bot.settings import Settings
from bot.signing import public_key
from bot.store import Store, migrate, open_store
from tests.store.many import AGENTS, NOW, fill, made

COUNT = 40


def filled(store: Store) -> None:
    with store.unit() as unit:
        for name in AGENTS:
            unit.agents.add(Agent(name, f"{name}@example.com", name.upper()), "hash")
    fill(store, list(made(COUNT)))
    with store.unit() as unit:
        unit.audit.add(NOW, "signed_in", AGENTS[0])


def everything(store: Store) -> tuple[list[object], list[object]]:
    """Every case and every word of every conversation."""
    with store.view() as unit:
        assert broken_at(unit.audit.all(), unit.audit.head()) is None
        known = list(made(COUNT))
        cases = [unit.cases.get(one.case.tracking_number) for one in known if one.case]
        return cases, [unit.messages.after(one.conversation.id, 0) for one in known]


def test_a_backup_of_a_file_is_put_back_by_copying_it(tmp_path: Path) -> None:
    live, copy = tmp_path / "live", tmp_path / "copy"
    settings = Settings(data_dir=live)
    migrate(settings.database_url)
    store = open_store(settings.database_url)
    filled(store)
    (live / "sign-in.env").write_text("DESK_API_TOKEN=made")
    (live / "evidence").mkdir()
    (live / "evidence" / "e1.jpg").write_bytes(b"photo")
    key, before = public_key(settings), everything(store)
    with store.unit() as unit:
        # somebody is writing meanwhile: that is not in the copy, and the copy is whole
        unit.audit.add(NOW, "signed_out", AGENTS[0])
        assert back_up(settings, copy) == ["desk.key", "evidence", "recourse.db", "sign-in.env"]
    with pytest.raises(FileExistsError):
        back_up(settings, copy)
    store.dispose()
    shutil.rmtree(live)
    shutil.copytree(copy, live)
    migrate(settings.database_url)
    again = open_store(settings.database_url)
    assert everything(again) == before and len(before[0]) > 5
    assert public_key(settings) == key
    assert (live / "evidence" / "e1.jpg").read_bytes() == b"photo"
    again.dispose()


def test_a_dump_of_postgresql_is_put_back_into_an_empty_database(database_url: str, tmp_path: Path) -> None:
    url = make_url(database_url)
    if url.get_backend_name() != "postgresql":
        pytest.skip("a file is copied")
    dump = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"))), None)
    if dump is None:
        pytest.skip("no pg_dump here")
    store = open_store(database_url)
    filled(store)
    before = everything(store)
    store.dispose()
    with pytest.raises(NotHere):
        back_up(Settings(data_dir=tmp_path, database_url=database_url), tmp_path / "copy")
    plain = url.set(drivername="postgresql")
    again = plain.set(database=f"restored_{uuid4().hex}")
    file = tmp_path / "recourse.dump"
    run = lambda tool, *words: subprocess.run(  # noqa: E731
        [str(dump.with_name(tool)), *words], check=True, env={**os.environ, "PGPASSWORD": url.password or ""}
    )
    run("pg_dump", "--format=custom", f"--file={file}", f"--dbname={_written(plain)}")
    run("createdb", f"--maintenance-db={_written(plain)}", again.database or "")
    try:
        run("pg_restore", "--no-owner", f"--dbname={_written(again)}", str(file))
        restored = open_store(_written(again))
        assert everything(restored) == before
        restored.dispose()
    finally:
        run("dropdb", f"--maintenance-db={_written(plain)}", again.database or "")


def _written(url: object) -> str:
    return url.render_as_string(hide_password=False)  # type: ignore[attr-defined,no-any-return]
