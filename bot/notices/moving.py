"""What could not be sent one way goes another: the next contact of its case, or a person learns that there is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bot.cases.case import ASSISTANT, P2, Case
from bot.cases.conversation import Notice, Proof
from bot.languages import pack
from bot.languages.wording import filled_in
from bot.notices.courier import NO_MOBILE, OPTED_OUT
from bot.notices.quiet import RINGS
from bot.store import Unit

ANSWERS, AFTER_CALL = "sms:", "call:"
"""How the keys begin of answers to texts, and of what is texted after a call."""

NEVER_MOVED = ("code:", ANSWERS, AFTER_CALL)
"""How the keys begin of what belongs to one phone alone: one-time codes, answers to texts, words after a call."""

_BY = ":by_"


@dataclass(frozen=True)
class _Way:
    """Another way to tell a customer: its name in the notice's key, the kind of notice, and where it goes."""

    name: str
    kind: str
    to: str


def is_about_a_case(notice: Notice) -> bool:
    """Tell whether a notice is owed to the customer of a case, however it reaches them."""
    return notice.tracking_number is not None and not notice.key.startswith(NEVER_MOVED)


def move_to_another_contact(unit: Unit, notice: Notice, reason: str, now: datetime) -> str | None:
    """Put a notice that could not be sent, for this reason, up for sending another way; return the kind.

    Every notice is moved once, however often it is asked for. Where no way is left the case says so, and a person
    sees to it. One-time codes, and answers in a conversation by text, are never moved.
    """
    if reason == OPTED_OUT and notice.kind == "sms":
        opt_out(unit, notice.to, now)
    if notice.tracking_number is None or not is_about_a_case(notice):
        return None
    case = unit.cases.get(notice.tracking_number)
    if case is None:
        return None
    way = next(_ways(unit, case, notice, reason), None)
    if way is None:
        _note_nobody_told(unit, case, notice, reason, now)
        return None
    moved = _moved(notice, way, now)
    if unit.outbox.add(moved):
        case.note(now, ASSISTANT, "notice_moved", f"{_words(notice)}: {notice.kind} to {way.kind}, {reason}")
        unit.cases.save(case)
    return way.kind


def move_waiting_texts(unit: Unit, phone: str, now: datetime) -> None:
    """Move what still waits to be texted to a number whose owner wants no more texts."""
    for number, notice in unit.outbox.waiting("sms", phone):
        if is_about_a_case(notice) and unit.outbox.failed(number, now, None, OPTED_OUT):
            move_to_another_contact(unit, notice, OPTED_OUT, now)


def opt_out(unit: Unit, phone: str, now: datetime) -> None:
    """Record that a number wants no texts; since when stands once it is known."""
    texter = unit.texters.get(phone)
    if texter.opted_out_at is None:
        texter.opted_out_at = now
        unit.texters.save(texter)


def _ways(unit: Unit, case: Case, notice: Notice, reason: str) -> Iterator[_Way]:
    """Return the ways that were not tried yet, the best first.

    Where the customer may be in danger, only contacts that they gave themselves are used, and none at their home.
    """
    given, safe = case.complaint, not case.is_unsafe_to_write
    proof = proof_of(unit, case) if safe else None
    of_record = proof.customer.email_of_record if proof and proof.customer else None
    speaks = notice.kind == "sms" and reason == NO_MOBILE and (safe or notice.to == given.phone)
    texts = notice.kind == "email" and given.phone and not unit.texters.wants_no_texts(given.phone)
    tried = {(each.kind, each.to) for each in [notice, *_ways_before(unit, case, notice)]}
    address = ", ".join(filter(None, [given.name, given.address, given.postal_code]))
    for name, kind, to in (
        ("email", "email", given.email),
        ("email_of_record", "email", of_record),
        ("call", "call", notice.to if speaks else None),
        ("sms", "sms", given.phone if texts else None),
        ("letter", "letter", address if given.address and safe else None),
    ):
        if to and _BY + name not in notice.key and (kind, to) not in tried:
            yield _Way(name, kind, to)


def _ways_before(unit: Unit, case: Case, notice: Notice) -> list[Notice]:
    """Return what this notice was before it was moved."""
    sent = [each for each, _ in unit.outbox.of_case(case.tracking_number)]
    return [each for each in sent if notice.key.startswith(each.key + _BY)]


def proof_of(unit: Unit, case: Case) -> Proof | None:
    """Return the proof that was given in the case's conversation, if it is of the case's account."""
    conversation_id = unit.cases.conversation_of(case.tracking_number)
    proof = unit.proofs.of(conversation_id) if conversation_id else None
    return proof if proof and case.verified and proof.account_number == case.account_number else None


def _moved(notice: Notice, way: _Way, now: datetime) -> Notice:
    words = pack(notice.language, "notices").get(f"moved_{way.kind}", "{text}")
    # whoever was written to before has read these words around the text already
    text = notice.text if _BY in notice.key else filled_in(words, {"text": notice.text}, notice.language)
    return replace(
        notice,
        key=f"{notice.key}{_BY}{way.name}",
        kind=way.kind,
        to=way.to,
        text=text,
        at=now,
        unasked=way.kind in RINGS,
    )


def _note_nobody_told(unit: Unit, case: Case, notice: Notice, reason: str, now: datetime) -> None:
    detail = f"{_words(notice)}: {reason}"
    if not any((line.what, line.detail) == ("nobody_told", detail) for line in case.history):
        case.note(now, ASSISTANT, "nobody_told", detail)
        case.raise_priority(P2)
        unit.cases.save(case)


def _words(notice: Notice) -> str:
    """Return what a notice is, by the name of its words."""
    return notice.key.partition(_BY)[0].rpartition(":")[2]
