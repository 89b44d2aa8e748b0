"""The graph component that learns what complaints lean to; the readers weigh it against the cues of the packs."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.languages import LANGUAGES, pack
from bot.pipeline import leanings
from bot.pipeline.leanings import LeaningsModel, complaints, sayings
from bot.pipeline.learner import Learner

LEANINGS = "leanings"
"""Under this name a message carries its leanings from here to the readers."""


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR], is_trainable=True)
class NatureReader(Learner):
    """Learns natures and services from the complaints in the packs, and leans each message to them."""

    kind = LeaningsModel

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Return what changes whenever an example or the model does: Rasa knows nothing of either."""
        digest = hashlib.sha256(Path(leanings.__file__).read_bytes())
        for language in LANGUAGES:
            digest.update(json.dumps(pack(language, "nature_examples"), sort_keys=True).encode())
        return digest.hexdigest()

    def learned(self, training_data: TrainingData) -> LeaningsModel:
        """Learn from the complaints in the packs, and from the training data what people write beside them."""
        said = ((message.get(TEXT), message.get(INTENT)) for message in training_data.training_examples)
        return LeaningsModel.trained([*complaints(), *sayings(said)])

    def process(self, messages: list[Message]) -> list[Message]:
        """Give each message its leanings."""
        for message in messages:
            if self._model:
                message.set(LEANINGS, self._model.leanings(message.get(TEXT) or ""))
        return messages
