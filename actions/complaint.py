"""The complaint phase: what went wrong, in the customer's words, and with which service."""

from __future__ import annotations

from actions.base import Turn
from bot.cases.chronology import Event
from bot.cases.complaint import CATEGORIES, SERVICES, Amount, Nature, PriorContact
from bot.cases.intake import INTAKE, phase_of

TELLING = frozenset({"complain", "fault_report", "inform", "correct", "add_to_case", "nlu_fallback"})


def note_facts(turn: Turn) -> None:
    """Keep every fact the message gives in passing, whatever was asked, so that it is not asked again."""
    complaint, expects = turn.complaint, turn.conversation.expects
    if expects not in ("open", "free", None) and phase_of(expects) not in INTAKE:
        return
    for amount in turn.found("amount"):
        complaint.add_amount(Amount(amount["value"], amount.get("currency", "CAD")))
    complaint.account_number = complaint.account_number or turn.value("account")
    if expects != "confirm":
        complaint.phone = complaint.phone or turn.value("phone")
        complaint.email = complaint.email or turn.value("email")
        complaint.postal_code = complaint.postal_code or turn.value("postal_code")


def told(turn: Turn) -> bool:
    """Hear the first words: a trouble told is kept and read; a bare wish to complain brings the question what about."""
    if turn.conversation.tracking_number:
        return said_after(turn)
    if turn.intent not in TELLING and not turn.found("nature"):
        return False
    if turn.found("nature") or len(turn.text.split()) > 12:
        tell(turn)
        turn.say("heard_complaint")
    else:
        turn.say("sorry_to_hear")
    turn.conversation.expects = "nature"
    return True


def tell(turn: Turn) -> None:
    """Take the message into the story: natures, service, dates, what was tried before, what is wanted."""
    complaint = turn.complaint
    complaint.tell(turn.text)
    services = turn.found("service")
    service = services[0]["value"] if services else None
    for nature in turn.found("nature"):
        complaint.add_nature(Nature(nature["value"], nature.get("issue"), service))
    if service and not complaint.services:
        complaint.concern(service)
    for event in events_in(turn):
        complaint.add_event(event)
        complaint.settled.add("event")
    references = [row["value"] for row in turn.found("ticket")]
    for prior in turn.found("prior_contact")[:1]:
        complaint.prior_contacts.append(PriorContact(prior["value"], next(iter(references), None)))
    for wish in turn.found("remedy")[:1]:
        complaint.remedy = complaint.remedy or wish["value"]


def events_in(turn: Turn) -> list[Event]:
    """Return one event for each date in the message, with the sentence it stands in."""
    references = [row["value"] for row in turn.found("ticket")]
    return [
        Event(found["value"], found["precision"], found["sentence"], next(iter(references), None))
        for found in turn.found("date")
    ]


def nature(turn: Turn) -> bool:
    """Hear what went wrong; after a category was picked or nothing could be read, it is not asked again."""
    chosen = turn.chose(*CATEGORIES)
    if chosen:
        turn.complaint.add_nature(Nature(chosen))
        if not turn.complaint.told:
            turn.complaint.tell(turn.text)
        return True
    if turn.intent in ("affirm", "greet"):
        return False
    if turn.intent in ("deny", "dont_know", "refuse", "nothing_more") and not turn.found("nature"):
        if turn.conversation.misunderstood:
            turn.complaint.add_nature(Nature("other"))
            turn.complaint.tell(turn.text)
            return True
        return False
    tell(turn)
    if not turn.complaint.natures:
        if turn.conversation.misunderstood:
            turn.complaint.add_nature(Nature("other"))
            return True
        return False
    return True


def service(turn: Turn) -> bool:
    """Hear which service it is about; not knowing is an answer too."""
    chosen = turn.chose(*SERVICES, "other_service")
    found = [row["value"] for row in turn.found("service")]
    if chosen or found:
        turn.complaint.concern("other" if chosen == "other_service" else chosen or found[0])
        return True
    if turn.intent in ("dont_know", "refuse", "deny", "nothing_more") or turn.conversation.misunderstood:
        turn.complaint.settled.add("service")
        return True
    if turn.found("nature") or turn.found("date"):
        tell(turn)
        turn.complaint.settled.add("service")
        return True
    return False


def said_after(turn: Turn) -> bool:
    """Hear what is said once nothing is asked: more about the case that is open, or a new trouble."""
    if turn.conversation.tracking_number is None:
        turn.conversation.expects = "open"
        return told(turn)
    case = turn.case
    assert case is not None
    if turn.intent in ("affirm", "deny", "nothing_more", "leave_it", "dont_know", "refuse"):
        turn.say("anything_else", tracking_number=case.tracking_number)
        return True
    turn.complaint.tell(turn.text)
    for event in events_in(turn):
        turn.complaint.add_event(event)
    case.note(turn.now, "customer", "added", "words added to the case")
    turn.say("added_to_case", tracking_number=case.tracking_number)
    return True
