"""Postal codes as records are asked for them."""

from __future__ import annotations

import re

_PLACE = re.compile(r"[A-Z0-9]{3,10}")


def place_of(postal_code: str | None) -> str | None:
    """Return a postal code in capitals, without spaces and hyphens; None for what is too short or cannot be one."""
    place = re.sub(r"[\s-]", "", postal_code or "").upper()
    return place if _PLACE.fullmatch(place) else None
