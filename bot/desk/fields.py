"""What agents type into forms, read into values; what cannot be read is named, and stays as it was typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import TypeVar

from bot.cases.chronology import Event, dated
from bot.cases.complaint import CATEGORIES, SERVICES, Amount, Nature
from bot.languages import pack
from bot.reading.contacts import read_contacts

LONGEST_LINE, LONGEST_TEXT = 200, 20_000
"""Characters that a field may have."""

_SUM = re.compile(r"\$?(\d{1,9})(?:[.,](\d{2}))?\$?")
_Value = TypeVar("_Value")


class Fields:
    """The fields of one form. `problems` names, for each field that could not be read, the error that says why."""

    def __init__(self, typed: Mapping[str, str]) -> None:
        self.typed = typed
        self.problems: dict[str, str] = {}

    def text(self, name: str, longest: int = LONGEST_LINE) -> str | None:
        """Return what was typed, None for nothing."""
        typed = self.typed.get(name, "").replace("\r\n", "\n").strip()
        if len(typed) > longest:
            self.problems[name] = "field_too_long"
        return typed or None

    def one_of(self, name: str, values: tuple[str, ...]) -> str:
        """Return which of these was chosen; the first where none was."""
        chosen = self.typed.get(name, "")
        return chosen if chosen in values else values[0]

    def day(self, name: str) -> date | None:
        """Return a day."""
        return self._read(name, date.fromisoformat, "unread_date")

    def phone(self, name: str) -> str | None:
        """Return a telephone number in E.164."""
        return self._read(name, lambda typed: _contact("phone", typed), "unread_phone")

    def email(self, name: str) -> str | None:
        """Return an e-mail address."""
        return self._read(name, lambda typed: _contact("email", typed), "unread_email")

    def sums(self, name: str) -> list[Amount]:
        """Return sums of money in Canadian dollars, with a space or a semicolon between them."""
        return self._read(name, _sums, "unread_sums") or []

    def event(self, name: str) -> Event | None:
        """Return an event from its date and its text, None for nothing typed."""
        text = self.text(f"{name}_text", LONGEST_TEXT)
        when = self._read(f"{name}_date", dated, "unread_date") or (None, "unknown")
        if text is None and when[0] is not None:
            self.problems[f"{name}_text"] = "empty"
        return Event(*when, text) if text else None

    def natures(self, name: str, count: int) -> list[Nature]:
        """Return the natures that were chosen, each with its service, the main one first."""
        chosen = [self._nature(f"{name}_{number}") for number in range(count)]
        return list(dict.fromkeys(nature for nature in chosen if nature))

    def ticked(self, name: str, values: tuple[str, ...]) -> tuple[str, ...]:
        """Return which of these were ticked."""
        return tuple(value for value in values if self.typed.get(f"{name}_{value}") == "yes")

    def _nature(self, name: str) -> Nature | None:
        category, _, issue = self.typed.get(name, "").partition(".")
        service = self.typed.get(f"{name}_service", "")
        known = service if service in SERVICES else None
        if category in CATEGORIES and (not issue or issue in issues()[category]):
            return Nature(category, issue or None, known)
        return Nature("other", None, known) if known else None

    def _read(self, name: str, read: Callable[[str], _Value], problem: str) -> _Value | None:
        typed = self.text(name)
        try:
            return read(typed) if typed else None
        except ValueError:
            self.problems[name] = problem
            return None


@cache
def issues() -> dict[str, tuple[str, ...]]:
    """Return the issues of each category."""
    known = pack("en", "natures")["natures"]
    return {category: tuple(known.get(category, ())) for category in CATEGORIES}


def _contact(kind: str, typed: str) -> str:
    found = [mention.value for mention in read_contacts(typed) if mention.kind == kind]
    if len(found) != 1:
        raise ValueError(f"no {kind}")
    return found[0]


def _sums(typed: str) -> list[Amount]:
    return list(_each_sum(typed.replace("\u00a0", " ").replace(" $", "$")))


def _each_sum(typed: str) -> Iterator[Amount]:
    for written in re.split(r"[\s;]+", typed.strip("; ")):
        match = _SUM.fullmatch(written)
        if match is None:
            raise ValueError("no sum")
        yield Amount(int(match[1]) * 100 + int(match[2] or 0))
