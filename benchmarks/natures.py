"""Measures how well the natures and services of labelled complaints are read.

EVALUATION_DATA names the folder of the English and French complaints (default ../shared/data), which are not
part of the project; the Italian ones are ours. Even and odd rows are shown apart: only the errors of even
English and French rows may be looked at (`--errors`), so the other rows tell how the lexicon does on texts it
was not tried on.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.languages import LANGUAGES, pack
from bot.reading.nature import read_natures, read_services

_SHARED = Path(os.environ.get("EVALUATION_DATA", "../shared/data"))
_FOLDERS = {"en": _SHARED, "fr": _SHARED, "it": Path(__file__).parent / "italian"}
# The Italian texts only measure: nobody who writes cues looks at their errors.
_OPEN_LANGUAGES = ("en", "fr")
_WORDS_TIMED = 200
# Labels which name no single service.
_UNCLEAR_SERVICE = "bundle_or_unclear"


@dataclass(frozen=True)
class Row:
    """One labelled complaint; `accepted` holds the label and what else a fair reader could give."""

    id: str
    text: str
    accepted: frozenset[str]
    service: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true", help="show the wrong readings of even rows")
    shows_errors = parser.parse_args().errors
    for language in LANGUAGES:
        rows = _labelled_rows(language)
        if not rows:
            print(f"{language}: no labelled complaints in {_FOLDERS[language].resolve()}")
            continue
        for name, some in (("even", rows[::2]), ("odd", rows[1::2]), ("all", rows)):
            print(f"{language} {name:4} {_figures(language, some)}")
        print(f"{language} {_milliseconds(language, rows):.2f} ms for {_WORDS_TIMED} words")
        if shows_errors and language in _OPEN_LANGUAGES:
            _show_errors(language, rows[::2])


def _labelled_rows(language: str) -> list[Row]:
    texts = _records(language, "")
    others = _records(language, ".labels_alt")
    return [
        Row(
            id=row_id,
            text=texts[row_id]["text"],
            accepted=frozenset(
                [label["category"], *others.get(row_id, {}).get("also_acceptable_category", [])]
            ),
            service=label["service"],
        )
        for row_id, label in _records(language, ".labels").items()
    ]


def _records(language: str, part: str) -> dict[str, dict]:
    path = _FOLDERS[language] / f"complaints_{language}{part}.jsonl"
    if not path.exists():
        return {}
    with open(path, encoding="utf-8") as file:
        return {record["id"]: record for record in map(json.loads, file)}


def _figures(language: str, rows: Sequence[Row]) -> str:
    words = pack(language, "natures")
    readings = [(row, read_natures(row.text, words)) for row in rows]
    lenient = sum(bool(read) and read[0].category in row.accepted for row, read in readings)
    named = sum(len(read) for _, read in readings)
    right = sum(mention.category in row.accepted for row, read in readings for mention in read)
    clear = [row for row in rows if row.service != _UNCLEAR_SERVICE]
    served = sum(read_services(row.text, words)[:1] == [row.service] for row in clear)
    return (
        f"{len(rows):4} rows: lenient {lenient / len(rows):.1%}, precision {right / max(named, 1):.1%}, "
        f"natures per case {named / len(rows):.2f}, service {served}/{len(clear)}"
    )


def _milliseconds(language: str, rows: Sequence[Row]) -> float:
    words = pack(language, "natures")
    spoken = " ".join(row.text for row in rows).split()
    texts = [" ".join(spoken[at : at + _WORDS_TIMED]) for at in range(0, len(spoken), _WORDS_TIMED)]
    read_natures(texts[0], words)
    start = time.process_time()
    for text in texts:
        read_natures(text, words)
    return (time.process_time() - start) / len(texts) * 1000


def _show_errors(language: str, rows: Sequence[Row]) -> None:
    for row in rows:
        read = read_natures(row.text, pack(language, "natures"))
        if {mention.category for mention in read} - row.accepted or not read:
            found = ", ".join(f"{mention.category}/{mention.issue} {mention.score}" for mention in read)
            print(f"  {row.id}: read {found or 'nothing'}, accepted {', '.join(sorted(row.accepted))}")


if __name__ == "__main__":
    main()
