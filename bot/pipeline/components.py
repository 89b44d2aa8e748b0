"""Graph components over the readers: facts become entities, and a few plain rules have the last word on the intent."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.languages import LANGUAGES
from bot.pipeline.facts import read_facts
from bot.pipeline.guard import SURE, guarded_intent
from bot.pipeline.natures import LEANINGS

_BARE_PICK = re.compile(r"[^\w]*\d{1,3}[^\w]*")
"""A number that picks something where nothing is to be picked: no guess from letters makes it a wish."""


class _Reader(GraphComponent):
    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> _Reader:
        """Create the component; it has no state of its own."""
        return cls()


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR], is_trainable=False)
class FactReader(_Reader):
    """Adds an entity for every fact that the readers find in the customer's words."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Read each message in the language and on the day that its metadata name."""
        for message in messages:
            metadata = message.get("metadata") or {}
            language = metadata.get("language")
            today = metadata.get("today")
            facts = read_facts(
                message.get(TEXT) or "",
                language if language in LANGUAGES else "en",
                date.fromisoformat(today) if today else date.today(),
                message.get(LEANINGS),
                metadata.get("asked"),
            )
            message.set(ENTITIES, [*(message.get(ENTITIES) or []), *facts], add_to_output=True)
        return messages


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=False)
class IntentGuard(_Reader):
    """Overrules the classifier where a plain rule knows better, and says so when it is not sure."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the final intent of each message."""
        for message in messages:
            intent, text = message.get(INTENT) or {}, message.get(TEXT) or ""
            confidence = 0.0 if _BARE_PICK.fullmatch(text) else float(intent.get("confidence") or 0.0)
            name = guarded_intent(
                text,
                intent.get("name"),
                confidence,
                message.get(ENTITIES) or [],
                asked=(message.get("metadata") or {}).get("asked"),
            )
            message.set(INTENT, {**intent, "name": name, "sure": confidence >= SURE}, add_to_output=True)
        return messages
