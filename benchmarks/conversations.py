"""Tells real complaints to the running product, each by a co-operative customer, and scores the cases it makes."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx

from benchmarks.customer import Chat, Complaint, Customer, Refused
from benchmarks.rows import records
from benchmarks.scores import (
    Bar,
    DateVerdict,
    GoldDate,
    Line,
    Ratio,
    Share,
    Spread,
    dates_beside,
    fair_among,
    first_is_fair,
    judge_dates,
    stored_dates,
)

MOST_TURNS = 20
AT_ONCE = 8
NAMES_NO_SERVICE = (None, "bundle_or_unclear")
"""What the labels say where a text names no single service."""


# --- The complaints -----------------------------------------------------------------------------------------


def complaints(language: str, folder: Path) -> list[Complaint]:
    """Read the complaints of a language with everything known of them."""
    stem = folder / f"complaints_{language}"
    labels = {row["id"]: row for row in records(f"{stem}.labels.jsonl")}
    extra = {row["id"]: row for row in records(f"{stem}.labels_extra.jsonl")}
    others = {row["id"]: row["also_acceptable_category"] for row in records(f"{stem}.labels_alt.jsonl")}
    marked = f"{stem}.dates.jsonl" if language == "it" else folder / "complaints_dates_gold.jsonl"
    dates = {row["id"]: tuple(GoldDate(d["span"], d["iso"]) for d in row["dates"]) for row in records(marked)}
    # Only the Italian marks are complete: without a row there, the words hold no date.
    unmarked = () if language == "it" else None
    told = []
    for row in records(f"{stem}.jsonl"):
        label = labels.get(row["id"]) or extra.get(row["id"]) or {}
        also = label.get("also_acceptable_category") or others.get(row["id"], [])
        told.append(
            Complaint(
                id=row["id"],
                language=language,
                text=row["text"],
                filed=_day(row["filed"]),
                category=label.get("category"),
                fair=frozenset({label["category"], *also}) if label else frozenset(),
                service=label.get("service"),
                random=row["id"] in labels,
                dates=dates.get(row["id"], unmarked),
            )
        )
    return told


def _day(filed: str) -> date:
    """Read a day as filings give it, or as tweets do."""
    if filed[:4].isdecimal():
        return date.fromisoformat(filed)
    return datetime.strptime(filed, "%a %b %d %H:%M:%S %z %Y").date()


# --- One conversation ---------------------------------------------------------------------------------------


@dataclass
class Told:
    """How the telling of one complaint went."""

    complaint: Complaint
    case: dict[str, Any] | None = None
    turns: int = 0
    expects: list[str | None] = field(default_factory=list)
    given_but_asked: set[str] = field(default_factory=set)
    failure: str = ""
    transcript: list[tuple[str, str]] = field(default_factory=list)

    @property
    def named(self) -> list[str]:
        """The categories of the case, main one first."""
        return [nature["category"] for nature in self.case["complaint"]["natures"]] if self.case else []

    @property
    def read_service(self) -> bool:
        """Whether the case names the right service although it was not asked for."""
        natures = self.case["complaint"]["natures"] if self.case else []
        before_the_case = self.expects[: self.turns]
        return "service" not in before_the_case and any(
            nature["service"] == self.complaint.service for nature in natures[:1]
        )

    @property
    def is_urgent(self) -> bool:
        """Whether safety made it a case of the highest priority."""
        return self.case is not None and self.case["priority"] == "P1"

    @property
    def dates(self) -> list[tuple[str, str]]:
        """The dates stored for the words of the complaint itself."""
        return stored_dates(self.case["complaint"]["events"], self.complaint.text) if self.case else []

    @property
    def verdicts(self) -> list[DateVerdict]:
        """What became of each marked span."""
        return judge_dates(self.complaint.dates or (), self.dates)

    @property
    def beside(self) -> list[tuple[str, str]]:
        """The dates stored that nobody marked, where marks are complete or the row is marked."""
        marks = self.complaint.dates
        return [] if marks is None else dates_beside(marks, self.dates, self.verdicts)

    @property
    def asked_twice(self) -> set[str]:
        """The questions that came again at once, up to the case; asking for more events is meant to."""
        # what follows the last of those turns is asked about the case
        asked = self.expects[: self.turns - 1] if self.turns else self.expects
        return {one for one, two in pairwise(asked) if one == two and one not in (None, "free", "event")}

    @property
    def faults(self) -> list[str]:
        """What went wrong, in words; empty when nothing did."""
        found = [self.failure] if self.failure else []
        if self.case and self.complaint.fair and not first_is_fair(self.named, self.complaint.fair):
            fair = " or ".join(sorted(self.complaint.fair))
            found.append(f"nature: {', '.join(self.named) or 'none'}, not {fair}")
        if self.case and self.complaint.service not in NAMES_NO_SERVICE and not self.read_service:
            found.append(f"service: {self.complaint.service} not read")
        found += [f"asked though given: {what}" for what in sorted(self.given_but_asked)]
        found += [f"asked twice: {what}" for what in sorted(self.asked_twice)]
        found += [
            f"date {one.outcome}: {one.gold.span!r} is {one.gold.iso}, stored {', '.join(one.stored) or 'nothing'}"
            for one in self.verdicts
            if self.case and one.outcome not in ("found", "left")
        ]
        return found + [f"date beside the marks: {value} for {words!r}" for words, value in self.beside]


async def tell(http: httpx.AsyncClient, desk_token: str, complaint: Complaint) -> Told:
    """Tell one complaint from the first message to the end of the conversation."""
    told, customer = Told(complaint), Customer(complaint)
    chat = None
    try:
        chat = await Chat.begin(http, complaint.language, complaint.filed)
        await chat.say(complaint.text)
        while True:
            expects = chat.state["expects"]
            told.expects.append(expects)
            if chat.state["case"] and not told.turns:
                told.turns = chat.turns
            if not told.turns:
                told.given_but_asked |= _given(complaint, chat)
            if (told.turns and expects in (None, "free")) or chat.turns >= MOST_TURNS:
                break
            await chat.say(customer.answer(expects, chat.asks_for_more))
        if chat.state["case"]:
            bearer = {"Authorization": f"Bearer {desk_token}"}
            answer = await http.get(f"/api/cases/{chat.state['case']}", headers=bearer)
            if answer.status_code != 200:
                raise Refused(f"the case could not be read: {answer.status_code}")
            told.case = answer.json()
        else:
            told.failure = f"no case after {chat.turns} turns"
    except (Refused, httpx.HTTPError) as reason:
        told.failure = f"no case: {reason}"
    told.transcript = chat.transcript if chat else []
    return told


def _given(complaint: Complaint, chat: Chat) -> set[str]:
    """Return what is asked for although the first message gave it: what went wrong, or when."""
    expects = chat.state["expects"]
    if expects in ("open", "nature"):
        return {"what went wrong"}
    return {"when"} if expects == "event" and complaint.gives_date and not chat.asks_for_more else set()


async def tell_all(url: str, desk_token: str, told: Sequence[Complaint]) -> list[Told]:
    """Tell many complaints, a few at a time, and say how far it got."""
    turn, done = asyncio.Semaphore(AT_ONCE), 0
    async with httpx.AsyncClient(base_url=url, timeout=120, trust_env=False) as http:

        async def one(complaint: Complaint) -> Told:
            nonlocal done
            async with turn:
                result = await tell(http, desk_token, complaint)
            done += 1
            if done % 20 == 0 or done == len(told):
                print(f"  {done} of {len(told)} complaints told", file=sys.stderr, flush=True)
            return result

        return await asyncio.gather(*(one(complaint) for complaint in told))


# --- The figures --------------------------------------------------------------------------------------------

DATES_FOUND = Bar(at_least=0.85)
DATES_WRONG = {"en": Bar(at_most_count=1), "fr": Bar(at_most_count=0), "it": Bar(at_most_count=0)}
NONE = Bar(at_most=0.0)


def measure(language: str, told: Sequence[Told]) -> Iterator[Line]:
    """Yield the figures of the conversations of a language."""

    def line(
        title: str,
        rows: Sequence[Told],
        holds: Callable[[Told], bool],
        bar: Bar | None = None,
        right: bool = True,
    ) -> Line:
        """Count the rows for which something holds; those for which it is not as it should be are errors."""
        wrong = tuple(_told_of(one) for one in rows if holds(one) != right)
        return Line(language, title, Share.count(holds(one) for one in rows), bar, wrong)

    opened = [one for one in told if one.case]
    yield line("conversations that end with a case", told, lambda one: bool(one.case), Bar(at_least=1.0))
    yield Line(language, "turns up to the tracking number", Spread([one.turns for one in opened]))
    yield line(
        "asked for something they had given", told, lambda one: bool(one.given_but_asked), NONE, right=False
    )
    yield line("had to answer a question twice", told, lambda one: bool(one.asked_twice), right=False)
    yield line("safety came first (priority P1)", opened, lambda one: one.is_urgent, right=False)
    random = [one for one in told if one.complaint.random]
    extra = [one for one in told if one.complaint.fair and not one.complaint.random]
    for rows, which, is_barred in ((random, "", True), (extra, ", extra rows", False)):
        if rows:
            natures = (
                (Bar(at_least=0.85), Bar(at_least=0.75), Bar(at_most=1.5))
                if is_barred
                else (None, None, None)
            )
            yield line(f"nature, first named{which}", rows, _first_is_fair, natures[0])
            among = [fair_among(one.named, one.complaint.fair) for one in rows]
            precision = Share(sum(share.hits for share in among), sum(share.of for share in among))
            yield Line(language, f"nature, precision{which}", precision, natures[1])
            yield Line(language, f"natures per case{which}", Ratio(precision.of, len(rows)), natures[2])
    named = [one for one in told if one.complaint.service not in NAMES_NO_SERVICE]
    yield line("service read without asking", named, lambda one: one.read_service, Bar(at_least=0.8))
    yield from _dates(language, told, line)


def _first_is_fair(one: Told) -> bool:
    return first_is_fair(one.named, one.complaint.fair)


def _dates(language: str, told: Sequence[Told], line: Callable[..., Line]) -> Iterator[Line]:
    marked = [one for one in told if one.complaint.dates]
    verdicts = [(one, verdict) for one in marked for verdict in one.verdicts]
    counts = Counter(verdict.outcome for _, verdict in verdicts)

    def errors(outcome: str) -> tuple[str, ...]:
        return tuple(
            f"{one.complaint.id}: {verdict.gold.span!r} is {verdict.gold.iso}, "
            f"stored {', '.join(verdict.stored) or 'nothing'}"
            for one, verdict in verdicts
            if verdict.outcome == outcome
        )

    dates = counts["found"] + counts["wrong"] + counts["missed"]
    yield Line(language, "dates found", Share(counts["found"], dates), DATES_FOUND, errors("missed"))
    yield Line(language, "dates wrong", Share(counts["wrong"], dates), DATES_WRONG[language], errors("wrong"))
    no_dates = Share(counts["mistaken"], counts["mistaken"] + counts["left"])
    yield Line(language, "no date, yet stored", no_dates, NONE, errors("mistaken"))
    beside = tuple(
        f"{one.complaint.id}: {value} for {words!r}" for one in marked for words, value in one.beside
    )
    yield Line(language, "stored beside the marks", Ratio(len(beside), len(marked)), errors=beside)
    without = [one for one in told if one.complaint.dates == ()]
    if without:
        yield line("complaint without a date, one stored", without, lambda one: bool(one.dates), right=False)


def _told_of(one: Told) -> str:
    """Return one line on a conversation: what went wrong in it, and the words it began with."""
    return f"{one.complaint.id}: {'; '.join(one.faults) or 'P1'}: {' '.join(one.complaint.text.split())}"


def write_transcripts(path: Path, told: Sequence[Told]) -> None:
    """Write what was said wherever something went wrong, with what it was."""
    with open(path, "w", encoding="utf-8") as file:
        for one in (one for one in told if one.faults):
            print(f"=== {one.complaint.id}: {'; '.join(one.faults)}", file=file)
            for who, text in one.transcript:
                print(f"{who:>9} | {' '.join(text.split())}", file=file)
            print(file=file)
