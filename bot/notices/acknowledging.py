"""A case that an agent opened is acknowledged as any other: by e-mail or by text, else by a letter to print."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bot.cases.case import ASSISTANT, Case
from bot.cases.conversation import Notice
from bot.cases.lodging import ACKNOWLEDGEMENT, IN_WRITING, LETTER
from bot.languages import pack
from bot.languages.wording import day_of, filled_in
from bot.provider import Profile
from bot.schemes import scheme
from bot.store import Unit

EMAIL, SMS = "email", "sms"


def acknowledge(unit: Unit, case: Case, operator: Profile, now: datetime) -> Notice:
    """Put the acknowledgement of a case up for sending and return it.

    It holds the tracking number, what happens next and in approximately which time, and whom else the customer can
    turn to. What goes by itself keeps the promise to acknowledge; a letter keeps it when it has been posted.
    """
    kind, to = next(_ways(unit, case))
    told = {"provider": operator.name, **_told(case, operator)}
    text = filled_in(pack(case.language, "notices")["acknowledgement"], told, case.language)
    if kind == LETTER:
        text = _letter(case, operator, to, text, now)
        case.note(now, ASSISTANT, "ccts_notice", case.language)
    else:
        case.keep(ACKNOWLEDGEMENT, now)
    notice = Notice(
        key=f"{case.tracking_number}:{ACKNOWLEDGEMENT}",
        kind=kind,
        to=to,
        language=case.language,
        text=text,
        at=now,
        tracking_number=case.tracking_number,
        unasked=case.channel in IN_WRITING,
    )
    unit.outbox.add(notice)
    return notice


def _ways(unit: Unit, case: Case) -> Iterator[tuple[str, str]]:
    """Return the ways to tell the customer, the best first; a letter that nobody should post bears no address."""
    given = case.complaint
    if given.email:
        yield EMAIL, given.email
    if given.phone and not unit.texters.wants_no_texts(given.phone):
        yield SMS, given.phone
    home = (given.address, given.postal_code) if not case.is_unsafe_to_write else ()
    yield LETTER, "\n".join(filter(None, [given.name, *home]))


def _told(case: Case, operator: Profile) -> dict[str, Any]:
    due = {promise.what: day_of(promise.due_at, operator.timezone) for promise in case.promises}
    return {
        "tracking_number": case.tracking_number,
        "update": due["update"],
        "answer": due["answer"],
        "days": str(operator.business_days["resolution"]),
        "phone": operator.phone,
    }


def _letter(case: Case, operator: Profile, to: str, acknowledgement: str, now: datetime) -> str:
    values = {
        "from": "\n".join([operator.name, *operator.letter_address]),
        "to": to,
        "on": day_of(now, operator.timezone),
        "acknowledgement": acknowledgement,
        "ccts_notice": {"kind": "notice", "scheme": scheme(operator.scheme).name},
        "provider": operator.name,
    }
    return filled_in(pack(case.language, "casework")["letter"], values, case.language)
