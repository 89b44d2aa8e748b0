"""Made-up customers for a desk that is to be looked at: they chat with the running product once, as customers do."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import yaml

from bot.agents import nobodys_hash
from bot.cases.agent import Agent
from bot.handoff import Handoffs
from bot.observe import get_logger
from bot.provider import profile
from bot.settings import Settings
from bot.store import Store, open_store

log = get_logger(__name__)

STORIES = Path(__file__).parent / "provider" / "demo" / "conversations.yml"
TURN_SECONDS = 60.0

PROGRESS = "demo-desk"
"""The file in the data folder that holds how many stories were told."""


def main(settings: Settings) -> None:
    """Let every customer of the demo tell their story once, to a store that nobody else had used before.

    What was interrupted goes on at the next start, with the story that was being told.
    """
    store, progress = open_store(settings.database_url), settings.data_dir / PROGRESS
    try:
        if progress.exists() or _is_empty(store):
            _play_all(store, settings, progress)
    except httpx.HTTPError:
        # the product stops, or is busy with customers of its own
        log.warning("demo_desk.interrupted")
    finally:
        store.dispose()


def _play_all(store: Store, settings: Settings, progress: Path) -> None:
    played = int(progress.read_text()) if progress.exists() else 0
    here = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
    with httpx.Client(base_url=f"http://{here}:{settings.port}", timeout=TURN_SECONDS) as web:
        for number, story in enumerate(yaml.safe_load(STORIES.read_text(encoding="utf-8"))):
            if number >= played:
                progress.write_text(str(number))
                _play(web, store, settings, story)
                progress.write_text(str(number + 1))
    log.info("demo_desk.played")


def _is_empty(store: Store) -> bool:
    with store.view() as unit:
        return not unit.conversations.any()


def _play(web: httpx.Client, store: Store, settings: Settings, story: dict[str, Any]) -> None:
    opened = web.post("/api/chat", json={"language": story["language"]}).raise_for_status().json()
    chat, headers = opened["conversation"], {"Authorization": f"Bearer {opened['token']}"}
    for number, text in enumerate(story["lines"]):
        told = {"id": f"demo-{number}", "text": text}
        web.post(f"/api/chat/{chat}/messages", headers=headers, json=told).raise_for_status()
    if "agent" in story:
        _help(store, settings, chat, story["agent"])


def _help(store: Store, settings: Settings, conversation_id: str, words: dict[str, str]) -> None:
    """Let an agent of the demo, whom nobody can sign in as, take the conversation, say a word and hand it back."""
    agent = Agent("demo", "demo@example.invalid", "Demo", languages=("en", "fr", "it"), is_active=False)
    with store.unit() as unit:
        if unit.agents.get(agent.id) is None:
            unit.agents.add(agent, nobodys_hash())
    handoffs = Handoffs(store, profile(settings.provider), lambda: datetime.now(UTC))
    handoffs.say(conversation_id, agent, words["say"], "demo")
    handoffs.hand_back(conversation_id, agent, words["note"])
