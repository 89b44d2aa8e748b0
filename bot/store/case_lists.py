"""Lists of cases for the desk: filtered, searched, and read page by page without counting what came before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unicodedata import combining, normalize

from sqlalchemy import and_, func, or_, select
from sqlalchemy.sql import ColumnElement, Select

from bot.cases.audit import ACTS_ON_CASES
from bot.cases.status import ENDED
from bot.cases.tracking import is_tracking_number, written
from bot.store.rows import Repository
from bot.store.tables import audit, case_searches, cases, complaints, escalations, natures, promises

MOST_WORDS = 8
"""So many words of a search count; more make nothing easier to find."""

_BEGINNING = 240
_NO_DIGIT = re.compile(r"\D")


@dataclass(frozen=True)
class Wanted:
    """Which cases are wanted, and in which order; what is None or empty leaves out none.

    The newest come first. With `urgent_first` come those that have not ended, by priority, the longest open first.
    `due_before` leaves those that go on with a promise still to be kept by then; `acted_by` those on which this agent
    was the last of ours who did something.
    """

    search: str = ""
    status: str | None = None
    priority: str | None = None
    category: str | None = None
    channel: str | None = None
    language: str | None = None
    escalated: bool = False
    urgent_first: bool = False
    due_before: datetime | None = None
    assigned_to: str | None = None
    acted_by: str | None = None


@dataclass(frozen=True)
class Listed:
    """One line of a list: whose case, what it is about, how it stands, and the next promise that is due."""

    tracking_number: str
    status: str
    priority: str
    channel: str
    language: str
    opened_at: datetime
    name: str | None
    narrative: str
    category: str | None
    issue: str | None
    escalated: bool
    due_at: datetime | None


_DUE = (
    select([func.min(promises.c.due_at)])
    .where((promises.c.case_id == cases.c.id) & promises.c.kept_at.is_(None))
    .scalar_subquery()
)
_ESCALATED = select([escalations.c.case_id]).where(escalations.c.case_id == cases.c.id).exists()
_LINES = select(
    [
        cases.c.tracking_number,
        cases.c.status,
        cases.c.priority,
        cases.c.channel,
        cases.c.language,
        cases.c.opened_at,
        complaints.c.name,
        func.substr(complaints.c.narrative, 1, _BEGINNING).label("narrative"),
        natures.c.category,
        natures.c.issue,
        _ESCALATED.label("escalated"),
        _DUE.label("due_at"),
    ]
).select_from(
    cases.join(complaints, complaints.c.id == cases.c.complaint_id).outerjoin(
        natures, and_(natures.c.complaint_id == complaints.c.id, natures.c.position == 0)
    )
)


class CaseLists(Repository):
    """The lists of a unit."""

    def find(self, wanted: Wanted, after: str | None, limit: int) -> list[Listed]:
        """Return at most `limit` cases; `after` is a tracking number to go on from, after an unknown one is nothing."""
        found = select([cases.c.id]).where(*_conditions(wanted))
        if after is not None:
            last = self._row(select([cases.c.id, cases.c.priority]).where(cases.c.tracking_number == after))
            if last is None:
                return []
            found = found.where(_follows(last["id"], last["priority"], wanted.urgent_first))
        order = (cases.c.priority, cases.c.id) if wanted.urgent_first else (cases.c.id.desc(),)
        # Which cases is decided before anything else of them is read.
        ids = [row["id"] for row in self._rows(found.order_by(*order).limit(limit))]
        return [Listed(**row) for row in self._rows(_LINES.where(cases.c.id.in_(ids)).order_by(*order))]

    def count(self, wanted: Wanted, most: int) -> int:
        """Return how many cases there are, counting no further than `most`."""
        some = select([cases.c.id]).where(*_conditions(wanted)).limit(most).subquery()
        return self._connection.execute(select([func.count()]).select_from(some)).scalar_one()


def _follows(case_id: int, priority: str, urgent_first: bool) -> ColumnElement:
    if not urgent_first:
        return cases.c.id < case_id
    same = and_(cases.c.priority == priority, cases.c.id > case_id)
    return and_(cases.c.priority >= priority, or_(cases.c.priority > priority, same))


def _conditions(wanted: Wanted) -> Iterator[ColumnElement]:
    yield cases.c.id > 0
    for name in ("status", "priority", "channel", "language", "assigned_to"):
        value = getattr(wanted, name)
        if value is not None:
            yield cases.c[name] == value
    if wanted.urgent_first and wanted.status is None:
        yield cases.c.status.notin_(sorted(ENDED))
    if wanted.category is not None:
        about = natures.c.complaint_id == cases.c.complaint_id
        yield (select([natures.c.position]).where(about & (natures.c.category == wanted.category)).exists())
    if wanted.due_before is not None:
        yield cases.c.id.in_(_still_due_before(wanted.due_before))
        yield cases.c.status.notin_(sorted(ENDED))
    if wanted.acted_by is not None:
        yield cases.c.tracking_number.in_(_last_acted_on_by(wanted.acted_by))
    if wanted.escalated:
        yield _ESCALATED
    if is_tracking_number(wanted.search):
        yield cases.c.tracking_number == written(_NO_DIGIT.sub("", wanted.search))
    elif wanted.search.strip():
        mine = case_searches.c.case_id == cases.c.id
        yield select([case_searches.c.case_id]).where(mine & _has(wanted.search)).exists()


def _still_due_before(moment: datetime) -> Select:
    is_due = promises.c.kept_at.is_(None) & (promises.c.due_at < moment)
    return select([promises.c.case_id]).where(is_due)


def _last_acted_on_by(agent_id: str) -> Select:
    acts, other = audit.c.deed.in_(ACTS_ON_CASES), audit.alias("other")
    later = (other.c.subject_id == audit.c.subject_id) & (other.c.number > audit.c.number)
    is_last = ~select([other.c.number]).where(later & other.c.deed.in_(ACTS_ON_CASES)).exists()
    return select([audit.c.subject_id]).where((audit.c.agent_id == agent_id) & acts & is_last)


def _has(search: str) -> ColumnElement:
    """Every word stands somewhere; a search without letters may be a number, however it is written."""
    words = case_searches.c.words
    as_told = and_(*(words.contains(word, autoescape=True) for word in folded(search).split()[:MOST_WORDS]))
    digits = _NO_DIGIT.sub("", search)
    if not digits or any(character.isalpha() for character in search):
        return as_told
    return or_(as_told, words.contains(digits, autoescape=True))


def searched_by(case: Mapping[str, Any], complaint: Mapping[str, Any]) -> str:
    """Return what a case is searched by, from the values of its row and of its complaint's."""
    accounts = {case["account_number"] or "", complaint["account_number"] or ""}
    told = (complaint["name"], complaint["represented"], complaint["email"], complaint["narrative"])
    numbers = (case["tracking_number"], complaint["phone"] or "", *sorted(accounts))
    lines = [
        *(text for text in told if text),
        *numbers,
        *(_NO_DIGIT.sub("", number) for number in numbers),
    ]
    return folded("\n".join(line for line in dict.fromkeys(lines) if line))


def folded(text: str) -> str:
    """Return a text as it is compared: without accents and without regard to capitals."""
    return "".join(each for each in normalize("NFKD", text.casefold()) if not combining(each))
