"""Calls over a WebSocket: the same dialogue, with every message in the carrier's shape."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from bot.gateway.voice import prompts, relay
from bot.languages import pack
from bot.settings import Secret
from tests.gateway.fakes import Gateway
from tests.gateway.sockets import Closed, Socket

TOKEN = "auth-token-of-the-tests"
BASE = "https://care.example.com"
SOCKET = "wss://care.example.com/twilio/voice/relay"
SID = "CA" + "1" * 32
WORDS = {language: pack(language, "voice") for language in ("en", "fr", "it")}


@pytest.fixture
async def gateway(start) -> AsyncIterator[Gateway]:
    settings = {"twilio_auth_token": Secret(TOKEN), "public_url": BASE, "voice_mode": "relay"}
    async with start(**settings, handoff_number="+14165550111") as started:
        yield started


async def post(gateway: Gateway, address: str = f"{BASE}/twilio/voice", **told: str) -> str:
    form = {"CallSid": SID, "From": "+14165550123", "To": "+18665550100", **told}
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-twilio-signature": RequestValidator(TOKEN).compute_signature(address, form),
    }
    path = address.removeprefix(BASE)
    response = await gateway.client.post(path, content=urlencode(form), headers=headers)
    assert response.status_code == 200, response.text
    return response.text


def connect(gateway: Gateway, signature: str | None = None) -> Socket:
    signed = RequestValidator(TOKEN).compute_signature(SOCKET, {}) if signature is None else signature
    return Socket(gateway.app, "/twilio/voice/relay", {"x-twilio-signature": signed})


async def set_up(socket: Socket, **parameters: str) -> None:
    await socket.send(
        {
            "type": "setup",
            "sessionId": "VX" + "1" * 32,
            "callSid": SID,
            "from": "+14165550123",
            "to": "+18665550100",
            "direction": "inbound",
            "customParameters": parameters,
        }
    )


async def spoken(socket: Socket) -> list[dict[str, Any]]:
    """Everything sent up to the last token of a talk, or the end."""
    found = []
    while True:
        message = await socket.receive()
        found.append(message)
        if message["type"] == "end" or message.get("last"):
            return found


def words(messages: list[dict[str, Any]]) -> str:
    return " ".join(message["token"] for message in messages if message["type"] == "text")


async def say(socket: Socket, text: str) -> list[dict[str, Any]]:
    await socket.send({"type": "prompt", "voicePrompt": text, "lang": "en-US", "last": True})
    return await spoken(socket)


async def press(socket: Socket, keys: str) -> list[dict[str, Any]]:
    for key in keys:
        await socket.send({"type": "dtmf", "digit": key})
    return await spoken(socket)


async def test_the_call_is_connected_to_the_socket(gateway) -> None:
    twiml = await post(gateway, CallStatus="ringing")
    assert f'url="{SOCKET}"' in twiml and "dtmfDetection" in twiml
    assert all(f'code="{WORDS[language]["speaker"]["language"]}"' in twiml for language in WORDS)


async def test_a_complaint_is_told_over_the_socket(gateway) -> None:
    async with connect(gateway) as socket:
        await set_up(socket)
        menu = await spoken(socket)
        assert [message.get("lang") for message in menu if message["type"] == "text"] == [
            "en-US",
            "fr-CA",
            "it-IT",
        ]
        greeting = await press(socket, "2")
        assert {"type": "language", "ttsLanguage": "fr-CA", "transcriptionLanguage": "fr-CA"} in greeting
        await socket.send(
            {"type": "interrupt", "utteranceUntilInterrupt": "Bon", "durationUntilInterruptMs": 4}
        )
        await socket.send({"type": "prompt", "voicePrompt": "mon int", "last": False})
        assert "mon internet est en panne" in words(await say(socket, "mon internet est en panne"))
    assert gateway.engine.texts == ["mon internet est en panne"]


async def test_numbers_are_gathered_until_pound(gateway) -> None:
    async with connect(gateway) as socket:
        await set_up(socket)
        await spoken(socket)
        await press(socket, "1")
        with gateway.store.unit() as unit:
            conversation = unit.conversations.get(unit.calls.get(SID).conversation_id)
            conversation.expects = "account"
            unit.conversations.save(conversation)
        await press(socket, "*")
        await press(socket, "10031865#")
    assert gateway.engine.texts == ["10031865"]


async def test_silence_is_noticed(gateway, monkeypatch) -> None:
    monkeypatch.setattr(prompts, "USUAL_SECONDS", 0.1)
    monkeypatch.setattr(relay, "CHARACTERS_A_SECOND", 100_000)
    async with connect(gateway) as socket:
        await set_up(socket)
        await spoken(socket)
        await press(socket, "1")
        assert WORDS["en"]["again"].split(".")[0] in words(await spoken(socket))


async def test_a_person_is_reached_after_the_session(gateway) -> None:
    gateway.engine.on_turn = lambda _: [{"reply": "person_waiting", "values": {}, "choices": []}]
    async with connect(gateway) as socket:
        await set_up(socket)
        await spoken(socket)
        await press(socket, "1")
        end = (await press(socket, "0"))[-1]
    assert end["type"] == "end"
    twiml = await post(
        gateway, f"{BASE}/twilio/voice?for=relay", HandoffData=end["handoffData"], SessionStatus="ended"
    )
    assert WORDS["en"]["transferring"].split(".")[0] in twiml and "<Number" in twiml
    back = await post(gateway, f"{BASE}/twilio/voice?turn=3&for=transfer", DialCallStatus="no-answer")
    assert "person waiting" in back and 'name="resumed"' in back
    async with connect(gateway) as socket:
        await set_up(socket, resumed="true")
        gateway.engine.on_turn = lambda turn: None
        assert "I am still here" in words(await say(socket, "I am still here"))


async def test_a_session_that_breaks_goes_on_turn_by_turn(gateway) -> None:
    async with connect(gateway) as socket:
        await set_up(socket)
        await spoken(socket)
        await press(socket, "1")
    twiml = await post(gateway, f"{BASE}/twilio/voice?for=relay", SessionStatus="failed")
    assert "<Gather" in twiml and WORDS["en"]["open"].split(",")[0] in twiml


@pytest.mark.parametrize("signature", ["", "forged", "bm90IHRoZSBzaWduYXR1cmU="])
async def test_a_forged_socket_is_closed(gateway, signature) -> None:
    with pytest.raises(Closed):
        async with connect(gateway, signature) as socket:
            await set_up(socket)
    with gateway.store.view() as unit:
        assert unit.calls.get(SID) is None


@pytest.mark.parametrize(
    "nonsense", ["", "no json", "[]", '"text"', "{}", '{"type": 3}', '{"type": "dtmf"}', '{"type":"prompt"}']
)
async def test_nonsense_does_not_end_the_call(gateway, nonsense) -> None:
    async with connect(gateway) as socket:
        await set_up(socket)
        await spoken(socket)
        await press(socket, "1")
        await socket.send(nonsense)
        assert "my bill" in words(await say(socket, "my bill"))
    assert gateway.engine.texts == ["my bill"]
