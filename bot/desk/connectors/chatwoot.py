"""Chatwoot, by its Application API and the webhooks of an account (4.11.2 or later, which signs them)."""

# Facts from developers.chatwoot.com (Application API, webhooks) and chatwoot/chatwoot, checked 2026-12-01.

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar

from bot.cases.case import P1, P2
from bot.desk.connectors.http import Asking
from bot.desk.connectors.port import CLOSED, HANDED_BACK, SAID, SEEN, Handover, Heard, Place, Told
from bot.desk.connectors.shapes import record, text, within
from bot.desk.connectors.signing import must_be_signed, short
from bot.settings import Settings

SUMMARY = "summary"
PREFIX = "x-chatwoot"
MOST_PAGES = 10
"""So many pages of messages are looked through for one that may have arrived; a page has twenty."""

_PRIORITIES = {P1: "urgent", P2: "high"}
_ENDS = {"resolved": CLOSED, "pending": HANDED_BACK}
"""Which status means what: what is pending waits for a bot again."""


class Chatwoot:
    """An account of a Chatwoot, with an inbox of the kind API.

    Each handover is a contact of its own: an address that nobody has proven must not lead into somebody else's past.
    """

    name: ClassVar[str] = "chatwoot"
    needs: ClassVar[tuple[str, ...]] = (
        "chatwoot_url",
        "chatwoot_token",
        "chatwoot_account_id",
        "chatwoot_inbox_id",
        "chatwoot_webhook_secret",
    )

    def __init__(self, settings: Settings) -> None:
        assert settings.chatwoot_token and settings.chatwoot_webhook_secret
        base = f"{settings.chatwoot_url}/api/v1/accounts/{settings.chatwoot_account_id}"
        self._asking = Asking(base, {"api_access_token": settings.chatwoot_token.reveal()})
        self._inbox_id = settings.chatwoot_inbox_id
        self._secret = settings.chatwoot_webhook_secret

    def hand_over(self, handover: Handover, maybe_there: bool) -> str:
        """Open a conversation with what happened so far as a private note."""
        contact_id, source_id = self._contact(handover)
        there = self._conversation(handover, contact_id, source_id)
        priority = _PRIORITIES.get(handover.priority, "medium")
        self._asking.send(f"/conversations/{there}/toggle_priority", {"priority": priority})
        self._say(
            there, f"{handover.key}:{SUMMARY}", handover.text, is_customer=False, maybe_there=maybe_there
        )
        return there

    def tell(self, place: Place, told: Told, maybe_there: bool) -> None:
        """Add the customer's words as theirs, and all else as a private note."""
        words = told.words if told.is_customer else told.text
        self._say(place.reference, told.key, words, told.is_customer, maybe_there)

    def end(self, place: Place, told: Told, maybe_there: bool) -> None:
        """Note why, and resolve the conversation."""
        self._say(place.reference, told.key, told.text, is_customer=False, maybe_there=maybe_there)
        self._asking.send(f"/conversations/{place.reference}/toggle_status", {"status": "resolved"})

    def hear(self, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Heard]:
        """Return what an event tells: a word of an agent, a sign of one, or that it is over there."""
        must_be_signed(self._secret, headers, PREFIX, body, now)
        event = record(body)
        heard = list(_heard(event, headers.get(f"{PREFIX}-delivery") or short(body.decode())))
        return [each for each in heard if self._is_ours(event)]

    def _is_ours(self, event: dict[str, Any]) -> bool:
        conversation = within(event, "conversation") or event
        return text(conversation, "inbox_id") == str(self._inbox_id)

    def _contact(self, handover: Handover) -> tuple[str, str]:
        identifier = f"recourse-{handover.key}"
        found = self._asking.get("/contacts/search", q=identifier)
        for contact in _payload(found):
            if contact.get("identifier") == identifier:
                return text(contact, "id"), self._source_id(contact)
        made = self._asking.send(
            "/contacts", {"inbox_id": self._inbox_id, "name": handover.name, "identifier": identifier}
        )
        payload = within(made, "payload")
        return text(within(payload, "contact"), "id"), text(within(payload, "contact_inbox"), "source_id")

    def _source_id(self, contact: dict[str, Any]) -> str:
        here = (each for each in contact.get("contact_inboxes", ()) if self._is_here(each))
        return next((text(each, "source_id") for each in here), "")

    def _is_here(self, contact_inbox: dict[str, Any]) -> bool:
        return text(within(contact_inbox, "inbox"), "id") == str(self._inbox_id)

    def _conversation(self, handover: Handover, contact_id: str, source_id: str) -> str:
        there = _payload(self._asking.get(f"/contacts/{contact_id}/conversations"))
        if there:
            return text(there[0], "id")
        body = {
            "source_id": source_id,
            "inbox_id": self._inbox_id,
            "contact_id": contact_id,
            "status": "open",
            "custom_attributes": {
                "language": handover.language,
                "channel": handover.channel,
                "case": handover.tracking_number,
                "link": handover.link,
            },
        }
        return text(self._asking.send("/conversations", body), "id")

    def _say(self, there: str, key: str, words: str, is_customer: bool, maybe_there: bool) -> None:
        if maybe_there and key in self._known(there):
            return
        body = {
            "content": words,
            "message_type": "incoming" if is_customer else "outgoing",
            "private": not is_customer,
            "source_id": key,
        }
        self._asking.send(f"/conversations/{there}/messages", body)

    def _known(self, there: str) -> Iterator[str]:
        before: dict[str, int] = {}
        for _ in range(MOST_PAGES):
            page = _payload(self._asking.get(f"/conversations/{there}/messages", **before))
            yield from (text(message, "source_id") for message in page)
            if not page:
                return
            before = {"before": min(int(text(message, "id") or 0) for message in page)}


def _payload(answer: Any) -> list[dict[str, Any]]:
    found = answer.get("payload") if isinstance(answer, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _heard(event: dict[str, Any], delivery: str) -> Iterator[Heard]:
    kind = text(event, "event")
    if kind == "message_created" and _is_for_the_customer(event):
        sender = within(event, "sender")
        yield _from(SAID, f"message-{text(event, 'id')}", within(event, "conversation"), sender, event)
    elif kind == "conversation_status_changed" and text(event, "status") in _ENDS:
        assignee = within(event, "meta", "assignee")
        yield _from(_ENDS[text(event, "status")], delivery, event, assignee)
    elif kind == "conversation_typing_on" and within(event, "user").get("type") == "user":
        yield _from(SEEN, delivery, within(event, "conversation"), within(event, "user"))


def _is_for_the_customer(event: dict[str, Any]) -> bool:
    """Only what an agent there writes to the customer: no private note, no bot's word, nothing of our own."""
    return (
        event.get("message_type") == "outgoing"
        and event.get("private") is False
        and within(event, "sender").get("type") == "user"
    )


def _from(
    kind: str,
    id_: str,
    conversation: dict[str, Any],
    agent: dict[str, Any],
    message: dict[str, Any] | None = None,
) -> Heard:
    return Heard(
        kind=kind,
        id=id_,
        place=text(conversation, "id"),
        agent_id=text(agent, "id"),
        agent_name=text(agent, "name"),
        words=text(message or {}, "content"),
    )
