"""E-mail and web addresses: "jane dot roe at example dot com", without what leads nowhere by ear."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.languages.spoken.spans import Rule, Said, Span, grouped, in_letters, one_by_one, with_pause
from bot.languages.spoken.words import VOWELS

EMAIL = r"(?:mailto:)?([\w.+-]*\w)(…|\.\.\.|\*+)?@([\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,})"

_PATH = r"[^\s<>\"“”«»]*[\w/]"
_WEB = (
    r"(?i)(?<![\w@.-])(?:[a-z][a-z0-9+.-]*://(?:[^\s/@]*@)?|(?=www\.))(?:www\.)?"
    rf"(?P<host>[\w.-]*\w)(?::\d+)?(?:[/?#]{_PATH})?"
)
_BARE = (
    r"(?i)(?<![\w@.-])(?P<host>(?:[a-z0-9-]+\.)+(?:com|ca|org|net|info|gov|edu|io|biz|eu|tv))"
    rf"(?:/{_PATH})?(?![\w-])"
)


class Addresses:
    """How a language says addresses."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self._words = words
        self._signs: Mapping[str, str] = words["address"]

    def rules(self) -> Iterator[Rule]:
        yield EMAIL, self._email
        # the site is said, not the way through it
        yield _WEB, self._web
        yield _BARE, self._web

    def _email(self, match: re.Match[str]) -> Said:
        name, hidden, host = match.groups()
        begin = [Span(self._words["begins_with"]), *in_letters(name[-1])]
        shown = begin if hidden else self._labels(name.lower())
        return with_pause([*shown, Span(self._signs["at"]), *self._host(host)])

    def _web(self, match: re.Match[str]) -> Said:
        return with_pause(self._host(match["host"]))

    def _host(self, host: str) -> list[Span]:
        *labels, last = host.lower().split(".")
        dot = [Span(self._signs["."])] if labels else []
        end = in_letters(last) if last in self._words["ends_in_letters"] else self._labels(last)
        return [*self._labels(".".join(labels)), *dot, *end]

    def _labels(self, name: str) -> list[Span]:
        return [span for part in re.findall(r"\d+|[^\W\d_]+|[.+_-]", name) for span in self._label(part)]

    def _label(self, part: str) -> list[Span]:
        if part in self._signs:
            return [Span(self._signs[part])]
        if part.isdecimal():
            return [Span(part)] if len(part) < 3 and part[0] != "0" else one_by_one(grouped(part))
        is_soup = len(part) > 1 and VOWELS.isdisjoint(part)
        return in_letters(part) if is_soup or part.upper() in self._words["letters"] else [Span(part)]
