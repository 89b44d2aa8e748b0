"""Whether every language is complete; `python -m bot.languages.check` says what is missing and what to do."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from bot.cases.complaint import CATEGORIES, SERVICES
from bot.cases.promises import PROMISED
from bot.cases.records import INSTRUCTIONS
from bot.cases.status import STATUSES
from bot.languages import LANGUAGES, pack
from bot.playbooks import PlaybookError, playbooks
from bot.reading.circumstances import CIRCUMSTANCES
from bot.reading.safety import DANGERS

PROJECT = Path(__file__).parents[2]
PACKS = Path(__file__).parent
REFERENCE = "en"

SPOKEN = (
    "replies",
    "choices",
    "phrases",
    "notices",
    "nature_labels",
    "errors",
    "widget",
    "process",
    "desk",
    "accounts",
    "casework",
    "reports",
    "macros",
    "replying",
    "line",
    "oversight",
)
"""Files that people read: every key and every placeholder is the same in each language.

The others hold the words a language understands, which differ in number; only their sections are compared."""


def problems() -> list[str]:
    """Return what is wrong with the packs, each in words that say what to do; empty when all is well."""
    return [*_languages_alike(), *_replies(), *_names_in_replies()]


def _languages_alike() -> Iterator[str]:
    files = {language: {file.stem for file in (PACKS / language).glob("*.yml")} for language in LANGUAGES}
    everywhere = set().union(*files.values())
    for language in LANGUAGES:
        for name in sorted(everywhere - files[language]):
            yield f"Add bot/languages/{language}/{name}.yml: the other languages have it."
    for name in sorted(set.intersection(*files.values())):
        yield from _file_alike(name)


def _file_alike(name: str) -> Iterator[str]:
    flat = {language: dict(_flat(pack(language, name), deep=name in SPOKEN)) for language in LANGUAGES}
    everywhere = {key for words in flat.values() for key in words}
    for language in LANGUAGES:
        file = f"bot/languages/{language}/{name}.yml"
        for key in sorted(everywhere - flat[language].keys()):
            others = ", ".join(other for other in LANGUAGES if key in flat[other])
            yield f"Add “{key}” to {file}, or take it out of the others ({others})."
        if name not in SPOKEN:
            continue
        for key in sorted(flat[language].keys() & flat[REFERENCE].keys()):
            here, there = placeholders(flat[language][key]), placeholders(flat[REFERENCE][key])
            if here != there:
                yield (
                    f"Make the placeholders of “{key}” in {file} those of {REFERENCE}: "
                    f"{_listed(there)}, not {_listed(here)}."
                )


def _flat(words: Mapping[Any, Any], deep: bool, before: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in words.items():
        if deep and isinstance(value, Mapping):
            yield from _flat(value, deep, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def placeholders(text: Any) -> frozenset[str]:
    """Return the names that a text leaves to be filled in; for lists of texts, of all together."""
    if isinstance(text, list):
        return frozenset().union(*(placeholders(part) for part in text))
    return frozenset(name for _, name, _, _ in Formatter().parse(str(text)) if name)


def _listed(names: Iterable[str]) -> str:
    return " ".join(f"{{{name}}}" for name in sorted(names)) or "none"


def _replies() -> Iterator[str]:
    said = said_replies()
    for language in LANGUAGES:
        file = f"bot/languages/{language}/replies.yml"
        known = pack(language, "replies").keys()
        for key in sorted(said.keys() - known):
            yield f"Add “{key}” to {file}: {said[key]} says it."
        for key in sorted(known - said.keys()):
            yield f"Take “{key}” out of {file}, or say it: nothing does."


def said_replies() -> dict[str, str]:
    """Return every reply key that the code says, and where; names built from a prefix are spelt out."""
    families = {
        "answer_": answered_intents(),
        "danger_": list(DANGERS),
        "circumstance_": list(CIRCUMSTANCES),
        "done_": list(INSTRUCTIONS),
        "waiting_": list(INSTRUCTIONS),
        "question_": [question for question in questions() if question != "free"],
    }
    said: dict[str, str] = {}
    for file in _sources():
        for key in _said_in(ast.parse(file.read_text(encoding="utf-8"))):
            for full in [key] if key not in families else [f"{key}{end}" for end in families[key]]:
                said.setdefault(full, str(file.relative_to(PROJECT)))
    return said


def _sources() -> list[Path]:
    return [*sorted((PROJECT / "actions").glob("*.py")), *sorted((PROJECT / "bot/gateway").glob("*.py"))]


def _said_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "say"
            and node.args
        ):
            yield from _texts(node.args[0])
        elif isinstance(node, ast.Dict):
            # a typed reply written out: {"reply": key, ...}
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "reply":
                    yield from _texts(value)
        elif isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "greeting" for target in node.targets
        ):
            yield from _texts(node.value)


def _texts(node: ast.expr) -> Iterator[str]:
    """Yield the texts an expression may be: a constant, both arms of a choice, the start of an f-string."""
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        yield str(node.values[0].value)


def answered_intents() -> list[str]:
    """Return the intents that a rule answers with action_answer."""
    intents: list[str] = []
    for file in sorted((PROJECT / "data/stories").glob("*.yml")):
        for rule in yaml.safe_load(file.read_text(encoding="utf-8")).get("rules", []):
            steps = rule["steps"]
            if any(step.get("action") == "action_answer" for step in steps):
                intents += [step["intent"] for step in steps if "intent" in step]
    return list(dict.fromkeys(intents))


def questions() -> list[str]:
    """Return the values of `expects` that an answer is heard for."""
    tree = ast.parse((PROJECT / "actions/hearing.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.AnnAssign)
            and isinstance(node.target, ast.Name)
            and node.target.id == "QUESTIONS"
        ):
            assert isinstance(node.value, ast.Dict)
            return [str(key.value) for key in node.value.keys if isinstance(key, ast.Constant)]
    raise LookupError(
        "actions/hearing.py has no QUESTIONS: tell bot/languages/check.py where questions are listed now"
    )


def _names_in_replies() -> Iterator[str]:
    """Check the phrases, choices and labels that the code names."""
    text = "\n".join(file.read_text(encoding="utf-8") for file in _sources())
    phrases = set(re.findall(r"\bphrase\(\"(\w+)\"", text)) | {f"status_{status}" for status in STATUSES}
    phrases |= {f"next_{what}" for what in promised()}
    natures = pack(REFERENCE, "natures")["natures"]
    wanted = {
        "phrases": phrases,
        "choices": named_choices(),
        "nature_labels": {f"categories.{name}" for name in CATEGORIES}
        | {f"services.{name}" for name in SERVICES}
        | {f"issues.{issue}" for issue in _issues(natures)},
    }
    for language in LANGUAGES:
        for file, keys in wanted.items():
            known = dict(_flat(pack(language, file), deep=True)).keys()
            for key in sorted(keys - known):
                yield f"Add “{key}” to bot/languages/{language}/{file}.yml: the code names it."


def promised() -> set[str]:
    """Return every kind of promise that the code makes."""
    files = [*_sources(), PROJECT / "bot/cases/case.py"]
    return {*PROMISED.values()} | {
        what
        for file in files
        for what in re.findall(r"\bPromise\(\"(\w+)\"", file.read_text(encoding="utf-8"))
    }


def named_choices() -> set[str]:
    """Return the names of all choices that actions offer."""
    names: set[str] = set()
    for file in sorted((PROJECT / "actions").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "choices":
                names |= _listed_in(node.value)
            elif isinstance(node, ast.AnnAssign | ast.Assign) and node.value is not None:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if any(
                    isinstance(target, ast.Name) and target.id in ("CHOICES", "FIELDS") for target in targets
                ):
                    names |= _listed_in(node.value)
    return names


def _listed_in(node: ast.expr) -> set[str]:
    return {
        part.value
        for row in ast.walk(node)
        if isinstance(row, ast.Tuple | ast.List)
        for part in row.elts
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }


def _issues(natures: Mapping[str, Any]) -> set[str]:
    return {str(issue) for issues in natures.values() for issue in issues}


def _playbooks() -> Iterator[str]:
    try:
        playbooks()
    except PlaybookError as wrong:
        yield str(wrong)


def main() -> int:
    """Print every problem, one a line; return 1 when there is one."""
    found = [*problems(), *_playbooks()]
    print("\n".join(found) or f"The packs of {', '.join(LANGUAGES)} are complete.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
