"""Measures how well the natures and services of labelled complaints are read, before any question is asked.

EVALUATION_DATA names the folder of the English and French complaints (default ../shared/data), which are not
part of the project; the Italian ones are ours. The model is trained here, as the product trains it.

**Nature.** Right when the first one named is the label or what else a fair reader could give. **Precision.** Of all
that are named, how many are. **Service.** Over the rows whose label names one. **Guessed.** Over the other rows: how
many are given a service all the same; it can be put right when the complaint is read back.

Even and odd rows are shown apart, and cues and model each alone: only the errors of even English and French rows
are listed, so the other rows tell how texts are read that nobody tried anything on.

python -m benchmarks.natures [--errors]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from benchmarks.intents import training_examples
from benchmarks.rows import ITALIAN, SHARED, records
from benchmarks.scores import Bar, Line, Ratio, Share, Spread
from bot.cases.complaint import SERVICES
from bot.languages import LANGUAGES, pack
from bot.pipeline.leanings import LeaningsModel, complaints, sayings
from bot.reading.nature import Leanings, read_natures, read_services

RIGHT = Bar(at_least=0.85)
PRECISE = Bar(at_least=0.75)
FEW = Bar(at_most=1.5)
SERVED = Bar(at_least=0.8)
WORDS_TIMED = 80
# The Italian texts only measure: nobody who writes cues or examples looks at their errors.
_OPEN_LANGUAGES = ("en", "fr")


@dataclass(frozen=True)
class Row:
    """One labelled complaint; `accepted` holds the label and what else a fair reader could give."""

    id: str
    text: str
    accepted: frozenset[str]
    service: str


@dataclass(frozen=True)
class Reading:
    """What was read from a row: the categories and the services, the main one first."""

    row: Row
    categories: list[str]
    services: list[str]

    @property
    def right(self) -> bool:
        """Whether the first category is the label or one that a fair reader could give."""
        return bool(self.categories) and self.categories[0] in self.row.accepted

    @property
    def served(self) -> bool:
        """Whether the first service is the one of the label."""
        return self.services[:1] == [self.row.service]

    def __str__(self) -> str:
        read = ", ".join([*self.categories, *self.services]) or "nothing"
        return (
            f"{self.row.id}: read {read}; accepted {', '.join(sorted(self.row.accepted))}, {self.row.service}"
        )


Reader = Callable[[str], tuple[list[str], list[str]]]
"""From a text to its categories and services."""


def measure(folder: Path) -> Iterator[Line]:
    """Yield the figures of the complaints of a folder, language by language."""
    model = trained_leanings()
    for language in LANGUAGES:
        rows = _labelled_rows(language, ITALIAN if language == "it" else folder)
        if rows:
            yield from _lines(language, rows, model)


@cache
def trained_leanings() -> LeaningsModel:
    """Train what complaints lean to on our examples, once for all that measure it."""
    said = [(row.text, row.intent) for language in LANGUAGES for row in training_examples(language)]
    return LeaningsModel.trained([*complaints(), *sayings(said)])


def _lines(language: str, rows: Sequence[Row], model: LeaningsModel) -> Iterator[Line]:
    together = partial(_together, language, model)
    readings = _read(rows, together)
    even, odd = readings[::2], readings[1::2]
    shown = even if language in _OPEN_LANGUAGES else []
    yield Line(language, "nature", _right(readings), RIGHT, _errors(shown, lambda one: one.right))
    yield Line(language, "nature, even rows", _right(even))
    yield Line(language, "nature, odd rows", _right(odd))
    yield Line(language, "nature, cues alone", _right(_read(rows, partial(_cues_alone, language))))
    yield Line(language, "nature, model alone", _right(_read(rows, partial(_model_alone, model))))
    yield Line(language, "precision of natures", _precision(readings), PRECISE)
    yield Line(
        language, "natures per complaint", Ratio(sum(len(one.categories) for one in readings), len(rows)), FEW
    )
    served = _errors([one for one in shown if _names_service(one)], lambda one: one.served)
    yield Line(language, "service", _served(readings), SERVED, served)
    yield Line(language, "service, even rows", _served(even))
    yield Line(language, "service, odd rows", _served(odd))
    yield Line(language, "service, cues alone", _served(_read(rows, partial(_cues_alone, language))))
    yield Line(language, "service, model alone", _served(_read(rows, partial(_model_alone, model))))
    unclear = [one for one in readings if not _names_service(one)]
    yield Line(language, "service guessed where unclear", Share.count(bool(one.services) for one in unclear))
    yield Line(language, f"{WORDS_TIMED} words", Spread(_milliseconds(rows, together), " ms"))


# --- Readers ------------------------------------------------------------------------------------------------


def _together(language: str, model: LeaningsModel, text: str) -> tuple[list[str], list[str]]:
    return _cues_alone(language, text, model.leanings(text))


def _cues_alone(language: str, text: str, leanings: Leanings | None = None) -> tuple[list[str], list[str]]:
    words = pack(language, "natures")
    natures = read_natures(text, words, leanings)
    return (
        [mention.category for mention in natures],
        read_services(text, words, leanings if natures else None),
    )


def _model_alone(model: LeaningsModel, text: str) -> tuple[list[str], list[str]]:
    leanings = model.leanings(text)
    return ([_best(leanings.categories)], [_best(leanings.services)])


def _best(sides: dict[str, float]) -> str:
    return max(sides, key=sides.__getitem__)


def _read(rows: Sequence[Row], reader: Reader) -> list[Reading]:
    return [Reading(row, *reader(row.text)) for row in rows]


# --- Figures ------------------------------------------------------------------------------------------------


def _right(readings: Sequence[Reading]) -> Share:
    return Share.count(one.right for one in readings)


def _precision(readings: Sequence[Reading]) -> Share:
    return Share.count(category in one.row.accepted for one in readings for category in one.categories)


def _served(readings: Sequence[Reading]) -> Share:
    return Share.count(one.served for one in readings if _names_service(one))


def _names_service(reading: Reading) -> bool:
    return reading.row.service in SERVICES


def _errors(readings: Sequence[Reading], is_right: Callable[[Reading], bool]) -> tuple[str, ...]:
    return tuple(str(one) for one in readings if not is_right(one))


def _milliseconds(rows: Sequence[Row], reader: Reader) -> list[float]:
    spoken = " ".join(row.text for row in rows).split()
    texts = [" ".join(spoken[at : at + WORDS_TIMED]) for at in range(0, len(spoken), WORDS_TIMED)]
    reader(texts[0])
    return [_cost(text, reader) for text in texts]


def _cost(text: str, reader: Reader) -> float:
    start = time.process_time()
    reader(text)
    return (time.process_time() - start) * 1000


# --- Rows ---------------------------------------------------------------------------------------------------


def _labelled_rows(language: str, folder: Path) -> list[Row]:
    texts = _records(folder / f"complaints_{language}.jsonl")
    others = _records(folder / f"complaints_{language}.labels_alt.jsonl")
    return [
        Row(
            id=row_id,
            text=texts[row_id]["text"],
            accepted=frozenset(
                [label["category"], *others.get(row_id, {}).get("also_acceptable_category", [])]
            ),
            service=label["service"],
        )
        for row_id, label in _records(folder / f"complaints_{language}.labels.jsonl").items()
    ]


def _records(path: Path) -> dict[str, dict[str, Any]]:
    return {record["id"]: record for record in records(path)}


def main() -> None:
    """Print the figures, with the wrong readings of even rows when asked."""
    for line in measure(SHARED):
        print(f"{line.language}  {line.title:32} {line.share}  {line.bar or ''}")
        if "--errors" in sys.argv:
            print(*(f"      {error}" for error in line.errors), sep="\n")


if __name__ == "__main__":
    main()
