"""The cases at the desk: finding them, seeing one whole, noting what was found out, and taking the next step.

Nothing here is sent to a customer.
"""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.cases import audit
from bot.cases.agent import AGENT, Agent
from bot.cases.case import Case, HistoryEntry
from bot.cases.conversation import Notice
from bot.cases.errors import CaseError
from bot.cases.promises import Promise
from bot.cases.resolution import Resolution
from bot.cases.steps import NEEDS_THEIR_WORD, next_steps, role_for, take
from bot.cases.texting import Evidence
from bot.cases.tying import Tie
from bot.desk import access, case_words, pages
from bot.desk.access import Forbidden, SignedIn
from bot.desk.answering import go, wording_for
from bot.desk.deciding import decisions_on
from bot.desk.glance import Seen, Wording
from bot.desk.listing import list_page
from bot.gateway.downloads import evidence_file
from bot.gateway.services import Services, services
from bot.handoff import LONGEST_NOTE, NOTE, looked_at
from bot.languages.wording import written_money
from bot.store import Store, Unit

router = APIRouter(prefix="/desk/cases", include_in_schema=False)


Table = tuple[str, list[str], list[tuple[str, ...]]]


class NoteRefused(CaseError):
    """A note cannot be kept; `code` says why."""


@dataclass(frozen=True)
class Whole:
    """A case with all that is kept of it, as it was at one moment."""

    seen: Seen
    case: Case
    conversation_id: str
    notices: list[tuple[Notice, datetime | None]]
    evidence: list[Evidence]
    ties: list[Tie]
    agents: list[Agent]
    fates: dict[str, str | None]


@router.get("")
async def many(request: Request) -> Response:
    """Show the cases that are asked for, page by page."""
    who = await access.signed_in(request, AGENT)
    return await list_page(request, who, request.query_params)


@router.get("/{tracking_number}")
async def one(tracking_number: str, request: Request) -> Response:
    """Show a case with everything that is kept of it."""
    who = await access.signed_in(request, AGENT)
    await to_thread(_record_opening, services(request), who, tracking_number)
    return await case_page(request, who, tracking_number)


@router.get("/{tracking_number}/evidence/{evidence_id}")
async def evidence(tracking_number: str, evidence_id: str, request: Request) -> Response:
    """Return a file that the customer sent, to be saved: what strangers sent is never shown inside a page."""
    who = await access.signed_in(request, AGENT)
    file = await evidence_file(services(request), tracking_number, evidence_id, who.agent.id)
    if file is None:
        raise Forbidden("not_found", who.agent.language)
    return file


@router.post("/{tracking_number}/note")
async def note(tracking_number: str, request: Request) -> Response:
    """Keep what an agent found out, by name; a form that comes twice is kept once."""
    who, fields = await access.posted(request, AGENT)
    text = fields.get("text", "").replace("\r\n", "\n").strip()
    note_id = fields.get("note_id", "")[:64] or token_hex(8)
    at = services(request).now()

    def keep(unit: Unit, case: Case) -> None:
        if not text:
            raise NoteRefused("empty")
        if len(text) > LONGEST_NOTE:
            raise NoteRefused("note_too_long")
        once = f"{tracking_number}:{who.agent.id}:{note_id}"
        if unit.action_results.get(once, NOTE) is None:
            unit.action_results.put(once, NOTE, "{}")
            case.note(at, who.agent.name, NOTE, text)

    return await changed(request, who, tracking_number, keep, audit.NOTED, text)


@router.post("/{tracking_number}/step")
async def step(tracking_number: str, request: Request) -> Response:
    """Take the next step with a case."""
    who, fields = await access.posted(request, AGENT)
    at = services(request).now()

    def go(_: Unit, case: Case) -> None:
        said_so = fields.get("customer_said_so") == "yes"
        take(case, fields.get("step", ""), who.agent, at, fields.get("seen", ""), said_so)

    return await changed(request, who, tracking_number, go, audit.STEPPED)


async def changed(
    request: Request,
    who: SignedIn,
    tracking_number: str,
    change: Callable[[Unit, Case], None],
    deed: str,
    draft: str = "",
) -> Response:
    """Change a case and show it as it stands then; a refusal says why and keeps the words."""
    store, at = services(request).store, services(request).now()

    def run() -> bool:
        with store.unit() as unit:
            case = unit.cases.get(tracking_number)
            if case is None:
                return False
            before = len(case.history)
            change(unit, case)
            if len(case.history) > before:
                unit.cases.save(case)
                unit.audit.add(at, deed, who.agent.id, tracking_number)
            return True

    try:
        if not await to_thread(run):
            raise Forbidden("not_found", who.agent.language)
    except CaseError as refused:
        if refused.code == "for_a_lead":
            raise Forbidden("for_a_lead", who.agent.language) from None
        return await case_page(request, who, tracking_number, refused.code, draft)
    return go(f"/desk/cases/{tracking_number}")


async def case_page(
    request: Request, who: SignedIn, tracking_number: str, refused: str | None = None, draft: str = ""
) -> Response:
    """Return the page of a case; `refused` names why something was not done, `draft` keeps the words of a note."""
    parts, wording = services(request), wording_for(request, who)
    whole = await to_thread(look_at_case, parts.store, tracking_number)
    if whole is None:
        raise Forbidden("not_found", who.agent.language)
    decisions = await to_thread(decisions_on, parts, who.agent, tracking_number)
    html = pages.case_page(
        wording,
        who,
        whole=whole,
        case=whole.case,
        decisions=decisions,
        name=wording.name(whole.seen),
        sections=wording.glance(whole.seen),
        further=_further(wording, whole.case),
        tables=list(_tables(wording, whole)),
        history=[_told(wording, line) for line in whole.case.history],
        is_late=lambda promise: _is_late(promise, parts.now()),
        steps=next_steps(whole.case, who.agent),
        needs_their_word=NEEDS_THEIR_WORD,
        for_a_lead=not who.agent.may(role_for(whole.case)),
        problem=wording.error(refused) if refused else None,
        draft=draft,
        note_id=token_hex(8),
        longest_note=LONGEST_NOTE,
    )
    return pages.page(html, 409 if refused else 200)


def look_at_case(store: Store, tracking_number: str) -> Whole | None:
    """Return a case with all that is kept of it, None when there is none."""
    with store.view() as unit:
        case, conversation_id = unit.cases.get(tracking_number), unit.cases.conversation_of(tracking_number)
        conversation = unit.conversations.get(conversation_id) if conversation_id else None
        if case is None or conversation is None:
            return None
        holdings = unit.holdings.of_conversation(conversation.id)
        call = unit.calls.of_conversation(conversation.id) if conversation.channel == "voice" else None
        # What its conversation proved after it is no proof of this case: another may have been opened there since.
        proof = unit.proofs.of(conversation.id) if case.verified else None
        seen = Seen(conversation, case, proof, call, None, holdings, [])
        notices = unit.outbox.of_case(tracking_number)
        fates = unit.outbox.fates_of_case(tracking_number)
        evidence, ties = unit.evidence.of_case(tracking_number), unit.ties.of(tracking_number)
        return Whole(seen, case, conversation.id, notices, evidence, ties, unit.agents.all(), fates)


def told_of(wording: Wording, whole: Whole) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """Return all that a case holds beside the glance in words: headings, each with its rows."""
    for heading, lines in _further(wording, whole.case):
        yield heading, [(line,) for line in lines]
    for caption, _, rows in _tables(wording, whole):
        if rows:
            yield caption, rows
    yield wording.words["cases"]["history"], [_told(wording, line) for line in whole.case.history]


def _record_opening(parts: Services, who: SignedIn, tracking_number: str) -> None:
    with parts.store.view() as unit:
        is_there = unit.cases.exists(tracking_number)
    if is_there:
        looked_at(parts.store, parts.now(), audit.CASE_OPENED, who.agent, tracking_number)


def _is_late(promise: Promise, now: datetime) -> bool:
    return (promise.kept_at or now) > promise.due_at


def _further(wording: Wording, case: Case) -> list[tuple[str, list[str]]]:
    """Return what else was told, where it was: headings, each with its lines."""
    words, complaint = wording.words["cases"], case.complaint
    address = [part for part in (complaint.address, complaint.postal_code) if part]
    amounts = [written_money(each.cents, each.currency, wording.language) for each in complaint.amounts]
    sections = [
        ("address", [", ".join(address)] if address else []),
        ("amounts", amounts),
        ("companies", list(complaint.companies)),
        (
            "prior_contacts",
            [
                " · ".join(filter(None, (each.text, each.reference, each.person)))
                for each in complaint.prior_contacts
            ],
        ),
    ]
    return [(words[name], lines) for name, lines in sections if lines]


def _tables(wording: Wording, whole: Whole) -> Iterator[Table]:
    """Return what was done about a case: each a caption, the headings of the columns, and the rows."""
    words, case, at = wording.words["cases"], whole.case, wording.moment
    none, due = wording.words["conversation"]["none"], wording.words["queue"]["due"]
    kinds, managers = wording.words["notice_kinds"], wording.words["escalated_to"]
    yield (
        words["tried"],
        _heads(words, "what", "finding", "outcome", "began", "ended"),
        [
            (
                case_words.playbook(wording, each.playbook),
                case_words.finding(wording, each.finding),
                _outcome(wording, each),
                at(each.at),
                at(each.ended_at),
            )
            for each in case.resolutions
        ],
    )
    yield (
        wording.words["conversation"]["offers"],
        _heads(words, "what", "offered_at", "answered_at"),
        [(wording.offer(each), at(each.at), at(each.answered_at) or none) for each in case.offers],
    )
    yield (
        words["escalations"],
        [*_heads(words, "to", "asked_at"), due],
        [(managers.get(each.to, each.to), at(each.at), at(each.due_at)) for each in case.escalations],
    )
    yield (
        words["handoffs"],
        _heads(words, "reason", "asked_at", "taken_at"),
        [
            (case_words.reason(wording, each.reason), at(each.at), at(each.taken_at) or words["not_taken"])
            for each in case.handoffs
        ],
    )
    referrals = [case.referral] if case.referral else []
    yield (
        words["referral"],
        _heads(words, "to", "asked_at", "scheme_number"),
        [(each.scheme.upper(), at(each.at), each.scheme_number or none) for each in referrals],
    )
    yield (
        words["notices"],
        [*_heads(words, "way", "to", "text", "sent_at"), wording.replying["decisions"]["delivery"]],
        [
            (
                kinds.get(each.kind, each.kind),
                each.to,
                each.text,
                at(sent_at) or words["not_gone"],
                _delivery(wording, whole.fates.get(each.key)),
            )
            for each, sent_at in whole.notices
        ],
    )


def _delivery(wording: Wording, fate: str | None) -> str:
    words = wording.replying["decisions"]
    return str(words["deliveries"][fate] if fate else words["on_its_way"])


def _heads(words: Mapping[str, str], *names: str) -> list[str]:
    return [words[name] for name in names]


def _outcome(wording: Wording, tried: Resolution) -> str:
    if tried.outcome is None:
        return str(wording.words["cases"]["goes_on"])
    return str(wording.words["outcomes"].get(tried.outcome, tried.outcome))


def _told(wording: Wording, line: HistoryEntry) -> tuple[str, ...]:
    """Put a line of the history into words; what no pack has words for stands as it was kept."""
    by, what = wording.words["from"].get(line.by, line.by), case_words.happening(wording, line.what)
    return wording.moment(line.at), by, what, case_words.detail(wording, line)
