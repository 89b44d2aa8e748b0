"""What an agent sees of a conversation at a glance, read in one moment and put into the words of the desk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from bot.cases.agent import Agent
from bot.cases.call import Call
from bot.cases.case import AGENT, P1, Case
from bot.cases.complaint import Complaint
from bot.cases.conversation import Conversation, Message, Proof
from bot.cases.guard import CHAT
from bot.cases.holding import Holding
from bot.cases.playbook import Offer
from bot.cases.ringing import Ring
from bot.languages import pack
from bot.languages.wording import LOCALES, written, written_date, written_money, written_phone
from bot.store import Store
from bot.telling import Way


@dataclass(frozen=True)
class Seen:
    """A conversation with all that belongs to it, as it was at one moment."""

    conversation: Conversation
    case: Case | None
    proof: Proof | None
    call: Call | None
    holder: Agent | None
    holdings: list[Holding]
    messages: list[Message]
    rings: tuple[Ring, ...] = ()

    @property
    def complaint(self) -> Complaint:
        """What was told: in the case once there is one, before that in the draft."""
        return self.case.complaint if self.case else self.conversation.complaint

    @property
    def is_urgent(self) -> bool:
        """Whether somebody may be in danger."""
        return self.case is not None and self.case.priority == P1

    def is_held_by(self, agent: Agent) -> bool:
        """Whether this agent has the conversation."""
        return self.conversation.holder == AGENT and self.conversation.agent_id == agent.id


def look_at(store: Store, conversation_id: str, after: int = 0) -> Seen | None:
    """Return a conversation with its messages numbered above `after`, None when there is no such conversation."""
    with store.view() as unit:
        conversation = unit.conversations.get(conversation_id)
        if conversation is None:
            return None
        return Seen(
            conversation,
            unit.cases.standing(conversation.subject),
            unit.proofs.of(conversation_id),
            unit.calls.of_conversation(conversation_id) if conversation.channel == "voice" else None,
            unit.agents.get(conversation.agent_id) if conversation.agent_id else None,
            unit.holdings.of_conversation(conversation_id),
            unit.messages.after(conversation_id, after),
            tuple(unit.rings.of_conversation(conversation_id)) if conversation.channel == "voice" else (),
        )


class Wording:
    """Puts what is seen into the words of a language, with the times of the operator's zone."""

    def __init__(self, language: str, zone: ZoneInfo) -> None:
        self.language, self._zone = language, zone
        self.words: Mapping[str, Any] = pack(language, "desk")
        self.work: Mapping[str, Any] = pack(language, "casework")
        self.replying: Mapping[str, Any] = pack(language, "replying")
        self.oversight: Mapping[str, Any] = pack(language, "oversight")

    def error(self, code: str) -> str:
        """Say why something was not done."""
        return str({**self.words["errors"], **self.work["errors"], **self.replying["errors"]}[code])

    def meaning(self, word: str, spoken: str) -> str | None:
        """Return what a choice means that was offered in the language spoken; None where nobody needs to be told."""
        name = _choice_names(spoken).get(word)
        meant = pack(self.language, "choices").get(name) if name else None
        return None if meant in (None, word) else str(meant)

    def money(self, cents: int) -> str:
        """Write a sum of ours."""
        return written_money(cents, "CAD", self.language)

    def way(self, way: Way | None) -> str:
        """Write on which way something goes to a customer."""
        words = self.replying["decisions"]
        if way is None:
            return str(words["nobody"])
        if way.kind == CHAT:
            return str(words["chat"])
        to = written_phone(way.to) if way.kind == "sms" else way.to
        return str(words["told_by"].format(way=self.words["notice_kinds"][way.kind], to=to))

    def moment(self, at: datetime | None) -> str:
        """Write a moment with its hour."""
        if at is None:
            return ""
        return format_datetime(at.astimezone(self._zone), "short", locale=LOCALES[self.language])

    def day(self, at: datetime | None) -> str:
        """Write a day."""
        if at is None:
            return ""
        return format_date(at.astimezone(self._zone), "long", locale=LOCALES[self.language])

    def on(self, day: date) -> str:
        """Write a date."""
        return format_date(day, "long", locale=LOCALES[self.language])

    def nature(self, category: str | None, issue: str | None) -> str:
        """Write what went wrong by its kind."""
        labels = pack(self.language, "nature_labels")
        return str(labels["issues"].get(issue) or labels["categories"].get(category, ""))

    def name(self, seen: Seen) -> str:
        """Write who the customer is."""
        proven = seen.proof.customer.name if seen.proof and seen.proof.customer else None
        return proven or seen.complaint.name or str(self.words["queue"]["no_name"])

    def glance(self, seen: Seen) -> list[tuple[str, list[str]]]:
        """Return what an agent has to know first: headings, each with its lines."""
        words, complaint = self.words["conversation"], seen.complaint
        sections = [
            ("who", list(self._who(seen))),
            ("warnings", list(self._warnings(seen))),
            ("what", [*self._natures(complaint), *complaint.narrative.splitlines()]),
            ("when", [self.event(event) for event in complaint.events]),
            ("remedy", [complaint.remedy or words["not_known"]]),
            ("offers", [self.offer(offer) for offer in (seen.case.offers if seen.case else [])]),
            ("promises", list(self._promises(seen.case))),
            ("ombudsman", [self._ombudsman(seen.case)]),
            ("notes", [each.note for each in seen.holdings if each.note]),
        ]
        return [(words[name], lines or [words["none"]]) for name, lines in sections]

    def _who(self, seen: Seen) -> Iterator[str]:
        words, complaint = self.words["conversation"], seen.complaint
        yield self.name(seen)
        yield words[_proof_of(seen)]
        if complaint.represented:
            yield words["speaks_for"].format(who=complaint.represented)
        number = seen.case.account_number if seen.case else complaint.account_number
        if number:
            yield words["account"].format(number=number)
        contacts = [written_phone(complaint.phone)] if complaint.phone else []
        contacts += [complaint.email] if complaint.email else []
        if seen.call and seen.call.caller:
            contacts.append(written_phone(seen.call.caller))
        yield ", ".join(dict.fromkeys(contacts)) or words["no_contact"]
        yield words["case"].format(number=seen.case.tracking_number) if seen.case else words["no_case"]

    def contacts(self, complaint: Complaint) -> str:
        """Write how a customer can be reached."""
        phone = written_phone(complaint.phone) if complaint.phone else None
        return ", ".join(filter(None, (phone, complaint.email)))

    def _warnings(self, seen: Seen) -> Iterator[str]:
        dangers, circumstances = self.words["dangers"], self.words["circumstances"]
        for handoff in seen.case.handoffs if seen.case else ():
            sort, _, danger = handoff.reason.partition(": ")
            if sort == "safety" and danger in dangers:
                yield dangers[danger]
        yield from (circumstances[name] for name in seen.complaint.circumstances)

    def _natures(self, complaint: Complaint) -> list[str]:
        if not complaint.natures:
            return []
        told = [{"category": each.category, "issue": each.issue} for each in complaint.natures]
        named = {"kind": "natures", "natures": told, "services": complaint.services}
        return [written(named, self.language)]

    def event(self, event: Any) -> str:
        """Write what happened when."""
        return f"{written_date(event.date, event.precision, self.language)} – {event.text}"

    def offer(self, offer: Offer) -> str:
        """Write an offer with what the customer answered."""
        kind = self.words["offer_kinds"].get(offer.kind, offer.kind)
        answer = "open" if offer.status == "offered" and offer.answered_at else offer.status
        money = f" {written_money(offer.cents, offer.currency, self.language)}" if offer.cents else ""
        return f"{kind}{money}: {self.words['offer_answers'][answer]}"

    def _promises(self, case: Case | None) -> Iterator[str]:
        words, kinds = self.words["conversation"], self.words["promise_kinds"]
        for promise in sorted(case.promises, key=lambda each: each.due_at) if case else ():
            kept = words["kept"].format(on=self.day(promise.kept_at)) if promise.kept_at else None
            due = words["due"].format(on=self.day(promise.due_at))
            yield f"{kinds.get(promise.what, promise.what)}: {kept or due}"

    def _ombudsman(self, case: Case | None) -> str:
        words = self.words["conversation"]
        told = [line.at for line in case.history if line.what == "ccts_notice"] if case else []
        return words["told_on"].format(on=self.day(told[0])) if told else words["not_told"]


@cache
def _choice_names(language: str) -> dict[str, str]:
    return {label: name for name, label in pack(language, "choices").items()}


def _proof_of(seen: Seen) -> str:
    if seen.case and seen.case.verified:
        return "verified_weakly" if seen.case.verified_weakly else "verified"
    if seen.proof:
        return "verified_weakly" if seen.proof.weaker else "verified"
    return "not_verified"
