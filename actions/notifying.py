"""Notifying: what is sent to the customer by the contact they chose, once for each key."""

from __future__ import annotations

from actions.base import Turn
from bot.cases.case import Case
from bot.cases.conversation import Notice
from bot.languages import pack
from bot.languages.wording import filled_in


def address(turn: Turn) -> tuple[str, str] | None:
    """Return kind and address of the contact to write to, None when there is none."""
    complaint, customer = turn.complaint, turn.verified
    if complaint.email:
        return "email", complaint.email
    if complaint.phone:
        return "sms", complaint.phone
    if complaint.use_contact_of_record and customer:
        if customer.phone_of_record and customer.phone_kind == "mobile":
            return "sms", customer.phone_of_record
        if customer.email_of_record:
            return "email", customer.email_of_record
    return None


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
