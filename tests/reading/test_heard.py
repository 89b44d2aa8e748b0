"""What the cues of the packs hear in a sentence, and what they let pass; the sentences stand in heard/<language>.yml."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.languages import LANGUAGES, pack
from bot.pipeline.facts import names_ombudsman
from bot.reading.sentences import is_cued

FOLDER = Path(__file__).parent / "heard"


def rows(column: str) -> Iterator[tuple[str, str, str]]:
    """Yield language, cue and sentence of every row of a column of the tables."""
    for language in LANGUAGES:
        tables = yaml.safe_load((FOLDER / f"{language}.yml").read_text(encoding="utf-8"))
        for cue, table in tables.items():
            yield from ((language, cue, text) for text in table[column])


def cases(table: Iterator[tuple[str, str, str]]) -> list[Any]:
    return [pytest.param(*row, id="-".join(row)) for row in table]


def is_heard(language: str, cue: str, text: str) -> bool:
    return is_cued(text, pack(language, "cues")[cue])


@pytest.mark.parametrize(("language", "cue", "text"), cases(rows("heard")))
def test_a_cue_is_heard_in_small_letters_and_in_capitals(language: str, cue: str, text: str) -> None:
    assert is_heard(language, cue, text)
    assert is_heard(language, cue, text.upper())


@pytest.mark.parametrize(("language", "cue", "text"), cases(rows("not_heard")))
def test_other_words_are_not_taken_for_a_cue(language: str, cue: str, text: str) -> None:
    assert not is_heard(language, cue, text)


@pytest.mark.parametrize(
    ("language", "cue", "text"), cases(row for row in rows("not_heard") if row[1] == "ombudsman")
)
def test_no_language_hears_a_body_of_appeal_in_the_plain_words_of_another(
    language: str, cue: str, text: str
) -> None:
    assert not names_ombudsman(text)
