"""Whose work conversations and cases are, read for one or for a whole list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import case, func, or_, select
from sqlalchemy.sql import ColumnElement

from bot.cases.matters import Matter
from bot.cases.steps import REVIEW
from bot.store.audit import Audit
from bot.store.rows import Repository
from bot.store.tables import cases, conversations, promises

_REVIEW_DUE = (
    select([promises.c.case_id])
    .where((promises.c.case_id == cases.c.id) & (promises.c.what == REVIEW) & promises.c.kept_at.is_(None))
    .exists()
)
_MATTERS = [
    conversations.c.id.label("conversation_id"),
    cases.c.tracking_number,
    conversations.c.holder,
    conversations.c.agent_id,
    cases.c.status,
    cases.c.assigned_to,
    # Without a case there is nothing to review.
    case([(cases.c.id.is_(None), False)], else_=or_(cases.c.status == "escalated", _REVIEW_DUE)).label(
        "for_a_lead"
    ),
]
_OPENED = cases.alias("opened")
_LATEST = (
    select([func.max(_OPENED.c.id)])
    .where(_OPENED.c.conversation_id == conversations.c.id)
    .correlate(conversations)
    .scalar_subquery()
)
_OF_CONVERSATIONS = select(_MATTERS).select_from(conversations.outerjoin(cases, cases.c.id == _LATEST))
_OF_CASES = select(_MATTERS).select_from(cases.join(conversations))


class Matters(Repository):
    """The matters of a unit."""

    def of_conversation(self, conversation_id: str) -> Matter | None:
        """Return the matter of a conversation and the case that it opened last."""
        return next(iter(self._found(_OF_CONVERSATIONS.where(conversations.c.id == conversation_id))), None)

    def of_case(self, tracking_number: str) -> Matter | None:
        """Return the matter of a case and the conversation that opened it."""
        return next(iter(self.of_cases([tracking_number])), None)

    def of_cases(self, tracking_numbers: Iterable[str]) -> list[Matter]:
        """Return the matters of those of these cases that there are."""
        asked: ColumnElement = cases.c.tracking_number.in_(list(tracking_numbers))
        return self._found(_OF_CASES.where(asked))

    def _found(self, statement: object) -> list[Matter]:
        matters = [Matter(**{**row, "for_a_lead": bool(row["for_a_lead"])}) for row in self._rows(statement)]
        audit = Audit(self._connection, self._writable)
        last = audit.last_workers({subject for matter in matters for subject in matter.subjects})
        return [replace(matter, worked_by=_worker(matter, last)) for matter in matters]


def _worker(matter: Matter, last: dict) -> str | None:
    deeds = [last[subject] for subject in matter.subjects if subject in last]
    return max(deeds, key=lambda deed: deed.number).agent_id if deeds else None
