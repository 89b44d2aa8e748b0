"""Measures speed and size: the product as it is beside the same product on Rasa's default configuration.

Both run from copies of this checkout with models of their own, one at a time and by turns, so that whatever
else the machine does meets both alike. What is asked of them comes from a process apart.

Rasa's default is trained for a few of its 100 epochs: how fast it answers and how large it is do not depend on
their number, and what all of them would take is told from what one takes.

    python -m benchmarks.bench
    python -m benchmarks.bench --rounds 1 --seconds 5
    python -m benchmarks.bench --epochs 100         # all of them: half an hour and more
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from benchmarks import calling
from benchmarks.customer import Chat, Complaint, Customer, Refused
from benchmarks.product import ROOT, CannotMeasure, running
from benchmarks.scores import epoch_seconds, percentile

DEFAULT_CONFIG = ROOT / "benchmarks" / "default_config.yml"
DEFAULT_PYTHON = ROOT / ".venv-bench" / "bin" / "python"
COPIED = ("bot", "actions", "data", "config.yml", "credentials.yml", "domain.yml", "endpoints.yml")
PROCESSES, TOGETHER = ("run", "gateway", "engine", "actions", "clock"), "all together"

BUDGET_SECONDS = 14 * 60
"""A round that would end later than this is not begun."""
TRAINING_SECONDS = 8 * 60
EPOCHS, DEFAULT_EPOCHS = 3, 100
CROWD = 16
LONG_TURNS, MARKS, AROUND = 206, (10, 50, 200), 5
"""Turns of the long conversation, those whose latency is told, and how many on each side count with them."""

STORIES = (
    ("en", "My internet bill went up by $20 on March 3 and nobody told me."),
    ("fr", "Mon cellulaire n'a plus de réseau depuis le 3 mars et personne ne fait rien."),
    ("it", "Il 3 marzo avete disdetto il contratto della TV senza il mio consenso."),
)
AFTER = {
    "en": ("What is the status of my case?", "How long will this take?",
           "It happened again on May 3, nothing worked all evening.",
           "Is my data safe with you?", "Thank you"),
    "fr": ("Où en est mon dossier?", "Combien de temps ça va prendre?",
           "C'est arrivé encore le 3 mai, rien ne marchait de la soirée.",
           "Mes données sont-elles protégées?", "Merci"),
    "it": ("A che punto è la mia pratica?", "Quanto tempo ci vorrà?",
           "È successo di nuovo il 3 maggio, non funzionava niente per tutta la sera.",
           "I miei dati sono al sicuro?", "Grazie"),
}  # fmt: skip
SAID_AFTER = 3
"""Messages after the case in a conversation of the load, which makes about ten turns of it."""
MOST_TURNS = 20
WARM_SECONDS = 2.0
CALLS_FOR = 3
"""How many times as long as another load calls are measured: callers pause between their turns."""


# --- The two products ---------------------------------------------------------------------------------------


@dataclass
class Side:
    """One of the two products, and what was measured of it."""

    name: str
    python: str
    root: Path
    epochs: int = EPOCHS
    training_seconds: float = math.nan
    start_seconds: list[float] = field(default_factory=list)
    loads: dict[int, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    long: list[list[float]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    memory: list[dict[str, tuple[float, float]]] = field(default_factory=list)

    @classmethod
    def copied(cls, name: str, python: str, folder: Path) -> Side:
        """Copy what runs of this checkout."""
        folder.mkdir()
        for part in COPIED:
            copy: Callable[..., Any] = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
            copy(ROOT / part, folder / part)
        return cls(name, python, folder)

    def configure(self, config: Path, epochs: int) -> None:
        """Take another configuration of the engine, to be trained for so many epochs."""
        text = config.read_text(encoding="utf-8").replace(f"epochs: {DEFAULT_EPOCHS}", f"epochs: {epochs}")
        (self.root / "config.yml").write_text(text, encoding="utf-8")
        self.epochs = epochs

    @property
    def settings(self) -> dict[str, str]:
        """The settings that keep this product's model apart."""
        return {"MODEL_DIR": str(self.root / "models")}

    def train(self) -> None:
        """Train the model from nothing. Raises CannotMeasure."""
        began = time.perf_counter()
        try:
            done = subprocess.run(
                [self.python, "-m", "bot", "train"],
                cwd=self.root,
                env={**os.environ, **self.settings, "DATA_DIR": str(self.root / "var")},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=TRAINING_SECONDS * self.epochs / EPOCHS,
            )
        except subprocess.TimeoutExpired as stopped:
            raise CannotMeasure(f"training was given up after {stopped.timeout:.0f} s") from None
        if done.returncode:
            raise CannotMeasure("training failed:\n" + "\n".join(done.stdout.splitlines()[-10:]))
        missing = DEFAULT_EPOCHS - self.epochs
        self.training_seconds = time.perf_counter() - began + missing * epoch_seconds(done.stdout)

    def measure(self, seconds: float, with_long: bool) -> None:
        """Start the product, load it, look at its memory, and stop it. Raises CannotMeasure."""
        with running({**self.settings, **calling.SETTINGS}, self.root, self.python) as product:
            self.start_seconds.append(product.start_seconds)
            for users in (1, CROWD):
                self.loads[users].append(_client("load", product.url, str(users), str(seconds)))
            database = str(product.data / "recourse.db")
            self.calls.append(_client("calls", product.url, database, str(CALLS_FOR * seconds)))
            if with_long:
                self.long.append(_client("long", product.url)["took"])
            self.memory.append(dict(memory_of(product.pid)))


def _client(*arguments: str) -> Any:
    """Run the asking side in a process apart and return what it measured. Raises CannotMeasure."""
    command = [sys.executable, "-m", "benchmarks.bench", "--client", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    if done.returncode:
        raise CannotMeasure(f"the client failed: {done.stderr[-500:]}")
    return json.loads(done.stdout)


def memory_of(supervisor: int) -> Iterator[tuple[str, tuple[float, float]]]:
    """Yield name and (resident, proportional) memory in MiB of a supervisor and of each of its processes."""
    proc = Path("/proc")
    children = (proc / str(supervisor) / "task" / str(supervisor) / "children").read_text().split()
    for pid in (str(supervisor), *children):
        lines = (proc / pid / "smaps_rollup").read_text().splitlines()[1:]
        sizes = dict(line.split(":", 1) for line in lines)
        rss, pss = (int(sizes[key].split()[0]) / 1024 for key in ("Rss", "Pss"))
        yield (proc / pid / "cmdline").read_text().rstrip("\0").split("\0")[-1], (rss, pss)


# --- The asking side ----------------------------------------------------------------------------------------


@dataclass
class Talk:
    """A customer who tells a complaint up to its case and then goes on talking about it."""

    chat: Chat
    customer: Customer
    said_after: int = 0

    @classmethod
    async def begin(cls, http: httpx.AsyncClient, number: int) -> Talk:
        """Open a conversation; the number decides which complaint is told, and in which words."""
        language, text = STORIES[number % len(STORIES)]
        complaint = Complaint(f"bench{number}", language, text, date.today())
        return cls(await Chat.begin(http, language), Customer(complaint))

    @property
    def has_case(self) -> bool:
        """Whether the case is opened."""
        return bool(self.chat.state["case"])

    @property
    def has_ended(self) -> bool:
        """Whether a customer would leave it at that."""
        return self.said_after >= SAID_AFTER or self.chat.turns >= MOST_TURNS

    async def turn(self) -> float:
        """Say what comes next and return how many seconds the answer took. Raises Refused."""
        text = self._next()
        began = time.perf_counter()
        await self.chat.say(text)
        return time.perf_counter() - began

    def _next(self) -> str:
        complaint = self.customer.complaint
        if not self.chat.turns:
            return complaint.text
        if not self.has_case:
            return self.customer.answer(self.chat.state["expects"], self.chat.asks_for_more)
        after = AFTER[complaint.language]
        self.said_after += 1
        return after[(self.said_after - 1) % len(after)]


async def load(url: str, users: int, seconds: float) -> dict[str, Any]:
    """Let so many customers talk at once, each waiting for the answer before the next message."""
    took: list[float] = []
    counts = {"begun": 0, "opened": 0, "refused": 0}

    async def talk(http: httpx.AsyncClient, number: int, until: float) -> None:
        while time.perf_counter() < until:
            try:
                one = await Talk.begin(http, number)
                counts["begun"] += 1
                while not one.has_ended and time.perf_counter() < until:
                    took.append(await one.turn())
                counts["opened"] += one.has_case
            except Refused:
                counts["refused"] += 1
            number += CROWD

    async with httpx.AsyncClient(base_url=url, timeout=120, trust_env=False) as http:
        # The first turns fill caches and are not counted.
        await talk(http, 0, time.perf_counter() + WARM_SECONDS)
        took.clear()
        counts.update(dict.fromkeys(counts, 0))
        began = time.perf_counter()
        await asyncio.gather(*(talk(http, user, began + seconds) for user in range(users)))
        return {"seconds": time.perf_counter() - began, "took": took, **counts}


async def long(url: str) -> dict[str, Any]:
    """Hold one long conversation and return the seconds of each of its turns."""
    async with httpx.AsyncClient(base_url=url, timeout=120, trust_env=False) as http:
        talk = await Talk.begin(http, 0)
        return {"took": [await talk.turn() for _ in range(LONG_TURNS)]}


# --- The table ----------------------------------------------------------------------------------------------

Row = tuple[str, Callable[[Side], float], bool]
"""What a line is called, how it is computed, and whether more is better."""


def rows() -> Iterator[Row]:
    """Yield the lines of the table."""
    yield "training, s", lambda side: side.training_seconds, False
    yield "start to ready, s (median)", lambda side: median(side.start_seconds), False
    for users in (1, CROWD):
        yield f"turns/s, {users} at once", partial(_throughput, users=users), True
        for share in (50, 95, 99):
            yield f"p{share} ms, {users} at once", partial(_milliseconds, users=users, share=share), False
    for share in (50, 95):
        for kind, words in (("spoken", f"{calling.CALLS} calls"), ("typed", "web beside the calls")):
            yield f"p{share} ms, {words}", partial(_beside, kind=kind, share=share), False
        yield f"calls to web, p{share}", partial(_calls_to_web, share=share), False
    for mark in MARKS:
        yield f"median ms around turn {mark}", partial(_around, mark=mark), False
    for process in (*PROCESSES, TOGETHER):
        for at, kind in enumerate(("RSS", "PSS")):
            yield f"{kind} MiB, {process}", partial(_memory, process=process, at=at), False


def _throughput(side: Side, users: int) -> float:
    loads = side.loads[users]
    return sum(len(one["took"]) for one in loads) / sum(one["seconds"] for one in loads)


def _milliseconds(side: Side, users: int, share: int) -> float:
    took = [seconds for one in side.loads[users] for seconds in one["took"]]
    return percentile(took, share / 100) * 1000


def _beside(side: Side, kind: str, share: int) -> float:
    took = [seconds for one in side.calls for seconds in one[kind]]
    return percentile(took, share / 100) * 1000


def _calls_to_web(side: Side, share: int) -> float:
    return _beside(side, "spoken", share) / _beside(side, "typed", share)


def _around(side: Side, mark: int) -> float:
    window = slice(mark - AROUND - 1, mark + AROUND - 1)
    return median(seconds for one in side.long for seconds in one[window]) * 1000


def _memory(side: Side, process: str, at: int) -> float:
    if process == TOGETHER:
        return median(sum(sizes[at] for sizes in one.values()) for one in side.memory)
    return median(one[process][at] for one in side.memory if process in one)


def table(sides: list[Side]) -> str:
    """Put the products side by side; the last column says how many times better the first one is."""
    head = "".join(f"{side.name:>18}" for side in sides)
    lines = [f"{'':<30}{head}" + ("    better by" if sides[1:] else "")]
    for title, value, more_is_better in rows():
        values = [value(side) for side in sides]
        line = f"{title:<30}" + "".join(f"{one:>18.2f}" if one < 10 else f"{one:>18.1f}" for one in values)
        if sides[1:]:
            line += f"{(values[0] / values[1] if more_is_better else values[1] / values[0]):>12.1f}×"
        lines.append(line)
    return "\n".join(lines)


def told(side: Side) -> str:
    """Say how many conversations stand behind the figures, so that nobody reads the speed of refusals."""
    loads = [one for loads in side.loads.values() for one in loads]
    begun, opened, refused = (sum(one[key] for one in loads) for key in ("begun", "opened", "refused"))
    turns = sum(len(one["took"]) for one in loads)
    spoken, typed = (sum(len(one[kind]) for one in side.calls) for kind in ("spoken", "typed"))
    beside = f"; {spoken} turns by phone, {typed} on the web beside them"
    return f"{side.name}: {turns} turns in {begun} conversations, {opened} with a case, {refused} refused{beside}"


# --- The run ------------------------------------------------------------------------------------------------


def bench(folder: Path, rounds: int, seconds: float, epochs: int) -> list[Side]:
    """Train both products, then measure them by turns until the rounds or the time are used up."""
    began = time.monotonic()
    sides = [Side.copied("Recourse", sys.executable, folder / "own")]
    if DEFAULT_PYTHON.exists():
        default = Side.copied("Rasa's default", str(DEFAULT_PYTHON), folder / "default")
        default.configure(DEFAULT_CONFIG, epochs)
        sides.append(default)
    else:
        _say(".venv-bench is not there (`make bench` makes it): only Recourse is measured.")
    for side in list(sides):
        _say(f"Training {side.name}")
        try:
            side.train()
        except CannotMeasure as reason:
            if side is sides[0]:
                raise
            _say(f"{side.name} is left out: {reason}")
            sides.remove(side)
    longest = 0.0
    for number in range(1, rounds + 1):
        round_began = time.monotonic()
        if round_began - began + longest > BUDGET_SECONDS:
            _say(f"No time for round {number} of {rounds}.")
            break
        for side in sides:
            _say(f"Round {number} of {rounds}: {side.name}")
            side.measure(seconds, with_long=number == 1)
        longest = max(longest, time.monotonic() - round_began)
    return sides


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> int:
    """Measure and print the table; return 0, or 2 when the product itself could not be measured."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parser = argparse.ArgumentParser(prog="benchmarks.bench", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="how often each product is started and loaded")
    parser.add_argument("--seconds", type=float, default=12, help="how long each load lasts")
    parser.add_argument(
        "--epochs", type=int, default=EPOCHS, help="how many of its 100 Rasa's default trains"
    )
    parser.add_argument("--client", nargs="+", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.client:
        what, url, *figures = chosen.client
        if what == "load":
            asked = load(url, int(figures[0]), float(figures[1]))
        elif what == "calls":
            asked = calling.calls(url, figures[0], float(figures[1]), STORIES)
        else:
            asked = long(url)
        print(json.dumps(asyncio.run(asked)))
        return 0
    with tempfile.TemporaryDirectory(prefix="recourse-bench-") as folder:
        load_before = os.getloadavg()[0]
        try:
            sides = bench(Path(folder), chosen.rounds, chosen.seconds, chosen.epochs)
        except CannotMeasure as reason:
            _say(f"bench: {reason}")
            return 2
        done = len(sides[0].start_seconds)
        print(
            f"{os.cpu_count()} cores, load average {load_before:.1f} beforehand (trust ratios, not digits, above 0.5); "
            f"{done} rounds, {chosen.seconds:g} s for each load"
        )
        print(table(sides))
        print("\n".join(told(side) for side in sides))
        if sides[1:] and chosen.epochs < DEFAULT_EPOCHS:
            print(
                f"{sides[1].name} was trained for {chosen.epochs} epochs; its training time is that of 100."
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
