"""What Rasa's own text channel gets wrong, each shown on it first, and that ours does not."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import CodeType, FunctionType
from typing import Any

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.core.channels.twilio import TwilioInput, TwilioOutput
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from sqlalchemy import create_engine, select
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from twilio.twiml.messaging_response import MessagingResponse

from bot.cases.conversation import DELIVERED, Notice
from bot.cases.texting import START, STOP, WAITING
from bot.clock import Clock
from bot.languages import pack
from bot.languages.wording import filled_in
from bot.notices.delivery import couriers
from bot.notices.segments import MOST_CHARACTERS
from bot.notices.twilio import API, TIMEOUT_SECONDS, TwilioCall, TwilioSms, client
from bot.observe import formatter
from bot.provider import profile
from bot.settings import Settings
from bot.store.tables import consents, inbound, outbox
from tests.gateway.fakes import Gateway, until
from tests.phone.rest import ACCOUNT, NUMBER, TOKEN, Twilio
from tests.phone.texting import TEXTER, Texter
from tests.phone.twiml import valid
from tests.phone.webhooks import BASE
from tests.stock.test_voice import CALLER, Bot, Stock, echo, replies, reply

SID = "SM" + "1" * 32
STRANGER = "+15145550177"
PHOTO = f"{API}/2010-04-01/Accounts/{ACCOUNT}/Messages/MM{'2' * 32}/Media/ME{'3' * 32}"
LONG = "Here is what I was told about it. " * 60
WORDS = {language: pack(language, "sms") for language in ("en", "fr", "it")}
OPERATOR = profile(Settings().provider)


class Texts(Stock):
    """The stock text channel behind its own route."""

    def __init__(self, bot: Bot = echo, **credentials: Any) -> None:
        known = {"account_sid": ACCOUNT, "auth_token": TOKEN, "twilio_number": NUMBER}
        super().__init__(bot, TwilioInput.from_credentials(known | credentials))

    async def _handle(self, message: UserMessage) -> None:
        self.handled.append(message)
        await self.bot(message)


@pytest.fixture
def carrier(monkeypatch: pytest.MonkeyPatch) -> Iterator[Twilio]:
    """Twilio, to which the stock channel's requests go too."""
    with Twilio() as twilio:
        ask = TwilioHttpClient.request

        def request(self: TwilioHttpClient, method: str, url: str, *arguments: Any, **named: Any) -> Any:
            return ask(self, method, url.replace(API, twilio.base), *arguments, **named)

        monkeypatch.setattr(TwilioHttpClient, "request", request)
        yield twilio


@pytest.fixture
def stock(carrier: Twilio) -> TwilioOutput:
    """What the stock channel sends with."""
    return TwilioOutput(ACCOUNT, TOKEN, NUMBER)


@dataclass
class House:
    """Our gateway, and the clock that sends what it has put up."""

    gateway: Gateway
    carrier: Twilio
    settings: Settings

    @property
    def app(self) -> Any:
        return self.gateway.app

    @property
    def store(self) -> Any:
        return self.gateway.store

    def sends(self, later: timedelta = timedelta(), **settings: Any) -> None:
        """Let the clock send what is due after a while."""
        self.sends_at(datetime.now(UTC) + later, **settings)

    def sends_at(self, now: datetime, **settings: Any) -> None:
        chosen = Settings(**(vars(self.settings) | settings))
        Clock(self.store, couriers(chosen), OPERATOR, lambda: now).tick()

    def rows(self, table: Any) -> list[dict[str, Any]]:
        engine = create_engine(self.settings.database_url)
        with engine.connect() as connection:
            rows = [dict(row) for row in connection.execute(select(table.columns.values())).mappings()]
        engine.dispose()
        return rows


@pytest.fixture
async def house(start: Any, carrier: Twilio, database_url: str, tmp_path: Any) -> AsyncIterator[House]:
    settings = {**carrier.settings, "public_url": BASE, "database_url": database_url}
    async with start(**settings) as gateway:
        yield House(gateway, carrier, Settings(data_dir=tmp_path, **settings))


@pytest.fixture
def texter(house: House) -> Texter:
    return Texter(house)


class TestAnyoneCanTextAsACustomer:
    """A request is believed that Twilio never signed."""

    async def test_stock(self, carrier) -> None:
        texts = Texts()
        assert (await texts.post(MessageSid=SID, Body="close my account")).status_code == 204
        assert [(message.sender_id, message.text) for message in texts.handled] == [
            (CALLER, "close my account")
        ]

    @pytest.mark.parametrize("signature", [None, "", "bm90IHRoZSBzaWduYXR1cmU="])
    async def test_ours(self, house, signature) -> None:
        headers = {} if signature is None else {"x-twilio-signature": signature}
        form = {"MessageSid": SID, "From": CALLER, "To": NUMBER, "Body": "close my account"}
        response = await house.gateway.client.post("/twilio/sms", data=form, headers=headers)
        assert response.status_code == 403
        assert house.rows(inbound) == [] and house.rows(outbox) == []


class TestATextThatComesTwiceIsAnsweredTwice:
    """The carrier's id of a text is thrown away, so a second delivery is a second text."""

    async def test_stock(self, carrier) -> None:
        texts = Texts()
        for _ in range(2):
            await texts.post(MessageSid=SID, Body="my bill is wrong")
        assert texts.texts == ["my bill is wrong"] * 2
        assert len(carrier.sent(CALLER)) == 2
        assert SID not in {message.message_id for message in texts.handled}

    async def test_ours(self, house, texter) -> None:
        assert len(await texter.send("my bill is wrong")) == 1
        await texter.again()
        assert len(await texter.send_twice("since May")) == 1
        assert house.gateway.engine.texts == ["my bill is wrong", "since May"]


class TestAllButTheWordsIsLost:
    """Whom the text was sent to, what came with it, and that the carrier has ended the texts already: all dropped."""

    TOLD = {
        "To": NUMBER,
        "NumMedia": "1",
        "MediaUrl0": PHOTO,
        "MediaContentType0": "image/jpeg",
        "FromCity": "QUEBEC",
        "OptOutType": "STOP",
    }

    async def test_stock(self, carrier) -> None:
        texts = Texts()
        await texts.post(MessageSid=SID, Body="no more please", **self.TOLD)
        [handled] = texts.handled
        assert not handled.metadata
        assert not any(value in str(vars(handled)) for value in (PHOTO, "QUEBEC", "STOP"))

    async def test_ours_keeps_what_came_with_it(self, house, texter) -> None:
        await texter.send("here is my bill", photos=[PHOTO])
        with house.store.view() as unit:
            [piece] = unit.evidence.of_conversation(unit.texters.conversation_of(TEXTER))
        assert (piece.url, piece.media_type, piece.state) == (PHOTO, "image/jpeg", WAITING)

    async def test_ours_knows_that_the_carrier_has_answered(self, house, texter) -> None:
        assert await texter.send("no more please", OptOutType="STOP") == []
        with house.store.view() as unit:
            assert unit.texters.wants_no_texts(TEXTER)

    async def test_ours_knows_its_own_number(self, house) -> None:
        """A text that we sent to ourselves would be answered for ever."""
        texter = Texter(house, NUMBER)
        assert await texter.send("hello") == [] and house.gateway.engine.texts == []


class TestAPhotoWithoutWordsIsAFailure:
    """A picture sent alone has no text, and the channel fails over that."""

    PHOTO = {"NumMedia": "1", "MediaUrl0": PHOTO, "MediaContentType0": "image/jpeg"}

    async def test_stock(self, carrier) -> None:
        texts = Texts()
        form = {name: value for name, value in self.PHOTO.items()}
        assert (await texts.post(MessageSid=SID, **form)).status_code == 500
        # sanic drops what is empty, so that an empty text is none
        assert (await texts.post(MessageSid=SID, Body="", **form)).status_code == 500
        assert texts.handled == [] and carrier.sent() == []

    async def test_ours(self, house, texter) -> None:
        [answer] = await texter.send("", photos=[PHOTO])
        assert _plain(WORDS["en"]["file_taken"]) in _plain(answer)
        assert _plain(WORDS["en"]["words_please"]) in _plain(answer)
        with house.store.view() as unit:
            assert len(unit.evidence.of_conversation(unit.texters.conversation_of(TEXTER))) == 1
        assert house.gateway.engine.texts == []


class TestASharedLocationTellsNothing:
    """It becomes an intent whose entities are written so that Rasa itself cannot read them."""

    PLACE = {"Latitude": "45.5", "Longitude": "-73.6"}

    async def test_stock(self, carrier) -> None:
        texts = Texts()
        await texts.post(MessageSid=SID, **self.PLACE)
        assert texts.texts == ["/locationData{'Latitude': 45.5,'Longitude': -73.6}"]
        read, readable = (self._read(text) for text in (texts.texts[0], texts.texts[0].replace("'", '"')))
        assert (read.get(INTENT)["name"], read.get(ENTITIES)) == ("locationData", [])
        assert len(readable.get(ENTITIES)) == 2

    def _read(self, text: str) -> Message:
        return YAMLStoryReader.unpack_regex_message(
            Message({TEXT: text}), Domain.from_dict({"intents": ["locationData"], "entities": [*self.PLACE]})
        )

    async def test_ours(self, house, texter) -> None:
        [answer] = await texter.send("", **self.PLACE)
        assert _plain(WORDS["en"]["location"]) in _plain(answer)
        assert house.gateway.engine.texts == []
        [answer] = await texter.send("it is down at home", **self.PLACE)
        assert _plain(WORDS["en"]["location"]) in _plain(answer) and "echo it is down at home" in answer
        assert house.gateway.engine.texts == ["it is down at home"]


class TestOneAnswerIsSeveralTextsSomeOfThemEmpty:
    """Each empty line ends a text: they may arrive in any order, and what holds nothing is refused."""

    TEXT = "First one thing.\n\n\n\nThen another."

    async def test_stock(self, carrier, stock) -> None:
        await stock.send_text_message(CALLER, self.TEXT)
        assert [sent["Body"] for sent in carrier.sent(CALLER)] == ["First one thing.", "Then another."]
        assert [status for _, _, status in carrier.requests] == [201, 400, 201]

    async def test_ours(self, house, texter, carrier) -> None:
        replies(house.gateway, reply("echo", self.TEXT), reply("echo", "Is that right?"))
        await texter.send("hello")
        house.sends()
        [sent] = carrier.sent(TEXTER)
        assert all(words in sent["Body"] for words in ("First one thing.", "Then another.", "Is that right?"))
        assert "\n\n" not in sent["Body"]
        assert [status for _, _, status in carrier.requests] == [201]


class TestALongAnswerIsNeverSent:
    """More than 1,600 characters are sent off as they are; the carrier refuses them, and nobody notices."""

    async def test_stock(self, carrier, stock) -> None:
        await stock.send_text_message(CALLER, LONG)
        assert [status for _, _, status in carrier.requests] == [400] and carrier.sent() == []

    async def test_ours(self, house, texter, carrier) -> None:
        replies(house.gateway, reply("echo", LONG), reply("echo", "Is that right?"))
        await texter.send("hello")
        house.sends()
        [sent] = carrier.sent(TEXTER)
        assert len(LONG) > MOST_CHARACTERS >= len(sent["Body"])
        assert sent["Body"].endswith("Is that right?")


class TestAnErrorIsNeverTriedAgain:
    """The loop that tries again ends at the first error, forgets how often it tried, and says that nothing is wrong."""

    async def test_stock(self, carrier, stock) -> None:
        assert stock.max_retry == 5
        for status in (429, 503):
            carrier.fail(status)
            await stock.send_text_message(CALLER, f"Your case is open, after {status}.")
        assert [status for _, _, status in carrier.requests] == [429, 503]
        assert carrier.sent() == [] and stock.send_retry == 0

    @pytest.mark.parametrize("status", [429, 503])
    async def test_ours(self, house, texter, carrier, status) -> None:
        carrier.fail(status, on="create_message")
        await texter.send("hello")
        house.sends()
        assert carrier.sent() == []
        for minutes in (5, 10):
            house.sends(timedelta(minutes=minutes))
        [sent] = carrier.sent(TEXTER)
        assert sent["Body"] == texter.last

    async def test_ours_writes_down_what_is_refused_for_good(self, house, texter, carrier) -> None:
        carrier.landlines.add(TEXTER)
        await texter.send("hello")
        for minutes in (0, 30):
            house.sends(timedelta(minutes=minutes))
        [row] = house.rows(outbox)
        assert (row["reason_code"], row["sent_at"], row["due_at"]) == ("no_mobile", None, None)
        assert [status for _, _, status in carrier.requests] == [400]


class TestASlowCarrierStopsEverybody:
    """Texts are sent within the loop that serves all customers, which waits for the carrier's answer."""

    @pytest.fixture
    def asked_from(self, carrier, monkeypatch) -> list[int]:
        """From which threads the carrier was asked."""
        threads, ask = list[int](), TwilioHttpClient.request

        def request(self: TwilioHttpClient, *arguments: Any, **named: Any) -> Any:
            threads.append(threading.get_ident())
            return ask(self, *arguments, **named)

        monkeypatch.setattr(TwilioHttpClient, "request", request)
        return threads

    async def test_stock(self, asked_from) -> None:
        await Texts().post(MessageSid=SID, Body="hello")
        assert asked_from == [threading.get_ident()]

    async def test_ours(self, house, texter, asked_from) -> None:
        """The gateway asks the carrier for nothing: what it says waits in the outbox, for a process of its own."""
        await texter.send("hello")
        assert asked_from == []
        await asyncio.to_thread(house.sends)
        assert len(asked_from) == 1


class TestEveryTextMakesAClientOfItsOwn:
    """Each has a new session, and so a new connection, and would wait for the carrier for ever."""

    async def test_stock(self, carrier) -> None:
        texts = Texts()
        for number in ("1", "2"):
            await texts.post(MessageSid=SID[:-1] + number, Body="hello")
        clients: list[Client] = [message.output_channel for message in texts.handled]
        assert len({id(each.http_client.session) for each in clients}) == 2
        assert [each.http_client.timeout for each in clients] == [None, None]

    def test_ours(self, carrier) -> None:
        settings = Settings(**carrier.settings)
        ours = [TwilioSms(settings)._client, TwilioSms(settings)._client, TwilioCall(settings)._client]
        assert {id(each) for each in ours} == {id(client(settings))}
        assert 0 < client(settings).http_client.timeout == TIMEOUT_SECONDS < 15


class TestChoicesShowWhatIsBehindThem:
    """Each choice is a text of its own, with the intent and the entities that it stands for."""

    CHOICES = ("internet", "wireless")

    async def test_stock(self, carrier) -> None:
        async def bot(message: UserMessage) -> None:
            buttons = [
                {"title": name.capitalize(), "payload": f"/service{json.dumps({'service': name})}"}
                for name in self.CHOICES
            ]
            await message.output_channel.send_text_with_buttons(message.sender_id, "Which one?", buttons)

        texts = Texts(bot)
        await texts.post(MessageSid=SID, Body="it does not work")
        assert [sent["Body"] for sent in carrier.sent(CALLER)] == [
            "Which one?",
            '1: Internet (/service{"service": "internet"})',
            '2: Wireless (/service{"service": "wireless"})',
        ]
        await texts.post(MessageSid=SID, Body="2")
        assert texts.texts[-1] == "2"

    async def test_ours(self, house, texter) -> None:
        replies(house.gateway, reply("question_service", "Which one?", *self.CHOICES))
        [asked] = await texter.send("it does not work")
        assert asked.endswith("Which one?\n1 internet\n2 wireless")
        assert not any(sign in asked for sign in "/{}")
        await texter.send("2")
        assert house.gateway.engine.texts == ["it does not work", "wireless"]


class TestAFailureIsAnsweredWithNothing:
    """An error of the dialogue is one of the webhook, even where it is set up otherwise; the customer hears nothing."""

    async def test_stock(self, carrier) -> None:
        async def bot(message: UserMessage) -> None:
            raise RuntimeError("broken on purpose")

        texts = Texts(bot, debug_mode=False)
        assert (await texts.post(MessageSid=SID, Body="my bill is wrong")).status_code == 500
        assert carrier.sent() == []

    async def test_ours(self, house, texter) -> None:
        house.gateway.engine.down = True
        answer = await _text(texter, "my bill is wrong")
        assert answer.status_code == 200
        await until(lambda: texter.received)
        assert OPERATOR.phone in texter.last
        house.gateway.engine.down = False
        await until(lambda: "echo my bill is wrong" in texter.last)
        assert len(texter.received) == 2


class TestTheCarrierWaitsForTheWholeTurn:
    """What takes longer than fifteen seconds counts as failed, and is delivered again."""

    async def test_stock(self, carrier) -> None:
        begun, may_end = asyncio.Event(), asyncio.Event()

        async def bot(message: UserMessage) -> None:
            begun.set()
            await may_end.wait()

        waiting = asyncio.create_task(Texts(bot).post(MessageSid=SID, Body="my bill"))
        async with asyncio.timeout(5):
            await begun.wait()
        done, _ = await asyncio.wait({waiting}, timeout=0.2)
        assert not done
        may_end.set()
        assert (await waiting).status_code == 204

    async def test_ours(self, house, texter) -> None:
        house.gateway.engine.gate.clear()
        answer = await _text(texter, "my bill is wrong")
        assert answer.status_code == 200 and len(valid(answer.text, MessagingResponse)) == 0
        await until(lambda: house.gateway.engine.texts)
        assert texter.received == []
        house.gateway.engine.gate.set()
        await until(lambda: texter.received)
        assert "echo my bill is wrong" in texter.last


class TestAPayloadCanTextAnybody:
    """What a dialogue adds to a message goes to the carrier as it is, the recipient included."""

    async def test_stock(self, carrier) -> None:
        async def bot(message: UserMessage) -> None:
            payload = {"to": STRANGER, "body": "Your case is open."}
            await message.output_channel.send_custom_json(message.sender_id, payload)

        await Texts(bot).post(MessageSid=SID, Body="hello")
        assert [sent["To"] for sent in carrier.sent()] == [STRANGER]

    async def test_ours(self, house, texter, carrier) -> None:
        payload = {
            "to": STRANGER,
            "recipient_id": STRANGER,
            "body": "Your case is open.",
            "media_url": [PHOTO],
        }
        replies(
            house.gateway,
            reply("echo", "Hello.") | {"values": {"text": "Hello.", **payload}} | payload,
            {"reply": "no_such_reply", "values": payload, "custom": payload},
        )
        await texter.send("hello")
        house.sends()
        [sent] = carrier.sent()
        assert sent["To"] == TEXTER and "Hello." in sent["Body"]
        assert STRANGER not in str(sent.form) and PHOTO not in str(sent.form)


class TestNobodyLearnsWhatBecameOfAText:
    """It is not asked for, and every text leaves from the one number that is set up."""

    async def test_stock(self, carrier, stock) -> None:
        await stock.send_text_message(CALLER, "Your case is open.")
        [sent] = carrier.sent(CALLER)
        assert set(sent.form) == {"To", "From", "Body"} and sent["From"] == NUMBER

    async def test_ours_asks_and_keeps_it(self, house, texter, carrier) -> None:
        await texter.send("hello")
        house.sends()
        [sent] = carrier.sent(TEXTER)
        address, sid = sent["StatusCallback"], sent.answer["sid"]
        assert address == f"{BASE}/twilio/sms/status"
        await texter.webhooks.post(address, carrier.status_form(sid, "delivered"))
        assert [(row["carrier_id"], row["delivery"]) for row in house.rows(outbox)] == [(sid, DELIVERED)]

    async def test_ours_may_leave_from_a_pool_of_numbers(self, house, texter, carrier) -> None:
        service = carrier.add_service()
        await texter.send("hello")
        house.sends(twilio_messaging_service_sid=service)
        [sent] = carrier.sent(TEXTER)
        assert sent["MessagingServiceSid"] == service and "From" not in sent.form


class TestStopIsAWordLikeAnyOther:
    """Whoever wants no more texts is answered with one, and gets all others too; nor does the hour matter."""

    async def test_stock(self, carrier, stock) -> None:
        texts = Texts()
        for word in ("STOP", "ARRET", "HELP", "START"):
            await texts.post(MessageSid=SID, Body=word)
        assert texts.texts == ["STOP", "ARRET", "HELP", "START"]
        await stock.send_text_message(CALLER, "Your case is open.")
        assert len(carrier.sent(CALLER)) == 5

    def test_stock_knows_no_hour(self) -> None:
        used = {name for function in _functions_of(TwilioOutput) for name in _names_in(function.__code__)}
        assert {"messages", "create", "split"} <= used
        assert not used & {"datetime", "time", "now", "hour", "zoneinfo", "schedule", "send_at"}

    @pytest.mark.parametrize(
        ("stop", "again", "language"),
        [("STOP", "START", "en"), ("Arrêt", "reprendre", "fr"), ("ferma", "riprendi", "it")],
    )
    async def test_ours_stops_and_starts_again(self, house, texter, carrier, stop, again, language) -> None:
        [stopped] = await texter.send(stop)
        assert _said(WORDS[language]["stopped"]) in _plain(stopped)
        assert await texter.send("hello") == [] and await texter.send(stop) == []
        notice = Notice("case:1", "sms", TEXTER, "en", "Your case is open.", datetime.now(UTC))
        with house.store.unit() as unit:
            unit.outbox.add(notice)
        house.sends()
        assert [_plain(sent["Body"]) for sent in carrier.sent(TEXTER)] == [_plain(stopped)]
        resumed = "\n".join(await texter.send(again))
        assert _said(WORDS[language]["resumed"]) in _plain(resumed)
        assert len(await texter.send("hello again")) == 1
        wishes = [(row["phone"], row["wish"], row["word"]) for row in house.rows(consents)]
        assert wishes == [(TEXTER, STOP, stop), (TEXTER, STOP, stop), (TEXTER, START, again)]

    @pytest.mark.parametrize(("word", "language"), [("HELP", "en"), ("aide", "fr"), ("aiuto", "it")])
    async def test_ours_helps(self, house, texter, word, language) -> None:
        [helped] = await texter.send(word)
        assert _said(WORDS[language]["help"]) in _plain(helped)
        assert house.gateway.engine.texts == []

    def test_ours_lets_people_sleep(self, house, carrier) -> None:
        night = datetime(2026, 12, 2, 8, 0, tzinfo=UTC)
        notice = Notice("case:1", "sms", TEXTER, "fr", "Dossier ouvert.", night, unasked=True)
        with house.store.unit() as unit:
            unit.outbox.add(notice)
        for hour in (0, 5):
            house.sends_at(night + timedelta(hours=hour))
            assert carrier.sent() == []
        house.sends_at(night + timedelta(hours=7))
        assert len(carrier.sent(TEXTER)) == 1


class TestAForeignSignIsWrittenOver:
    """Every "¡" becomes "@", because some carriers make the one out of the other in addresses."""

    TEXT = "¡Hola! Mi internet no funciona, ¡ayuda!"

    async def test_stock(self, carrier) -> None:
        texts = Texts()
        await texts.post(MessageSid=SID, Body=self.TEXT)
        assert texts.texts == ["@Hola! Mi internet no funciona, @ayuda!"]

    async def test_ours(self, house, texter) -> None:
        await texter.send(self.TEXT)
        assert house.gateway.engine.texts == [self.TEXT]

    @pytest.mark.parametrize("address", ["dana.tremblay{}example.com", "d-t+bell{}mail.example.co.uk"])
    async def test_ours_mends_addresses(self, house, texter, address) -> None:
        await texter.send(f"¡Hola! It is {address.format('¡')}, ¡gracias!")
        assert house.gateway.engine.texts == [f"¡Hola! It is {address.format('@')}, ¡gracias!"]


class TestWhatWasWrittenStandsInTheLog:
    """The words of an error are written down as they are, and they may be the customer's."""

    TEXT = "my name is Marie Tremblay, account 4032-1185"

    async def test_stock(self, carrier, caplog) -> None:
        async def bot(message: UserMessage) -> None:
            raise ValueError(f"cannot read {message.text}")

        await Texts(bot).post(MessageSid=SID, Body=self.TEXT)
        logged = [
            record.getMessage()
            for record in caplog.records
            if record.name == "rasa.core.channels.twilio" and record.levelno == logging.ERROR
        ]
        assert len(logged) == 1 and self.TEXT in logged[0]

    async def test_ours(self, house, texter, logged) -> None:
        def fail(turn: Any) -> None:
            raise ValueError(f"cannot read {turn.text}")

        house.gateway.engine.on_turn = fail
        await _text(texter, self.TEXT)
        await until(lambda: [entry for entry in logged if entry.get("exc_info")])
        house.gateway.engine.on_turn = lambda _: None
        lines = "\n".join(map(_written, logged))
        assert "ValueError" in lines
        assert not any(word in lines for word in ("Marie", "Tremblay", "4032", TEXTER[1:]))


async def _text(texter: Texter, body: str) -> Any:
    """Deliver a text and return the answer of the webhook, without waiting for ours."""
    return await texter.webhooks.post(f"{BASE}/twilio/sms", texter._form(body, ()))


def _said(words: str) -> str:
    return _plain(filled_in(words, {"provider": OPERATOR.name, "phone": OPERATOR.phone}, "en"))


def _plain(text: str) -> str:
    return " ".join(text.replace("’", "'").split())


def _written(entry: dict[str, Any]) -> str:
    """Return what stands in the log for something that was logged."""
    record = logging.LogRecord("bot.gateway", logging.ERROR, "", 0, entry, (), None)
    record._logger, record._name = None, "error"  # as structlog marks its own
    return formatter("gateway", as_json=True).format(record)


def _functions_of(one: type) -> list[FunctionType]:
    return [each for each in vars(one).values() if isinstance(each, FunctionType)]


def _names_in(code: CodeType) -> set[str]:
    return {*code.co_names, *code.co_varnames}


FAULTS = {
    "T1": TestAnyoneCanTextAsACustomer,
    "T2": TestATextThatComesTwiceIsAnsweredTwice,
    "T3": TestAllButTheWordsIsLost,
    "T4": TestAPhotoWithoutWordsIsAFailure,
    "T5": TestASharedLocationTellsNothing,
    "T6": TestOneAnswerIsSeveralTextsSomeOfThemEmpty,
    "T7": TestALongAnswerIsNeverSent,
    "T8": TestAnErrorIsNeverTriedAgain,
    "T9": TestASlowCarrierStopsEverybody,
    "T10": TestEveryTextMakesAClientOfItsOwn,
    "T11": TestChoicesShowWhatIsBehindThem,
    "T12": TestAFailureIsAnsweredWithNothing,
    "T13": TestTheCarrierWaitsForTheWholeTurn,
    "T14": TestAPayloadCanTextAnybody,
    "T15": TestNobodyLearnsWhatBecameOfAText,
    "T16": TestStopIsAWordLikeAnyOther,
    "T17": TestAForeignSignIsWrittenOver,
    "T18": TestWhatWasWrittenStandsInTheLog,
}


def test_no_fault_is_forgotten() -> None:
    assert list(FAULTS) == [f"T{number}" for number in range(1, 19)]
    assert len(set(FAULTS.values())) == len(FAULTS)
    for fault in FAULTS.values():
        assert "test_stock" in vars(fault)
        assert any(name.startswith("test_ours") for name in vars(fault))
