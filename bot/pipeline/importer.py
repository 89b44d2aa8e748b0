"""Tells Rasa which replies exist: the keys and words of the language packs, joined to the domain at load time."""

from __future__ import annotations

from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter

from bot.languages import LANGUAGES, pack


class PackImporter(RasaFileImporter):
    """Reads the project as Rasa's own importer does and adds the packs' replies to the domain."""

    def get_domain(self) -> Domain:
        """Return the domain of the files, with one variation of every reply for each language."""
        return super().get_domain().merge(Domain.from_dict({"responses": _responses()}))


def _responses() -> dict[str, list[dict[str, Any]]]:
    responses: dict[str, list[dict[str, Any]]] = {}
    for language in LANGUAGES:
        condition = [{"type": "slot", "name": "language", "value": language}]
        for key, words in pack(language, "replies").items():
            text = words["text"] if isinstance(words, dict) else words
            responses.setdefault(f"utter_{key}", []).append({"text": text, "condition": condition})
    return responses
