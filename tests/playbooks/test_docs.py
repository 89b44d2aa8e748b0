"""docs/playbooks.md: its lists of keys, ways, rules, outcomes and values are those of the code."""

from __future__ import annotations

import copy
import re
from pathlib import Path

import pytest

from bot.cases.findings import RULES
from bot.cases.playbook import ENDS, GIVES, IN_THE_WAY, NEEDS
from bot.playbooks import check
from tests.playbooks.test_playbooks import GOOD, Data, say, step

PROJECT = Path(check.__file__).parents[2]
TEXT = (PROJECT / "docs/playbooks.md").read_text(encoding="utf-8")

Table = list[list[str]]


def tables() -> dict[str, list[Table]]:
    """Return the tables of the page, each a list of rows, by the first cell of its heading."""
    found: dict[str, list[Table]] = {}
    for block in re.findall(r"(?:^\|.*\|\n)+", TEXT, re.MULTILINE):
        heading, _, *rows = (
            [cell.strip() for cell in row.strip("|").split("|")] for row in block.splitlines()
        )
        found.setdefault(heading[0], []).append(rows)
    return found


TABLES = tables()


def names(cell: str) -> tuple[str, ...]:
    return tuple(re.findall(r"`\{?(\w+)\}?`", cell))


def first_cells(table: Table) -> tuple[str, ...]:
    return tuple(name for row in table for name in names(row[0]))


@pytest.mark.parametrize(
    ("heading", "which", "in_the_code"),
    [
        ("key", 0, check.KEYS),
        ("key", 1, check.KEYS_OF_A_STEP),
        ("needs", 0, NEEDS),
        ("step", 0, IN_THE_WAY),
        ("gives", 0, GIVES),
        ("end", 0, ENDS),
    ],
)
def test_the_page_lists_what_the_code_knows(heading: str, which: int, in_the_code: tuple[str, ...]) -> None:
    assert first_cells(TABLES[heading][which]) == in_the_code


def test_every_rule_is_there_with_its_outcomes_and_the_values_of_each() -> None:
    written = [(*names(row[0]), *names(row[1]), frozenset(names(row[2]))) for row in TABLES["rule"][0]]
    known = [
        (name, outcome, values) for name, rule in RULES.items() for outcome, values in rule.outcomes.items()
    ]
    assert written == known


def test_what_an_offer_fills_in_is_there() -> None:
    written = {row[0].strip("`"): frozenset(names(row[2])) for row in TABLES["gives"][0]}
    assert {name: values for name, values in written.items() if values} == check.FILLED_BY_OFFER


def test_what_may_be_left_out_and_what_is_always_known_is_there() -> None:
    optional = next(line for line in TEXT.splitlines() if "may be left out" in line)
    always = next(line for line in TEXT.splitlines() if line.startswith("Always known"))
    assert names(optional) == check.MAY_BE_LEFT_OUT
    assert {*names(always.split(".")[0])} == check.ALWAYS_KNOWN


def test_every_message_on_the_page_is_one_that_is_said() -> None:
    mistakes = [
        lambda data: data.pop("needs"),
        step("limit", price=1),
        lambda data: data["steps"].pop("paid_late"),
        step("aside", say="limit", then="person"),
        step("limit", then="limit"),
        step("paid_late", beyond=...),
        step("unverified", say="limit", gives="hold"),
        lambda data: data["words"]["fr"].pop("limit"),
        say("en", "limit", "{paid}"),
    ]
    for (message, _), mistake in zip(TABLES["message"][0], mistakes, strict=True):
        data: Data = copy.deepcopy(GOOD)
        mistake(data)
        assert message[1:-1] in list(check.problems(data))


def test_every_file_the_page_names_exists() -> None:
    named = re.findall(r"`((?:bot|tests)/[\w/]+\.py)`", TEXT) + [
        f"bot/playbooks/{name}" for name in re.findall(r"`(\w+\.yml)`", TEXT)
    ]
    assert len(named) >= 4
    assert [path for path in named if not (PROJECT / path).exists()] == []
