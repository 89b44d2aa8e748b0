"""Agents who are rung at their own telephones, with Twilio in between: they answer, press a key, talk and hang up.

agent = AgentPhone(twilio.called()[-1], phone.webhooks)   # what the product asked Twilio to ring
await agent.answers()                                     # what is said to whoever answers, a mailbox too
await agent.press("1", call)                              # the call is theirs, and the caller is connected
await agent.hangs_up(call)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from tests.phone.call import PhoneCall
from tests.phone.rest import ACCOUNT, NUMBER, Accepted
from tests.phone.twiml import spoken, valid
from tests.phone.webhooks import Webhooks


@dataclass
class AgentPhone:
    """One leg to an agent."""

    rung: Accepted
    webhooks: Webhooks
    heard: list[str] = field(default_factory=list)
    """Everything said to the agent, for each document."""
    is_over: bool = False

    _gather: Element | None = None
    _dial: Element | None = None
    _is_joined: bool = False

    @property
    def sid(self) -> str:
        return str(self.rung.answer["sid"])

    async def answers(self) -> str:
        """Pick up and return what is said."""
        return await self._go_to(self.rung["Url"])

    async def press(self, keys: str, call: PhoneCall | None = None) -> str:
        """Press a key; where the agent is connected with a queue, the caller who waits there is `call`."""
        assert self._gather is not None, "no key is listened for"
        told = await self._go_to(str(self._gather.get("action")), Digits=keys)
        if self._dial is not None:
            await self._join(call)
        return told

    async def says_nothing(self) -> None:
        """Press no key, as a mailbox does: the document goes on to its end."""
        await self._is_put_down("completed")

    async def does_not_answer(self, status: str = "no-answer") -> None:
        """Let it ring to the end, or be busy."""
        await self._is_put_down(status)

    async def hangs_up(self, call: PhoneCall) -> str:
        """Put the receiver down and return what the caller hears then."""
        assert self._is_joined, "the agent talks with nobody"
        heard = await call.person_hangs_up() if not call.is_over else ""
        await self._dial_is_over("completed")
        return heard

    async def _join(self, call: PhoneCall | None) -> None:
        dial = self._dial
        assert dial is not None
        (queue,) = dial
        name = (queue.text or "").strip()
        if call is None or call.queue != name:
            await self._dial_is_over("no-answer")
            return
        self._is_joined = True
        await call.is_connected(str(queue.get("url")), self.sid)

    async def _dial_is_over(self, status: str) -> None:
        dial, self._dial = self._dial, None
        if dial is not None:
            await self._go_to(str(dial.get("action")), DialCallStatus=status)

    async def _go_to(self, address: str, **told: str) -> str:
        self._gather = self._dial = None
        answer = await self.webhooks.post(address, self._form(CallStatus="in-progress", **told))
        assert answer.status_code == 200, f"{address}: {answer.status_code} {answer.text}"
        root = valid(answer.text)
        self.heard.append(" ".join(spoken(say) for say in root.iter("Say")))
        self._gather, self._dial = root.find("Gather"), root.find("Dial")
        if self._gather is None and self._dial is None:
            await self._is_put_down("completed")
        return self.heard[-1]

    async def _is_put_down(self, status: str) -> None:
        if self.is_over:
            return
        self.is_over = True
        answer = await self.webhooks.post(self.rung["StatusCallback"], self._form(CallStatus=status))
        assert answer.status_code == 204, answer.text

    def _form(self, **told: str) -> dict[str, str]:
        return {
            "AccountSid": ACCOUNT,
            "ApiVersion": "2010-04-01",
            "CallSid": self.sid,
            "Direction": "outbound-api",
            "From": NUMBER,
            "To": self.rung["To"],
            "Called": self.rung["To"],
            **told,
        }
