"""The engine's one channel, on loopback only: a turn comes in, typed replies go out, and failure is a 5xx, not silence."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from datetime import date
from typing import Any

from rasa.core.actions.action import ActionExecutionRejection, RemoteAction
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.languages import LANGUAGES
from bot.pipeline.facts import read_facts
from bot.pipeline.faster_actions import validate_action_results_once

NAME = "recourse"

WARMING = {
    "en": "I was charged twice in March and I want a refund",
    "fr": "On m’a facturé deux fois en mars et je veux un remboursement",
    "it": "Mi hanno addebitato due volte a marzo e voglio un rimborso",
}

turn_failed: ContextVar[list[str]] = ContextVar("turn_failed")
"""The actions that failed in the turn at hand. Rasa goes on without their events; we give the whole turn up instead."""

_run_remote_action = RemoteAction.run


async def _run_and_remember_failure(self: RemoteAction, *args: Any, **kwargs: Any) -> Any:
    try:
        return await _run_remote_action(self, *args, **kwargs)
    except ActionExecutionRejection:
        raise
    except Exception:
        turn_failed.get([]).append(self.name())
        raise


RemoteAction.run = _run_and_remember_failure
validate_action_results_once()


def _read_packs() -> None:
    # packs and the model for telling languages apart are read at their first use; no customer should wait for that
    for language in LANGUAGES:
        read_facts(WARMING[language], language, date.today())


class TurnChannel(InputChannel):
    """Takes a turn (`bot.gateway.engine.Turn`) as JSON and answers `{"replies": [...]}`."""

    @classmethod
    def name(cls) -> str:
        """Return the name under which credentials.yml and Rasa know the channel."""
        return NAME

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the routes of the channel."""
        routes = Blueprint("recourse_turns", NAME)

        @routes.listener("after_server_start")
        async def warm_up(_app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
            loop.run_in_executor(None, _read_packs)

        @routes.route("/health", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            ready = request.app.ctx.agent is not None and request.app.ctx.agent.is_ready()
            return response.json({"ready": ready}, status=200 if ready else 503)

        @routes.route("/turns", methods=["POST"])
        async def turns(request: Request) -> HTTPResponse:
            replies = await answer(request.app, request.json, on_new_message)
            if replies is None:
                return response.json({"error": "the turn could not be completed"}, status=503)
            return response.json({"replies": replies})

        return routes


async def answer(
    app: Sanic, turn: dict[str, Any], on_new_message: Callable[[UserMessage], Awaitable[Any]]
) -> list[dict[str, Any]] | None:
    """Run a turn once and return its typed replies; None when an action failed and nothing was saved."""
    tracker = await app.ctx.agent.tracker_store.retrieve(turn["conversation"])
    done = replies_of(tracker, turn["turn"]) if tracker else None
    if done is not None:
        return done
    failures: list[str] = []
    turn_failed.set(failures)
    output = CollectingOutputChannel()
    await on_new_message(
        UserMessage(
            spoken(turn["text"]),
            output,
            turn["conversation"],
            input_channel=NAME,
            message_id=turn["turn"],
            metadata={key: turn.get(key) for key in ("turn", "language", "channel", "today", "asked")},
        )
    )
    return None if failures else [message["custom"] for message in output.messages if "custom" in message]


def spoken(text: str) -> str:
    """Keep a leading slash from being read as one of Rasa's commands: whatever a customer types is only words."""
    text = text.strip()
    return "\N{DIVISION SLASH}" + text[1:] if text.startswith("/") else text


def replies_of(tracker: DialogueStateTracker, turn: str) -> list[dict[str, Any]] | None:
    """Return the replies of a turn that the saved tracker has already finished, None when it has not."""
    replies: list[dict[str, Any]] = []
    if tracker.latest_action_name != ACTION_LISTEN_NAME:
        return None
    for event in reversed(tracker.events):
        if isinstance(event, BotUttered) and event.data.get("custom"):
            replies.append(event.data["custom"])
        elif isinstance(event, UserUttered):
            return replies[::-1] if event.metadata.get("turn") == turn else None
    return None
