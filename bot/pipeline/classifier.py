"""The intent of a message: a linear classifier over words and pieces of words, one for all three languages."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import numpy as np
import skops.io
import spacy
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import hstack, spmatrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

RANKED = 3
SHARPNESS = 3.0
"""Turns the distances of the classifier into confidences; with 3 a right guess has 0.6 in the median, a wrong one 0.2."""

_tokenizer = spacy.blank("xx").tokenizer


def plain(text: str) -> str:
    """Return the text as people type in a hurry: small letters, no accents, every digit a nought."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"\d", "0", "".join(letter for letter in letters if not unicodedata.combining(letter)))


def _words(text: str) -> list[str]:
    return [token.text for token in _tokenizer(plain(text))]


def _framed(text: str) -> str:
    return f"^{plain(text)}$"


def _vectorizers() -> tuple[TfidfVectorizer, TfidfVectorizer]:
    # The vectorizers get words and letters ready made: a function of ours inside them could not be loaded safely.
    return (
        TfidfVectorizer(token_pattern=r"\S+", lowercase=False, ngram_range=(1, 3), sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", lowercase=False, ngram_range=(2, 5), min_df=2, sublinear_tf=True),
    )


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=True)
class IntentClassifier(GraphComponent):
    """Learns intents from the examples and ranks them for a message; trains in seconds on all three languages."""

    def __init__(self, storage: ModelStorage, resource: Resource, parts: list[Any] | None = None) -> None:
        """Keep where the trained parts are stored; `parts` are words, pieces and classifier once they are trained."""
        self._storage, self._resource, self._parts = storage, resource, parts

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> IntentClassifier:
        """Create an untrained classifier."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> IntentClassifier:
        """Load a trained classifier."""
        with model_storage.read_from(resource) as folder:
            path = folder / "intents.skops"
            parts = skops.io.load(path, trusted=skops.io.get_untrusted_types(file=path))
        return cls(model_storage, resource, parts)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from every example that has an intent."""
        examples = [row for row in training_data.training_examples if row.get(INTENT) and row.get(TEXT)]
        texts = [example.get(TEXT) for example in examples]
        words, pieces = _vectorizers()
        features = hstack(
            [
                words.fit_transform(" ".join(_words(text)) for text in texts),
                pieces.fit_transform(_framed(text) for text in texts),
            ]
        )
        classifier = LinearSVC(C=0.5, class_weight="balanced", random_state=7)
        classifier.fit(features.tocsr(), [example.get(INTENT) for example in examples])
        self._parts = [words, pieces, classifier]
        with self._storage.write_to(self._resource) as folder:
            skops.io.dump(self._parts, folder / "intents.skops")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the best intent of each message, and the next best ones."""
        for message in messages:
            ranking = self._ranking(message.get(TEXT) or "")
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the examples as they are."""
        return training_data

    def _ranking(self, text: str) -> list[dict[str, Any]]:
        if self._parts is None or not text.strip():
            return [{"name": None, "confidence": 0.0}]
        words, pieces, classifier = self._parts
        features: spmatrix = hstack(
            [words.transform([" ".join(_words(text))]), pieces.transform([_framed(text)])]
        ).tocsr()
        distances = classifier.decision_function(features)[0]
        weights = np.exp(SHARPNESS * (distances - distances.max()))
        confidences = weights / weights.sum()
        best = np.argsort(-confidences)[:RANKED]
        return [{"name": str(classifier.classes_[at]), "confidence": float(confidences[at])} for at in best]
