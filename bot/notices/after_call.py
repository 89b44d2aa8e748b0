"""The end of a call, however it came: what we have and how to go on is texted, where that is known and wanted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.cases.call import Call
from bot.cases.conversation import Conversation, Notice
from bot.cases.holding import ENDED, happens
from bot.languages import pack
from bot.languages.wording import day_of, filled_in
from bot.notices.moving import AFTER_CALL
from bot.notices.ringing import caller_left
from bot.provider import Profile
from bot.store import Unit


def end_call(
    unit: Unit,
    call: Call,
    conversation: Conversation,
    operator: Profile,
    now: datetime,
    asked: bool = False,
    call_back_by: datetime | None = None,
) -> None:
    """Record the end of a call once; `asked` tells that the caller wished for the text, or by when they are called back.

    A text goes only to the number that called, which proves nothing: it holds a tracking number or the kind of
    trouble, and neither name nor account.
    """
    if call.ended_at is None:
        call.ended_at = call.last_at = now
        caller_left(unit, conversation, now)
        if call.queue:
            unit.leftovers.add(f"Queues/{call.queue}", now)
        happens(ENDED, conversation, now, conversation.agent_id)
        unit.conversations.save(conversation)
        words = text_due(unit, call, conversation, asked or call_back_by is not None)
        if words:
            _text(unit, call, conversation, operator, words, now, call_back_by)
    unit.calls.save(call)


def text_due(unit: Unit, call: Call, conversation: Conversation, asked: bool = False) -> str | None:
    """Return which text is sent when the call ends, None for none."""
    if not call.caller or not call.texts_wanted or unit.texters.wants_no_texts(call.caller):
        return None
    case = unit.cases.standing(conversation.subject)
    if case is not None:
        if case.is_unsafe_to_write:
            return None
        told = [notice for notice, _ in unit.outbox.of_case(case.tracking_number)]
        known = any(notice.kind == "sms" and notice.to == call.caller for notice in told)
        return None if known and not asked else "case"
    if conversation.complaint.told:
        return "cut_off"
    unanswered = unit.inbound.get(call.awaits) if call.awaits else None
    return "cut_off_untold" if asked or (unanswered and unanswered.answered_at is None) else None


def _text(
    unit: Unit,
    call: Call,
    conversation: Conversation,
    operator: Profile,
    words: str,
    now: datetime,
    call_back_by: datetime | None,
) -> None:
    language = conversation.language
    complaint = conversation.complaint
    form = pack(language, "voice")["text"]["cut_off_untold" if _kind_unknown(words, complaint) else words]
    due = day_of(call_back_by, operator.timezone) if call_back_by else ""
    if call_back_by:
        form = pack(language, "line")["call_back_text"]
    natures = {
        "kind": "natures",
        "natures": [{"category": each.category, "issue": each.issue} for each in complaint.natures],
        "services": complaint.services,
    }
    values = {
        "provider": operator.name,
        "phone": operator.phone,
        "natures": natures,
        "tracking_number": conversation.subject or "",
        "due": due,
    }
    assert call.caller is not None
    texter = unit.texters.get(call.caller)
    # whoever has that phone goes on by text in the same conversation; proofs given in the call end with it
    texter.conversation_id, texter.last_at = conversation.id, now
    unit.texters.save(texter)
    unit.outbox.add(
        Notice(
            key=f"{AFTER_CALL}{call.sid}:{words}",
            kind="sms",
            to=call.caller,
            language=language,
            text=filled_in(form, values, language),
            at=now,
            tracking_number=conversation.subject,
        )
    )


def _kind_unknown(words: str, complaint: Any) -> bool:
    return words == "cut_off" and not complaint.natures
