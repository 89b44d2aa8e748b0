"""Typed replies: the engine names what is said, with its values; the gateway finds the words for channel and language."""

from __future__ import annotations

from typing import Any

from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.languages import LANGUAGES, pack
from bot.playbooks import replies


class TypedReplies(NaturalLanguageGenerator):
    """Turns a response name into `{"reply", "values", "choices"}`; a reply without words is an error, not a silence."""

    def __init__(self, endpoint_config: EndpointConfig, domain: Domain) -> None:
        """Keep the names that exist: those of packs and playbooks, for Rasa calls this before any model is loaded."""
        keys = set.intersection(*(set(pack(language, "replies")) for language in LANGUAGES))
        self.known = frozenset(f"utter_{key}" for key in keys | replies())

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **values: Any
    ) -> dict[str, Any] | None:
        """Return the typed reply of a response; raises KeyError when no pack has words for it."""
        if utter_action not in self.known:
            raise KeyError(f"no language pack has the reply {utter_action.removeprefix('utter_')!r}")
        return {
            "custom": {
                "reply": utter_action.removeprefix("utter_"),
                "values": values.get("values") or {},
                "choices": values.get("choices") or [],
            }
        }
