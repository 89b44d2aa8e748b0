"""Notifying: what is sent to the customer by the contact they chose, once for each key."""

from __future__ import annotations

from collections.abc import Iterator

from actions.base import Turn
from bot.cases.case import Case
from bot.cases.conversation import Notice
from bot.languages import pack
from bot.languages.wording import filled_in


def address(turn: Turn) -> tuple[str, str] | None:
    """Return kind and address of the contact to write to, None when there is none.

    Who wants no texts is written to by e-mail; where none is known, the clock finds the way that is left.
    """
    ways = list(_ways(turn))
    return next((way for way in ways if _is_welcome(turn, *way)), ways[0] if ways else None)


def _ways(turn: Turn) -> Iterator[tuple[str, str]]:
    """Return the ways to write to the customer, the best first."""
    complaint, customer = turn.complaint, turn.verified
    of_record = customer if complaint.use_contact_of_record else None
    if complaint.email:
        yield "email", complaint.email
    if complaint.phone:
        yield "sms", complaint.phone
    if of_record and of_record.phone_of_record and of_record.phone_kind == "mobile":
        yield "sms", of_record.phone_of_record
    is_for_want_of_others = customer and complaint.phone and not _is_unsafe(turn)
    if customer and customer.email_of_record and (of_record or is_for_want_of_others):
        yield "email", customer.email_of_record


def _is_welcome(turn: Turn, kind: str, to: str) -> bool:
    return kind != "sms" or not turn.unit.texters.wants_no_texts(to)


def _is_unsafe(turn: Turn) -> bool:
    """Whether somebody at the customer's home may read what goes there; then only what they gave us is used."""
    return turn.case is not None and turn.case.is_unsafe_to_write


def notify(turn: Turn, case: Case, words: str, **values: object) -> str | None:
    """Queue a notice in the conversation's language and return its kind, None when nobody could be written to."""
    to = address(turn)
    if to is None:
        return None
    language = turn.conversation.language
    values = {"provider": turn.house.profile.name, **values}
    text = filled_in(pack(language, "notices")[words], values, language)
    turn.unit.outbox.add(
        Notice(
            key=f"{case.tracking_number}:{words}",
            kind=to[0],
            to=to[1],
            language=language,
            text=text,
            at=turn.now,
            tracking_number=case.tracking_number,
        )
    )
    return to[0]
