"""The graph component that learns what complaints lean to; the readers weigh it against the cues of the packs."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.languages import LANGUAGES, pack
from bot.pipeline import leanings
from bot.pipeline.leanings import LeaningsModel, complaints, sayings

LEANINGS = "leanings"
"""Under this name a message carries its leanings from here to the readers."""


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR], is_trainable=True)
class NatureReader(GraphComponent):
    """Learns natures and services from the complaints in the packs, and leans each message to them."""

    def __init__(self, storage: ModelStorage, resource: Resource, model: LeaningsModel | None = None) -> None:
        """Keep where the model is stored, and the model once it is trained."""
        self._storage, self._resource, self._model = storage, resource, model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> NatureReader:
        """Create an untrained reader."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> NatureReader:
        """Load a trained reader."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, LeaningsModel.saved(folder))

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Return what changes whenever an example or the model does: Rasa knows nothing of either."""
        digest = hashlib.sha256(Path(leanings.__file__).read_bytes())
        for language in LANGUAGES:
            digest.update(json.dumps(pack(language, "nature_examples"), sort_keys=True).encode())
        return digest.hexdigest()

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the complaints in the packs, and from the training data what people write beside them."""
        said = ((message.get(TEXT), message.get(INTENT)) for message in training_data.training_examples)
        self._model = LeaningsModel.trained([*complaints(), *sayings(said)])
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Give each message its leanings."""
        for message in messages:
            if self._model:
                message.set(LEANINGS, self._model.leanings(message.get(TEXT) or ""))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the examples as they are."""
        return training_data
