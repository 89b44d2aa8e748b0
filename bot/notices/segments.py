"""What a text message costs and holds: its alphabet and segments counted truly, and any text made to fit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

MOST_CHARACTERS = 1_600
"""The carrier refuses a longer text."""

FEW_SEGMENTS = 10
"""Each segment is carried and paid by itself: for the sake of fewer the customer's own words are told shorter."""

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
"""The GSM 7-bit alphabet: what takes one place of a segment, and what takes two."""

_ALONE = {True: 160, False: 70}
_JOINED = {True: 153, False: 67}
"""The places of a single segment, and of each of several, which also hold how they belong together; by `is_gsm7`."""

_PLAIN = {
    **dict.fromkeys("’‘‚‛′`´", "'"),
    **dict.fromkeys("“”„‟″", '"'),
    **dict.fromkeys("–—‒―‐‑−•·", "-"),
    **dict.fromkeys("\u00a0\u202f\u2009\u2007\u200a\u2002\u2003", " "),
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\ufe0f", ""),
    "…": "...",
    "×": "x",
}
_PLAINLY = str.maketrans(_PLAIN)
_QUOTATION_MARKS = ((re.compile(r"«\s*"), '"'), (re.compile(r"\s*»"), '"'))
_SCHEME = re.compile(r"\bhttps?://(?=www\.)")


def is_gsm7(text: str) -> bool:
    """Say whether a text is sent in the GSM 7-bit alphabet; a single character outside it makes all of it UCS-2."""
    return all(character in _BASIC or character in _EXTENDED for character in text)


def segments(text: str) -> int:
    """Return in how many segments a text is sent; neither an escaped character nor half a pair begins the next one."""
    gsm7 = is_gsm7(text)
    places = [_places(character, gsm7) for character in text]
    if sum(places) <= _ALONE[gsm7]:
        return 1 if text else 0
    count, room = 1, _JOINED[gsm7]
    for place in places:
        if place > room:
            count, room = count + 1, _JOINED[gsm7]
        room -= place
    return count


def _places(character: str, gsm7: bool) -> int:
    return 1 + (character in _EXTENDED if gsm7 else ord(character) > 0xFFFF)


def plainly(text: str) -> str:
    """Return a text with its typographic signs written plainly, if that alone makes it GSM-7; accents always stay."""
    text = unicodedata.normalize("NFC", text)
    plain = text
    for mark, sign in _QUOTATION_MARKS:
        plain = mark.sub(sign, plain)
    plain = plain.translate(_PLAINLY)
    return plain if is_gsm7(plain) else text


def as_sms(text: str, choices: Sequence[str] = ()) -> str:
    """Return what is sent as one message: the text, its choices numbered, and never more than fits.

    Beyond a few segments the customer's own words are told shorter; what we have to say is shortened only where the
    carrier would refuse it, the longest first. Choices, tracking numbers and the question stay.
    """
    lines = [" ".join(line.split()) for line in _SCHEME.sub("", text).splitlines()]
    listed = [f"{number} {label}" for number, label in enumerate(choices, start=1)]
    lines = [line for line in lines if line]
    for limits in (_OWN_WORDS, _ANYTHING):
        for fitted in _shorter(lines, limits):
            message = plainly("\n".join([*fitted, *listed]))
            if fits(message) and (limits is _ANYTHING or segments(message) <= FEW_SEGMENTS):
                return message
    return _cut_hard(message)


def fits(text: str) -> bool:
    """Say whether a text may be sent as one message."""
    return len(text) <= MOST_CHARACTERS


# ── Shortening ─────────────────────────────────────────────────────────────────────────────────────────

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
_QUOTED = re.compile(r"(“)([^”]+)(”)|(« ?)([^»]+?)( ?»)|(\")([^\"]+)(\")")
_BULLET = re.compile(r"[•-] ")
_TRACKING_NUMBER = re.compile(r"\d{4}-\d{4}-\d{4}")
_TO_CALL = re.compile(r"\b9-1-1\b|\b9-8-8\b|\b\d{3}-\d{3}-\d{4}\b")
_LONGEST_KEPT = 240
_SHORTEST = 12
_STEP = 0.93

QUOTED, LISTED, SAID, KEPT = "quoted", "listed", "said", "kept"
_OWN_WORDS = ((QUOTED, 40), (LISTED, 100))
_ANYTHING = ((QUOTED, 40), (LISTED, 40), (SAID, 0), (QUOTED, 0), (LISTED, 0), (KEPT, 0))
"""What is shortened, in order, and to how many characters at the least."""


@dataclass(frozen=True)
class _Piece:
    """A sentence, or a line of a list. `kind` tells when it is shortened: the kept ones only after all others."""

    text: str
    kind: str


def _shorter(lines: Sequence[str], least_of: Sequence[tuple[str, int]]) -> Iterator[list[str]]:
    """Yield the lines as they are, then ever shorter."""
    yield list(lines)
    pieces = [_pieces(line) for line in lines]
    _keep_the_question(pieces)
    longest = max((len(line) for line in lines), default=0)
    limits = {QUOTED: longest, LISTED: longest, SAID: longest, KEPT: longest}
    for kind, least in least_of:
        while limits[kind] > least:
            limits[kind] = max(least, min(limits[kind] - 1, int(limits[kind] * _STEP)))
            yield _cut_to(pieces, limits)


def _pieces(line: str) -> list[_Piece]:
    if _BULLET.match(line):
        return [_Piece(line, LISTED)]
    return [_Piece(sentence, _kind_of(sentence)) for sentence in _SENTENCE_END.split(line) if sentence]


def _kind_of(sentence: str) -> str:
    is_short = len(sentence) <= _LONGEST_KEPT
    says_whom_to_call = _TO_CALL.search(sentence) or sentence.endswith("?")
    return KEPT if _TRACKING_NUMBER.search(sentence) or (is_short and says_whom_to_call) else SAID


def _keep_the_question(pieces: list[list[_Piece]]) -> None:
    """Keep the end of what is said where no question mark tells a question, or tells it only after very many words."""
    if not pieces or not pieces[-1]:
        return
    asked = any(piece.text.endswith("?") for line in pieces for piece in line if piece.kind == KEPT)
    *before, last = pieces[-1]
    if asked or last.kind != SAID:
        return
    is_long = len(last.text) > _LONGEST_KEPT
    begin = last.text.find(" ", len(last.text) - _LONGEST_KEPT) + 1 if is_long else 0
    head, tail = last.text[:begin].rstrip(), last.text[begin:]
    pieces[-1] = [*before, *([_Piece(head, SAID)] if head else []), _Piece(tail, KEPT)]


def _cut_to(pieces: Sequence[Sequence[_Piece]], limits: dict[str, int]) -> list[str]:
    lines = [" ".join(filter(None, (_cut_piece(piece, limits) for piece in line))) for line in pieces]
    return [line for line in lines if line]


def _cut_piece(piece: _Piece, limits: dict[str, int]) -> str:
    quotes_cut = _in_quotes(piece.text, lambda words: _cut(words, limits[QUOTED]))
    return _cut_around_number(quotes_cut, limits[piece.kind])


def _in_quotes(text: str, change: Callable[[str], str]) -> str:
    def changed(found: re.Match[str]) -> str:
        before, words, after = (part for part in found.groups() if part is not None)
        return f"{before}{change(words)}{after}"

    return _QUOTED.sub(changed, text)


def _cut_around_number(text: str, most: int) -> str:
    """Cut a piece at a word; what holds a tracking number keeps it."""
    number = _TRACKING_NUMBER.search(text)
    if number is None or number.end() < most:
        return _cut(text, most)
    before = _cut(text[: number.start()], max(0, most - len(number.group())))
    return " ".join(filter(None, (before, number.group())))


def _cut(text: str, most: int) -> str:
    """Return a text of at most so many characters, cut at a word; nothing at all rather than a word or two."""
    if len(text) <= most:
        return text
    if most < _SHORTEST:
        return ""
    whole = text[:most].rsplit(None, 1)[0] if " " in text[:most].strip() else text[: most - 1]
    return f"{whole[: most - 1].rstrip(' ,;:–-')}…"


def _cut_hard(text: str) -> str:
    """Cut what nothing else made fit, from its beginning: choices and question stand at the end."""
    while not fits(text):
        text = text[max(1, len(text) // 20) :]
    return text
