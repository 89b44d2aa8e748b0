"""Callers and agents on the telephone: waiting in line, connected or called back, and messages where nobody is there."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.cases.call import LOST_AFTER
from bot.cases.holding import ABANDONED, ENDED, HANDED_BACK
from bot.cases.ringing import RINGS_FOR
from bot.clock import Clock
from bot.evidence import EvidenceFetching, Fetching
from bot.languages import pack
from bot.lost_calls import LostCalls
from bot.notices.delivery import couriers
from bot.notices.ringing import Unanswered
from bot.notices.tidying import Tidying
from bot.provider import profile
from tests.desk.agents import Desk, desk_of, words_of
from tests.phone.agent import AgentPhone
from tests.phone.call import ACCEPTS, Phone, PhoneCall
from tests.phone.rest import Twilio
from tests.phone.test_call import COMPLAINTS, KEY
from tests.phone.webhooks import NEVER, SETTINGS

if TYPE_CHECKING:
    from tests.dialogues.house import Product

LANGUAGES = ("en", "fr", "it")
NUMBERS = {"Anna": "+14165550201", "Bo": "+14165550202"}
MP3 = b"ID3" + bytes(64)


def words(language: str) -> Any:
    return pack(language, "line")


def first_of(language: str, key: str) -> str:
    """The first words of what the pack has for a key."""
    return re.split(r"[.{“«]", str(words(language)[key]))[0].strip()


@dataclass
class House:
    """The product with Twilio around it, and the agents at their desks and telephones."""

    product: Product
    twilio: Twilio
    phone: Phone
    desks: dict[str, Desk] = field(default_factory=dict)

    async def on_shift(self, name: str, language: str = "en", phone: bool = True) -> Desk:
        """Let an agent come who has a telephone, unless told otherwise."""
        desk = desk_of(self.product.app, self.product.store, name, language=language)
        self.desks[name] = desk
        with self.product.store.unit() as unit:
            agent, _ = unit.agents.by_email(desk.email) or (None, None)
            assert agent is not None
            unit.agents.save(replace(agent, phone=NUMBERS[name] if phone else None))
        await desk.sign_in()
        self.is_seen(name)
        return desk

    def is_seen(self, name: str) -> None:
        with self.product.store.unit() as unit:
            agent, _ = unit.agents.by_email(self.desks[name].email) or (None, None)
            assert agent is not None
            unit.presences.seen(agent.id, self.product.clock())

    def leaves(self, name: str) -> None:
        with self.product.store.unit() as unit:
            agent, _ = unit.agents.by_email(self.desks[name].email) or (None, None)
            assert agent is not None
            unit.presences.put(replace(unit.presences.get(agent.id), is_available=False))

    async def later(self, **forward: float) -> None:
        """Let time go by, with everybody still at their desks."""
        self.product.clock.turn(**forward)
        for name in self.desks:
            self.is_seen(name)
        await self.tick()

    async def waits_on(self, call: PhoneCall) -> str:
        """Let the quiet in line end; return what the caller hears then."""
        await self.later(seconds=30)
        return await call.silence()

    async def tick(self) -> None:
        """Let the clock do what is due."""
        store, now, settings = self.product.store, self.product.clock, self.product.settings
        operator = profile(settings.provider)
        clock = Clock(store, couriers(settings), operator, now)
        fetching = EvidenceFetching(store, Fetching(settings), operator, settings.data_dir, now)
        lost, tidying = LostCalls(store, operator, now), Tidying(store, settings, now)
        for each in (clock, Unanswered(store, now), lost, fetching, tidying):
            await asyncio.to_thread(each.tick)

    async def waits(self, language: str, **how: Any) -> PhoneCall:
        """Let somebody tell what went wrong and ask for a person."""
        call = await self.phone.call(**how)
        await call.press(KEY[language])
        await call.say(COMPLAINTS[language].story)
        await call.press("0")
        return call

    def agent(self) -> AgentPhone:
        """The telephone that rang last."""
        return AgentPhone(self.rings()[-1], self.phone.webhooks)

    def rings(self) -> list[Any]:
        return [each for each in self.twilio.called() if each["To"] in NUMBERS.values()]

    def conversation(self, call: PhoneCall) -> Any:
        with self.product.store.view() as unit:
            kept = unit.calls.get(call.sid)
            assert kept is not None
            return unit.conversations.get(kept.conversation_id)

    def case(self, call: PhoneCall) -> Any:
        return self.product.case(self.conversation(call).tracking_number)

    def stretches(self, call: PhoneCall) -> list[Any]:
        with self.product.store.view() as unit:
            return unit.holdings.of_conversation(self.conversation(call).id)

    async def page(self, name: str, call: PhoneCall) -> str:
        return words_of(await self.desks[name].see(f"/desk/conversations/{self.conversation(call).id}"))

    async def claim(self, name: str, call: PhoneCall) -> int:
        answer = await self.desks[name].step(self.conversation(call).id, "claim")
        await self.tick()
        return answer.status_code


@pytest.fixture
def twilio() -> Iterator[Twilio]:
    with Twilio() as twilio:
        yield twilio


@pytest.fixture
async def house(tmp_path: Path, agent: Any, quietly: None, twilio: Twilio) -> AsyncIterator[House]:
    from tests.dialogues.house import Product

    settings = SETTINGS | {"TWILIO_API_BASE": twilio.base, "HANDOFF_NUMBER": ""}
    product = Product(tmp_path, agent, **settings)
    product.app.state.services.calls.hold_after_seconds = NEVER
    yield House(product, twilio, Phone(product.app))


# ── Waiting ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", LANGUAGES)
async def test_whoever_waits_hears_how_they_stand_and_is_connected_with_who_takes_the_call(
    house: House, language: str
) -> None:
    await house.on_shift("Anna", language)
    call = await house.waits(language)
    assert first_of(language, "enters") in call.last and first_of(language, "next") in call.last, call.told()
    assert first_of(language, "offer_call_back") in call.last
    conversation = house.conversation(call)
    assert call.queue == conversation.id and conversation.holder == "waiting"
    assert first_of(language, "still") in await house.waits_on(call)
    assert words(language)["desk"]["take"] in await house.page("Anna", call)

    assert await house.claim("Anna", call) == 303
    assert house.conversation(call).holder == "agent"
    assert first_of(language, "calling") in await call.silence()
    agent = house.agent()
    case = house.case(call)
    assert first_of(language, "agent_rung").split("{")[0] in await agent.answers()
    assert case.tracking_number.replace("-", " ") not in agent.heard[0]
    assert [promise.what for promise in case.promises if promise.kept_at] == []
    summary = await agent.press("1", call)
    assert (
        case.tracking_number.replace("-", " ") in summary and words(language)["agent_connecting"] in summary
    )
    assert call.is_with_person and "Anna" in call.last
    assert [promise.what for promise in house.case(call).promises if promise.kept_at] == ["call_back"]
    assert words(language)["desk"]["talks"] in await house.page("Anna", call)

    heard = await agent.hangs_up(call)
    assert pack(language, "voice")["after_person"].split(".")[0] in heard and call.is_listening
    assert house.conversation(call).holder == "assistant"
    (stretch,) = house.stretches(call)
    assert stretch.ended_by == HANDED_BACK and stretch.waited_since is not None
    await call.hang_up()
    page = await house.page("Anna", call)
    assert words(language)["desk"]["wrap_up"] in page
    note = "Doppia fattura, accredito promesso."
    for _ in range(2):
        sent = await house.desks["Anna"].step(house.conversation(call).id, "wrap-up", note=note)
        assert sent.status_code == 303
    assert [line.detail for line in house.case(call).history if line.what == "note"] == [note]
    assert house.stretches(call)[0].note == note and note in await house.page("Anna", call)
    assert len(house.rings()) == 1


@pytest.mark.parametrize("language", LANGUAGES)
async def test_whoever_would_rather_be_called_back_is_promised_it_and_texted(
    house: House, language: str
) -> None:
    await house.on_shift("Anna", language)
    call = await house.waits(language)
    before = house.case(call)
    await call.press("1")
    assert call.is_over and first_of(language, "call_back") in call.last, call.told()
    case = house.case(call)
    assert [promise for promise in case.promises if promise.what == "call_back"] == [
        promise for promise in before.promises if promise.what == "call_back"
    ]
    await house.tick()
    texts = [each["Body"] for each in house.twilio.sent(call.caller)]
    assert any(case.tracking_number in text for text in texts), texts
    assert house.conversation(call).holder == "waiting"


async def test_whoever_told_nothing_yet_and_is_to_be_called_back_has_a_case(house: House) -> None:
    await house.on_shift("Anna")
    call = await house.phone.call()
    await call.press("1")
    await call.press("0")
    assert call.queue
    assert house.conversation(call).tracking_number is None
    await call.press("1")
    case = house.case(call)
    assert call.has_heard_number(case.tracking_number)
    assert [promise.what for promise in case.promises] == ["update", "answer", "call_back"]


async def test_a_withheld_number_is_offered_no_call_back(house: House) -> None:
    await house.on_shift("Anna")
    call = await house.waits("en", caller="+266696687")
    assert call.queue and first_of("en", "offer_call_back") not in call.last
    await call.press("1")
    assert call.queue, call.told()


async def test_places_in_line_are_those_of_the_desk(house: House) -> None:
    await house.on_shift("Anna")
    first = await house.waits("en", caller="+14165550131")
    await house.later(seconds=5)
    second = await house.waits("en", caller="+14165550132")
    assert "number 2" in second.last, second.told()
    await house.claim("Anna", first)
    await house.later(seconds=120)
    # Anna was not reached, and whoever waited longer stays before whoever came later
    assert "number 2" in await second.silence(), second.told()


async def test_keys_without_a_meaning_cost_nobody_their_place(house: House) -> None:
    await house.on_shift("Anna")
    call = await house.waits("en")
    assert pack("en", "voice")["no_such_key"] in await call.press("5")
    assert first_of("en", "next") in await call.press("0")
    assert call.queue


async def test_whoever_hangs_up_in_line_keeps_case_and_promise_and_stands_at_the_desk(house: House) -> None:
    desk = await house.on_shift("Anna")
    call = await house.waits("en")
    house.twilio.queues.add(call._queue_sid)
    number = house.case(call).tracking_number
    await call.hang_up()
    assert house.conversation(call).holder == "waiting"
    assert [promise.what for promise in house.case(call).promises if not promise.kept_at][-1] == "call_back"
    assert "internet" in words_of(await desk.see())
    assert number in await house.page("Anna", call)
    await house.tick()
    assert house.twilio.queues == set()


async def test_waiting_long_is_not_being_lost(house: House) -> None:
    await house.on_shift("Anna")
    call = await house.waits("en")
    for _ in range(4):
        await house.later(seconds=LOST_AFTER.total_seconds() / 2)
        await house.waits_on(call)
    assert call.queue and house.conversation(call).holder == "waiting"
    await house.claim("Anna", call)
    agent = house.agent()
    await agent.answers()
    await agent.press("1", call)
    await house.later(hours=2)
    assert house.stretches(call)[-1].ended_at is None, "who talks for two hours is still talking"
    assert house.conversation(call).holder == "agent"


async def test_whoever_waits_when_the_last_agent_leaves_is_told_and_may_leave_a_message(house: House) -> None:
    await house.on_shift("Anna")
    call = await house.waits("en")
    house.leaves("Anna")
    heard = await call.silence()
    assert first_of("en", "nobody_left") in heard and first_of("en", "offer_message") in heard, call.told()
    assert call.is_listening and not call.queue
    assert house.conversation(call).holder == "waiting"


async def test_nobody_waits_for_agents_who_cannot_be_rung_or_speak_another_language(house: House) -> None:
    await house.on_shift("Anna", phone=False)
    bo = await house.on_shift("Bo")
    with house.product.store.unit() as unit:
        agent, _ = unit.agents.by_email(bo.email) or (None, None)
        assert agent is not None
        unit.agents.save(replace(agent, languages=("fr",)))
    call = await house.waits("en")
    assert not call.queue and call.is_listening


# ── Taking a call ──────────────────────────────────────────────────────────────────────────────────


async def test_of_two_agents_who_take_a_call_one_has_it(house: House) -> None:
    await house.on_shift("Anna")
    await house.on_shift("Bo")
    call = await house.waits("en")
    conversation = house.conversation(call).id
    answers = await asyncio.gather(
        *(house.desks[name].step(conversation, "claim") for name in ("Anna", "Bo"))
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    again = await house.desks["Anna" if answers[0].status_code == 303 else "Bo"].step(conversation, "claim")
    assert again.status_code == 303
    for _ in range(3):
        await house.tick()
    assert len(house.rings()) == 1 and len(house.stretches(call)) == 1
    loser = "Bo" if answers[0].status_code == 303 else "Anna"
    assert words("en")["desk"]["with_other"] in await house.page(loser, call)


@pytest.mark.parametrize("how", ["no-answer", "busy", "mailbox", "another key", "nothing is told"])
async def test_an_agent_who_is_not_reached_leaves_the_caller_in_line(house: House, how: str) -> None:
    await house.on_shift("Anna")
    call = await house.waits("en")
    await house.claim("Anna", call)
    await house.later(seconds=5)
    agent = house.agent()
    if how in ("no-answer", "busy"):
        await agent.does_not_answer(how)
    elif how == "mailbox":
        assert house.case(call).tracking_number.replace("-", " ") not in await agent.answers()
        await agent.says_nothing()
    elif how == "another key":
        await agent.answers()
        await agent.press("2")
    else:
        await house.later(seconds=RINGS_FOR.total_seconds() + 1)
    assert house.conversation(call).holder == "waiting"
    assert first_of("en", "not_reached") in await call.silence(), call.told()
    assert first_of("en", "not_reached") not in await house.waits_on(call)
    (stretch,) = house.stretches(call)
    assert stretch.ended_by == ABANDONED
    assert words("en")["desk"]["missed"] in await house.page("Anna", call)
    assert not any(promise.kept_at for promise in house.case(call).promises)
    assert await house.claim("Anna", call) == 303
    again = house.agent()
    await again.answers()
    await again.press("1", call)
    assert call.is_with_person and len(house.rings()) == 2


async def test_a_caller_who_hangs_up_while_the_agent_is_rung_waits_for_a_call_back(house: House) -> None:
    await house.on_shift("Anna")
    call = await house.waits("en")
    await house.claim("Anna", call)
    agent = house.agent()
    await agent.answers()
    await call.hang_up()
    assert first_of("en", "agent_too_late") in await agent.press("1", call)
    assert house.conversation(call).holder == "waiting"
    assert not any(promise.kept_at for promise in house.case(call).promises)


async def test_a_caller_who_hangs_up_on_an_agent_ends_the_stretch(house: House) -> None:
    await house.on_shift("Anna")
    call = await house.waits("en")
    await house.claim("Anna", call)
    agent = house.agent()
    await agent.answers()
    await agent.press("1", call)
    conversation = house.conversation(call).id
    await house.desks["Anna"].step(conversation, "wrap-up", note="Noted while we talked.")
    refused = await house.desks["Anna"].step(conversation, "hand-back", note="x")
    assert refused.status_code == 409
    await call.hang_up()
    await agent.hangs_up(call)
    (stretch,) = house.stretches(call)
    assert (stretch.ended_by, stretch.note) == (ENDED, "Noted while we talked.")
    assert house.conversation(call).holder == "assistant"


async def test_a_caller_who_chooses_a_call_back_while_an_agent_is_rung_gets_it(house: House) -> None:
    await house.on_shift("Anna")
    call = await house.waits("en")
    await house.claim("Anna", call)
    agent = house.agent()
    await call.press("1")
    assert call.is_over and first_of("en", "call_back") in call.last
    assert await agent.answers() == ""
    assert house.conversation(call).holder == "waiting"


async def test_an_agent_whose_number_is_unknown_is_told_what_to_do(house: House) -> None:
    await house.on_shift("Anna")
    await house.on_shift("Bo", phone=False)
    call = await house.waits("en")
    assert pack("en", "desk")["errors"]["no_phone"] in await house.page("Bo", call)
    assert await house.claim("Bo", call) == 409
    assert house.conversation(call).holder == "waiting" and house.rings() == []


async def test_only_whoever_waits_in_line_can_be_taken_and_only_who_had_a_call_notes_it(house: House) -> None:
    await house.on_shift("Anna")
    call = await house.phone.call()
    await call.press("1")
    assert await house.claim("Anna", call) == 409
    conversation = house.conversation(call).id
    assert (await house.desks["Anna"].step(conversation, "wrap-up", note="x")).status_code == 409


@pytest.mark.parametrize("failure", ["asked again", "refused", "dropped after it rang"])
async def test_a_telephone_rings_once_whatever_happens_to_the_request(house: House, failure: str) -> None:
    await house.on_shift("Anna")
    call = await house.waits("en")
    if failure == "refused":
        house.twilio.fail(503, on="create_call")
    elif failure == "dropped after it rang":
        house.twilio.drop(accepts=True, on="create_call")
    await house.claim("Anna", call)
    for _ in range(3):
        await house.later(seconds=10)
    assert len(house.rings()) == 1
    agent = house.agent()
    await agent.answers()
    await agent.press("1", call)
    assert call.is_with_person


async def test_a_telephone_that_was_not_rung_in_time_is_not_rung_any_more(house: House) -> None:
    await house.on_shift("Anna")
    call = await house.waits("en")
    conversation = house.conversation(call).id
    await house.desks["Anna"].step(conversation, "claim")
    # the clock was away for a while
    house.product.clock.turn(seconds=RINGS_FOR.total_seconds() + 1)
    house.is_seen("Anna")
    await asyncio.to_thread(Unanswered(house.product.store, house.product.clock).tick)
    await house.tick()
    assert house.rings() == [] and house.conversation(call).holder == "waiting"
    assert await house.claim("Anna", call) == 303
    assert len(house.rings()) == 1


async def test_every_request_may_come_twice_at_once(house: House) -> None:
    await house.on_shift("Anna")
    call = await house.waits("en", twice=True)
    await call.silence()
    await house.claim("Anna", call)
    agent = house.agent()
    for _ in range(2):
        await agent.answers()
    await agent.press("1", call)
    await agent.hangs_up(call)
    assert len(house.stretches(call)) == 1 and call.is_listening
    (taken,) = [line for line in house.case(call).history if line.what == "taken_over"]
    assert taken


# ── Messages ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_message_is_kept_with_the_case_and_deleted_at_the_carrier(
    house: House, language: str
) -> None:
    desk = await house.on_shift("Anna", language)
    house.leaves("Anna")
    call = await house.waits(language)
    assert first_of(language, "offer_message") in call.last, call.told()
    said = await call.press("6")
    assert first_of(language, "message_notice") in said and call.is_recorded
    await call.leave_message()
    case = house.case(call)
    assert first_of(language, "message_kept") in call.last and call.has_heard_number(case.tracking_number)
    (sid,) = call.recordings
    house.twilio.recordings[sid] = MP3
    await call.hang_up()
    await house.later(seconds=6)
    with house.product.store.view() as unit:
        (message,) = unit.evidence.of_case(case.tracking_number)
    assert (message.state, message.media_type, message.source) == ("kept", "audio/mpeg", sid)
    address = f"/desk/cases/{case.tracking_number}/evidence/{message.id}"
    file = await desk.client.get(address)
    assert file.content == MP3 and file.headers["content-type"] == "audio/mpeg"
    assert address in await desk.see(f"/desk/cases/{case.tracking_number}")
    await house.tick()
    assert house.twilio.recordings == {}


async def test_a_message_of_whoever_told_nothing_yet_has_a_case_of_its_own(house: House) -> None:
    call = await house.phone.call()
    await call.press("1")
    await call.press("0")
    await call.say("leave a message")
    assert call.is_recorded, call.told()
    await call.leave_message()
    case = house.case(call)
    assert [promise.what for promise in case.promises if promise.what == "call_back"] == ["call_back"]
    await call.say(COMPLAINTS["en"].story)
    assert "internet" in house.case(call).complaint.narrative
    assert house.case(call).tracking_number == case.tracking_number


async def test_nothing_is_lost_when_the_caller_hangs_up_or_the_carrier_is_slow(house: House) -> None:
    call = await house.waits("en")
    await call.press("6")
    await call.hang_up()
    (sid,) = call.recordings
    await house.later(seconds=6)
    house.twilio.recordings[sid] = MP3
    house.twilio.fail(503, on="delete_recording")
    await house.later(minutes=1)
    with house.product.store.view() as unit:
        (message,) = unit.evidence.of_conversation(house.conversation(call).id)
    assert message.state == "kept"
    await house.later(minutes=5)
    assert house.twilio.recordings == {}


async def test_what_is_no_recording_is_refused_and_stays_at_the_carrier(house: House) -> None:
    call = await house.waits("en")
    await call.press("6")
    await call.leave_message()
    (sid,) = call.recordings
    house.twilio.recordings[sid] = b"<html>" + bytes(64)
    await house.later(seconds=6)
    with house.product.store.view() as unit:
        (message,) = unit.evidence.of_conversation(house.conversation(call).id)
    assert (message.state, message.reason) == ("refused", "type")
    assert sid in house.twilio.recordings


async def test_whoever_says_nothing_after_the_tone_hears_so_and_goes_on(house: House) -> None:
    call = await house.waits("en")
    await call.press("6")
    heard = await call.say_nothing_after_the_tone()
    assert first_of("en", "message_missing") in heard and call.is_listening
    with house.product.store.view() as unit:
        assert unit.evidence.of_conversation(house.conversation(call).id) == []


async def test_a_message_is_offered_only_where_nobody_is_there(house: House) -> None:
    await house.on_shift("Anna")
    call = await house.phone.call()
    await call.press("1")
    assert pack("en", "voice")["no_such_key"] in await call.press("6")


# ── Over a WebSocket, and with somebody who is rung for everybody ──────────────────────────────────


async def test_a_relay_is_left_for_the_line_and_come_back_to(house: House) -> None:
    house.product.app.state.services = replace(
        house.product.app.state.services,
        settings=replace(house.product.settings, voice_mode="relay"),
    )
    await house.on_shift("Anna")
    call = await house.waits("en")
    assert call.queue and first_of("en", "next") in call.last, call.told()
    await house.claim("Anna", call)
    agent = house.agent()
    await agent.answers()
    await agent.press("1", call)
    assert call.is_with_person
    heard = await agent.hangs_up(call)
    assert pack("en", "voice")["after_person"].split(".")[0] in heard and call.is_listening
    await call.hang_up()


async def test_whoever_waits_when_the_last_agent_leaves_is_put_through_where_somebody_is_rung_for_everybody(
    house: House,
) -> None:
    calls = house.product.app.state.services.calls
    calls._settings = replace(calls._settings, handoff_number="+14165550111")
    house.product.app.state.services = replace(house.product.app.state.services, settings=calls._settings)
    await house.on_shift("Anna")
    call = await house.waits("en", person=ACCEPTS)
    assert call.queue and call.dialled == []
    house.leaves("Anna")
    await house.waits_on(call)
    assert call.is_with_person and call.dialled == ["+14165550111"], call.told()
