"""Cases with all that belongs to them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, false, func, or_, select
from sqlalchemy.engine import Connection
from sqlalchemy.sql import Select

from bot.cases.case import Case, Correction, Escalation, Handoff, HistoryEntry, Merge, Referral
from bot.cases.playbook import Offer
from bot.cases.promises import Promise
from bot.cases.resolution import Resolution
from bot.cases.steps import REVIEW
from bot.cases.tracking import new_tracking_number
from bot.store.case_lists import searched_by
from bot.store.complaints import COLUMNS, COMPLAINT, complaint_from, stored_complaints
from bot.store.rows import Part, Repository, Shape, Stored, plain_and_locking
from bot.store.tables import (
    case_searches,
    cases,
    complaints,
    corrections,
    escalations,
    handoffs,
    history,
    merges,
    offers,
    promises,
    resolutions,
)

_REFERRAL = ("referral_at", "referral_scheme", "referral_scheme_number")
_BOOKKEEPING = ("id", "conversation_id", "complaint_id", *_REFERRAL)

CASE = Shape(
    table=cases,
    names=tuple(column.name for column in cases.columns if column.name not in _BOOKKEEPING),
    parts=(
        Part("offers", Offer, offers),
        Part("resolutions", Resolution, resolutions),
        Part("promises", Promise, promises),
        Part("escalations", Escalation, escalations),
        Part("handoffs", Handoff, handoffs),
        Part("history", HistoryEntry, history),
        Part("corrections", Correction, corrections),
        Part("merges", Merge, merges),
    ),
)
_NAMES = (*CASE.names, *_REFERRAL)

_READ = select([cases.c.id, cases.c.complaint_id, *(cases.c[name] for name in _NAMES), *COLUMNS]).join_from(
    cases, complaints
)
_BY_NUMBER = plain_and_locking(_READ.where(cases.c.tracking_number == bindparam("tracking_number")), cases)
_LATEST = plain_and_locking(
    _READ.where(cases.c.conversation_id == bindparam("conversation_id")).order_by(cases.c.id.desc()).limit(1),
    cases,
)


@dataclass
class _Loaded:
    case: Case
    id: int
    complaint_id: int
    row: Stored
    complaint: Stored

    @property
    def words(self) -> str:
        """What the case as the tables hold it is searched by."""
        return searched_by(self.row.values, self.complaint.values)


class Cases(Repository):
    """The cases of a unit; each is loaded once and the same object comes back when asked again.

    A unit that needs both loads the conversation before the case, so that no two units wait for each other.
    """

    def __init__(self, connection: Connection, writable: bool) -> None:
        super().__init__(connection, writable)
        self._loaded: dict[str, _Loaded] = {}

    def add(self, case: Case, conversation_id: str) -> None:
        """Keep a new case with its complaint; raises Conflict when its tracking number is taken."""
        complaint, row = COMPLAINT.of(case.complaint), _stored(case)
        complaint_id = COMPLAINT.insert(self._connection, complaint)
        case_id = CASE.insert(
            self._connection, row, conversation_id=conversation_id, complaint_id=complaint_id
        )
        added = _Loaded(case, case_id, complaint_id, row, complaint)
        self._put(case_searches, "case_id", {"case_id": case_id, "words": added.words})
        self._loaded[case.tracking_number] = added

    def unused_number(self) -> str:
        """Return a new tracking number that no case has."""
        number = new_tracking_number(secrets.randbelow)
        while self.exists(number):
            number = new_tracking_number(secrets.randbelow)
        return number

    def get(self, tracking_number: str) -> Case | None:
        """Return the case; in a unit that writes, nobody else can change it until the unit ends."""
        if tracking_number in self._loaded:
            return self._loaded[tracking_number].case
        found = self._load(_BY_NUMBER[self._writable], tracking_number=tracking_number)
        return found[0] if found else None

    def standing(self, tracking_number: str | None) -> Case | None:
        """Return the case that stands for a number: the one that it leads to where it was merged, else its own."""
        case = self.get(tracking_number) if tracking_number else None
        return self.get(case.merged_into) if case and case.merged_into else case

    def save(self, case: Case) -> None:
        """Write back what changed; raises LookupError unless this unit loaded or added the case.

        Saving what an earlier unit loaded could silently undo what somebody else did in between.
        """
        loaded = self._loaded.get(case.tracking_number)
        if loaded is None:
            raise LookupError("a case is saved in the unit that loaded it")
        row, complaint = _stored(case), COMPLAINT.of(case.complaint)
        CASE.update(self._connection, loaded.id, loaded.row, row)
        COMPLAINT.update(self._connection, loaded.complaint_id, loaded.complaint, complaint)
        saved = _Loaded(case, loaded.id, loaded.complaint_id, row, complaint)
        if saved.words != loaded.words:
            self._put(case_searches, "case_id", {"case_id": loaded.id, "words": saved.words})
        self._loaded[case.tracking_number] = saved

    def of_conversation(self, conversation_id: str) -> Case | None:
        """Return the case that this conversation opened last."""
        found = self._load(_LATEST[self._writable], conversation_id=conversation_id)
        return found[0] if found else None

    def find(self, status: str | None = None, after: str | None = None, limit: int = 50) -> list[Case]:
        """Return at most `limit` cases in the order they were opened.

        `after` is a tracking number to go on from; after one that does not exist there is nothing.
        """
        statement = _READ.order_by(cases.c.id).limit(limit)
        if status is not None:
            statement = statement.where(cases.c.status == status)
        if after is not None:
            last = select(cases.c.id).where(cases.c.tracking_number == after).scalar_subquery()
            statement = statement.where(cases.c.id > last)
        return self._load(plain_and_locking(statement, cases)[self._writable])

    def of_account(self, account_number: str, since: datetime) -> list[Case]:
        """Return the cases of an account that were opened from this moment on, the latest first."""
        mine = (cases.c.account_number == account_number) & (cases.c.opened_at >= since)
        statement = _READ.where(mine).order_by(cases.c.id.desc())
        return self._load(plain_and_locking(statement, cases)[self._writable])

    def of_customer(
        self, account_number: str | None, phone: str | None, email: str | None, limit: int
    ) -> list[Case]:
        """Return the latest cases with one of these, which may be the same customer's; none for no contact at all."""
        given = [
            (complaints.c.account_number, account_number),
            (complaints.c.phone, phone),
            (complaints.c.email, email),
        ]
        told = or_(*(column == value for column, value in given if value))
        if not any(value for _, value in given):
            return []
        proven = cases.c.account_number == account_number if account_number else false()
        mine = or_(cases.c.complaint_id.in_(select([complaints.c.id]).where(told)), proven)
        statement = _READ.where(mine).order_by(cases.c.id.desc()).limit(limit)
        return self._load(plain_and_locking(statement, cases)[self._writable])

    def under_review(self, limit: int) -> list[Case]:
        """Return the cases whose escalation waits for its review, the soonest due first."""
        waiting = (
            select([promises.c.case_id, func.min(promises.c.due_at).label("due_at")])
            .where((promises.c.what == REVIEW) & promises.c.kept_at.is_(None))
            .group_by(promises.c.case_id)
            .order_by("due_at", promises.c.case_id)
            .limit(limit)
        )
        ids = [row["case_id"] for row in self._rows(waiting)]
        return sorted(self._load(_READ.where(cases.c.id.in_(ids))), key=_review_due)

    def exists(self, tracking_number: str) -> bool:
        """Tell whether there is a case with this number."""
        return self._row(select(cases.c.id).where(cases.c.tracking_number == tracking_number)) is not None

    def conversation_of(self, tracking_number: str) -> str | None:
        """Return the id of the conversation that opened a case."""
        row = self._row(select(cases.c.conversation_id).where(cases.c.tracking_number == tracking_number))
        return row["conversation_id"] if row else None

    def _load(self, statement: Select, **values: str) -> list[Case]:
        found = self._connection.execute(statement, values).all()
        if not found:
            return []
        own = 2 + len(_NAMES)
        lists = CASE.lists(self._connection, [row[0] for row in found])
        drafts = stored_complaints(self._connection, [(row[1], row[own:]) for row in found])
        return [self._one(row[:own], lists[row[0]], drafts[row[1]]) for row in found]

    def _one(self, row: Sequence[Any], lists: dict[str, list[tuple[Any, ...]]], complaint: Stored) -> Case:
        case_id, complaint_id, *values = row
        stored = Stored(dict(zip(_NAMES, values, strict=True)), lists)
        known = self._loaded.get(stored.values["tracking_number"])
        if known is not None:
            return known.case
        fields: dict[str, Any] = {name: stored.values[name] for name in CASE.names} | CASE.items(stored)
        case = Case(**fields, complaint=complaint_from(complaint), referral=_referral(stored))
        self._loaded[case.tracking_number] = _Loaded(case, case_id, complaint_id, stored, complaint)
        return case


def _review_due(case: Case) -> tuple[datetime, str]:
    due = min(each.due_at for each in case.promises if each.what == REVIEW and each.kept_at is None)
    return due, case.tracking_number


def _stored(case: Case) -> Stored:
    stored = CASE.of(case)
    referral = case.referral
    values = (referral.at, referral.scheme, referral.scheme_number) if referral else (None, None, None)
    stored.values.update(zip(_REFERRAL, values, strict=True))
    return stored


def _referral(stored: Stored) -> Referral | None:
    at, scheme, scheme_number = (stored.values[name] for name in _REFERRAL)
    return None if at is None else Referral(at, scheme, scheme_number)
