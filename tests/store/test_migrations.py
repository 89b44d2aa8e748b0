"""The migrations lead to exactly the tables, and the tables hold exactly the facts of the core."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Table

from bot.cases import case, chronology, complaint, conversation, playbook, promises
from bot.store import migrate, open_store, tables
from bot.store.engine import open_engine


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'data' / 'recourse.db'}"
    return request.getfixturevalue("new_schema")()


def differences(url: str) -> list[object]:
    engine = open_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, tables.metadata)
    engine.dispose()
    return found


def test_the_migrations_give_exactly_the_tables(fresh_url: str) -> None:
    migrate(fresh_url)
    assert differences(fresh_url) == []


def test_migrating_again_changes_and_loses_nothing(fresh_url: str) -> None:
    migrate(fresh_url)
    store = open_store(fresh_url)
    with store.unit() as unit:
        unit.trackers.put("c1", "[]")
    migrate(fresh_url)
    with store.view() as unit:
        assert unit.trackers.get("c1") == "[]"
    store.dispose()
    assert differences(fresh_url) == []


MIGRATE = """
import sys
from bot.store import migrate
import alembic.command
print("ready", flush=True)
sys.stdin.readline()
migrate(sys.argv[1])
"""


def test_two_processes_may_migrate_at_once(fresh_url: str, race: Callable) -> None:
    race(MIGRATE, fresh_url)
    assert differences(fresh_url) == []


def test_sqlite_writes_ahead(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'recourse.db'}"
    migrate(url)
    engine = open_engine(url)
    with engine.connect() as connection:
        pragmas = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in SQLITE}
    engine.dispose()
    assert pragmas == SQLITE


SQLITE = {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1, "busy_timeout": 15_000}

FACTS = [
    # class of the core, its table, fields kept elsewhere, columns that are the store's own
    (chronology.Event, tables.events, set(), {"complaint_id", "position"}),
    (complaint.Nature, tables.natures, set(), {"complaint_id", "position"}),
    (complaint.PriorContact, tables.prior_contacts, set(), {"complaint_id", "position"}),
    (complaint.Amount, tables.amounts, set(), {"complaint_id", "position"}),
    (complaint.Complaint, tables.complaints, {"natures", "events", "prior_contacts", "amounts"}, {"id"}),
    (conversation.Conversation, tables.conversations, {"complaint"}, {"complaint_id", "last_seq"}),
    (conversation.Message, tables.messages, set(), {"conversation_id", "reply", "answers"}),
    (conversation.Inbound, tables.inbound, set(), {"claimed_by", "claimed_until"}),
    (conversation.Code, tables.codes, set(), {"row"}),
    (conversation.Proof, tables.proofs, set(), {"row"}),
    (
        conversation.Notice,
        tables.outbox,
        set(),
        {"id", "due_at", "sent_at", "claimed_by", "claimed_until", "failures", "failed_at", "reason_code"},
    ),
    (playbook.Offer, tables.offers, set(), {"case_id", "position"}),
    (promises.Promise, tables.promises, set(), {"case_id", "position"}),
    (case.Escalation, tables.escalations, set(), {"case_id", "position"}),
    (case.Handoff, tables.handoffs, set(), {"case_id", "position"}),
    (case.HistoryEntry, tables.history, set(), {"case_id", "position"}),
    (
        case.Case,
        tables.cases,
        {"complaint", "offers", "promises", "escalations", "handoffs", "history", "referral"},
        {
            "id",
            "conversation_id",
            "complaint_id",
            "referral_at",
            "referral_scheme",
            "referral_scheme_number",
        },
    ),
]


@pytest.mark.parametrize("fact, table, elsewhere, own", FACTS, ids=[fact.__name__ for fact, *_ in FACTS])
def test_every_field_has_its_column(fact: type, table: Table, elsewhere: set[str], own: set[str]) -> None:
    names = {field.name for field in fields(fact)}
    assert names - elsewhere == {column.name for column in table.columns} - own
