"""Names that cases keep are read in words, in every language; a number that is none takes no page away."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.cases.case import HistoryEntry
from bot.cases.findings import RULES
from bot.cases.playbook import IN_THE_WAY
from bot.cases.records import INSTRUCTIONS
from bot.cases.status import MOVES
from bot.desk import case_words
from bot.desk.glance import Wording
from bot.languages import LANGUAGES, pack
from bot.languages.wording import written_phone
from bot.playbooks import playbooks
from bot.reading.safety import DANGERS

AT = datetime(2026, 3, 5, 15, 30, tzinfo=UTC)
FINDINGS = {outcome for rule in RULES.values() for outcome in rule.outcomes} | {*IN_THE_WAY}
BOOKS = [book.name for book in playbooks()]
REASONS = [
    "the customer asked for a person",
    "the agent was away",
    "playbook: an offer that the systems refused",
    *(f"safety: {danger}" for danger in DANGERS),
    *(f"playbook: {book}" for book in BOOKS),
    *(f"refused: {kind}" for kind in INSTRUCTIONS),
]


@pytest.fixture(params=LANGUAGES)
def wording(request: pytest.FixtureRequest) -> Wording:
    return Wording(request.param, ZoneInfo("America/Toronto"))


def test_every_playbook_and_finding_has_words_and_no_word_is_of_something_gone(wording: Wording) -> None:
    assert wording.work["playbooks"].keys() == set(BOOKS)
    assert wording.work["findings"].keys() == FINDINGS


@pytest.mark.parametrize("kept", REASONS)
def test_every_reason_is_told_in_words(kept: str) -> None:
    told = [case_words.reason(Wording(language, ZoneInfo("UTC")), kept) for language in LANGUAGES]
    assert len(set(told)) == len(LANGUAGES)
    assert not any("_" in each or "{" in each for each in told)


@pytest.mark.parametrize(
    ("what", "kept", "told"),
    [
        ("playbook", "late_fee: paid_late", "Late fee: The payment came late"),
        ("playbook", "gone_by_now: no_such", "gone by now: no such"),
        ("person_requested", "safety: violence", "Safety: Violence"),
        ("person_requested", "safety: unheard_of", "Safety: unheard of"),
        ("person_requested", "something: else", "something: else"),
        ("circumstances", "threat, hardship", "Threat, Hardship"),
        ("answer", "open to answered", "open → answered"),
        ("note", "open to debate", "open to debate"),
    ],
)
def test_the_history_reads_in_words_and_keeps_what_has_none(what: str, kept: str, told: str) -> None:
    line = HistoryEntry(AT, "assistant", what, kept)
    assert case_words.detail(Wording("en", ZoneInfo("UTC")), line) == told


def test_no_refusal_is_told_in_the_words_of_another() -> None:
    codes = [code for name in ("desk", "casework", "replying") for code in pack("en", name)["errors"]]
    assert len(codes) == len(set(codes))


HAPPENS = [
    *(move for move in MOVES),
    *(f"{kind}_{ending}" for kind in INSTRUCTIONS for ending in ("waits", "done", "refused")),
    *("credit_above_limit", "danger", "corrected", "assigned", "unassigned", "unlinked", "split"),
    *("linked_related", "linked_duplicate", "has_duplicate", "merged_into", "merged_in"),
]


@pytest.mark.parametrize("what", HAPPENS)
def test_everything_that_happens_to_a_case_is_told_in_words(what: str) -> None:
    told = [case_words.happening(Wording(language, ZoneInfo("UTC")), what) for language in LANGUAGES]
    assert what not in told and not any("_" in each for each in told)


@pytest.mark.parametrize("number", ["", "none", "12", "+1514555018200000000000"])
def test_a_number_that_cannot_be_read_stands_as_it_is(number: str) -> None:
    assert written_phone(number) == number
