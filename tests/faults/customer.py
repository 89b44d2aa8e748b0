"""A customer who was charged twice, proves who they are, takes the credit, and never gives up on a broken line."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.faults.product import Product

ACCOUNT = "10031865"
ANSWERED_WITHIN_SECONDS = 300
MOST_TURNS = 25

ANSWERS = {
    "open": "I was charged twice for my Unlimited Canada plan, 41.15 both times, and the kumquat on hold was rude.",
    "nature": "My bill shows the plan two times.",
    "service": "Home or office phone",
    "event": "That’s all",
    "prior_contact": "I called last month and a zamboni driver hung up on me.",
    "remedy": "I want the second charge back on my marzipan account.",
    "account": ACCOUNT,
    "contact": "You can write to quackenbush@example.com",
    "name": "Wilhelmina Quackenbush",
    "confirm": "Yes",
    "offer": "Accept",
    "satisfied": "Yes",
    "person": "No",
    "next_step": "Leave it with the investigation",
}
"""What is answered to each question; the code is read from the outbox, as its owner would on their phone."""


@dataclass
class Customer:
    """One conversation: what was asked, what was told, each of which has had its answer, and the codes received."""

    product: Product
    id: str = ""
    token: str = ""
    state: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """Open the conversation."""
        response = self.product.http.post("/api/chat", json={"language": "en"})
        assert response.status_code == 201, response.text
        opened = response.json()
        self.id, self.token, self.state = opened["conversation"], opened["token"], opened["state"]

    def complain(
        self, just_after: Callable[[str], None] = lambda question: None, until: str = "free"
    ) -> None:
        """Tell the complaint to its end, or until a question is asked.

        `just_after` is called with each question as its answer is on the way.
        """
        for _ in range(MOST_TURNS):
            question = self.state["expects"]
            if question in (until, "free", None):
                return
            self.asked.append(question)
            text = self._code() if question == "code" else ANSWERS[question]
            self.say(text, lambda asked=question: just_after(asked))
        raise AssertionError(f"the conversation does not end: {self.told}")

    def say(
        self, text: str, meanwhile: Callable[[], None] = lambda: None, kept_as: str | None = None
    ) -> None:
        """Send a message until it is taken, wait until it is answered, and ask for the answer once more.

        `kept_as` is how the transcript holds it, when not as it was sent.
        """
        self.told.append(kept_as or text)
        sent_as = self._latest_id
        answers: list[dict[str, Any]] = []
        sender = threading.Thread(target=lambda: answers.append(self._post(sent_as, text)))
        sender.start()
        meanwhile()
        sender.join()
        assert answers, f"{text!r} was not taken\n{self.product.told()}"
        self.product.until(self._is_answered, ANSWERED_WITHIN_SECONDS, f"no answer to {text!r}")
        # The same id again: the same answer, and nothing done twice.
        before = self.transcript()
        again = self._post(sent_as, "something else entirely")
        heard = [message for message in before["messages"] if message["seq"] > self._my_last(before)["seq"]]
        assert again["messages"] == heard
        assert self.transcript() == before
        self.state = before["state"]

    def say_again(self) -> None:
        """Send the latest message once more under its id, as a browser does that hears no answer."""
        self._post(self._latest_id, self.told[-1])

    def transcript(self) -> dict[str, Any]:
        """Return the whole conversation."""
        response = self._asked("GET", "/messages?after=0")
        return dict(response.json())

    @property
    def _latest_id(self) -> str:
        return f"m{len(self.told)}"

    def _post(self, sent_as: str, text: str) -> dict[str, Any]:
        return dict(self._asked("POST", "/messages", json={"id": sent_as, "text": text}).json())

    def _asked(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Ask until there is an answer: a line that broke is dialled again, but no answer may be a failure."""
        headers = {"Authorization": f"Bearer {self.token}"}
        give_up_at = time.monotonic() + ANSWERED_WITHIN_SECONDS
        while True:
            try:
                response = self.product.http.request(
                    method, f"/api/chat/{self.id}{path}", headers=headers, **more
                )
            except httpx.TransportError:
                assert time.monotonic() < give_up_at, "nobody answers"
                time.sleep(0.1)
                continue
            assert response.status_code == 200, f"{response.status_code}: {response.text}"
            return response

    def _is_answered(self) -> bool:
        transcript = self.transcript()
        mine = self._my_last(transcript)
        return any(
            message["from"] == "assistant" and message["seq"] > mine["seq"]
            for message in transcript["messages"]
        )

    @staticmethod
    def _my_last(transcript: dict[str, Any]) -> dict[str, Any]:
        mine = [message for message in transcript["messages"] if message["from"] == "customer"]
        assert mine, "the message is not in the transcript"
        return dict(mine[-1])

    def _code(self) -> str:
        """Wait for a code that was not there before and return its digits."""

        def newest() -> str | None:
            texts = [line["text"] for line in self.product.outbox() if line["id"].startswith("code:")]
            found = [match.group() for text in texts if (match := re.search(r"\b\d{6}\b", text))]
            return found[-1] if len(found) > self._known_codes else None

        code = str(self.product.until(newest, 150, "the code was not sent"))
        self.codes.append(code)
        self._known_codes += 1
        return code

    def __post_init__(self) -> None:
        self._known_codes = sum(line["id"].startswith("code:") for line in self.product.outbox())
