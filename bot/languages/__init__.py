"""The language packs: every word of a language that the product says or understands."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

LANGUAGES = ("en", "fr", "it")

_FOLDER = Path(__file__).parent

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where libyaml is there


@cache
def pack(language: str, name: str) -> dict[str, Any]:
    """Return the file `name`.yml of a language's pack; the caller must not change it."""
    if language not in LANGUAGES:
        raise KeyError(f"no language pack for {language!r}; packs exist for {', '.join(LANGUAGES)}")
    with open(_FOLDER / language / f"{name}.yml", encoding="utf-8") as file:
        return yaml.load(file, _Loader) or {}
