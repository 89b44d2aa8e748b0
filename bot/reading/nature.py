"""What a customer's free text complains of (its natures) and which services it concerns."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .cues import BREAK, Cue, CueFinder, Hit

# How much one cue says, by the list it stands in.
_WEIGHTS = {"sure": 4.0, "likely": 2.0, "hint": 1.0}
# Less than this is no complaint yet ("the refund", "my appointment") unless the text also sounds displeased.
_CLEAR = 3.0
# A wish ("I want a refund") says what would put it right: any clear trouble beside it is the nature.
# A topic ("bill", "internet") beside mere displeasure ("terrible") is the weakest of signs.
_TOPIC_SCORE = 0.6
# The second, third... cue for one category adds ever less: long texts must not win by length alone.
_FADE = 0.6
# A sentence that says "my complaint is about..." counts more than its neighbours.
_FOCUS = 1.5
# An outage or a late technician is often the background of a complaint about money or promises: in doubt,
# those come first.
_BACKGROUND = {"service_delivery": 0.85}
# A further nature is named only when it is close to the main one and clear by itself: in a short text one
# sure cue is clear enough, but a long story touches on more than it complains of.
_MOST_NATURES = 3
_SECOND_SHARE = 0.7
_SECOND_FLOOR = 3.4
_SECOND_FLOOR_OF_LONG_TEXTS = 5.0
_LONG_TEXT_WORDS = 40

# What cues add to the leanings, chosen by cross-validation on the examples in the packs: unseen by either.
_CUED = 0.6
# Another nature that the cues are clear about may lie so much less far on its side than the main one.
_SECOND_NEAR = 1.2
# Without any cue the leanings must be clear, and clearly no chat; in a few words they never are.
_LEANS_CLEARLY = 0.1
_SURELY_TROUBLE = 1.0
# Below this a topic beside a word of displeasure ("whether a router comes with it or not") is no complaint.
_SURELY_CHAT = -0.2
_SHORT_TEXT_WORDS = 15
# From here on a text is about a service that it does not name.
_ABOUT_A_SERVICE = 0.0

_NATURE_KINDS = frozenset({"nature", "topic", "trouble", "focus", "ignore"})
_WISH_KINDS = frozenset({"wish"})
_SERVICE_KINDS = frozenset({"service", "feature", "not_service"})


@dataclass(frozen=True)
class Leanings:
    """What a trained model says of a text: how far it lies on the side of trouble, and of each label.

    Below zero is the other side: of trouble, mere chat. Issues are named `category.issue`.
    """

    trouble: float
    categories: Mapping[str, float]
    issues: Mapping[str, float]
    services: Mapping[str, float]


@dataclass(frozen=True)
class NatureMention:
    """One trouble found in a text; `score` orders the mentions of one text and means nothing beyond it."""

    category: str
    issue: str
    score: float


def read_natures(
    text: str, words: Mapping[str, Any], leanings: Leanings | None = None
) -> list[NatureMention]:
    """Return the troubles a text tells of, the main one first: none, mostly one, at most three.

    `words` is the language's pack `natures`; `leanings` is what a trained model says of the text: it decides
    between what the cues say, and speaks up where they are silent. The list is empty when nothing in the text
    sounds like a complaint.
    """
    lexicon = _lexicon(words)
    normal = lexicon.finder.normalise(text)
    answered = lexicon.answers.get(normal.replace(BREAK, " ").strip())
    if answered is not None:
        return [NatureMention(*answered, _WEIGHTS["hint"])]
    hits = _without_overlaps(lexicon.finder.hits(normal, _NATURE_KINDS))
    cued = _all_natures(_outside_wishes(hits, lexicon.finder.hits(normal, _WISH_KINDS)))
    if not cued or cued[0].score < _CLEAR:
        cued = _all_natures(hits)
    displeased = any(hit.cue.kind == "trouble" for hit in hits)
    if not cued or not (displeased or cued[0].score >= _CLEAR):
        cued = _best_guess(hits) if displeased else []
    floor = _SECOND_FLOOR_OF_LONG_TEXTS if normal.count(" ") > _LONG_TEXT_WORDS else _SECOND_FLOOR
    if leanings and _is_mere_topic(cued) and leanings.trouble < _SURELY_CHAT:
        return []
    clear = _clear_ones(cued, floor)
    if leanings is None or not _leanings_have_a_say(normal, clear, leanings):
        return clear
    return _with_leanings(cued, clear, leanings)


def read_services(text: str, words: Mapping[str, Any], leanings: Leanings | None = None) -> list[str]:
    """Return the services a text names, the most prominent first, or the one it leans to; empty without either.

    A feature that several services have ("caller ID") points at its service only when none is named outright.
    """
    finder = _lexicon(words).finder
    normal = finder.normalise(text)
    hits = _without_overlaps(finder.hits(normal, _SERVICE_KINDS))
    named = Counter(hit.cue.label[0] for hit in hits if hit.cue.kind == "service")
    counts = named or Counter(hit.cue.label[0] for hit in hits if hit.cue.kind == "feature")
    # Counters keep the order of first sight among equals.
    services = [service for service, _ in counts.most_common()]
    if leanings is None:
        return services
    if services:
        return sorted(services, key=lambda service: -counts[service] - leanings.services.get(service, 0.0))
    main = max(leanings.services, key=leanings.services.__getitem__)
    is_clear = leanings.services[main] > _ABOUT_A_SERVICE and not _is_short(normal)
    return [main] if is_clear else []


def _outside_wishes(hits: list[Hit], wishes: list[Hit]) -> list[Hit]:
    wished = {place for wish in wishes for place in range(wish.start, wish.end - 1)}
    return [
        hit for hit in hits if hit.cue.kind != "nature" or wished.isdisjoint(range(hit.start, hit.end - 1))
    ]


# --- from hits to natures ---------------------------------------------------------------------------------


def _all_natures(hits: list[Hit]) -> list[NatureMention]:
    """Return every category that has a cue with the likeliest of its issues, the weightiest first."""
    weights = _weights_by_nature(hits)
    of_category: dict[str, list[float]] = defaultdict(list)
    for (category, _), found in weights.items():
        of_category[category] += found
    mentions = []
    for category, found in of_category.items():
        of_issue = {issue: _total(found) for (owner, issue), found in weights.items() if owner == category}
        score = _total(found) * _BACKGROUND.get(category, 1.0)
        mentions.append(NatureMention(category, max(of_issue, key=of_issue.__getitem__), round(score, 3)))
    return sorted(mentions, key=lambda mention: -mention.score)


def _clear_ones(cued: list[NatureMention], floor: float) -> list[NatureMention]:
    """Return the main nature, and of the others those that are about as clear."""
    if not cued:
        return []
    main, *others = cued
    floor = max(floor, _SECOND_SHARE * main.score)
    return [main, *(other for other in others[: _MOST_NATURES - 1] if other.score >= floor)]


# --- cues and leanings together ---------------------------------------------------------------------------


def _leanings_have_a_say(normal: str, clear: list[NatureMention], leanings: Leanings) -> bool:
    """Whether the leanings have a say: in a few words a sure cue says it all, and no cue says nothing."""
    if _is_short(normal):
        return bool(clear) and clear[0].score < _SECOND_FLOOR
    return bool(clear) or _sounds_like_trouble(leanings)


def _is_mere_topic(cued: list[NatureMention]) -> bool:
    return [mention.score for mention in cued] == [_TOPIC_SCORE]


def _sounds_like_trouble(leanings: Leanings) -> bool:
    return leanings.trouble > _SURELY_TROUBLE and max(leanings.categories.values()) > _LEANS_CLEARLY


def _is_short(normal: str) -> bool:
    return normal.count(" ") <= _SHORT_TEXT_WORDS


def _with_leanings(
    cued: list[NatureMention], clear: list[NatureMention], leanings: Leanings
) -> list[NatureMention]:
    """Return the main nature by cues and leanings together, and what the cues alone are clear about."""
    scores = {mention.category: mention.score for mention in cued}
    issues = {mention.category: mention.issue for mention in cued}
    likeliest = {category: _likeliest_issue(category, leanings) for category in leanings.categories}
    sides = {
        category: (side + leanings.issues[f"{category}.{likeliest[category]}"]) / 2
        + _CUED * math.log1p(scores.get(category, 0.0))
        for category, side in leanings.categories.items()
    }
    main = max(sides, key=sides.__getitem__)
    near = sides[main] - _SECOND_NEAR
    others = {mention.category for mention in clear if sides[mention.category] >= near} - {main}
    return [
        NatureMention(category, issues.get(category, likeliest[category]), round(sides[category], 3))
        for category in [main, *sorted(others, key=lambda category: -sides[category])][:_MOST_NATURES]
    ]


def _likeliest_issue(category: str, leanings: Leanings) -> str:
    sides = {name: side for name, side in leanings.issues.items() if name.startswith(f"{category}.")}
    return max(sides, key=sides.__getitem__).removeprefix(f"{category}.")


# --- cues -------------------------------------------------------------------------------------------------


def _weights_by_nature(hits: list[Hit]) -> dict[tuple[str, ...], list[float]]:
    focused = {hit.sentence for hit in hits if hit.cue.kind == "focus"}
    weights: dict[tuple[str, ...], list[float]] = defaultdict(list)
    for hit in hits:
        if hit.cue.kind == "nature":
            weights[hit.cue.label].append(hit.cue.weight * (_FOCUS if hit.sentence in focused else 1.0))
    return weights


def _total(weights: Iterable[float]) -> float:
    return sum(weight * _FADE**rank for rank, weight in enumerate(sorted(weights, reverse=True)))


def _best_guess(hits: list[Hit]) -> list[NatureMention]:
    """Without any cue, a topic still points somewhere when the customer is displeased."""
    topics = Counter(hit.cue.label for hit in hits if hit.cue.kind == "topic")
    return [NatureMention(category, issue, _TOPIC_SCORE) for (category, issue), _ in topics.most_common(1)]


def _without_overlaps(hits: list[Hit]) -> list[Hit]:
    """Keep the weightiest, then the longest, of the hits that share words.

    A sign of displeasure or of focus may lie inside another cue, but not inside words to ignore.
    """
    kept: list[Hit] = []
    taken: set[int] = set()
    ignored: set[int] = set()
    for hit in sorted(hits, key=lambda hit: (-hit.cue.weight, hit.start - hit.end, hit.cue.kind != "ignore")):
        span = range(hit.start, hit.end - 1)
        if hit.cue.kind in ("focus", "trouble"):
            if hit.start not in ignored:
                kept.append(hit)
        elif taken.isdisjoint(span):
            taken.update(span)
            if hit.cue.kind == "ignore":
                ignored.update(span)
            else:
                kept.append(hit)
    return sorted(kept, key=lambda hit: hit.start)


# --- the lexicon of a pack --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Lexicon:
    finder: CueFinder
    answers: Mapping[str, tuple[str, str]]  # whole messages that name a category, such as "my bill"


_LEXICONS: dict[int, tuple[Mapping[str, Any], _Lexicon]] = {}


def _lexicon(words: Mapping[str, Any]) -> _Lexicon:
    # Keeping the pack beside its lexicon makes sure that no other object ever gets its id.
    if id(words) not in _LEXICONS:
        _LEXICONS[id(words)] = (words, _lexicon_of(words))
    return _LEXICONS[id(words)][1]


def _lexicon_of(words: Mapping[str, Any]) -> _Lexicon:
    answers = {
        answer: (category, issue)
        for category, issues in words["answers"].items()
        for issue, answers in issues.items()
        for answer in answers
    }
    finder = CueFinder(
        _cues_of(words),
        sets=words["sets"],
        joins_apostrophes=words["apostrophe"] == "join",
        known_words=[*words["known_words"], *(word for answer in answers for word in answer.split())],
    )
    return _Lexicon(finder, answers)


def _cues_of(words: Mapping[str, Any]) -> Iterator[Cue]:
    for category, issues in words["natures"].items():
        for issue, lists in issues.items():
            for strength, cues in lists.items():
                for cue in cues:
                    yield Cue(cue, "nature", (category, issue), _WEIGHTS[strength])
    for category, issues in words["topics"].items():
        for issue, cues in issues.items():
            for cue in cues:
                yield Cue(cue, "topic", (category, issue))
    for service, cues in words["services"].items():
        for cue in cues:
            yield Cue(cue, "not_service" if service == "none" else "service", (service,))
    for service, cues in words["features"].items():
        for cue in cues:
            yield Cue(cue, "feature", (service,))
    for cue in words["ignore"]:
        yield Cue(cue, "ignore", weight=_WEIGHTS["sure"])
    for kind in ("focus", "trouble", "wish"):
        for cue in words[kind]:
            yield Cue(cue, kind)
