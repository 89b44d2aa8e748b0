"""Zammad, by its REST API and the webhooks of its triggers."""

# Facts from docs.zammad.org (tickets, articles), admin-docs.zammad.org (webhooks) and zammad/zammad, checked 2026-12-01.

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar

from bot.cases.case import P3
from bot.desk.connectors.http import Asking
from bot.desk.connectors.port import CLAIMED, CLOSED, SAID, Handover, Heard, Place, Told
from bot.desk.connectors.shapes import plain, record, text, within
from bot.desk.connectors.signing import digest, must_match, short
from bot.settings import Settings

LONGEST_TITLE = 200
_ENDED = ("closed", "merged")
_TALK = ("note", "web", "chat", "email")
"""Kinds of articles that are words to the customer; what is noted of a call is not."""

_NOBODY = "1"
"""The id of the user that owns what nobody owns."""


class Zammad:
    """A group of a Zammad, whose tickets are written by an agent's token.

    The customer of a ticket sees what is not internal. It is the customer's own user only where they have proven who
    they are; for everybody else ZAMMAD_CUSTOMER stands in.
    """

    name: ClassVar[str] = "zammad"
    needs: ClassVar[tuple[str, ...]] = (
        "zammad_url",
        "zammad_token",
        "zammad_group",
        "zammad_customer",
        "zammad_webhook_secret",
    )

    def __init__(self, settings: Settings) -> None:
        assert settings.zammad_token and settings.zammad_webhook_secret
        token = f"Token token={settings.zammad_token.reveal()}"
        self._asking = Asking(f"{settings.zammad_url}/api/v1", {"Authorization": token})
        self._group, self._customer = settings.zammad_group, settings.zammad_customer
        self._secret = settings.zammad_webhook_secret

    def hand_over(self, handover: Handover, maybe_there: bool) -> str:
        """Open a ticket with what happened so far as an internal note."""
        mark = _mark(handover.key)
        known = self._ticket(mark) if maybe_there else None
        if known:
            return known
        ticket = {
            "title": f"{handover.title[:LONGEST_TITLE]} ({mark})",
            "group": self._group,
            "customer_id": f"guess:{handover.email or self._customer}",
            "priority": "2 normal" if handover.priority == P3 else "3 high",
            "article": _article(handover.key, handover.text, is_customer=False),
        }
        return text(self._asking.send("/tickets", ticket), "id")

    def tell(self, place: Place, told: Told, maybe_there: bool) -> None:
        """Add the customer's words as theirs, and all else as an internal note."""
        if maybe_there and self._is_known(place.reference, told.key):
            return
        words = told.words if told.is_customer else told.text
        article = _article(told.key, words, told.is_customer)
        self._asking.send("/ticket_articles", {"ticket_id": int(place.reference), **article})

    def end(self, place: Place, told: Told, maybe_there: bool) -> None:
        """Close the ticket and note why."""
        change: dict[str, Any] = {"state": "closed"}
        if not (maybe_there and self._is_known(place.reference, told.key)):
            change["article"] = _article(told.key, told.text, is_customer=False)
        self._asking.send(f"/tickets/{place.reference}", change, method="PUT")

    def hear(self, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Heard]:
        """Return what a webhook tells: a public article of an agent, who took the ticket, and that it was closed."""
        must_match(headers.get("x-hub-signature"), f"sha1={digest(self._secret, body, 'sha1')}")
        return list(_heard(record(body), headers.get("x-zammad-delivery") or short(body.decode())))

    def _ticket(self, mark: str) -> str | None:
        found = self._asking.get("/tickets/search", query=mark, expand="true", limit=10)
        tickets = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
        return next((text(each, "id") for each in tickets if mark in text(each, "title")), None)

    def _is_known(self, ticket_id: str, key: str) -> bool:
        articles = self._asking.get(f"/ticket_articles/by_ticket/{ticket_id}")
        known = [each for each in articles if isinstance(each, dict)] if isinstance(articles, list) else []
        return any(text(each, "message_id") == _message_id(key) for each in known)


def _mark(key: str) -> str:
    # one word of letters and digits, which any search finds as it is
    return f"r{key[:12]}"


def _message_id(key: str) -> str:
    return f"<{key}@recourse>"


def _article(key: str, words: str, is_customer: bool) -> dict[str, Any]:
    # A note makes no trigger of Zammad's own write to anybody, as an article of the kind "web" would.
    return {
        "body": words,
        "content_type": "text/plain",
        "type": "note",
        "sender": "Customer" if is_customer else "Agent",
        "internal": not is_customer,
        "message_id": _message_id(key),
    }


def _heard(event: dict[str, Any], delivery: str) -> Iterator[Heard]:
    ticket, article = within(event, "ticket"), within(event, "article")
    place, is_over = text(ticket, "id"), text(ticket, "state") in _ENDED
    if _is_for_the_customer(article):
        yield _from(
            SAID, f"article-{text(article, 'id')}", place, within(article, "created_by"), _words(article)
        )
    elif _was_taken(ticket) and not is_over:
        yield _from(CLAIMED, f"claimed-{delivery}", place, within(ticket, "owner"))
    if is_over:
        yield _from(CLOSED, f"closed-{delivery}", place, within(ticket, "updated_by"))


def _is_for_the_customer(article: dict[str, Any]) -> bool:
    return (
        article.get("sender") == "Agent" and article.get("internal") is False and article.get("type") in _TALK
    )


def _was_taken(ticket: dict[str, Any]) -> bool:
    """Only who takes a ticket themselves says by it that they are there."""
    owner = text(ticket, "owner_id")
    return owner not in ("", _NOBODY) and owner == text(ticket, "updated_by_id")


def _words(article: dict[str, Any]) -> str:
    body = text(article, "body")
    return body if text(article, "content_type").startswith("text/plain") else plain(body)


def _from(kind: str, id_: str, place: str, agent: dict[str, Any], words: str = "") -> Heard:
    name = " ".join(filter(None, (text(agent, "firstname"), text(agent, "lastname"))))
    return Heard(kind, id_, place, text(agent, "id"), name, words)
