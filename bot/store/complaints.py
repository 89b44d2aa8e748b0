"""Complaints as rows: a draft within a conversation, or the complaint of a case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.engine import Connection

from bot.cases.chronology import Event
from bot.cases.complaint import Amount, Complaint, Nature, PriorContact
from bot.store.rows import Part, Shape, Stored
from bot.store.tables import amounts, complaints, events, natures, prior_contacts

COMPLAINT = Shape(
    table=complaints,
    names=tuple(column.name for column in complaints.columns if column.name != "id"),
    parts=(
        Part("natures", Nature, natures),
        Part("events", Event, events),
        Part("prior_contacts", PriorContact, prior_contacts),
        Part("amounts", Amount, amounts),
    ),
)

COLUMNS = tuple(complaints.c[name] for name in COMPLAINT.names)


def stored_complaints(connection: Connection, rows: Sequence[tuple[int, Sequence[Any]]]) -> dict[int, Stored]:
    """Return complaints by number from (number, values of COLUMNS), their lists read from the tables."""
    lists = COMPLAINT.lists(connection, [number for number, _ in rows])
    return {
        number: Stored(dict(zip(COMPLAINT.names, values, strict=True)), lists[number])
        for number, values in rows
    }


def complaint_from(stored: Stored) -> Complaint:
    """Build the complaint that the rows hold."""
    return Complaint(**{**stored.values, **COMPLAINT.items(stored), "settled": set(stored.values["settled"])})
