"""E-mail addresses said aloud: words, letters and digits, joined by signs that are named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise, takewhile

from email_validator import EmailNotValidError, validate_email

from bot.reading.characters import bare
from bot.reading.patterns import Words
from bot.reading.spoken.digits import Run, digit_runs
from bot.reading.spoken.letters import signs_at
from bot.reading.spoken.lexicon import (
    LONGEST_ANSWER,
    Lexicon,
    Token,
    lexicon,
    parts_between_corrections,
    tokens_of,
)

_MOST_WORDS_SAID_APART = 3
_MOST_PIECES_OF_DOMAIN = 8
_DIGITS_OF_PHONE = 7
_IS = ("è", "È")  # Italian for "is", bare like the letter
_LETTERS_OF_TOP_LEVEL = 3
_MOST_TOKENS_BEFORE = 24
_MOST_TOKENS_BEHIND = 20
_ALIKE = 0.6
# Letters that are words of their own: "I am a jean dot ..."
_LETTERS_THAT_ARE_WORDS = frozenset("aeioy")
_TOP_LEVELS = frozenset("ca com net org it fr info edu gov biz uk us io qc tv me eu on bc ab".split())


@dataclass(frozen=True, slots=True)
class _Piece:
    """Part of an address: `kind` is word, letter, digits, dot, sign, at or nothing (a remark)."""

    start: int
    end: int
    kind: str
    written: str


def email_said(text: str, words: Words) -> str | None:
    """Return the one e-mail address that an answer gives, said or typed; None when it is not complete."""
    known, tokens = lexicon(words), tokens_of(text)
    if len(tokens) > LONGEST_ANSWER:
        return None
    parts = [pieces for part in parts_between_corrections(tokens, known) if (pieces := _pieces(part, known))]
    if not parts:
        return None
    said = parts[0]
    for part in parts[1:]:
        said = _replaced(said, part)
    addresses = {address for _, _, address in _addresses(said, True)}
    return addresses.pop() if len(addresses) == 1 else None


def emails_in(tokens: Sequence[Token], known: Lexicon) -> Iterator[tuple[int, int, str]]:
    """Yield (first token, last token + 1, address) of every address said within a text."""
    until = 0
    for index, token in enumerate(tokens):
        may_be_at = token.word == "@" or known.at.begins_with(token.word)
        if index < until or not may_be_at or not _at_and_dot(tokens, index, known):
            continue
        first = max(until, index - _MOST_TOKENS_BEFORE)
        until = min(len(tokens), index + _MOST_TOKENS_BEHIND)
        yield from _addresses(_pieces(tokens, known, first, until), False)


def _at_and_dot(tokens: Sequence[Token], index: int, known: Lexicon) -> bool:
    """Tell whether an "at" stands at a token and a dot not far behind it."""
    if tokens[index].word != "@" and not known.at.at(tokens, index):
        return False
    nearby = range(index + 2, min(index + _MOST_PIECES_OF_DOMAIN, len(tokens)))
    return any(tokens[near].word == "." or known.dot.at(tokens, near) for near in nearby)


# --- from tokens to pieces -------------------------------------------------------------------------------


def _pieces(
    tokens: Sequence[Token], known: Lexicon, first: int = 0, until: int | None = None
) -> list[_Piece]:
    """Return the parts of what is said from one token to before another."""
    until = len(tokens) if until is None else until
    digits = {
        run.start: run
        for run in digit_runs(tokens, known)
        if first <= run.start < until and not _is_letter_o(tokens, run)
    }
    pieces: list[_Piece] = []
    index = first
    while index < until:
        piece = _piece_at(tokens, index, known, digits.get(index))
        if piece.kind:
            pieces.append(piece)
        index = piece.end
    return _with_letters_told_apart(pieces, tokens, known)


def _is_letter_o(tokens: Sequence[Token], run: Run) -> bool:
    """Tell the letter from the digit: alone it is no zero."""
    return run.end - run.start == 1 and tokens[run.start].word in ("o", "oh")


def _piece_at(tokens: Sequence[Token], index: int, known: Lexicon, run: Run | None) -> _Piece:
    token = tokens[index]
    if run is None and token.word.isalpha() and token.word not in known.words_of_addresses:
        return _Piece(index, index + 1, "word", f"-{token.word}" if token.glued else token.word)
    for kind, phrases in (("", known.remarks), ("joined", known.one_word), ("at", known.sure_at)):
        found = phrases.at(tokens, index)
        if found:
            return _Piece(index, found[0], kind, "")
    if token.heard in _IS:
        return _Piece(index, index + 1, "announced", token.word)
    if token.word.endswith("'") and len(token.word) > 1:  # "l'arobase"
        return _Piece(index, index + 1, "", "")
    if token.word == "@":
        return _Piece(index, index + 1, "at", "@")
    sign = known.signs.at(tokens, index)
    dot = known.dot.at(tokens, index)
    if sign and not (dot and dot[0] > sign[0]):
        return _Piece(index, sign[0], "sign", sign[1])
    if dot:
        return _Piece(index, dot[0], "dot", ".")
    if at := known.at.at(tokens, index):
        return _Piece(index, at[0], "maybe at", "")
    if known.no_part.at(tokens, index):
        return _Piece(index, index + 1, "end", token.word)
    if announced := known.announced.at(tokens, index):
        return _Piece(index, announced[0], "announced", "".join(t.word for t in tokens[index : announced[0]]))
    if run and (written := run.value()):
        return _Piece(index, run.end, "end" if len(written) >= _DIGITS_OF_PHONE else "digits", written)
    for letter in signs_at(tokens, index, known):
        is_letter = len(token.word) == 1 or letter.end - index > 1
        if is_letter and not letter.from_alphabet:
            return _Piece(index, letter.end, "letter", bare(letter.written))
    if token.word in ".-_+":
        touches = index and tokens[index - 1].end == token.start
        goes_on = index + 1 < len(tokens) and tokens[index + 1].start == token.end
        kind = "dot" if token.word == "." else "sign"
        return _Piece(index, index + 1, kind if touches and goes_on else "end", token.word)
    if not token.word.isalnum():
        return _Piece(index, index + 1, "end", token.word)
    return _Piece(index, index + 1, "word", f"-{token.word}" if token.glued else token.word)


def _with_letters_told_apart(pieces: list[_Piece], tokens: Sequence[Token], known: Lexicon) -> list[_Piece]:
    """Take "bee" beside other letters for the letter it names."""
    told: list[_Piece] = []
    for place, piece in enumerate(pieces):
        beside = [*told[-1:], *pieces[place + 1 : place + 2]]
        if piece.kind == "word" and any(near.kind == "letter" for near in beside):
            letters = known.letters.at(tokens, piece.start)
            if letters and letters[0] == piece.end and len(piece.written) <= 6:
                piece = _Piece(piece.start, piece.end, "letter", letters[1])
        told.append(piece)
    return told


# --- from pieces to addresses ----------------------------------------------------------------------------


def _addresses(pieces: Sequence[_Piece], is_answer: bool) -> Iterator[tuple[int, int, str]]:
    for place, piece in enumerate(pieces):
        if piece.kind not in ("at", "maybe at"):
            continue
        domain = _domain(pieces, place + 1)
        if domain is None:
            continue
        ends_answer = all(piece.kind in ("joined", "end") for piece in pieces[domain[0] :])
        local = _local(pieces, place, piece.kind == "at", is_answer, ends_answer)
        if local:
            end, name = domain
            start, before = local
            address = _valid(f"{before}@{name}")
            if address:
                yield pieces[start].start, pieces[end - 1].end, address


def _valid(address: str) -> str | None:
    try:
        return validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError:
        return None


def _domain(pieces: Sequence[_Piece], start: int) -> tuple[int, str] | None:
    """Return where a domain ends, and the domain: labels up to a dot, then the letters or the word behind it."""
    end, label, labels = start, "", []
    while end < len(pieces) and end - start < _MOST_PIECES_OF_DOMAIN and pieces[end].kind != "dot":
        if pieces[end].kind not in ("word", "letter", "digits", "sign", "announced"):
            return None
        label += pieces[end].written
        end += 1
    labels.append(label)
    while end + 1 < len(pieces) and pieces[end].kind == "dot":
        after, label = _top_level(pieces, end + 1)
        if not label:
            break
        end = after
        labels.append(label)
    while len(labels) > 2 and len(labels[-1]) == len(labels[-2]) == 1:  # "dot C.A."
        labels[-2:] = [labels[-2] + labels[-1]]
    is_name = len(labels) > 1 and not labels[0].isdecimal() and re.fullmatch(r"[a-z]{2,}", labels[-1])
    return (end, ".".join(labels)) if is_name else None


def _top_level(pieces: Sequence[_Piece], start: int) -> tuple[int, str]:
    """Return the end and the text of one label behind a dot: a word, or letters up to the longest known ending."""
    if pieces[start].kind in ("word", "announced", "maybe at"):
        end = start + 1
        label = pieces[start].written
        if end < len(pieces) and pieces[end].kind in ("sign",) and end + 1 < len(pieces):
            # "north dash gate" behind a dot
            return end + 2, label + pieces[end].written + pieces[end + 1].written
        return end, label
    letters, end = "", start
    known: tuple[int, str] | None = None
    while end < len(pieces) and pieces[end].kind in ("letter", "digits"):
        letters += pieces[end].written
        end += 1
        if letters in _TOP_LEVELS:
            known = (end, letters)
    if end < len(pieces) and pieces[end].kind == "dot":
        return end, letters
    is_whole = end == len(pieces) and len(letters) <= _LETTERS_OF_TOP_LEVEL
    return (end, letters) if is_whole or known is None else known


def _local(
    pieces: Sequence[_Piece], at: int, sure_at: bool, is_answer: bool, ends_answer: bool
) -> tuple[int, str] | None:
    """Return where the part before the at begins, and that part; None when it is not sure where it begins.

    It begins behind what announces it, or with the answer; else where signs, letters and digits join what is said.
    """
    first = at
    while first and pieces[first - 1].kind not in ("announced", "end", "at", "maybe at"):
        first -= 1
    spelled = _start_of_spelling(pieces, first, at)
    if spelled is not None:
        return spelled, _joined(pieces[spelled:at])
    whole = pieces[first:at]
    apart = _words_apart(whole)
    together = any(piece.kind == "joined" for piece in pieces)
    announced = first > 0 and pieces[first - 1].kind == "announced"
    begins_answer = first == 0 and (
        (is_answer and (ends_answer or not apart)) or (ends_answer and len(whole) == 1)
    )
    if whole and (announced or begins_answer) and (together or apart < _MOST_WORDS_SAID_APART):
        return first, _joined(whole)
    start = _start_of_structure(pieces, first, at)
    said = pieces[start:at]
    structured = any(piece.kind in ("dot", "sign", "digits", "letter") for piece in said)
    if said and (structured or (sure_at and not (is_answer and apart))):
        return start, _joined(said)
    return None


def _start_of_spelling(pieces: Sequence[_Piece], first: int, at: int) -> int | None:
    """Return where letters begin that spell a word said just before: "Raj Patel, r a j dot…" names, then spells."""
    start = next((place for place in range(first, at) if pieces[place].kind == "letter"), at)
    said = {piece.written for piece in pieces[first:start] if piece.kind == "word" and len(piece.written) > 1}
    is_plain = all(piece.kind == "word" for piece in pieces[first:start])
    run = "".join(
        piece.written for piece in takewhile(lambda piece: piece.kind == "letter", pieces[start:at])
    )
    spells = is_plain and any(run.startswith(word) or run.endswith(word) for word in said)
    return start if spells else None


def _words_apart(pieces: Sequence[_Piece]) -> int:
    """Count the words, beside the first, that no sign joins to the word before."""
    return sum(left.kind == "word" and right.kind == "word" for left, right in pairwise(pieces))


def _start_of_structure(pieces: Sequence[_Piece], first: int, at: int) -> int:
    """Go back from the at while signs, letters and digits join what is said."""
    start = at - 1
    while start > first:
        left, right = pieces[start - 1], pieces[start]
        joined = (
            left.kind in ("dot", "sign")
            or right.kind in ("dot", "sign")
            or (left.kind == "letter" and left.written not in _LETTERS_THAT_ARE_WORDS)
            or (left.kind == "letter" and right.kind == "letter")
            or (right.kind == "digits" and left.kind in ("word", "letter"))
            or (right.kind == "letter" and left.kind == "digits")
        )
        if not joined:
            break
        start -= 1
    return max(start, first)


def _joined(pieces: Sequence[_Piece]) -> str:
    return "".join(piece.written for piece in pieces if piece.kind != "joined").strip("-")


# --- corrections -----------------------------------------------------------------------------------------


def _replaced(before: list[_Piece], after: list[_Piece]) -> list[_Piece]:
    """Return what is meant when `after` corrects the end of `before`, or all of it."""
    kinds = [piece.kind for piece in before]
    at_before = next((place for place, kind in enumerate(kinds) if kind in ("at", "maybe at")), None)
    first = after[0]
    if first.kind in ("at", "maybe at") and at_before is not None:
        return before[:at_before] + after
    if first.kind == "dot" and "dot" in kinds:
        last = len(kinds) - 1 - kinds[::-1].index("dot")
        return before[:last] + after
    has_at = any(piece.kind in ("at", "maybe at") for piece in after)
    if not has_at and at_before is not None and any(piece.kind == "dot" for piece in after):
        # "... at gmail dot com, no, hotmail dot com"
        return before[: at_before + 1] + after
    if at_before is None and len(before) > 1 and _sounds_like(before[-1].written, first.written):
        return before[:-1] + after
    return after


def _sounds_like(one: str, other: str) -> bool:
    return bool(one) and SequenceMatcher(None, one, other).ratio() >= _ALIKE
