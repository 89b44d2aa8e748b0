"""Wrong TwiML of each kind is refused, and what the product says in every language passes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import VoiceResponse

from bot.cases.conversation import Choice
from bot.gateway.voice import line, twiml
from bot.gateway.voice.prompts import ENQUEUE, HANG_UP, HOLD, LISTEN, RECORD, TRANSFER, Line, Prompt
from bot.languages import LANGUAGES, pack
from tests.phone.twiml import VALUES, Wrong, children_of, spoken, valid

HERE = "https://care.example.com/twilio/voice"
SAY = '<Say voice="Polly.Joanna-Neural" language="en-US">'


@pytest.mark.parametrize(
    "inside",
    [
        "<Speak>Hello</Speak>",
        "<say>Hello</say>",
        f"<Say>Hello<Pause/></Say><Redirect>{HERE}</Redirect>",
        f'<Gather action="{HERE}"><Redirect>{HERE}</Redirect></Gather>',
        f'<Gather action="{HERE}"><Gather/></Gather>',
        f"<Number>+14165550111</Number><Redirect>{HERE}</Redirect>",
        '<Connect><Number>+14165550111</Number></Connect><Say language="en-US">Hello</Say>',
        "<Dial><Say>Hello</Say></Dial>",
        '<Say><say-as interpret-as="digits">1<break/></say-as></Say>',
        "<Message>Hello</Message>",
        "Hello",
        "<Gather>Hello</Gather>",
        "<Pause>2</Pause>",
        "<Hangup/>Bye",
    ],
)
def test_verbs_and_text_stand_only_where_twilio_looks_for_them(inside: str) -> None:
    _is_refused(inside)


@pytest.mark.parametrize(
    "inside",
    [
        '<Gather num_digits="1"/>',
        '<Gather numdigits="1"/>',
        '<Gather voice="alice"/>',
        '<Say lang="fr-CA">Bonjour</Say>',
        '<Hangup after="2"/>',
        '<Say><say-as interpretAs="digits">12</say-as></Say>',
        "<Say><say-as>12</say-as></Say>",
        '<Dial number="+14165550111"/>',
        '<Dial><Number whisper="x">+14165550111</Number></Dial>',
        "<Connect><ConversationRelay/></Connect>",
        '<Connect><ConversationRelay url="wss://a.example.com"><Parameter name="a"/></ConversationRelay></Connect>',
    ],
)
def test_attributes_are_those_of_the_helper_classes(inside: str) -> None:
    _is_refused(inside)


@pytest.mark.parametrize(
    "inside",
    [
        '<Gather input="voice"/>',
        '<Gather input="dtmf,speech"/>',
        '<Gather timeout="0"/>',
        '<Gather timeout="7s"/>',
        '<Gather speechTimeout="soon"/>',
        '<Gather numDigits="0"/>',
        '<Gather finishOnKey="##"/>',
        '<Gather language="fr_CA"/>',
        '<Gather profanityFilter="False"/>',
        '<Gather bargeIn="1"/>',
        '<Gather method="PUT"/>',
        '<Say voice="Gabrielle-Neural">Bonjour</Say>',
        '<Say voice="Polly.Sally-Neural">Hello</Say>',
        '<Say voice="Polly.Carla-Neural" language="it-IT">Buongiorno</Say>',
        '<Say voice="Polly.Joanna-Neural" language="fr-CA">Bonjour</Say>',
        f'{SAY}<prosody rate="slowly">Hello</prosody></Say>',
        f'{SAY}<prosody rate="10%">Hello</prosody></Say>',
        f'{SAY}<prosody pitch="high">Hello</prosody></Say>',
        f"{SAY}<emphasis>Hello</emphasis></Say>",
        f'{SAY}A<break time="1 second"/></Say>',
        f'{SAY}A<break time="11s"/></Say>',
        f'{SAY}<say-as interpret-as="number-string">12</say-as></Say>',
        '<Pause length="-1"/>',
        '<Dial timeout="601">+14165550111</Dial>',
        '<Dial record="yes">+14165550111</Dial>',
        '<Dial callerId="care">+14165550111</Dial>',
        '<Reject reason="closed"/>',
        '<Record finishOnKey="any"/>',
        '<Record maxLength="3 minutes"/>',
        '<Connect><ConversationRelay url="wss://a.example.com" interruptible="yes"/></Connect>',
        '<Connect><ConversationRelay url="wss://a.example.com" ttsProvider="amazon"/></Connect>',
        '<Connect><ConversationRelay url="wss://a.example.com" speechTimeout="2"/></Connect>',
        '<Connect><ConversationRelay url="wss://a.example.com" events="speaking"/></Connect>',
        '<Connect><ConversationRelay url="wss://a.example.com" ttsProvider="Amazon" language="fr-CA"'
        ' voice="Bianca-Neural"/></Connect>',
    ],
)
def test_values_are_among_those_that_twilio_takes(inside: str) -> None:
    _is_refused(inside)


@pytest.mark.parametrize(
    "inside",
    [
        "<Say/>",
        "<Say>  </Say>",
        f"<Say>{'a ' * 2_049}</Say>",
        f'<Gather input="speech" hints="{",".join(["word"] * 501)}"/>',
        f'<Gather input="speech" hints="{"a" * 101}"/>',
        '<Gather input="speech" hints="one,,two"/>',
        '<Gather input="dtmf" hints="one"/>',
        "<Dial/>",
        "<Dial>+14165550111<Number>+14165550112</Number></Dial>",
        "<Dial>416 555 0111</Dial>",
        "<Dial><Number/></Dial>",
        "<Connect/>",
        "<Enqueue/>",
        f"<Enqueue>{'a' * 65}</Enqueue>",
        "<Dial><Queue/></Dial>",
        "<Say>Hello</Say>" * 4_100,
    ],
)
def test_nothing_is_empty_or_too_much(inside: str) -> None:
    _is_refused(inside)


@pytest.mark.parametrize(
    "inside",
    [
        "<Redirect/>",
        "<Redirect>/twilio/voice</Redirect>",
        "<Redirect>twilio/voice?turn=1</Redirect>",
        '<Gather action="/twilio/voice"/>',
        '<Gather action="https:///twilio/voice"/>',
        '<Dial action="?for=transfer">+14165550111</Dial>',
        '<Dial><Number url="/whisper">+14165550111</Number></Dial>',
        '<Connect><ConversationRelay url="https://care.example.com/relay"/></Connect>',
        '<Connect><ConversationRelay url="/relay"/></Connect>',
    ],
)
def test_addresses_are_absolute(inside: str) -> None:
    _is_refused(inside)


@pytest.mark.parametrize(
    "document", ["", "Hello", "<Response>", "<Answer/>", "<Response><Say>a & b</Say></Response>"]
)
def test_what_is_no_twiml_at_all_is_refused(document: str) -> None:
    with pytest.raises(Wrong):
        valid(document)


def test_texts_are_answered_with_their_own_verbs() -> None:
    valid("<Response><Message>Bonjour</Message></Response>", MessagingResponse)
    with pytest.raises(Wrong, match="Say"):
        valid("<Response><Say>Bonjour</Say></Response>", MessagingResponse)


def test_values_are_told_only_of_attributes_that_exist() -> None:
    known = {
        f"{tag}.{name}"
        for maker in _makers()
        for tag, kind in children_of(maker).items()
        for name in kind.attributes
    }
    assert VALUES.keys() <= known


def _makers() -> Iterator[type]:
    found, ahead = set(), [VoiceResponse, MessagingResponse]
    while ahead:
        maker = ahead.pop()
        if maker not in found:
            found.add(maker)
            ahead += [kind.maker for kind in children_of(maker).values()]
            yield maker


# ── What the product makes ─────────────────────────────────────────────────────────────────────────

NUMBER = "Dossier 4821-7730-1196, 416-555-0123."
QUESTIONS = ("open", "language", "account", "code", "event", "confirm", "offer", "service", "proof", None)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slow", [False, True])
def test_every_prompt_of_ours_is_valid(language: str, slow: bool) -> None:
    for then in (LISTEN, HOLD, TRANSFER, ENQUEUE, RECORD, HANG_UP):
        for question in QUESTIONS:
            prompt = Prompt(
                language,
                (Line(NUMBER, language), Line("A & B < C", language)),
                turn=3,
                then=then,
                queue="a" * 22,
                expects=question,
                choices=(Choice("a", "a"),),
                slow=slow,
                keypad=True,
            )
            document = valid(twiml.twiml(prompt, HERE, "+14165550111"))
            assert "4821 7730 1196" in spoken(document) or "482177301196" in spoken(document).replace(" ", "")
            valid(twiml.relayed(prompt, HERE))


def test_a_long_answer_is_said_in_several_breaths() -> None:
    prompt = Prompt("fr", tuple(Line("Voilà. " * 400, "fr") for _ in range(3)), turn=1)
    assert len(list(valid(twiml.twiml(prompt, HERE)).iter("Say"))) == 3


def test_what_is_said_when_all_fails_is_valid() -> None:
    for tries in range(3):
        valid(twiml.apology("turn=3&for=silence", tries, HERE, "+14165550111"))
        valid(twiml.apology("", tries, HERE, None))
    valid(line.whisper(Line("Appel de plainte.", "fr"), HERE, "CA" + "1" * 32))
    valid(line.whisper(None, HERE, ""))
    valid(line.connected(True))
    valid(line.connected(False))
    told = [Line("Sie.", "it"), Line("A & B < C", "en")]
    valid(line.waiting(told, HERE))
    valid(line.leaving())
    for spoken_first in (told[0], None):
        valid(line.connecting(spoken_first))
        valid(line.ringing(spoken_first, HERE, "ring:a:1"))
    for queue in ("a" * 22, None):
        valid(line.joining(told, queue, HERE, "ring:a:1"))


def test_hints_of_every_question_are_few_enough() -> None:
    for language in LANGUAGES:
        words = pack(language, "voice")["hints"]
        for question in words:
            valid(twiml.twiml(Prompt(language, (Line("a", language),), 1, expects=question), HERE))


def _is_refused(inside: str) -> None:
    with pytest.raises(Wrong):
        valid(f"<Response>{inside}</Response>")
