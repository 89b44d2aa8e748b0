"""What an agent is writing, as the pages carry it from one to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from secrets import token_hex

from bot.cases.errors import CaseError
from bot.cases.guard import Stopped
from bot.desk.glance import Wording
from bot.macros import Ready

LONGEST_ID = 64


@dataclass(frozen=True)
class Draft:
    """Words on their way: `word_id` makes sure that they go once.

    What `is_filled` in by a macro is shown before it goes; it goes once that it `is_shown` has come back with it.
    `anyway` sends it in spite of a warning; `address` is where it would go, None while it is not to be shown.
    """

    text: str = ""
    word_id: str = ""
    is_filled: bool = False
    is_shown: bool = False
    anyway: bool = False
    address: str | None = None
    stopped: Stopped | None = None

    @property
    def must_be_shown(self) -> bool:
        """Whether it has to be shown before it goes."""
        return self.is_filled and not self.is_shown

    @property
    def as_shown(self) -> Draft:
        """Return it as it comes back once it was shown."""
        return replace(self, is_shown=True)

    def with_macro(self, chosen: Ready | None) -> Draft:
        """Return it with a macro after what is written already."""
        if chosen is None:
            return self
        text = "\n".join(filter(None, [self.text.rstrip(), chosen.text]))
        return replace(self, text=text, is_filled=self.is_filled or chosen.is_filled)


NOTHING_WRITTEN = Draft()


def draft_from(fields: Mapping[str, str]) -> Draft:
    """Return the draft that a form sends."""
    return Draft(
        text=fields.get("text", "").replace("\r\n", "\n"),
        word_id=fields.get("word_id", "")[:LONGEST_ID] or token_hex(8),
        is_filled=fields.get("filled") == "yes",
        is_shown=fields.get("shown") == "yes",
        anyway=fields.get("anyway") == "yes",
    )


def problem_of(wording: Wording, refused: CaseError) -> str | None:
    """Say why something was refused; what the rules stop says so at its own place."""
    if isinstance(refused, Stopped):
        return None
    return wording.error(refused.code)
