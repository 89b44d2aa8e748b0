"""Macros: texts that agents use again and again, with variables that are filled in for each customer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.cases.errors import CaseError

VARIABLES = (
    "name",
    "tracking_number",
    "agent",
    "provider",
    "phone",
    "update",
    "answer",
    "call_back",
    "escalation_review",
    "amount",
    "website",
    "scheme_phone",
    "notice",
    "detail",
    "reason",
)
"""What a macro may leave to be filled in; `detail` and `reason` are always the agent's own words."""

_VARIABLE = re.compile(r"\{(\w+)\}")
_GAP = re.compile(r"⟦[^⟦⟧]*⟧")


class MacroRefused(CaseError):
    """A macro cannot be kept; `code` says why, `language` where."""

    def __init__(self, code: str, language: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.language, self.detail = language, detail


class GapLeft(CaseError):
    """A text still has a gap that somebody has to fill."""

    def __init__(self) -> None:
        super().__init__("gap_left")


@dataclass(frozen=True)
class Macro:
    """A text by title, both in each language; the desk's own are written by somebody."""

    id: str
    titles: Mapping[str, str]
    texts: Mapping[str, str]
    written_by: str | None = None
    written_at: datetime | None = None
    removed_at: datetime | None = None

    def has_variables(self, language: str) -> bool:
        """Whether its text is filled in with what we know of a customer."""
        return bool(_VARIABLE.search(self.texts[language]))


def filled(text: str, values: Mapping[str, str], gaps: Mapping[str, str]) -> str:
    """Return a text with its variables filled in; one without a value leaves a gap that names what belongs there."""
    return _VARIABLE.sub(lambda found: values.get(found[1]) or f"⟦{gaps.get(found[1], found[1])}⟧", text)


def must_have_no_gap(text: str) -> None:
    """Raise GapLeft for a text in which a gap is not filled."""
    if _GAP.search(text):
        raise GapLeft


def must_be_whole(macro: Macro, languages: tuple[str, ...]) -> None:
    """Raise MacroRefused unless a macro has title and text in every language, and only variables that there are."""
    for language in languages:
        text = macro.texts.get(language, "")
        if not macro.titles.get(language) or not text:
            raise MacroRefused("macro_not_whole", language)
        for name in _VARIABLE.findall(text):
            if name not in VARIABLES:
                raise MacroRefused("macro_variable", language, name)
