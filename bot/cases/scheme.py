"""An ombudsman scheme and its rules as dated facts; the facts themselves live in a data file per scheme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fact:
    """One thing known of a scheme: value, where and on what day it was read, whether that settles it."""

    value: Any
    source: str
    checked: str
    confirmed: bool


@dataclass(frozen=True)
class Scheme:
    """A scheme by name, with its facts and the prescribed notices by language."""

    name: str
    facts: Mapping[str, Fact]
    notices: Mapping[str, Fact]

    def value(self, name: str) -> Any:
        """Return the value of a confirmed fact; raises for one that may not be told to customers."""
        fact = self.facts[name]
        if not fact.confirmed:
            raise LookupError(
                f"{self.name}: {name} is not confirmed and may not be stated; see {fact.source}"
            )
        return fact.value


def scheme_from(data: Mapping[str, Any]) -> Scheme:
    """Build a scheme from parsed data; a fact without source, date or confirmation is named in an error."""

    def fact(name: str, row: Mapping[str, Any]) -> Fact:
        missing = [key for key in ("value", "source", "checked", "confirmed") if key not in row]
        if missing:
            raise ValueError(f"scheme {data.get('name')}: fact {name} lacks {', '.join(missing)}")
        if not isinstance(row["confirmed"], bool):
            raise ValueError(
                f"scheme {data.get('name')}: fact {name} is confirmed or not: write true or false"
            )
        return Fact(row["value"], row["source"], str(row["checked"]), row["confirmed"])

    return Scheme(
        name=data["name"],
        facts={name: fact(name, row) for name, row in data["facts"].items()},
        notices={language: fact(f"notice {language}", row) for language, row in data["notices"].items()},
    )
