"""The playbooks: one data file each, read here and checked by bot/playbooks/check.py."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.cases.complaint import Complaint
from bot.cases.playbook import Playbook, Step
from bot.languages import LANGUAGES
from bot.playbooks.check import ALWAYS_KNOWN, SUCCESS, problems
from bot.playbooks.heard import finder_of, named_in
from bot.reading.cues import CueFinder

__all__ = [
    "ALWAYS_KNOWN",
    "SUCCESS",
    "PlaybookError",
    "heard",
    "playbook",
    "playbooks",
    "read",
    "read_all",
    "replies",
    "same_trouble",
    "words",
]

_FOLDER = Path(__file__).parent


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads YAML, and refuses what stands twice: of two steps of one name, one would be lost without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for name in names:
            if names.count(name) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"“{name}” stands twice", node.start_mark)
        return dict(super().construct_mapping(node, deep))


class PlaybookError(ValueError):
    """A playbook that cannot be used; the message says everything that is wrong with it, and what to do."""


@cache
def playbooks() -> tuple[Playbook, ...]:
    """Return every playbook of this folder in the order of their names. Raises PlaybookError."""
    return read_all(_FOLDER)


@cache
def playbook(name: str) -> Playbook | None:
    """Return a playbook by its name, None when there is none of that name any more."""
    return next((book for book in playbooks() if book.name == name), None)


def heard(text: str) -> frozenset[str]:
    """Return the names of the playbooks whose trouble a text names in so many words, in whichever language."""
    return named_in(text, _finders())


def same_trouble(one: Complaint, other: Complaint) -> bool:
    """Tell whether two complaints are about the same thing, by what was read out of them or by the words for it."""
    return bool(heard(one.narrative) & heard(other.narrative)) or one.is_about_the_same_as(other)


@cache
def _finders() -> tuple[CueFinder, ...]:
    return tuple(
        finder_of([(cue, book.name) for book in playbooks() for cue in book.cues[language]], language)
        for language in LANGUAGES
    )


def words(name: str, key: str, language: str) -> Any:
    """Return the words of a playbook by their key; KeyError when there are none."""
    book = playbook(name)
    if book is None:
        raise KeyError(name)
    return book.words[language][key]


def replies() -> frozenset[str]:
    """Return the key of every reply that a playbook may say, such as `late_fee.paid_late`."""
    return frozenset(f"{book.name}.{key}" for book in playbooks() for key in book.words[LANGUAGES[0]])


def read_all(folder: Path) -> tuple[Playbook, ...]:
    """Read every playbook of a folder. Raises PlaybookError."""
    return tuple(read(file) for file in sorted(folder.glob("*.yml")))


def read(file: Path) -> Playbook:
    """Read one playbook; its file's name is its own. Raises PlaybookError."""
    try:
        data = yaml.load(file.read_text(encoding="utf-8"), _Loader)
    except UnicodeDecodeError:
        raise PlaybookError(f"{file.name}: Save it as UTF-8.") from None
    except (yaml.YAMLError, ValueError) as error:
        # a day that does not exist, such as 2026-02-30, is a ValueError
        raise PlaybookError(f"{file.name} is no YAML: {error}") from None
    wrong = list(problems(data))
    if wrong:
        raise PlaybookError("\n".join(f"{file.name}: {problem}" for problem in wrong))
    return Playbook(
        name=file.stem,
        made_for=tuple(data["made_for"]),
        also_fits=tuple(data.get("also_fits", ())),
        services=tuple(data.get("services", ())),
        needs=data["needs"],
        looks_for=data["looks_for"],
        steps={name: Step(**step) for name, step in data["steps"].items()},
        words=data["words"],
        cues={language: tuple(cues) for language, cues in data["cues"].items()},
        source=data["source"],
        checked=str(data["checked"]),
    )
