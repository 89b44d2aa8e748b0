"""Measures what is understood of a message as an act: yes or no, a wish for a person, and what is none of ours.

EVALUATION_DATA names the folder of the rows (default ../shared/data), which are not part of the project; the
lists in benchmarks/held_out are, and were written apart from the training examples. Every row goes through the
classifier, the readers and the guard as in the engine, in this process; without a model given, the classifier is
trained here from data/nlu, which takes seconds and is always current.

Three kinds of figures, language by language:

*Yes or no.* A row labelled yes or no is right when a question of yes or no would hear it so (`Turn.says_yes`,
`Turn.says_no`) and its intent is not the other one. A row out of scope, or one that only looks like a wish for a
person, is right when neither is heard and the intent is neither.

*A person wanted.* A row is right when its intent is `request_person` or `escalate`. A false alarm is any other row
with one of these intents. That somebody asks to be called is no row of either kind: here that is a wish for a person.

*Out of scope.* Each row is said to the product as the first words of a conversation, by the product's own rules
(actions/hearing.py), and is counted when it was taken for nothing: its intent is neither `complain` nor
`fault_report`; no nature of trouble was read from it; the product kept nothing of it (no story, no event, sum, wish,
attempt, number, address or name); and a value that was read from it (a date, a sum, a name) stands under the intent
`out_of_scope` or `nlu_fallback`, under which nothing is done with it. The figures "in the midst of questions" say the
same rows after each of the questions whose answer is a number, an address, a name or a service, and count those of
which nothing was kept; questions answered in one's own words are measured beside them without a bar, since any
sentence may be such an answer.

python -m benchmarks.acts [--errors] [--language fr]
"""

from __future__ import annotations

import argparse
import copy
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml

from bot.pipeline import without_tensorflow

without_tensorflow.install()

from actions import base, hearing  # noqa: E402
from benchmarks.intents import training_examples  # noqa: E402
from benchmarks.natures import trained_leanings  # noqa: E402
from benchmarks.rows import SHARED, records  # noqa: E402
from benchmarks.scores import Bar, Line, Share  # noqa: E402
from bot.cases.conversation import Conversation  # noqa: E402
from bot.languages import LANGUAGES  # noqa: E402
from bot.pipeline.classifier import LinearModel  # noqa: E402
from bot.pipeline.facts import read_facts  # noqa: E402
from bot.pipeline.guard import SURE, guarded_intent  # noqa: E402
from bot.pipeline.leanings import LeaningsModel  # noqa: E402
from bot.provider import profile  # noqa: E402
from bot.settings import Settings  # noqa: E402
from bot.store import migrate, open_store  # noqa: E402

HELD_OUT = Path(__file__).parent / "held_out"
TODAY = date(2026, 5, 15)
NOW = datetime(2026, 5, 15, 15, tzinfo=UTC)

WISHES_FOR_A_PERSON = frozenset({"request_person", "escalate"})
COMPLAINTS = frozenset({"complain", "fault_report"})
HARMLESS = frozenset({"out_of_scope", "nlu_fallback"})
VALUES = frozenset(
    """date amount account phone email postal_code tracking ticket name_given remedy prior_contact staff
    represented""".split()
)
"""Kinds of facts that may answer a question."""

KEPT = (
    """narrative natures remedy events prior_contacts amounts account_number name phone email postal_code
    services represented circumstances"""
).split()
"""What a complaint keeps of a message."""

QUESTIONS = ("service", "event", "prior_contact", "remedy", "account", "contact", "name")
"""The questions of the intake after the first, in their order."""

OWN_WORDS = ("event", "prior_contact", "remedy")
OF_A_VALUE = tuple(question for question in QUESTIONS if question not in OWN_WORDS)

MISSES_ALLOWED = 1
FALSE_ALARMS_ALLOWED = 0.01
NOT_TAKEN = 0.9

ANSWERS = {"affirm": "yes", "deny": "no"}
NEITHER_YES_NOR_NO = frozenset({"out_of_scope", "not_handoff"})
FROM_BANKING, WISHES_LABEL, CALLS_BACK = "banking", "handoff", "callback_request"


@dataclass(frozen=True)
class Row:
    """A message of somebody, in a language, and what it is labelled as; `domain` is what it was written about."""

    language: str
    text: str
    label: str
    domain: str = ""


@dataclass(frozen=True)
class Heard:
    """What was understood of a row."""

    row: Row
    intent: str
    sure: bool
    entities: list[dict[str, Any]]
    confidence: float = 0.0

    @property
    def kinds(self) -> set[str]:
        """The kinds of facts that were read."""
        return {fact["entity"] for fact in self.entities}

    def __str__(self) -> str:
        facts = ", ".join(f"{fact['entity']}={fact['value']}" for fact in self.entities)
        return f"{self.row.text}  [{self.row.label}; heard {self.intent} {self.confidence:.2f}; {facts}]"


class NoRecords:
    """A provider that knows nobody: whatever number is read, what is kept of the words is all that counts."""

    def account(self, account_number: str) -> None:
        """Know no account."""

    def outages(self, postal_code: str) -> tuple[Any, ...]:
        """Know no outage."""
        return ()


class Ear:
    """The engine's understanding in this process, with the rules by which the product keeps what it hears."""

    def __init__(self, model: LinearModel, leanings: LeaningsModel) -> None:
        self._model, self._leanings, self._open = model, leanings, ExitStack()

    def __enter__(self) -> Ear:
        """Open a store of its own for the time of the measurement."""
        folder = self._open.enter_context(tempfile.TemporaryDirectory())
        settings = Settings.read({"DATA_DIR": folder})
        migrate(settings.database_url)
        store = open_store(settings.database_url)
        self._house = base.House(store, profile(settings.provider), None, now=lambda: NOW)  # type: ignore[arg-type]
        self._unit = self._open.enter_context(store.unit())
        return self

    def __exit__(self, *_: Any) -> None:
        """Throw the store away."""
        self._open.close()

    def hear(self, row: Row) -> Heard:
        """Understand a message as classifier, readers and guard do, one after the other."""
        ranking = self._model.ranking(row.text)
        guess, confidence = ranking[0]["name"], float(ranking[0]["confidence"])
        entities = read_facts(row.text, row.language, TODAY, self._leanings.leanings(row.text))
        intent = guarded_intent(row.text, guess, confidence, entities)
        return Heard(row, intent, confidence >= SURE, entities, confidence)

    def answer(self, heard: Heard) -> str | None:
        """Return the yes or no that a question of yes or no would hear."""
        turn = self.turn(heard, "confirm")
        if turn.says_no:
            return "no"
        return "yes" if turn.says_yes else None

    def turn(self, heard: Heard, expects: str) -> base.Turn:
        """Put a message before the product after a question."""
        conversation = Conversation("c", "", "chat", NOW, language=heard.row.language, expects=expects)
        # no code can be sent to anybody here
        conversation.complaint.settled.add("code")
        if expects not in ("open", "free"):
            conversation.complaint.tell("...")
            before = QUESTIONS[: QUESTIONS.index(expects)] if expects in QUESTIONS else QUESTIONS
            conversation.complaint.settled |= {*before, "nature"}
        return base.Turn(
            self._house,
            self._unit,
            NoRecords(),  # type: ignore[arg-type]
            conversation,
            heard.row.text,
            heard.intent,
            heard.entities,
            NOW,
            heard.sure,
        )

    def keeps(self, heard: Heard, expects: str = "open") -> list[str]:
        """Return the names of what the product keeps of a message in the complaint."""
        turn = self.turn(heard, expects)
        if heard.intent == "danger":
            return ["narrative"]
        before = copy.deepcopy(turn.complaint)
        has_a_rule = heard.intent in hearing.INTERRUPTIONS
        if not (has_a_rule if expects == "open" else hearing.interrupts(turn)):
            hearing.hear(turn)
        return [name for name in KEPT if getattr(turn.complaint, name) != getattr(before, name)]


def trained() -> Ear:
    """Train what the engine learns, on the examples of all languages."""
    examples = [said for language in LANGUAGES for said in training_examples(language)]
    return Ear(
        LinearModel.trained([said.text for said in examples], [said.intent for said in examples]),
        trained_leanings(),
    )


def unpacked(model: Path) -> Ear:
    """Read what the engine has learnt out of its trained model."""
    with tempfile.TemporaryDirectory() as folder, tarfile.open(model) as archive:
        archive.extractall(folder, filter="data")
        parts = Path(folder) / "components"
        classifier, natures = (
            next(parts.glob(f"train_{name}*")) for name in ("*IntentClassifier", "*NatureReader")
        )
        return Ear(LinearModel.saved(classifier), LeaningsModel.saved(natures))


def measure(folder: Path = SHARED, model: Path | None = None) -> Iterator[Line]:
    """Yield the figures of every language, with the text of each row that went wrong."""
    with unpacked(model) if model else trained() as ear:
        yield from _answers(ear, folder)
        yield from _persons(ear, folder)
        yield from _out_of_scope(ear, folder)


# --- yes or no --------------------------------------------------------------------------------------------


def _answers(ear: Ear, folder: Path) -> Iterator[Line]:
    rows = [*_rows(folder / "yesno_recognizers.jsonl"), *_rows(folder / "dialogue_acts_fr_it_en.jsonl")]
    for language in LANGUAGES:
        said = [row for row in rows if row.language == language and row.label in ANSWERS]
        if not said:
            continue
        yield _line(ear, "yes or no heard", said, _answers_rightly, _at_most_misses(MISSES_ALLOWED, said))
        others = [row for row in rows if row.language == language and row.label in NEITHER_YES_NOR_NO]
        if others:
            yield _line(ear, "no answer taken for one", others, _answers_nothing, Bar(at_least=1.0))


def _answers_rightly(ear: Ear, heard: Heard) -> bool:
    wanted = ANSWERS[heard.row.label]
    return ear.answer(heard) == wanted and ANSWERS.get(heard.intent, wanted) == wanted


def _answers_nothing(ear: Ear, heard: Heard) -> bool:
    return ear.answer(heard) is None and heard.intent not in ANSWERS


# --- a person wanted --------------------------------------------------------------------------------------


def _persons(ear: Ear, folder: Path) -> Iterator[Line]:
    acts, turns = _rows(folder / "dialogue_acts_fr_it_en.jsonl"), _rows(folder / "nlupp.jsonl")
    banking = [row for row in turns if row.domain == FROM_BANKING]
    lists = [row for language in LANGUAGES for row in _persons_held_out(language)]
    for title, rows in (("banking turns", banking), ("bots' rows", acts), ("held out", lists)):
        for language in LANGUAGES:
            some = [row for row in rows if row.language == language and row.label != CALLS_BACK]
            yield from _wished_for(ear, title, some)


def _wished_for(ear: Ear, title: str, rows: list[Row]) -> Iterator[Line]:
    wanted = [row for row in rows if row.label.endswith(WISHES_LABEL) and row.label != "not_handoff"]
    others = [row for row in rows if row not in wanted]
    if wanted:
        bar = _at_most_misses(MISSES_ALLOWED, wanted)
        yield _line(ear, f"person wanted, {title}", wanted, _wishes_for_somebody, bar)
    if others:
        allowed = max(FALSE_ALARMS_ALLOWED, MISSES_ALLOWED / len(others))
        yield _line(ear, f"no person wanted, {title}", others, _wishes_for_nobody, Bar(at_least=1 - allowed))


def _persons_held_out(language: str) -> list[Row]:
    path = HELD_OUT / f"person_{language}.yml"
    if not path.exists():
        return []
    lists = yaml.safe_load(path.read_text(encoding="utf-8"))
    labels = {"wanted": WISHES_LABEL, "not_wanted": "not_handoff"}
    return [Row(language, text, label) for name, label in labels.items() for text in lists[name]]


def _wishes_for_somebody(ear: Ear, heard: Heard) -> bool:
    return heard.intent in WISHES_FOR_A_PERSON


def _wishes_for_nobody(ear: Ear, heard: Heard) -> bool:
    return heard.intent not in WISHES_FOR_A_PERSON


# --- out of scope -----------------------------------------------------------------------------------------


def _out_of_scope(ear: Ear, folder: Path) -> Iterator[Line]:
    clinc = [row for row in _rows(folder / "clinc150_test.jsonl") if row.label.startswith("out_of_scope")]
    home = _rows(folder / "oos_home_assistant.jsonl")
    for title, rows in (("CLINC150", clinc), ("home assistant", home), ("held out", _strangers_held_out())):
        for language in LANGUAGES:
            some = [row for row in rows if row.language == language]
            if not some:
                continue
            bar = Bar(at_least=NOT_TAKEN)
            yield _line(ear, f"out of scope, {title}", some, _takes_nothing, bar)
            yield _line(ear, f"{title}, in the midst of questions", some, _keeps_no_value, bar)
            yield _line(ear, f"{title}, in the midst of a story", some, _keeps_no_words)


def _strangers_held_out() -> list[Row]:
    paths = {language: HELD_OUT / f"oos_{language}.yml" for language in LANGUAGES}
    return [
        Row(language, text, "out_of_scope")
        for language, path in paths.items()
        if path.exists()
        for text in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def _takes_nothing(ear: Ear, heard: Heard) -> bool:
    a_complaint = heard.intent in COMPLAINTS or "nature" in heard.kinds
    a_value = bool(heard.kinds & VALUES) and heard.intent not in HARMLESS
    return not (a_complaint or a_value or ear.keeps(heard))


def _keeps_no_value(ear: Ear, heard: Heard) -> bool:
    return not any(ear.keeps(heard, question) for question in OF_A_VALUE)


def _keeps_no_words(ear: Ear, heard: Heard) -> bool:
    return not any(ear.keeps(heard, question) for question in OWN_WORDS)


# --- rows and lines ---------------------------------------------------------------------------------------


def _rows(path: Path) -> list[Row]:
    """Return the rows of a file of labelled messages; none when it is not there."""
    return [
        Row(
            record["lang"],
            record["text"],
            record.get("maps_to") or record.get("label") or _general(record),
            record.get("domain") or "",
        )
        for record in records(path)
    ]


def _general(record: dict[str, Any]) -> str:
    """Return the label of a turn that has several: the wish for a person, if it is among them."""
    return WISHES_LABEL if WISHES_LABEL in record["general"] else ", ".join(record["labels"])


def _line(
    ear: Ear, title: str, rows: list[Row], is_right: Callable[[Ear, Heard], bool], bar: Bar | None = None
) -> Line:
    heard = [ear.hear(row) for row in rows]
    wrong = [each for each in heard if not is_right(ear, each)]
    share = Share(len(heard) - len(wrong), len(heard))
    return Line(rows[0].language, title, share, bar, tuple(map(str, wrong)))


def _at_most_misses(misses: int, rows: list[Row]) -> Bar | None:
    return Bar(at_least=(len(rows) - misses) / len(rows)) if len(rows) > misses else None


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--language", choices=LANGUAGES, action="append", help="default: all")
    options.add_argument("--errors", action="store_true", help="list every row that went wrong")
    chosen = options.parse_args()
    for line in measure():
        if chosen.language and line.language not in chosen.language:
            continue
        verdict = f"{line.bar} {line.bar.verdict(line.share)}" if line.bar else ""
        print(f"{line.language:3} {line.title:45} {line.share}  {verdict}")
        if chosen.errors:
            print("".join(f"       {error}\n" for error in line.errors), end="")


if __name__ == "__main__":
    main()
