"""Intake: which question comes next, computed from what the complaint still lacks. Nothing is asked twice."""

from __future__ import annotations

from collections.abc import Iterable

from bot.cases.complaint import Complaint

PHASES: dict[str, tuple[str, ...]] = {
    "complaint": ("nature", "service"),
    "chronology": ("event", "which_date", "gap"),
    "remedy": ("prior_contact", "remedy"),
    "identity": ("account", "code"),
    "contact": ("contact", "name"),
    "filing": ("confirm",),
    "resolution": ("place", "check", "offer", "satisfied", "next_step"),
    "status": ("tracking_number", "proof", "addition"),
    "decision": (
        "complaint_or_fault",
        "same_or_new",
        "file_now",
        "sure_to_drop",
        "sure_to_start_over",
        "sure_to_withdraw",
    ),
}
"""The phases of a conversation and the questions of each, in the order they are asked."""

ASKED_AS = {
    "which_date": "event",
    "gap": "event",
    "addition": "free",
    "place": "free",
    "check": "confirm",
    **dict.fromkeys(PHASES["decision"], "confirm"),
}
"""What the public state calls a question that is a finer one within; every other goes by its own name."""

INTAKE = ("complaint", "chronology", "remedy", "identity", "contact", "filing")


def phase_of(question: str | None) -> str | None:
    """Return the phase a question belongs to; None for the questions outside every phase."""
    return next((phase for phase, questions in PHASES.items() if question in questions), None)


def missing(complaint: Complaint, *, code_sent: bool) -> Iterable[str]:
    """Yield the questions still open, in order; an unanswerable one never blocks, it gets settled too."""
    settled = complaint.settled
    if not complaint.told or (not complaint.natures and "nature" not in settled):
        yield "nature"
    if not complaint.services and "service" not in settled:
        yield "service"
    if "event" not in settled:
        yield "event"
    if not complaint.prior_contacts and "prior_contact" not in settled:
        yield "prior_contact"
    if not complaint.remedy and "remedy" not in settled:
        yield "remedy"
    if not complaint.account_number and "account" not in settled:
        yield "account"
    if code_sent and "code" not in settled:
        yield "code"
    if not reachable(complaint) and "contact" not in settled:
        yield "contact"
    if not complaint.name and "name" not in settled:
        yield "name"
    yield "confirm"


def reachable(complaint: Complaint) -> bool:
    """Tell whether we know where to write to the customer."""
    return bool(complaint.phone or complaint.email or complaint.use_contact_of_record)


def next_question(complaint: Complaint, *, code_sent: bool) -> str:
    """Return the next question of the intake; the read-back when nothing else is open."""
    return next(iter(missing(complaint, code_sent=code_sent)))
