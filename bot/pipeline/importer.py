"""Tells Rasa which replies exist: the keys of the language packs, joined to the domain at load time."""

from __future__ import annotations

from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter

from bot.languages import LANGUAGES, pack


class PackImporter(RasaFileImporter):
    """Reads the project as Rasa's own importer does and adds the packs' replies to the domain."""

    def get_domain(self) -> Domain:
        """Return the domain of the files, with every reply that the packs have words for."""
        return super().get_domain().merge(Domain.from_dict({"responses": _responses()}))


def _responses() -> dict[str, list[dict[str, Any]]]:
    # The engine only names a reply; its words for each language and channel are found by the gateway. The names are
    # those that every pack has, so that a reply that one language lacks fails Rasa's own validation.
    keys = set.intersection(*(set(pack(language, "replies")) for language in LANGUAGES))
    return {f"utter_{key}": [{"custom": {"reply": key}}] for key in sorted(keys)}
