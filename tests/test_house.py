"""The house: which room may know which, read from the imports themselves."""

from __future__ import annotations

import ast
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STARTS_THE_ENGINE = ("bot.__main__", "bot.training")
"""The commands that run and train Rasa; they import it only when they are called."""


def name_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imports() -> dict[str, frozenset[str]]:
    """Return what each module of ours imports, wherever in its code it does so."""
    files = [file for room in ("bot", "actions") for file in (ROOT / room).rglob("*.py")]
    return {name_of(file): frozenset(imported_by(file)) for file in files}


def imported_by(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            # one dot is the folder of the file, each further one the folder above
            above = [".".join(file.relative_to(ROOT).parts[: -node.level])] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            found |= {source} | {f"{source}.{alias.name}" for alias in node.names}
    return found


def inside(module: str, *rooms: str) -> bool:
    return any(module == room or module.startswith(f"{room}.") for room in rooms)


def who_imports(*packages: str) -> set[str]:
    return {module for module, names in imports().items() if any(inside(name, *packages) for name in names)}


def in_rooms(*rooms: str) -> set[str]:
    return {module for module in imports() if inside(module, *rooms)}


def ours(names: frozenset[str]) -> set[str]:
    return {name for name in names if inside(name, "bot", "actions")}


@pytest.mark.parametrize("module", sorted(in_rooms("bot.cases")))
def test_the_core_imports_only_the_standard_library_and_itself(module: str) -> None:
    foreign = {
        name
        for name in imports()[module]
        if not inside(name, "bot.cases")
        and name != "bot"
        and name.split(".")[0] not in sys.stdlib_module_names
    }
    assert foreign == set()


@pytest.mark.parametrize("module", sorted(in_rooms("bot.reading")))
def test_reading_imports_nothing_of_ours_but_reading(module: str) -> None:
    assert {name for name in ours(imports()[module]) if not inside(name, "bot.reading")} == set()


@pytest.mark.parametrize(
    ("packages", "rooms"),
    [
        (("rasa", "rasa_sdk"), ("bot.pipeline", "actions", *STARTS_THE_ENGINE)),
        (("sqlalchemy", "alembic", "psycopg2"), ("bot.store",)),
        (("twilio",), ("bot.gateway", "bot.notices")),
        (("fastapi", "starlette"), ("bot.gateway", "bot.desk")),
        (("actions",), ("actions",)),
        (("bot.gateway",), ("bot.gateway", "bot.desk")),
        # the desk is part of the public web server, which is put together in one place; the clock alone delivers
        # to other desks
        (("bot.desk",), ("bot.desk", "bot.gateway.app", "bot.clock")),
        (("bot.pipeline",), ("bot.pipeline", *STARTS_THE_ENGINE)),
    ],
    ids=lambda value: " ".join(value),
)
def test_only_these_rooms_know(packages: tuple[str, ...], rooms: tuple[str, ...]) -> None:
    assert who_imports(*packages) - in_rooms(*rooms) == set()


@pytest.mark.parametrize(
    ("room", "may_not_know"),
    [
        (
            "bot.store",
            ("bot.gateway", "bot.notices", "bot.languages", "bot.provider", "bot.reading", "actions"),
        ),
        ("bot.languages", ("bot.store", "bot.provider", "bot.gateway", "bot.notices", "actions")),
        ("bot.provider", ("bot.languages", "bot.gateway", "bot.notices", "actions")),
        ("bot.schemes", ("bot.store", "bot.languages", "bot.provider", "bot.gateway", "actions")),
        ("bot.pipeline", ("bot.gateway", "bot.notices", "actions")),
    ],
)
def test_a_room_looks_only_downwards(room: str, may_not_know: tuple[str, ...]) -> None:
    assert in_rooms(room) & who_imports(*may_not_know) == set()


@pytest.mark.parametrize("module", sorted(STARTS_THE_ENGINE))
def test_the_commands_load_rasa_only_when_they_need_it(module: str) -> None:
    file = ROOT / f"{module.replace('.', '/')}.py"
    at_the_top = ast.parse(file.read_text(encoding="utf-8")).body
    names = {
        name
        for node in at_the_top
        for name in ([str(node.module)] if isinstance(node, ast.ImportFrom) else [])
        + ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [])
    }
    assert not any(inside(name, "rasa", "rasa_sdk") for name in names)


def test_every_module_says_in_a_sentence_what_it_knows() -> None:
    files = [file for room in ("bot", "actions", "tests") for file in (ROOT / room).rglob("*.py")]
    silent = [
        name_of(file)
        for file in files
        if (text := file.read_text(encoding="utf-8")).strip() and not ast.get_docstring(ast.parse(text))
    ]
    assert silent == []


def test_the_reader_of_imports_sees_them() -> None:
    assert in_rooms("bot.store") & who_imports("sqlalchemy")
    assert "actions.base" in who_imports("rasa_sdk")
    assert "bot.__main__" in who_imports("rasa")
