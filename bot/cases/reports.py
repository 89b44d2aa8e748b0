"""What reports count, and by which rules: first contact, promises, times, provinces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil, floor

from bot.cases.status import ENDED, MOVES

COMES_BACK_WITHIN = timedelta(days=14)
"""Whoever comes back about the same thing within this time was not helped by the first contact."""

FIRST_CONTACT, CAME_BACK, NOT_AT_FIRST, TOO_YOUNG = "first_contact", "came_back", "not_at_first", "too_young"
VERDICTS = (FIRST_CONTACT, CAME_BACK, NOT_AT_FIRST, TOO_YOUNG)
"""Solved on the spot for good; solved, but the customer came back; not solved on the spot; too early to tell."""

KEPT, KEPT_LATE, MISSED, OPEN, FELL_AWAY = "kept", "kept_late", "missed", "open", "fell_away"
STANDINGS = (KEPT, KEPT_LATE, MISSED, OPEN, FELL_AWAY)
"""How a promise stands; one falls away when its case comes to its end before it is due."""

LEFT_AFTER = timedelta(days=1)
"""Whoever has not answered a question for this long has left the conversation there."""

ENDS = frozenset(move for move, ways in MOVES.items() if ENDED & {*ways.values()})
REVIVES = frozenset(
    move for move, ways in MOVES.items() if any(ways.get(end, end) not in ENDED for end in ENDED)
)
"""The moves that bring a case to its end, and those that bring it back from there."""

OUTCOMES = frozenset({"answer", "resolve"})
"""The moves with which the customer has an outcome."""

PROVINCES = ("AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT")
UNKNOWN = "unknown"

_BY_LETTER = {
    **dict(zip("ABCERSTVY", ("NL", "NS", "PE", "NB", "MB", "SK", "AB", "BC", "YT"), strict=True)),
    **dict.fromkeys("GHJ", "QC"),
    **dict.fromkeys("KLMNP", "ON"),
}
_NORTH = {"X0A": "NU", "X0B": "NU", "X0C": "NU", "X0E": "NT", "X0G": "NT", "X1A": "NT"}
"""X is shared by two territories, which the whole area tells apart (Canada Post's forward sortation areas)."""


@dataclass(frozen=True)
class Spread:
    """How long something took: how often it was measured, the median and the ninth decile in seconds."""

    count: int
    median: float | None
    p90: float | None


def first_contact(is_solved: bool, came_back: bool, is_young: bool) -> str:
    """Return what a first contact was worth; nobody is counted before two weeks have shown who comes back."""
    if is_young:
        return TOO_YOUNG
    if not is_solved:
        return NOT_AT_FIRST
    return CAME_BACK if came_back else FIRST_CONTACT


def standing(is_kept: bool, is_late: bool, has_ended: bool) -> str:
    """Return how a promise stands.

    `is_late` tells that its due date lay before whatever came first: that it was kept, that its case ended, or now.
    """
    if is_kept:
        return KEPT_LATE if is_late else KEPT
    if is_late:
        return MISSED
    return FELL_AWAY if has_ended else OPEN


def share(part: int, whole: int) -> float | None:
    """Return how much a part is of the whole in per cent, to one decimal; None of nothing."""
    return round(100 * part / whole, 1) if whole else None


def spread(seconds: Sequence[float]) -> Spread:
    """Return count, median and ninth decile of some durations."""
    ordered = sorted(seconds)
    return Spread(len(ordered), percentile(ordered, 50), percentile(ordered, 90))


def percentile(ordered: Sequence[float], per_cent: int) -> float | None:
    """Return a percentile of values in ascending order, between two of them in proportion; None of none."""
    if not ordered:
        return None
    place = (len(ordered) - 1) * per_cent / 100
    below, above = ordered[floor(place)], ordered[ceil(place)]
    return below + (above - below) * (place - floor(place))


def province_of(postal_code: str | None) -> str | None:
    """Return the province of a Canadian postal code or of its first three signs; None where that does not tell."""
    area = (postal_code or "").strip().upper()[:3]
    return _NORTH.get(area) or _BY_LETTER.get(area[:1])
