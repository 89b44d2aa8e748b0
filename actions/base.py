"""What every action shares: one turn, one unit of work, done once however often the engine asks."""

from __future__ import annotations

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.outside import Needed, Outside
from bot.cases.case import Case
from bot.cases.complaint import Complaint
from bot.cases.conversation import Conversation
from bot.cases.identity import PROOF_LIVES
from bot.cases.intake import phase_of
from bot.cases.merging import lead_on
from bot.cases.promises import due_in_business_days
from bot.cases.records import Customer, Records
from bot.languages import LANGUAGES, pack
from bot.languages.wording import day_of
from bot.provider import Profile, profile
from bot.provider.calendar import BusinessCalendar, business_calendar
from bot.provider.records import open_records
from bot.reading.acts import Answer, has_reserve, read_answer
from bot.reading.sentences import is_cued
from bot.settings import settings
from bot.store import Store, Unit, open_store

log = structlog.get_logger()


A_SHORT_YES = 4
"""With more words than these, a guess that somebody agrees is not enough to act on."""


@dataclass(frozen=True)
class House:
    """What actions work with: the store, the operator and its records, and the clock."""

    store: Store
    profile: Profile
    records: Records
    now: Callable[[], datetime]


@lru_cache(maxsize=1)
def house() -> House:
    """Build the house once, at the first turn, from the settings."""
    operator, store = profile(settings().provider), open_store(settings().database_url)
    return House(store, operator, open_records(settings(), store, operator, _now), _now)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Turn:
    """One message of the customer, acted upon: what was understood, what it changes, and what is said.

    `sure` tells that the intent is more than a guess; `outside` is the way to the provider's systems.
    """

    house: House
    unit: Unit
    outside: Outside
    conversation: Conversation
    text: str
    intent: str
    entities: list[dict[str, Any]]
    now: datetime
    sure: bool = True
    replies: list[dict[str, Any]] = field(default_factory=list)
    asked: bool = False
    _case: Case | None = None
    _touched: list[Case] = field(default_factory=list)

    def say(self, reply: str, choices: Iterable[str] = (), **values: Any) -> None:
        """Add a reply by key, with its values and choices."""
        self.replies.append({"reply": reply, "values": values, "choices": list(choices)})

    def found(self, kind: str) -> list[dict[str, Any]]:
        """Return the entities of a kind, in order of the text."""
        return [entity for entity in self.entities if entity["entity"] == kind]

    def value(self, kind: str) -> Any:
        """Return the first value of a kind, None when the message has none."""
        return next((entity["value"] for entity in self.found(kind)), None)

    def chose(self, *names: str) -> str | None:
        """Return which of these choices the message is, word for word, in any language."""
        said = _plain(self.text)
        for name in names:
            if any(said == _plain(pack(language, "choices")[name]) for language in LANGUAGES):
                return name
        return None

    def says(self, cue: str) -> bool:
        """Tell whether the message holds a cue of the pack of the language that is spoken."""
        return is_cued(self.text, pack(self.conversation.language, "cues")[cue])

    def is_past(self, found: dict[str, Any]) -> bool:
        """Tell whether a date that was found lies in the past, or begins there."""
        start = str(found["value"]).split("/")[0]
        return start <= self.today.isoformat()[: len(start)]

    @property
    def says_yes(self) -> bool:
        """Whether the message is a yes without a but."""
        short = len(self.text.split()) <= A_SHORT_YES
        plain = not self.has_reserve and not self.text.rstrip().endswith("?")
        likely = self.intent == "affirm" and (self.sure or short) and plain
        return bool(self.chose("yes")) or self.answer == "yes" or (self.answer is None and likely)

    @property
    def says_no(self) -> bool:
        """Whether the message is a no."""
        likely = self.intent == "deny" and self.answer is None
        return bool(self.chose("no")) or self.answer == "no" or likely

    @property
    def answer(self) -> Answer | None:
        """The yes or no that the message says in so many words, in the language that is spoken."""
        return read_answer(self.text, self._acts)

    @property
    def has_reserve(self) -> bool:
        """Whether something is taken back, or a condition made."""
        return has_reserve(self.text, self._acts)

    @property
    def _acts(self) -> dict[str, Any]:
        return pack(self.conversation.language, "acts")

    @property
    def complaint(self) -> Complaint:
        """The complaint this conversation is about."""
        return self.conversation.complaint

    @property
    def today(self) -> date:
        """The day on which the customer speaks, for reading dates; never for promises."""
        return self.conversation.today or self.now.astimezone(ZoneInfo(self.house.profile.timezone)).date()

    @property
    def own_number(self) -> str | None:
        """The number that the customer calls or texts from: a way to reach them, and no proof of who they are."""
        if self.conversation.channel == "voice":
            call = self.unit.calls.of_conversation(self.conversation.id)
            return call.caller if call else None
        texter = self.unit.texters.of_conversation(self.conversation.id)
        return texter.phone if texter else None

    @property
    def case(self) -> Case | None:
        """The case opened in this conversation, None before it is opened."""
        if self._case is None and self.conversation.tracking_number:
            self._case = self.unit.cases.get(self.conversation.tracking_number)
        return self._case

    def touch(self, tracking_number: str) -> Case | None:
        """Return a case to act upon, whichever conversation it comes from; what changes is written back.

        Where it was merged, that is the case it leads to.
        """
        own = self.case
        case = self.unit.cases.standing(tracking_number)
        if case is not None and case is not own:
            self._touched.append(case)
        return case

    @property
    def standing(self) -> Case | None:
        """The case that the one of this conversation leads to: itself, unless it was merged into another."""
        return self.touch(self.case.tracking_number) if self.case else None

    @property
    def subject(self) -> str | None:
        """The tracking number of the case that is spoken about: one proved from elsewhere, else the latest of here."""
        conversation = self.conversation
        return conversation.enquiry if conversation.enquiry_proved else conversation.subject

    def forget_case(self) -> None:
        """Act on no case from here on, since a draft beside it has begun."""
        self._case = None

    def keep(self, case: Case) -> None:
        """Make a freshly opened case the one of this conversation."""
        self.unit.cases.add(case, self.conversation.id)
        self.conversation.tracking_number = case.tracking_number
        self.conversation.enquiry_proved = False
        self._case = case

    @property
    def verified(self) -> Customer | None:
        """The account holder this conversation has proved to be, None without a proof that still holds.

        Whoever claims another account since then has to prove that one.
        """
        proof = self.unit.proofs.of(self.conversation.id)
        if proof is None or self.now - proof.at > PROOF_LIVES:
            return None
        claimed = self.complaint.account_number
        return proof.customer if claimed in (None, proof.account_number) else None

    def day(self, moment: datetime) -> dict[str, str]:
        """Return the day of a moment where the operator is, as a value for a reply."""
        return day_of(moment, self.house.profile.timezone)

    @property
    def calendar(self) -> BusinessCalendar:
        """The business calendar of the customer's province, the operator's own while it is not known."""
        customer = self.verified
        return business_calendar(self.house.profile, customer.province if customer else None)

    def due(self, what: str, since: datetime | None = None) -> datetime:
        """Return by when the operator means to do this, by the estimate of its profile, counted from now or `since`."""
        days = self.house.profile.business_days[what]
        return due_in_business_days(since or self.now, days, self.calendar)

    def save(self) -> None:
        """Write back what the turn has changed; what is told after the case was opened belongs to the case too."""
        case = self.case
        if case is not None:
            if case.merged_into:
                self._lead_on(case, case.merged_into)
            case.complaint = self.complaint
            case.account_number = case.account_number or self.complaint.account_number
            self.unit.cases.save(case)
        for other in self._touched:
            self.unit.cases.save(other)
        self.unit.conversations.save(self.conversation)

    def _lead_on(self, merged: Case, into: str) -> None:
        """Take what was told here over to the case that the one of this conversation leads to."""
        standing = self.touch(into)
        if standing is not None:
            lead_on(merged.complaint, self.complaint, standing, self.now)


def _plain(text: str) -> str:
    return " ".join("".join(sign if sign.isalnum() else " " for sign in text.casefold()).split())


class TurnAction(Action, ABC):
    """An action that runs once per turn and step: what it did is recorded with it, and a repeat only says it again.

    The engine may call a second time after a crash or a lost answer; the turn's id and step make that harmless.
    """

    @abstractmethod
    def act(self, turn: Turn, first: bool) -> bool:
        """Act on the turn; `first` tells that nobody has acted on the message yet.

        Returns False to leave the message to another action, as a form does with an interruption.
        """

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        """Run the action, or say again what it said when it ran before."""
        outside = Outside(house().store, house().records, house().profile, house().now)
        while True:
            try:
                result = self._once(tracker, outside)
                break
            except Needed as needed:
                # another machine may be slow, and other turns go on meanwhile
                await asyncio.to_thread(needed.see_to_it)
        for reply in result["replies"]:
            dispatcher.utter_message(
                response=f"utter_{reply['reply']}", values=reply["values"], choices=reply["choices"]
            )
        return list(result["events"])

    def _once(self, tracker: Tracker, outside: Outside) -> dict[str, Any]:
        turn_id, step = tracker.latest_message["metadata"]["turn"], self.step(tracker)
        with house().store.unit() as unit:
            record = unit.action_results.get(turn_id, f"{step}:{self.name()}")
            if record is None:
                record = json.dumps(self._act(unit, outside, tracker, step == 0))
                unit.action_results.put(turn_id, f"{step}:{self.name()}", record)
        result: dict[str, Any] = json.loads(record)
        return result

    def _act(self, unit: Unit, outside: Outside, tracker: Tracker, first: bool) -> dict[str, Any]:
        conversation = unit.conversations.get(tracker.sender_id)
        if conversation is None:
            raise LookupError("the engine was asked about a conversation that the store does not know")
        inbound = unit.inbound.get(tracker.latest_message["metadata"]["turn"])
        message = tracker.latest_message
        turn = Turn(
            house=house(),
            unit=unit,
            outside=outside,
            conversation=conversation,
            text=inbound.text if inbound else message.get("text") or "",
            intent=(message.get("intent") or {}).get("name") or "nlu_fallback",
            entities=list(message.get("entities") or []),
            now=house().now(),
            sure=bool((message.get("intent") or {}).get("sure")),
        )
        if not self.act(turn, first):
            return {"replies": [], "events": []}
        turn.save()
        return {"replies": turn.replies, "events": self.route(tracker, conversation)}

    def step(self, tracker: Tracker) -> int:
        """Count the actions taken in this turn before this one."""
        step = 0
        for event in reversed(tracker.events):
            if event["event"] == "user":
                break
            step += event["event"] == "action" and event["name"] not in (
                "action_listen",
                "action_extract_slots",
            )
        return step

    def route(self, tracker: Tracker, conversation: Conversation) -> list[EventType]:
        """Return the events that bring the engine's forms in line with what the conversation expects."""
        events: list[EventType] = [SlotSet("language", conversation.language)]
        phase = phase_of(conversation.expects)
        form = f"{phase}_form" if phase else None
        active = (tracker.active_loop or {}).get("name")
        if form and form == active:
            return [*events, SlotSet("requested_slot", conversation.expects), FollowupAction(form)]
        if active:
            events += [ActiveLoop(None), SlotSet("requested_slot", None)]
        return [*events, FollowupAction(form or "action_listen")]
