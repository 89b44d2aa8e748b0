"""A store full of cases that differ in everything that reports look at, the same each time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from bot.cases.case import AGENT, ASSISTANT, WAITING, Case, Escalation, Handoff, Referral
from bot.cases.complaint import Complaint, Nature
from bot.cases.conversation import Conversation, Proof
from bot.cases.holding import ABANDONED, HANDED_BACK, Holding
from bot.cases.promises import Promise
from bot.cases.records import Customer
from bot.cases.resolution import NOT_SOLVED, SOLVED, TO_PERSON, Resolution
from bot.store import Store, Unit

NOW = datetime(2026, 11, 30, 15, tzinfo=UTC)
AGENTS = ("a1", "a2")
HOLDER = Customer(
    "10031865", "Kim Roy", "residential", "en", "QC", "H2X1Y4", None, None, None, ("internet",), ()
)
NATURES = (
    Nature("billing", "late_fee", "internet"),
    Nature("billing", "duplicate_charge", None),
    Nature("service_delivery", "outage", "wireless"),
    Nature("other"),
)
REASONS = ("the customer asked for a person", "playbook: outage", "safety: violence")
QUESTIONS = ("open", "nature", "remedy", "account", "confirm", "free")


@dataclass(frozen=True)
class Word:
    """A message of the transcript that matters here."""

    sender: str
    at: datetime


@dataclass(frozen=True)
class Made:
    """One conversation with its case, as it was put into the store."""

    conversation: Conversation
    case: Case | None
    words: list[Word]
    asked: list[str]
    holdings: list[Holding]
    proof: Proof | None


def made(count: int, seed: int = 7, days: int = 120) -> Iterator[Made]:
    """Yield so many conversations, the oldest first, most of them with a case."""
    chance = Random(seed)
    numbers: list[str] = []
    for place in range(count):
        begun = NOW - timedelta(days=days) * (1 - place / count) + timedelta(seconds=chance.randrange(3600))
        one = _one(chance, place, min(begun.replace(microsecond=0), NOW - timedelta(hours=1)), numbers)
        if one.case is not None:
            numbers.append(one.case.tracking_number)
        yield one


def _one(chance: Random, place: int, begun: datetime, numbers: list[str]) -> Made:
    reached = list(QUESTIONS[: chance.randint(1, len(QUESTIONS))])
    conversation = Conversation(
        f"c{place}", "hash", chance.choice(("web", "sms", "voice")), begun, chance.choice(("en", "fr", "it"))
    )
    conversation.expects = reached[-1]
    conversation.holder = chance.choices((ASSISTANT, WAITING, AGENT), (8, 1, 1))[0]
    words = [Word("customer", begun + timedelta(seconds=chance.randrange(60)))]
    case = _case(chance, place, conversation, words[0].at, numbers) if len(reached) > 4 else None
    holdings = []
    if case and case.handoffs and chance.random() < 0.7:
        said_at = case.handoffs[0].at + timedelta(seconds=chance.randrange(7200))
        words.append(Word(AGENT, said_at))
        end = chance.choice((HANDED_BACK, ABANDONED, None))
        ended_at = said_at + timedelta(seconds=chance.randrange(3600)) if end else None
        holdings.append(Holding(conversation.id, chance.choice(AGENTS), said_at, 2, ended_at, end))
    complaint = case.complaint if case else Complaint("No dial tone", [chance.choice(NATURES)])
    conversation.complaint = complaint
    proof = None
    if case and case.verified:
        proof = Proof(conversation.id, HOLDER.account_number, begun, False, HOLDER)
    return Made(conversation, case, words, reached, holdings, proof)


def _case(chance: Random, place: int, conversation: Conversation, told: datetime, numbers: list[str]) -> Case:
    opened = told + timedelta(seconds=chance.randrange(30, 900))

    def later(hours: int = 500) -> datetime:
        return opened + timedelta(seconds=chance.randrange(1, hours * 3600))

    natures = chance.sample(NATURES, chance.randint(0, 2))
    postal = chance.choice((None, None, "M5V2T6", "k1a", "X0C 0A0", "x1a1a1", "Z9Z9Z9"))
    case = Case(
        f"{place:04d}-0000-{place:04d}",
        Complaint("No dial tone", natures, postal_code=postal, name=chance.choice((None, "=Kim", "Léa"))),
        conversation.language,
        conversation.channel,
        opened,
        verified=chance.random() < 0.5,
        recontact_of=chance.choice(numbers) if numbers and chance.random() < 0.3 else None,
    )
    case.account_number = HOLDER.account_number if case.verified else None
    case.note(opened, ASSISTANT, "opened")
    for what, days in (("update", 5), ("answer", 10)):
        case.promise(Promise(what, opened + timedelta(days=days)), opened)
    for book in chance.sample(("late_fee", "outage"), chance.randint(0, 2)):
        end = chance.choice((SOLVED, SOLVED, NOT_SOLVED, TO_PERSON))
        province = chance.choice((None, "NB"))
        case.begin(Resolution(book, "paid", "first", (), 0, opened, province))
        case.end_resolution(end, opened + timedelta(seconds=chance.randrange(600)))
    if chance.random() < 0.4:
        case.hand_over(Handoff(later(2), chance.choice(REASONS)), later())
        if chance.random() < 0.6:
            case.take_over(case.handoffs[0].at + timedelta(seconds=chance.randrange(3600)))
    if chance.random() < 0.3:
        case.note(later(), ASSISTANT, "ccts_notice", "en")
    if chance.random() < 0.3:
        case.escalate(Escalation(later(), "en", "lead", later()))
    if chance.random() < 0.4:
        case.move("answer", later(), "Anna") if case.status in ("open", "escalated") else None
        case.keep("answer", later())
    if len(case.resolutions) == 1:
        case.note(opened + timedelta(minutes=30), "customer", "not_satisfied")
    if chance.random() < 0.4:
        case.move("resolve", later(), "customer")
    if case.status == "resolved" and chance.random() < 0.3:
        case.move("reopen", later(), "customer")
        if chance.random() < 0.5:
            case.move("resolve", later(), "customer")
    if chance.random() < 0.2 and case.status != "withdrawn":
        case.refer(Referral(later(), "ccts"))
    return case


def fill(store: Store, all_made: list[Made], batch: int = 500) -> None:
    """Put conversations and cases into a store."""
    for start in range(0, len(all_made), batch):
        with store.unit() as unit:
            for one in all_made[start : start + batch]:
                _put(unit, one)


def _put(unit: Unit, one: Made) -> None:
    conversation, expects = one.conversation, one.conversation.expects
    conversation.expects = one.asked[0]
    unit.conversations.add(conversation)
    for conversation.expects in [*one.asked[1:], expects]:
        unit.conversations.save(conversation)
    if one.case is not None:
        unit.cases.add(one.case, conversation.id)
        conversation.tracking_number = one.case.tracking_number
        unit.conversations.save(conversation)
    for word in one.words:
        if word.sender == "customer":
            received, _ = unit.inbound.receive(conversation.id, "m1", "No dial tone", word.at)
            unit.inbound.answered(received.id, word.at)
        else:
            unit.messages.add(conversation.id, word.sender, "Hello", word.at)
    for holding in one.holdings:
        unit.holdings.add(holding)
    if one.proof is not None:
        unit.proofs.add(one.proof)
