"""Texts: each is kept first, then answered; whoever wrote does not wait for it, and nothing is done twice.

One text is one unit of work: wishes about being texted are granted in it, photos become evidence, words become a turn.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from asyncio import to_thread
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.cases.case import ASSISTANT
from bot.cases.conversation import Conversation, Inbound, Message
from bot.cases.holding import assistant_is_silent
from bot.cases.texting import BY_NUMBER, BY_TYPE, HELP, LOST, START, STOP, Consent, Evidence, Texter
from bot.gateway import errors
from bot.gateway.bodies import must_be_readable
from bot.gateway.errors import Refusal
from bot.gateway.first_words import language_of
from bot.gateway.limits import Limit
from bot.gateway.sms import media
from bot.gateway.sms.answering import SMS, Answering, offered
from bot.gateway.sms.keywords import Wish, meant, wish_in
from bot.gateway.sms.reactions import is_reaction
from bot.gateway.turns import Turns
from bot.languages.wording import render
from bot.notices.moving import move_waiting_texts
from bot.observe import get_logger
from bot.settings import Settings
from bot.store import Conflict, Store, StoreError, Unit

log = get_logger(__name__)

TRY_AGAIN_AFTER_SECONDS = (0.2, 1.0, 3.0)
"""The carrier does not bring a text twice: a store that is away for a moment is waited for, within its patience."""

REACTED_TO = 20
"""So many messages back a reaction may quote one of ours."""

_PHONE = re.compile(r"\+[1-9]\d{7,14}")
_MISCARRIED_AT = re.compile(r"(?<=[\w+-])¡(?=[\w-]+(\.[\w-]+)*\.[a-z]{2,}\b)", re.IGNORECASE)
"""Some carriers make "¡" of the "@" of an e-mail address; anywhere else it is meant."""
_REFUSALS = {BY_TYPE: "file_type", BY_NUMBER: "file_too_many", LOST: "file_lost"}
_ANSWERS = {STOP: "stopped", START: "resumed", HELP: "help"}


@dataclass(frozen=True)
class Sms:
    """A text as it came in: the carrier's id of it, who sent it, its words and what came with them."""

    sid: str
    sender: str
    text: str = ""
    files: tuple[media.File, ...] = ()
    has_location: bool = False
    opt_out_type: str | None = None


def read(form: Mapping[str, str], own_number: str | None) -> Sms | None:
    """Read a text; None for one without id, or whose sender is no telephone number that could be answered, or is us."""
    sid = form.get("MessageSid") or form.get("SmsSid") or ""
    sender = form.get("From", "").strip()
    if not sid or not _PHONE.fullmatch(sender) or sender in (own_number, form.get("To", "").strip()):
        return None
    return Sms(
        sid=sid,
        sender=sender,
        text=_MISCARRIED_AT.sub("@", form.get("Body", "").strip()),
        files=media.files_in(form),
        has_location=bool(form.get("Latitude") and form.get("Longitude")),
        opt_out_type=form.get("OptOutType"),
    )


class Texts:
    """Takes texts and sees to it that each is answered."""

    def __init__(
        self,
        store: Store,
        turns: Turns,
        answering: Answering,
        settings: Settings,
        now: Callable[[], datetime],
        asked: Callable[[Unit, Conversation], Message | None] = lambda *_: None,
    ) -> None:
        """`asked` returns what a person asked last, where the customer may choose under it."""
        self._asked = asked
        self._store, self._turns, self._answering, self._now = store, turns, answering, now
        self._most_bytes, self._limit = settings.message_bytes, Limit(settings.messages_per_minute)
        self._at_work: set[asyncio.Task[None]] = set()

    async def take(self, sms: Sms) -> None:
        """Keep a text and have it answered while nobody waits; the same one again changes nothing."""
        inbound = await self._kept(sms)
        # of too many a minute each is kept too; those are answered one after the other, with what was left behind
        if inbound is not None and not self._limit.wait_seconds(sms.sender):
            task = asyncio.create_task(self._answer(inbound))
            self._at_work.add(task)
            task.add_done_callback(self._at_work.discard)

    async def stop(self) -> None:
        """Leave what is at work; it is kept, and taken up by the next process."""
        for task in self._at_work:
            task.cancel()
        await asyncio.gather(*self._at_work, return_exceptions=True)

    async def _answer(self, inbound: Inbound) -> None:
        try:
            await self._turns.answer_kept(inbound)
        except Exception as error:
            # it is kept and will be tried again
            log.error("sms.not_answered", turn_id=inbound.id, exc_info=error)

    async def _kept(self, sms: Sms) -> Inbound | None:
        for pause in TRY_AGAIN_AFTER_SECONDS:
            try:
                return await to_thread(self._take, sms)
            except StoreError as error:
                log.warning("sms.store_failed", error_type=type(error).__name__)
                await asyncio.sleep(pause)
        return await to_thread(self._take, sms)

    # ── One text ───────────────────────────────────────────────────────────────────────────────────

    def _take(self, sms: Sms) -> Inbound | None:
        """Keep a text; return it when it is a turn to be answered."""
        with self._store.unit() as unit:
            now = self._now()
            texter, conversation = self._whose(unit, sms.sender, now)
            wish = wish_in(sms.text, sms.opt_out_type, texter.opted_out_at is not None)
            if wish:
                self._grant(unit, texter, conversation, sms, wish, now)
                return None
            if conversation is None:
                conversation = self._begin(unit, texter, sms.text, now)
            elif unit.inbound.has(conversation.id, sms.sid):
                return None
            _go_on_by_text(unit, texter, conversation)
            texter.last_at = now
            unit.texters.save(texter)
            return self._keep(unit, texter, conversation, sms, now)

    def _whose(self, unit: Unit, phone: str, now: datetime) -> tuple[Texter, Conversation | None]:
        """Return who texts and the conversation that goes on, both held until the unit ends.

        Whoever needs both takes the conversation first, so that no two units wait for each other.
        """
        known = unit.texters.conversation_of(phone)
        conversation = unit.conversations.get(known) if known else None
        texter = unit.texters.get(phone)
        if texter.conversation_id != known:
            raise Conflict("the number's texts have come to belong to another conversation meanwhile")
        return texter, conversation if texter.conversation_at(now) else None

    def _begin(self, unit: Unit, texter: Texter, text: str, now: datetime) -> Conversation:
        language = language_of(text) or _language_written_to(unit, texter.phone)
        conversation = Conversation(
            id=secrets.token_urlsafe(16),
            token_hash="",
            channel=SMS,
            created_at=now,
            language=language or "en",
        )
        unit.conversations.add(conversation)
        greeting = self._answering.words("greeting" if language else "greeting_any", conversation.language)
        unit.messages.add(conversation.id, ASSISTANT, greeting, now, reply="greet")
        texter.begin(conversation.id)
        unit.texters.save(texter)
        return conversation

    def _keep(
        self, unit: Unit, texter: Texter, conversation: Conversation, sms: Sms, now: datetime
    ) -> Inbound | None:
        pieces = media.record(unit, conversation, sms.sid, sms.files, now)
        _note_on_case(unit, conversation, pieces, now)
        beside = self._about_files(conversation, sms, pieces)
        refused = _why_unreadable(sms.text, self._most_bytes)
        if refused == "empty_text":
            self._answer_without_words(unit, texter, conversation, sms, beside)
            return None
        if refused:
            kept = sms.text.encode()[: self._most_bytes].decode(errors="ignore")
            inbound = self._turns.keep(unit, conversation.id, sms.sid, kept)
            self._say(
                unit,
                texter,
                conversation,
                inbound,
                [*beside, errors.words(conversation.language, refused, SMS)],
            )
            return None
        if self._only_reacts(unit, conversation, sms.text):
            inbound = self._turns.keep(unit, conversation.id, sms.sid, sms.text)
            is_asked = conversation.expects not in (None, "free") and not assistant_is_silent(conversation)
            lines = [self._answering.words("reaction", conversation.language)] if is_asked else []
            self._say(unit, texter, conversation, inbound, [*beside, *lines], ask_again=is_asked)
            return None
        asked = self._asked(unit, conversation)
        words = meant(sms.text, offered([asked] if asked else unit.messages.last_replies(conversation.id)))
        inbound = self._turns.keep(unit, conversation.id, sms.sid, words)
        self._add(unit, conversation, inbound, beside)
        return inbound

    def _only_reacts(self, unit: Unit, conversation: Conversation, text: str) -> bool:
        """Whether a text says nothing but that it likes one of ours, which answers no question."""
        latest = unit.messages.latest_seq(conversation.id)
        said = unit.messages.said_after(conversation.id, latest - REACTED_TO)
        return is_reaction(text, (message.text for _, message in said))

    # ── Wishes about being texted ──────────────────────────────────────────────────────────────────

    def _grant(
        self,
        unit: Unit,
        texter: Texter,
        conversation: Conversation | None,
        sms: Sms,
        wish: Wish,
        now: datetime,
    ) -> None:
        """Record a wish, do what it says, and answer it once; whoever gets no texts gets none about that either."""
        if not unit.consents.add(Consent(sms.sid, sms.sender, wish.kind, sms.text, now)):
            return
        log.info("sms.wish", kind=wish.kind)
        had_opted_out, texter.last_at = texter.opted_out_at is not None, now
        if wish.kind == STOP:
            texter.opted_out_at = texter.opted_out_at or now
            unit.texters.save(texter)
            move_waiting_texts(unit, texter.phone, now)
        elif wish.kind == START:
            texter.opted_out_at = None
            conversation = conversation or self._begin(unit, texter, "", now)
        unit.texters.save(texter)
        language = _language_of(unit, texter, conversation, wish)
        is_answer_due = had_opted_out if wish.kind == START else not had_opted_out
        lines = [self._answering.words(_ANSWERS[wish.kind], language)]
        if wish.is_answered or not is_answer_due:
            lines = []
        if conversation is not None:
            inbound = self._turns.keep(unit, conversation.id, sms.sid, sms.text)
            if wish.kind == START:
                self._say(unit, texter, conversation, inbound, lines, ask_again=True)
                return
            self._add(unit, conversation, inbound, lines)
            unit.inbound.answered(inbound.id, now)
        if lines:
            self._answering.send(unit, texter, lines[0], language, f"sms:{sms.sid}")

    # ── Answered at once ───────────────────────────────────────────────────────────────────────────

    def _about_files(self, conversation: Conversation, sms: Sms, pieces: list[Evidence]) -> list[str]:
        """Return what is said about what came with a text; where a person speaks, they say it themselves."""
        if assistant_is_silent(conversation):
            return []
        taken = sum(piece.reason is None for piece in pieces)
        lines = [("file_taken" if taken == 1 else "files_taken")] if taken else []
        lines += dict.fromkeys(_REFUSALS[piece.reason] for piece in pieces if piece.reason)
        lines += ["location"] if sms.has_location else []
        return [self._answering.words(line, conversation.language, count=taken) for line in lines]

    def _answer_without_words(
        self, unit: Unit, texter: Texter, conversation: Conversation, sms: Sms, lines: list[str]
    ) -> None:
        """Acknowledge what came without words; ask for some where nothing was told yet, else the open question again."""
        language, told = conversation.language, conversation.complaint.told or conversation.tracking_number
        label = self._answering.words("sent", language, count=len(sms.files)) if sms.files else ""
        inbound = self._turns.keep(unit, conversation.id, sms.sid, label)
        if not assistant_is_silent(conversation):
            lines = lines or [errors.words(language, "empty_text", SMS)]
            lines += [] if told else [self._answering.words("words_please", language)]
        self._say(unit, texter, conversation, inbound, lines, ask_again=bool(told))

    def _say(
        self,
        unit: Unit,
        texter: Texter,
        conversation: Conversation,
        inbound: Inbound,
        lines: list[str],
        ask_again: bool = False,
    ) -> None:
        """Answer a text without the engine; `ask_again` says the open question once more."""
        asked = unit.messages.last_replies(conversation.id)[-1:] if ask_again else []
        self._add(unit, conversation, inbound, lines)
        if not assistant_is_silent(conversation) and conversation.expects not in (None, "free"):
            self._ask(unit, conversation, inbound, asked)
        unit.inbound.answered(inbound.id, self._now())
        self._answering.text(unit, texter, conversation, unit.messages.answering(inbound.id))

    def _ask(
        self, unit: Unit, conversation: Conversation, inbound: Inbound, asked: Sequence[Message]
    ) -> None:
        for question in asked:
            text, choices = question.text, question.choices
            if conversation.expects == "open":
                # nothing is open yet but the complaint itself
                wording = render({"reply": "question_open"}, conversation.language, SMS)
                text, choices = wording.text, wording.choices
            unit.messages.add(conversation.id, ASSISTANT, text, self._now(), choices, answers=inbound.id)

    def _add(self, unit: Unit, conversation: Conversation, inbound: Inbound, lines: list[str]) -> None:
        for line in lines:
            unit.messages.add(conversation.id, "system", line, self._now(), answers=inbound.id)


def _go_on_by_text(unit: Unit, texter: Texter, conversation: Conversation) -> None:
    """Let a conversation that was begun by phone go on here; what was proved in the call counts no more."""
    if conversation.channel == SMS:
        return
    conversation.channel = SMS
    conversation.enquiry = conversation.enquiry_wish = None
    conversation.enquiry_proved = False
    unit.conversations.save(conversation)
    unit.proofs.forget(conversation.id)
    texter.greeted = True


def _note_on_case(unit: Unit, conversation: Conversation, pieces: list[Evidence], now: datetime) -> None:
    """Note on the conversation's case that something was sent as evidence."""
    taken = [piece for piece in pieces if piece.reason is None]
    case = unit.cases.standing(conversation.tracking_number) if taken else None
    if case is not None:
        for piece in taken:
            case.note(now, "customer", "evidence", piece.id)
        unit.cases.save(case)


def _language_of(unit: Unit, texter: Texter, conversation: Conversation | None, wish: Wish) -> str:
    known = conversation.language if conversation else wish.language
    return known or _language_written_to(unit, texter.phone) or "en"


def _language_written_to(unit: Unit, phone: str) -> str | None:
    """Return the language of what we wrote to a number last."""
    latest = unit.outbox.latest_to(phone)
    return latest.language if latest else None


def _why_unreadable(text: str, most_bytes: int) -> str | None:
    try:
        must_be_readable(text, most_bytes)
    except Refusal as refusal:
        return refusal.code
    return None
