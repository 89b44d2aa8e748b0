"""Who follows a conversation hears of everything in it once, also after the line broke."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack, aclosing

import pytest

from bot.gateway import stream
from bot.gateway.stream import events


@pytest.fixture(autouse=True)
def _quickly(monkeypatch):
    monkeypatch.setattr(stream, "POLL_SECONDS", 0.03)
    monkeypatch.setattr(stream, "STATE_SECONDS", 0.1)


class Follower:
    """Reads a stream, so to speak, at the other end of the line."""

    def __init__(self, gateway, talk, seen=0):
        self.events = events(gateway.app.state.services, talk.id, seen)

    async def next(self):
        async with asyncio.timeout(5):
            lines = (await anext(self.events)).strip().split("\n")
        fields = dict(line.split(": ", 1) for line in lines if not line.startswith(":"))
        return fields.get("event"), fields.get("id"), json.loads(fields["data"]) if fields else None


async def follow(stack, gateway, talk, seen=0):
    follower = Follower(gateway, talk, seen)
    await stack.enter_async_context(aclosing(follower.events))
    return follower


async def test_the_state_comes_first_and_then_the_messages_with_their_number(gateway):
    talk = await gateway.talk("en")
    async with AsyncExitStack() as stack:
        follower = await follow(stack, gateway, talk)
        assert await follower.next() == ("state", None, talk.begun["state"])
        kind, number, message = await follower.next()
        assert (kind, number, message["text"]) == ("message", "1", "[en] greet")
        await talk.say("hello")
        heard = [await follower.next() for _ in range(2)]
        senders = [(number, message["from"]) for _, number, message in heard]
        assert senders == [("2", "customer"), ("3", "assistant")]


@pytest.mark.parametrize("seen, heard", [(0, ["1", "2", "3"]), (2, ["3"]), (3, [])])
async def test_a_broken_line_goes_on_where_it_broke(gateway, seen, heard):
    talk = await gateway.talk()
    await talk.say("hello")
    async with AsyncExitStack() as stack:
        follower = await follow(stack, gateway, talk, seen)
        assert (await follower.next())[0] == "state"
        assert [(await follower.next())[1] for _ in heard] == heard


async def test_what_another_process_says_is_heard_too(start):
    async with AsyncExitStack() as stack:
        one, other = [await stack.enter_async_context(start()) for _ in range(2)]
        talk = await one.talk()
        follower = await follow(stack, other, talk, 1)
        assert (await follower.next())[0] == "state"
        await talk.say("hello")
        assert [(await follower.next())[1] for _ in range(2)] == ["2", "3"]


async def test_a_state_that_changes_without_a_message_is_told(gateway):
    talk = await gateway.talk()
    async with AsyncExitStack() as stack:
        follower = await follow(stack, gateway, talk, 1)
        await follower.next()
        with gateway.store.unit() as unit:
            conversation = unit.conversations.get(talk.id)
            conversation.holder = "agent"
            unit.conversations.save(conversation)
        kind, _, state = await follower.next()
        assert (kind, state["holder"]) == ("state", "agent")


async def test_the_first_reply_after_a_change_of_language_comes_after_the_new_state(gateway):
    def switch(turn):
        with gateway.store.unit() as unit:
            conversation = unit.conversations.get(turn.conversation)
            conversation.language = "fr"
            unit.conversations.save(conversation)
        return [{"reply": "language_now"}]

    gateway.engine.on_turn = switch
    talk = await gateway.talk("en")
    async with AsyncExitStack() as stack:
        follower = await follow(stack, gateway, talk, 1)
        await follower.next()
        await talk.say("Français")
        heard = [await follower.next() for _ in range(3)]
        state = next(place for place, (kind, _, data) in enumerate(heard) if kind == "state")
        reply = next(place for place, (_, _, data) in enumerate(heard) if data.get("from") == "assistant")
        assert heard[state][2]["language"] == "fr"
        assert state < reply


async def test_a_quiet_line_shows_that_it_lives(gateway, monkeypatch):
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.1)
    talk = await gateway.talk()
    async with AsyncExitStack() as stack:
        follower = await follow(stack, gateway, talk, 1)
        assert (await follower.next())[0] == "state"
        assert await follower.next() == (None, None, None)


async def test_an_answer_after_an_outage_comes_by_the_stream(gateway):
    talk = await gateway.talk()
    gateway.engine.down = True
    async with AsyncExitStack() as stack:
        follower = await follow(stack, gateway, talk, 1)
        await follower.next()
        await talk.say("hello")
        assert [(await follower.next())[2]["from"] for _ in range(2)] == ["customer", "system"]
        gateway.engine.down = False
        assert (await follower.next())[2]["text"] == "[en] echo hello"


@pytest.mark.parametrize(
    "headers, query, seen",
    [
        ({"Last-Event-ID": "7"}, "", 7),
        ({}, "?after=3", 3),
        ({"Last-Event-ID": "x"}, "", 0),
        ({"Last-Event-ID": "9" * 30}, "", 0),
    ],
)
async def test_the_stream_begins_after_the_last_event_received(gateway, monkeypatch, headers, query, seen):
    asked = []

    async def remembered(_, conversation, after):
        asked.append((conversation, after))
        yield ": nothing\n\n"

    monkeypatch.setattr("bot.gateway.chat.events", remembered)
    talk = await gateway.talk()
    response = await gateway.client.get(f"/api/chat/{talk.id}/stream{query}", headers=talk.headers | headers)
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-store"
    assert asked == [(talk.id, seen)]


async def test_a_conversation_has_only_so_many_streams(gateway):
    talk = await gateway.talk()
    async with AsyncExitStack() as stack:
        for _ in range(stream.MOST_STREAMS):
            await (await follow(stack, gateway, talk, 1)).next()
        refused = await gateway.client.get(f"/api/chat/{talk.id}/stream", headers=talk.headers)
        assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many_streams")
        assert "Retry-After" in refused.headers
    assert gateway.app.state.services.feed.followers(talk.id) == 0
