"""Goodwill offered at the desk: put to the customer, answered once, and credited by the clock once it is accepted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from bot.cases import audit
from bot.cases.agent import Agent
from bot.cases.case import ASSISTANT, Case
from bot.cases.conversation import Conversation, Inbound, Message
from bot.cases.goodwill import (
    ASKED,
    NOT_APPROVED,
    PUT,
    OfferRefused,
    Proposal,
    given_on,
    limit_of,
    must_be_possible,
    name_of,
    offer_of,
    proposal_of,
    room_on,
)
from bot.cases.guard import CHAT, LETTER, SMS
from bot.cases.playbook import ACCEPTED, CORRECTION, GOODWILL, REFUSED, Offer
from bot.cases.promises import PROMISED, Promise
from bot.cases.records import CREDIT, Instruction
from bot.languages import LANGUAGES, pack
from bot.languages.guarding import must_pass
from bot.languages.wording import choices, day_of, filled_in, render
from bot.provider import Profile, calendar
from bot.replies import scheme_notice, was_told_of_scheme
from bot.store import Store, Unit
from bot.store.instructions import Decided
from bot.telling import IN_CONVERSATION, Words, framed, of_case, send, ways_to

A_YEAR = timedelta(days=365)
ACCEPT, DECLINE = "accept", "decline"
"""The choices under an offer, by the names of their words."""


@dataclass(frozen=True)
class Standing:
    """How goodwill stands on a case, in cents: given here and to the account within a year, the role's limit, its rest.

    `offer` waits for the customer's answer; `asked` waits for a lead.
    """

    on_case: int
    in_a_year: int
    limit: int
    room: int
    account_number: str | None
    is_proved: bool
    offer: Offer | None
    asked: Proposal | None

    @property
    def offer_name(self) -> str:
        """What tells the offer that waits from every other."""
        return name_of(self.offer) if self.offer else ""


@cache
def _labels() -> frozenset[str]:
    return frozenset(pack(language, "choices")[name] for language in LANGUAGES for name in (ACCEPT, DECLINE))


def may_be_a_choice(text: str) -> bool:
    """Whether a message could be a choice under an offer at all, by its words alone."""
    return text.strip() in _labels()


class Offers:
    """What the desk offers. Raises LookupError for no such case, CaseError for what is refused."""

    def __init__(self, store: Store, operator: Profile, now: Callable[[], datetime]) -> None:
        self._store, self._operator, self._now = store, operator, now

    def standing(self, unit: Unit, case: Case, agent: Agent) -> Standing:
        """Return how goodwill stands on a case, for an agent who may offer more."""
        account, since = case.account_number, self._now() - A_YEAR
        return Standing(
            given_on(case),
            unit.instructions.goodwill_since(account, since) if account else 0,
            limit_of(agent, self._operator.goodwill_cents),
            room_on(case, agent, self._operator.goodwill_cents),
            account,
            case.verified,
            case.standing_offer,
            next(
                (each for each in unit.proposals.of_case(case.tracking_number) if each.status == ASKED), None
            ),
        )

    def plan(self, number: str, agent: Agent, cents: int, reason: str, is_checked: bool) -> Words | None:
        """Return what the customer would be told of an offer; None when it is above the limit and a lead is asked."""
        with self._store.view() as unit:
            case, conversation = of_case(unit, number)
            self._must_be_possible(unit, case, cents, reason, is_checked)
            if cents > room_on(case, agent, self._operator.goodwill_cents):
                return None
            return self._words(unit, case, conversation, cents, agent)

    def make(
        self,
        number: str,
        agent: Agent,
        cents: int,
        reason: str,
        is_checked: bool,
        words: Words | None,
        offer_id: str,
    ) -> None:
        """Offer goodwill, once for each `offer_id`; without words a lead is asked for it."""
        with self._store.unit() as unit:
            case, conversation = of_case(unit, number)
            proposal_id = f"{number}:{offer_id}"
            if unit.proposals.get(proposal_id) is not None:
                return
            self._must_be_possible(unit, case, cents, reason, is_checked)
            now = self._now()
            proposal = Proposal(proposal_id, number, agent.id, cents, reason.strip(), now)
            unit.proposals.add(proposal)
            if not case.verified:
                case.note(now, agent.name, "identity_checked")
            if words is None:
                case.note(now, agent.name, "offer_asked", reason.strip())
            else:
                self._put(unit, case, conversation, proposal, words, agent)
            unit.cases.save(case)
            unit.audit.add(now, audit.OFFER_ASKED if words is None else audit.OFFER_MADE, agent.id, number)

    def is_made(self, number: str, offer_id: str) -> bool:
        """Whether a form has made its offer already."""
        with self._store.view() as unit:
            return unit.proposals.get(f"{number}:{offer_id}") is not None

    def is_decided(self, proposal_id: str, lead: Agent) -> bool:
        """Whether this lead has approved it already."""
        with self._store.view() as unit:
            proposal = unit.proposals.get(proposal_id)
            return proposal is not None and (proposal.status, proposal.decided_by) == (PUT, lead.name)

    # ── A lead decides what is above an agent's limit ──────────────────────────────────────────────

    def plan_approval(self, proposal_id: str, lead: Agent, cents: int) -> Words:
        """Return what the customer would be told of an offer that a lead approves."""
        with self._store.view() as unit:
            proposal = self._asked(unit, proposal_id)
            case, conversation = of_case(unit, proposal.tracking_number)
            self._must_be_possible(unit, case, cents, "", True, but=proposal)
            if cents > room_on(case, lead, self._operator.goodwill_cents):
                raise OfferRefused("above_limit")
            return self._words(unit, case, conversation, cents, None)

    def approve(self, proposal_id: str, lead: Agent, cents: int, words: Words) -> None:
        """Put to the customer what an agent asked for, at the sum that a lead approves."""
        with self._store.unit() as unit:
            number = _number_of(unit, proposal_id)
            case, conversation = of_case(unit, number)
            proposal = self._asked(unit, proposal_id)
            self._must_be_possible(unit, case, cents, "", True, but=proposal)
            self._put(unit, case, conversation, replace(proposal, cents=cents), words, lead)
            unit.cases.save(case)
            unit.audit.add(self._now(), audit.OFFER_DECIDED, lead.id, number)

    def refuse(self, proposal_id: str, lead: Agent, note: str) -> None:
        """Record that a lead does not approve what an agent asked for."""
        with self._store.unit() as unit:
            number = _number_of(unit, proposal_id)
            case, _ = of_case(unit, number)
            proposal, now = self._asked(unit, proposal_id), self._now()
            unit.proposals.save(
                replace(
                    proposal, status=NOT_APPROVED, decided_by=lead.name, decided_at=now, note=note.strip()
                )
            )
            case.note(now, lead.name, "offer_not_approved", note.strip())
            unit.cases.save(case)
            unit.audit.add(now, audit.OFFER_DECIDED, lead.id, number)

    # ── The customer answers ───────────────────────────────────────────────────────────────────────

    def record(self, number: str, agent: Agent, name: str, accepted: bool, said_so: bool) -> None:
        """Record an answer that the customer gave an agent, by phone or letter; `name` tells which offer they answered."""
        with self._store.unit() as unit:
            case, conversation = of_case(unit, number)
            standing = case.standing_offer
            if standing is None or name != name_of(standing):
                if _was_answered(case, name, accepted):
                    return
                raise OfferRefused("moved_on")
            if not said_so:
                raise OfferRefused("not_their_word")
            if accepted and standing.kind not in (GOODWILL, CORRECTION):
                raise OfferRefused("offer_of_assistant")
            case.note(self._now(), agent.name, "said_so", ACCEPTED if accepted else REFUSED)
            self._answer(unit, case, standing, accepted)
            if conversation.expects == "offer":
                # what the assistant had asked about is answered
                conversation.expects = "free"
                unit.conversations.save(conversation)
            unit.cases.save(case)
            unit.audit.add(self._now(), audit.OFFER_ANSWERED, agent.id, number)

    def asked(self, unit: Unit, conversation: Conversation) -> Message | None:
        """Return the message of an offer of the desk that the customer may choose under now, None when there is none.

        Once anything else was asked after it, a choice might be meant for that.
        """
        case = unit.cases.get(conversation.tracking_number) if conversation.tracking_number else None
        standing = case.standing_offer if case else None
        proposal_id = proposal_of(standing) if standing else None
        proposal = unit.proposals.get(proposal_id) if proposal_id else None
        if proposal is None or proposal.seq is None:
            return None
        message, *later = unit.messages.after(conversation.id, proposal.seq - 1)
        return None if any(each.choices for each in later) else message

    def choose(self, unit: Unit, conversation: Conversation, inbound: Inbound) -> bool:
        """Take a message that is one of the choices under an offer of the desk, to the letter, as its answer.

        False for all else: what is put in other words is for a person to read.
        """
        message = self.asked(unit, conversation)
        picked = [choice.value for choice in message.choices] if message else []
        if inbound.text.strip() not in picked:
            return False
        assert conversation.tracking_number is not None
        case = unit.cases.get(conversation.tracking_number)
        standing = case.standing_offer if case else None
        assert case is not None and standing is not None
        accepted = picked.index(inbound.text.strip()) == 0
        self._answer(unit, case, standing, accepted)
        for line in self._confirmation(case, standing, accepted, conversation):
            unit.messages.add(
                conversation.id, "system", line, self._now(), reply=IN_CONVERSATION, answers=inbound.id
            )
        unit.cases.save(case)
        return True

    def _answer(self, unit: Unit, case: Case, standing: Offer, accepted: bool) -> None:
        """Record an answer; with a yes the credit is decided in the same unit, and the clock has it carried out."""
        now = self._now()
        case.answer_offer(accepted, now)
        if not accepted:
            return
        account = case.account_number
        assert account is not None
        unit.instructions.hold_account(account)
        for part in standing.parts:
            instruction = Instruction(
                f"{CREDIT}:{account}:{part.subject}",
                CREDIT,
                account,
                case.tracking_number,
                "offered at the desk",
                now,
                part.subject,
                part.cents,
                goodwill=standing.kind == GOODWILL,
            )
            unit.instructions.decide(Decided(instruction, case.language, *self._notify(unit, case)), now)
        case.note(now, ASSISTANT, f"{CREDIT}_waits")
        case.promise(Promise(PROMISED[CREDIT], self._credit_due()), now)

    def _notify(self, unit: Unit, case: Case) -> tuple[str | None, str | None]:
        """Return whom to tell once it is done: the best contact that needs nobody to post anything."""
        _, conversation = of_case(unit, case.tracking_number)
        ways = ways_to(unit, case, conversation)
        best = next((way for way in ways if way.kind not in (CHAT, LETTER)), None)
        return (best.kind, best.to) if best else (None, None)

    def _confirmation(
        self, case: Case, standing: Offer, accepted: bool, conversation: Conversation
    ) -> list[str]:
        language = conversation.language
        if accepted:
            values = {
                "amount": _money(standing.cents),
                "due": day_of(self._credit_due(), self._operator.timezone),
            }
            return [filled_in(pack(language, "replying")["customer"]["accepted"], values, language)]
        declined = render({"reply": "offer_declined", "values": {}}, language, "web").text
        if was_told_of_scheme(case):
            return [declined]
        case.note(self._now(), ASSISTANT, "ccts_notice", language)
        return [declined, scheme_notice(self._operator, language)]

    def _put(
        self,
        unit: Unit,
        case: Case,
        conversation: Conversation,
        proposal: Proposal,
        words: Words,
        by: Agent,
    ) -> None:
        """Put an offer to the customer, within what the role of whoever puts it still allows."""
        now = self._now()
        if proposal.cents > room_on(case, by, self._operator.goodwill_cents):
            raise OfferRefused("above_limit")
        case.offer(offer_of(proposal, now), by.name)
        key = f"offer-{proposal.id.rpartition(':')[2]}:offer"
        message = send(unit, case, conversation, words, key, now)
        put = replace(
            proposal,
            status=PUT,
            decided_by=by.name,
            decided_at=now,
            seq=message.seq if message else None,
        )
        unit.proposals.save(put)
        if conversation.expects == "offer":
            conversation.expects = "free"
            unit.conversations.save(conversation)

    def _must_be_possible(
        self,
        unit: Unit,
        case: Case,
        cents: int,
        reason: str,
        is_checked: bool,
        but: Proposal | None = None,
    ) -> None:
        must_be_possible(case, cents, case.verified or is_checked)
        if but is None and not reason.strip():
            raise OfferRefused("no_reason")
        must_pass(reason, SMS)
        asked = [each for each in unit.proposals.of_case(case.tracking_number) if each.status == ASKED]
        if any(but is None or each.id != but.id for each in asked):
            raise OfferRefused("lead_is_asked")

    def _asked(self, unit: Unit, proposal_id: str) -> Proposal:
        proposal = unit.proposals.get(proposal_id)
        if proposal is None:
            raise LookupError("no such proposal")
        if proposal.status != ASKED:
            raise OfferRefused("moved_on")
        return proposal

    def _words(
        self, unit: Unit, case: Case, conversation: Conversation, cents: int, agent: Agent | None
    ) -> Words:
        way = next(iter(ways_to(unit, case, conversation, agent)), None)
        is_chosen = way is not None and way.kind == CHAT
        own = pack(case.language, "replying")["customer"]
        words = filled_in(
            own["offer_to_choose" if is_chosen else "offer"],
            {"amount": _money(cents), "phone": self._operator.phone, "tracking_number": case.tracking_number},
            case.language,
        )
        picked = choices((ACCEPT, DECLINE), case.language) if is_chosen else ()
        by = agent.name if agent else self._operator.name
        return Words(framed(words, way, case, self._operator, by), case.language, way, picked)

    def _credit_due(self) -> datetime:
        return calendar.due(self._operator, "apply_credit", self._now())


def _number_of(unit: Unit, proposal_id: str) -> str:
    proposal = unit.proposals.get(proposal_id)
    if proposal is None:
        raise LookupError("no such proposal")
    return proposal.tracking_number


def _was_answered(case: Case, name: str, accepted: bool) -> bool:
    """Whether an offer was answered so already, by a form that came twice."""
    answer = ACCEPTED if accepted else REFUSED
    return any(name == name_of(offer) and offer.status == answer for offer in case.offers)


def _money(cents: int) -> dict[str, object]:
    return {"kind": "money", "cents": cents, "currency": "CAD"}
