"""An agent puts on record what reached us outside the product: one unit of work, acknowledged as any complaint is."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from bot.cases import audit
from bot.cases.agent import Agent
from bot.cases.case import Case
from bot.cases.complaint import Complaint
from bot.cases.conversation import Conversation
from bot.cases.lodging import Lodging, open_case
from bot.cases.tying import RELATED, come_back, tie
from bot.languages import LANGUAGES, pack
from bot.notices.acknowledging import acknowledge
from bot.playbooks import same_trouble
from bot.provider import Profile
from bot.provider.calendar import business_calendar
from bot.reading.circumstances import read_circumstances
from bot.reading.safety import read_danger
from bot.store import Conflict, Store, Unit

MOST_EARLIER = 20
"""So many cases of one customer are compared with a new one, the latest first."""


def lodge(
    store: Store, operator: Profile, agent: Agent, lodging: Lodging, form_id: str, now: datetime
) -> str:
    """Open the case of what an agent puts on record and return its tracking number; a form that comes twice opens one.

    Raises LodgingRefused for what cannot be opened, and LookupError when the earlier case is none.
    """
    conversation_id = _conversation_id(agent, form_id)
    try:
        with store.unit() as unit:
            known = unit.cases.of_conversation(conversation_id)
            return (known or _opened(unit, operator, agent, lodging, conversation_id, now)).tracking_number
    except Conflict:
        # the same form was faster
        with store.view() as unit:
            known = unit.cases.of_conversation(conversation_id)
        if known is None:
            raise
        return known.tracking_number


def earlier_cases(store: Store, complaint: Complaint) -> list[Case]:
    """Return the cases that the same customer may have opened about the same thing, the latest first.

    While nobody has said what a complaint is about, it may be about anything. One that was merged is left out for the
    one that it leads to.
    """
    with store.view() as unit:
        theirs = unit.cases.of_customer(
            complaint.account_number, complaint.phone, complaint.email, MOST_EARLIER
        )
    return [
        case
        for case in theirs
        if not case.merged_into and (not complaint.natures or same_trouble(complaint, case.complaint))
    ]


def dangers_told(text: str) -> list[str]:
    """Return the dangers that a text tells of, in whichever language it is written."""
    read = [read_danger(text, pack(language, "safety")) for language in LANGUAGES]
    return list(dict.fromkeys(danger for danger in read if danger))


def circumstances_told(text: str) -> list[str]:
    """Return what makes a complaint weigh more, as a text tells it in whichever language it is written."""
    read = [read_circumstances(text, pack(language, "circumstances")) for language in LANGUAGES]
    return list(dict.fromkeys(name for names in read for name in names))


def _conversation_id(agent: Agent, form_id: str) -> str:
    """Return the id of the conversation that a form opens: as long as any, and the same whenever the form comes."""
    return f"desk-{sha256(f'{agent.id}:{form_id}'.encode()).hexdigest()[:32]}"


def _opened(
    unit: Unit, operator: Profile, agent: Agent, lodging: Lodging, conversation_id: str, now: datetime
) -> Case:
    number = unit.cases.unused_number()
    calendar = business_calendar(operator)
    case = open_case(lodging, number, agent.name, now, operator.business_days, calendar)
    # Nobody can speak here; the conversation is where what is sent about the case, and its files, belong.
    unit.conversations.add(
        Conversation(
            conversation_id,
            token_hash="",
            channel=lodging.channel,
            created_at=now,
            language=lodging.language,
            language_settled=True,
            expects="free",
            tracking_number=number,
            complaint=lodging.complaint,
        )
    )
    _tie(unit, case, lodging.earlier, agent, now)
    acknowledge(unit, case, operator, now)
    unit.cases.add(case, conversation_id)
    unit.audit.add(now, audit.LODGED, agent.id, number)
    return case


def _tie(unit: Unit, case: Case, number: str | None, agent: Agent, now: datetime) -> None:
    """Tie a new case to the earlier one that it belongs with."""
    if number is None:
        return
    earlier = unit.cases.get(number)
    if earlier is None:
        raise LookupError("no such case")
    unit.ties.put(tie(case, earlier, RELATED, now, agent.name))
    come_back(case, earlier, now)
    unit.cases.save(earlier)
