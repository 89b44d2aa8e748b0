"""What reports are made of: cases and conversations of a period, counted and timed where they lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Float, Table, and_, case, func, literal, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ColumnElement, Select
from sqlalchemy.sql.functions import FunctionElement

from bot.cases.case import AGENT, ASSISTANT
from bot.cases.reports import COMES_BACK_WITHIN, ENDS, LEFT_AFTER, OUTCOMES, REVIVES
from bot.cases.resolution import SOLVED
from bot.cases.status import ENDED
from bot.store.columns import Moment
from bot.store.rows import Repository, Row
from bot.store.tables import (
    agents,
    calls,
    cases,
    complaints,
    conversations,
    escalations,
    handoffs,
    history,
    holdings,
    inbound,
    messages,
    natures,
    promises,
    proofs,
    questions,
    resolutions,
)

VOICE = "voice"
BATCH = 1000


@dataclass(frozen=True)
class Scope:
    """Which cases and conversations a report is about: begun from `since` on and before `until`; None is any."""

    since: datetime
    until: datetime
    channel: str | None = None
    language: str | None = None
    category: str | None = None


class _SecondsBetween(FunctionElement):
    """How many seconds lie between two moments."""

    type = Float()
    inherit_cache = True


class _JsonText(FunctionElement):
    """A field of a JSON text, as text."""

    inherit_cache = True


@compiles(_SecondsBetween, "sqlite")
def _in_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    first, last = (compiler.process(clause, **options) for clause in element.clauses)
    return f"((julianday({last}) - julianday({first})) * 86400.0)"


@compiles(_SecondsBetween, "postgresql")
def _in_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    first, last = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(EXTRACT(EPOCH FROM ({last}) - ({first})) AS DOUBLE PRECISION)"


@compiles(_JsonText, "sqlite")
def _json_in_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    text, name = element.clauses
    return f"json_extract({compiler.process(text, **options)}, '$.{name.value}')"


@compiles(_JsonText, "postgresql")
def _json_in_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    text, name = element.clauses
    return f"(CAST({compiler.process(text, **options)} AS JSON) ->> '{name.value}')"


def _seconds(first: Any, last: Any) -> ColumnElement:
    return _SecondsBetween(first, last)


_MAIN = and_(natures.c.complaint_id == cases.c.complaint_id, natures.c.position == 0)
_AREA = func.upper(func.substr(complaints.c.postal_code, 1, 3))
_PROVINCE_OF_RECORD = func.coalesce(
    select([func.max(resolutions.c.province)]).where(resolutions.c.case_id == cases.c.id).scalar_subquery(),
    select([_JsonText(proofs.c.customer, literal("province"))])
    .where(proofs.c.conversation_id == cases.c.conversation_id)
    .where(proofs.c.account_number == cases.c.account_number)
    .where(cases.c.verified & proofs.c.customer.isnot(None))
    .order_by(proofs.c.row.desc())
    .limit(1)
    .scalar_subquery(),
)

_again = cases.alias("again")
_before = cases.alias("before")
_revived = history.alias("revived")
_latest = resolutions.alias("latest")
_LAST_TRIED = select([func.max(_latest.c.position)]).where(_latest.c.case_id == cases.c.id).scalar_subquery()
_IS_SOLVED = func.coalesce(resolutions.c.outcome == SOLVED, False)
_TRIED_UNTIL = case((_IS_SOLVED, resolutions.c.ended_at), else_=cases.c.opened_at)
_SOON = COMES_BACK_WITHIN.total_seconds()
_TOLD_AGAIN = (
    select([_again.c.id])
    .where(_again.c.recontact_of == cases.c.tracking_number)
    .where(_seconds(resolutions.c.ended_at, _again.c.opened_at) <= _SOON)
    .exists()
)
_REVIVED = (
    select([_revived.c.position])
    .where((_revived.c.case_id == cases.c.id) & _revived.c.what.in_(sorted(REVIVES)))
    .where(_revived.c.at > resolutions.c.ended_at)
    .where(_seconds(resolutions.c.ended_at, _revived.c.at) <= _SOON)
    .exists()
)

_person = history.alias("person")
_AFTER_PERSON = (
    select([_person.c.position])
    .where((_person.c.case_id == history.c.case_id) & (_person.c.what == "taken_over"))
    .where(_person.c.position < history.c.position)
    .exists()
)
_ANSWERS = ("resolve", "not_satisfied")
"""What customers answer to whether it is solved: moves and lines of a case's history, the first one a yes."""

_HAS_ENDED = cases.c.status.in_(sorted(ENDED))
_REVIVED_LAST = (
    select([func.coalesce(func.max(_revived.c.position), -1)])
    .where((_revived.c.case_id == history.c.case_id) & _revived.c.what.in_(sorted(REVIVES)))
    .scalar_subquery()
)
_ENDED_AT = (
    select([func.min(history.c.at)])
    .where((history.c.case_id == cases.c.id) & history.c.what.in_(sorted(ENDS)))
    .where(history.c.position > _REVIVED_LAST)
    .correlate(cases)
    .scalar_subquery()
)

_FIRST_TOLD = (
    select([inbound.c.received_at])
    .where(inbound.c.conversation_id == cases.c.conversation_id)
    .where(
        inbound.c.received_at
        >= func.coalesce(
            select([func.max(_before.c.opened_at)])
            .where(_before.c.conversation_id == cases.c.conversation_id)
            .where(_before.c.id < cases.c.id)
            .scalar_subquery(),
            conversations.c.created_at,
        )
    )
    .order_by(inbound.c.seq)
    .limit(1)
    .scalar_subquery()
)
_FIRST_WORD = (
    select([func.min(messages.c.at)])
    .where(messages.c.conversation_id == cases.c.conversation_id)
    .where((messages.c.sender == AGENT) & (messages.c.at >= handoffs.c.at))
    .scalar_subquery()
)


class Reports(Repository):
    """What a unit can tell of many cases at once; nothing of it names a customer."""

    def volumes(self, scope: Scope) -> list[Row]:
        """Return how many cases there are by channel, language, and category, issue and service of the main nature."""
        by = (cases.c.channel, cases.c.language, natures.c.category, natures.c.issue, natures.c.service)
        return self._rows(
            select([*by, func.count().label("count")])
            .select_from(cases.outerjoin(natures, _MAIN))
            .where(_opened_in(scope))
            .group_by(*by)
        )

    def places(self, scope: Scope) -> list[Row]:
        """Return how many cases there are by the area of their postal code and the province of the account's records."""
        by = select([_AREA.label("area"), _PROVINCE_OF_RECORD.label("of_record")]).select_from(
            cases.join(complaints, complaints.c.id == cases.c.complaint_id)
        )
        found = by.where(_opened_in(scope)).subquery()
        return self._rows(
            select([found.c.area, found.c.of_record, func.count().label("count")]).group_by(
                found.c.area, found.c.of_record
            )
        )

    def satisfaction(self, scope: Scope) -> list[dict[str, Any]]:
        """Count what customers said of whether it was solved: before a person had them, and after one."""
        answers = (
            select(
                [_AFTER_PERSON.label("after_person"), (history.c.what == _ANSWERS[0]).label("is_satisfied")]
            )
            .select_from(history.join(cases, cases.c.id == history.c.case_id))
            .where(history.c.what.in_(_ANSWERS) & _opened_in(scope))
        )
        return self._rows(_counted(answers))

    def openings(self, scope: Scope) -> list[datetime]:
        """Return when each case was opened."""
        return [row["opened_at"] for row in self._rows(select([cases.c.opened_at]).where(_opened_in(scope)))]

    def first_contacts(self, scope: Scope, now: datetime) -> list[Row]:
        """Return how many cases there are by the playbook tried last and what decides about a first contact."""
        is_young = now - COMES_BACK_WITHIN < _TRIED_UNTIL
        facts = (
            select(
                [
                    resolutions.c.playbook,
                    _IS_SOLVED.label("is_solved"),
                    case((_IS_SOLVED, or_(_TOLD_AGAIN, _REVIVED)), else_=False).label("came_back"),
                    is_young.label("is_young"),
                ]
            )
            .select_from(
                cases.outerjoin(
                    resolutions,
                    and_(resolutions.c.case_id == cases.c.id, resolutions.c.position == _LAST_TRIED),
                )
            )
            .where(_opened_in(scope))
        )
        return self._rows(_counted(facts))

    def promises(self, scope: Scope, now: datetime) -> list[Row]:
        """Return how many promises there are by what was promised and how they stand."""
        until = func.coalesce(
            promises.c.kept_at, case((_HAS_ENDED, _ENDED_AT), else_=None), literal(now, Moment)
        )
        facts = (
            select(
                [
                    promises.c.what,
                    promises.c.kept_at.isnot(None).label("is_kept"),
                    (until > promises.c.due_at).label("is_late"),
                    _HAS_ENDED.label("has_ended"),
                ]
            )
            .select_from(cases.join(promises, promises.c.case_id == cases.c.id))
            .where(_opened_in(scope))
        )
        return self._rows(_counted(facts))

    def to_acknowledgement(self, scope: Scope) -> list[float]:
        """Return in seconds how long it took from a customer's first words about a case to its number."""
        told = cases.join(conversations, conversations.c.id == cases.c.conversation_id)
        return self._durations(_seconds(_FIRST_TOLD, cases.c.opened_at), told, scope)

    def to_first_word(self, scope: Scope) -> list[float]:
        """Return in seconds how long customers waited for a person's first word; on the phone, for the person."""
        came = case((cases.c.channel == VOICE, handoffs.c.taken_at), else_=_FIRST_WORD)
        asked = cases.join(handoffs, and_(handoffs.c.case_id == cases.c.id, handoffs.c.position == 0))
        return self._durations(_seconds(handoffs.c.at, came), asked, scope)

    def to_outcome(self, scope: Scope) -> list[float]:
        """Return in seconds how long it took from opening a case to its first answer or resolution."""
        return self._durations(_seconds(cases.c.opened_at, _first(OUTCOMES)), cases, scope)

    def to_escalation(self, scope: Scope) -> list[float]:
        """Return in seconds how long after its opening each escalated case was escalated first."""
        wished = cases.join(
            escalations, and_(escalations.c.case_id == cases.c.id, escalations.c.position == 0)
        )
        return self._durations(_seconds(cases.c.opened_at, escalations.c.at), wished, scope)

    def to_notice(self, scope: Scope) -> list[float]:
        """Return in seconds how long after opening its case each customer was told of the scheme first."""
        return self._durations(_seconds(cases.c.opened_at, _first({"ccts_notice"})), cases, scope)

    def to_referral(self, scope: Scope) -> list[float]:
        """Return in seconds how long after its opening each referred case was referred."""
        return self._durations(_seconds(cases.c.opened_at, cases.c.referral_at), cases, scope)

    def handoffs(self, scope: Scope) -> list[Row]:
        """Return every wish for a person: why, seconds until somebody took it, whether its case or its call ended."""
        hung_up = and_(
            calls.c.ended_at >= handoffs.c.at,
            or_(handoffs.c.taken_at.is_(None), handoffs.c.taken_at > calls.c.ended_at),
        )
        return self._rows(
            select(
                [
                    handoffs.c.reason,
                    _seconds(handoffs.c.at, handoffs.c.taken_at).label("seconds"),
                    _HAS_ENDED.label("has_ended"),
                    func.coalesce(hung_up, False).label("hung_up"),
                ]
            )
            .select_from(
                cases.join(handoffs, handoffs.c.case_id == cases.c.id).outerjoin(
                    calls, calls.c.conversation_id == cases.c.conversation_id
                )
            )
            .where(_opened_in(scope))
        )

    def holdings(self, scope: Scope) -> list[Row]:
        """Return every stretch that an agent held a conversation: who, for how many seconds, and how it ended."""
        return self._rows(
            select(
                [
                    agents.c.id.label("agent_id"),
                    agents.c.name.label("agent"),
                    holdings.c.ended_by,
                    _seconds(holdings.c.began_at, holdings.c.ended_at).label("seconds"),
                ]
            )
            .select_from(
                conversations.join(holdings, holdings.c.conversation_id == conversations.c.id).join(
                    agents, agents.c.id == holdings.c.agent_id
                )
            )
            .where(_begun_in(scope))
        )

    def reached(self, scope: Scope) -> dict[str, int]:
        """Return how many conversations came to each question."""
        asked = conversations.join(questions, questions.c.conversation_id == conversations.c.id)
        return self._by_question(questions.c.question, asked, _begun_in(scope))

    def left(self, scope: Scope, now: datetime) -> dict[str, int]:
        """Return how many conversations were left at each question while the assistant had them."""
        quiet = messages.c.at <= now - LEFT_AFTER
        return self._by_question(conversations.c.expects, _LAST_SAID, _begun_in(scope) & _UNANSWERED & quiet)

    def going_on(self, scope: Scope, now: datetime) -> dict[str, int]:
        """Return how many conversations stand at each question and may still go on."""
        fresh = messages.c.at > now - LEFT_AFTER
        return self._by_question(conversations.c.expects, _LAST_SAID, _begun_in(scope) & _UNANSWERED & fresh)

    def cases(self, scope: Scope, after: int = 0) -> list[Row]:
        """Return a batch of cases in the order they were opened, those numbered above `after`, each with its `id`."""
        return self._rows(_CASES.where(_opened_in(scope) & (cases.c.id > after)).limit(BATCH))

    def natures(self, case_ids: Sequence[int]) -> dict[int, list[Row]]:
        """Return every nature of these cases, the main one first."""
        found: dict[int, list[Row]] = {case_id: [] for case_id in case_ids}
        for row in self._rows(_NATURES.where(cases.c.id.in_(case_ids))):
            found[row.pop("id")].append(row)
        return found

    def _durations(self, seconds: ColumnElement, source: Any, scope: Scope) -> list[float]:
        found = select([seconds.label("seconds")]).select_from(source).where(_opened_in(scope)).subquery()
        rows = self._connection.execute(select([found.c.seconds]).where(found.c.seconds.isnot(None)))
        return [max(0.0, float(row[0])) for row in rows]

    def _by_question(self, question: ColumnElement, source: Any, which: ColumnElement) -> dict[str, int]:
        rows = self._rows(
            select([question.label("question"), func.count().label("count")])
            .select_from(source)
            .where(which)
            .group_by(question)
        )
        return {row["question"]: row["count"] for row in rows}


_LAST_SAID = conversations.join(
    messages,
    and_(
        messages.c.conversation_id == conversations.c.id,
        messages.c.seq == conversations.c.last_seq,
    ),
)
_UNANSWERED = and_(
    conversations.c.holder == ASSISTANT,
    conversations.c.expects.isnot(None),
    conversations.c.expects != "free",
)
_CASES = (
    select(
        [
            cases.c.id,
            cases.c.tracking_number,
            cases.c.opened_at,
            cases.c.status,
            cases.c.priority,
            cases.c.channel,
            cases.c.language,
            complaints.c.name,
            _AREA.label("area"),
            _PROVINCE_OF_RECORD.label("of_record"),
            natures.c.category,
            natures.c.issue,
            natures.c.service,
            cases.c.recontact_of,
            cases.c.referral_at,
            cases.c.referral_scheme_number,
        ]
    )
    .select_from(cases.join(complaints, complaints.c.id == cases.c.complaint_id).outerjoin(natures, _MAIN))
    .order_by(cases.c.id)
)
_NATURES = (
    select([cases.c.id, natures.c.category, natures.c.issue, natures.c.service])
    .select_from(cases.join(natures, natures.c.complaint_id == cases.c.complaint_id))
    .order_by(cases.c.id, natures.c.position)
)


def _first(moves: frozenset[str] | set[str]) -> ColumnElement:
    """When the first line of the history of one of these kinds was written."""
    mine = (history.c.case_id == cases.c.id) & history.c.what.in_(sorted(moves))
    return select([func.min(history.c.at)]).where(mine).scalar_subquery()


def _counted(facts: Select) -> Select:
    found = facts.subquery()
    return select([*found.c, func.count().label("count")]).group_by(*found.c)


def _opened_in(scope: Scope) -> ColumnElement:
    return _in(scope, cases, cases.c.opened_at)


def _begun_in(scope: Scope) -> ColumnElement:
    return _in(scope, conversations, conversations.c.created_at)


def _in(scope: Scope, table: Table, begun_at: ColumnElement) -> ColumnElement:
    which = [begun_at >= scope.since, begun_at < scope.until]
    which += [
        table.c[name] == value
        for name in ("channel", "language")
        if (value := getattr(scope, name)) is not None
    ]
    if scope.category is not None:
        any_nature = natures.alias("any_nature")
        about = (any_nature.c.complaint_id == table.c.complaint_id) & (
            any_nature.c.category == scope.category
        )
        which.append(select([any_nature.c.position]).where(about).exists())
    return and_(*which)
