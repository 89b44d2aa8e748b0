"""What Rasa's own telephone channel gets wrong, each shown on it first, and that ours does not."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.etree.ElementTree import fromstring

import httpx
import pytest
from rasa.core.channels.channel import UserMessage
from rasa.core.channels.twilio import TwilioInput
from rasa.core.channels.twilio_voice import TwilioVoiceInput
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.exceptions import InvalidConfigException
from sanic import Sanic
from twilio.request_validator import RequestValidator
from twilio.twiml.voice_response import VoiceResponse

from bot.cases.case import WAITING
from bot.cases.complaint import Complaint, Nature
from bot.cases.conversation import Notice
from bot.languages import LANGUAGES, pack
from bot.notices.twilio import TwilioCall
from bot.settings import Secret, SettingError, Settings
from tests.gateway.fakes import Gateway, outbox_of
from tests.gateway.test_voice import BASE, PERSON, TOKEN, Heard, Phone, answers
from tests.phone.rest import Twilio
from tests.phone.twiml import valid

CALLER = "+14165550123"
ACCOUNT = "10031865"
FIRST, SECOND = "CA" + "1" * 32, "CA" + "2" * 32
WORDS = {language: pack(language, "voice") for language in LANGUAGES}

Bot = Callable[[UserMessage], Awaitable[None]]

# more than one server in one process, one after the other
Sanic.test_mode = True


async def echo(message: UserMessage) -> None:
    await message.output_channel.send_text_message(message.sender_id, f"You said {message.text}.")


def says(*texts: str) -> Bot:
    """A dialogue that answers whatever is said with these texts."""

    async def bot(message: UserMessage) -> None:
        for text in texts:
            await message.output_channel.send_text_message(message.sender_id, text)

    return bot


class Stock:
    """A stock channel behind its own routes; `bot` stands for the dialogue, and what was said is remembered."""

    def __init__(self, bot: Bot = echo, channel: Any = None, **credentials: Any) -> None:
        self.bot, self.handled = bot, list[UserMessage]()
        self.app = Sanic("stock", register=False, configure_logging=False)
        self.app.ctx.agent = self
        self.tracker_store = InMemoryTrackerStore(Domain.empty())
        self.channel = channel or TwilioVoiceInput.from_credentials(credentials)
        self.place = f"/webhooks/{self.channel.name()}"
        self.app.blueprint(self.channel.blueprint(self._handle), url_prefix=self.place)

    async def _handle(self, message: UserMessage) -> None:
        self.handled.append(message)
        tracker = await self.tracker_store.get_or_create_tracker(message.sender_id)
        tracker.update(UserUttered(message.text))
        await self.bot(message)
        for said in getattr(message.output_channel, "messages", ()):
            tracker.update(BotUttered(said.get("text")))
        await self.tracker_store.save(tracker)

    async def post(self, query: str = "", **told: str) -> httpx.Response:
        """Post as Twilio would, but without a signature."""
        form = {"CallSid": FIRST, "From": CALLER, "To": "+18665550100", "CallStatus": "in-progress", **told}
        if not self.app.router.finalized:
            await self.app._startup()
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
            return await client.post(f"{self.place}/webhook{query}", data=form)

    async def hear(self, **told: str) -> Heard:
        """Post, and return what Twilio was told to do."""
        response = await self.post(**told)
        assert response.status_code == 200, response.text
        return Heard(fromstring(response.text))

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.handled]


@pytest.fixture
async def gateway(start) -> AsyncIterator[Gateway]:
    async with start(twilio_auth_token=Secret(TOKEN), public_url=BASE, handoff_number=PERSON) as started:
        yield started


@pytest.fixture
def phone(gateway) -> Phone:
    return Phone(gateway, FIRST, CALLER)


def replies(gateway: Gateway, *said: dict[str, Any]) -> None:
    gateway.engine.on_turn = lambda _: list(said)


def reply(key: str, text: str = "", *choices: str) -> dict[str, Any]:
    return {"reply": key, "values": {"text": text}, "choices": list(choices)}


def expects(gateway: Gateway, question: str) -> None:
    with gateway.store.unit() as unit:
        conversation = unit.conversations.get(unit.calls.get(FIRST).conversation_id)
        conversation.expects = question
        unit.conversations.save(conversation)


class TestAnyoneCanSpeakAsACaller:
    """A request is believed that Twilio never signed."""

    async def test_stock(self) -> None:
        stock = Stock()
        assert (await stock.post(SpeechResult="close my account")).status_code == 200
        assert stock.texts == ["close my account"]

    @pytest.mark.parametrize("signature", [None, "", "bm90IHRoZSBzaWduYXR1cmU="])
    @pytest.mark.parametrize("path", ["", "/status", "/whisper"])
    async def test_ours(self, gateway, path, signature) -> None:
        headers = {} if signature is None else {"x-twilio-signature": signature}
        form = {"CallSid": FIRST, "From": CALLER, "SpeechResult": "close my account"}
        response = await gateway.client.post(f"/twilio/voice{path}", data=form, headers=headers)
        assert response.status_code == 403
        assert gateway.engine.texts == []
        with gateway.store.view() as unit:
            assert unit.calls.get(FIRST) is None


class TestTheNumberOfTheCallerIsTheConversation:
    """Two calls from one number, and a text from it, are one conversation with one memory; a number can be forged."""

    async def test_stock(self) -> None:
        calls, texts = Stock(), Stock(says(), TwilioInput(None, None, None))
        await calls.hear(CallSid=FIRST, SpeechResult=f"my account is {ACCOUNT}")
        await calls.hear(CallSid=SECOND, SpeechResult="hello")
        await texts.post(Body="hello")
        keys = {message.sender_id for message in [*calls.handled, *texts.handled]}
        assert keys == {CALLER} and len(calls.handled + texts.handled) == 3
        remembered = await calls.tracker_store.retrieve(CALLER)
        assert [event.text for event in remembered.events if isinstance(event, UserUttered)] == calls.texts

    async def test_ours(self, gateway) -> None:
        for sid in (FIRST, SECOND):
            phone = Phone(gateway, sid, CALLER)
            await phone.begin()
            await phone.say(f"my account is {ACCOUNT}" if sid == FIRST else "hello")
        told = await phone.press("*")
        assert ACCOUNT not in told.said.replace(" ", "")
        await phone.post(f"{BASE}/twilio/sms", MessageSid="SM" + "3" * 32, Body="hello")
        with gateway.store.view() as unit:
            keys = [unit.calls.get(sid).conversation_id for sid in (FIRST, SECOND)]
            keys.append(unit.texters.get(CALLER).conversation_id)
        assert len(set(keys)) == 3
        assert not any(CALLER[1:] in key for key in keys)


class TestCallersWithoutANumberShareOneConversation:
    """Whoever withholds their number comes as "anonymous", so strangers talk in one conversation."""

    async def test_stock(self) -> None:
        stock = Stock()
        await stock.hear(CallSid=FIRST, From="anonymous", SpeechResult=f"my account is {ACCOUNT}")
        stranger = await stock.hear(CallSid=SECOND, From="anonymous")
        assert ACCOUNT in stranger.said

    async def test_ours(self, gateway) -> None:
        first, stranger = (Phone(gateway, sid, "anonymous") for sid in (FIRST, SECOND))
        for phone in (first, stranger):
            await phone.begin()
        await first.say(f"my account is {ACCOUNT}")
        heard = [await stranger.press("*"), await stranger.silence(), await stranger.say("hello")]
        assert not any(ACCOUNT in each.said.replace(" ", "") for each in heard)
        assert len({turn.conversation for turn in gateway.engine.turns}) == 2


class TestANewCallHearsTheLastWordsOfAnEarlierOne:
    """A call whose first request is not "ringing" (a redirect, a call that we made) begins with an old answer."""

    async def test_stock(self) -> None:
        stock = Stock()
        await stock.hear(CallSid=FIRST, SpeechResult=f"my account is {ACCOUNT}")
        whoever = await stock.hear(CallSid=SECOND, CallStatus="in-progress")
        assert ACCOUNT in whoever.said

    @pytest.mark.parametrize("status", ["ringing", "in-progress", "queued"])
    async def test_ours(self, gateway, phone, status) -> None:
        await phone.begin()
        await phone.say(f"my account is {ACCOUNT}")
        whoever = await Phone(gateway, SECOND, CALLER).post(CallStatus=status)
        assert ACCOUNT not in whoever.said.replace(" ", "")
        assert WORDS["en"]["menu_short"] in whoever.said


class TestKeysAreNotHeard:
    """Only speech is listened for, and a key that is pressed is answered by saying the same again."""

    async def test_stock(self) -> None:
        stock = Stock()
        asked = await stock.hear(SpeechResult="hello")
        assert asked.attribute("Gather", "input") == "speech"
        assert (await stock.hear(Digits="2")).said == asked.said
        assert stock.texts == ["hello"]

    async def test_ours(self, gateway, phone) -> None:
        replies(gateway, reply("question_service", "", "internet", "wireless"))
        await phone.begin()
        asked = await phone.say("it does not work")
        assert asked.attribute("Gather", "input") == "dtmf speech"
        await phone.press("2")
        assert gateway.engine.texts == ["it does not work", "wireless"]


class TestEveryLanguageIsHeardAsAmericanEnglish:
    """Whatever voice speaks, the recognition is told neither language nor likely words, and swears are starred."""

    ATTRIBUTES = ("language", "hints", "profanityFilter")

    async def test_stock(self) -> None:
        heard = await Stock(says("Bonjour"), assistant_voice="Polly.Chantal").hear(SpeechResult="bonjour")
        assert [heard.attribute("Gather", name) for name in self.ATTRIBUTES] == ["", "", ""]

    @pytest.mark.parametrize(
        ("key", "language", "hint"),
        [("1", "en-CA", "my bill"), ("2", "fr-CA", "ma facture"), ("3", "it-IT", "la mia bolletta")],
    )
    async def test_ours(self, phone, key, language, hint) -> None:
        greeting = await phone.begin(key)
        heard = [greeting.attribute("Gather", name) for name in self.ATTRIBUTES]
        assert (heard[0], heard[2]) == (language, "false")
        assert hint in heard[1]


class TestNoVoiceOfTodayMaySpeak:
    """Neural voices for fr-CA and it-IT and Google's are refused, and one is known only by a misspelt name."""

    VOICES = (
        ("fr", "Polly.Gabrielle-Neural"),
        ("it", "Polly.Bianca-Neural"),
        ("en", "Polly.Salli-Neural"),
        ("fr", "Google.fr-CA-Neural2-A"),
    )

    @pytest.mark.parametrize("voice", [voice for _, voice in VOICES])
    def test_stock(self, voice) -> None:
        with pytest.raises(InvalidConfigException):
            Stock(assistant_voice=voice)

    @pytest.mark.parametrize(("language", "voice"), VOICES)
    async def test_ours(self, gateway, phone, monkeypatch, language, voice) -> None:
        await phone.begin({"en": "1", "fr": "2", "it": "3"}[language])
        monkeypatch.setitem(pack(language, "voice")["speaker"], "voice", voice)
        spoken = await phone.press("*")
        assert {say.get("voice") for say in spoken.root.iter("Say")} == {voice}

    async def test_ours_are_neural(self, gateway, phone) -> None:
        menu = await phone.post(CallStatus="ringing")
        voices = [say.get("voice") for say in menu.root.iter("Say")]
        assert voices == ["Polly.Joanna-Neural", "Polly.Gabrielle-Neural", "Polly.Bianca-Neural"]


class TestNoRecognitionOfTodayMayListen:
    """Only three old speech models can be chosen, and one of them is always asked for."""

    @pytest.mark.parametrize("model", ["googlev2_telephony", "deepgram_nova-2"])
    async def test_stock(self, model) -> None:
        with pytest.raises(InvalidConfigException):
            Stock(speech_model=model)
        assert (await Stock().hear(SpeechResult="hello")).attribute("Gather", "speechModel") == "default"

    async def test_ours(self, phone) -> None:
        """No model is asked for, which has Twilio take the best it has for the language, and another when that fails."""
        greeting = await phone.begin("2")
        assert next(greeting.root.iter("Gather")).get("speechModel") is None


class TestTheCallGoesOnAtAFixedPath:
    """The next request goes to a path without the proxy's prefix, and forgets what the address told."""

    async def test_stock(self) -> None:
        response = await Stock().post("?language=fr", SpeechResult="bonjour")
        action = Heard(fromstring(response.text)).goes_on_at
        assert action == "/webhooks/twilio_voice/webhook"

    async def test_ours(self, start) -> None:
        base = f"{BASE}/behind/a/proxy"
        async with start(twilio_auth_token=Secret(TOKEN), public_url=base) as gateway:
            menu = await self._post(gateway, f"{base}/twilio/voice", CallStatus="ringing")
            greeting = await self._post(gateway, menu.goes_on_at, Digits="2")
        address = urlsplit(greeting.goes_on_at)
        assert f"{address.scheme}://{address.netloc}{address.path}" == f"{base}/twilio/voice"
        assert parse_qs(address.query)["turn"] == ["2"]
        assert WORDS["fr"]["open"].split()[0] in greeting.said

    async def _post(self, gateway: Gateway, address: str, **told: str) -> Heard:
        form = {"CallSid": FIRST, "From": CALLER, **told}
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "x-twilio-signature": RequestValidator(TOKEN).compute_signature(address, form),
        }
        behind = "/twilio" + address.partition("/twilio")[2]
        response = await gateway.client.post(behind, content=urlencode(form), headers=headers)
        assert response.status_code == 200, response.text
        return Heard(fromstring(response.text))


class TestOnlyTheLastSentenceCanBeInterrupted:
    """All but the last message is said where nobody listens, with a second of nothing after each."""

    TEXTS = ("First one thing.", "Then another.", "Is that right?")

    async def test_stock(self) -> None:
        heard = await Stock(says(*self.TEXTS)).hear(SpeechResult="hello")
        assert heard.verbs == ["Say", "Pause", "Say", "Pause", "Gather"]

    async def test_ours(self, gateway, phone) -> None:
        replies(gateway, *(reply("echo", text) for text in self.TEXTS))
        await phone.begin()
        heard = await phone.say("hello")
        assert all(text in heard.said for text in self.TEXTS)
        assert heard.verbs == ["Gather", "Redirect"]
        assert heard.attribute("Gather", "bargeIn") == "true"


class TestSilenceIsAnsweredForEver:
    """Nobody says anything and hears the same line again and again, while the call is paid for."""

    async def test_stock(self) -> None:
        stock = Stock()
        asked = await stock.hear(SpeechResult="hello")
        for _ in range(30):
            again = await stock.hear(SpeechStatus="no-input")
            assert again.said == asked.said and again.verbs == ["Gather"]

    @pytest.mark.parametrize("keys", ["", "1", "2", "3"])
    async def test_ours(self, phone, keys) -> None:
        await (phone.begin(keys) if keys else phone.post(CallStatus="ringing"))
        heard = [await phone.silence()]
        while heard[-1].redirect and len(heard) < 30:
            heard.append(await phone.silence())
        assert len(heard) == 4 and heard[-1].verbs[-1] == "Hangup"
        assert keys == "" or len({each.said for each in heard}) == 4


class TestAHangUpIsAnsweredWithAQuestion:
    """That a call has ended is not understood; the dialogue never learns of it."""

    async def test_stock(self) -> None:
        stock = Stock()
        await stock.hear(SpeechResult="hello")
        assert (await stock.hear(CallStatus="completed")).verbs == ["Gather"]
        assert stock.texts == ["hello"]

    async def test_ours(self, gateway, phone) -> None:
        await phone.begin()
        await phone.say("my internet bill is wrong")
        with gateway.store.unit() as unit:
            conversation = unit.conversations.get(unit.calls.get(FIRST).conversation_id)
            conversation.complaint = Complaint(narrative="x", natures=[Nature("billing", None, "internet")])
            unit.conversations.save(conversation)
        ended = await phone.post(f"{BASE}/twilio/voice/status", CallStatus="completed")
        assert ended.verbs == []
        with gateway.store.view() as unit:
            assert unit.calls.get(FIRST).ended_at is not None
        assert [notice.to for notice in outbox_of(gateway.store)] == [CALLER]
        assert "Gather" not in (await phone.post(CallStatus="completed")).verbs


class TestWordsHardlyHeardAreTakenForAYes:
    """How sure the recognition was is thrown away, with all else that Twilio tells of the call."""

    async def test_stock(self) -> None:
        stock = Stock()
        await stock.hear(SpeechResult="yes", Confidence="0.03")
        assert stock.texts == ["yes"]
        assert not stock.handled[0].metadata

    async def test_ours(self, gateway, phone) -> None:
        await phone.begin()
        expects(gateway, "confirm")
        asked = await phone.say("yes", confidence="0.03")
        assert gateway.engine.texts == []
        assert "I heard: yes" in asked.said
        with gateway.store.view() as unit:
            call = unit.calls.get(FIRST)
        assert (call.sid, call.caller, call.called) == (FIRST, CALLER, "+18665550100")

    @pytest.mark.parametrize(
        ("question", "confidence", "is_taken"),
        [
            ("event", "0.5", True),
            ("remedy", "0.35", True),
            ("confirm", "0.5", False),
            ("account", "0.4", False),
        ],
    )
    async def test_ours_asks_more_where_more_hangs_on_it(
        self, gateway, phone, question, confidence, is_taken
    ) -> None:
        await phone.begin()
        expects(gateway, question)
        await phone.say("one two three", confidence)
        assert gateway.engine.texts == (["one two three"] if is_taken else [])


class TestACallCanNeitherEndNorReachAPerson:
    """There is no verb but to speak, pause and listen."""

    def test_stock(self) -> None:
        nouns_and_verbs = {name for name in vars(VoiceResponse) if not name.startswith("_")}
        used = set(TwilioVoiceInput._build_twilio_voice_response.__code__.co_names)
        assert {"dial", "hangup", "redirect", "enqueue", "refer", "record"} <= nouns_and_verbs
        assert used & nouns_and_verbs == {"say", "pause"}

    async def test_ours_reaches_a_person(self, gateway, phone) -> None:
        answers(gateway.engine, "person_waiting", holder=WAITING, store=gateway.store)
        await phone.begin()
        ringing = await phone.press("0")
        assert ringing.root.findtext("Dial/Number") == PERSON

    async def test_ours_ends(self, gateway, phone) -> None:
        replies(gateway, reply("answer_goodbye"))
        await phone.begin()
        assert (await phone.say("thank you, goodbye")).verbs[-1] == "Hangup"


class TestTheLineGoesDeadWhenTheBotHasNothingToSay:
    """No message means an empty answer, and Twilio hangs up."""

    async def test_stock(self) -> None:
        assert (await Stock(says()).hear(SpeechResult="hello")).verbs == []

    async def test_ours(self, gateway, phone) -> None:
        replies(gateway)
        await phone.begin()
        heard = await phone.say("hello")
        assert "not understood" in heard.said.replace("_", " ")
        assert heard.verbs == ["Gather", "Redirect"]


class TestAMessageWithoutTextEndsTheCall:
    """A payload of its own, such as a sign that a person is wanted, has no text, and the channel fails over it."""

    async def test_stock(self) -> None:
        async def bot(message: UserMessage) -> None:
            await message.output_channel.send_custom_json(message.sender_id, {"handoff": "a person"})

        assert (await Stock(bot).post(SpeechResult="a person please")).status_code == 500

    async def test_ours(self, gateway, phone) -> None:
        replies(
            gateway,
            {"reply": "no_such_reply", "values": {"handoff": "a person"}},
            reply("echo", "still here"),
        )
        await phone.begin()
        heard = await phone.say("a person please")
        assert "still here" in heard.said and "handoff" not in heard.said
        assert heard.verbs == ["Gather", "Redirect"]


class TestAFailureEndsTheCall:
    """An error of the dialogue is an error of the webhook: Twilio says so in its own words and hangs up."""

    async def test_stock(self) -> None:
        async def bot(message: UserMessage) -> None:
            raise RuntimeError("broken on purpose")

        assert (await Stock(bot).post(SpeechResult="my bill")).status_code == 500

    async def test_ours(self, gateway, phone) -> None:
        def fail(_: Any) -> None:
            raise RuntimeError("broken on purpose")

        await phone.begin()
        gateway.engine.on_turn = fail
        apology = await phone.say("my bill is wrong")
        assert WORDS["en"]["failed"] in apology.said and apology.redirect
        gateway.engine.on_turn = lambda _: None
        assert "my bill is wrong" in (await phone.post(apology.redirect)).said


class TestASlowAnswerIsNoAnswer:
    """Twilio waits for the whole turn, gives up after fifteen seconds and ends the call."""

    async def test_stock(self) -> None:
        begun, may_end = asyncio.Event(), asyncio.Event()

        async def bot(message: UserMessage) -> None:
            begun.set()
            await may_end.wait()
            await echo(message)

        waiting = asyncio.create_task(Stock(bot).hear(SpeechResult="my bill"))
        async with asyncio.timeout(5):
            await begun.wait()
        done, _ = await asyncio.wait({waiting}, timeout=0.2)
        assert not done
        may_end.set()
        assert "my bill" in (await waiting).said

    async def test_ours(self, gateway, phone) -> None:
        gateway.app.state.services.calls.hold_after_seconds = 0.05
        await phone.begin()
        gateway.engine.gate.clear()
        held = await phone.say("my bill is wrong")
        assert held.verbs == ["Say", "Pause", "Redirect"]
        still = await phone.post(held.redirect)
        assert still.redirect and "Gather" not in still.verbs
        gateway.engine.gate.set()
        gateway.app.state.services.calls.hold_after_seconds = 5.0
        assert "my bill is wrong" in (await phone.post(still.redirect)).said
        assert gateway.engine.texts == ["my bill is wrong"]


class TestASettingOfTheWrongTypeIsACrash:
    """`enhanced: true` and `speech_timeout: 5`, written as anybody would, stop the start with an AttributeError."""

    @pytest.mark.parametrize("setting", [{"enhanced": True}, {"speech_timeout": 5}])
    def test_stock(self, setting) -> None:
        with pytest.raises(AttributeError):
            Stock(**setting)

    def test_ours_has_types(self) -> None:
        chosen = {"VOICE_RECORDING": "true", "ENGINE_TIMEOUT_SECONDS": "5", "VOICE_MODE": "Relay"}
        settings = Settings.read(chosen)
        assert (settings.voice_recording, settings.engine_timeout_seconds) == (True, 5.0)
        assert settings.voice_mode == "relay"

    @pytest.mark.parametrize("name", ["VOICE_RECORDING", "VOICE_MODE", "ENGINE_TIMEOUT_SECONDS"])
    def test_ours_says_what_is_wrong(self, name) -> None:
        with pytest.raises(SettingError, match=name):
            Settings.read({name: "perhaps"})


class TestTheGreetingIsPutInTheCallersMouth:
    """A call begins with "hello" in English, handled and remembered as if the caller had said it."""

    async def test_stock(self) -> None:
        stock = Stock()
        await stock.hear(CallStatus="ringing")
        assert stock.texts == ["hello"]
        remembered = await stock.tracker_store.retrieve(CALLER)
        assert any(isinstance(event, UserUttered) and event.text == "hello" for event in remembered.events)

    async def test_ours(self, gateway, phone) -> None:
        menu = await phone.post(CallStatus="ringing")
        spoken = [say.get("language") for say in menu.root.iter("Say")]
        assert spoken == [WORDS[language]["speaker"]["language"] for language in LANGUAGES]
        await phone.press("3")
        assert gateway.engine.texts == []
        with gateway.store.view() as unit:
            said = unit.messages.after(unit.calls.get(FIRST).conversation_id, 0)
        assert {message.sender for message in said} == {"assistant"}


class TestWhatIsMadeForTheEyeIsReadOut:
    """Buttons are bare words one after the other; pictures and addresses are spoken as they are."""

    TEXT = "Which one? 😀 See https://care.example.com/a?b=c_1"
    CHOICES = ("internet", "wireless")

    async def test_stock(self) -> None:
        async def bot(message: UserMessage) -> None:
            buttons = [{"title": title, "payload": f"/{title}"} for title in self.CHOICES]
            await message.output_channel.send_text_with_buttons(message.sender_id, self.TEXT, buttons)

        with pytest.warns(UserWarning, match="emoji"):
            heard = await Stock(bot).hear(SpeechResult="it does not work")
        assert [say.text for say in heard.root.iter("Say")] == [self.TEXT, *self.CHOICES]

    async def test_ours(self, gateway, phone) -> None:
        replies(gateway, reply("question_service", self.TEXT, *self.CHOICES))
        await phone.begin()
        heard = await phone.say("it does not work")
        assert "Which one?" in heard.said
        for place, choice in enumerate(self.CHOICES, start=1):
            assert re.search(rf"\b{choice}\b[^.]*\bpress {place}\.", heard.said)
        assert not any(sign in heard.said for sign in ("😀", "://", "?b", "_"))


class TestNumbersAreLeftToTheVoicesGuess:
    """A reference is given as bare text, which a voice may read as a sum of millions."""

    TEXT = f"Your account is {ACCOUNT}."

    async def test_stock(self) -> None:
        heard = await Stock(says(self.TEXT)).hear(SpeechResult="hello")
        assert [list(say) for say in heard.root.iter("Say")] == [[]]
        assert ACCOUNT in heard.said

    async def test_ours(self, gateway, phone) -> None:
        replies(gateway, reply("echo", self.TEXT))
        await phone.begin()
        groups = list((await phone.say("hello")).root.iter("say-as"))
        assert {group.get("interpret-as") for group in groups} == {"digits"}
        assert "".join(group.text or "" for group in groups).replace(" ", "") == ACCOUNT
        assert len(groups) > 1


class TestTheBotCannotSpeakFirst:
    """There is no way to reach anybody: an answer goes out only within a call that came in."""

    def test_stock(self) -> None:
        stock = Stock()
        assert stock.channel.get_output_channel() is None

    def test_ours(self) -> None:
        notice = Notice("opened", "call", CALLER, "fr", "Votre dossier est ouvert.", datetime.now(UTC))
        with Twilio() as twilio:
            TwilioCall(Settings(**twilio.settings))(notice)
        (call,) = twilio.called()
        assert call["To"] == CALLER
        said = valid(call["Twiml"])
        assert "Votre dossier est ouvert." in " ".join("".join(said.itertext()).split())


FAULTS = {
    "V1": TestAnyoneCanSpeakAsACaller,
    "V2": TestTheNumberOfTheCallerIsTheConversation,
    "V3": TestCallersWithoutANumberShareOneConversation,
    "V4": TestANewCallHearsTheLastWordsOfAnEarlierOne,
    "V5": TestKeysAreNotHeard,
    "V6": TestEveryLanguageIsHeardAsAmericanEnglish,
    "V7": TestNoVoiceOfTodayMaySpeak,
    "V8": TestNoRecognitionOfTodayMayListen,
    "V9": TestTheCallGoesOnAtAFixedPath,
    "V10": TestOnlyTheLastSentenceCanBeInterrupted,
    "V11": TestSilenceIsAnsweredForEver,
    "V12": TestAHangUpIsAnsweredWithAQuestion,
    "V13": TestWordsHardlyHeardAreTakenForAYes,
    "V14": TestACallCanNeitherEndNorReachAPerson,
    "V15": TestTheLineGoesDeadWhenTheBotHasNothingToSay,
    "V16": TestAMessageWithoutTextEndsTheCall,
    "V17": TestAFailureEndsTheCall,
    "V18": TestASlowAnswerIsNoAnswer,
    "V19": TestASettingOfTheWrongTypeIsACrash,
    "V20": TestTheGreetingIsPutInTheCallersMouth,
    "V21": TestWhatIsMadeForTheEyeIsReadOut,
    "V22": TestNumbersAreLeftToTheVoicesGuess,
    "V23": TestTheBotCannotSpeakFirst,
}


def test_no_fault_is_forgotten() -> None:
    assert list(FAULTS) == [f"V{number}" for number in range(1, 24)]
    assert len(set(FAULTS.values())) == len(FAULTS)
    for fault in FAULTS.values():
        assert "test_stock" in vars(fault)
        assert any(name.startswith("test_ours") for name in vars(fault))
