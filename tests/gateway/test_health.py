"""The gateway says when it can serve, and what it counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.gateway import health
from bot.store import StoreUnavailable


@pytest.fixture
def actions(monkeypatch):
    asked = []
    up = [True]

    async def answer(address):
        asked.append(address)
        return up[0]

    monkeypatch.setattr(health, "_actions_answer", answer)
    return up


def beat(gateway, seconds_ago):
    with gateway.store.unit() as unit:
        unit.heartbeats.beat("clock", datetime.now(UTC) - timedelta(seconds=seconds_ago))


async def test_alive(gateway):
    assert (await gateway.client.get("/healthz")).json() == {"status": "ok"}


async def test_ready_when_all_four_answer(gateway, actions):
    beat(gateway, 1)
    response = await gateway.client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize(
    "engine_down, actions_up, clock_beat, database_up, missing",
    [
        (True, True, 1, True, ["engine"]),
        (False, False, 1, True, ["actions"]),
        (False, True, 20, True, ["clock"]),
        (False, True, None, True, ["clock"]),
        (False, True, 1, False, ["database"]),
        (True, False, None, True, ["engine", "actions", "clock"]),
    ],
)
async def test_not_ready_names_what_is_missing(
    gateway, actions, monkeypatch, engine_down, actions_up, clock_beat, database_up, missing
):
    gateway.engine.down, actions[0] = engine_down, actions_up
    if clock_beat is not None:
        beat(gateway, clock_beat)
    if not database_up:

        def fail():
            raise StoreUnavailable("away")

        monkeypatch.setattr(gateway.store, "ping", fail)
    response = await gateway.client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "not_ready"
    assert response.json()["missing"] == missing


async def test_an_action_server_that_is_not_there_does_not_answer():
    assert await health._actions_answer("http://127.0.0.1:1/webhook") is False


async def test_turns_and_refusals_are_counted(gateway):
    talk = await gateway.talk("fr")
    await talk.say("hello")
    gateway.engine.down = True
    await talk.say("hello?")
    await gateway.client.get("/nothing")
    figures = (await gateway.client.get("/metrics")).text
    for line in (
        'recourse_turns_total{outcome="answered"} 1.0',
        'recourse_conversations_total{language="fr"} 1.0',
        'recourse_errors_total{code="not_found"} 1.0',
        "recourse_turn_seconds_count 1.0",
        "recourse_engine_seconds_count 2.0",
    ):
        assert line in figures
    assert 'recourse_turns_total{outcome="engine_down"}' in figures
