"""Measures what is understood of numbers, sums, names and addresses that are said aloud.

EVALUATION_DATA names the folder of the rows of others (default ../shared/data), which are not part of the project;
the tables in tests/reading/spoken are, and were written by rule: each kind in each manner of saying it. On the rows
of others there is no bar, because they are said and written in the ways of other countries.

python -m benchmarks.spoken [--errors] [--language fr]
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from benchmarks.rows import SHARED, records
from benchmarks.scores import Bar, Line, Share
from bot.cases.tracking import is_tracking_number
from bot.languages import LANGUAGES, pack
from bot.reading.amounts import AmountMention, amount_said, read_amounts
from bot.reading.contacts import read_contacts
from bot.reading.references import read_references
from bot.reading.spoken import (
    digits_said,
    email_said,
    name_spelled,
    number_said,
    phone_said,
    postal_code_said,
)

TABLES = Path(__file__).parents[1] / "tests/reading/spoken"
EXACT = Bar(at_least=0.98)
NOTHING = "nothing"

Read = Callable[[str, str], Any]
Row = tuple[str, Any, Any]
"""What was said, what is meant, and what was read."""


# --- the readers, each with the packs it needs -----------------------------------------------------------


def account(text: str, language: str) -> str | None:
    """Read the eight digits of an account."""
    return digits_said(text, pack(language, "spoken"), (8,))


def tracking(text: str, language: str) -> str | None:
    """Read the twelve digits of a tracking number, whose last one must be right."""
    return digits_said(text, pack(language, "spoken"), (12,), is_tracking_number)


def code(text: str, language: str) -> str | None:
    """Read the six digits of a one-time code."""
    return digits_said(text, pack(language, "spoken"), (6,))


def digits(text: str, language: str) -> str | None:
    """Read a row of digits of any length."""
    return digits_said(text, pack(language, "spoken"))


def phone(text: str, language: str) -> str | None:
    """Read a telephone number, with its extension behind a semicolon."""
    said = phone_said(text, pack(language, "spoken"))
    if said is None:
        return None
    return f"{said.number};{said.extension}" if said.extension else said.number


def amount(text: str, language: str) -> str | None:
    """Read the sum that an answer is."""
    said = amount_said(text, pack(language, "amounts"), pack(language, "spoken"))
    return None if said is None else _written(said)


def amounts(text: str, language: str) -> list[str]:
    """Read the sums in a sentence."""
    return [
        _written(sum_) for sum_ in read_amounts(text, pack(language, "amounts"), pack(language, "spoken"))
    ]


def name(text: str, language: str) -> str | None:
    """Read a name that is spelled."""
    return name_spelled(text, pack(language, "spoken"))


def postal_code(text: str, language: str) -> str | None:
    """Read a postal code."""
    return postal_code_said(text, pack(language, "spoken"))


def email(text: str, language: str) -> str | None:
    """Read an e-mail address."""
    return email_said(text, pack(language, "spoken"))


def contacts(text: str, language: str) -> list[str]:
    """Read the contacts in a sentence."""
    return [contact.value for contact in read_contacts(text, pack(language, "spoken"))]


def references(text: str, language: str) -> list[str]:
    """Read the numbers that a sentence quotes, each with its kind."""
    read = read_references(text, pack(language, "references"), spoken=pack(language, "spoken"))
    return [f"{mention.kind} {mention.value}" for mention in read]


def _written(sum_: AmountMention) -> str:
    value = f"{sum_.cents // 100}.{sum_.cents % 100:02d}"
    return value if sum_.currency == "CAD" else f"{value} {sum_.currency}"


ANSWERS: dict[str, Read] = {
    read.__name__: read for read in (account, tracking, code, digits, phone, amount, name, postal_code, email)
}
"""The readers of an answer to a question, by the kind under which the tables keep their rows."""

SENTENCES: dict[str, Read] = {read.__name__: read for read in (amounts, contacts, references)}
"""The readers of all that a sentence holds."""

READERS = ANSWERS | SENTENCES


def rows(language: str) -> Iterator[tuple[str, str, str, Any]]:
    """Yield title, reader, words and value of every row of a table; in the rows of "nothing" no reader reads any."""
    for said in sentences_of_nothing(language):
        yield from ((NOTHING, kind, said, None if kind in ANSWERS else []) for kind in READERS)
    for kind, table in _tables(language).items():
        if kind != NOTHING:
            yield from ((kind, kind, said, value) for said, value in table)


def sentences_of_nothing(language: str) -> list[str]:
    """Return the sentences of a table in which number words and letters stand, but no value."""
    sentences: list[str] = _tables(language)[NOTHING]
    return sentences


def _tables(language: str) -> dict[str, list[Any]]:
    return dict(yaml.safe_load((TABLES / f"{language}.yml").read_text(encoding="utf-8")))


# --- the figures -----------------------------------------------------------------------------------------


def measure(folder: Path) -> Iterator[Line]:
    """Yield the figures of each language: our own tables by kind, then the rows of others in the folder."""
    for language in LANGUAGES:
        tables: dict[str, list[Row]] = {}
        for title, kind, said, value in rows(language):
            tables.setdefault(title, []).append((said, value, READERS[kind](said, language)))
        of_nothing = tables.pop(NOTHING)
        tables[NOTHING] = [
            _worst(of_nothing[at : at + len(READERS)]) for at in range(0, len(of_nothing), len(READERS))
        ]
        for title, read in tables.items():
            yield _line(language, f"spoken: {title.replace('_', ' ')}", read, EXACT)
        yield _line(language, "spoken: all of it", [row for read in tables.values() for row in read], EXACT)
        for title, read in [*_telling_digits(folder, language), ("sums in text", [*_sums(folder, language)])]:
            if read:
                yield _line(language, f"others' {title}", read)
                yield _answers_line(language, f"others' {title}, where anything is read", read)


def _worst(of_one: list[Row]) -> Row:
    """Return what went wrong with a sentence in which no reader reads anything, else any of its rows."""
    return next((row for row in of_one if row[1] != row[2]), of_one[0])


def _line(language: str, title: str, read: list[Row], bar: Bar | None = None) -> Line:
    wrong = tuple(f"{said!r} means {meant}, read {got}" for said, meant, got in read if got != meant)
    return Line(language, title, Share(len(read) - len(wrong), len(read)), bar, wrong)


def _answers_line(language: str, title: str, read: list[Row]) -> Line:
    """Return how much of what was read at all is right: what is left unread does less harm than a wrong value."""
    return _line(language, title, [row for row in read if row[2]])


def _telling_digits(folder: Path, language: str) -> Iterator[tuple[str, list[Row]]]:
    """Yield the rows of spoken_forms_nemo by kind, with the values that are ours to read."""
    kinds: dict[str, tuple[Read, Callable[[str], Any]]] = {
        "telephone": (digits, _digits_meant),
        "cardinal": (_number, lambda written: written if re.fullmatch(r"\d+", written) else None),
        "money": (_values, _sums_meant),
        "electronic": (
            email,
            lambda written: written.lower() if re.fullmatch(r"[^\s@]+@\S+", written) else None,
        ),
    }
    listed = [
        row
        for row in records(folder / "spoken_forms_nemo.jsonl")
        if row["lang"] == language and row["direction"].startswith("ITN")
    ]
    for kind, (read, meaning) in kinds.items():
        of_kind = [row for row in listed if row["kind"].removesuffix("_cased") == kind]
        meant = [(row["spoken"], meaning(row["written"])) for row in of_kind]
        yield kind, [(said, value, read(said, language)) for said, value in meant if value is not None]


def _number(text: str, language: str) -> str | None:
    value = number_said(text, pack(language, "spoken"))
    return None if value is None else str(value)


def _values(text: str, language: str) -> list[str]:
    """Read the sums of a text with their currency, except that all dollars are alike."""
    return [value.removesuffix(" USD") for value in amounts(text, language)]


def _digits_meant(written: str) -> str | None:
    return None if re.search(r"[^\W\d_]", written) else re.sub(r"\D", "", written)


def _sums_meant(written: str) -> list[str] | None:
    """Return the sum in the manner of our tables; a currency that we do not read is none."""
    value = re.search(r"\d[\d ]*(?:[.,]\d+)?", written)
    sign = next((sign for sign in _CURRENCIES if sign in written), None)
    if not value or ("." in written and len(written.rpartition(".")[2]) > 2):
        return None
    if sign is None:
        return []
    scale = next((scale for word, scale in _SCALES.items() if word in written), 1)
    cents = round(float(value.group().replace(" ", "").replace(",", ".")) * scale * 100)
    return [_in_currency(cents, _CURRENCIES[sign])]


_CURRENCIES = {"$": "CAD", "dollar": "CAD", "€": "EUR", "euro": "EUR", "£": "GBP"}
_SCALES = {"million": 10**6, "billion": 10**9, "milliard": 10**9}


def _in_currency(cents: int, currency: str) -> str:
    value = f"{cents // 100}.{cents % 100:02d}"
    return value if currency == "CAD" else f"{value} {currency}"


def _sums(folder: Path, language: str) -> Iterator[Row]:
    """Yield the rows of CurrencyModel, by value alone: whose dollars they are the text seldom tells."""
    for row in records(folder / "recognizers_numbers_money.jsonl"):
        if row["lang"] != language or row["kind"] != "CurrencyModel" or not row["dotnet_ok"]:
            continue
        if any(not _is_ours(found["unit"]) for found in row["expected"]):
            continue
        meant = [
            _cents(found["value"], found["unit"]) for found in row["expected"] if found["value"] is not None
        ]
        read = [
            found.cents
            for found in read_amounts(row["text"], pack(language, "amounts"), pack(language, "spoken"))
        ]
        yield row["text"], meant, read


def _is_ours(unit: str) -> bool:
    """Tell whether a currency is one whose name alone we read: dollars of here and the States, euros, pounds."""
    return unit.casefold() in _OUR_UNITS


_OUR_UNITS = frozenset(
    """dollar|canadian dollar|united states dollar|dollar canadien|dollar états-unis|dollaro|euro|pound|livre|
    british pound|sterlina|cent|centime""".replace("\n    ", "").split("|")
)
_OF_CENTS = ("cent", "centime")


def _cents(value: str, unit: str) -> int:
    return round(float(value.replace(",", ".")) * (1 if unit.casefold() in _OF_CENTS else 100))


def main(arguments: Iterable[str] | None = None) -> None:
    """Print the figures, and the rows that went wrong where they are asked for."""
    parser = argparse.ArgumentParser(description="Measure the reading of what is said aloud.")
    parser.add_argument("--errors", action="store_true", help="print every row that went wrong")
    parser.add_argument("--language", choices=LANGUAGES)
    asked = parser.parse_args(None if arguments is None else list(arguments))
    for line in measure(SHARED):
        if asked.language in (None, line.language):
            print(f"{line.language}  {line.title:55} {line.share}", "  BELOW" if line.falls_short else "")
            if asked.errors:
                print(*(f"      {error}" for error in line.errors), sep="\n")


if __name__ == "__main__":
    main()
