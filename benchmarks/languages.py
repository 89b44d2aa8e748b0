"""Measures whether messages are taken for the language they are written in.

EVALUATION_DATA names the folder of the texts (default ../shared/data), which are not part of the project; the
Italian complaints are ours. Each text counts once per language. A word is what stands between spaces.

**Right.** When no language is told, the conversation goes on in its own, which for these rows is the row's: so a
row of three words or more is wrong only when another language is told. **Short.** A row of fewer words is wrong
when any language is told: two words must not turn a conversation round. **Followed.** The stricter question: how many
rows would turn a conversation that is held in another language; there a row of which nothing is told is missed.

python -m benchmarks.languages [--errors]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.rows import ITALIAN, SHARED, records
from benchmarks.scores import Bar, Line, Share
from bot.languages import LANGUAGES
from bot.reading.language import detect_language

RIGHT = Bar(at_least=0.99)
FEWEST_WORDS = 3
LONG_ENOUGH = 4

_BY_LANGUAGE = ("complaints_{}", "recognizers_date_parsers_{}", "recognizers_datetime_model_{}")
_MARKED = (
    "nlupp",
    "clinc150_test",
    "dialogue_acts_fr_it_en",
    "oos_home_assistant",
    "yesno_recognizers",
    "duckling_time",
    "recognizers_numbers_money",
)


@dataclass(frozen=True)
class Told:
    """A text and the language told of it; None when it was left open."""

    text: str
    language: str | None

    @property
    def words(self) -> int:
        """How many words the text has."""
        return len(self.text.split())

    def __str__(self) -> str:
        return f"{self.language}: {' '.join(self.text.split())[:140]}"


def measure(folder: Path) -> Iterator[Line]:
    """Yield the figures of the rows of a folder, language by language."""
    for language in LANGUAGES:
        told = [Told(text, detect_language(text)) for text in sorted(_texts(language, folder))]
        if told:
            yield from _lines(language, told)


def _lines(language: str, told: Sequence[Told]) -> Iterator[Line]:
    short = [row for row in told if row.words < FEWEST_WORDS]
    full = [row for row in told if row.words >= FEWEST_WORDS]
    kept = {None, language}
    yield _line(language, f"right language, {FEWEST_WORDS} words or more", full, kept, RIGHT)
    yield _line(language, f"left open, under {FEWEST_WORDS} words", short, {None}, RIGHT)
    yield _line(language, f"followed from another, {FEWEST_WORDS} words or more", full, {language})
    long = [row for row in full if row.words >= LONG_ENOUGH]
    yield _line(language, f"followed from another, {LONG_ENOUGH} words or more", long, {language})


def _line(
    language: str, title: str, rows: list[Told], right: set[str | None], bar: Bar | None = None
) -> Line:
    errors = tuple(str(row) for row in rows if row.language not in right)
    return Line(language, title, Share(len(rows) - len(errors), len(rows)), bar, errors)


def _texts(language: str, folder: Path) -> set[str]:
    of_language = [name.format(language) for name in _BY_LANGUAGE]
    named = [row for name in of_language for row in records(folder / f"{name}.jsonl")]
    marked = [row for name in _MARKED for row in records(folder / f"{name}.jsonl")]
    ours = records(ITALIAN / "complaints_it.jsonl") if language == "it" else ()
    return {row["text"] for row in (*named, *ours, *(row for row in marked if row["lang"][:2] == language))}


def main() -> None:
    """Print the figures, with each wrong row when asked."""
    for line in measure(SHARED):
        print(f"{line.language}  {line.title:42} {line.share}  {line.bar or ''}")
        if "--errors" in sys.argv:
            print(*(f"      {error}" for error in line.errors), sep="\n")


if __name__ == "__main__":
    main()
