"""The filing phase: the answer to the read-back, and the correction of one field."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

from actions import resolution
from actions.base import Turn
from actions.complaint import SIGNS_OF_TROUBLE, events_in, in_danger, sums_in, tell
from actions.naming import name_in
from actions.opening import acknowledge_by_contact, open_case
from bot.cases.chronology import apart_from
from bot.cases.intake import INTAKE, phase_of

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

A_BARE_NO = 5
"""With more words than these, a no to the read-back says something that is worth keeping."""

A_FEW_WORDS = 3
"""Up to this many words may only name what is to be changed: "the name"."""

QUESTIONS_OF_FIELDS = ("nature", "event", "service", "prior_contact", "remedy", "account", "contact", "name")
"""The question that each field answers, in the order of FIELDS."""


def confirm(turn: Turn) -> bool:
    """Hear the answer to the read-back: yes opens the case, anything else corrects it."""
    field = field_to_change(turn)
    if field:
        turn.complaint.forget(QUESTIONS_OF_FIELDS[FIELDS.index(field)])
        # whoever puts one date right has told the rest before
        turn.complaint.settled.add("event_more")
        return True
    if correct(turn):
        turn.say("corrected")
        return True
    no_more = turn.says("nothing_else") and not turn.says_no
    if turn.says_yes or no_more or (turn.sure and turn.intent in ("nothing_more", "leave_it")):
        if turn.case is None:
            open_case(turn)
            resolution.attempt(turn)
        else:
            turn.conversation.expects = "free"
            acknowledge_by_contact(turn, turn.case)
            turn.say("case_updated", tracking_number=turn.case.tracking_number)
            if turn.verified is not None and not turn.case.resolutions and not in_danger(turn.case):
                # it was opened before anybody could look at the account
                resolution.attempt(turn)
        return True
    if turn.chose("change") or turn.says_no or turn.intent in ("correct", "go_back"):
        if len(turn.text.split()) > A_BARE_NO:
            turn.complaint.tell(turn.text)
        turn.say("which_field", choices=FIELDS)
        turn.asked = True
        return True
    tells = turn.intent in ("complain", "inform", "fault_report") or any(map(turn.found, SIGNS_OF_TROUBLE))
    if tells and len(turn.text.split()) > A_FEW_WORDS:
        tell(turn)
        turn.say("added")
        return True
    return False


def field_to_change(turn: Turn) -> str | None:
    """Return the field that is to be asked anew: one that was picked, or one called wrong without the right value."""
    chosen = turn.chose(*FIELDS)
    names_it = len(turn.text.split()) <= A_FEW_WORDS or turn.says("to_change")
    if chosen or turn.says_yes or not (names_it or turn.says_no or turn.intent in ("correct", "go_back")):
        return chosen
    facts = ("date", "amount", "account", "phone", "email", "service", "nature")
    named = turn.found("name_given") and name_in(turn)
    if named or any(map(turn.found, facts)):
        return None
    return next((field for field in FIELDS if turn.says(f"about_{field.removeprefix('fix_')}")), None)


def correct(turn: Turn) -> bool:
    """Put right whatever facts the message holds; True when it held one."""
    complaint = turn.complaint
    before = deepcopy(complaint)
    if turn.found("amount"):
        complaint.amounts = sums_in(turn)
    if turn.value("account") and turn.value("account") != complaint.account_number:
        complaint.account_number = turn.value("account")
        complaint.settled -= {"account", "code"}
    for kind in ("phone", "email"):
        if turn.value(kind):
            setattr(complaint, kind, turn.value(kind))
    if turn.found("remedy") and (turn.intent == "correct" or turn.says("about_remedy")):
        complaint.remedy = turn.value("remedy")
    if events_in(turn) and turn.intent in ("correct", "deny", "inform", "affirm", "nlu_fallback"):
        _correct_dates(turn)
    if turn.found("service") and turn.intent not in ("affirm", "complain") and not turn.found("nature"):
        complaint.natures = [replace(nature, service=None) for nature in complaint.natures]
        complaint.concern(turn.value("service"))
    answers = turn.intent in ("affirm", "deny") or turn.says("nothing_else")
    asked = turn.conversation.expects == "confirm" and not answers
    bare_name = asked and complaint.name is None
    name = name_in(turn) if turn.found("name_given") or bare_name else None
    if name:
        complaint.name = name
    return complaint != before


def _correct_dates(turn: Turn) -> None:
    """Put a date right: "April 27, not April 26" replaces the one it names, a date alone the only one there is."""
    complaint = turn.complaint
    told = events_in(turn)
    known = {happened.date for happened in complaint.events}
    new = [happened for happened in told if happened.date not in known]
    dated = [happened for happened in complaint.events if happened.date]
    named = [happened for happened in dated if happened.date in {each.date for each in told}]
    tried = [prior.text for prior in complaint.prior_contacts]
    wrong = named if named and len(new) == 1 else apart_from(dated, tried) or dated
    if len(wrong) == 1 and len(new) == 1:
        place = complaint.events.index(wrong[0])
        # both wordings are kept: the first one may name the date that was wrong
        text = f"{wrong[0].text} ({turn.text})"
        complaint.events[place] = replace(wrong[0], date=new[0].date, precision=new[0].precision, text=text)
        return
    for happened in new:
        complaint.add_event(happened)


def corrects_in_passing(turn: Turn) -> bool:
    """Hear a correction given while something else is asked: it is made, and the question is asked again."""
    expects = turn.conversation.expects
    if (
        turn.intent != "correct"
        or phase_of(expects) not in INTAKE
        or expects in ("confirm", "nature", "event", "which_date", "gap")
    ):
        return False
    if expects == "prior_contact" and not turn.says("correction"):
        return False
    about_account_or_contact = turn.found("account") or turn.found("phone") or turn.found("email")
    if (expects in ("account", "contact", "code") and about_account_or_contact) or not correct(turn):
        return False
    turn.say("corrected")
    return True
