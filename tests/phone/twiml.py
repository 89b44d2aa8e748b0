"""TwiML as Twilio takes it: verbs, attributes and nesting as its own helper classes know them, values and limits as told.

The helper classes write any attribute they are given and Twilio then warns, ignores it or ends the call; here all of it
is refused. Values: https://www.twilio.com/docs/voice/twiml and the enumerations of its typed helper libraries.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, ParseError, fromstring

import httpx
from twilio.twiml import TwiML
from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import VoiceResponse

from tests.phone.contract import is_phone

MOST_BYTES = 64 * 1024
MOST_SPOKEN_CHARACTERS = 4_096
MOST_HINTS, MOST_HINT_CHARACTERS = 500, 100
LONGEST_BREAK_MS = 10_000
MOST_QUEUE_NAME = 64

_TRUE_OR_FALSE = "true|false"
_COUNT = "[1-9][0-9]{0,3}"
_LANGUAGE = "[a-z]{2,3}(-[A-Za-z]{4})?(-[A-Z]{2})?"
_SECONDS_OF_RINGING = "[1-9][0-9]?|[1-5][0-9]{2}|600"
_LOUDER_OR_HIGHER = r"default|x-low|low|medium|high|x-high|[+-]\d{1,3}%"

VALUES = {
    "Say.voice": r"man|woman|alice|Polly\.[A-Z][a-z]+(-Neural|-Generative)?|Google\.[a-z]{2,3}-[A-Z]{2}-\w+-[A-Z]",
    "Say.language": _LANGUAGE,
    "Say.loop": "[0-9]{1,3}",
    "Pause.length": _COUNT,
    "Play.digits": "[0-9w#*]+",
    "Play.loop": "[0-9]{1,3}",
    "Gather.input": "dtmf|speech|dtmf speech|speech dtmf",
    "Gather.timeout": _COUNT,
    "Gather.speechTimeout": f"auto|{_COUNT}",
    "Gather.maxSpeechTime": _COUNT,
    "Gather.numDigits": _COUNT,
    "Gather.finishOnKey": "[0-9#*]?",
    "Gather.language": _LANGUAGE,
    "Gather.speechModel": r"default|numbers_and_commands|phone_call|experimental_\w+|googlev2_\w+|deepgram_nova-[23]\S*",
    "Gather.profanityFilter": _TRUE_OR_FALSE,
    "Gather.bargeIn": _TRUE_OR_FALSE,
    "Gather.debug": _TRUE_OR_FALSE,
    "Gather.actionOnEmptyResult": _TRUE_OR_FALSE,
    "Gather.enhanced": _TRUE_OR_FALSE,
    "Dial.timeout": _SECONDS_OF_RINGING,
    "Dial.timeLimit": "[1-9][0-9]{0,4}",
    "Dial.hangupOnStar": _TRUE_OR_FALSE,
    "Dial.answerOnBridge": _TRUE_OR_FALSE,
    "Dial.sequential": _TRUE_OR_FALSE,
    "Dial.record": "do-not-record|record-from-(answer|ringing)(-dual)?",
    "Dial.trim": "trim-silence|do-not-trim",
    "Dial.ringTone": "[a-z]{2}|us-old",
    "Number.sendDigits": "[0-9wW#*]+",
    "Number.statusCallbackEvent": "(initiated|ringing|answered|completed)( (initiated|ringing|answered|completed))*",
    "Number.machineDetection": "Enable|DetectMessageEnd",
    "Enqueue.maxQueueSize": _COUNT,
    "Enqueue.workflowSid": "WW[0-9a-f]{32}",
    "Reject.reason": "rejected|busy",
    "Record.timeout": _COUNT,
    "Record.finishOnKey": "[0-9#*]+",
    "Record.recordingStatusCallbackEvent": "(in-progress|completed|absent)( (in-progress|completed|absent))*",
    "Record.maxLength": "[1-9][0-9]{0,4}",
    "Record.playBeep": _TRUE_OR_FALSE,
    "Record.trim": "trim-silence|do-not-trim",
    "Record.transcribe": _TRUE_OR_FALSE,
    "ConversationRelay.language": f"{_LANGUAGE}|multi",
    "ConversationRelay.ttsLanguage": _LANGUAGE,
    "ConversationRelay.transcriptionLanguage": f"{_LANGUAGE}|multi",
    "ConversationRelay.ttsProvider": "Google|Amazon|ElevenLabs",
    "ConversationRelay.transcriptionProvider": "Google|Deepgram",
    "ConversationRelay.interruptible": "none|dtmf|speech|any|true|false",
    "ConversationRelay.welcomeGreetingInterruptible": "none|dtmf|speech|any|true|false",
    "ConversationRelay.interruptSensitivity": "low|medium|high",
    "ConversationRelay.reportInputDuringAgentSpeech": "none|dtmf|speech|any|true|false",
    "ConversationRelay.speechTimeout": "auto|[6-9][0-9]{2}|[1-4][0-9]{3}|5000",
    "ConversationRelay.events": "(speaker-events|tokens-played)( (speaker-events|tokens-played))*",
    "ConversationRelay.preemptible": _TRUE_OR_FALSE,
    "ConversationRelay.dtmfDetection": _TRUE_OR_FALSE,
    "ConversationRelay.partialPrompts": _TRUE_OR_FALSE,
    "ConversationRelay.profanityFilter": _TRUE_OR_FALSE,
    "Language.code": f"{_LANGUAGE}|multi",
    "Language.ttsProvider": "Google|Amazon|ElevenLabs",
    "Language.transcriptionProvider": "Google|Deepgram",
    "break.strength": "none|x-weak|weak|medium|strong|x-strong",
    "break.time": r"\d+(ms|s)",
    "emphasis.level": "strong|moderate|reduced",
    "lang.xml:lang": _LANGUAGE,
    "prosody.rate": r"x-slow|slow|medium|fast|x-fast|([2-9][0-9]|1[0-9]{2}|200)%",
    "prosody.volume": r"default|silent|x-soft|soft|medium|loud|x-loud|[+-]\d+(\.\d+)?dB",
    "prosody.pitch": _LOUDER_OR_HIGHER,
    "say-as.interpret-as": "character|spell-out|cardinal|number|ordinal|digits|fraction|unit|date|time|address|expletive"
    "|telephone",
    "say-as.format": "mdy|dmy|ymd|md|dm|ym|my|d|m|y|yyyymmdd",
    "phoneme.alphabet": "ipa|x-sampa|x-amazon-jyutping|x-amazon-pinyin|x-amazon-pron-kana|x-amazon-yomigana",
}
"""What an attribute may hold, where not everything will do."""

REQUIRED = {
    "ConversationRelay": {"url"},
    "Language": {"code"},
    "Parameter": {"name", "value"},
    "Stream": {"url"},
    "say-as": {"interpret-as"},
}

SPEAKS = {
    "Joanna": "en-US",
    "Matthew": "en-US",
    "Salli": "en-US",
    "Gabrielle": "fr-CA",
    "Liam": "fr-CA",
    "Chantal": "fr-CA",
    "Lea": "fr-FR",
    "Bianca": "it-IT",
    "Adriano": "it-IT",
    "Carla": "it-IT",
    "Giorgio": "it-IT",
}
"""Which language the voices speak that ours could be: in another one they read with the wrong mouth."""

NEURAL = frozenset("Joanna Matthew Salli Gabrielle Liam Lea Bianca Adriano".split())


class Wrong(ValueError):
    """TwiML that Twilio would not take, or not as it was meant."""


@dataclass(frozen=True)
class _Kind:
    """An element as the helper class makes it."""

    maker: type[TwiML]
    attributes: frozenset[str]
    takes_text: bool


def valid(xml: str | bytes, response: type[TwiML] = VoiceResponse) -> Element:
    """Return the parsed document; raises Wrong when Twilio does not know something in it, or it is too much of it."""
    if len(xml if isinstance(xml, bytes) else xml.encode()) > MOST_BYTES:
        raise Wrong(f"more than {MOST_BYTES} bytes")
    try:
        root = fromstring(xml)
    except ParseError as error:
        raise Wrong(f"not XML: {error}") from error
    if root.tag != "Response":
        raise Wrong(f"<{root.tag}> is no <Response>")
    _check(root, _Kind(response, frozenset(), takes_text=False))
    return root


def valid_messaging(xml: str | bytes) -> Element:
    """Return the parsed answer to a text message; raises Wrong as `valid` does."""
    return valid(xml, MessagingResponse)


async def checked(answer: httpx.Response) -> None:
    """Raise Wrong unless what a webhook answers is TwiML or nothing: a hook for clients that play Twilio."""
    asked = answer.request.url.path
    if answer.status_code != 200 or not re.search(r"/twilio/(voice|sms)", asked):
        return
    await answer.aread()
    if not answer.headers["content-type"].startswith("text/xml"):
        raise Wrong(f"{asked} answers with {answer.headers['content-type']}")
    valid(answer.text, MessagingResponse if "/twilio/sms" in asked else VoiceResponse)


def spoken(element: Element) -> str:
    """Return the words of an element as they are heard: markup left out, a break as a gap."""
    return " ".join("".join(_heard(element)).split())


def _heard(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        yield from [" "] if child.tag == "break" else _heard(child)
        tail = child.tail or ""
        yield f" {tail}" if child.tag == "say-as" and tail[:1].isalnum() else tail


def _check(element: Element, kind: _Kind) -> None:
    for name, value in element.attrib.items():
        name = name.replace("{http://www.w3.org/XML/1998/namespace}", "xml:")
        if name not in kind.attributes:
            raise Wrong(f"<{element.tag}> has no attribute {name!r}")
        _check_value(element.tag, name, value)
    missing = REQUIRED.get(element.tag, set()) - element.attrib.keys()
    if missing:
        raise Wrong(f"<{element.tag}> without {', '.join(sorted(missing))}")
    if not kind.takes_text and _loose_text(element):
        raise Wrong(f"<{element.tag}> holds no text, but {_loose_text(element)!r}")
    known = children_of(kind.maker)
    for child in element:
        if child.tag not in known:
            raise Wrong(f"<{element.tag}> holds no <{child.tag}>")
        _check(child, known[child.tag])
    for rule in _RULES.get(element.tag, ()):
        rule(element)


def _loose_text(element: Element) -> str:
    return " ".join([element.text or "", *(child.tail or "" for child in element)]).strip()


def _check_value(tag: str, name: str, value: str) -> None:
    where = f"<{tag} {name}={value!r}>"
    if _is_method(name) and value not in ("GET", "POST"):
        raise Wrong(f"{where}: no method of Twilio's")
    if _is_address(tag, name) and not is_absolute(value, _schemes(tag)):
        raise Wrong(f"{where}: no absolute address")
    allowed = VALUES.get(f"{tag}.{name}")
    if allowed and not re.fullmatch(allowed, value):
        raise Wrong(f"{where}: not among {allowed}")
    if name == "callerId" and not is_phone(value):
        raise Wrong(f"{where}: no number")


def _is_method(name: str) -> bool:
    return name == "method" or name.endswith("Method")


def _is_address(tag: str, name: str) -> bool:
    return (
        name in ("action", "url") or name.endswith(("Url", "Callback")) or (tag == "Stream" and name == "url")
    )


def _schemes(tag: str) -> tuple[str, ...]:
    return ("wss",) if tag in ("ConversationRelay", "Stream") else ("http", "https")


def is_absolute(address: str, schemes: tuple[str, ...] = ("http", "https")) -> bool:
    """Tell whether an address says on which host it is, so that it holds behind any path and proxy."""
    parts = urlsplit(address)
    return parts.scheme in schemes and bool(parts.hostname) and not re.search(r"\s", address)


# ── What the helper classes know ───────────────────────────────────────────────────────────────────


@cache
def children_of(maker: type[TwiML]) -> dict[str, _Kind]:
    """Return what may stand in an element of this class, by tag: whatever its methods make."""
    parent = _example(maker)
    assert isinstance(parent, TwiML)
    found: dict[str, _Kind] = {}
    for name in vars(maker):
        made = None if name.startswith("_") else _example(getattr(parent, name))
        if isinstance(made, TwiML):
            found[made.name] = _Kind(
                type(made), frozenset(made.attrs), made.value is not None or _is_ssml(made)
            )
    return found


def _example(make: Callable[..., object]) -> object:
    """Make an element with a value for everything that can be told it: what it keeps as attributes are its attributes."""
    told = [
        each.name
        for each in inspect.signature(make).parameters.values()
        if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)
    ]
    return make(**{name: name for name in told})


def _is_ssml(made: TwiML) -> bool:
    return made.name.islower() and made.name != "break"


# ── Rules that are about more than one value ───────────────────────────────────────────────────────


def _says_something(say: Element) -> None:
    words = spoken(say)
    if not words:
        raise Wrong(f"<{say.tag}> says nothing")
    if len("".join(say.itertext())) > MOST_SPOKEN_CHARACTERS:
        raise Wrong(f"<Say> of more than {MOST_SPOKEN_CHARACTERS} characters")


def _is_said_by_who_can(say: Element) -> None:
    voice, language = say.get("voice", ""), say.get("language")
    name, _, engine = voice.rpartition("Polly.")[2].partition("-")
    if not voice.startswith("Polly."):
        return
    if name not in SPEAKS:
        raise Wrong(f"no voice of Polly's is known as {name!r}")
    if language not in (None, SPEAKS[name]):
        raise Wrong(f"{voice} speaks {SPEAKS[name]}, not {language}")
    if engine and name not in NEURAL:
        raise Wrong(f"{name} has no {engine} voice")
    lost = [each for each in say.iter() if each.tag == "emphasis" or each.get("pitch")]
    if engine and lost:
        raise Wrong(f"no {engine} voice can do <{lost[0].tag}>")


def _pauses_shortly(pause: Element) -> None:
    length, unit = re.fullmatch(r"(\d+)(ms|s)", pause.get("time", "0s")).groups()  # type: ignore[union-attr]
    if int(length) * (1 if unit == "ms" else 1000) > LONGEST_BREAK_MS:
        raise Wrong(f"<break> of more than {LONGEST_BREAK_MS} ms")


def _hints_are_few(listener: Element) -> None:
    hints = [hint.strip() for hint in listener.get("hints", "").split(",")] if listener.get("hints") else []
    if len(hints) > MOST_HINTS:
        raise Wrong(f"{len(hints)} hints; Twilio takes {MOST_HINTS}")
    long = [hint for hint in hints if len(hint) > MOST_HINT_CHARACTERS]
    if long:
        raise Wrong(f"hint of more than {MOST_HINT_CHARACTERS} characters: {long[0]}")
    if "" in hints:
        raise Wrong("an empty hint")


def _hints_need_speech(gather: Element) -> None:
    if "speech" not in gather.get("input", "dtmf") and gather.get("hints"):
        raise Wrong("hints for a <Gather> that hears no speech")


def _dials_one(dial: Element) -> None:
    number = (dial.text or "").strip()
    if bool(number) == bool(len(dial)):
        raise Wrong("<Dial> needs a number or nouns, and not both")
    if number and not is_phone(number):
        raise Wrong(f"<Dial> of {number!r}")


def _is_a_phone(number: Element) -> None:
    if not is_phone((number.text or "").strip()):
        raise Wrong(f"<Number> of {number.text!r}")


def _goes_somewhere(element: Element) -> None:
    if not is_absolute((element.text or "").strip()):
        raise Wrong(f"<{element.tag}> to {element.text!r}: no absolute address")


def _is_named(enqueue: Element) -> None:
    name = (enqueue.text or "").strip()
    if not (0 < len(name) <= MOST_QUEUE_NAME or enqueue.get("workflowSid")):
        raise Wrong(f"<{enqueue.tag}> of {name!r}")


def _connects_one(connect: Element) -> None:
    if len(connect) != 1:
        raise Wrong("<Connect> needs exactly one noun")


def _relays_with_its_voice(relay: Element) -> None:
    if relay.get("ttsProvider") == "Amazon" and relay.get("voice"):
        name = relay.get("voice", "").partition("-")[0]
        language = relay.get("ttsLanguage") or relay.get("language") or relay.get("code")
        if SPEAKS.get(name) != language:
            raise Wrong(f"the voice {relay.get('voice')} does not speak {language}")


_RULES: dict[str, tuple[Callable[[Element], None], ...]] = {
    "Say": (_says_something, _is_said_by_who_can),
    "break": (_pauses_shortly,),
    "Gather": (_hints_are_few, _hints_need_speech),
    "Dial": (_dials_one,),
    "Number": (_is_a_phone,),
    "Redirect": (_goes_somewhere,),
    "Enqueue": (_is_named,),
    "Queue": (_is_named,),
    "Connect": (_connects_one,),
    "ConversationRelay": (_hints_are_few, _relays_with_its_voice),
    "Language": (_hints_are_few, _relays_with_its_voice),
}
