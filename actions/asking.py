"""Asking: the words for each question, with what the customer may pick."""

from __future__ import annotations

from actions import identity
from actions.base import Turn
from bot.cases.case import Case
from bot.cases.chronology import in_order
from bot.cases.identity import ending
from bot.cases.intake import next_question, phase_of, reachable
from bot.cases.records import Customer
from bot.playbooks import SUCCESS, playbook

CHOICES: dict[str, tuple[str, ...]] = {
    "nature": ("billing", "contract", "service_delivery", "credit_management", "other"),
    "service": ("internet", "wireless", "local_phone", "tv", "other_service"),
    "account": ("skip",),
    "code": ("send_again", "by_email", "skip"),
    "confirm": ("yes", "change"),
    "check": ("yes", "no"),
    "offer": ("accept", "decline"),
    "satisfied": ("yes", "no"),
    "next_step": ("escalate", "ombudsman", "leave"),
    "person": ("yes", "no"),
    "language": ("english", "french", "italian"),
    "which_date": ("both_dates",),
    "gap": ("nothing_between",),
    "complaint_or_fault": ("as_complaint", "only_report"),
    "same_or_new": ("own_complaint", "same_case"),
    "file_now": ("yes", "no"),
    "sure_to_drop": ("yes", "no"),
    "sure_to_start_over": ("yes", "no"),
    "sure_to_withdraw": ("yes", "no"),
}
"""What may be picked for a question; the customer can always say something else."""

ONLY_WHEN_STUCK = frozenset({"nature"})
"""Questions that are asked openly first and offer their choices only to somebody who is stuck."""

A_SENTENCE = 60
"""Words of more characters than these are not read back twice; a short wish is."""


def ask_next(turn: Turn) -> None:
    """Compute the next question of the intake from the complaint and ask it."""
    question = next_question(turn.complaint, code_sent=identity.code_is_out(turn))
    if phase_of(question) in ("contact", "filing") and identity.may_send_code(turn):
        # the account number was given in passing; this is the moment at which proving it helps
        identity.send_code(turn)
        # nothing is asked for that could not be sent
        if "code" not in turn.complaint.settled:
            question = "code"
    turn.conversation.expects = question
    ask(turn)


def ask(turn: Turn, with_choices: bool = False) -> None:
    """Ask the question the conversation expects an answer to."""
    expects = turn.conversation.expects
    if expects in (None, "free"):
        return
    turn.asked = True
    if expects == "confirm":
        read_back(turn)
        return
    if expects == "event" and turn.complaint.events:
        turn.say("question_event_more", choices=("that_is_all",))
        return
    if expects == "next_step" and turn.case is None:
        turn.conversation.expects = "free"
        return
    if expects == "nature" and turn.complaint.told:
        # the story is told already; only its kind could not be read
        turn.say("question_nature_kind", choices=CHOICES["nature"])
        return
    shown = () if expects in ONLY_WHEN_STUCK and not with_choices else CHOICES.get(expects, ())
    if expects == "contact" or (expects == "account" and not reachable(turn.complaint)):
        shown = ("this_number", *shown) if turn.own_number else shown
    if not _put_as_fits(turn, expects, shown):
        turn.say(f"question_{expects}", choices=shown, **_values(turn, expects))


def _put_as_fits(turn: Turn, expects: str, shown: tuple[str, ...]) -> bool:
    """Put a question in other words where what is known calls for them; False where the usual words do."""
    if expects == "account" and turn.complaint.represented:
        turn.say("question_account_represented", choices=shown)
    elif expects == "account" and not (reachable(turn.complaint) and turn.complaint.name):
        turn.say("question_account_or_contact", choices=shown)
    elif expects == "contact" and turn.complaint.name:
        turn.say("question_contact_only", choices=shown)
    elif expects == "name" and turn.complaint.represented:
        turn.say("question_name_represented", choices=shown)
    elif expects in ("check", "satisfied") and (asked := _asked_by_playbook(turn, expects)):
        say_of_playbook(turn, asked, shown)
    else:
        return False
    return True


def _asked_by_playbook(turn: Turn, expects: str) -> str | None:
    """Return the words in which the playbook at work asks the question, None when none is at work."""
    resolution = turn.case.resolution if turn.case else None
    book = playbook(resolution.playbook) if resolution else None
    if resolution is None or book is None:
        return None
    return SUCCESS if expects == "satisfied" else book.steps[resolution.step].say


def say_of_playbook(turn: Turn, key: str, choices: tuple[str, ...] = ()) -> None:
    """Say words of the playbook that is at work, filled with what was found when it began."""
    resolution = turn.case.resolution if turn.case else None
    assert resolution is not None, "no playbook is at work"
    turn.say(f"{resolution.playbook}.{key}", choices=choices, **resolution.values)


def _values(turn: Turn, expects: str) -> dict[str, object]:
    """Return what the words of a question are filled with."""
    if expects == "which_date":
        first, second = turn.conversation.doubt
        return {"first": dated(first), "second": dated(second)}
    if expects == "gap":
        start, end = turn.conversation.doubt
        return {"start": dated(start), "end": dated(end)}
    if expects in ("sure_to_withdraw", "same_or_new", "addition"):
        return {"tracking_number": turn.subject or ""}
    return {}


def dated(date: str) -> dict[str, str]:
    """Return a date in ISO 8601, at whatever precision it is written, as a value for a reply."""
    precision = "range" if "/" in date else {4: "year", 7: "month"}.get(len(date), "day")
    return {"kind": "date", "date": date, "precision": precision}


def read_back(turn: Turn) -> None:
    """Read the complaint back before it is filed."""
    complaint, customer = turn.complaint, turn.verified
    story = [
        {"date": event.date, "precision": event.precision, "text": shortened(event.text)}
        for event in in_order(complaint.events)
    ]
    turn.say(
        "question_confirm",
        choices=CHOICES["confirm"],
        natures={
            "kind": "natures",
            "natures": [{"category": nature.category, "issue": nature.issue} for nature in complaint.natures],
            "services": complaint.services,
        },
        story={"kind": "story", "events": story},
        prior=_said(turn, "; ".join(prior.text for prior in complaint.prior_contacts))
        if complaint.prior_contacts
        else phrase("nothing_tried" if "prior_contact" in complaint.settled else "none_told"),
        remedy=_said(turn, complaint.remedy) if complaint.remedy else phrase("none_told"),
        contact=_contact(turn, customer),
        name=complaint.name or phrase("none_told"),
    )


def _said(turn: Turn, text: str) -> dict[str, object]:
    """Return the customer's own words for the read-back; nobody has to read or hear the same sentence twice."""
    told = [event.text for event in turn.complaint.events]
    is_told = text in told or (len(text) > A_SENTENCE and any(text in words for words in told))
    return phrase("as_told") if is_told else quoted(text)


def _contact(turn: Turn, customer: Customer | None) -> dict[str, object]:
    told = [part for part in (turn.complaint.phone, turn.complaint.email) if part]
    if told:
        return {"kind": "contacts", "contacts": told}
    if turn.complaint.use_contact_of_record and customer:
        address = customer.phone_of_record or customer.email_of_record or ""
        return phrase("contact_of_record", ending=ending(address))
    return phrase("none_told")


def phrase(name: str, **values: object) -> dict[str, object]:
    """Name a short phrase of the pack, to stand inside a reply."""
    return {"kind": "phrase", "phrase": name, "values": values}


def case_stands(turn: Turn, case: Case) -> None:
    """Say where a case stands and ask what else there is."""
    standing = turn.touch(case.tracking_number) or case
    turn.say("case_stands", tracking_number=case.tracking_number, status=phrase(f"status_{standing.status}"))


def quoted(text: str) -> dict[str, object]:
    """Return the customer's own words, to stand inside a reply."""
    return phrase("said", text=shortened(text))


def shortened(text: str, limit: int = 160) -> str:
    """Return the words, cut at a word's end when they are long."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0] + "…"
