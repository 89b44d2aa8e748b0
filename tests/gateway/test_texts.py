"""Texts over the gateway: each once, answered with one text; wishes recorded; nobody inherits another's proofs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import select
from twilio.request_validator import RequestValidator

from bot.cases.case import Case
from bot.cases.complaint import Complaint
from bot.cases.conversation import Conversation, Notice, Proof
from bot.cases.records import Customer
from bot.cases.texting import GOES_ON_FOR, MOST_ANSWERS_AN_HOUR
from bot.languages import pack
from bot.notices.segments import MOST_CHARACTERS, fits
from bot.settings import Secret
from bot.store.tables import consents
from tests.gateway.fakes import Gateway, outbox_of, until

TOKEN, BASE = "auth-token-of-the-tests", "https://care.example.com"
PHONE, OURS = "+14165550123", "+18665550100"
WORDS = {language: pack(language, "sms") for language in ("en", "fr", "it")}


@dataclass
class Mobile:
    """Whoever texts us from a number."""

    gateway: Gateway
    phone: str = PHONE
    sent: int = 0

    async def post(self, body: str, sid: str | None = None, token: str = TOKEN, **told: str):
        self.sent += 1
        form = {"MessageSid": sid or f"SM{self.sent:032d}", "From": self.phone, "To": OURS, "Body": body}
        form |= told
        response = await self.gateway.client.post(
            "/twilio/sms",
            content=urlencode(form),
            headers={
                "content-type": "application/x-www-form-urlencoded",
                "x-twilio-signature": RequestValidator(token).compute_signature(f"{BASE}/twilio/sms", form),
            },
        )
        return response

    async def send(self, body: str, sid: str | None = None, **told: str) -> list[str]:
        """Text, wait until it was answered, and return what came of it."""
        before = len(self.received)
        response = await self.post(body, sid, **told)
        assert response.status_code == 200, response.text
        assert "<Message" not in response.text
        await until(lambda: not self.gateway.app.state.services.texts._at_work)
        return self.received[before:]

    @property
    def received(self) -> list[str]:
        return [each.text for each in outbox_of(self.gateway.store) if each.to == self.phone]

    @property
    def conversation(self):
        with self.gateway.store.view() as unit:
            return unit.conversations.get(unit.texters.conversation_of(self.phone))

    def wishes(self) -> list[tuple[str, str]]:
        with self.gateway.store.view() as unit:
            rows = unit.consents._rows(select([consents.c.wish, consents.c.word]))
        return [(row["wish"], row["word"]) for row in rows]


@pytest.fixture
async def mobile(start):
    settings = {"public_url": BASE, "twilio_auth_token": Secret(TOKEN), "twilio_number": OURS}
    async with start(**settings, messages_per_minute=1_000) as gateway:
        yield Mobile(gateway)


async def test_a_text_starts_a_conversation_and_is_answered_with_one_text(mobile):
    [first] = await mobile.send("My internet bill is wrong since May")
    greeting = WORDS["en"]["greeting"].partition("}")[2]
    assert greeting.strip() in first and "echo My internet bill is wrong" in first
    assert mobile.conversation.channel == "sms"
    [second] = await mobile.send("It was 40 dollars too much")
    assert greeting.strip() not in second
    assert mobile.gateway.engine.texts == [
        "My internet bill is wrong since May",
        "It was 40 dollars too much",
    ]


@pytest.mark.parametrize(
    "text, language",
    [
        ("Ma facture est fausse depuis le mois de mai", "fr"),
        ("La mia bolletta è sbagliata da maggio", "it"),
        ("Allo", "fr"),
        ("Buongiorno", "it"),
        ("pas d’internet", "fr"),
    ],
)
async def test_the_language_is_that_of_the_first_text(mobile, text, language):
    await mobile.send(text)
    assert mobile.conversation.language == language


async def test_the_same_message_again_changes_nothing(mobile):
    await mobile.send("My bill is wrong", sid="SM" + "1" * 32)
    for _ in range(2):
        assert await mobile.send("My bill is wrong", sid="SM" + "1" * 32) == []
    assert mobile.gateway.engine.texts == ["My bill is wrong"]


async def test_a_forged_text_does_nothing(mobile):
    assert (await mobile.post("My bill is wrong", token="another")).status_code == 403
    assert mobile.gateway.engine.texts == [] and mobile.received == []


@pytest.mark.parametrize("sender", ["", "anonymous", "12345", OURS])
async def test_a_sender_that_cannot_be_answered_is_left_alone(mobile, sender):
    assert await mobile.send("hello", From=sender) == []
    assert mobile.gateway.engine.texts == [] and outbox_of(mobile.gateway.store) == []


@pytest.mark.parametrize(
    "typed, heard",
    [
        ("2", "refund"),
        ("2.", "refund"),
        ("number 2", "refund"),
        ("#1", "repair"),
        ("3", "3"),
        ("40021873", "40021873"),
    ],
)
async def test_numbered_choices_are_mapped_back(mobile, typed, heard):
    mobile.gateway.engine.on_turn = lambda turn: [{"reply": "pick", "choices": ["repair", "refund"]}]
    [offered] = await mobile.send("My bill is wrong")
    assert "1" in offered and "repair" in offered and "2" in offered and "refund" in offered
    await mobile.send(typed)
    assert mobile.gateway.engine.texts[-1] == heard


@pytest.mark.parametrize(
    "word, language", [("STOP", "en"), ("Arrêt", "fr"), ("ARRET", "fr"), ("ferma", "it"), ("Stop.", "en")]
)
async def test_a_wish_for_no_more_texts_is_recorded_and_answered_once(mobile, word, language):
    await mobile.send("My bill is wrong")
    [answer] = await mobile.send(word)
    assert "START" in answer or language != "en"
    assert await mobile.send(word) == []
    assert [wish for wish, _ in mobile.wishes()] == ["stop", "stop"]
    assert mobile.wishes()[0] == ("stop", word)
    assert mobile.gateway.engine.texts == ["My bill is wrong"]
    with mobile.gateway.store.view() as unit:
        assert unit.texters.wants_no_texts(PHONE)


async def test_a_wish_brought_twice_is_recorded_once(mobile):
    for _ in range(2):
        await mobile.send("STOP", sid="SM" + "2" * 32)
    assert mobile.wishes() == [("stop", "STOP")]
    assert len(mobile.received) == 1


async def test_what_the_carrier_has_answered_is_recorded_and_not_answered_again(mobile):
    assert await mobile.send("STOP", OptOutType="STOP") == []
    assert mobile.wishes() == [("stop", "STOP")]


async def test_texts_begin_again_and_the_conversation_with_them(mobile):
    await mobile.send("My bill is wrong")
    await mobile.send("STOP")
    [answer] = await mobile.send("START")
    assert WORDS["en"]["resumed"].partition("}")[2].replace("’", "'") in answer.replace("’", "'")
    # whoever writes it although texts go out already is asked the open question again
    assert not any("texts again" in text for text in await mobile.send("START"))
    [echoed] = await mobile.send("It was 40 dollars")
    assert "echo It was 40 dollars" in echoed


async def test_help_is_answered_and_no_turn(mobile):
    [answer] = await mobile.send("HELP")
    assert "STOP" in answer and "9-1-1" in answer
    assert mobile.wishes() == [("help", "HELP")] and mobile.gateway.engine.texts == []


@pytest.mark.parametrize("text", ["please stop charging me", "help me with my bill", "I want it to end"])
async def test_a_sentence_with_such_a_word_is_a_turn(mobile, text):
    await mobile.send(text)
    assert mobile.gateway.engine.texts == [text] and mobile.wishes() == []


async def test_a_wish_to_stop_moves_what_waits(mobile):
    await mobile.send("My bill is wrong")
    number, now = "4821-0937-5562", mobile.conversation.created_at
    with mobile.gateway.store.unit() as unit:
        case = Case(number, Complaint(phone=PHONE, email="alex@example.com"), "en", "sms", now)
        unit.cases.add(case, mobile.conversation.id)
        unit.outbox.add(
            Notice(f"{number}:update", "sms", PHONE, "en", "News.", now + timedelta(days=5), number)
        )
    await mobile.send("STOP")
    assert outbox_of(mobile.gateway.store)[-2].key == f"{number}:update:by_email"


@pytest.mark.parametrize("age, goes_on", [(GOES_ON_FOR - timedelta(hours=1), True), (GOES_ON_FOR, False)])
async def test_after_ninety_days_a_number_may_have_a_new_owner(mobile, age, goes_on):
    await mobile.send("My bill is wrong")
    before = mobile.conversation.id
    with mobile.gateway.store.unit() as unit:
        texter = unit.texters.get(PHONE)
        texter.last_at -= age
        unit.texters.save(texter)
    await mobile.send("Hello, is this the telephone company")
    assert (mobile.conversation.id == before) is goes_on


async def test_a_call_that_goes_on_by_text_keeps_what_was_told_and_forgets_what_was_proved(mobile):
    store = mobile.gateway.store
    with store.unit() as unit:
        now = mobile.gateway.app.state.services.now()
        conversation = Conversation("c-call", "", "voice", now, "en")
        conversation.complaint = Complaint(narrative="My bill is wrong")
        conversation.enquiry_proved = True
        unit.conversations.add(conversation)
        unit.proofs.add(Proof("c-call", "40021873", now, customer=CUSTOMER))
        texter = unit.texters.get(PHONE)
        texter.begin("c-call")
        texter.last_at = now
        unit.texters.save(texter)
    await mobile.send("It is me again")
    assert (mobile.conversation.id, mobile.conversation.channel) == ("c-call", "sms")
    assert mobile.conversation.complaint.narrative == "My bill is wrong"
    assert not mobile.conversation.enquiry_proved
    with store.view() as unit:
        assert unit.proofs.of("c-call") is None


async def test_two_numbers_never_share_anything(mobile):
    other = Mobile(mobile.gateway, "+15145550123", sent=100)
    await mobile.send("My bill is wrong")
    await other.send("My phone is dead")
    assert mobile.conversation.id != other.conversation.id
    assert not any("dead" in text for text in mobile.received)


PHOTO = {"MediaUrl0": "https://api.twilio.com/1", "MediaContentType0": "image/jpeg"}


@pytest.mark.parametrize(
    "told, states, words",
    [
        (PHOTO | {"NumMedia": "1"}, ["waiting"], "file_taken"),
        (PHOTO | {"NumMedia": "1", "MediaContentType0": "video/mp4"}, ["refused"], "file_type"),
        (PHOTO | {"NumMedia": "1", "MediaContentType0": "image/svg+xml"}, ["refused"], "file_type"),
        ({"NumMedia": "1", "MediaContentType0": "image/png"}, ["refused"], "file_lost"),
        ({"Latitude": "45.5", "Longitude": "-73.6"}, [], "location"),
        ({}, [], None),
    ],
)
async def test_what_comes_without_words_is_acknowledged_and_asked_about(mobile, told, states, words):
    [answer] = await mobile.send("", **told)
    with mobile.gateway.store.view() as unit:
        assert [piece.state for piece in unit.evidence.of_conversation(mobile.conversation.id)] == states
    if words:
        assert WORDS["en"][words][:30].replace("’", "'") in answer.replace("’", "'")
    assert mobile.gateway.engine.texts == []


async def test_a_photo_with_words_is_evidence_and_a_turn_and_kept_once(mobile):
    for _ in range(2):
        await mobile.send("Look at this bill", sid="MM" + "1" * 32, NumMedia="1", **PHOTO)
    assert mobile.gateway.engine.texts == ["Look at this bill"]
    with mobile.gateway.store.view() as unit:
        assert len(unit.evidence.of_conversation(mobile.conversation.id)) == 1
    assert len(mobile.received) == 1


@pytest.mark.parametrize(
    "reaction",
    ["Liked “{}”", "A aimé « {} »", "Ha messo “Mi piace” a “{}”", "👍 to “{}”", "Removed a like from “{}”"],
)
@pytest.mark.parametrize("length", [None, 30], ids=["whole", "its beginning"])
async def test_a_reaction_is_no_answer(mobile, reaction, length):
    question = "What would put this right for you? Say it in your own words."
    mobile.gateway.engine.on_turn = lambda turn: [{"reply": "long", "values": {"text": question}}]
    [asked] = await mobile.send("My bill is wrong")
    said = asked[asked.index("[en]") :]
    quoted = said if length is None else said[:length] + "…"
    [answer] = await mobile.send(reaction.format(quoted))
    assert "can't read reactions" in answer.replace("’", "'")
    assert mobile.gateway.engine.texts == ["My bill is wrong"]


@pytest.mark.parametrize(
    "text",
    ["You told me “the bill is right” and it is not", "He said “we will call you back”", "I want “a refund”"],
)
async def test_what_quotes_somebody_else_is_a_turn(mobile, text):
    await mobile.send(text)
    assert mobile.gateway.engine.texts == [text]


async def test_two_machines_that_answer_each_other_fall_silent(mobile):
    for number in range(MOST_ANSWERS_AN_HOUR + 3):
        await mobile.send(f"Thank you for your message {number}")
    assert len(mobile.received) == MOST_ANSWERS_AN_HOUR
    assert "lot of texts in an hour" in mobile.received[-1]


async def test_a_long_answer_is_fitted_into_one_text(mobile):
    mobile.gateway.engine.on_turn = lambda turn: [{"reply": "long", "values": {"text": "mot à mot " * 300}}]
    [answer] = await mobile.send("My bill is wrong")
    assert len(answer) <= MOST_CHARACTERS and fits(answer)


CUSTOMER = Customer(
    account_number="40021873",
    name="Alex Tremblay",
    kind="residential",
    language="en",
    province="ON",
    postal_code="M5V 2T6",
    phone_of_record=None,
    phone_kind=None,
    email_of_record=None,
    services=(),
    lines=(),
)
