"""Which playbooks are heard: the troubles that a customer names in so many words, in any language."""

from __future__ import annotations

from collections.abc import Iterable

from bot.reading.cues import Cue, CueFinder

_KIND = "playbook"
_JOINS_APOSTROPHES = frozenset({"en"})
"""Languages in which what an apostrophe parts is one word; elsewhere it parts two, as in *l'appel*."""


def finder_of(cues: Iterable[tuple[str, str]], language: str) -> CueFinder:
    """Return a finder of cues, each of which names its playbook. Raises ValueError for one that cannot be read."""
    named = [Cue(cue, _KIND, (playbook,)) for cue, playbook in cues]
    return CueFinder(named, sets={}, joins_apostrophes=language in _JOINS_APOSTROPHES)


def named_in(text: str, finders: Iterable[CueFinder]) -> frozenset[str]:
    """Return the playbooks that a text names, by whichever finder."""
    return frozenset(
        hit.cue.label[0]
        for finder in finders
        for hit in finder.hits(finder.normalise(text), frozenset({_KIND}))
    )
