"""A call whose end nobody told us: after a while its caller is texted all the same, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.cases.call import Call
from bot.cases.complaint import Complaint, Nature
from bot.cases.conversation import Conversation
from bot.lost_calls import LostCalls
from bot.provider import profile
from bot.store import Store
from tests.gateway.fakes import outbox_of

NOW = datetime(2026, 5, 15, 15, 0, tzinfo=UTC)


def test_a_lost_call_is_ended_and_its_caller_texted_once(store: Store) -> None:
    complaint = Complaint(narrative="charged twice", natures=[Nature("billing", None, "internet")])
    with store.unit() as unit:
        for sid, minutes in (("CAold", 20), ("CAnew", 5)):
            conversation = Conversation(sid, "", "voice", NOW, "fr", complaint=complaint)
            unit.conversations.add(conversation)
            heard_at = NOW - timedelta(minutes=minutes)
            unit.calls.add(Call(sid, sid, f"+1514555012{minutes % 10}", None, heard_at, heard_at))
    lost = LostCalls(store, profile("jive_ca"), lambda: NOW)
    for _ in range(2):
        lost.tick()
    with store.unit() as unit:
        ended = {sid: unit.calls.get(sid).ended_at for sid in ("CAold", "CAnew")}
    texts = outbox_of(store)
    assert ended == {"CAold": NOW, "CAnew": None}
    assert [(text.to, text.language, text.kind) for text in texts] == [("+15145550120", "fr", "sms")]
    assert "866-671-0111" in texts[0].text
