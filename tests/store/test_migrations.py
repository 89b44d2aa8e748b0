"""The migrations lead to exactly the tables, and the tables hold exactly the facts of the core."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Table

from bot.cases import (
    agent,
    audit,
    call,
    case,
    chronology,
    complaint,
    conversation,
    holding,
    playbook,
    promises,
    records,
    resolution,
    shifts,
    texting,
    tying,
    views,
)
from bot.store import books, instructions, migrate, open_store, tables
from bot.store.books import Entry
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


GIVEN_BEFORE = """
INSERT INTO credits (key, reference, account_number, charge_id, cents, reason, at) VALUES
    ('reverse:C1002', 'CR-1', '10031865', 'C1002', 4115, 'correction', '2026-03-05 15:30:00.123456'),
    ('reverse:C1002 again', 'CR-2', '10031865', 'C1002', 100, 'correction', '2026-03-06 15:30:00.000000'),
    ('goodwill:1', 'CR-3', '10031865', NULL, 2000, 'goodwill', '2026-03-07 15:30:00.000000'),
    ('reverse:C1017', 'CR-4', '10095571', 'C1017', 4300, 'correction', '2026-03-08 15:30:00.000000')
"""


def test_credits_given_before_there_were_books_are_in_the_books(fresh_url: str) -> None:
    upgrade(fresh_url, "0002")
    engine = open_engine(fresh_url)
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
        connection.exec_driver_sql(GIVEN_BEFORE)
    engine.dispose()
    migrate(fresh_url)
    store = open_store(fresh_url)

    def entry(reference: str, key: str, account: str, subject: str | None, cents: int, at: datetime) -> Entry:
        reason = "correction" if subject else "goodwill"
        return Entry(reference, key, account, "credit", subject, cents, reason, None, None, at)

    first = datetime(2026, 3, 5, 15, 30, 0, 123456, tzinfo=UTC)
    later = [datetime(2026, 3, day, 15, 30, tzinfo=UTC) for day in (6, 7, 8)]
    with store.unit() as unit:
        assert unit.books.of_account("10031865") == [
            entry("CR-1", "credit:10031865:C1002", "10031865", "C1002", 4115, first),
            # no credit is lost to a key that is taken, nor one that is about no charge
            entry("CR-2", "reverse:C1002 again", "10031865", "C1002", 100, later[0]),
            entry("CR-3", "goodwill:1", "10031865", None, 2000, later[1]),
        ]
        assert unit.books.of_account("10095571") == [
            entry("CR-4", "credit:10095571:C1017", "10095571", "C1017", 4300, later[2])
        ]
        given = records.Instruction(
            "credit:10031865:C1002", "credit", "10031865", "1", "again", first, "C1002", 4115
        )
        assert unit.books.enter(given, first) == "CR-1"
        assert len(unit.books.of_account("10031865")) == 3
    store.dispose()
    assert differences(fresh_url) == []


def upgrade(url: str, revision: str) -> None:
    """Bring a database to the tables of an earlier release."""
    if url.startswith("sqlite"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = open_engine(url)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(tables.__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


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
        set(
            "id due_at sent_at claimed_by claimed_until failures failed_at reason_code".split()
            + "carrier_id delivery delivered_at".split()
        ),
    ),
    (playbook.Offer, tables.offers, set(), {"case_id", "position"}),
    (resolution.Resolution, tables.resolutions, set(), {"case_id", "position"}),
    (promises.Promise, tables.promises, set(), {"case_id", "position"}),
    (case.Escalation, tables.escalations, set(), {"case_id", "position"}),
    (case.Handoff, tables.handoffs, set(), {"case_id", "position"}),
    (case.HistoryEntry, tables.history, set(), {"case_id", "position"}),
    (case.Correction, tables.corrections, set(), {"case_id", "position"}),
    (case.Merge, tables.merges, set(), {"case_id", "position"}),
    (views.View, tables.saved_views, set(), set()),
    (tying.Tie, tables.case_ties, set(), set()),
    (
        case.Case,
        tables.cases,
        {
            "complaint",
            "offers",
            "resolutions",
            "promises",
            "escalations",
            "handoffs",
            "history",
            "referral",
            "corrections",
            "merges",
        },
        {
            "id",
            "conversation_id",
            "complaint_id",
            "referral_at",
            "referral_scheme",
            "referral_scheme_number",
        },
    ),
    (
        records.Instruction,
        tables.instructions,
        set(),
        {field.name for field in fields(instructions.Decided)} - {"instruction"}
        | {"row", "due_at", "claimed_by", "claimed_until"},
    ),
    (books.Entry, tables.books, set(), {"row"}),
    (call.Call, tables.calls, set(), set()),
    (texting.Texter, tables.texters, set(), set()),
    (texting.Consent, tables.consents, set(), {"row"}),
    (texting.Evidence, tables.evidence, set(), set()),
    (agent.Agent, tables.agents, set(), {"password_hash"}),
    (agent.AgentSession, tables.agent_sessions, set(), set()),
    (agent.SecondStep, tables.second_steps, set(), set()),
    (agent.Ticket, tables.tickets, set(), set()),
    (shifts.Presence, tables.presences, set(), set()),
    (holding.Holding, tables.holdings, set(), {"row"}),
    (audit.Entry, tables.audit, set(), set()),
    (audit.Head, tables.audit_head, set(), {"row"}),
]


@pytest.mark.parametrize("fact, table, elsewhere, own", FACTS, ids=[fact.__name__ for fact, *_ in FACTS])
def test_every_field_has_its_column(fact: type, table: Table, elsewhere: set[str], own: set[str]) -> None:
    names = {field.name for field in fields(fact)}
    assert names - elsewhere == {column.name for column in table.columns} - own
