"""The ombudsman schemes the product knows, one data file each."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from bot.cases.scheme import Scheme, scheme_from

_FOLDER = Path(__file__).parent


@cache
def scheme(name: str) -> Scheme:
    """Return a scheme by name; a file that lacks a source or a date is an error that names the fact."""
    with open(_FOLDER / f"{name}.yml", encoding="utf-8") as file:
        return scheme_from(yaml.safe_load(file))
