"""The engine answers, or it is down; nothing in between reaches a turn."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from bot.gateway.engine import EngineDown, HttpEngine, Turn

TURN = Turn("conversation", "turn-1", "hello", "en", "web", None, "event")
REPLIES = [{"reply": "greet", "values": {}, "choices": []}]


def engine(answer, addresses="http://engine", timeout_seconds=1.0):
    return HttpEngine(addresses, timeout_seconds, httpx.MockTransport(answer))


async def test_a_turn_is_posted_to_the_engines_one_channel():
    asked = []

    def answer(request):
        asked.append((request.method, str(request.url), json.loads(request.content)))
        return httpx.Response(200, json={"replies": REPLIES})

    assert await engine(answer).answer(TURN) == REPLIES
    body = {
        "conversation": "conversation",
        "turn": "turn-1",
        "text": "hello",
        "language": "en",
        "channel": "web",
        "today": None,
        "asked": "event",
    }
    assert asked == [("POST", "http://engine/webhooks/recourse/turns", body)]


def refuse(request):
    raise httpx.ConnectError("refused")


async def hang(request):
    await asyncio.sleep(60)


@pytest.mark.parametrize(
    "answer",
    [
        refuse,
        hang,
        lambda request: httpx.Response(503, json={"error": "failed"}),
        lambda request: httpx.Response(500, text="<html>"),
        lambda request: httpx.Response(404),
        lambda request: httpx.Response(200, text="no json"),
        lambda request: httpx.Response(200, json={}),
        lambda request: httpx.Response(200, json=[]),
        lambda request: httpx.Response(200, json={"replies": None}),
    ],
)
async def test_whatever_is_no_answer_is_an_engine_that_is_down(answer):
    with pytest.raises(EngineDown):
        await engine(answer, timeout_seconds=0.05).answer(TURN)


async def test_a_connection_that_ended_meanwhile_is_made_anew():
    tries = []

    def answer(request):
        tries.append(request)
        if len(tries) == 1:
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
        return httpx.Response(200, json={"replies": REPLIES})

    assert await engine(answer).answer(TURN) == REPLIES
    assert len({request.content for request in tries}) == 1


async def test_of_several_engines_a_conversation_always_has_the_same():
    asked = []

    def answer(request):
        asked.append((json.loads(request.content)["conversation"], request.url.host))
        return httpx.Response(200, json={"replies": REPLIES})

    several = engine(answer, "http://one, http://two")
    for number in [*range(30), *range(30)]:
        await several.answer(Turn(f"conversation {number}", "t", "x", "en", "web", None))
    assert len(set(asked)) == 30
    assert {host for _, host in asked} == {"one", "two"}


@pytest.mark.parametrize("statuses, ready", [((200, 200), True), ((200, 503), False), ((None, 200), False)])
async def test_the_engine_is_ready_when_every_one_is(statuses, ready):
    by_host = dict(zip(("one", "two"), statuses, strict=True))

    def answer(request):
        assert request.url.path == "/webhooks/recourse/health"
        status = by_host[request.url.host]
        return httpx.Response(status) if status else refuse(request)

    assert await engine(answer, "http://one,http://two").ready() is ready
