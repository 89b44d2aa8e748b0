"""The filing phase: the answer to the read-back, and the correction of one field."""

from __future__ import annotations

from dataclasses import replace

from actions import resolution
from actions.base import Turn
from actions.complaint import events_in, tell
from actions.opening import acknowledge_by_contact, open_case
from bot.cases.complaint import Amount
from bot.cases.intake import INTAKE, phase_of
from bot.languages import pack
from bot.reading.names import read_name

FIELDS = (
    "fix_story",
    "fix_dates",
    "fix_service",
    "fix_prior",
    "fix_remedy",
    "fix_account",
    "fix_contact",
    "fix_name",
)


def confirm(turn: Turn) -> bool:
    """Hear the answer to the read-back: yes opens the case, anything else corrects it."""
    field = turn.chose(*FIELDS)
    if field:
        reopen_field(turn, field)
        return True
    if correct(turn):
        turn.say("corrected")
        return True
    if turn.says_yes or turn.intent in ("nothing_more", "leave_it"):
        if turn.case is None:
            open_case(turn)
            resolution.attempt(turn)
        else:
            turn.conversation.expects = "free"
            acknowledge_by_contact(turn, turn.case)
            turn.say("case_updated", tracking_number=turn.case.tracking_number)
        return True
    if turn.chose("change") or turn.says_no or turn.intent == "correct":
        turn.say("which_field", choices=FIELDS)
        turn.asked = True
        return True
    if turn.intent in ("complain", "inform", "fault_report") and len(turn.text.split()) > 3:
        tell(turn)
        turn.say("added")
        return True
    return False


def correct(turn: Turn) -> bool:
    """Put right whatever facts the message holds; True when it held one."""
    complaint = turn.complaint
    changed = False
    if turn.found("amount"):
        complaint.amounts = [Amount(row["value"], row.get("currency", "CAD")) for row in turn.found("amount")]
        changed = True
    if turn.value("account") and turn.value("account") != complaint.account_number:
        complaint.account_number = turn.value("account")
        complaint.settled -= {"account", "code"}
        changed = True
    for kind in ("phone", "email"):
        if turn.value(kind):
            setattr(complaint, kind, turn.value(kind))
            changed = True
    dates = events_in(turn)
    if dates and turn.intent in ("correct", "deny", "inform", "affirm", "nlu_fallback"):
        dated = [happened for happened in complaint.events if happened.date]
        if len(dated) == 1 and len(dates) == 1:
            place = complaint.events.index(dated[0])
            # both wordings are kept: the first one may name the date that was wrong
            text = f"{dated[0].text} ({turn.text})"
            complaint.events[place] = replace(
                dated[0], date=dates[0].date, precision=dates[0].precision, text=text
            )
        else:
            for happened in dates:
                complaint.add_event(happened)
        changed = True
    if turn.found("service") and turn.intent not in ("affirm", "complain") and not turn.found("nature"):
        complaint.natures = [replace(nature, service=None) for nature in complaint.natures]
        complaint.concern(turn.value("service"))
        changed = True
    asked = turn.conversation.expects == "confirm" and turn.intent not in ("affirm", "deny")
    bare_name = asked and complaint.name is None
    words = pack(turn.conversation.language, "names")
    name = read_name(turn.text, words) if turn.found("name_given") or bare_name else None
    if name:
        complaint.name = name
        changed = True
    return changed


def corrects_in_passing(turn: Turn) -> bool:
    """Hear a correction given while something else is asked: it is made, and the question is asked again."""
    expects = turn.conversation.expects
    if (
        turn.intent != "correct"
        or phase_of(expects) not in INTAKE
        or expects in ("confirm", "nature", "event")
    ):
        return False
    if expects in ("account", "contact", "code") or not correct(turn):
        return False
    turn.say("corrected")
    return True


def reopen_field(turn: Turn, field: str) -> None:
    """Empty one field so that its question is asked again."""
    complaint = turn.complaint
    if field == "fix_story":
        complaint.narrative, complaint.natures = "", []
        complaint.settled -= {"nature", "service"}
    elif field == "fix_dates":
        complaint.events = []
        complaint.settled.discard("event")
    elif field == "fix_service":
        complaint.natures = [replace(nature, service=None) for nature in complaint.natures]
        complaint.settled.discard("service")
    elif field == "fix_prior":
        complaint.prior_contacts = []
        complaint.settled.discard("prior_contact")
    elif field == "fix_remedy":
        complaint.remedy = None
        complaint.settled.discard("remedy")
    elif field == "fix_account":
        complaint.account_number = None
        complaint.settled -= {"account", "code"}
    elif field == "fix_contact":
        complaint.phone = complaint.email = None
        complaint.use_contact_of_record = False
        complaint.settled.discard("contact")
    else:
        complaint.name = None
        complaint.settled.discard("name")
