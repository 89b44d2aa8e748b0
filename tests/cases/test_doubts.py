"""Doubts about the chronology: which are found, how an answer settles them, and that they stay rare and end."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from actions import chronology, remedy
from actions.base import Turn
from bot.cases.case import WAITING
from bot.cases.chronology import Event, attempt_before_trouble, longest_silence, settled
from bot.cases.complaint import Complaint
from bot.cases.conversation import Conversation
from bot.pipeline.facts import read_facts

TODAY = date(2026, 5, 15)  # a Friday


def event(when: str | None, text: str) -> Event:
    lengths = {4: "year", 7: "month", 10: "day"}
    precision = "unknown" if when is None else "range" if "/" in when else lengths[len(when)]
    return Event(when, precision, text)


def events(told: str) -> list[Event]:
    """Read "2026-03-05 dead, ? waited" as events."""
    pairs = [part.strip().split(" ", 1) for part in told.split(",") if part.strip()]
    return [event(None if when == "?" else when, text) for when, text in pairs]


@pytest.mark.parametrize(
    ("attempts", "troubles", "doubt"),
    [
        ("2026-05-02 called", "2026-05-10 dead", "2026-05-02 2026-05-10"),
        ("2026-05-10 called", "2026-05-10 dead", None),
        ("2026-05-12 called", "2026-05-10 dead", None),
        # the month holds the day
        ("2026-05-02 called", "2026-05 dead", None),
        ("2026-05 called", "2026-05-10 dead", None),
        ("2026-04 called", "2026-05-10 dead", "2026-04 2026-05-10"),
        # about something earlier, or remembered too vaguely
        ("2026-03-09 called", "2026-05-10 dead", "2026-03-09 2026-05-10"),
        ("2026-03-08 called", "2026-05-10 dead", None),
        ("2025 called", "2026-01-10 dead", None),
        ("2026-04-20/2026-04-26 called", "2026-05-10 dead", None),
        ("2026-05-02 called", "2026-05-08/2026-05-10 dead", "2026-05-02 2026-05-08/2026-05-10"),
        # not before all trouble
        ("2026-05-02 called", "2026-05-10 dead, 2026-04-20 noisy", None),
        ("2026-05-12 wrote, 2026-05-02 called", "2026-05-10 dead", "2026-05-02 2026-05-10"),
        ("? called", "2026-05-10 dead", None),
        ("2026-05-02 called", "? dead", None),
        ("2026-05-02 called", "", None),
    ],
)
def test_an_attempt_before_all_trouble_is_doubted(attempts: str, troubles: str, doubt: str | None) -> None:
    found = attempt_before_trouble(events(attempts), events(troubles))
    assert " ".join(str(known.date) for known in found or ()) == (doubt or "")


@pytest.mark.parametrize(
    ("told", "silence"),
    [
        ("2026-01-10 dead, 2026-05-03 visit", "2026-01-10 2026-05-03"),
        ("2026-05-03 visit, 2026-01-10 dead", "2026-01-10 2026-05-03"),
        # two months, however long, are the rhythm of bills and visits
        ("2026-03-01 dead, 2026-05-02 visit", None),
        ("2026-03-01 dead, 2026-05-03 visit", "2026-03-01 2026-05-03"),
        ("2026-01 dead, 2026-04 visit", None),
        ("2026-01 dead, 2026-05 visit", "2026-01 2026-05"),
        # the longest
        ("2025-09-01 sold, 2025-11-20 bill, 2026-05-01 bill", "2025-11-20 2026-05-01"),
        # how it once began is no silence
        ("2024-01-10 signed, 2026-05-03 dead", None),
        ("2025-05-03 signed, 2026-05-03 dead", "2025-05-03 2026-05-03"),
        # nothing exact enough
        ("2025 dead, 2026-05-03 visit", None),
        ("2026-01-01/2026-01-09 dead, 2026-05-03 visit", None),
        ("2026-01-10 dead, ? visit", None),
        ("2026-01-10 dead", None),
        # what is still to come leaves no silence
        ("2026-05-10 dead, 2026-08-01 visit", None),
        ("", None),
    ],
)
def test_a_long_silence_between_two_exact_events(told: str, silence: str | None) -> None:
    found = longest_silence(events(told), TODAY)
    assert " ".join(str(known.date) for known in found or ()) == (silence or "")


ONCE = "2026-03-03 dead, 2026-04-05 dead"
"""One event, dated twice."""

TWO = "2026-05-02 called, 2026-05-10 dead"
"""An attempt, and the trouble it comes too early for."""


@pytest.mark.parametrize(
    ("told", "said", "left"),
    [
        (ONCE, "2026-03-03", "2026-03-03 dead"),
        (ONCE, "2026-04-05", "2026-04-05 dead"),
        (ONCE, "2026-04", "2026-04-05 dead"),
        (ONCE, "2026-04-04", "2026-04-04 dead"),
        (ONCE, "2026-03-03 2026-04-05", ONCE),
        (ONCE, "2026-03-03 2026-04-06", "2026-03-03 dead, 2026-04-06 dead"),
        (ONCE, "2026-02-01 2026-02-09", ONCE),
        (ONCE, "", ONCE),
        (TWO, "2026-05-02", "2026-05-02 called, ? dead"),
        (TWO, "2026-05-10", "? called, 2026-05-10 dead"),
        (TWO, "2026-05", TWO),
        # a third date goes where it makes sense: trouble comes first, the attempt after it
        (TWO, "2026-05-01", "2026-05-02 called, 2026-05-01 dead"),
        (TWO, "2026-05-12", "2026-05-12 called, 2026-05-10 dead"),
        (TWO, "2026-05-01 2026-05-02", "2026-05-02 called, 2026-05-01 dead"),
        ("2026-01-01 sold, " + ONCE, "2026-04-05", "2026-01-01 sold, 2026-04-05 dead"),
    ],
)
def test_what_is_left_once_it_is_said_which_date_is_right(told: str, said: str, left: str) -> None:
    doubt = [known.date or "" for known in events(told)][-2:]
    assert settled(events(told), doubt, [event(day, "said") for day in said.split()]) == events(left)


def test_a_doubt_about_dates_that_are_no_longer_there_changes_nothing() -> None:
    assert settled(events(TWO), ["2026-03-03", "2026-04-05"], [event("2026-03-03", "said")]) == events(TWO)


class Told:
    """A customer who answers the questions of the chronology; without the engine, so the intent is given."""

    def __init__(self, language: str = "en", told: str = "", **conversation: Any) -> None:
        complaint = Complaint(events=events(told))
        complaint.tell("dead")
        self.conversation = Conversation(
            "one", "", "web", datetime(2026, 5, 15, tzinfo=UTC), language, today=TODAY, complaint=complaint
        )
        for name, value in conversation.items():
            setattr(self.conversation, name, value)

    def says(self, text: str, intent: str = "inform", question: Any = chronology.event) -> Turn:
        turn = Turn(
            house=cast(Any, SimpleNamespace()),
            unit=cast(Any, SimpleNamespace()),
            outside=cast(Any, SimpleNamespace()),
            conversation=self.conversation,
            text=text,
            intent=intent,
            entities=read_facts(text, self.conversation.language, TODAY),
            now=datetime(2026, 5, 15, tzinfo=UTC),
        )
        self.understood = question(turn)
        return turn

    @property
    def story(self) -> str:
        """The events as they were told, in the notation of `events`."""
        return ", ".join(f"{known.date or '?'} {known.text}" for known in self.conversation.complaint.events)


def keys(turn: Turn) -> list[str]:
    return [reply["reply"] for reply in turn.replies]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "March 3"),
        ("en", "it was on March 3, I think"),
        ("en", "No, it started around March 3!"),
        ("fr", "le 3 mars"),
        ("fr", "C’était le 3 mars, je crois"),
        ("fr", "non, ça a commencé vers le 3 mars"),
        ("it", "il 3 marzo"),
        ("it", "è cominciato il 3 marzo, credo"),
        ("it", "No, era il 3 marzo"),
    ],
)
def test_a_bare_date_says_when_that_happened_which_was_told(language: str, text: str) -> None:
    customer = Told(language)
    customer.says(text)
    assert customer.story == "2026-03-03 dead"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "A technician came on March 3"),
        ("fr", "Un technicien est venu le 3 mars"),
        ("it", "Il 3 marzo è venuto un tecnico"),
    ],
)
def test_a_date_with_a_story_keeps_its_words(language: str, text: str) -> None:
    customer = Told(language, "2026-02-01 dead")
    assert keys(customer.says(text)) == []
    assert customer.story == f"2026-02-01 dead, 2026-03-03 {text}"


@pytest.mark.parametrize(
    ("known", "text", "story"),
    [
        ("2026-03 dead", "March 3", "2026-03-03 dead"),
        ("2026-03-03 dead", "March 2026", "2026-03-03 dead"),
        ("2026-03-03 dead", "March 3", "2026-03-03 dead"),
        # an event told without a date gets the one that follows it
        (
            "2026-03-01 dead, ? they broke the wall",
            "March 3",
            "2026-03-01 dead, 2026-03-03 they broke the wall",
        ),
        ("2026-03-01 dead, 2026-03-09 dead", "March 3", "2026-03-01 dead, 2026-03-09 dead, 2026-03-03 dead"),
        ("2026-02-01 dead", "March 3 and March 9", "2026-02-01 dead, 2026-03-03 dead, 2026-03-09 dead"),
        # one that lay ahead was asked about already
        ("2026-06-03 dead", "March 3", "2026-03-03 dead"),
    ],
)
def test_a_bare_date_that_leaves_no_doubt(known: str, text: str, story: str) -> None:
    customer = Told("en", known)
    assert "question_which_date" not in keys(customer.says(text))
    assert customer.story == story


def test_a_correction_needs_no_question() -> None:
    customer = Told("en", "2026-03-03 dead")
    assert keys(customer.says("I mean April 5", "correct")) == ["date_settled"]
    assert customer.story == "2026-04-05 dead"


def test_a_corrected_event_keeps_both_wordings() -> None:
    customer = Told("en", "2026-06-03 I signed it on June 3 2026")
    customer.says("sorry, I meant March 3", "correct")
    assert customer.story == "2026-03-03 I signed it on June 3 2026 (sorry, I meant March 3)"


def test_another_bare_date_is_asked_about_once() -> None:
    customer = Told("en", "2026-04-05 dead")
    assert keys(customer.says("March 3")) == ["question_which_date"]
    assert customer.conversation.expects == "which_date"
    assert customer.conversation.doubt == ("2026-03-03", "2026-04-05")
    customer.says("April 5", question=chronology.which_date)
    assert keys(customer.says("March 9")) == []


@pytest.mark.parametrize("state", [{"holder": WAITING}, {"insults": 1}])
def test_nobody_who_waits_for_a_person_or_is_upset_is_asked_about_a_doubt(state: dict[str, Any]) -> None:
    customer = Told("en", "2026-01-10 dead", **state)
    assert keys(customer.says("May 3")) == []
    assert keys(customer.says("that's all", "nothing_more")) == []


@pytest.mark.parametrize(
    ("language", "text", "intent", "left"),
    [
        ("en", "Both", "nlu_fallback", ONCE),
        ("en", "yes", "affirm", ONCE),
        ("en", "on both of them", "nlu_fallback", ONCE),
        ("en", "I don't remember", "dont_know", ONCE),
        ("en", "it failed on March 3 and then again on April 5", "inform", ONCE),
        ("en", "the first one", "nlu_fallback", "2026-03-03 dead"),
        ("en", "the latter", "nlu_fallback", "2026-04-05 dead"),
        ("en", "the 5th", "inform", "2026-04-05 dead"),
        ("en", "on the 3rd", "inform", "2026-03-03 dead"),
        ("en", "not the 3rd", "inform", "2026-04-05 dead"),
        ("en", "April 5, not March 3", "correct", "2026-04-05 dead"),
        ("en", "it wasn't March 3, it was April 5", "correct", "2026-04-05 dead"),
        ("en", "sorry, April 4", "correct", "2026-04-04 dead"),
        ("en", "it was in April", "inform", "2026-04-05 dead"),
        (
            "en",
            "You are right, I am sorry about that. The phone stopped ringing on April 4, now I am certain.",
            "inform",
            "2026-04-04 dead",
        ),
        ("fr", "les deux", "nlu_fallback", ONCE),
        ("fr", "la première", "inform", "2026-03-03 dead"),
        ("fr", "la deuxième est la bonne", "inform", "2026-04-05 dead"),
        ("fr", "le 5", "inform", "2026-04-05 dead"),
        ("fr", "pas le 3 mars, le 5 avril", "correct", "2026-04-05 dead"),
        ("fr", "c’est le 4 avril", "inform", "2026-04-04 dead"),
        ("it", "entrambe", "nlu_fallback", ONCE),
        ("it", "la prima", "go_back", "2026-03-03 dead"),
        ("it", "la seconda", "nlu_fallback", "2026-04-05 dead"),
        ("it", "il 3", "inform", "2026-03-03 dead"),
        ("it", "non il 3 marzo ma il 5 aprile", "correct", "2026-04-05 dead"),
        ("it", "era il 4 aprile", "inform", "2026-04-04 dead"),
    ],
)
def test_the_answer_to_which_date_is_right(language: str, text: str, intent: str, left: str) -> None:
    customer = Told(language, ONCE, doubt=("2026-03-03", "2026-04-05"), expects="which_date")
    turn = customer.says(text, intent, chronology.which_date)
    assert customer.understood
    assert customer.story == left
    assert keys(turn) == ([] if left == ONCE else ["date_settled"])


def test_which_date_is_right_is_not_asked_a_third_time() -> None:
    customer = Told("en", ONCE, doubt=("2026-03-03", "2026-04-05"), expects="which_date")
    customer.says("whatever", "nlu_fallback", chronology.which_date)
    assert not customer.understood
    customer.conversation.misunderstood = 1
    customer.says("whatever", "nlu_fallback", chronology.which_date)
    assert customer.understood
    assert customer.story == ONCE


@pytest.mark.parametrize(
    ("language", "text", "intent"),
    [
        ("en", "that's all", "nothing_more"),
        ("en", "no, nothing", "nlu_fallback"),
        ("fr", "c’est tout", "nothing_more"),
        ("it", "nient’altro", "nlu_fallback"),
    ],
)
def test_a_long_silence_is_asked_about_when_the_story_ends(language: str, text: str, intent: str) -> None:
    customer = Told(language, "2026-01-10 dead, 2026-05-03 visit")
    assert keys(customer.says(text, intent)) == ["question_gap"]
    assert customer.conversation.doubt == ("2026-01-10", "2026-05-03")
    assert "event" in customer.conversation.complaint.settled


@pytest.mark.parametrize(
    ("told", "text", "intent"),
    [
        ("2026-01-10 dead, 2026-05-03 visit", "I'd rather not say", "refuse"),
        ("2026-01-10 dead, 2026-05-03 visit", "leave it", "leave_it"),
        ("2026-01-10 dead, ? a, ? b, ? c, 2026-05-03 visit", "that's all", "nothing_more"),
        ("2026-04-10 dead, 2026-05-03 visit", "that's all", "nothing_more"),
    ],
)
def test_the_silence_is_left_alone(told: str, text: str, intent: str) -> None:
    customer = Told("en", told)
    assert "question_gap" not in keys(customer.says(text, intent))
    assert "event" in customer.conversation.complaint.settled


@pytest.mark.parametrize(
    ("text", "intent", "story"),
    [
        ("Nothing happened", "nothing_more", "2026-01-10 dead, 2026-05-03 visit"),
        ("no, nothing", "nlu_fallback", "2026-01-10 dead, 2026-05-03 visit"),
        ("They kept me waiting", "inform", "2026-01-10 dead, ? They kept me waiting, 2026-05-03 visit"),
        (
            "You sent a new modem on March 9",
            "inform",
            "2026-01-10 dead, 2026-05-03 visit, 2026-03-09 You sent a new modem on March 9",
        ),
    ],
)
def test_what_happened_in_a_silence_is_added(text: str, intent: str, story: str) -> None:
    customer = Told(
        "en", "2026-01-10 dead, 2026-05-03 visit", doubt=("2026-01-10", "2026-05-03"), expects="gap"
    )
    customer.says(text, intent, chronology.gap)
    assert customer.understood
    assert customer.story == story


@pytest.mark.parametrize("question", [chronology.event, chronology.gap])
def test_a_mere_yes_holds_the_question_open(question: Any) -> None:
    customer = Told("en", "2026-01-10 dead", doubt=("2026-01-10", "2026-05-03"))
    turn = customer.says("yes", "affirm", question)
    assert keys(turn) == ["tell_me"]
    assert turn.asked
    assert customer.story == "2026-01-10 dead"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "it was March 3, nothing else"),
        ("en", "March 3, that's all"),
        ("fr", "le 3 mars, rien d’autre"),
        ("fr", "le 3 mars, c’est tout"),
        ("it", "il 3 marzo, nient’altro"),
        ("it", "il 3 marzo, è tutto"),
    ],
)
def test_an_event_and_that_it_is_all_fit_in_one_message(language: str, text: str) -> None:
    customer = Told(language)
    customer.says(text)
    assert customer.story == "2026-03-03 dead"
    assert "event" in customer.conversation.complaint.settled


@pytest.mark.parametrize(
    ("language", "text", "story"),
    [
        ("en", "a while ago", "? a while ago"),
        ("en", "I can't remember exactly", ""),
        ("en", "not sure", ""),
        ("fr", "il y a longtemps", "? il y a longtemps"),
        ("fr", "je m’en souviens plus", ""),
        ("it", "qualche tempo fa", "? qualche tempo fa"),
        ("it", "non mi ricordo", ""),
    ],
)
def test_nobody_is_pressed_for_a_date(language: str, text: str, story: str) -> None:
    customer = Told(language)
    assert keys(customer.says(text, "nlu_fallback")) == ["no_date_needed"]
    assert "event" in customer.conversation.complaint.settled
    assert customer.story == story
    customer.says(text, "nlu_fallback")
    assert customer.story == story


@pytest.mark.parametrize(
    ("language", "text", "when"),
    [
        ("en", "two days later you cut the line", "2026-05-05"),
        ("en", "The next morning you cut the line", "2026-05-04"),
        ("en", "a week later you cut the line", "2026-05-04/2026-05-10"),
        ("en", "about two days later you cut the line", None),
        ("en", "two days after my neighbour called", None),
        ("en", "three weeks later you cut the line", None),  # that would be after today
        ("fr", "deux jours plus tard, vous avez coupé la ligne", "2026-05-05"),
        ("fr", "le lendemain vous avez coupé la ligne", "2026-05-04"),
        ("fr", "une semaine plus tard, vous avez coupé la ligne", "2026-05-04/2026-05-10"),
        ("fr", "deux jours après mon appel", None),
        ("it", "due giorni dopo avete tagliato la linea", "2026-05-05"),
        ("it", "il giorno dopo avete tagliato la linea", "2026-05-04"),
        ("it", "una settimana più tardi avete tagliato la linea", "2026-05-04/2026-05-10"),
        ("it", "due giorni dopo la mia chiamata", None),
    ],
)
def test_a_distance_counts_from_the_event_told_last(language: str, text: str, when: str | None) -> None:
    customer = Told(language, "2026-05-03 dead")
    customer.says(text)
    assert customer.story == f"2026-05-03 dead, {when or '?'} {text}"


@pytest.mark.parametrize("last", ["2026-05 dead", "? dead", ""])
def test_a_distance_from_no_certain_day_gives_no_date(last: str) -> None:
    customer = Told("en", last)
    customer.says("two days later you cut the line")
    assert customer.story.endswith("? two days later you cut the line")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Before that I had moved house"),
        ("fr", "Avant ça, j’avais déménagé"),
        ("it", "Prima di questo avevo traslocato"),
    ],
)
def test_what_came_before_is_put_before_the_event_told_last(language: str, text: str) -> None:
    customer = Told(language, "2026-05-01 slow, 2026-05-03 dead")
    customer.says(text)
    assert customer.story == f"2026-05-01 slow, ? {text}, 2026-05-03 dead"


@pytest.mark.parametrize(
    ("text", "intent", "prior"),
    [
        ("no", "deny", []),
        ("Never, this is the first time", "deny", []),
        ("no, not since May 3", "deny", []),
        ("yes, May 4", "affirm", ["yes, May 4"]),
        ("No, but my wife called on May 4", "deny", ["No, but my wife called on May 4"]),
        ("I called you the next day", "inform", ["I called you the next day"]),
    ],
)
def test_what_was_tried_is_kept_in_its_words_and_the_story_keeps_its_dates(
    text: str, intent: str, prior: list[str]
) -> None:
    customer = Told("en", "2026-05-03 dead")
    turn = customer.says(text, intent, remedy.prior_contact)
    complaint = customer.conversation.complaint
    assert customer.story == "2026-05-03 dead"
    assert [attempt.text for attempt in complaint.prior_contacts] == prior
    assert ("prior_contact" in complaint.settled) is (not prior)
    assert keys(turn) == []


def test_an_attempt_before_all_trouble_is_asked_about_and_its_date_joins_the_story() -> None:
    customer = Told("en", "2026-05-03 dead")
    turn = customer.says("I called you on May 2", "inform", remedy.prior_contact)
    assert customer.story == "2026-05-03 dead, 2026-05-02 I called you on May 2"
    assert keys(turn) == ["question_which_date"]


def test_an_attempt_keeps_its_reference() -> None:
    customer = Told("en", "2026-05-03 dead")
    customer.says("I called on May 4, ticket 445566", question=remedy.prior_contact)
    assert customer.conversation.complaint.prior_contacts[0].reference == "445566"
