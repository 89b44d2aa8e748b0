"""What a graph component needs that learns one model of its own: making, storing and reading it again."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import Any, ClassVar, Protocol, Self

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.training_data import TrainingData


class Model(Protocol):
    """A trained model that can be written to a folder."""

    def save(self, folder: Path) -> None:
        """Write the model."""

    @classmethod
    def saved(cls, folder: Path) -> Any:
        """Read what `save` wrote."""


class Learner(GraphComponent):
    """A component with one trained model, of the class `kind`; `learned` makes it from the training data."""

    kind: ClassVar[type[Model]]

    def __init__(self, storage: ModelStorage, resource: Resource, model: Any = None) -> None:
        """Keep where the model is stored, and the model once it is trained."""
        self._storage, self._resource, self._model = storage, resource, model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Self:
        """Create an untrained component."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Self:
        """Load a trained component."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, cls.kind.saved(folder))

    @abstractmethod
    def learned(self, training_data: TrainingData) -> Any:
        """Return the model that the training data teach."""

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the model and store it."""
        self._model = self.learned(training_data)
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the examples as they are."""
        return training_data
