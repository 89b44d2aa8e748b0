"""From lists of words to patterns, built once per pack."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

Words = Mapping[str, Any]
Built = TypeVar("Built")


def any_of(words: Iterable[str]) -> str:
    """Return a pattern for any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def once_per_pack(build: Callable[[Words], Built]) -> Callable[[Words], Built]:
    """Remember what was built from a pack's words, which never change."""
    # Keeping the pack beside its product makes sure that no other object ever gets its id.
    built: dict[int, tuple[Words, Built]] = {}

    def remembered(words: Words) -> Built:
        if id(words) not in built:
            built[id(words)] = (words, build(words))
        return built[id(words)][1]

    return remembered
