"""Reads what other machines send, in which any value may be missing or of another kind."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

from bot.desk.connectors.port import NotReadable

_APART = frozenset(
    {"br", "p", "div", "li", "tr", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "ul", "ol"}
)
_UNSEEN = frozenset({"script", "style", "title"})


def record(body: bytes) -> dict[str, Any]:
    """Return a JSON object; raises NotReadable for anything else."""
    try:
        data = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise NotReadable from None
    return must_be_a_record(data)


def must_be_a_record(data: Any) -> dict[str, Any]:
    """Return it; raises NotReadable unless it is a JSON object."""
    if not isinstance(data, dict):
        raise NotReadable
    return data


def within(data: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return the object under these names, empty where there is none."""
    for name in names:
        inner = data.get(name)
        data = inner if isinstance(inner, dict) else {}
    return data


def text(data: dict[str, Any], name: str) -> str:
    """Return a text or a whole number as text, empty where there is none."""
    value = data.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)


def plain(html: str) -> str:
    """Return the words of a piece of HTML, with its lines."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.words).splitlines())
    return "\n".join(lines).strip()


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN
        if tag in _APART and self.words and not self.words[-1].endswith("\n"):
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN and self._unseen > 0
        if tag in _APART and tag != "br" and self.words and not self.words[-1].endswith("\n"):
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        is_between = not data.strip() and bool(self.words) and self.words[-1].endswith("\n")
        if not self._unseen and not is_between:
            self.words.append(data.replace("\n", " "))
