"""What agents write and decide on a case: each form is shown first, as it would leave, and done when it comes back."""

from __future__ import annotations

import re
from asyncio import to_thread
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from secrets import token_hex
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from bot.cases.agent import AGENT, LEAD, Agent
from bot.cases.case import Case
from bot.cases.errors import CaseError
from bot.cases.goodwill import Proposal
from bot.cases.guard import CHAT, Stopped
from bot.cases.steps import next_steps
from bot.desk import access, pages
from bot.desk.access import Forbidden, SignedIn
from bot.desk.answering import go, wording_for
from bot.desk.drafts import LONGEST_ID, Draft, draft_from, problem_of
from bot.gateway.services import Services, services
from bot.macros import Ready, ready
from bot.offers import Offers, Standing
from bot.provider import profile
from bot.replies import Replies, reason_of_escalation, reviewer
from bot.store import Unit
from bot.telling import Way, Words, of_case, ways_to

router = APIRouter(prefix="/desk", include_in_schema=False)

MOST_LISTED = 100
WRITE, OFFER, ESCALATE, REFER, APPROVE = "write", "offer", "escalate", "refer", "approve"
_SUM = re.compile(r"\$?\s*(\d{1,6})(?:[.,](\d{1,2}))?\s*\$?")


@dataclass(frozen=True)
class Decisions:
    """What can be written and decided on a case: the ways to write to the customer, and how goodwill stands."""

    case: Case
    conversation_id: str
    ways: list[Way]
    standing: Standing
    may_answer: bool
    word_id: str = field(default_factory=lambda: token_hex(8))


@dataclass(frozen=True)
class Form:
    """A form of this page as it came in, and what it plans."""

    what: str
    number: str
    fields: Mapping[str, str]
    words: Words | None = None

    @property
    def word_id(self) -> str:
        """What makes sure that it is done once."""
        return self.fields.get("word_id", "")[:LONGEST_ID] or token_hex(8)


def decisions_on(parts: Services, agent: Agent, number: str) -> Decisions | None:
    """Return what can be decided on a case, None when there is none."""
    with parts.store.view() as unit:
        try:
            case, conversation = of_case(unit, number)
        except LookupError:
            return None
        ways = [way for way in ways_to(unit, case, conversation) if way.kind != CHAT]
        standing = _offers(parts).standing(unit, case, agent)
        return Decisions(case, conversation.id, ways, standing, "answer" in next_steps(case, agent))


# ── Written replies ────────────────────────────────────────────────────────────────────────────────────


@router.post("/cases/{tracking_number}/write")
async def write(tracking_number: str, request: Request) -> Response:
    """Write to the customer of a case."""
    who, fields = await access.posted(request, AGENT)
    form = Form(WRITE, tracking_number, fields)
    replies, anyway = _replies(services(request)), fields.get("anyway") == "yes"
    text = fields.get("text", "").replace("\r\n", "\n")

    def plan() -> Words:
        return replies.plan_reply(tracking_number, who.agent, text, fields.get("way", ""), anyway)

    def do(words: Words) -> None:
        answers_from = fields.get("seen", "") if fields.get("is_answer") == "yes" else None
        replies.reply(tracking_number, who.agent, words, form.word_id, answers_from, was_warned=anyway)

    return await _shown_then_done(request, who, form, plan, do)


@router.get("/cases/{tracking_number}/macros")
async def macro_texts(tracking_number: str, request: Request) -> Response:
    """Return every macro with its text for the customer of a case, for scripts that insert one."""
    who = await access.signed_in(request, AGENT)
    found = await to_thread(_macros, services(request), who, tracking_number)
    return JSONResponse([asdict(each) for each in found], headers=pages.HEADERS)


@router.post("/cases/{tracking_number}/macros")
async def macro(tracking_number: str, request: Request) -> Response:
    """Show the macros for the customer of a case, or the form with one inserted."""
    who, fields = await access.posted(request, AGENT)
    found = await to_thread(_macros, services(request), who, tracking_number)
    chosen = next((each for each in found if each.id == fields.get("macro")), None)
    draft = draft_from(fields)
    if chosen or "without" in fields:
        written = {**fields, "text": draft.with_macro(chosen).text}
        return await _page(request, who, Form(WRITE, tracking_number, written))
    decisions = await to_thread(decisions_on, services(request), who.agent, tracking_number)
    assert decisions is not None
    html = pages.macros_to_choose_page(
        wording_for(request, who),
        who,
        called=decisions.case.complaint.name,
        spoken=decisions.case.language,
        macros=found,
        form=Form(WRITE, tracking_number, fields),
        typed=fields,
        address=f"/desk/cases/{tracking_number}/macros",
    )
    return pages.page(html)


# ── The customer's ways on ─────────────────────────────────────────────────────────────────────────────


@router.post("/cases/{tracking_number}/escalate")
async def escalate(tracking_number: str, request: Request) -> Response:
    """Take a complaint a level up, on the customer's wish."""
    who, fields = await access.posted(request, AGENT)
    form, replies = Form(ESCALATE, tracking_number, fields), _replies(services(request))
    said_so, reason = fields.get("customer_said_so") == "yes", fields.get("reason", "")
    return await _shown_then_done(
        request,
        who,
        form,
        lambda: replies.plan_escalation(tracking_number, who.agent),
        lambda words: replies.escalate(tracking_number, who.agent, words, reason, said_so, form.word_id),
        lambda: replies.is_done(tracking_number, who.agent, form.word_id),
    )


@router.post("/cases/{tracking_number}/refer")
async def refer(tracking_number: str, request: Request) -> Response:
    """Record that the customer goes to the scheme."""
    who, fields = await access.posted(request, AGENT)
    form, replies = Form(REFER, tracking_number, fields), _replies(services(request))
    said_so = fields.get("customer_said_so") == "yes"
    return await _shown_then_done(
        request,
        who,
        form,
        lambda: replies.plan_referral(tracking_number, who.agent),
        lambda words: replies.refer(tracking_number, who.agent, words, said_so, form.word_id),
        lambda: replies.is_done(tracking_number, who.agent, form.word_id),
    )


@router.post("/cases/{tracking_number}/scheme-number")
async def scheme_number(tracking_number: str, request: Request) -> Response:
    """Keep the scheme's own number of a case."""
    who, fields = await access.posted(request, AGENT)
    replies, number = _replies(services(request)), fields.get("scheme_number", "")[:100]
    return await _done(
        request,
        who,
        Form(REFER, tracking_number, fields),
        lambda: replies.keep_scheme_number(tracking_number, who.agent, number),
    )


# ── Offers ─────────────────────────────────────────────────────────────────────────────────────────────


@router.post("/cases/{tracking_number}/offer")
async def offer(tracking_number: str, request: Request) -> Response:
    """Offer goodwill, or ask a lead for it where it is above the agent's limit."""
    who, fields = await access.posted(request, AGENT)
    form, offers = Form(OFFER, tracking_number, fields), _offers(services(request))
    cents, reason = _cents(fields), fields.get("reason", "")
    is_checked = fields.get("is_checked") == "yes"

    def do(words: Words | None) -> None:
        offers.make(tracking_number, who.agent, cents, reason, is_checked, words, form.word_id)

    return await _shown_then_done(
        request,
        who,
        form,
        lambda: offers.plan(tracking_number, who.agent, cents, reason, is_checked),
        do,
        lambda: offers.is_made(tracking_number, form.word_id),
    )


@router.post("/cases/{tracking_number}/offer/answer")
async def answer_offer(tracking_number: str, request: Request) -> Response:
    """Record what the customer answered to an offer."""
    who, fields = await access.posted(request, AGENT)
    offers = _offers(services(request))
    accepted, said_so = fields.get("answer") == "yes", fields.get("customer_said_so") == "yes"
    if fields.get("answer") not in ("yes", "no"):
        said_so = False
    return await _done(
        request,
        who,
        Form(OFFER, tracking_number, fields),
        lambda: offers.record(tracking_number, who.agent, fields.get("offer", ""), accepted, said_so),
    )


# ── What leads look at ─────────────────────────────────────────────────────────────────────────────────


@router.get("/escalations")
async def escalations(request: Request) -> Response:
    """Show the escalations that wait for a review, and the offers that wait for a lead."""
    who = await access.signed_in(request, LEAD)
    return await _escalations_page(request, who)


@router.post("/cases/{tracking_number}/review")
async def review(tracking_number: str, request: Request) -> Response:
    """Take an escalation to review it."""
    who, _ = await access.posted(request, LEAD)
    replies = _replies(services(request))
    try:
        await to_thread(replies.take_review, tracking_number, who.agent)
    except LookupError:
        raise Forbidden("not_found", who.agent.language) from None
    return go(f"/desk/cases/{tracking_number}")


@router.post("/escalations/offer")
async def decide_offer(request: Request) -> Response:
    """Approve an offer above an agent's limit, at this sum or another, or not."""
    who, fields = await access.posted(request, LEAD)
    parts, proposal_id = services(request), fields.get("proposal", "")
    offers, number = _offers(parts), proposal_id.rpartition(":")[0]
    form = Form(APPROVE, number, fields)
    if fields.get("decision") == "refuse":
        note = fields.get("note", "")
        return await _done(request, who, form, lambda: offers.refuse(proposal_id, who.agent, note))
    cents = _cents(fields)
    return await _shown_then_done(
        request,
        who,
        form,
        lambda: offers.plan_approval(proposal_id, who.agent, cents),
        lambda words: offers.approve(proposal_id, who.agent, cents, words),
        lambda: "shown" in fields and offers.is_decided(proposal_id, who.agent),
    )


async def _escalations_page(request: Request, who: SignedIn) -> Response:
    parts = services(request)

    def read() -> tuple[list[Case], list[tuple[Proposal, str]]]:
        with parts.store.view() as unit:
            names = {agent.id: agent.name for agent in unit.agents.all()}
            asked = unit.proposals.asked(MOST_LISTED)
            return unit.cases.under_review(MOST_LISTED), [(each, names[each.agent_id]) for each in asked]

    cases, asked = await to_thread(read)
    html = pages.escalations_page(
        wording_for(request, who),
        who,
        cases=cases,
        asked=asked,
        now=parts.now(),
        reviewer=reviewer,
        reason=reason_of_escalation,
    )
    return pages.page(html)


# ── Shown first, then done ─────────────────────────────────────────────────────────────────────────────


async def _shown_then_done(
    request: Request,
    who: SignedIn,
    form: Form,
    plan: Callable[[], Words | None],
    do: Callable[[Any], None],
    is_done: Callable[[], bool] = lambda: False,
) -> Response:
    """Show what a form would send; done is what was shown, and whatever has changed since is shown anew."""
    if await to_thread(is_done):
        return await _back(request, form)
    try:
        words = await to_thread(plan)
    except LookupError:
        raise Forbidden("not_found", who.agent.language) from None
    except CaseError as refused:
        return await _refused(request, who, form, refused)
    if words is not None and form.fields.get("shown") != words.digest:
        return await _page(request, who, Form(form.what, form.number, form.fields, words))
    return await _done(request, who, form, lambda: do(words))


async def _done(request: Request, who: SignedIn, form: Form, do: Callable[[], None]) -> Response:
    try:
        await to_thread(do)
    except LookupError:
        raise Forbidden("not_found", who.agent.language) from None
    except CaseError as refused:
        return await _refused(request, who, form, refused)
    return await _back(request, form)


async def _refused(request: Request, who: SignedIn, form: Form, refused: CaseError) -> Response:
    if refused.code == "for_a_lead":
        raise Forbidden("for_a_lead", who.agent.language)
    return await _page(request, who, form, refused)


async def _back(request: Request, form: Form) -> Response:
    parts = services(request)
    with_case = await to_thread(_conversation_of, parts, form.number)
    if with_case:
        parts.feed.wake(with_case)
    if form.what == APPROVE:
        return go("/desk/escalations")
    if form.fields.get("back") == "conversation":
        return go(f"/desk/conversations/{with_case}")
    return go(f"/desk/cases/{form.number}")


def _conversation_of(parts: Services, number: str) -> str | None:
    with parts.store.view() as unit:
        return unit.cases.conversation_of(number)


async def _page(request: Request, who: SignedIn, form: Form, refused: CaseError | None = None) -> Response:
    decisions = await to_thread(decisions_on, services(request), who.agent, form.number)
    if decisions is None:
        raise Forbidden("not_found", who.agent.language)
    wording = wording_for(request, who)
    html = pages.decide_page(
        wording,
        who,
        form=form,
        decisions=decisions,
        case=decisions.case,
        typed=form.fields,
        problem=problem_of(wording, refused) if refused else None,
        draft=Draft(stopped=refused if isinstance(refused, Stopped) else None),
    )
    return pages.page(html, 409 if refused else 200)


def _cents(fields: Mapping[str, str]) -> int:
    """Return the sum that was typed, in cents; 0 for what is none, which nothing can be offered of."""
    found = _SUM.fullmatch(fields.get("amount", "").strip())
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else 0


def _macros(parts: Services, who: SignedIn, number: str) -> list[Ready]:
    with parts.store.view() as unit:
        case = _case(unit, number, who)
        operator = profile(parts.settings.provider)
        return ready(unit, who.agent, operator, case.complaint.name, case, case.language)


def _case(unit: Unit, number: str, who: SignedIn) -> Case:
    case = unit.cases.get(number)
    if case is None:
        raise Forbidden("not_found", who.agent.language)
    return case


def _replies(parts: Services) -> Replies:
    return Replies(parts.store, profile(parts.settings.provider), parts.now)


def _offers(parts: Services) -> Offers:
    return Offers(parts.store, profile(parts.settings.provider), parts.now)
