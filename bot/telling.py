"""How words of the desk reach the customer of a case: in their conversation, or by a contact of theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from bot.cases.agent import Agent
from bot.cases.case import AGENT, Case
from bot.cases.conversation import Choice, Conversation, Message, Notice
from bot.cases.errors import CaseError
from bot.cases.guard import CHAT, EMAIL, LETTER, SMS
from bot.cases.records import Customer
from bot.languages import pack
from bot.languages.wording import filled_in
from bot.notices.by_agent import can_be_texted, text
from bot.notices.moving import proof_of
from bot.notices.segments import plainly
from bot.provider import Profile
from bot.store import Unit

IN_CONVERSATION = "desk"
"""The reply key of what is said at the desk."""


@dataclass(frozen=True)
class Way:
    """One way to reach a customer: in the conversation that goes on, or by a kind of notice to an address."""

    kind: str
    to: str = ""


@dataclass(frozen=True)
class Words:
    """What would go to a customer, to the letter; without a way it goes nowhere, and somebody has to tell them."""

    text: str
    language: str
    way: Way | None
    choices: tuple[Choice, ...] = ()

    @property
    def digest(self) -> str:
        """What tells whether it is still what was shown."""
        told = [self.text, self.language, str(self.way), *(choice.value for choice in self.choices)]
        return sha256("\n".join(told).encode()).hexdigest()[:16]


def of_case(unit: Unit, tracking_number: str) -> tuple[Case, Conversation]:
    """Return a case and its conversation, which is loaded first; raises LookupError when there is none."""
    conversation_id = unit.cases.conversation_of(tracking_number)
    conversation = unit.conversations.get(conversation_id) if conversation_id else None
    case = unit.cases.get(tracking_number)
    if conversation is None or case is None:
        raise LookupError("no such case")
    return case, conversation


def ways_to(unit: Unit, case: Case, conversation: Conversation, agent: Agent | None = None) -> list[Way]:
    """Return the ways to reach the customer of a case, the best first.

    A conversation counts while an agent has it; with `agent`, while it is this one. Where somebody at the customer's
    home may mean harm, only what they gave themselves is used, and nothing goes there by mail.
    """
    return list(dict.fromkeys(_ways(unit, case, conversation, agent)))


def goes_on(unit: Unit, case: Case, conversation: Conversation, agent: Agent | None) -> bool:
    """Whether an agent, or this one, talks with the customer of a case by chat or text just now."""
    is_held = conversation.holder == AGENT and conversation.agent_id is not None
    is_theirs = agent is None or conversation.agent_id == agent.id
    is_about_it = conversation.tracking_number == case.tracking_number
    hears = conversation.channel == "web" or (
        conversation.channel == "sms" and can_be_texted(unit, conversation)
    )
    return is_held and is_theirs and is_about_it and hears


def framed(words: str, way: Way | None, case: Case, operator: Profile, by: str) -> str:
    """Return words as they go on a way: a notice says who writes, about which case, and how to answer."""
    if way is None or way.kind == CHAT:
        return words
    values = {
        "text": words,
        "agent": by,
        "provider": operator.name,
        "phone": operator.phone,
        "tracking_number": case.tracking_number,
        "address": way.to,
        "from": "\n".join([operator.name, *operator.letter_address]),
    }
    words = filled_in(pack(case.language, "replying")["customer"][f"by_{way.kind}"], values, case.language)
    return plainly(words) if way.kind == SMS else words


def send(
    unit: Unit, case: Case, conversation: Conversation, words: Words, key: str, now: datetime
) -> Message | None:
    """Let words go on their way, once for each key; the message, where they are said in the conversation."""
    if words.way is None:
        return None
    if words.way.kind == CHAT:
        return _said(unit, case, conversation, words, now)
    unit.outbox.add(
        Notice(
            key=f"{case.tracking_number}:{key}",
            kind=words.way.kind,
            to=words.way.to,
            language=words.language,
            text=words.text,
            at=now,
            tracking_number=case.tracking_number,
            unasked=True,
        )
    )
    return None


def _said(unit: Unit, case: Case, conversation: Conversation, words: Words, now: datetime) -> Message:
    if not goes_on(unit, case, conversation, None):
        raise CaseError("not_theirs")
    message = unit.messages.add(conversation.id, AGENT, words.text, now, words.choices, reply=IN_CONVERSATION)
    text(unit, conversation, [message], now)
    return message


def _ways(unit: Unit, case: Case, conversation: Conversation, agent: Agent | None) -> Iterator[Way]:
    given, is_safe = case.complaint, not case.is_unsafe_to_write
    if goes_on(unit, case, conversation, agent):
        yield Way(CHAT)
    proof = proof_of(unit, case) if is_safe else None
    of_record = proof.customer if proof else None
    if given.email:
        yield Way(EMAIL, given.email)
    for phone in (given.phone, of_record.phone_of_record if of_record and _is_mobile(of_record) else None):
        if phone and not unit.texters.wants_no_texts(phone):
            yield Way(SMS, phone)
    if of_record and of_record.email_of_record:
        yield Way(EMAIL, of_record.email_of_record)
    if given.address and is_safe:
        yield Way(LETTER, ", ".join(filter(None, [given.name, given.address, given.postal_code])))


def _is_mobile(customer: Customer) -> bool:
    return customer.phone_kind == "mobile"
