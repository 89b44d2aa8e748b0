"""A telephone with Twilio in between: a caller says, presses, waits or hangs up, and every TwiML is checked and followed.

phone = Phone(product.app)
call = await phone.call()               # the call comes in; the first prompt is heard
await call.press("2")
await call.say("mon internet est en panne depuis le 14 avril", confidence=0.9)
call.last, call.language, call.hints    # what was said to the caller, and what is listened for
await call.silence()                    # nothing is said until the patience of the prompt ends
await call.again()                      # the latest request is delivered once more: the answer must be the same
await call.hang_up()

Whoever waits in line hears `call.last` again after each `call.silence()`; tests/phone/agent.py has those who are rung.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from tests.gateway.sockets import Socket
from tests.phone.rest import ACCOUNT, NUMBER
from tests.phone.twiml import spoken, valid
from tests.phone.webhooks import BASE, Webhooks, new_sid, place_of

CALLER = "+14165550123"

ACCEPTS, DECLINES, MACHINE, NO_ANSWER, BUSY = "accepts", "declines", "machine", "no-answer", "busy"
"""What becomes of a transfer: somebody answers and presses 1, or another key; a machine answers and presses nothing;
nobody answers; the line is busy."""

MOST_STEPS_ALONE = 12
"""How often in a row Twilio may be led on without the caller's doing: more is a loop."""

MOST_SILENCES = 8
"""After so many silences in a row a call has to have ended."""


IN_LINE = frozenset({"Say", "Play", "Pause", "Hangup", "Redirect", "Leave", "Gather"})
"""What Twilio follows of a document for whoever waits in a queue."""

BEFORE_A_PERSON = frozenset({"Say", "Play", "Pause", "Redirect"})
"""What it follows of one for whoever is about to be connected out of it."""


class Looping(AssertionError):
    """A call that goes round without the caller's doing."""


class DeadLine(AssertionError):
    """A call whose TwiML simply ends, so that Twilio hangs up in the middle."""


@dataclass(frozen=True)
class Said:
    """Something said aloud."""

    text: str
    language: str


class Phone:
    """Twilio with a gateway behind one of its numbers."""

    def __init__(self, app: Any, base: str = BASE, url: str | None = None) -> None:
        self.webhooks = Webhooks(app, base, url=url)
        self.base = base

    async def call(self, caller: str = CALLER, person: str = NO_ANSWER, twice: bool = False) -> PhoneCall:
        """Call the number and hear the first prompt.

        `person` is what becomes of a transfer; `twice` delivers every request twice at the same time.
        """
        call = PhoneCall(self.webhooks, caller, person, twice)
        await call.begin()
        return call


@dataclass
class PhoneCall:
    """One call, from the caller's end."""

    webhooks: Webhooks
    caller: str
    person: str = NO_ANSWER
    twice: bool = False
    is_exact: bool = True
    """Whether a request that comes again has to be answered to the letter, or only lead to the same turn."""
    sid: str = field(default_factory=lambda: new_sid("CA"))
    steps: list[list[Said]] = field(default_factory=list)
    """Everything said aloud, for each thing that the caller did."""
    transcript: list[tuple[str, str]] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    """Every TwiML that came, oldest first."""
    whispered: list[str] = field(default_factory=list)
    """What the people heard to whom the call was to be transferred."""
    dialled: list[str] = field(default_factory=list)
    is_over: bool = False
    is_with_person: bool = False
    recordings: list[str] = field(default_factory=list)
    """The sids of the messages that were left."""

    _enqueued: Element | None = None
    _queue_sid: str = field(default_factory=lambda: new_sid("QU"))
    _recording: Element | None = None
    _gather: Element | None = None
    _rest: Sequence[Element] = ()
    _latest: tuple[str, dict[str, str], str] | None = None
    _after_person: Element | None = None
    _socket: Socket | None = None
    _sockets: AsyncExitStack = field(default_factory=AsyncExitStack)
    _relay: Element | None = None
    _after_relay: str = ""
    _steps_alone: int = 0

    # ── What the caller hears ──────────────────────────────────────────────────────────────────────

    @property
    def spoken(self) -> list[str]:
        """Everything said aloud, as one text for each thing that the caller did."""
        return [" ".join(said.text for said in step) for step in self.steps]

    @property
    def last(self) -> str:
        """What was said since the caller's latest doing."""
        return self.spoken[-1]

    @property
    def heard(self) -> str:
        """All that was said in the call."""
        return "\n".join(self.spoken)

    def has_heard_number(self, number: str) -> bool:
        """Tell whether a number was said, in whichever groups."""
        return re.sub(r"\D", "", number) in re.sub(r"\D", "", self.heard)

    @property
    def is_listening(self) -> bool:
        """Whether the caller is listened to."""
        return self._gather is not None or self._socket is not None

    @property
    def queue(self) -> str | None:
        """The name of the queue that the caller waits in."""
        waits = self._enqueued is not None and not self.is_with_person
        return (self._enqueued.text or "").strip() if waits and self._enqueued is not None else None

    @property
    def is_recorded(self) -> bool:
        """Whether a message is recorded now."""
        return self._recording is not None

    @property
    def language(self) -> str:
        """The language that is listened for."""
        if self._relay is not None:
            return self._relay.get("transcriptionLanguage") or ""
        return self._listener.get("language") or "en-US"

    @property
    def hints(self) -> list[str]:
        """The words that are expected."""
        return [hint.strip() for hint in self._listener.get("hints", "").split(",") if hint.strip()]

    @property
    def patience(self) -> int:
        """The seconds that the caller may think."""
        return int(self._listener.get("timeout", "5"))

    def told(self) -> str:
        """The call so far, for a failing test's message."""
        return "\n".join(f"{who}: {text}" for who, text in self.transcript)

    @property
    def _listener(self) -> Element:
        found = self._gather if self._gather is not None else self._relay
        assert found is not None, f"nobody listens\n{self.told()}"
        return found

    # ── What the caller does ───────────────────────────────────────────────────────────────────────

    async def begin(self) -> None:
        """Let the call come in."""
        self._new_step()
        await self._go_to(f"{self.webhooks.base}/twilio/voice", CallStatus="ringing")

    async def say(self, words: str, confidence: float | None = 0.9, interrupting: bool = False) -> str:
        """Say something, heard with this confidence; return what is said to it."""
        self._does(f"“{words}”")
        if self._socket is not None:
            if interrupting:
                cut = {"utteranceUntilInterrupt": "", "durationUntilInterruptMs": 200}
                await self._socket.send({"type": "interrupt", **cut})
            language = self.language
            await self._socket.send({"type": "prompt", "voicePrompt": words, "lang": language, "last": True})
            return await self._hears()
        assert "speech" in self._listener.get("input", ""), "speech is not listened for"
        sure = {} if confidence is None else {"Confidence": str(confidence)}
        return await self._answers(SpeechResult=words, **sure)

    async def press(self, keys: str) -> str:
        """Press keys one after the other; return what is said to it.

        Those that come after the last one that is listened for are lost.
        """
        self._does(f"[{keys}]")
        if self._socket is not None:
            for key in keys:
                await self._socket.send({"type": "dtmf", "digit": key})
            return await self._hears()
        gather = self._listener
        assert "dtmf" in gather.get("input", "dtmf"), "keys are not listened for"
        end, most = gather.get("finishOnKey", "#"), int(gather.get("numDigits", "999"))
        taken, finished = "", ""
        for key in keys:
            if len(taken) == most or finished:
                break
            finished = key if key == end else ""
            taken += "" if finished else key
        if not taken:
            return await self._falls_through()
        return await self._answers(Digits=taken, FinishedOnKey=finished)

    async def silence(self) -> str:
        """Say nothing for as long as the prompt waits; return what is said then."""
        self._does("…")
        if self._socket is not None:
            return await self._hears()
        if self._listener.get("actionOnEmptyResult") == "true":
            return await self._answers()
        return await self._falls_through()

    async def be_silent_to_the_end(self) -> None:
        """Say nothing more; raises Looping when the call does not end by itself."""
        for _ in range(MOST_SILENCES):
            if self.is_over:
                return
            await self.silence()
        if not self.is_over:
            raise Looping(f"{MOST_SILENCES} silences and no end\n{self.told()}")

    async def again(self) -> None:
        """Deliver the latest request once more: the answer must be the same, and nothing happens besides."""
        assert self._latest is not None
        address, form, document = self._latest
        repeated = await self.webhooks.post(address, form)
        assert self._are_alike(repeated.text, document), (
            f"{address} was delivered again and answered\n{repeated.text}\nnot\n{document}\n{self.told()}"
        )

    async def hang_up(self) -> None:
        """Put the receiver down, whoever speaks; Twilio tells that the call is over."""
        assert not self.is_over, f"the call is over already\n{self.told()}"
        self.transcript.append(("caller", "hangs up"))
        if self._recording is not None:
            await self._recorded(12, Digits="hangup", CallStatus="completed")
        if self._enqueued is not None:
            left = {"QueueResult": "hangup", "QueueTime": "9", "CallStatus": "completed"}
            await self._asked(str(self._enqueued.get("action")), self._form(**left))
        await self._end()

    async def leave_message(self, seconds: int = 12) -> str:
        """Speak after the tone and press the key that ends it; return what is said then."""
        self._new_step()
        self.transcript.append(("caller", f"speaks for {seconds} seconds after the tone"))
        recorded = await self._recorded(seconds, Digits="#")
        self.documents.append(recorded)
        await self._play(list(valid(recorded)))
        return self.last

    async def say_nothing_after_the_tone(self) -> str:
        """Say nothing: Twilio records nothing and goes on with what follows."""
        self._new_step()
        self._recording = None
        return await self._falls_through()

    async def is_connected(self, address: str, agent_sid: str) -> str:
        """Take the caller out of the queue for an agent who has dialled it; return what the caller hears before."""
        assert self.queue is not None, f"the caller waits in no queue\n{self.told()}"
        self._new_step()
        self._gather = None
        form = self._form(QueueSid=self._queue_sid, QueueTime="30", DequeingCallSid=agent_sid)
        for verb in valid(await self._asked(address, form)):
            assert verb.tag in BEFORE_A_PERSON, f"<{verb.tag}> before a person"
            if verb.tag == "Say":
                self._hear(verb)
        self.is_with_person = True
        return self.last

    async def person_hangs_up(self) -> str:
        """Let the person with whom the caller speaks hang up; return what is said to the caller then."""
        if self._enqueued is not None:
            self._new_step()
            self.transcript.append(("person", "hangs up"))
            await self._leaves_queue("bridged")
            return self.last
        dial = self._after_person
        assert dial is not None, "the caller speaks with nobody"
        self._new_step()
        self.transcript.append(("person", "hangs up"))
        self._after_person, self.is_with_person = None, False
        await self._after_dial(dial, "completed", bridged=True)
        return self.last

    # ── Twilio in between ──────────────────────────────────────────────────────────────────────────

    def _does(self, what: str) -> None:
        assert not self.is_over, f"the call is over\n{self.told()}"
        assert self.is_listening, f"nobody listens\n{self.told()}"
        self._new_step()
        self.transcript.append(("caller", what))

    def _new_step(self) -> None:
        self.steps.append([])
        self._steps_alone = 0

    async def _answers(self, **told: str) -> str:
        """Tell what was heard to whoever asked."""
        gather = self._listener
        self._gather = None
        await self._go_to(gather.get("action") or self._where(), **told)
        return self.last

    async def _falls_through(self) -> str:
        self._gather = None
        await self._play(self._rest)
        return self.last

    def _where(self) -> str:
        assert self._latest is not None
        return self._latest[0]

    async def _go_to(self, address: str, **told: str) -> None:
        """Ask for the next TwiML and follow it."""
        self._steps_alone += 1
        if self._steps_alone > MOST_STEPS_ALONE:
            raise Looping(f"{MOST_STEPS_ALONE} steps without the caller's doing\n{self.told()}")
        form = self._form(**told)
        document = await self._asked(address, form)
        self._latest = (address, form, document)
        self.documents.append(document)
        await self._play(list(valid(document)))

    async def _asked(self, address: str, form: dict[str, str]) -> str:
        times = 2 if self.twice else 1
        answers = await asyncio.gather(*(self.webhooks.post(address, form) for _ in range(times)))
        for answer in answers:
            assert answer.status_code == 200, f"{address}: {answer.status_code} {answer.text}\n{self.told()}"
            assert answer.headers["content-type"].startswith(("text/xml", "application/xml"))
            assert self._are_alike(answer.text, answers[0].text), (
                f"two deliveries of one request to {address} were answered differently:\n"
                f"{answers[0].text}\n{answer.text}\n{self.told()}"
            )
        return str(answers[0].text)

    def _are_alike(self, one: str, other: str) -> bool:
        if one == other:
            return True
        # the answer may come between two deliveries that wait for it: then one of them still says to wait
        waits = "for=answer" in one or "for=answer" in other
        return not self.is_exact and (waits or _leads_to(one) == _leads_to(other))

    def _form(self, **told: str) -> dict[str, str]:
        return {
            "AccountSid": ACCOUNT,
            "ApiVersion": "2010-04-01",
            "CallSid": self.sid,
            "CallStatus": "in-progress",
            "Direction": "inbound",
            "From": self.caller,
            "Caller": self.caller,
            "To": NUMBER,
            "Called": NUMBER,
            **self._waits(),
            **place_of(self.caller, "From"),
            **place_of(self.caller, "Caller"),
            **place_of(NUMBER, "To"),
            **place_of(NUMBER, "Called"),
            **told,
        }

    async def _play(self, verbs: Sequence[Element]) -> None:
        for place, verb in enumerate(verbs):
            rest = verbs[place + 1 :]
            assert self._enqueued is None or verb.tag in IN_LINE, f"<{verb.tag}> for whoever waits in a queue"
            if verb.tag == "Say":
                self._hear(verb)
            elif verb.tag == "Gather":
                for inner in verb.iter("Say"):
                    self._hear(inner)
                self._gather, self._rest = verb, rest
                return
            elif verb.tag == "Redirect":
                return await self._go_to((verb.text or "").strip())
            elif verb.tag == "Dial":
                if await self._dial(verb):
                    return None
            elif verb.tag == "Enqueue":
                return await self._enqueue(verb)
            elif verb.tag == "Leave":
                return await self._leaves_queue("leave")
            elif verb.tag == "Record":
                self._recording, self._rest = verb, rest
                return None
            elif verb.tag == "Connect":
                return await self._connect(verb)
            elif verb.tag in ("Hangup", "Reject"):
                return await self._end()
            else:
                assert verb.tag in ("Pause", "Play"), f"the telephone cannot follow <{verb.tag}>"
        await self._end()
        raise DeadLine(f"the TwiML simply ends\n{self.documents[-1]}\n{self.told()}")

    def _hear(self, say: Element) -> None:
        said = Said(spoken(say), say.get("language") or "en-US")
        self.steps[-1].append(said)
        self.transcript.append(("assistant", said.text))

    async def _end(self) -> None:
        self.is_over, self._gather, self.is_with_person = True, None, False
        self._enqueued = self._recording = None
        await self._sockets.aclose()
        self._socket = self._relay = None
        status = {
            "CallStatus": "completed",
            "CallDuration": "61",
            "Duration": "2",
            "CallbackSource": "call-progress-events",
            "SequenceNumber": "0",
            "Timestamp": "Fri, 15 May 2026 15:00:00 +0000",
        }
        for _ in range(2 if self.twice else 1):
            answer = await self.webhooks.post(
                f"{self.webhooks.base}/twilio/voice/status", self._form(**status)
            )
            assert answer.status_code in (200, 204), answer.text

    # ── Others on the line ─────────────────────────────────────────────────────────────────────────

    async def _dial(self, dial: Element) -> bool:
        """Call somebody; True when the document is left, as it is unless nothing says where to go on."""
        noun = dial[0] if len(dial) else dial
        number = (noun.text or "").strip()
        self.dialled.append(number)
        self.transcript.append(("Twilio", f"dials {number}: {self.person}"))
        child = new_sid("CA")
        if self.person in (NO_ANSWER, BUSY):
            return await self._after_dial(dial, self.person)
        if noun.get("url") and not await self._screened(str(noun.get("url")), number, child):
            return await self._after_dial(dial, "completed")
        self.is_with_person, self._after_person = True, dial
        return True

    async def _screened(self, address: str, number: str, child: str) -> bool:
        """Let whoever answers hear what the call is about; True when they are connected."""
        leg = {
            "CallSid": child,
            "ParentCallSid": self.sid,
            "From": self.caller,
            "To": number,
            "Called": number,
            "Direction": "outbound-dial",
        }
        verbs = list(valid(await self._asked(address, self._form(**leg))))
        for say in (say for verb in verbs for say in verb.iter("Say")):
            self.whispered.append(spoken(say))
        gather = next((verb for verb in verbs if verb.tag == "Gather"), None)
        if gather is None:
            # an empty answer connects, one that hangs up does not
            return not any(verb.tag == "Hangup" for verb in verbs)
        if self.person == MACHINE:
            assert verbs[-1].tag == "Hangup", "a machine that answers would be connected"
            return False
        key = "1" if self.person == ACCEPTS else "3"
        answer = await self._asked(str(gather.get("action")), self._form(**leg, Digits=key))
        return not any(verb.tag == "Hangup" for verb in valid(answer))

    async def _after_dial(self, dial: Element, status: str, bridged: bool = False) -> bool:
        if not dial.get("action"):
            return False
        told = {"DialCallStatus": status, "DialCallSid": new_sid("CA"), "DialBridged": str(bridged).lower()}
        if bridged:
            told["DialCallDuration"] = "40"
        await self._go_to(str(dial.get("action")), **told)
        return True

    async def _enqueue(self, enqueue: Element) -> None:
        """Wait in a queue, and hear what is said there."""
        self.transcript.append(("Twilio", "puts the caller in a queue"))
        self._enqueued = enqueue
        await self._go_to(str(enqueue.get("waitUrl")))

    async def _leaves_queue(self, result: str) -> None:
        assert self._enqueued is not None, "<Leave> outside of a queue"
        action, self._enqueued, self.is_with_person = self._enqueued.get("action"), None, False
        self.transcript.append(("Twilio", f"takes the caller out of the queue: {result}"))
        await self._go_to(str(action), QueueResult=result, QueueSid=self._queue_sid, QueueTime="60")

    def _waits(self) -> dict[str, str]:
        """What Twilio tells of a queue with every request of whoever waits in it."""
        if self._enqueued is None:
            return {}
        told = {"QueueSid": self._queue_sid, "QueuePosition": "1", "QueueTime": "0"}
        return told | {"AvgQueueTime": "0", "CurrentQueueSize": "1"}

    async def _recorded(self, seconds: int, **told: str) -> str:
        """Tell that a message was recorded, where each of the two ways wants it; return the answer of the first."""
        record = self._recording
        assert record is not None, f"nothing is recorded\n{self.told()}"
        self._recording, sid = None, new_sid("RE")
        self.recordings.append(sid)
        facts = {
            "RecordingSid": sid,
            "RecordingUrl": f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Recordings/{sid}",
            "RecordingDuration": str(seconds),
        }
        answer = await self._asked(str(record.get("action")), self._form(**facts, **told))
        if record.get("recordingStatusCallback"):
            done = {"RecordingStatus": "completed", "RecordingChannels": "1", "RecordingSource": "RecordVerb"}
            told_at = str(record.get("recordingStatusCallback"))
            for _ in range(2 if self.twice else 1):
                assert (await self.webhooks.post(told_at, self._form(**facts, **done))).status_code == 204
        return answer

    # ── Over a WebSocket ───────────────────────────────────────────────────────────────────────────

    async def _connect(self, connect: Element) -> None:
        relay = connect[0]
        assert relay.tag == "ConversationRelay", f"the telephone cannot follow <{relay.tag}>"
        address = str(relay.get("url"))
        path = address.partition(self.webhooks.base.partition("://")[2])[2]
        signed = {"x-twilio-signature": self.webhooks.signature(address, {})}
        self._socket = await self._sockets.enter_async_context(Socket(self.webhooks.app, path, signed))
        self._relay, self._after_relay = relay, str(connect.get("action") or self._where())
        parameters = {each.get("name"): each.get("value") for each in relay.iter("Parameter")}
        form = self._form()
        await self._socket.send(
            {
                "type": "setup",
                "sessionId": new_sid("VX"),
                "accountSid": ACCOUNT,
                "parentCallSid": "",
                "callSid": self.sid,
                "from": self.caller,
                "to": NUMBER,
                "forwardedFrom": "",
                "callerName": "",
                "direction": "inbound",
                "callType": "PSTN",
                "callStatus": form["CallStatus"].upper(),
                "customParameters": parameters,
            }
        )
        if not self.steps[-1]:
            # whoever is connected again has just heard what there was to say
            await self._hears()

    async def _hears(self) -> str:
        """Hear what the gateway sends until it has finished speaking, or ends the session."""
        assert self._socket is not None and self._relay is not None
        while True:
            message = await self._socket.receive()
            if message["type"] == "text":
                said = Said(message["token"], message["lang"])
                self.steps[-1].append(said)
                self.transcript.append(("assistant", said.text))
                if message["last"]:
                    return self.last
            elif message["type"] == "language":
                self._relay.set("transcriptionLanguage", message["transcriptionLanguage"])
            else:
                assert message["type"] == "end", f"Twilio knows no message {message['type']!r}"
                return await self._session_ends(message.get("handoffData"))

    async def break_session(self) -> str:
        """Let the session fail, as it does when the connection is lost; return what is said then."""
        self._new_step()
        return await self._session_ends(None, "failed")

    async def _session_ends(self, data: str | None, status: str = "ended") -> str:
        await self._sockets.aclose()
        self._socket = self._relay = None
        told = {"SessionId": new_sid("VX"), "SessionStatus": status, "SessionDuration": "30"}
        if data is not None:
            told["HandoffData"] = data
        await self._go_to(self._after_relay, **told)
        return self.last


def _leads_to(document: str) -> tuple[str | None, str | None]:
    """Return the verb that a document ends in, and where the caller's answer goes."""
    root = valid(document)
    gather = root.find("Gather")
    return (
        (gather.tag, gather.get("action"))
        if gather is not None
        else (root[-1].tag if len(root) else None, None)
    )
