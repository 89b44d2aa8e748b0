"""Calls over the gateway: each step once, whatever comes again; never a dead line; a person in the same call."""

from __future__ import annotations

import asyncio
import xml.etree.ElementTree as ElementTree
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from twilio.request_validator import RequestValidator

from bot.cases.call import UNSURE_LADDER
from bot.cases.case import AGENT, WAITING
from bot.cases.complaint import Complaint, Nature
from bot.gateway.voice import calls
from bot.languages import pack
from bot.settings import Secret
from tests.gateway.fakes import FakeEngine, Gateway, outbox_of

TOKEN = "auth-token-of-the-tests"
BASE = "https://care.example.com"
PERSON = "+14165550111"
WORDS = {language: pack(language, "voice") for language in ("en", "fr", "it")}


@dataclass
class Heard:
    """What Twilio was told to do."""

    root: ElementTree.Element

    @property
    def said(self) -> str:
        return " ".join(" ".join("".join(say.itertext()) for say in self.root.iter("Say")).split())

    @property
    def verbs(self) -> list[str]:
        return [verb.tag for verb in self.root]

    def attribute(self, verb: str, name: str) -> str:
        found = next(self.root.iter(verb))
        return found.get(name) or ""

    @property
    def goes_on_at(self) -> str:
        gather = self.root.find("Gather")
        return gather.get("action") or "" if gather is not None else ""

    @property
    def redirect(self) -> str:
        return (self.root.findtext("Redirect") or "").strip()


@dataclass
class Phone:
    """Twilio's side of one call."""

    gateway: Gateway
    sid: str = "CA" + "1" * 32
    caller: str = "+14165550123"
    last: Heard = field(init=False)

    async def post(self, address: str = f"{BASE}/twilio/voice", **told: str) -> Heard:
        form = {
            "CallSid": self.sid,
            "From": self.caller,
            "To": "+18665550100",
            "CallStatus": "in-progress",
            **told,
        }
        parts = urlsplit(address)
        response = await self.gateway.client.post(
            f"{parts.path}?{parts.query}" if parts.query else parts.path,
            content=urlencode(form),
            headers={
                "content-type": "application/x-www-form-urlencoded",
                "x-twilio-signature": RequestValidator(TOKEN).compute_signature(address, form),
            },
        )
        assert response.status_code in (200, 204), response.text
        heard = Heard(ElementTree.fromstring(response.text or "<Response/>"))
        if heard.goes_on_at:
            self.last = heard
        return heard

    async def begin(self, keys: str = "1") -> Heard:
        await self.post(CallStatus="ringing")
        return await self.press(keys)

    async def say(self, words: str, confidence: str = "0.9") -> Heard:
        return await self.post(self.last.goes_on_at, SpeechResult=words, Confidence=confidence)

    async def press(self, keys: str) -> Heard:
        return await self.post(self.last.goes_on_at, Digits=keys)

    async def silence(self) -> Heard:
        return await self.post(self.last.redirect)


@pytest.fixture
async def gateway(start) -> AsyncIterator[Gateway]:
    async with start(twilio_auth_token=Secret(TOKEN), public_url=BASE, handoff_number=PERSON) as started:
        yield started


def answers(engine: FakeEngine, *keys: str, holder: str | None = None, store=None) -> None:
    """Let the engine answer with these replies."""

    def on_turn(turn):
        if store is not None:
            with store.unit() as unit:
                conversation = unit.conversations.get(turn.conversation)
                conversation.holder = holder or conversation.holder
                unit.conversations.save(conversation)
        return [{"reply": key, "values": {}, "choices": []} for key in keys]

    engine.on_turn = on_turn


@pytest.mark.parametrize(("key", "language"), [("1", "en"), ("2", "fr"), ("3", "it")])
async def test_the_first_prompt_speaks_three_languages_and_a_key_chooses(gateway, key, language) -> None:
    phone = Phone(gateway)
    menu = await phone.post(CallStatus="ringing")
    languages = [say.get("language") for say in menu.root.iter("Say")]
    assert languages == ["en-US", "fr-CA", "it-IT"]
    assert menu.attribute("Gather", "input") == "dtmf speech"
    greeting = await phone.press(key)
    assert WORDS[language]["open"].split()[0] in greeting.said
    assert greeting.attribute("Gather", "language") == WORDS[language]["speaker"]["listens"]
    assert greeting.attribute("Say", "voice") == WORDS[language]["speaker"]["voice"]
    assert gateway.engine.texts == []


@pytest.mark.parametrize(
    ("words", "language"),
    [("english", "en"), ("français", "fr"), ("italiano", "it"), ("deux", "fr"), ("3", "it")],
)
async def test_a_language_is_chosen_by_its_name(gateway, words, language) -> None:
    phone = Phone(gateway)
    await phone.post(CallStatus="ringing")
    greeting = await phone.say(words)
    assert greeting.attribute("Say", "language") == WORDS[language]["speaker"]["language"]


async def test_whoever_begins_with_the_complaint_is_understood_in_its_language(gateway) -> None:
    phone = Phone(gateway)
    await phone.post(CallStatus="ringing")
    answer = await phone.say("ça fait trois semaines que mon internet ne marche pas")
    assert gateway.engine.turns[0].language == "fr"
    assert gateway.engine.turns[0].channel == "voice"
    assert "fr, echo" in answer.said


async def test_a_step_that_comes_again_does_nothing_and_says_the_same(gateway) -> None:
    phone = Phone(gateway)
    await phone.begin()
    place = phone.last.goes_on_at
    told = {"SpeechResult": "no internet since monday", "Confidence": "0.9"}
    first, second = await asyncio.gather(phone.post(place, **told), phone.post(place, **told))
    late = await phone.post(place, **{**told, "SpeechResult": "something else altogether"})
    assert {first.said, second.said, late.said} == {first.said}
    assert "no internet" in first.said
    assert gateway.engine.texts == ["no internet since monday"]


async def test_two_first_requests_at_once_begin_one_call(gateway) -> None:
    phone = Phone(gateway)
    first, second = await asyncio.gather(phone.post(CallStatus="ringing"), phone.post(CallStatus="ringing"))
    assert first.said == second.said != ""
    with gateway.store.view() as unit:
        assert unit.calls.get(phone.sid).turn == 1


async def test_withheld_numbers_and_one_number_twice_share_nothing(gateway) -> None:
    callers = [
        Phone(gateway, f"CA{digit * 32}", caller)
        for digit, caller in (("1", "anonymous"), ("2", "anonymous"))
    ]
    callers += [Phone(gateway, f"CA{digit * 32}") for digit in "34"]
    for number, phone in enumerate(callers):
        await phone.begin()
        await phone.say(f"secret of caller {number}")
    for number, phone in enumerate(callers):
        said = (await phone.press("*")).said
        assert f"secret of caller {number}" in said
        assert "secret of caller" not in said.replace(f"secret of caller {number}", "")
    with gateway.store.view() as unit:
        found = [unit.calls.get(phone.sid) for phone in callers]
    assert len({call.conversation_id for call in found}) == 4
    assert [call.caller for call in found] == [None, None, "+14165550123", "+14165550123"]


async def test_silence_climbs_to_an_offer_and_ends_the_call(gateway) -> None:
    phone = Phone(gateway)
    await phone.begin()
    heard = [await phone.silence() for _ in range(4)]
    words = WORDS["en"]
    for said, expected in zip(heard, ("again", "keypad", "offer_text", "end_silent"), strict=True):
        assert words[expected].split(".")[0] in said.said
    assert heard[-1].verbs[-1] == "Hangup"
    assert gateway.engine.texts == []
    again = await phone.post(phone.last.goes_on_at, SpeechResult="hello")
    assert (again.said, again.verbs) == (heard[-1].said, heard[-1].verbs)
    assert gateway.engine.texts == []


async def test_a_yes_heard_badly_is_asked_about_and_not_taken(gateway) -> None:
    phone = Phone(gateway)
    await phone.begin()
    await phone.say("my bill is wrong")
    _expect(gateway, phone, "confirm")
    asked = await phone.say("yes", confidence="0.03")
    assert "I heard: yes" in asked.said
    assert gateway.engine.texts == ["my bill is wrong"]
    await phone.press("1")
    assert gateway.engine.texts == ["my bill is wrong", "yes"]


async def test_a_no_to_what_was_heard_asks_again_and_then_by_keypad(gateway) -> None:
    phone = Phone(gateway)
    await phone.begin()
    _expect(gateway, phone, "confirm")
    await phone.say("yes", confidence="0.1")
    again = await phone.say("no", confidence="0.95")
    assert WORDS["en"]["not_heard_right"].split(".")[0] in again.said
    keypad = await phone.say("yes", confidence="0.1")
    assert WORDS["en"]["keypad_unsure"].split(".")[0] in keypad.said
    assert gateway.engine.texts == []


async def test_a_noise_that_never_ends_ends_the_call(gateway) -> None:
    phone = Phone(gateway)
    await phone.begin()
    await phone.say("my bill is wrong")
    _expect(gateway, phone, "confirm")
    for _ in range(len(UNSURE_LADDER) - 1):
        assert "Hangup" not in (await phone.say("mm", confidence="0.1")).verbs
    last = await phone.say("mm", confidence="0.1")
    assert "Hangup" in last.verbs
    assert WORDS["en"]["end_silent"].split(",")[0] in last.said


def _expect(gateway: Gateway, phone: Phone, question: str) -> None:
    with gateway.store.unit() as unit:
        conversation = unit.conversations.get(unit.calls.get(phone.sid).conversation_id)
        conversation.expects = question
        unit.conversations.save(conversation)


async def test_keys_stand_for_the_choices_that_were_offered(gateway) -> None:
    gateway.engine.on_turn = lambda turn: [
        {"reply": "question_service", "values": {}, "choices": ["internet", "wireless", "tv"]}
    ]
    phone = Phone(gateway)
    await phone.begin()
    asked = await phone.say("it does not work")
    assert "Say internet or press 1. wireless, press 2. " in asked.said
    assert asked.attribute("Gather", "numDigits") == "1"
    await phone.press("2")
    assert gateway.engine.texts[-1] == "wireless"
    await phone.press("7")
    assert gateway.engine.texts[-1] == "wireless"


@pytest.mark.parametrize(
    ("language", "key", "person"), [("1", "zero", "en"), ("2", "zéro", "fr"), ("3", "0", "it")]
)
async def test_a_key_that_is_said_counts_as_pressed(gateway, language, key, person) -> None:
    choices = ["internet", "wireless", "tv"]
    gateway.engine.on_turn = lambda turn: [
        {"reply": "question_service", "values": {}, "choices": choices, "expects": "service"}
    ]
    phone = Phone(gateway)
    await phone.begin(language)
    await phone.say("xyz")
    await phone.say("2")
    assert gateway.engine.texts[-1] == "wireless"
    await phone.say(key)
    assert gateway.engine.texts[-1] == pack(person, "voice")["person_words"]


async def test_numbers_are_keyed_in_with_pound(gateway) -> None:
    phone = Phone(gateway)
    await phone.begin()
    _expect(gateway, phone, "account")
    asked = await phone.press("9")
    assert asked.attribute("Gather", "finishOnKey") == "#"
    assert next(asked.root.iter("Gather")).get("numDigits") is None
    await phone.press("10031865#")
    assert gateway.engine.texts == ["10031865"]


async def test_slower_speaks_slowly_from_then_on(gateway) -> None:
    phone = Phone(gateway)
    await phone.begin()
    assert (await phone.press("9")).attribute("prosody", "rate") == "80%"
    assert (await phone.say("can you repeat that")).attribute("prosody", "rate") == "80%"


async def test_a_slow_answer_is_waited_for_on_the_line(gateway) -> None:
    gateway.app.state.services.calls.hold_after_seconds = 0.05
    phone = Phone(gateway)
    await phone.begin()
    gateway.engine.gate.clear()
    held = await asyncio.wait_for(phone.say("my bill is wrong"), 2)
    assert held.verbs == ["Say", "Pause", "Redirect"]
    assert "for=answer" in held.redirect
    gateway.engine.gate.set()
    answer = await _follow(phone, held)
    assert "my bill is wrong" in answer.said
    assert gateway.engine.texts == ["my bill is wrong"]


async def _follow(phone: Phone, held: Heard) -> Heard:
    for _ in range(20):
        held = await phone.post(held.redirect)
        if held.goes_on_at:
            return held
        await asyncio.sleep(0.05)
    raise AssertionError("no answer came")


async def test_a_caller_is_not_kept_waiting_for_ever(gateway) -> None:
    phone = Phone(gateway)
    await phone.begin()
    gateway.engine.down = True
    gateway.app.state.services.calls.hold_after_seconds = 0.05
    held = await phone.say("my bill is wrong")
    assert "technical problem" in held.said
    held = await _wait_out(phone, held)
    assert WORDS["en"]["transferring"].split(".")[0] in held.said
    back = await phone.post(held.attribute("Dial", "action"), DialCallStatus="busy")
    assert WORDS["en"]["nobody_answered"].split(",")[0] in back.said
    held = await _wait_out(phone, await phone.say("are you there"))
    assert held.verbs[-1] == "Hangup"
    assert WORDS["en"]["takes_too_long"].split(",")[0] in held.said
    assert [notice.to for notice in outbox_of(gateway.store)] == ["+14165550123"]


async def _wait_out(phone: Phone, held: Heard) -> Heard:
    waits = 0
    while held.redirect and waits < 30:
        held = await phone.post(held.redirect)
        waits += 1
    assert waits <= calls.MOST_HOLDS + 1
    return held


async def test_a_person_takes_the_call_and_nothing_else_is_promised(gateway) -> None:
    answers(gateway.engine, "person_waiting", holder=WAITING, store=gateway.store)
    phone = Phone(gateway)
    await phone.begin()
    ringing = await phone.press("0")
    assert WORDS["en"]["transferring"].split(".")[0] in ringing.said
    assert "person waiting" not in ringing.said
    assert ringing.root.findtext("Dial/Number") == PERSON
    whisper = await phone.post(
        ringing.attribute("Number", "url"), CallSid="CA" + "9" * 32, ParentCallSid=phone.sid
    )
    assert "English" in whisper.said
    await phone.post(whisper.goes_on_at, CallSid="CA" + "9" * 32, ParentCallSid=phone.sid, Digits="1")
    with gateway.store.view() as unit:
        assert unit.conversations.get(unit.calls.get(phone.sid).conversation_id).holder == AGENT
    back = await phone.post(ringing.attribute("Dial", "action"), DialCallStatus="completed")
    assert WORDS["en"]["after_person"].split(".")[0] in back.said


@pytest.mark.parametrize("outcome", ["no-answer", "busy", "failed", "completed"])
async def test_nobody_answers_and_the_caller_hears_so(gateway, outcome) -> None:
    """A machine that picks up presses no key, so its "completed" reached nobody."""
    answers(gateway.engine, "person_waiting", "question_open", holder=WAITING, store=gateway.store)
    phone = Phone(gateway)
    await phone.begin()
    ringing = await phone.press("0")
    back = await phone.post(ringing.attribute("Dial", "action"), DialCallStatus=outcome)
    assert WORDS["en"]["nobody_answered"].split(",")[0] in back.said
    assert "person waiting" in back.said and "question open" in back.said
    assert back.verbs == ["Gather", "Redirect"]


@pytest.mark.parametrize("wanted", [True, False])
async def test_a_hang_up_is_followed_by_a_text_that_goes_on(gateway, wanted) -> None:
    phone = Phone(gateway)
    await phone.begin()
    await phone.say("my internet bill is wrong")
    with gateway.store.unit() as unit:
        conversation = unit.conversations.get(unit.calls.get(phone.sid).conversation_id)
        conversation.complaint = Complaint(narrative="x", natures=[Nature("billing", None, "internet")])
        unit.conversations.save(conversation)
    if not wanted:
        await phone.say("no texts please")
    for _ in range(2):
        await phone.post(f"{BASE}/twilio/voice/status", CallStatus="completed")
    assert [notice.to for notice in outbox_of(gateway.store)] == (["+14165550123"] if wanted else [])
    if wanted:
        with gateway.store.view() as unit:
            assert unit.texters.get(phone.caller).conversation_id == conversation.id


async def test_an_ended_call_says_nothing_more(gateway) -> None:
    phone = Phone(gateway)
    await phone.begin()
    await phone.post(f"{BASE}/twilio/voice/status", CallStatus="completed")
    assert (await phone.say("are you there")).verbs == ["Hangup"]
    assert gateway.engine.texts == []
    unknown = Phone(gateway, "CA" + "7" * 32)
    assert (await unknown.post(CallStatus="completed")).verbs == ["Hangup"]


async def test_a_failure_of_ours_is_an_apology_and_another_try(gateway, monkeypatch) -> None:
    phone = Phone(gateway)
    await phone.begin()
    place = phone.last.goes_on_at

    async def fail(step):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(gateway.app.state.services.calls, "take", fail)
    heard = await phone.post(place, SpeechResult="my bill")
    for _ in range(2):
        assert heard.verbs[-2:] == ["Redirect", "Hangup"]
        heard = await phone.post(heard.redirect)
    assert heard.root.findtext("Dial") == PERSON
    assert parse_qs(urlsplit(place).query)["turn"] == ["2"]


@pytest.mark.parametrize(
    ("answer", "recorded"), [("7", []), ("no recording please", []), ("my bill", ["CA" + "1" * 32])]
)
async def test_recording_is_told_first_and_can_be_declined(start, monkeypatch, answer, recorded) -> None:
    asked: list[str] = []
    monkeypatch.setattr(calls, "record", lambda settings, sid: asked.append(sid))
    async with start(twilio_auth_token=Secret(TOKEN), public_url=BASE, voice_recording=True) as gateway:
        phone = Phone(gateway)
        greeting = await phone.begin()
        assert WORDS["en"]["recording_notice"].split(".")[0] in greeting.said
        assert asked == []
        await (phone.press(answer) if answer.isdigit() else phone.say(answer))
        await phone.say("and my phone")
        await gateway.app.state.services.calls.stop()
        assert asked == recorded
