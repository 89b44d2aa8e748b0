"""The complaint phase: what went wrong, in the customer's words, and with which service."""

from __future__ import annotations

from datetime import timedelta

from actions import further, identity
from actions.asking import ask, case_stands, phrase, quoted
from actions.base import Turn
from actions.naming import name_in
from actions.opening import reached_at_last
from bot.cases.case import P2, WAITING, Case
from bot.cases.chronology import Event, first_day
from bot.cases.complaint import CATEGORIES, SERVICES, Amount, Nature, PriorContact
from bot.cases.intake import INTAKE, phase_of
from bot.cases.status import ENDED

FEW_WORDS = 12
"""Up to this many words a message hardly tells a story."""

FACTS_OF_TROUBLE = ("nature", "service", "date", "amount", "prior_contact", "circumstance")

NO_QUESTIONS = frozenset({"emergency", "self_harm", "violence"})
"""Nobody in these dangers is asked anything, then or afterwards; what they write is kept and they hear that it is."""

SAYS_SOMETHING = 4
"""With fewer words that nothing is read from, nobody can tell what is meant."""

FIRST_REPORT = 25
"""Up to this many words trouble may be a mere report of a fault; whoever writes more wants more than that."""

MOVES_TO_COMPLAIN = ("prior_contact", "remedy", "amount", "circumstance", "ombudsman")
"""Facts that turn trouble into a complaint without the word: an attempt before, a wish, money, hardship."""

SIGNS_OF_TROUBLE = ("nature", "prior_contact", "circumstance", "ombudsman")
"""Facts that nobody gives who speaks of something else; a date, a sum or a wish stands in any message."""

A_STORY = 25
"""With more words than these somebody tells a story, whatever it is about."""

TELLING = frozenset({"complain", "fault_report", "inform", "correct", "add_to_case", "nlu_fallback"})


def note_facts(turn: Turn) -> None:
    """Keep every fact the message gives in passing, whatever was asked, so that it is not asked again."""
    complaint, expects = turn.complaint, turn.conversation.expects
    if expects in ("open", "free", None) or phase_of(expects) in (*INTAKE, "decision", "status"):
        note_what_weighs(turn)
    if expects not in ("open", "free", None) and phase_of(expects) not in INTAKE:
        return
    if expects != "open" or not may_be_anything(turn):
        note_sums(turn)
    if phase_of(expects) in ("chronology", "remedy"):
        _note_further_answers(turn)
    reachable_by = turn.found("phone") or turn.found("email")
    if (
        turn.found("name_given")
        and not reachable_by
        and expects not in ("confirm", "name")
        and not complaint.name
    ):
        complaint.name = name_in(turn)
    complaint.account_number = complaint.account_number or turn.value("account")
    if expects != "confirm":
        mended = turn.says("correction") or turn.intent == "correct"
        for kind in ("phone", "email"):
            given = [row["value"] for row in turn.found(kind)]
            if given and (mended or not getattr(complaint, kind)):
                # "…0121, no, better …0112": the last one counts
                setattr(complaint, kind, given[-1] if mended else given[0])
        complaint.address = complaint.address or turn.value("address")
        complaint.postal_code = complaint.postal_code or turn.value("postal_code")


def note_sums(turn: Turn) -> None:
    """Keep every sum of money the message names."""
    for amount in sums_in(turn):
        turn.complaint.add_amount(amount)


def sums_in(turn: Turn) -> list[Amount]:
    """Return every sum of money in the message."""
    return [Amount(row["value"], row.get("currency", "CAD")) for row in turn.found("amount")]


def _note_further_answers(turn: Turn) -> None:
    """Keep what was tried and what is wanted when it comes with the answer to another question."""
    expects = turn.conversation.expects
    if phase_of(expects) == "chronology" and not turn.complaint.prior_contacts:
        _keep_prior_contact(turn)
    if expects != "remedy" and turn.complaint.remedy is None:
        turn.complaint.remedy = turn.value("remedy")


def _keep_prior_contact(turn: Turn) -> None:
    words = turn.value("prior_contact")
    if words and attempt_told(turn, words) not in turn.complaint.prior_contacts:
        turn.complaint.prior_contacts.append(attempt_told(turn, words))


def attempt_told(turn: Turn, words: str) -> PriorContact:
    """Return an attempt to have it put right, told in these words of the message."""
    return PriorContact(words, turn.value("ticket"), turn.value("staff"))


def note_what_weighs(turn: Turn) -> None:
    """Keep for whom the customer speaks, what makes the matter weigh more, and which companies come into it.

    The first of these to come up is spoken to, once each; a person is offered with what weighs more.
    """
    complaint = turn.complaint
    whom = turn.value("represented")
    if whom and complaint.represented is None:
        complaint.represented = whom
        complaint.settled |= {"code"}
        turn.say("represented", whom=quoted(whom))
    weighing = [row["value"] for row in turn.found("circumstance")]
    new = [name for name in dict.fromkeys(weighing) if name not in complaint.circumstances]
    if new:
        complaint.circumstances = (*complaint.circumstances, *new)
        turn.say(f"circumstance_{new[0]}", phone=turn.house.profile.phone)
        if turn.case is not None:
            turn.case.raise_priority(P2)
            turn.case.note(turn.now, "assistant", "circumstances", ", ".join(new))
    companies = [row["value"] for row in turn.found("company") if row["value"] not in complaint.companies]
    if companies:
        complaint.companies = (*complaint.companies, *companies)
        turn.say(
            "company_noted",
            companies=phrase("said", text=", ".join(companies)),
            provider=turn.house.profile.name,
        )


def told(turn: Turn) -> bool:
    """Hear the first words: a trouble told is kept and read; a bare wish to complain brings the question what about."""
    if turn.conversation.tracking_number:
        return said_after(turn)
    tells = any(map(turn.found, FACTS_OF_TROUBLE))
    if turn.intent not in TELLING and not tells:
        return False
    short = len(turn.text.split()) < SAYS_SOMETHING or turn.text.rstrip().endswith("?")
    if (short and not (turn.sure or tells)) or may_be_anything(turn):
        return False
    if turn.says("complaint_word") and not tells and len(turn.text.split()) <= FEW_WORDS:
        if not _consoled(turn):
            turn.say("sorry_to_hear")
        turn.conversation.expects = "nature"
        return True
    tell(turn)
    if turn.conversation.holder != WAITING and may_be_a_report(turn):
        turn.conversation.expects = "complaint_or_fault"
        ask(turn)
        return True
    if not _consoled(turn):
        turn.say("heard_complaint")
    turn.conversation.expects = "nature"
    return True


def may_be_anything(turn: Turn) -> bool:
    """Tell whether first words show nothing of a trouble with us; said twice, they are taken down all the same."""
    asks = turn.says("asking") or turn.says("requesting") or turn.text.rstrip().endswith("?")
    shows = (
        turn.sure
        or (any(map(turn.is_past, turn.found("date"))) and not asks)
        or turn.intent in ("complain", "fault_report")
        or any(map(turn.says, ("dissatisfied", "complaint_word")))
        or any(map(turn.found, SIGNS_OF_TROUBLE))
    )
    return not (shows or turn.conversation.misunderstood) and len(turn.text.split()) <= A_STORY


def _consoled(turn: Turn) -> bool:
    return any(reply["reply"].startswith("circumstance_") for reply in turn.replies)


def may_be_a_report(turn: Turn) -> bool:
    """Tell whether the words may be a first report of a fault, which is no complaint unless the customer says so.

    Dissatisfaction makes it one without the word: an earlier attempt, a wish for redress, anger, time gone by.
    """
    words = len(turn.text.split())
    only_faulty = {nature.issue for nature in turn.complaint.natures} == {"outage"}
    named = {nature.category for nature in turn.complaint.natures} - {"service_delivery", "other"}
    plain = (turn.intent == "fault_report" and words <= FIRST_REPORT) or (only_faulty and words <= FEW_WORDS)
    plain = plain and not named
    complains = turn.says("dissatisfied") or turn.says("complaint_word") or _lasts(turn)
    return turn.says("report_only") or (plain and not (complains or any(map(turn.found, MOVES_TO_COMPLAIN))))


def _lasts(turn: Turn) -> bool:
    """Tell whether the trouble began before yesterday."""
    days = (first_day(event) for event in turn.complaint.events)
    return any(day is not None and day < turn.today - timedelta(days=1) for day in days)


def tells_first(turn: Turn) -> bool:
    """Tell whether a message tells of a trouble in some words, where none was told yet."""
    untold = turn.case is None and not turn.complaint.told
    says_something = len(turn.text.split()) >= SAYS_SOMETHING and not turn.text.rstrip().endswith("?")
    return untold and says_something and any(map(turn.found, FACTS_OF_TROUBLE))


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
    _keep_prior_contact(turn)
    for wish in turn.found("remedy")[:1]:
        complaint.remedy = complaint.remedy or wish["value"]


def events_in(turn: Turn) -> list[Event]:
    """Return one event for each date in the message, with the sentence it stands in."""
    reference = turn.value("ticket")
    staff = [row["value"] for row in turn.found("staff")]
    return [
        Event(
            found["value"],
            found["precision"],
            found["sentence"],
            reference,
            next((person for person in staff if person in found["sentence"]), None),
        )
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
    says_something = len(turn.text.split()) >= SAYS_SOMETHING or turn.found("nature")
    if not says_something and not turn.complaint.told:
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
        if not chosen and (turn.found("nature") or turn.found("date")):
            # "my TV has been cutting out since May 3" tells more than the service
            tell(turn)
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
    if reached_at_last(turn, case):
        return True
    if in_danger(case):
        turn.complaint.tell(turn.text)
        stay_with(turn, case)
        return True
    if turn.value("account") and _may_look_now(turn, case):
        turn.complaint.account_number = turn.value("account")
        turn.complaint.settled.discard("code")
        identity.send_code(turn)
        if "code" not in turn.complaint.settled:
            turn.conversation.expects = "code"
            ask(turn)
        return True
    if turn.intent in ("affirm", "deny", "nothing_more", "leave_it", "dont_know", "refuse"):
        case_stands(turn, case)
        return True
    if _sounds_new(turn, case):
        further.set_case_aside(turn)
        tell(turn)
        turn.conversation.expects = "same_or_new"
        ask(turn)
        return True
    add_to(turn, case)
    return True


def _may_look_now(turn: Turn, case: Case) -> bool:
    """Tell whether an account number given after the case was opened may still bring a look at the account."""
    return turn.verified is None and not turn.complaint.represented and case.status not in ENDED


def stay_with(turn: Turn, case: Case) -> None:
    """Say to somebody in danger that they are heard, and where help is."""
    if any(handoff.reason == safety("self_harm") for handoff in case.handoffs):
        turn.say("with_you_self_harm")
    else:
        turn.say("with_you")


def in_danger(case: Case) -> bool:
    """Tell whether somebody wrote of danger to life, after which nothing is asked of them."""
    return any(handoff.reason in map(safety, NO_QUESTIONS) for handoff in case.handoffs)


def safety(danger: str) -> str:
    """Return the reason under which a person is asked for in a danger."""
    return f"safety: {danger}"


def _sounds_new(turn: Turn, case: Case) -> bool:
    """Tell whether the words tell of trouble of another kind than the case, at some length."""
    known = {nature.category for nature in case.complaint.natures}
    new = {row["value"] for row in turn.found("nature")} - known
    return (
        case.complaint.told
        and bool(new)
        and not turn.found("circumstance")
        and len(turn.text.split()) >= 6
        and turn.intent in ("complain", "fault_report")
    )


def add_to(turn: Turn, case: Case) -> None:
    """Add the message to a case, whose end it may undo only on the customer's wish."""
    # the case of this conversation takes over the conversation's own complaint when the turn is saved
    complaint = turn.complaint if case is turn.case else case.complaint
    complaint.tell(turn.text)
    for event in events_in(turn):
        complaint.add_event(event)
    for amount in sums_in(turn):
        complaint.add_amount(amount)
    case.note(turn.now, "customer", "added", "words added to the case")
    if turn.text.rstrip().endswith("?"):
        turn.say("put_on_case", tracking_number=case.tracking_number, phone=turn.house.profile.phone)
    else:
        turn.say("added_to_case", tracking_number=case.tracking_number)
    standing = turn.touch(case.tracking_number)
    if standing and standing.status in ENDED:
        turn.say("may_reopen")
