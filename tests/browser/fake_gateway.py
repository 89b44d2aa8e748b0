"""A stand-in for the gateway that knows the web chat API and one short scripted complaint."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from bot.gateway import pages, process_page
from bot.settings import Settings

TRACKING_NUMBER = "4821-0937-5562"
ASKED_LANGUAGES = {"English": "en", "Français": "fr", "Italiano": "it"}

GREETINGS = {
    "en": "Hello, I am Jive’s automated assistant. What went wrong?",
    "fr": "Bonjour, je suis l’assistant automatisé de Jive. Que s’est-il passé?",
    "it": "Buongiorno, sono l’assistente automatico di Jive. Che cosa è successo?",
}
YES_NO = [{"label": "Yes, that is right", "value": "yes"}, {"label": "No, correct it", "value": "no"}]
CASE_OPEN = {"case": TRACKING_NUMBER, "status": "open", "expects": "satisfied"}
# Each answer of the customer leads to the next step: what is said, the choices, what the state becomes.
SCRIPT: list[tuple[str, list[dict[str, str]], dict[str, Any]]] = [
    ("I am sorry about that. What is your account number?", [], {"expects": "account"}),
    ("We sent you a six-digit code. What is it?", [], {"expects": "code"}),
    ("You were charged $41.15 twice. Did I get that right?", YES_NO, {"expects": "confirm"}),
    (
        f"Your case is {TRACKING_NUMBER}. If you disagree, call 1-888-221-1687 or see https://www.ccts-cprst.ca/.",
        [],
        CASE_OPEN,
    ),
    ("You are welcome.", [], {"expects": "free"}),
]


@dataclass
class Conversation:
    """What the fake remembers of one conversation."""

    state: dict[str, Any]
    messages: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    steps: list[Any] = field(default_factory=lambda: list(SCRIPT))

    def say(self, who: str, text: str, choices: list[dict[str, str]] | None = None) -> None:
        """Add a message as the server would."""
        at = datetime.now(UTC).isoformat()
        message = {
            "seq": len(self.messages) + 1,
            "from": who,
            "text": text,
            "choices": choices or [],
            "at": at,
        }
        self.messages.append(message)

    def after(self, seq: int) -> dict[str, Any]:
        """The answer of the API: all messages after `seq`, and the state."""
        return {"messages": self.messages[seq:], "state": dict(self.state)}


@dataclass
class FakeGateway:
    """The conversations, what clients sent, and the failures a test has ordered for the next sends."""

    url: str = ""
    conversations: list[Conversation] = field(default_factory=list)
    languages: list[str | None] = field(default_factory=list)
    received: list[tuple[str, str]] = field(default_factory=list)
    failures: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    streams: bool = True
    echoes: bool = True
    delay_seconds: float = 0.0

    def conversation(self) -> Conversation:
        """The conversation begun last."""
        return self.conversations[-1]

    def answer(self, conversation: Conversation, message_id: str, text: str) -> dict[str, Any]:
        """Take a turn of the script; the same id answers the same and does nothing twice."""
        if message_id not in conversation.answers:
            before = len(conversation.messages)
            conversation.say("customer", text)
            if text in ASKED_LANGUAGES:
                conversation.state["language"] = ASKED_LANGUAGES[text]
                conversation.say("assistant", GREETINGS[ASKED_LANGUAGES[text]])
            elif conversation.steps:
                said, choices, change = conversation.steps.pop(0)
                conversation.say("assistant", said, choices)
                conversation.state |= change
            conversation.answers[message_id] = conversation.after(before if self.echoes else before + 1)
        return conversation.answers[message_id]


def refusal(status: int, headers: dict[str, str] | None = None) -> JSONResponse:
    """The one shape of errors."""
    return JSONResponse({"error": {"code": "refused", "message": ""}}, status, headers)


def fake_app(gateway: FakeGateway) -> FastAPI:
    """The pages as the real gateway serves them, and the routes of the chat that the widget uses."""
    app = FastAPI()
    app.state.services = SimpleNamespace(settings=Settings())
    app.include_router(pages.router)
    app.include_router(process_page.router)

    def find(name: str, request: Request) -> Conversation | None:
        number = int(name.removeprefix("conversation-"))
        known = request.headers.get("authorization") == f"Bearer token-{number}"
        return gateway.conversations[number] if known and number < len(gateway.conversations) else None

    @app.post("/api/chat", status_code=201)
    async def begin(request: Request) -> dict[str, Any]:
        language = (await request.json())["language"]
        spoken = language or "en"
        state = {
            "language": spoken,
            "expects": "open",
            "holder": "assistant",
            "case": None,
            "status": None,
        }
        conversation = Conversation(state)
        conversation.say("assistant", GREETINGS[spoken])
        number = len(gateway.conversations)
        gateway.conversations.append(conversation)
        gateway.languages.append(language)
        return {"conversation": f"conversation-{number}", "token": f"token-{number}", **conversation.after(0)}

    @app.post("/api/chat/{name}/messages")
    async def send(name: str, request: Request) -> Response:
        conversation, body = find(name, request), await request.json()
        if conversation is None:
            return refusal(401)
        gateway.received.append((body["id"], body["text"]))
        await asyncio.sleep(gateway.delay_seconds)
        if gateway.failures:
            return refusal(*gateway.failures.pop(0))
        return JSONResponse(gateway.answer(conversation, body["id"], body["text"]))

    @app.get("/api/chat/{name}/messages")
    async def read(name: str, after: int, request: Request) -> Response:
        conversation = find(name, request)
        return JSONResponse(conversation.after(after)) if conversation else refusal(401)

    @app.get("/api/chat/{name}/stream")
    async def stream(name: str, request: Request) -> Response:
        conversation = find(name, request)
        if conversation is None or not gateway.streams:
            return refusal(503 if conversation else 401)

        async def events() -> AsyncIterator[str]:
            seen, state = int(request.headers.get("last-event-id", 0)), None
            while not await request.is_disconnected():
                if state != conversation.state:
                    state = dict(conversation.state)
                    yield f"event: state\ndata: {json.dumps(state)}\n\n"
                for message in conversation.messages[seen:]:
                    seen = message["seq"]
                    yield f"event: message\nid: {seen}\ndata: {json.dumps(message)}\n\n"
                await asyncio.sleep(0.05)

        return StreamingResponse(events(), media_type="text/event-stream")

    return app


@contextmanager
def running(gateway: FakeGateway) -> Iterator[FakeGateway]:
    """Serve the fake on a free port of this machine for as long as the block lasts."""
    config = uvicorn.Config(
        fake_app(gateway), port=0, log_level="critical", ws="none", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the fake gateway did not start"
        time.sleep(0.02)
    gateway.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield gateway
    server.should_exit = True
    thread.join(timeout=10)
