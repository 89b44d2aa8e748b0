"""What the store holds at the end of a dialogue, told in the few words that dialogues use for it.

case:                       the case of the conversation, or the latest one; null when there is none
  status: resolved
  priority: P3
  verified: true
  weakly: false             verified by e-mail only
  language: en
  account: "10031865"
  nature: billing           category of the main nature
  natures: [billing, contract]    the categories of all, main one first
  service: internet         the main service
  events: [2026-04-26, null]      the dates in the order they were told, null for an unknown one
  precisions: [day, unknown]      how exact each of them is
  amounts: [4115]           in cents
  told: [words, ...]        what the narrative holds; and so `remedy`, `prior`
  name, phone, email        as given
  people: [Kevin]           of ours, as named with what happened and what was tried; and so `references`
  circumstances: [hardship], companies: [Rogers], represented: my mother
  offers: [reverse_charge 4115 accepted]
  promises: [update 2026-05-25, answer 2026-06-01]
  escalations, handoffs     how many
  referral: ccts
  resolutions: [duplicate_charge charged_twice solved]    playbook, finding and what came of it, null while it is at work
  history: [ccts_notice]    what else must be in the history
cases: 1                    how many cases there are in all
credits: {"10031865": [4115]}
books: {"10031865": [credit 4115 C1002]}    what the demo's books hold: kind, sum and record, `case` for a case
instructions: {"10031865": [credit 4115 C1002 done]}    what was decided, and whether it is done, refused or waits
notices: [code sms +14165550117 en, acknowledgement sms +14165550117 en]    but for what a text or a call is answered with
proofs: 1
kept: [words]               and `not_kept`: what the transcript holds of the customer's words, and what it must not
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import create_engine, func, select

from bot.cases.case import Case
from bot.cases.complaint import Complaint
from bot.cases.records import Instruction
from bot.notices.moving import AFTER_CALL, ANSWERS
from bot.store.books import Entry
from bot.store.instructions import Decided
from bot.store.tables import cases, messages, proofs
from tests.dialogues.house import Product, Talk

CASE: dict[str, Callable[[Case], Any]] = {
    "status": lambda case: case.status,
    "priority": lambda case: case.priority,
    "verified": lambda case: case.verified,
    "weakly": lambda case: case.verified_weakly,
    "language": lambda case: case.language,
    "account": lambda case: case.account_number,
    "offers": lambda case: [f"{offer.kind} {offer.cents} {offer.status}" for offer in case.offers],
    "promises": lambda case: [f"{promise.what} {promise.due_at.date()}" for promise in case.promises],
    "escalations": lambda case: len(case.escalations),
    "handoffs": lambda case: len(case.handoffs),
    "referral": lambda case: case.referral and case.referral.scheme,
    "resolutions": lambda case: [
        f"{resolution.playbook} {resolution.finding} {resolution.outcome or 'null'}"
        for resolution in case.resolutions
    ],
}

COMPLAINT: dict[str, Callable[[Complaint], Any]] = {
    "nature": lambda complaint: complaint.natures[0].category if complaint.natures else None,
    "natures": lambda complaint: [nature.category for nature in complaint.natures],
    "service": lambda complaint: complaint.services[0] if complaint.services else None,
    "events": lambda complaint: [event.date for event in complaint.events],
    "precisions": lambda complaint: [event.precision for event in complaint.events],
    "amounts": lambda complaint: [amount.cents for amount in complaint.amounts],
    "name": lambda complaint: complaint.name,
    "phone": lambda complaint: complaint.phone,
    "email": lambda complaint: complaint.email,
    "people": lambda complaint: _named(complaint, "person"),
    "references": lambda complaint: _named(complaint, "reference"),
    "circumstances": lambda complaint: list(complaint.circumstances),
    "companies": lambda complaint: list(complaint.companies),
    "represented": lambda complaint: complaint.represented,
}

WORDS: dict[str, Callable[[Case], str]] = {
    "told": lambda case: case.complaint.narrative,
    "remedy": lambda case: case.complaint.remedy or "",
    "prior": lambda case: "\n".join(prior.text for prior in case.complaint.prior_contacts),
    "history": lambda case: "\n".join(line.what for line in case.history),
}


def found(
    product: Product, talk: Talk, tracking_number: str | None, expected: dict[str, Any]
) -> dict[str, Any]:
    """Return what the store holds of everything that is expected, in the words in which it is expected."""
    return {name: _FINDERS[name](product, talk, tracking_number, wanted) for name, wanted in expected.items()}


def difference(found: dict[str, Any], expected: dict[str, Any]) -> str:
    """Say in one line for each fact what the store holds, and what it should."""
    inside = found.get("case"), expected.get("case")
    if all(isinstance(facts, dict) for facts in inside):
        found, expected = ({**whole, **whole.pop("case")} for whole in (dict(found), dict(expected)))
    return "\n".join(
        f"the store holds {name} {found[name]!r}, not {wanted!r}"
        for name, wanted in expected.items()
        if found[name] != wanted
    )


def _case(product: Product, _: Talk, tracking_number: str | None, wanted: dict[str, Any] | None) -> Any:
    case = product.case(tracking_number) if tracking_number else None
    if case is None or wanted is None:
        return case and case.tracking_number
    return {name: _fact(case, name, wish) for name, wish in wanted.items()}


def _fact(case: Case, name: str, wish: Any) -> Any:
    if name in CASE:
        return CASE[name](case)
    if name in COMPLAINT:
        return COMPLAINT[name](case.complaint)
    text = WORDS[name](case)
    wishes = [wish] if isinstance(wish, str) else wish
    missing = [words for words in wishes or () if words.casefold() not in text.casefold()]
    return wish if not missing and bool(wish) == bool(text) else text


def _named(complaint: Complaint, what: str) -> list[str]:
    """Return every person or reference that an event or an earlier attempt names, each of them once."""
    named = (getattr(told, what) for told in (*complaint.events, *complaint.prior_contacts))
    return list(dict.fromkeys(filter(None, named)))


def _cases(product: Product, *_: Any) -> int:
    return _count(product, select(func.count()).select_from(cases))


def _credits(product: Product, _: Talk, __: str | None, wanted: dict[str, Any]) -> dict[str, list[int]]:
    return {account: [credit.cents for credit in product.credits(account)] for account in wanted}


def _books(product: Product, _: Talk, __: str | None, wanted: dict[str, Any]) -> dict[str, list[str]]:
    with product.store.view() as unit:
        return {
            account: [_done(product, entry) for entry in unit.books.of_account(account)] for account in wanted
        }


def _instructions(product: Product, _: Talk, __: str | None, wanted: dict[str, Any]) -> dict[str, list[str]]:
    with product.store.view() as unit:
        return {
            account: [
                f"{_done(product, each.instruction)} {_end(each)}"
                for each in unit.instructions.of_account(account)
            ]
            for account in wanted
        }


def _done(product: Product, told: Entry | Instruction) -> str:
    subject = "case" if told.subject and product.case(told.subject) else told.subject
    return f"{told.kind} {told.cents} {subject}"


def _end(decided: Decided) -> str:
    return "waits" if decided.waits else "done" if decided.done_at else "refused"


def _notices(product: Product, *_: Any) -> list[str]:
    return [
        f"{'code' if notice.key.startswith('code:') else notice.key.split(':')[1]} "
        f"{notice.kind} {notice.to} {notice.language}"
        for notice in product.outbox()
        if not notice.key.startswith((ANSWERS, AFTER_CALL))
        and (notice.tracking_number is None or notice.tracking_number in notice.text)
    ]


def _proofs(product: Product, *_: Any) -> int:
    return _count(product, select(func.count()).select_from(proofs))


def _kept(product: Product, talk: Talk, _: str | None, wanted: list[str]) -> list[str]:
    said = _said_by_customer(product, talk)
    return [words for words in wanted if words in said]


def _not_kept(product: Product, talk: Talk, _: str | None, wanted: list[str]) -> list[str]:
    said = _said_by_customer(product, talk)
    return [words for words in wanted if words not in said]


def _said_by_customer(product: Product, talk: Talk) -> str:
    chosen = (messages.c.conversation_id == talk.id) & (messages.c.sender == "customer")
    with create_engine(product.settings.database_url).connect() as connection:
        return "\n".join(row.text for row in connection.execute(select(messages.c.text).where(chosen)))


def _count(product: Product, statement: Any) -> int:
    with create_engine(product.settings.database_url).connect() as connection:
        return connection.execute(statement).scalar_one()


_FINDERS: dict[str, Callable[..., Any]] = {
    "case": _case,
    "cases": _cases,
    "credits": _credits,
    "books": _books,
    "instructions": _instructions,
    "notices": _notices,
    "proofs": _proofs,
    "kept": _kept,
    "not_kept": _not_kept,
}
