"""Any system, by signed webhooks: docs/other-desks.md says what each event holds and how it is signed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from bot.desk.connectors.http import Asking
from bot.desk.connectors.port import HEARD, SAID, Handover, Heard, NotReadable, Place, Told
from bot.desk.connectors.shapes import record, text, within
from bot.desk.connectors.signing import must_be_signed, short, signature
from bot.settings import Secret, Settings

VERSION = 1
PREFIX = "recourse"
LONGEST_ID = 200


class Webhook:
    """A system that takes events in our shape; it is to take each event id once."""

    name: ClassVar[str] = "webhook"
    needs: ClassVar[tuple[str, ...]] = ("handoff_webhook_url", "handoff_webhook_secret")

    def __init__(self, settings: Settings) -> None:
        assert settings.handoff_webhook_url and settings.handoff_webhook_secret
        self._asking = Asking(settings.handoff_webhook_url)
        self._secret: Secret = settings.handoff_webhook_secret

    def hand_over(self, handover: Handover, maybe_there: bool) -> str:
        """Send what happened so far."""
        data = {
            "language": handover.language,
            "channel": handover.channel,
            "priority": handover.priority,
            "title": handover.title,
            "customer": {"name": handover.name, "email": handover.email},
            "case": handover.tracking_number,
            "link": handover.link,
            "summary": [{"heading": heading, "lines": lines} for heading, lines in handover.sections],
            "transcript": [
                {"seq": line.seq, "from": line.sender, "text": line.text, "at": _written(line.at)}
                for line in handover.lines
            ],
        }
        self._send(handover.key, "handed_over", handover.key, data)
        return handover.key

    def tell(self, place: Place, told: Told, maybe_there: bool) -> None:
        """Send a line."""
        if told.seq is None:
            self._send(place.key, "refused", told.key, {"text": told.text})
        else:
            line = {"seq": told.seq, "from": told.by, "text": told.words, "at": _written(told.at)}
            self._send(place.key, "line", told.key, line)

    def end(self, place: Place, told: Told, maybe_there: bool) -> None:
        """Send that it is over."""
        self._send(place.key, "ended", told.key, {"text": told.text})

    def hear(self, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Heard]:
        """Return the one event that a request holds."""
        must_be_signed(self._secret, headers, PREFIX, body, now)
        event = record(body)
        heard = Heard(
            kind=text(event, "type"),
            id=text(event, "id"),
            place=text(event, "handoff"),
            agent_id=text(within(event, "agent"), "id")[:LONGEST_ID],
            agent_name=text(within(event, "agent"), "name")[:LONGEST_ID],
            words=text(event, "text"),
        )
        if event.get("version") != VERSION or not _is_whole(heard):
            raise NotReadable
        return [heard]

    def _send(self, key: str, kind: str, event_key: str, data: dict[str, Any]) -> None:
        # the id is the same at every try, so that whoever takes each id once takes each event once
        event_id = short(f"{kind}:{event_key}")
        event = {"version": VERSION, "id": event_id, "type": kind, "handoff": key, "data": data}
        body = json.dumps(event, ensure_ascii=False).encode()
        timestamp = str(int(datetime.now(UTC).timestamp()))
        headers = {
            "Content-Type": "application/json",
            "Recourse-Event": event_id,
            "Recourse-Timestamp": timestamp,
            "Recourse-Signature": signature(self._secret, timestamp, body),
        }
        self._asking.send_raw("", body, headers)


def _is_whole(heard: Heard) -> bool:
    known = heard.kind in HEARD and 0 < len(heard.id) <= LONGEST_ID and heard.place and heard.agent_id
    return bool(known and (heard.kind != SAID or heard.words.strip()))


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
