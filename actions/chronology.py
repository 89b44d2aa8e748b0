"""The chronology phase: what happened when, one event after the other, and the doubts that the dates leave."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from actions.asking import ask, dated
from actions.base import Turn
from actions.complaint import FEW_WORDS, events_in, tell
from bot.cases.case import ASSISTANT
from bot.cases.chronology import (
    Event,
    apart_from,
    attempt_before_trouble,
    first_day,
    in_order,
    lies_ahead,
    longest_silence,
    may_coincide,
    narrower,
    settled,
    week_of,
)
from bot.languages import pack
from bot.reading.characters import bare
from bot.reading.sentences import is_cued

TOLD_ENOUGH = 5
"""Whoever has told so many events is not asked about a silence between them."""

LONG_ANSWER = 25
"""Whoever uses more words to say which date is right, and names a third one, tells more of the story."""

NO_MORE = frozenset({"deny", "nothing_more", "dont_know", "refuse", "leave_it", "later"})

IMPATIENT = frozenset({"dont_know", "refuse", "leave_it", "later"})
"""Whoever ends the story like this is asked about no doubt."""

BARE_DAY = re.compile(r"\d{1,2}\D{0,3}")
"""A date that is only a day: "3rd", "3"."""


def event(turn: Turn) -> bool:
    """Hear an event; dated words become dated events, words without a date are kept as they are."""
    complaint, told = turn.complaint, happenings(turn)
    if not told and (_date_unknown(turn) or _has_no_more(turn)):
        _leave_it_at_that(turn)
        return True
    if not told and (_only_yes(turn) or turn.intent in ("affirm", "greet")):
        return bool(complaint.events) and _let_them_tell(turn)
    if not told and _only_wishes(turn):
        # the wish is kept; whoever says it has told what happened
        _settle(turn)
        return True
    if not told:
        last = len(complaint.events)
        _place(turn, last - 1 if turn.says("before_that") else last)
    elif only_a_date(turn):
        _date_what_was_told(turn, told)
    else:
        _add(turn, told)
    if turn.found("nature") and not _few_words(turn):
        tell(turn)
        complaint.settled.discard("event")
    _mind_what_lies_ahead(turn, told)
    if turn.found("prior_contact"):
        doubt_attempts(turn, told)
    if turn.says("nothing_else"):
        _settle(turn)
    return True


def which_date(turn: Turn) -> bool:
    """Hear which of two dates is right; without a clear answer both stay, and the question is not asked thrice."""
    complaint, meant = turn.complaint, _meant(turn)
    both = turn.chose("both_dates") or (turn.says("both_of_two") and not turn.has_reserve)
    if both or turn.intent in IMPATIENT or turn.says("cannot_say"):
        return True
    if not meant:
        if not _few_words(turn):
            _place(turn, len(complaint.events))
        return not _few_words(turn) or turn.says_yes or turn.conversation.misunderstood > 0
    _mind_what_lies_ahead(turn, meant)
    clear = len(turn.text.split()) <= LONG_ANSWER or any(day.date in turn.conversation.doubt for day in meant)
    events = settled(complaint.events, turn.conversation.doubt, meant) if clear else complaint.events
    if events == complaint.events:
        _add(turn, [day for day in meant if not any(may_coincide(day, known) for known in events)])
        return True
    complaint.events = events
    counts = next(known for known in events if may_coincide(known, meant[0]))
    turn.say("date_settled", date=dated(counts.date or ""))
    return True


def gap(turn: Turn) -> bool:
    """Hear what happened between two events; that nothing did is an answer too."""
    events, told = turn.complaint.events, happenings(turn)
    if told:
        _add(turn, told)
        _mind_what_lies_ahead(turn, told)
    elif _only_yes(turn):
        return _let_them_tell(turn)
    elif not (turn.chose("nothing_between") or _has_no_more(turn) or _date_unknown(turn)):
        start = turn.conversation.doubt[0]
        after = (place for place, known in enumerate(events, start=1) if known.date == start)
        _place(turn, next(after, len(events)))
    return True


def happenings(turn: Turn) -> list[Event]:
    """Return the dated events of the message; "two days later" counts from the event told last."""
    return events_in(turn) or _counted_on(turn)


def doubt_attempts(turn: Turn, told: Sequence[Event]) -> None:
    """Ask about an attempt to have it put right, just told, that lies before all trouble began."""
    complaint = turn.complaint
    others = apart_from(complaint.events, [prior.text for prior in complaint.prior_contacts])
    pair = attempt_before_trouble(told, [trouble for trouble in others if trouble not in told])
    tells_more = turn.found("nature") or turn.found("circumstance")
    if pair and not tells_more and not turn.says("before_that"):
        # its date is part of the story while it is in doubt
        complaint.add_event(pair[0])
        _doubt(turn, "which_date", *pair)


def _only_wishes(turn: Turn) -> bool:
    """Tell whether a few words say what is wanted, and nothing of what happened, after something was told."""
    tells = any(map(turn.found, ("nature", "prior_contact", "circumstance")))
    return bool(turn.complaint.events) and bool(turn.found("remedy")) and _few_words(turn) and not tells


def _only_yes(turn: Turn) -> bool:
    return turn.says_yes and len(turn.text.split()) <= 3


def _let_them_tell(turn: Turn) -> bool:
    """Hold the question open for somebody who says that there is more."""
    turn.say("tell_me")
    turn.asked = True
    return True


def _has_no_more(turn: Turn) -> bool:
    ends = turn.intent in NO_MORE and (turn.sure or _few_words(turn))
    return (
        bool(turn.chose("that_is_all", "skip", "no"))
        or ends
        or (turn.says("nothing_else") and _few_words(turn))
    )


def _date_unknown(turn: Turn) -> bool:
    return _few_words(turn) and (turn.says("vaguely") or turn.says("cannot_say"))


def _few_words(turn: Turn) -> bool:
    return len(turn.text.split()) <= FEW_WORDS


def only_a_date(turn: Turn) -> bool:
    """Tell whether the message says when, and nothing of what happened."""
    rest, filler = turn.text, "|".join(pack(turn.conversation.language, "cues")["beside_a_date"])
    for found in reversed(turn.found("date")):
        rest = rest[: found["start"]] + " " + rest[found["end"] :]
    return bool(turn.found("date")) and all(
        re.fullmatch(filler, word) for word in re.findall(r"[^\W\d_]+", bare(rest))
    )


def _add(turn: Turn, told: Sequence[Event]) -> None:
    for happened in told:
        turn.complaint.add_event(happened)


def _mind_what_lies_ahead(turn: Turn, told: Sequence[Event]) -> None:
    for happened in told:
        if lies_ahead(happened, turn.today):
            turn.say("date_ahead", date=dated(happened.date or ""))


def _date_what_was_told(turn: Turn, told: list[Event]) -> None:
    """Let a bare date say when that happened which was told; one known for it is made finer, mended or doubted."""
    complaint, day = turn.complaint, told[0]
    story = complaint.narrative.splitlines()[0] if complaint.told else turn.text
    known = _dated_by_it(turn, story)
    if known is None or len(told) > 1:
        _add(turn, [replace(each, text=story) for each in told])
    elif known.date is None:
        _exchange(turn, known, known.dated_as(day))
    elif may_coincide(known, day):
        _exchange(turn, known, known.dated_as(narrower(known, day)))
    elif turn.intent == "correct" or lies_ahead(known, turn.today):
        # both wordings are kept where the first one may name the date that was wrong
        both = known.text if known.text == story else f"{known.text} ({turn.text})"
        _exchange(turn, known, replace(known.dated_as(day), text=both))
        turn.say("date_settled", date=dated(day.date or ""))
    else:
        _add(turn, [replace(day, text=known.text)])
        if not lies_ahead(day, turn.today):
            _doubt(turn, "which_date", known, day)


def _dated_by_it(turn: Turn, story: str) -> Event | None:
    """Return the event that a bare date may be meant for, None when it says when the story as a whole was."""
    events = turn.complaint.events
    if events and (events[-1].date is None or turn.intent == "correct" or turn.says_no):
        return events[-1]
    of_story = [known for known in events if known.text == story and known.date]
    return of_story[0] if len(of_story) == 1 else None


def _exchange(turn: Turn, known: Event, mended: Event) -> None:
    events = turn.complaint.events
    events[events.index(known)] = mended


def _undated(turn: Turn) -> Event:
    return Event(None, "unknown", turn.text, turn.value("ticket"), turn.value("staff"))


def _place(turn: Turn, place: int) -> None:
    """Keep words without a date once, at their place in the story."""
    if _undated(turn) not in turn.complaint.events:
        turn.complaint.events.insert(place, _undated(turn))


def _counted_on(turn: Turn) -> list[Event]:
    """Return the event of the message if it is dated by its distance from the one told last: "the next day"."""
    last = turn.complaint.events[-1] if turn.complaint.events else None
    start = first_day(last) if last and last.precision == "day" else None
    days = _count_in(turn, "days_later") or int(turn.says("next_day"))
    weeks = _count_in(turn, "weeks_later")
    then = start + timedelta(days=days, weeks=weeks) if start and days + weeks else None
    if then is None or then > turn.today:
        return []
    value, precision = (week_of(then), "range") if weeks else (then.isoformat(), "day")
    return [Event(value, precision, turn.text, turn.value("ticket"), turn.value("staff"))]


def _count_in(turn: Turn, cue: str) -> int:
    """Return the number that stands in a cue such as "three days later", 0 when there is none."""
    language = turn.conversation.language
    for pattern in pack(language, "cues")[cue]:
        found = re.search(pattern, turn.text.replace("’", "'"), re.IGNORECASE)
        if found:
            said, names = bare(found.group(1)), pack(language, "dates")["numbers"]
            return int(said) if said.isdecimal() else next((n for n in names if said in names[n]), 0)
    return 0


def _meant(turn: Turn) -> list[Event]:
    """Return the dates that an answer to a doubt holds to be right: said in full, as a day, as the first or last."""
    events = turn.complaint.events
    doubted = [known for day in turn.conversation.doubt for known in events if known.date == day]
    said = _days_named(turn, doubted) or [
        (found["start"], day) for found, day in zip(turn.found("date"), events_in(turn), strict=True)
    ]
    held = [day for start, day in said if not _refused(turn, start)]
    if said:
        return held or [known for known in doubted if not any(may_coincide(known, day) for _, day in said)]
    first, second = turn.says("first_of_two"), turn.says("second_of_two")
    return [] if first == second else doubted[:1] if first else doubted[1:2]


def _days_named(turn: Turn, doubted: list[Event]) -> list[tuple[int, Event]]:
    """Return which of two doubted dates "the 3rd" is, and where it stands; nothing when a month is named."""
    said = [turn.text[found["start"] : found["end"]] for found in turn.found("date")]
    if not all(map(BARE_DAY.fullmatch, said)):
        return []
    figures = re.finditer(r"\d+", turn.text)
    named = [
        (figure.start(), known) for figure in figures for known in doubted if _is_day(known, figure.group())
    ]
    return named if len(named) == 1 else []


def _is_day(known: Event, figure: str) -> bool:
    return known.precision == "day" and int((known.date or "")[-2:]) == int(figure)


def _refused(turn: Turn, start: int) -> bool:
    """Tell whether the date at this place is said to be wrong: "not March 3"."""
    return is_cued(turn.text[:start], pack(turn.conversation.language, "cues")["not_this"])


def _leave_it_at_that(turn: Turn) -> None:
    """Go on without a date, or without further events; "a while ago" is kept if it is all there is."""
    if turn.says("vaguely") and not turn.complaint.events:
        turn.complaint.add_event(_undated(turn))
    if _date_unknown(turn) or turn.intent == "dont_know":
        turn.say("no_date_needed")
    _settle(turn)


def _settle(turn: Turn) -> None:
    """Take the story as told; a long silence in it is asked about once, where that is no burden."""
    complaint = turn.complaint
    complaint.settled.add("event")
    silence = longest_silence(complaint.events, turn.today)
    if silence and len(complaint.events) < TOLD_ENOUGH and turn.intent not in IMPATIENT:
        _doubt(turn, "gap", *silence)


def _doubt(turn: Turn, question: str, *events: Event) -> None:
    """Ask about two dates, each kind of doubt once; nobody who waits for a person or is upset is asked."""
    conversation, complaint = turn.conversation, turn.complaint
    if (
        turn.asked
        or question in complaint.settled
        or conversation.holder != ASSISTANT
        or conversation.insults
    ):
        return
    complaint.settled.add(question)
    conversation.doubt = tuple(known.date or "" for known in in_order(list(events)))
    conversation.expects = question
    ask(turn)
