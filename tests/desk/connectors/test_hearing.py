"""What requests from other desks hold, and what of it is refused although it is signed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.desk.connectors.port import NotReadable, OtherDesk
from bot.desk.connectors.webhook import Webhook
from bot.settings import Settings
from tests.desk.connectors.conftest import settings_of
from tests.desk.connectors.fakes import FakeWebhook, digest, signed_now


@pytest.fixture
def webhook() -> OtherDesk:
    return Webhook(Settings(**settings_of(FakeWebhook)))


def heard(webhook: OtherDesk, event: Any) -> list[Any]:
    headers, body = signed_now("Recourse", event)
    return webhook.hear({name.lower(): value for name, value in headers.items()}, body, datetime.now(UTC))


WHOLE = {
    "version": 1,
    "id": "e1",
    "type": "said",
    "handoff": "h",
    "agent": {"id": "3", "name": "I"},
    "text": "Hi",
}


def test_a_whole_event_is_heard(webhook):
    (event,) = heard(webhook, WHOLE)
    assert (event.kind, event.id, event.place, event.agent_id, event.words) == ("said", "e1", "h", "3", "Hi")


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"version": None},
        {"id": ""},
        {"id": "x" * 201},
        {"id": ["e1"]},
        {"type": "shouted"},
        {"handoff": ""},
        {"agent": None},
        {"agent": {"name": "I"}},
        {"text": "  "},
        {"text": {"a": 1}},
    ],
    ids=str,
)
def test_what_is_not_whole_is_not_readable(webhook, change):
    with pytest.raises(NotReadable):
        heard(webhook, WHOLE | change)


@pytest.mark.parametrize("event", [[], "x", 1, None])
def test_nor_is_what_is_no_object(webhook, event):
    with pytest.raises(NotReadable):
        heard(webhook, event)


async def test_a_signed_request_of_another_shape_is_refused_plainly(between):
    for body in (b"", b"{", b"[1]", b"\xff\xfe", b"[" * 9000):
        headers = {"X-Hub-Signature": f"sha1={digest(body, 'sha1')}"}
        timestamp = str(int(datetime.now(UTC).timestamp()))
        signature = f"sha256={digest(f'{timestamp}.'.encode() + body, 'sha256')}"
        for prefix in ("X-Chatwoot", "Recourse"):
            headers |= {f"{prefix}-Timestamp": timestamp, f"{prefix}-Signature": signature}
        assert (await between.hear((headers, body))).status_code == 422


@pytest.mark.parametrize(
    "body", [{}, {"event": 7}, {"ticket": [], "article": "x"}, {"event": "message_created"}]
)
async def test_and_of_what_says_nothing_nothing_is_heard(between, body):
    if between.desk.name == "webhook":
        pytest.skip("whatever is no event of ours is refused")
    await between.waits()
    between.tick()
    raw = json.dumps(body).encode()
    headers, _ = signed_now("X-Chatwoot", body)
    assert (
        await between.hear(({**headers, "X-Hub-Signature": f"sha1={digest(raw, 'sha1')}"}, raw))
    ).json() == {"heard": []}
