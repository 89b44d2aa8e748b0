"""The record of who did what: in order however many write at once, with its deed or not at all, and for good."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from bot.cases.audit import CLAIMED, OPENED, SAID, SIGNED_IN, broken_at
from bot.store import Conflict, Store, audit


def test_entries_come_back_as_they_were_written(store: Store, now: datetime) -> None:
    with store.unit() as unit:
        first = unit.audit.add(now, SIGNED_IN, "a")
        second = unit.audit.add(now, OPENED, "a", "c1")
    with store.view() as unit:
        assert list(unit.audit.all()) == [first, second]
        assert (unit.audit.head().number, unit.audit.head().hash) == (2, second.hash)
        assert broken_at(unit.audit.all(), unit.audit.head()) is None
        assert unit.audit.holds(first.hash) and not unit.audit.holds("0" * 64)


def test_an_empty_record_is_whole(store: Store) -> None:
    with store.view() as unit:
        assert broken_at(unit.audit.all(), unit.audit.head()) is None


def test_many_at_once_make_one_chain(store: Store, now: datetime, at_once: Callable) -> None:
    def work(number: int) -> None:
        for step in range(5):
            with store.unit() as unit:
                unit.audit.add(now, SAID, f"agent {number}", f"c{step}")

    at_once(12, work)
    with store.view() as unit:
        entries = list(unit.audit.all())
        assert broken_at(entries, unit.audit.head()) is None
    assert [entry.number for entry in entries] == list(range(1, 61))
    assert len({(entry.agent_id, entry.subject_id) for entry in entries}) == 60


def test_of_many_openings_at_once_one_is_recorded(store: Store, now: datetime, at_once: Callable) -> None:
    def open_it(_: int) -> bool:
        with store.unit() as unit:
            since = now - timedelta(minutes=15)
            return unit.audit.add_unless_since(since, now, OPENED, "a", "c1") is not None

    assert sum(at_once(8, open_it)) == 1


def test_what_is_undone_was_never_recorded(store: Store, now: datetime) -> None:
    with pytest.raises(RuntimeError), store.unit() as unit:
        unit.audit.add(now, CLAIMED, "a", "c1")
        raise RuntimeError
    with store.unit() as unit:
        assert unit.audit.add(now, CLAIMED, "b", "c1").number == 1


CHANGES = [
    "UPDATE audit SET agent_id = 'z'",
    "UPDATE audit SET at = at",
    "DELETE FROM audit",
    "DELETE FROM audit WHERE number = 1",
    "INSERT INTO audit SELECT * FROM audit WHERE number = 1",
]
OF_ONE_DATABASE = [
    (
        "sqlite",
        "INSERT OR REPLACE INTO audit SELECT number, at, deed, 'z', subject_id, hash, detail FROM audit",
    ),
    ("sqlite", "UPDATE OR REPLACE audit SET number = 1"),
    ("postgresql", "TRUNCATE audit"),
]


@pytest.mark.parametrize(
    ("database", "change"), [*((None, change) for change in CHANGES), *OF_ONE_DATABASE], ids=str
)
def test_the_database_refuses_every_change(
    store: Store, database_url: str, now: datetime, database: str | None, change: str
) -> None:
    if database and not database_url.startswith(database):
        pytest.skip(f"a statement of {database}")
    with store.unit() as unit:
        entry = unit.audit.add(now, CLAIMED, "a", "c1")
    with pytest.raises(Conflict), store.unit() as unit:
        unit.audit._connection.execute(text(change))
    with store.view() as unit:
        assert list(unit.audit.all()) == [entry]


def test_the_newest_are_found_by_agent_and_subject(store: Store, now: datetime) -> None:
    deeds = [("a", "c1"), ("b", "c1"), ("a", "c2"), ("a", "c1"), (None, "c1")]
    with store.unit() as unit:
        for agent, subject in deeds:
            unit.audit.add(now, OPENED, agent, subject)
    with store.view() as unit:

        def numbers(limit: int = 10, **which: object) -> list[int]:
            return [entry.number for entry in unit.audit.newest(limit, **which)]  # type: ignore[arg-type]

        assert numbers() == [5, 4, 3, 2, 1]
        assert numbers(agent_id="a") == [4, 3, 1]
        assert numbers(subject_id="c1", before=5) == [4, 2, 1]
        assert numbers(agent_id="a", subject_id="c1") == [4, 1]
        assert numbers(2, before=4) == [3, 2]


def test_every_batch_is_read(store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "BATCH", 2)
    for count in range(1, 6):
        with store.unit() as unit:
            unit.audit.add(now, OPENED, "a", "c1")
        with store.view() as unit:
            assert [entry.number for entry in unit.audit.all()] == list(range(1, count + 1))
