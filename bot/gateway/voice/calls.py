"""Calls: each step takes what the caller said, pressed or left unsaid, and gives what is said next.

One step is one unit of work: the words are kept before anything acts on them, a step that comes again changes nothing
and says the same.
"""

from __future__ import annotations

import asyncio
import secrets
from asyncio import to_thread
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.cases.call import (
    ASKED_FOR,
    CALL_BACK,
    DECLINED,
    FAILED,
    IN_LINE,
    LEFT,
    OFFERED,
    RINGING,
    TAKEN,
    Call,
    is_sure,
)
from bot.cases.conversation import Conversation, Inbound, Message
from bot.gateway.turns import Turns
from bot.gateway.voice import listening
from bot.gateway.voice.connecting import Connecting
from bot.gateway.voice.listening import LANGUAGE_KEYS, Heard, key_said
from bot.gateway.voice.on_record import promise_call_back
from bot.gateway.voice.prompts import (
    ENQUEUE,
    HANG_UP,
    HOLD,
    LISTEN,
    NUMBERS,
    RECORD,
    TRANSFER,
    Line,
    Prompt,
    kept,
    restored,
)
from bot.gateway.voice.recording import record
from bot.gateway.voice.sayings import keypad_help, menu, told_choices
from bot.gateway.voice.steps import (
    AFTER_LINE,
    AFTER_MESSAGE,
    AFTER_TRANSFER,
    ANSWER,
    ASKS_FOR_PERSON,
    RESUMED,
    SILENCE,
    TAKES_LEAVE,
    WAITS,
    Step,
    language_wished,
    number,
)
from bot.gateway.voice.voicemail import Voicemail
from bot.gateway.voice.waiting import WISH, Waiting
from bot.languages import LANGUAGES, pack
from bot.languages.speech import spelled
from bot.languages.wording import day_of, filled_in
from bot.notices.after_call import end_call, text_due
from bot.notices.ringing import left_by_agent
from bot.provider import Profile
from bot.reading.acts import read_answer
from bot.reading.language import asked_language
from bot.settings import Settings
from bot.store import Conflict, Store, Unit

HOLD_AFTER_SECONDS = 5.0
"""After so long without an answer the caller hears that it takes a moment; the carrier gives up after fifteen."""

MOST_HOLDS = 8
"""After so many of them the caller is not kept waiting any longer."""


@dataclass(frozen=True)
class _Wait:
    """An answer that is waited for."""

    sid: str
    inbound: Inbound | None
    tries: int = 0


class Calls:
    """Leads calls, whatever carries them."""

    def __init__(
        self, store: Store, turns: Turns, settings: Settings, operator: Profile, now: Callable[[], datetime]
    ) -> None:
        self._store, self._turns, self._now = store, turns, now
        self._operator, self._settings = operator, settings
        self.waiting = Waiting(store, settings, operator, now)
        self.connecting = Connecting(store, operator, now)
        self.voicemail = Voicemail(store, settings, operator, now)
        self._at_work: set[asyncio.Task[None]] = set()
        self._to_record: set[str] = set()
        self.hold_after_seconds = HOLD_AFTER_SECONDS

    async def take(self, step: Step) -> Prompt:
        """Take a step of a call and return what is said; a slow answer is not waited for longer than is polite."""
        try:
            taken = await to_thread(self._take, step)
        except Conflict:
            # the same first request came twice at once: the other one has begun the call
            taken = await to_thread(self._take, step)
        if step.sid in self._to_record:
            self._to_record.discard(step.sid)
            self._in_background(to_thread(record, self._settings, step.sid))
        if isinstance(taken, Prompt):
            return taken
        await self._wait_for_answer(taken)
        return await to_thread(self._answer, taken)

    async def stop(self) -> None:
        """Leave what is at work; it is kept, and taken up by the next process."""
        for task in self._at_work:
            task.cancel()
        await asyncio.gather(*self._at_work, return_exceptions=True)

    async def _wait_for_answer(self, wait: _Wait) -> None:
        if wait.inbound is None or wait.inbound.answered_at:
            return
        task = self._in_background(self._turns.answer_kept(wait.inbound))
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(task), self.hold_after_seconds)

    def _in_background(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)
        return task

    # ── What happened ──────────────────────────────────────────────────────────────────────────────

    def _take(self, step: Step) -> Prompt | _Wait:
        with self._store.unit() as unit:
            call = unit.calls.get(step.sid)
            if call is None:
                return self._nothing() if step.is_over else self._begin(unit, step)
            conversation = unit.conversations.get(call.conversation_id)
            assert conversation is not None
            if call.ended_at and call.told and not step.is_over:
                return restored(call.told)
            if step.is_over or call.ended_at:
                call.told = None
                end_call(unit, call, conversation, self._operator, self._now())
                return self._nothing(conversation.language)
            taken = self._step(unit, call, conversation, step)
            if isinstance(taken, Prompt) and taken.lines:
                call.told = kept(taken)
            unit.calls.save(call)
            unit.conversations.save(conversation)
            return taken

    def _begin(self, unit: Unit, step: Step) -> Prompt:
        now = self._now()
        conversation = Conversation(
            id=secrets.token_urlsafe(16), token_hash="", channel="voice", created_at=now
        )
        unit.conversations.add(conversation)
        call = Call(step.sid, conversation.id, number(step.caller), number(step.called), now, now)
        unit.calls.add(call)
        return self._menu(call, conversation)

    def _step(self, unit: Unit, call: Call, conversation: Conversation, step: Step) -> Prompt | _Wait:
        if step.why == AFTER_TRANSFER:
            return self._after_transfer(unit, call, conversation)
        if step.why == AFTER_LINE:
            return self._after_line(unit, call, conversation)
        if step.why == ANSWER:
            return _Wait(call.sid, self._awaited(unit, call), step.tries)
        if step.why == RESUMED and call.language_chosen:
            return self._prompt(call, conversation, [])
        if step.turn != call.turn:
            # it came before, or answers nothing: the same is said again and nothing is done
            if call.told:
                return restored(call.told)
            awaited = self._awaited(unit, call)
            return _Wait(call.sid, awaited) if awaited else self._again(unit, call, conversation)
        if step.why == AFTER_MESSAGE:
            call.hears(self._now())
            told = self.voicemail.ended(unit, call, conversation)
            return self._question_again(unit, call, conversation, told)
        if step.why == SILENCE or step.heard.is_silence:
            return self._silence(unit, call, conversation)
        if not call.language_chosen:
            return self._first_words(unit, call, conversation, step.heard)
        if step.heard.keys:
            said = self._keys(unit, call, conversation, step.heard.keys)
        else:
            said = self._words(unit, call, conversation, step.heard)
        if self._settings.voice_recording and call.recording is None:
            # the caller has heard of it and answered something else than no
            call.recording = ASKED_FOR
            self._to_record.add(call.sid)
        return said

    def _first_words(
        self, unit: Unit, call: Call, conversation: Conversation, heard: Heard
    ) -> Prompt | _Wait:
        """Hear the answer to the menu: a language, or the complaint itself in whichever language."""
        keys = heard.keys or next(filter(None, (key_said(heard.words, each) for each in LANGUAGES)), "")
        wish = LANGUAGE_KEYS.get(keys) or (asked_language(heard.words) if heard.words else None)
        if keys and not wish and keys != "0":
            return self._silence(unit, call, conversation)
        told = "" if wish in LANGUAGES else heard.words
        conversation.language = language_wished(wish, told)
        conversation.language_settled = wish in LANGUAGES
        call.language_chosen = True
        words = self._pack(conversation)
        if keys == "0":
            told = words["person_words"]
        greeting = [words["greeting"]]
        if call.caller:
            greeting.append(words["texts_notice"])
        if self._settings.voice_recording:
            greeting.append(words["recording_notice"])
        if told:
            wait = self._keep(unit, call, conversation, told)
            assert wait.inbound is not None
            self._greet(unit, conversation, " ".join(greeting), wait.inbound)
            return wait
        call.hears(self._now())
        self._greet(unit, conversation, " ".join(greeting))
        # apart, so that the question can be asked again without the greeting
        self._greet(unit, conversation, words["open"])
        return self._again(unit, call, conversation)

    def _greet(
        self, unit: Unit, conversation: Conversation, text: str, answers: Inbound | None = None
    ) -> None:
        answered = answers.id if answers else None
        unit.messages.add(conversation.id, "assistant", text, self._now(), reply="greet", answers=answered)

    def _keys(self, unit: Unit, call: Call, conversation: Conversation, keys: str) -> Prompt | _Wait:
        if call.was_offered_a_way_out and keys in ("1", "2"):
            return self._way_out(unit, call, conversation, keys)
        if call.heard is not None and keys in ("1", "2"):
            return self._confirmed(unit, call, conversation, keys == "1")
        _, choices = self._question(unit, call, conversation)
        command, words = listening.meant_by_keys(keys, choices, conversation.expects)
        if command:
            return self._command(unit, call, conversation, command)
        return self._keep(unit, call, conversation, words)

    def _words(self, unit: Unit, call: Call, conversation: Conversation, heard: Heard) -> Prompt | _Wait:
        heard = replace(heard, words=listening.without_turn_end(heard.words, conversation.language))
        command = listening.meant_by_words(heard.words, conversation.language)
        if command and self._means_something(call, command):
            return self._command(unit, call, conversation, command)
        sure = is_sure(conversation.expects, heard.confidence)
        if call.heard is not None:
            answer = read_answer(heard.words, pack(conversation.language, "acts"))
            if answer and is_sure("confirm", heard.confidence):
                return self._confirmed(unit, call, conversation, answer == "yes")
        key = key_said(heard.words, conversation.language) if sure else None
        if key and self._stands_for_something(unit, call, conversation, key):
            return self._keys(unit, call, conversation, key)
        if sure:
            return self._keep(unit, call, conversation, heard.words)
        step = call.hears_little(heard.words, self._now())
        words = self._pack(conversation)
        if step == "confirm":
            asked = filled_in(words["confirm_heard"], {"heard": heard.words}, conversation.language)
            return self._prompt(call, conversation, [asked])
        if step == "keypad":
            return self._question_again(unit, call, conversation, keypad_help(conversation, "keypad_unsure"))
        if step == "end":
            return self._end(unit, call, conversation, [words["end_silent"]])
        return self._offer(call, conversation, words["keypad_unsure"])

    def _stands_for_something(self, unit: Unit, call: Call, conversation: Conversation, key: str) -> bool:
        """Tell whether a key that was said is one of those offered; where numbers are said it may be their first digit."""
        if conversation.expects in NUMBERS:
            return False
        _, choices = self._question(unit, call, conversation)
        offered = max(len(choices), 2 if call.was_offered_a_way_out or call.heard is not None else 0)
        return int(key) <= offered

    def _confirmed(self, unit: Unit, call: Call, conversation: Conversation, rightly: bool) -> Prompt | _Wait:
        heard = call.heard
        assert heard is not None
        if rightly:
            return self._keep(unit, call, conversation, heard)
        call.heard = None
        call.turn += 1
        return self._question_again(unit, call, conversation, [self._pack(conversation)["not_heard_right"]])

    def _keep(self, unit: Unit, call: Call, conversation: Conversation, words: str) -> _Wait:
        """Keep what the caller said as the turn that it is."""
        most = self._settings.message_bytes
        words = words.encode()[:most].decode(errors="ignore")
        # the conversation is read anew by whoever answers
        unit.conversations.save(conversation)
        inbound = self._turns.keep(unit, call.conversation_id, f"{call.sid}:{call.turn}", words)
        call.awaits, call.said_to, call.told = inbound.id, 0, None
        call.hears(self._now())
        return _Wait(call.sid, inbound)

    def _command(self, unit: Unit, call: Call, conversation: Conversation, command: str) -> Prompt | _Wait:
        words = self._pack(conversation)
        if command in (listening.PERSON, listening.LANGUAGE):
            return self._keep(unit, call, conversation, words[f"{command}_words"])
        if not self._means_something(call, command):
            return self._unknown_key(unit, call, conversation)
        call.hears(self._now())
        if command == listening.MESSAGE:
            told = self.voicemail.begins(unit, conversation)
            return self._prompt(call, conversation, told, then=RECORD)
        if command == listening.REPEAT:
            return self._again(unit, call, conversation)
        if command == listening.SPELL:
            said = self._said(unit, call)
            told = spelled(" ".join(message.text for _, message in said), conversation.language)
            return self._question_again(unit, call, conversation, told or [words["nothing_to_spell"]])
        if command == listening.SLOWER:
            call.slow = True
        elif command == listening.NO_TEXTS:
            call.texts_wanted = False
        elif command == listening.NO_RECORDING:
            call.recording = DECLINED
            return self._question_again(unit, call, conversation, [words["not_recorded"]])
        return self._question_again(unit, call, conversation, [words[command]])

    def _means_something(self, call: Call, command: str) -> bool:
        """Tell whether a command is one in this call: not every call is recorded, or has nobody to be put through to."""
        if command == listening.NO_RECORDING:
            return self._settings.voice_recording
        if command == listening.MESSAGE:
            return call.voicemail is not None
        return command != listening.UNKNOWN_KEY

    def _unknown_key(self, unit: Unit, call: Call, conversation: Conversation) -> Prompt:
        """Answer a key that stands for nothing; whoever only presses keys is offered a way out, as after silence."""
        words = self._pack(conversation)
        if call.hears_no_meaning(self._now()) in ("offer", "end"):
            return self._offer(call, conversation, words["no_such_key"])
        return self._question_again(unit, call, conversation, [words["no_such_key"]])

    # ── Silence ────────────────────────────────────────────────────────────────────────────────────

    def _silence(self, unit: Unit, call: Call, conversation: Conversation) -> Prompt | _Wait:
        step = call.hears_nothing(self._now())
        words = self._pack(conversation)
        if step == "end":
            return self._end(unit, call, conversation, [words["end_silent"]])
        if not call.language_chosen:
            return self._menu(call, conversation)
        if conversation.expects in (None, "free") and step != "again":
            # nothing is asked any more, so whoever says nothing has finished
            return self._end(unit, call, conversation, [])
        if conversation.expects in (None, "free"):
            return self._prompt(call, conversation, [words["anything_else"]])
        if step == "offer":
            return self._offer(call, conversation)
        lines = [words["again"]] if step == "again" else keypad_help(conversation, "keypad")
        return self._question_again(unit, call, conversation, lines)

    def _offer(self, call: Call, conversation: Conversation, *before: str) -> Prompt:
        words = self._pack(conversation)
        offer = "offer_text" if call.caller and call.texts_wanted else "offer"
        return self._prompt(call, conversation, [*before, words[offer]])

    def _way_out(self, unit: Unit, call: Call, conversation: Conversation, key: str) -> Prompt:
        words = self._pack(conversation)
        if key == "1" and call.caller and call.texts_wanted:
            return self._end(unit, call, conversation, [words["texting_now"]], asked=True)
        call.hears(self._now())
        return self._question_again(unit, call, conversation, [])

    def _end(
        self,
        unit: Unit,
        call: Call,
        conversation: Conversation,
        lines: list[str],
        asked: bool = False,
        call_back_by: datetime | None = None,
    ) -> Prompt:
        """End the call: what is kept is told, and how to go on."""
        words, language = self._pack(conversation), conversation.language
        number_told = conversation.subject
        if conversation.complaint.told or call.awaits:
            lines.append(words["end_kept"])
        if number_told:
            lines.append(filled_in(words["end_case"], {"tracking_number": number_told}, language))
        lines.append(filled_in(words["go_on_later"], {"phone": self._operator.phone}, language))
        end_call(unit, call, conversation, self._operator, self._now(), asked, call_back_by)
        return self._prompt(call, conversation, [*lines, words["goodbye"]], then=HANG_UP)

    # ── What is said ───────────────────────────────────────────────────────────────────────────────

    def _answer(self, wait: _Wait) -> Prompt:
        """Return what is said once the answer is there, or while it is waited for."""
        prompt = self._answer_there(wait)
        if prompt is None:
            held = self._held(wait)
            if held is not None:
                return held
            # it came in between
            prompt = self._answer_there(wait)
            assert prompt is not None
        return (
            prompt if prompt.then == LISTEN and not prompt.offers_message else self._noted(wait.sid, prompt)
        )

    def _answer_there(self, wait: _Wait) -> Prompt | None:
        with self._store.view() as unit:
            call = unit.calls.get(wait.sid)
            conversation = unit.conversations.get(call.conversation_id) if call else None
            assert call is not None and conversation is not None
            return None if self._is_awaited(unit, call) else self._answered(unit, call, conversation)

    def _is_awaited(self, unit: Unit, call: Call) -> bool:
        awaited = self._awaited(unit, call)
        return awaited is not None and awaited.answered_at is None

    def _answered(self, unit: Unit, call: Call, conversation: Conversation) -> Prompt:
        said = [(key, message) for key, message in self._said(unit, call) if message.seq > call.said_to]
        keys = [key for key, _ in said]
        words = self._pack(conversation)
        if ASKS_FOR_PERSON & set(keys) and call.transfer != TAKEN:
            place = next(place for place, key in enumerate(keys) if key in ASKS_FOR_PERSON)
            texts = [message.text for _, message in said]
            return self._with_person(unit, call, conversation, texts[:place], texts[place:])
        lines = [message.text for _, message in said]
        if TAKES_LEAVE & set(keys) and not any(str(key).startswith("question_") for key in keys):
            how = self._how_to_go_on(unit, call, conversation)
            return self._prompt(call, conversation, [*lines, how, words["goodbye"]], then=HANG_UP)
        return self._asking(unit, call, conversation, lines, patient=WAITS in keys)

    def _how_to_go_on(self, unit: Unit, call: Call, conversation: Conversation) -> str:
        words = self._pack(conversation)
        text = text_due(unit, call, conversation)
        if text:
            return str(words["texting_number" if text == "case" else "texting_now"])
        return filled_in(words["go_on_later"], {"phone": self._operator.phone}, conversation.language)

    def _with_person(
        self, unit: Unit, call: Call, conversation: Conversation, before: list[str], asked: list[str]
    ) -> Prompt:
        """Put the caller in line, or through to whoever is rung for everybody; else say that somebody was asked for."""
        if self.waiting.is_open(unit, conversation.language):
            lines = [*before, pack(conversation.language, "line")["enters"]]
            prompt = self._prompt(call, conversation, lines, then=ENQUEUE)
            return replace(prompt, queue=conversation.id)
        if self._may_transfer(call):
            lines = [*before, self._pack(conversation)["transferring"]]
            return self._prompt(call, conversation, lines, then=TRANSFER)
        return self._promised(unit, call, conversation, [*before, *asked[:1]], asked[1:])

    def _promised(
        self, unit: Unit, call: Call, conversation: Conversation, lines: list[str], rest: list[str]
    ) -> Prompt:
        """Say what was promised instead of a person, then offer to take a message."""
        offers = self.voicemail.is_possible and call.voicemail != LEFT
        lines += [pack(conversation.language, "line")["offer_message"]] if offers else []
        prompt = self._asking(unit, call, conversation, [*lines, *rest])
        return replace(prompt, offers_message=offers)

    def _may_transfer(self, call: Call) -> bool:
        return bool(self._settings.handoff_number) and call.transfer != TAKEN

    def _noted(self, sid: str, prompt: Prompt) -> Prompt:
        """Keep that the call ends or goes to a person, or what was offered; asked twice at once, the first answer stands."""
        with self._store.unit() as unit:
            call = unit.calls.get(sid)
            conversation = unit.conversations.get(call.conversation_id) if call else None
            assert call is not None and conversation is not None
            if call.told and (call.ended_at or call.transfer == IN_LINE):
                return restored(call.told)
            if prompt.offers_message:
                call.voicemail = call.voicemail or OFFERED
            elif prompt.then == ENQUEUE:
                call.told = kept(prompt)
                call.transfer, call.place_told_at = IN_LINE, None
            elif prompt.then == HANG_UP:
                call.told = kept(prompt)
                end_call(unit, call, conversation, self._operator, self._now())
            elif call.transfer != TAKEN:
                call.transfer = RINGING
            unit.calls.save(call)
            return prompt

    def _held(self, wait: _Wait) -> Prompt | None:
        """Say that it takes a moment, once what the system itself had to say; give up after a while.

        None when the answer has come meanwhile.
        """
        with self._store.unit() as unit:
            call = unit.calls.get(wait.sid)
            conversation = unit.conversations.get(call.conversation_id) if call else None
            assert call is not None and conversation is not None
            if not self._is_awaited(unit, call):
                return None
            call.last_at = self._now()
            words = self._pack(conversation)
            held = restored(call.told) if wait.tries == 0 and call.told else None
            if held is not None and held.then == HOLD:
                return held  # the same request came twice at once
            if wait.tries >= MOST_HOLDS and self._may_transfer(call) and call.transfer is None:
                call.transfer = RINGING
                lines = [words["takes_too_long"], words["transferring"]]
                prompt = self._prompt(call, conversation, lines, then=TRANSFER)
            elif wait.tries >= MOST_HOLDS:
                prompt = self._end(unit, call, conversation, [words["takes_too_long"]], asked=True)
            else:
                told = [message for _, message in self._said(unit, call) if message.seq > call.said_to]
                lines = [message.text for message in told]
                call.said_to = max([call.said_to, *(message.seq for message in told)])
                lines.append(words["hold" if wait.tries == 0 else "hold_longer"])
                # every wait is told, but not at every moment
                shown = lines if wait.tries % 3 == 0 or told else []
                prompt = self._prompt(call, conversation, shown, then=HOLD, tries=wait.tries + 1)
                call.told = kept(prompt) if wait.tries == 0 else None
            unit.calls.save(call)
            return prompt

    def _asking(
        self,
        unit: Unit,
        call: Call,
        conversation: Conversation,
        lines: list[str],
        patient: bool = False,
        keypad: bool = False,
    ) -> Prompt:
        """Say these lines, the last of which asks, then which key stands for which choice."""
        _, choices = self._question(unit, call, conversation)
        prompt = self._prompt(
            call, conversation, lines, keypad=keypad or call.unsure > 1 or call.silences > 1
        )
        if conversation.expects == "language":
            return replace(prompt, lines=(*prompt.lines, *menu()), choices=choices)
        told = told_choices(choices, conversation.language)
        return replace(prompt, lines=(*prompt.lines, *told), choices=choices, is_patient=patient)

    def _again(self, unit: Unit, call: Call, conversation: Conversation) -> Prompt:
        """Say all of the latest answer once more, or what was said without one."""
        if not call.language_chosen:
            return self._menu(call, conversation)
        if call.told and conversation.expects in (None, "free"):
            return replace(restored(call.told), turn=call.turn)
        return self._asking(unit, call, conversation, [message.text for _, message in self._said(unit, call)])

    def _question_again(
        self, unit: Unit, call: Call, conversation: Conversation, before: Sequence[str]
    ) -> Prompt:
        """Say something, then the open question once more."""
        question, _ = self._question(unit, call, conversation)
        lines = [*before, *([question.text] if question else [])]
        return self._asking(unit, call, conversation, lines)

    def _question(self, unit: Unit, call: Call, conversation: Conversation) -> tuple[Message | None, tuple]:
        """Return the message that asks, the last of the latest answer, and its choices; none where nothing is asked."""
        if conversation.expects in (None, "free"):
            return None, ()
        said = [message for _, message in self._said(unit, call)]
        return (said[-1], said[-1].choices) if said else (None, ())

    def _said(self, unit: Unit, call: Call) -> list[tuple[str | None, Message]]:
        """Return what was said since the caller's latest words, each with its reply key."""
        awaited = self._awaited(unit, call)
        return unit.messages.said_after(call.conversation_id, awaited.seq if awaited else 0)

    def _awaited(self, unit: Unit, call: Call) -> Inbound | None:
        return unit.inbound.get(call.awaits) if call.awaits else None

    def _menu(self, call: Call, conversation: Conversation) -> Prompt:
        prompt = self._prompt(call, conversation, [])
        return replace(prompt, lines=menu(self._operator.name))

    def _prompt(
        self,
        call: Call,
        conversation: Conversation,
        lines: Iterable[str],
        then: str = LISTEN,
        keypad: bool = False,
        tries: int = 0,
    ) -> Prompt:
        language = conversation.language
        return Prompt(
            language=language,
            lines=tuple(Line(line, language) for line in lines if line.strip()),
            turn=call.turn,
            then=then,
            expects=conversation.expects if call.language_chosen else "language",
            slow=call.slow,
            keypad=keypad,
            tries=tries,
        )

    def _nothing(self, language: str = "en") -> Prompt:
        return Prompt(language, (), 0, then=HANG_UP)

    def _pack(self, conversation: Conversation) -> dict:
        return pack(conversation.language, "voice")

    # ── After a person ─────────────────────────────────────────────────────────────────────────────

    def _after_transfer(self, unit: Unit, call: Call, conversation: Conversation) -> Prompt:
        call.last_at = self._now()
        if call.transfer not in (RINGING, TAKEN) and call.told:
            return restored(call.told)
        if call.transfer == TAKEN:
            return self._after_person(unit, call, conversation)
        if call.transfer == RINGING:
            call.transfer = FAILED
        return self._nobody(unit, call, conversation, self._pack(conversation)["nobody_answered"])

    def _after_line(self, unit: Unit, call: Call, conversation: Conversation) -> Prompt:
        call.last_at = self._now()
        words = pack(conversation.language, "line")
        if call.transfer == TAKEN:
            return self._after_person(unit, call, conversation)
        if call.transfer == CALL_BACK:
            return self._called_back(unit, call, conversation)
        if call.transfer in (IN_LINE, FAILED) and self._may_transfer(call):
            call.transfer = RINGING
            lines = [words["nobody_left"], self._pack(conversation)["transferring"]]
            return self._prompt(call, conversation, lines, then=TRANSFER)
        if call.transfer not in (IN_LINE, FAILED) and call.told:
            return restored(call.told)
        call.transfer = None
        return self._nobody(unit, call, conversation, words["nobody_left"])

    def _after_person(self, unit: Unit, call: Call, conversation: Conversation) -> Prompt:
        call.transfer = None
        left_by_agent(unit, conversation, self._now())
        # what was open before has been spoken about
        conversation.expects = "free"
        return self._prompt(call, conversation, [self._pack(conversation)["after_person"]])

    def _called_back(self, unit: Unit, call: Call, conversation: Conversation) -> Prompt:
        """End the call of whoever would rather be called back: when that is, is told and texted."""
        words, language = pack(conversation.language, "line"), conversation.language
        _, due = promise_call_back(unit, conversation, self._operator, WISH, self._now())
        told = filled_in(words["call_back"], {"due": day_of(due, self._operator.timezone)}, language)
        return self._end(unit, call, conversation, [told], call_back_by=due)

    def _nobody(self, unit: Unit, call: Call, conversation: Conversation, why: str) -> Prompt:
        """Say that no person could be reached, and what was promised instead."""
        said = self._said(unit, call)
        places = [place for place, (key, _) in enumerate(said) if key in ASKS_FOR_PERSON]
        rest = [message.text for _, message in (said[places[0] :] if places else said)]
        prompt = self._promised(unit, call, conversation, [why, *rest[:1]], rest[1:])
        if prompt.offers_message:
            call.voicemail = call.voicemail or OFFERED
        return prompt
