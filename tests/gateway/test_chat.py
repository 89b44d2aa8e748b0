"""The web chat refuses plainly, in one shape, and never tells one customer of another."""

from __future__ import annotations

import json

import pytest

from bot.gateway.errors import STATUSES
from bot.languages import LANGUAGES, pack


def error_of(response) -> str:
    body = response.json()
    assert set(body) == {"error"} and set(body["error"]) == {"code", "message"}
    assert body["error"]["message"]
    return body["error"]["code"]


def test_every_refusal_has_words_in_every_language():
    keys = {language: set(pack(language, "errors")) for language in LANGUAGES}
    assert set(STATUSES) <= keys["en"] == keys["fr"] == keys["it"]


@pytest.mark.parametrize("method, path", [("POST", "/messages"), ("GET", "/messages"), ("GET", "/stream")])
@pytest.mark.parametrize(
    "authorization", [None, "Bearer ", "Bearer wrong", "Basic abc", "Bearer é", "THE OTHER'S"]
)
async def test_without_its_token_a_conversation_cannot_be_told_from_none(
    gateway, method, path, authorization
):
    talk, other = await gateway.talk("fr"), await gateway.talk("fr")
    headers = {}
    if authorization:
        token = authorization.replace("THE OTHER'S", f"Bearer {other.token}")
        headers["Authorization"] = token.encode("latin-1")
    answers = []
    for conversation in (talk.id, "no-such-conversation-00", "%00", "x" * 300):
        response = await gateway.client.request(
            method,
            f"/api/chat/{conversation}{path}",
            headers=headers,
            json={"id": "1", "text": "hello"} if method == "POST" else None,
        )
        assert (response.status_code, error_of(response)) == (401, "unauthorized")
        answers.append(response.content)
    assert len(set(answers)) == 1
    assert gateway.engine.turns == []


@pytest.mark.parametrize(
    "body, code",
    [
        (b"", "bad_json"),
        (b"{", "bad_json"),
        (b"\xff\xfe", "bad_json"),
        (b"[" * 100_00, "bad_json"),
        (b"null", "invalid"),
        (b"[]", "invalid"),
        (b'{"text": "no id"}', "invalid"),
        (b'{"id": "1"}', "invalid"),
        (b'{"id": "", "text": "x"}', "invalid"),
        (b'{"id": 1, "text": "x"}', "invalid"),
        (b'{"id": "1", "text": 5}', "invalid"),
        (b'{"id": "1", "text": null}', "invalid"),
        (b'{"id": "\\u0000", "text": "x"}', "invalid"),
        (b'{"id": "\\ud800", "text": "x"}', "invalid"),
        (json.dumps({"id": "x" * 201, "text": "x"}).encode(), "invalid"),
        (b'{"id": "1", "text": ""}', "empty_text"),
        (b'{"id": "1", "text": " \\n\\t\\u00a0\\u200b\\u0000 "}', "empty_text"),
        (json.dumps({"id": "1", "text": "x" * 4097}).encode(), "too_long"),
        (json.dumps({"id": "1", "text": "é" * 2049}).encode(), "too_long"),
        (b" " * 1_000_000, "too_long"),
    ],
)
async def test_a_body_that_cannot_be_used_is_refused(gateway, body, code):
    talk = await gateway.talk("en")
    response = await gateway.client.post(f"/api/chat/{talk.id}/messages", content=body, headers=talk.headers)
    assert (response.status_code, error_of(response)) == (STATUSES[code], code)
    assert len(await talk.transcript()) == 1


@pytest.mark.parametrize(
    "text",
    [
        "x" * 4096,
        "é" * 2048,
        "😀" * 1024,
        ".",
        "/restart",
        "/intent{}",
        "<b>&</b>",
        "ok 👍🏽",
        "a" * 5 + "\u202e",
    ],
)
async def test_whatever_can_be_read_is_taken_as_sent(gateway, text):
    talk = await gateway.talk()
    assert await talk.say(text) == [f"[en] echo {text}"]
    assert (await talk.transcript())[1] == ("customer", text)


async def test_nul_and_half_characters_do_no_harm(gateway):
    talk = await gateway.talk()
    body = b'{"id": "1", "text": "a\\u0000b\\ud83dc"}'
    response = await gateway.client.post(f"/api/chat/{talk.id}/messages", content=body, headers=talk.headers)
    assert response.status_code == 200
    assert (await talk.transcript())[1] == ("customer", "ab�c")


@pytest.mark.parametrize(
    "body, code",
    [
        ({"language": "de"}, "invalid"),
        ({"language": 1}, "invalid"),
        ({"language": "en", "today": "2026-03-05"}, "today_not_allowed"),
        ({"language": "en", "today": "yesterday"}, "invalid"),
    ],
)
async def test_a_conversation_is_not_begun_with_nonsense(gateway, body, code):
    response = await gateway.client.post("/api/chat", json=body)
    assert (response.status_code, error_of(response)) == (422, code)


@pytest.mark.parametrize("today", ["2026-02-30", "20260305", 20260305, "2026-03-05T00:00:00Z"])
async def test_a_reference_day_is_one_iso_day(start, today):
    async with start(allow_today=True) as gateway:
        assert (await gateway.client.post("/api/chat", json={"today": today})).status_code == 422


@pytest.mark.parametrize("after, texts", [(0, 3), (1, 2), (3, 0), (99, 0)])
async def test_the_transcript_is_read_from_any_number_on(gateway, after, texts):
    talk = await gateway.talk()
    await talk.say("hello")
    assert len(await talk.transcript(after)) == texts


@pytest.mark.parametrize("after", ["-1", "x", "99999999999999999999"])
async def test_a_number_that_is_none_is_refused(gateway, after):
    talk = await gateway.talk()
    response = await gateway.client.get(f"/api/chat/{talk.id}/messages?after={after}", headers=talk.headers)
    assert (response.status_code, error_of(response)) == (422, "invalid")


async def test_refusals_speak_the_customers_language_once_it_is_known_who_asks(gateway):
    talk = await gateway.talk("fr")
    assert "Ce message est vide" in (await talk.post(" ")).json()["error"]["message"]


async def test_messages_of_a_conversation_are_limited(start):
    async with start(messages_per_minute=3) as gateway:
        talk, other = await gateway.talk(), await gateway.talk()
        for _ in range(3):
            await talk.say("hello")
        refused = await talk.post("hello")
        assert (refused.status_code, error_of(refused)) == (429, "rate_limited")
        assert 1 <= int(refused.headers["Retry-After"]) <= 20
        assert await other.say("hello")


async def test_an_address_is_limited_in_messages_and_in_conversations(start):
    async with start(messages_per_minute_address=2, conversations_per_minute_address=1) as gateway:
        talk = await gateway.talk()
        assert (await gateway.client.post("/api/chat", json={})).status_code == 429
        await talk.say("1")
        await talk.say("2")
        assert (await talk.post("3")).status_code == 429


@pytest.mark.parametrize(
    "path", ["/nothing", "/api", "/api/chat/x/y", "/docs", "/widget/words/de.json", "/widget/../app.py"]
)
async def test_what_is_not_there_is_refused_in_the_one_shape(gateway, path):
    response = await gateway.client.get(path)
    assert (response.status_code, error_of(response)) == (404, "not_found")


@pytest.mark.parametrize(
    "method, path", [("DELETE", "/api/chat"), ("GET", "/api/chat"), ("PUT", "/api/cases"), ("POST", "/")]
)
async def test_a_method_that_is_not_served_is_refused_in_the_one_shape(gateway, method, path):
    response = await gateway.client.request(method, path)
    assert (response.status_code, error_of(response)) == (405, "method_not_allowed")


async def test_a_failure_of_ours_tells_the_customer_nothing_of_it(gateway, monkeypatch):
    talk = await gateway.talk()

    async def fail(*_):
        raise RuntimeError("secret inside")

    monkeypatch.setattr(gateway.app.state.services.turns, "take", fail)
    response = await talk.post("hello")
    assert (response.status_code, error_of(response)) == (503, "unavailable")
    assert "secret" not in response.text and "Traceback" not in response.text


async def test_a_database_that_is_away_is_an_unavailable_service(gateway):
    talk = await gateway.talk()
    gateway.store.dispose()
    for path in gateway.app.state.services.settings.data_dir.glob("recourse.db*"):
        path.unlink()
    response = await talk.post("hello")
    assert (response.status_code, error_of(response)) == (503, "unavailable")
