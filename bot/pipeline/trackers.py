"""The engine's memory, kept short: the transcript is ours, so Rasa keeps only what its rules look back on."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.pipeline.channel import turn_failed
from bot.settings import settings
from bot.store import Store, open_store

TURNS_KEPT = 2


class ShortTrackers(TrackerStore):
    """Keeps each conversation's last turns, slots and active form in the store; a failed turn is never saved.

    Rasa loads and replays every event at every turn, so a long conversation would slow down with each word.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        event_broker: EventBroker | None = None,
        store: Store | None = None,
        **_: Any,
    ) -> None:
        """Keep trackers in `store`, or in the one that the settings name."""
        super().__init__(domain, event_broker)
        self.store = store or open_store(settings().database_url)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the tracker of a conversation, None when it has none yet."""
        with self.store.view() as unit:
            body = unit.trackers.get(sender_id)
        if body is None:
            return None
        return DialogueStateTracker.from_dict(sender_id, json.loads(body), self.domain.slots)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Save what the rules need of a tracker, unless an action of this turn failed."""
        if turn_failed.get([]):
            return
        body = json.dumps([event.as_dict() for event in shortened(tracker, self.domain)])
        with self.store.unit() as unit:
            unit.trackers.put(tracker.sender_id, body)

    async def keys(self) -> Iterable[str]:
        """Return nothing: conversations are listed by the store, not by the engine."""
        return []


def shortened(tracker: DialogueStateTracker, domain: Domain) -> list[Event]:
    """Return the events of the last turns, preceded by slots and active form as they stood before them."""
    events = list(tracker.events)
    turns = [index for index, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(turns) <= TURNS_KEPT:
        return events
    cut = turns[-TURNS_KEPT]
    before = DialogueStateTracker.from_events(tracker.sender_id, events[:cut], domain.slots)
    start: list[Event] = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted()]
    slots = [SlotSet(name, slot.value) for name, slot in before.slots.items() if slot.value is not None]
    loop = [ActiveLoop(before.active_loop_name)] if before.active_loop_name else []
    return [*start, *slots, *loop, ActionExecuted(ACTION_LISTEN_NAME), *events[cut:]]
