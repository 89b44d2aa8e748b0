"""What agents write and decide on a case: each is planned to the letter, shown, and then done in one unit of work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.cases import audit
from bot.cases.agent import Agent
from bot.cases.case import ASSISTANT, Case, Escalation, Referral
from bot.cases.conversation import Conversation
from bot.cases.errors import CaseError
from bot.cases.macros import must_have_no_gap
from bot.cases.status import ESCALATED
from bot.cases.steps import take
from bot.languages.guarding import must_pass
from bot.languages.wording import day_of, render
from bot.notices.by_agent import MOST_WORDS_OF_AN_AGENT
from bot.provider import Profile, calendar
from bot.store import Store, Unit
from bot.telling import Way, Words, framed, of_case, send, ways_to

LONGEST = 4000
UPDATE = "update"
TAKEN = "review_taken"
_DONE = "decided_at_the_desk"


class ReplyRefused(CaseError):
    """A reply or decision cannot be done so; `code` says why."""


class Replies:
    """What agents do about a case. Raises LookupError for none, CaseError for what is refused."""

    def __init__(self, store: Store, operator: Profile, now: Callable[[], datetime]) -> None:
        self._store, self._operator, self._now = store, operator, now

    # ── A written reply, or the answer to the complaint ────────────────────────────────────────────

    def plan_reply(self, number: str, agent: Agent, text: str, kind: str, anyway: bool = False) -> Words:
        """Return what a reply would be on a way that there is; raises what keeps it from going."""
        with self._store.view() as unit:
            case, conversation = of_case(unit, number)
            way = next(
                (each for each in _in_writing(unit, case, conversation) if f"{each.kind}:{each.to}" == kind),
                None,
            )
            if way is None:
                raise ReplyRefused("no_way")
            return self._reply(case, agent, text, way, anyway)

    def reply(
        self,
        number: str,
        agent: Agent,
        words: Words,
        word_id: str,
        answers_from: str | None = None,
        was_warned: bool = False,
    ) -> None:
        """Send a planned reply, once for each `word_id`; it keeps the promise of an update.

        `answers_from` is the status in which it was decided that this is the answer to the complaint, None when it is not.
        """

        def act(unit: Unit, case: Case, conversation: Conversation) -> None:
            now = self._now()
            if answers_from is not None:
                take(case, "answer", agent, now, answers_from, customer_said_so=False)
            assert words.way is not None
            send(unit, case, conversation, words, f"written-{word_id}-{words.digest}:written", now)
            case.note(now, agent.name, "written", f"{words.way.kind}: {words.text}")
            case.keep(UPDATE, now, agent.name)

        # other words under the same id are another reply, as when somebody goes back and changes them
        once = f"{word_id}:{words.digest}"
        self._once(number, agent, once, act, audit.WROTE_ANYWAY if was_warned else audit.WRITTEN)

    # ── The customer's ways on ─────────────────────────────────────────────────────────────────────

    def plan_escalation(self, number: str, agent: Agent) -> Words:
        """Return what a customer is told whose complaint goes a level up."""
        with self._store.view() as unit:
            case, conversation = of_case(unit, number)
            due = case.escalations[-1].due_at if _is_escalated(case) else self._review_due()
            values = {
                "tracking_number": number,
                "due": day_of(due, self._operator.timezone),
                "phone": self._operator.phone,
            }
            return self._told(unit, case, conversation, agent, "escalated", values, with_notice=True)

    def escalate(
        self, number: str, agent: Agent, words: Words, reason: str, said_so: bool, word_id: str
    ) -> None:
        """Record the customer's wish for a senior manager or support lead, and tell them what follows."""

        def act(unit: Unit, case: Case, conversation: Conversation) -> None:
            now = self._now()
            if not said_so:
                raise ReplyRefused("not_their_word")
            if _is_escalated(case):
                raise ReplyRefused("escalated_already")
            case.escalate(Escalation(now, case.language, self._operator.escalation_to, self._review_due()))
            case.note(now, agent.name, "escalation_reason", reason.strip())
            self._tell(unit, case, conversation, words, f"escalated-{word_id}:escalated")

        self._once(number, agent, word_id, act, audit.CASE_ESCALATED)

    def plan_referral(self, number: str, agent: Agent) -> Words:
        """Return what a customer is told who goes to the scheme."""
        with self._store.view() as unit:
            case, conversation = of_case(unit, number)
            return self._told(unit, case, conversation, agent, "referred", {"tracking_number": number})

    def refer(self, number: str, agent: Agent, words: Words, said_so: bool, word_id: str) -> None:
        """Record that the customer goes to the scheme, and tell them how."""

        def act(unit: Unit, case: Case, conversation: Conversation) -> None:
            if not said_so:
                raise ReplyRefused("not_their_word")
            if case.referral is not None:
                raise ReplyRefused("referred_already")
            case.refer(Referral(self._now(), self._operator.scheme))
            self._tell(unit, case, conversation, words, f"referred-{word_id}:referred")

        self._once(number, agent, word_id, act, audit.CASE_REFERRED)

    def keep_scheme_number(self, number: str, agent: Agent, scheme_number: str) -> None:
        """Record the scheme's own number of a case that went there."""
        with self._store.unit() as unit:
            case, _ = of_case(unit, number)
            wanted = scheme_number.strip()
            if case.referral is None or not wanted:
                raise ReplyRefused("empty" if case.referral else "not_referred")
            if case.referral.scheme_number == wanted:
                return
            case.referral = replace(case.referral, scheme_number=wanted)
            case.note(self._now(), agent.name, "scheme_number", wanted)
            unit.cases.save(case)
            unit.audit.add(self._now(), audit.SCHEME_NUMBER_KEPT, agent.id, number)

    # ── A lead takes an escalation ─────────────────────────────────────────────────────────────────

    def take_review(self, number: str, lead: Agent) -> None:
        """Record which lead looks at an escalation; the last who takes it has it."""
        with self._store.unit() as unit:
            case, _ = of_case(unit, number)
            if reviewer(case) == lead.name:
                return
            case.note(self._now(), lead.name, TAKEN)
            unit.cases.save(case)
            unit.audit.add(self._now(), audit.REVIEW_TAKEN, lead.id, number)

    def _reply(self, case: Case, agent: Agent, text: str, way: Way, anyway: bool) -> Words:
        if not text.strip():
            raise ReplyRefused("empty")
        if len(text) > (MOST_WORDS_OF_AN_AGENT if way.kind == "sms" else LONGEST):
            raise ReplyRefused("too_long" if way.kind == "sms" else "reply_too_long")
        must_have_no_gap(text)
        must_pass(text, way.kind, anyway)
        return Words(framed(text.strip(), way, case, self._operator, agent.name), case.language, way)

    def _told(
        self,
        unit: Unit,
        case: Case,
        conversation: Conversation,
        agent: Agent,
        reply: str,
        values: Mapping[str, object],
        with_notice: bool = False,
    ) -> Words:
        way = next(iter(ways_to(unit, case, conversation, agent)), None)
        lines = [render({"reply": reply, "values": values}, case.language, "web").text]
        if with_notice and not was_told_of_scheme(case):
            lines.append(scheme_notice(self._operator, case.language))
        return Words(framed("\n\n".join(lines), way, case, self._operator, agent.name), case.language, way)

    def _tell(self, unit: Unit, case: Case, conversation: Conversation, words: Words, key: str) -> None:
        """Send what was planned; where it holds the scheme's notice, that is kept with the case."""
        now = self._now()
        send(unit, case, conversation, words, key, now)
        if words.way is not None and scheme_notice(self._operator, case.language) in words.text:
            case.note(now, ASSISTANT, "ccts_notice", case.language)

    def is_done(self, number: str, agent: Agent, word_id: str) -> bool:
        """Whether a form was done already."""
        with self._store.view() as unit:
            return unit.action_results.get(_once_of(number, agent, word_id), _DONE) is not None

    def _once(
        self,
        number: str,
        agent: Agent,
        word_id: str,
        act: Callable[[Unit, Case, Conversation], None],
        deed: str,
    ) -> None:
        """Do something about a case in one unit, once for each form."""
        with self._store.unit() as unit:
            case, conversation = of_case(unit, number)
            once = _once_of(number, agent, word_id)
            if unit.action_results.get(once, _DONE) is not None:
                return
            unit.action_results.put(once, _DONE, "{}")
            act(unit, case, conversation)
            unit.cases.save(case)
            unit.audit.add(self._now(), deed, agent.id, number)

    def _review_due(self) -> datetime:
        return calendar.due(self._operator, "escalation_review", self._now())


def _once_of(number: str, agent: Agent, word_id: str) -> str:
    return f"{number}:{agent.id}:{word_id}"


def reviewer(case: Case) -> str | None:
    """Return the name of the lead who has the latest escalation of a case, None while nobody has taken it."""
    since = case.escalations[-1].at if case.escalations else None
    takers = [line.by for line in case.history if line.what == TAKEN and (since is None or line.at >= since)]
    return takers[-1] if takers else None


def reason_of_escalation(case: Case) -> str:
    """Return why the customer wants a review, as an agent put it; empty where the assistant recorded the wish."""
    return next((line.detail for line in reversed(case.history) if line.what == "escalation_reason"), "")


def was_told_of_scheme(case: Case) -> bool:
    """Whether the customer was given the scheme's notice already."""
    return any(line.what == "ccts_notice" for line in case.history)


def scheme_notice(operator: Profile, language: str) -> str:
    """Return the scheme's prescribed notice as it is told."""
    notice = {"kind": "notice", "scheme": operator.scheme}
    return render({"reply": "ccts_notice", "values": {"notice": notice}}, language, "web").text


def _is_escalated(case: Case) -> bool:
    return case.status == ESCALATED and bool(case.escalations)


def _in_writing(unit: Unit, case: Case, conversation: Conversation) -> list[Way]:
    return [way for way in ways_to(unit, case, conversation) if way.to]
