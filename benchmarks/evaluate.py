"""Measures understanding on real complaints: each is told to the running product by a co-operative customer.

python -m benchmarks.evaluate                               # starts the product itself
python -m benchmarks.evaluate --language fr --limit 10 --transcripts failures.txt
DESK_API_TOKEN=... python -m benchmarks.evaluate --url http://localhost:8000    # needs ALLOW_TODAY=true
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import httpx

from benchmarks.customer import Chat, Complaint, Customer, Refused
from benchmarks.scores import (
    Bar,
    DateVerdict,
    GoldDate,
    Share,
    dates_beside,
    fair_among,
    first_is_fair,
    judge_dates,
    percentile,
    stored_dates,
)
from bot.run import SUPERVISOR_PID

ROOT = Path(__file__).parent.parent
ITALIAN = Path(__file__).parent / "italian"
LANGUAGES = {"en": "English", "fr": "French", "it": "Italian"}
MOST_TURNS = 20
AT_ONCE = 8
READY_WITHIN_SECONDS = 900  # the model may have to be trained first
ROOM = {
    # The limits protect from crowds and floods; a measurement is both.
    "ALLOW_TODAY": "true",
    "MESSAGE_BYTES": "65536",
    "MESSAGES_PER_MINUTE": "1000000",
    "MESSAGES_PER_MINUTE_ADDRESS": "1000000",
    "CONVERSATIONS_PER_MINUTE_ADDRESS": "1000000",
    "LOG_LEVEL": "warning",
    "HOST": "127.0.0.1",
    # Whatever .env says, these customers are made up: nothing is sent to them and nothing kept.
    **dict.fromkeys(("DATABASE_URL", "ENGINE_URL", "ACTIONS_URL", "TWILIO_ACCOUNT_SID", "SMTP_HOST"), ""),
}

ENDED, REPEATED = "conversations that end with a case", "asked for something they had given"
BARS = {ENDED: Bar(at_least=1.0), REPEATED: Bar(at_most=0.0)}
"""What has to be reached; every other figure is reported without a bar."""


# --- The product --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Product:
    """A product that runs: where it answers, its supervisor's process, how long it took to be ready, its data folder."""

    url: str
    pid: int
    start_seconds: float
    data: Path


class CannotMeasure(Exception):
    """The product did not start; the message ends with its last lines."""


@contextmanager
def running(
    settings: Mapping[str, str], root: Path = ROOT, python: str = sys.executable, port: int | None = None
) -> Iterator[Product]:
    """Run the product of a checkout with a data folder of its own in the block. Raises CannotMeasure."""
    port = port or _free_port()
    with tempfile.TemporaryDirectory(prefix="recourse-") as folder, open(Path(folder) / "log", "w+") as log:
        own = {"PORT": str(port), "DATA_DIR": f"{folder}/data"}
        own[SUPERVISOR_PID] = str(os.getpid())  # it ends with us, however we end
        began = time.perf_counter()
        process = subprocess.Popen(
            [python, "-m", "bot", "run"],
            cwd=root,
            env={**os.environ, **ROOM, **own, **settings},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _await_ready(url, process, Path(folder) / "log")
            yield Product(url, process.pid, time.perf_counter() - began, Path(own["DATA_DIR"]))
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up_at = time.monotonic() + READY_WITHIN_SECONDS
    with httpx.Client(trust_env=False, timeout=5) as http:
        while process.poll() is None and time.monotonic() < give_up_at:
            try:
                if http.get(f"{url}/readyz").status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.05)
    raise CannotMeasure("the product did not start:\n" + "\n".join(log.read_text().splitlines()[-15:]))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# --- The complaints -----------------------------------------------------------------------------------------


def complaints(language: str, folder: Path) -> list[Complaint]:
    """Read the complaints of a language with everything known of them."""
    stem = folder / f"complaints_{language}"
    labels = {row["id"]: row for row in _rows(f"{stem}.labels.jsonl")}
    extra = {row["id"]: row for row in _rows(f"{stem}.labels_extra.jsonl")}
    others = {row["id"]: row["also_acceptable_category"] for row in _rows(f"{stem}.labels_alt.jsonl")}
    marked = f"{stem}.dates.jsonl" if language == "it" else folder / "complaints_dates_gold.jsonl"
    dates = {row["id"]: tuple(GoldDate(d["span"], d["iso"]) for d in row["dates"]) for row in _rows(marked)}
    # Only the Italian marks are complete: without a row there, the words hold no date.
    unmarked = () if language == "it" else None
    told = []
    for row in _rows(f"{stem}.jsonl"):
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


def _rows(path: str | Path) -> list[dict[str, Any]]:
    if not Path(path).is_file():
        return []
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


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
        """The questions that came again at once; asking for more events is meant to."""
        pairs = zip(self.expects, self.expects[1:], strict=False)
        return {one for one, two in pairs if one == two and one not in (None, "free", "event")}

    @property
    def faults(self) -> list[str]:
        """What went wrong, in words; empty when nothing did."""
        found = [self.failure] if self.failure else []
        if self.case and self.complaint.fair and not first_is_fair(self.named, self.complaint.fair):
            fair = " or ".join(sorted(self.complaint.fair))
            found.append(f"nature: {', '.join(self.named) or 'none'}, not {fair}")
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


# --- The report ---------------------------------------------------------------------------------------------


def report(language: str, told: list[Told]) -> list[str]:
    """Print the figures of a language and return the bars it falls short of."""
    short = []

    def line(title: str, share: Share) -> None:
        bar = BARS.get(title)
        verdict = f"   {bar.verdict(share)} (bar: {bar})" if bar else ""
        if bar and bar.verdict(share) == "FALL SHORT":
            short.append(f"{LANGUAGES[language]}: {title}")
        print(f"  {title:<44} {share}{verdict}")

    print(f"\n{LANGUAGES[language]}: {len(told)} complaints")
    line(ENDED, Share.count(bool(one.case) for one in told))
    opened = [one for one in told if one.case]
    turns = [one.turns for one in opened]
    if turns:
        lower, median, upper = (percentile(turns, share) for share in (0.25, 0.5, 0.75))
        title = "turns up to the tracking number"
        print(f"  {title:<44} median {median:g}, quartiles {lower:g} and {upper:g}")
    line(REPEATED, Share.count(bool(one.given_but_asked) for one in told))
    for what in ("what went wrong", "when"):
        asked = [one for one in told if what != "when" or one.complaint.gives_date]
        line(f"  of them {what}", Share.count(what in one.given_but_asked for one in asked))
    line("had to answer a question twice", Share.count(bool(one.asked_twice) for one in told))
    for question, times in Counter(what for one in told for what in one.asked_twice).most_common():
        print(f"    {question}: {times}")
    line("safety came first (priority P1)", Share.count(one.is_urgent for one in opened))
    for title, rows in (
        ("random rows", [one for one in told if one.complaint.random]),
        ("extra rows", [one for one in told if one.complaint.fair and not one.complaint.random]),
    ):
        if rows:
            _report_natures(title, rows, line)
    _report_dates(told, line)
    return short


def _report_natures(title: str, told: list[Told], line: Any) -> None:
    lenient = [first_is_fair(one.named, one.complaint.fair) for one in told]
    line(f"nature lenient, {title}", Share.count(lenient))
    among = [fair_among(one.named, one.complaint.fair) for one in told]
    line(f"nature precision, {title}", Share(sum(s.hits for s in among), sum(s.of for s in among)))
    print(f"  {f'natures per case, {title}':<44} {sum(s.of for s in among) / len(told):.2f}")


def _report_dates(told: list[Told], line: Any) -> None:
    marked = [one for one in told if one.complaint.dates]
    counts = Counter(verdict.outcome for one in marked for verdict in one.verdicts)
    dates = counts["found"] + counts["wrong"] + counts["missed"]
    for outcome in ("found", "wrong", "missed"):
        line(f"dates {outcome}", Share(counts[outcome], dates))
    line("not a date, yet stored", Share(counts["mistaken"], counts["mistaken"] + counts["left"]))
    without = [one for one in told if one.complaint.dates == ()]
    if without:
        line("complaints without a date, one stored", Share.count(bool(one.dates) for one in without))
    beside = [(one.complaint.id, value, words) for one in marked for words, value in one.beside]
    for identity, value, words in beside:
        print(f"    stored beside the marks of {identity}: {value} for {words[:90]!r}")


def write_transcripts(path: Path, told: list[Told]) -> None:
    """Write what was said wherever something went wrong, with what it was."""
    with open(path, "w", encoding="utf-8") as file:
        for one in (one for one in told if one.faults):
            print(f"=== {one.complaint.id}: {'; '.join(one.faults)}", file=file)
            for who, text in one.transcript:
                print(f"{who:>9} | {' '.join(text.split())}", file=file)
            print(file=file)


def main() -> int:
    """Measure, report, and return 0; with --strict 1 when a bar is not reached."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("benchmarks.evaluate", description=__doc__, formatter_class=as_written)
    parser.add_argument("--language", choices=LANGUAGES, action="append", help="default: all")
    parser.add_argument("--limit", type=int, help="only the first N complaints of each language")
    parser.add_argument("--port", type=int, help="run the product on this port, default: a free one")
    parser.add_argument("--url", help="measure a product that runs already; DESK_API_TOKEN is its token")
    parser.add_argument("--transcripts", type=Path, help="write conversations that went wrong to this file")
    parser.add_argument("--strict", action="store_true", help="exit with 1 when a bar is not reached")
    chosen = parser.parse_args()
    folder = Path(os.environ.get("EVALUATION_DATA") or "../shared/data")
    languages = chosen.language or list(LANGUAGES)
    if not folder.is_dir():
        print(f"No evaluation data: {folder} is not there (set EVALUATION_DATA). Only Italian is measured.")
        languages = [language for language in languages if language == "it"]
    rows = {
        language: complaints(language, ITALIAN if language == "it" else folder)[: chosen.limit]
        for language in languages
    }
    everything = [complaint for told in rows.values() for complaint in told]
    token = os.environ.get("DESK_API_TOKEN") or secrets.token_urlsafe(16)
    try:
        if chosen.url:
            told = asyncio.run(tell_all(chosen.url, token, everything))
        elif everything:
            print("Starting the product; a missing model is trained first.", file=sys.stderr, flush=True)
            with running({"DESK_API_TOKEN": token}, port=chosen.port) as product:
                told = asyncio.run(tell_all(product.url, token, everything))
        else:
            told = []
    except CannotMeasure as reason:
        print(f"evaluate: {reason}", file=sys.stderr)
        return 2
    short = [
        bar
        for language in rows
        for bar in report(language, [one for one in told if one.complaint.language == language])
    ]
    print("\nEvery bar is reached." if not short else "\nFalls short: " + "; ".join(short))
    if chosen.transcripts:
        write_transcripts(chosen.transcripts, told)
        print(f"Conversations in which something went wrong: {chosen.transcripts}")
    return 1 if short and chosen.strict else 0


if __name__ == "__main__":
    sys.exit(main())
