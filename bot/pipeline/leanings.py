"""What a complaint leans to: a linear model over words and pieces of words, learned from complaints of our own.

What a word's pieces weigh is the same in every text, so it is remembered: a complaint takes half a millisecond,
where the model of the intents, which weighs each text as a whole, takes several.
"""

from __future__ import annotations

import json
import math
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from bot.languages import LANGUAGES, pack
from bot.reading.nature import Leanings

KINDS = ("categories", "issues", "services")
TROUBLE = frozenset({"complain", "fault_report"})
"""Intents of those who tell of trouble, in few words mostly."""
NEITHER = frozenset({"new_complaint", "add_to_case", "abuse", "danger"})
"""Intents that may go with trouble or without; what carries any other is chat, also the answers to questions."""
NO_SERVICE = "none"
"""Under this name the packs keep the complaints of which nobody can tell the service."""

_PIECE_LENGTHS = (3, 4, 5)
# How often each complaint is told again among sentences of the background, and among how many of them.
_TOLD_AGAIN = 2
_SENTENCES_BESIDE = (1, 2, 2, 3)
# One in so many examples of chat is learned from: as many together as there are complaints.
_CHAT_TAKEN = 6
# What only one complaint holds, however often it is told again, teaches nothing about the next one.
_SEEN_IN_TWO = 2 + _TOLD_AGAIN
# The less, the simpler the model; chosen by cross-validation on the examples.
_STRICTNESS = 0.3
# Near enough: a tenth of it changes no weight by a thousandth, and takes half as long again.
_TOLERANCE = 0.01
# Words whose pieces are remembered; people repeat the same few thousand.
_REMEMBERED_WORDS = 8192

_WORD = re.compile(r"[^\W_]+|[$€?!]")


@dataclass(frozen=True)
class Example:
    """A text, whether it tells of trouble, and what is known of it.

    That is the categories and `category.issue`s it complains of, and the service it is about.
    """

    text: str
    tells: bool
    categories: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    services: tuple[str, ...] = ()


def complaints() -> list[Example]:
    """Return the examples of every language's pack."""
    return [example for language in LANGUAGES for example in examples_of(pack(language, "nature_examples"))]


def sayings(said: Iterable[tuple[str | None, str | None]]) -> list[Example]:
    """Return the examples of intents, given as texts and intents, that tell trouble from chat."""
    known = [(text, intent) for text, intent in said if text and intent and intent not in NEITHER]
    chat = [Example(text, False) for text, intent in known if intent not in TROUBLE]
    return [*(Example(text, True) for text, intent in known if intent in TROUBLE), *chat[::_CHAT_TAKEN]]


def examples_of(words: Mapping[str, Any]) -> list[Example]:
    """Return the examples of a pack's `nature_examples`, the complaints also amid sentences of the background."""
    told = [
        *(
            Example(text, True, (category,), (f"{category}.{issue}",), _known(service))
            for category, issues in words["complaints"].items()
            for issue, services in issues.items()
            for service, texts in services.items()
            for text in texts
        ),
        *(
            Example(
                row["text"],
                True,
                tuple(dict.fromkeys(nature.split(".")[0] for nature in row["natures"])),
                tuple(row["natures"]),
                _known(row["service"]),
            )
            for row in words["several"]
        ),
    ]
    others = (Example(text, False) for text in words["no_complaint"])
    return [*told, *_told_again(told, words["background"]), *others]


def _known(service: str) -> tuple[str, ...]:
    return () if service == NO_SERVICE else (service,)


def _told_again(told: Sequence[Example], background: Sequence[str]) -> Iterator[Example]:
    chance = random.Random(1)
    for example in told:
        for _ in range(_TOLD_AGAIN):
            sentences = chance.sample(background, chance.choice(_SENTENCES_BESIDE))
            sentences.insert(chance.randint(0, len(sentences)), example.text)
            yield replace(example, text=" ".join(sentences))


class LeaningsModel:
    """A trained model: what each sight of a text is worth, and its weight for every label.

    Sights are words, pairs of neighbours ("late fee") and pieces of words ("[<inst]"). `weights` has a row for each
    sight; its first column tells trouble from chat, the others tell the labels of each kind apart, in their order.
    """

    def __init__(
        self,
        worths: Mapping[str, float],
        weights: np.ndarray,
        thresholds: np.ndarray,
        labels: Mapping[str, list[str]],
    ) -> None:
        """Keep the parts of a trained model."""
        self._worths, self._weights, self._thresholds, self._labels = worths, weights, thresholds, labels
        self._rows = {sight: (row, worth) for row, (sight, worth) in enumerate(worths.items())}
        self._of_word = lru_cache(maxsize=_REMEMBERED_WORDS)(self._add_up_pieces)

    @classmethod
    def trained(cls, examples: Sequence[Example]) -> LeaningsModel:
        """Learn from examples of any languages together; takes seconds."""
        texts = [_words(example.text) for example in examples]
        worths = _worths(texts)
        seen = _seen(texts, worths)
        complaints = [at for at, example in enumerate(examples) if example.categories]
        labels = {
            kind: sorted({name for example in examples for name in getattr(example, kind)}) for kind in KINDS
        }
        sides = [_side(seen, [example.tells for example in examples])]
        sides += [
            _side(seen[complaints], [name in getattr(examples[at], kind) for at in complaints])
            for kind in KINDS
            for name in labels[kind]
        ]
        weights, thresholds = zip(*sides, strict=True)
        return cls(worths, np.array(weights, np.float32).T.copy(), np.array(thresholds), labels)

    def leanings(self, text: str) -> Leanings:
        """Return how far a text lies on each label's side."""
        words = _words(text)
        found = [self._rows[sight] for sight in _wholes(words) if sight in self._rows]
        distances = self._thresholds.copy()
        if found:
            rows, worths = zip(*found, strict=True)
            distances += np.dot(worths, self._weights[list(rows)]) / math.hypot(*worths)
        pieces = [self._of_word(word) for word in dict.fromkeys(words)]
        length = math.sqrt(sum(square for _, square in pieces))
        if length:
            distances += sum(total for total, _ in pieces) / length
        trouble, *sides = map(float, distances)
        rest = iter(sides)
        return Leanings(trouble, *(dict(zip(self._labels[kind], rest, strict=False)) for kind in KINDS))

    def _add_up_pieces(self, word: str) -> tuple[np.ndarray, float]:
        """Return what the pieces of a word weigh together, and the square of the length of their worths."""
        found = [self._rows[piece] for piece in _pieces(word) if piece in self._rows]
        if not found:
            return np.zeros(len(self._thresholds), np.float32), 0.0
        rows, worths = zip(*found, strict=True)
        return np.dot(worths, self._weights[list(rows)]), sum(worth * worth for worth in worths)

    def save(self, folder: Path) -> None:
        """Write plain numbers and words: they load in a moment and can hold no code."""
        names = {"sights": [*self._worths], "labels": self._labels}
        (folder / "names.json").write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")
        np.savez(
            folder / "numbers.npz",
            worths=np.array([*self._worths.values()], np.float32),
            weights=self._weights.astype(np.float16),
            thresholds=self._thresholds,
        )

    @classmethod
    def saved(cls, folder: Path) -> LeaningsModel:
        """Read what `save` wrote."""
        names = json.loads((folder / "names.json").read_text(encoding="utf-8"))
        numbers = np.load(folder / "numbers.npz", allow_pickle=False)
        worths = dict(zip(names["sights"], map(float, numbers["worths"]), strict=True))
        return cls(worths, numbers["weights"].astype(np.float32), numbers["thresholds"], names["labels"])


# --- what is seen of a text -------------------------------------------------------------------------------


def _words(text: str) -> list[str]:
    """Return the words as people type them in a hurry: small letters, no accents, every digit a nought."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _WORD.findall(re.sub(r"\d", "0", plain))


def _wholes(words: Sequence[str]) -> dict[str, None]:
    """Return each word and each pair of neighbours, once."""
    return dict.fromkeys([*words, *map(" ".join, pairwise(words))])


def _pieces(word: str) -> set[str]:
    """Return the pieces of a word; they stand in brackets, for some are words themselves."""
    framed = f"<{word}>"
    return {
        f"[{framed[at : at + length]}]" for length in _PIECE_LENGTHS for at in range(len(framed) - length + 1)
    }


def _worths(texts: Sequence[Sequence[str]]) -> dict[str, float]:
    """Return every sight worth learning from, and its worth: the rarer, the more."""
    counts = Counter(
        sight
        for words in texts
        for sight in {*_wholes(words), *(piece for word in words for piece in _pieces(word))}
    )
    return {
        sight: math.log((1 + len(texts)) / (1 + count)) + 1
        for sight, count in sorted(counts.items())
        if count >= _SEEN_IN_TWO
    }


def _seen(texts: Sequence[Sequence[str]], worths: Mapping[str, float]) -> csr_matrix:
    """Return a row for each text; the wholes, and the pieces as often as they stand in it, are of length one each."""
    columns = {sight: column for column, sight in enumerate(worths)}
    places: list[int] = []
    values: list[float] = []
    ends = [0]
    for words in texts:
        wholes = Counter(sight for sight in _wholes(words) if sight in columns)
        pieces = Counter(
            piece for word in dict.fromkeys(words) for piece in _pieces(word) if piece in columns
        )
        for sights in (wholes, pieces):
            length = math.sqrt(sum(worths[sight] ** 2 * count for sight, count in sights.items()))
            places += [columns[sight] for sight in sights]
            values += [worths[sight] * count / length for sight, count in sights.items()]
        ends.append(len(places))
    return csr_matrix((values, places, ends), shape=(len(texts), len(worths)))


def _side(seen: csr_matrix, belongs: Sequence[bool]) -> tuple[np.ndarray, float]:
    """Return what each sight weighs for a text to belong, and the threshold to start from."""
    classifier = LinearSVC(C=_STRICTNESS, tol=_TOLERANCE, class_weight="balanced", random_state=7)
    classifier.fit(seen, belongs)
    return classifier.coef_[0], classifier.intercept_[0]
