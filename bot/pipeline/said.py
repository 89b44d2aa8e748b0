"""What only the question asked makes sense of: digits, letters and addresses said aloud in answer to it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from bot.cases.tracking import is_tracking_number
from bot.reading.patterns import Words
from bot.reading.spoken import digits_said, email_said, phone_said, postal_code_said

Reader = Callable[[str, Words], str | None]


def _phone(text: str, words: Words) -> str | None:
    said = phone_said(text, words)
    return said.number if said else None


def _tracking(text: str, words: Words) -> str | None:
    digits = digits_said(text, words, (12,), is_tracking_number)
    return f"{digits[:4]}-{digits[4:8]}-{digits[8:]}" if digits else None


_ACCOUNT: tuple[str, Reader] = ("account", partial(digits_said, lengths=(8,)))
_PHONE: tuple[str, Reader] = ("phone", _phone)
_EMAIL: tuple[str, Reader] = ("email", email_said)
_POSTAL_CODE: tuple[str, Reader] = ("postal_code", postal_code_said)

ANSWERS: dict[str, tuple[tuple[str, Reader], ...]] = {
    "account": (_ACCOUNT, _PHONE, _EMAIL),
    "code": (("code", partial(digits_said, lengths=(6,))), _ACCOUNT),
    "contact": (_PHONE, _EMAIL, _ACCOUNT),
    "place": (_POSTAL_CODE,),
    "tracking_number": (("tracking", _tracking),),
    "proof": (_ACCOUNT, _PHONE, _EMAIL, _POSTAL_CODE),
}
"""For each question what its answer may give, in the order in which it is looked for."""


def read_said(text: str, asked: str | None, words: Words) -> tuple[str, str] | None:
    """Return the kind and the value of what an answer says aloud, None when it is no answer of that kind.

    `words` is the pack `spoken` of the language that is spoken.
    """
    for kind, reader in ANSWERS.get(asked or "", ()):
        value = reader(text, words)
        if value is not None:
            return kind, value
    return None
