"""The operator: its profile, its business calendar, and the port to its records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.cases.hours import Hours

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Profile:
    """An operator as its data file describes it; business days are its own estimates, sums are in cents."""

    name: str
    scheme: str
    phone: str
    complaints_page: str
    letter_address: tuple[str, ...]
    escalation_to: str
    account_pattern: str
    timezone: str
    province: str
    opens: str
    closes: str
    texting_hours: Hours
    business_days: Mapping[str, int]
    goodwill_cents: Mapping[str, int]


@cache
def profile(name: str) -> Profile:
    """Return an operator's profile; a missing or unknown key is an error that names it."""
    with open(_FOLDER / f"{name}.yml", encoding="utf-8") as file:
        data: dict[str, Any] = yaml.safe_load(file)
    hours, texting = data.pop("hours"), data.pop("texting_hours")
    data["texting_hours"] = Hours(time.fromisoformat(texting["from"]), time.fromisoformat(texting["to"]))
    data["letter_address"] = tuple(data["letter_address"])
    return Profile(**data, opens=hours["opens"], closes=hours["closes"])


@cache
def known_companies() -> dict[str, Any]:
    """Return the other telecom companies of the country, by the names people give them, with the words around them."""
    with open(_FOLDER / "market/companies.yml", encoding="utf-8") as file:
        return dict(yaml.safe_load(file))
