"""Other desks as their documentation describes them: they refuse what the real ones refuse, and lose what a test says."""

from __future__ import annotations

import copy
import hmac
import json
import re
import time
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
from jsonschema import Draft202012Validator

SHAPES = Path(__file__).parent / "shapes"
SCHEMA = Draft202012Validator(
    json.loads((Path(__file__).parents[3] / "docs/handoff-events.schema.json").read_text(encoding="utf-8"))
)
SECRET, TOKEN = "the secret of the webhooks", "the token of the tests"

Answer = tuple[int, Any]
Sent = tuple[dict[str, str], bytes]


class FakeDesk:
    """What every desk has in common: what it was told, and what goes wrong on the way.

    `faults` are used up one a request: "down" (nobody answers), "lost" (done, but the answer never comes), or a
    status with headers. `told` holds, for each of its conversations, who said what; a note is for agents alone.
    """

    name: str
    settings: dict[str, Any]
    steps_to_hand_over = 1

    def __init__(self) -> None:
        self.shapes = json.loads((SHAPES / f"{self.name}.json").read_text(encoding="utf-8"))
        self.faults: list[str | tuple[int, dict[str, str]]] = []
        self.told: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self.ended: set[str] = set()
        self.refused: list[Answer] = []
        self.asked = 0
        self._number = 1000

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        fault = self.faults.pop(0) if self.faults else None
        if fault == "down":
            raise httpx.ConnectError("nobody answers", request=request)
        if isinstance(fault, tuple):
            return _response(fault[0], {"error": "as the test says"}, fault[1])
        status, answer = self.answer(request) if self.is_let_in(request) else (401, {"error": "not let in"})
        if status >= 400:
            self.refused.append((status, answer))
        if fault == "lost":
            raise httpx.ReadTimeout("no answer", request=request)
        return _response(status, answer)

    def number(self) -> int:
        self._number += 1
        return self._number

    def shape(self, *names: str) -> Any:
        found = self.shapes
        for name in names:
            found = found[name]
        return copy.deepcopy(found)

    def is_let_in(self, request: httpx.Request) -> bool:
        raise NotImplementedError

    def answer(self, request: httpx.Request) -> Answer:
        raise NotImplementedError

    def said(self, there: str, words: str, number: int = 900, agent: int = 3) -> Sent:
        """What it sends when an agent there writes to the customer."""
        raise NotImplementedError

    def closed(self, there: str) -> Sent:
        """What it sends when an agent there has done with it."""
        raise NotImplementedError

    def silent(self, there: str) -> list[Sent]:
        """What it sends of which the customer must hear nothing."""
        raise NotImplementedError


def _response(status: int, answer: Any, headers: dict[str, str] | None = None) -> httpx.Response:
    # in pieces, as it comes over a network
    return httpx.Response(status, headers=headers, content=iter([json.dumps(answer).encode()]))


def digest(message: bytes, algorithm: str) -> str:
    return hmac.new(SECRET.encode(), message, algorithm).hexdigest()


def signed_now(prefix: str, event: dict[str, Any], at: float | None = None) -> Sent:
    body = json.dumps(event).encode()
    timestamp = str(int(at or time.time()))
    signature = f"sha256={digest(f'{timestamp}.'.encode() + body, 'sha256')}"
    return {f"{prefix}-Timestamp": timestamp, f"{prefix}-Signature": signature}, body


class FakeChatwoot(FakeDesk):
    """An account of a Chatwoot with one API inbox."""

    name = "chatwoot"
    settings = {
        "chatwoot_url": "https://chat.example.com",
        "chatwoot_account_id": 1,
        "chatwoot_inbox_id": 2,
    }
    steps_to_hand_over = 6

    def __init__(self) -> None:
        super().__init__()
        self.contacts: list[dict[str, Any]] = []
        self.conversations: dict[str, dict[str, Any]] = {}
        self.messages: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.priorities: dict[str, str] = {}

    def is_let_in(self, request: httpx.Request) -> bool:
        return request.headers.get("api_access_token") == TOKEN

    def answer(self, request: httpx.Request) -> Answer:
        path = request.url.path.removeprefix("/api/v1/accounts/1")
        query = parse_qs(request.url.query.decode())
        body = json.loads(request.content or b"{}")
        if path == "/contacts/search":
            return self._search(query)
        if path == "/contacts" and request.method == "POST":
            return self._add_contact(body)
        if match := re.fullmatch(r"/contacts/(\d+)/conversations", path):
            mine = [each for each in self.conversations.values() if each["contact_id"] == int(match[1])]
            return 200, {"payload": mine}
        if path == "/conversations" and request.method == "POST":
            return self._add_conversation(body)
        match = re.fullmatch(r"/conversations/(\d+)/(messages|toggle_status|toggle_priority)", path)
        if match is None or match[1] not in self.conversations:
            return 404, {"error": "Resource could not be found"}
        if match[2] == "messages":
            return self._messages(match[1], request.method, body, query)
        return self._toggle(match[1], match[2], body)

    def _search(self, query: dict[str, list[str]]) -> Answer:
        if not query.get("q"):
            return 422, {"error": "Specify search string with parameter q"}
        found = [each for each in self.contacts if query["q"][0] in each["identifier"]]
        return 200, {"meta": {"count": len(found), "current_page": 1}, "payload": found}

    def _add_contact(self, body: dict[str, Any]) -> Answer:
        if body.get("inbox_id") != 2:
            return 404, {"error": "Resource could not be found"}
        if any(each["identifier"] == body.get("identifier") for each in self.contacts):
            return 422, {"message": "Identifier has already been taken", "attributes": ["identifier"]}
        contact = self.shape("answers", "contact") | {"id": self.number(), "identifier": body["identifier"]}
        contact["name"] = body["name"]
        contact["contact_inboxes"][0]["source_id"] = f"source-{contact['id']}"
        self.contacts.append(contact)
        return 200, {"payload": {"contact": contact, "contact_inbox": contact["contact_inboxes"][0]}}

    def _add_conversation(self, body: dict[str, Any]) -> Answer:
        known = {each["contact_inboxes"][0]["source_id"]: each["id"] for each in self.contacts}
        if body.get("inbox_id") != 2 or known.get(body.get("source_id", "")) != int(
            body.get("contact_id", 0)
        ):
            return 404, {"error": "Resource could not be found"}
        number = self.number()
        made = self.shape("answers", "conversation") | {"id": number, "contact_id": int(body["contact_id"])}
        self.conversations[str(number)] = made | {"custom_attributes": body["custom_attributes"]}
        self.told[str(number)] = []
        return 200, made

    def _messages(self, there: str, method: str, body: dict[str, Any], query: dict[str, list[str]]) -> Answer:
        if method == "GET":
            before = int(query["before"][0]) if "before" in query else 10**9
            page = [each for each in self.messages[there] if each["id"] < before][-20:]
            return 200, {"meta": {}, "payload": page}
        if not body.get("content") or body.get("message_type") not in ("incoming", "outgoing"):
            return 422, {"error": "content or message_type is missing"}
        is_incoming = body["message_type"] == "incoming"
        message = self.shape("answers", "message") | {"id": self.number(), "source_id": body["source_id"]}
        self.messages[there].append(message | {"private": body["private"], "content": body["content"]})
        assert is_incoming is not body["private"], "the customer would be written to by their own assistant"
        self.told[there].append(("customer" if is_incoming else "note", body["content"]))
        return 200, message

    def _toggle(self, there: str, what: str, body: dict[str, Any]) -> Answer:
        if what == "toggle_priority":
            if body.get("priority") not in ("urgent", "high", "medium", "low", None):
                return 422, {"error": "priority"}
            self.priorities[there] = body["priority"]
        elif body.get("status") not in ("open", "resolved", "pending", "snoozed"):
            return 422, {"error": "status"}
        elif body["status"] == "resolved":
            self.ended.add(there)
        return 200, {}

    def event(self, name: str, there: str, at: float | None = None, **fields: Any) -> Sent:
        event = self.shape("events", name) | fields
        event.get("conversation", event)["id"] = int(there)
        headers, body = signed_now("X-Chatwoot", event, at)
        return {**headers, "X-Chatwoot-Delivery": f"d-{self.number()}"}, body

    def said(self, there: str, words: str, number: int = 900, agent: int = 3) -> Sent:
        sender = self.shape("events", "message_created", "sender") | {"id": agent, "name": name_of(agent)}
        return self.event("message_created", there, id=number, content=words, sender=sender)

    def closed(self, there: str) -> Sent:
        return self.event("conversation_status_changed", there)

    def handed_back(self, there: str) -> Sent:
        return self.event("conversation_status_changed", there, status="pending")

    def seen(self, there: str) -> Sent:
        return self.event("conversation_typing_on", there)

    def silent(self, there: str) -> list[Sent]:
        bot = {"id": 9, "name": "Bot", "type": "agent_bot"}
        return [
            self.event("message_created", there, content="secret note", private=True),
            self.event("message_created", there, content="secret bot", sender=bot),
            self.event("message_created", there, content="secret echo", message_type="incoming"),
            self.event("message_created", there, content="secret survey", message_type="template"),
            self.event("conversation_status_changed", there, status="snoozed"),
        ]


class FakeZammad(FakeDesk):
    """A Zammad with one group."""

    name = "zammad"
    settings = {
        "zammad_url": "https://tickets.example.com",
        "zammad_group": "Complaints",
        "zammad_customer": "assistant@example.com",
    }

    def __init__(self) -> None:
        super().__init__()
        self.tickets: dict[str, dict[str, Any]] = {}
        self.articles: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def is_let_in(self, request: httpx.Request) -> bool:
        return request.headers.get("authorization") == f"Token token={TOKEN}"

    def answer(self, request: httpx.Request) -> Answer:
        path = request.url.path.removeprefix("/api/v1")
        query = parse_qs(request.url.query.decode())
        body = json.loads(request.content or b"{}")
        if path == "/tickets/search":
            found = [each for each in self.tickets.values() if query["query"][0] in each["title"]]
            return 200, found if query.get("expand") == ["true"] else {
                "tickets": [each["id"] for each in found]
            }
        if path == "/tickets" and request.method == "POST":
            return self._add_ticket(body)
        if path == "/ticket_articles" and request.method == "POST":
            there = str(body.get("ticket_id"))
            return self._add_article(there, body) if there in self.tickets else (404, NOT_FOUND)
        match = re.fullmatch(r"/(ticket_articles/by_ticket|tickets)/(\d+)", path)
        if match is None or match[2] not in self.tickets:
            return 404, NOT_FOUND
        if match[1] != "tickets":
            return 200, self.articles[match[2]]
        return self._change(match[2], body)

    def _add_ticket(self, body: dict[str, Any]) -> Answer:
        customer = str(body.get("customer_id", ""))
        if (
            not body.get("title")
            or body.get("group") != "Complaints"
            or not re.match(r"guess:.+@.+", customer)
        ):
            return 422, {"error": "Missing required value for field", "error_human": "Missing required value"}
        if body.get("priority") not in ("1 low", "2 normal", "3 high"):
            return 422, {"error": "No lookup value found for 'priority'"}
        number = str(self.number())
        kept = {name: body[name] for name in ("title", "customer_id", "priority")}
        self.tickets[number] = self.shape("answers", "ticket") | {"id": int(number)} | kept
        status, answer = self._add_article(number, body["article"])
        return (status, answer) if status >= 400 else (201, self.tickets[number])

    def _add_article(self, there: str, body: dict[str, Any]) -> Answer:
        if not body.get("body"):
            return 422, {"error": "Need at least an 'article body' field."}
        article = self.shape("answers", "article") | body | {"id": self.number(), "ticket_id": int(there)}
        self.articles[there].append(article)
        assert body["internal"] is (body["sender"] != "Customer"), "a note that the customer could read"
        self.told[there].append(("note" if body["internal"] else "customer", body["body"]))
        return 201, article

    def _change(self, there: str, body: dict[str, Any]) -> Answer:
        if body.get("state") not in ("open", "closed", None):
            return 422, {"error": "No lookup value found for 'state'"}
        if "article" in body:
            self._add_article(there, body["article"])
        if body.get("state") == "closed":
            self.ended.add(there)
        return 200, self.tickets[there]

    def event(self, there: str, article: dict[str, Any] | None = None, **fields: Any) -> Sent:
        event = self.shape("events", "changed")
        event["ticket"] |= {"id": int(there)} | fields
        if article is not None:
            event["article"] = self.shape("events", "article") | {"ticket_id": int(there)} | article
        body = json.dumps(event).encode()
        delivery = f"d-{self.number()}"
        return {"X-Hub-Signature": f"sha1={digest(body, 'sha1')}", "X-Zammad-Delivery": delivery}, body

    def said(self, there: str, words: str, number: int = 900, agent: int = 3) -> Sent:
        creator = {"id": agent, "firstname": name_of(agent), "lastname": "", "login": f"{agent}@example.com"}
        html = "".join(f"<div>{line}</div>" for line in words.replace("&", "&amp;").splitlines())
        return self.event(there, {"id": number, "body": html, "created_by": creator})

    def closed(self, there: str) -> Sent:
        return self.event(there, state="closed")

    def claimed(self, there: str) -> Sent:
        return self.event(there)

    def silent(self, there: str) -> list[Sent]:
        somebody = {"owner_id": 1}
        return [
            self.event(there, {"body": "secret note", "internal": True}, **somebody),
            self.event(there, {"body": "secret call", "type": "phone"}, **somebody),
            self.event(there, {"body": "secret echo", "sender": "Customer"}, **somebody),
            self.event(there, {"body": "secret trigger", "sender": "System"}, **somebody),
            # whom somebody else gave the ticket to has not looked at it yet
            self.event(there, owner_id=5, updated_by_id=6),
        ]


NOT_FOUND = {"error": "No such object"}


class FakeWebhook(FakeDesk):
    """A system that takes signed events, each id once."""

    name = "webhook"
    settings = {"handoff_webhook_url": "https://care.example.com/events"}

    def __init__(self) -> None:
        super().__init__()
        self.events: dict[str, dict[str, Any]] = {}

    def is_let_in(self, request: httpx.Request) -> bool:
        timestamp = request.headers["recourse-timestamp"]
        expected = f"sha256={digest(f'{timestamp}.'.encode() + request.content, 'sha256')}"
        return request.headers["recourse-signature"] == expected and abs(time.time() - int(timestamp)) < 300

    def answer(self, request: httpx.Request) -> Answer:
        event = json.loads(request.content)
        SCHEMA.validate(event)
        if str(request.url) != self.settings["handoff_webhook_url"] or event["version"] != 1:
            return 404, {}
        if event["id"] == request.headers["recourse-event"] and event["id"] not in self.events:
            self.events[event["id"]] = event
            self._note(event["handoff"], event["type"], event["data"])
        return 200, {}

    def _note(self, there: str, kind: str, data: dict[str, Any]) -> None:
        if kind == "handed_over":
            lines = [line for section in data["summary"] for line in (section["heading"], *section["lines"])]
            lines += [f"{line['from']}: {line['text']}" for line in data["transcript"]]
            self.told[there].append(("note", "\n".join([*lines, data["link"]])))
        elif kind == "line":
            is_customer = data["from"] == "customer"
            text = data["text"] if is_customer else f"{data['from']}: {data['text']}"
            self.told[there].append(("customer" if is_customer else "note", text))
        else:
            self.told[there].append(("note", data["text"]))
            self.ended |= {there} if kind == "ended" else set()

    def event(self, name: str, there: str, at: float | None = None, **fields: Any) -> Sent:
        event = self.shape("events", name) | {"handoff": there, "id": f"e-{self.number()}"} | fields
        SCHEMA.validate(event)
        return signed_now("Recourse", event, at)

    def said(self, there: str, words: str, number: int = 900, agent: int = 3) -> Sent:
        whom = {"id": str(agent), "name": name_of(agent)}
        return self.event("said", there, text=words, id=f"said-{number}", agent=whom)

    def closed(self, there: str) -> Sent:
        return self.event("closed", there)

    def claimed(self, there: str) -> Sent:
        return self.event("claimed", there)

    def handed_back(self, there: str) -> Sent:
        return self.event("handed_back", there, text="It was our error")

    def released(self, there: str) -> Sent:
        return self.event("released", there)

    def seen(self, there: str) -> Sent:
        return self.event("seen", there)

    def silent(self, there: str) -> list[Sent]:
        return [self.event("seen", there)]


def name_of(agent: int) -> str:
    return {3: "Ines", 4: "Omar"}[agent]


DESKS: tuple[type[FakeDesk], ...] = (FakeChatwoot, FakeZammad, FakeWebhook)
