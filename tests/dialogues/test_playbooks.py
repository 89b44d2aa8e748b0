"""Every playbook as a whole dialogue, in every language and in every situation that can come up with it.

What people say stands in `playbooks/<language>.yml`; what must come of it stands here, once for all languages.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from sqlalchemy import create_engine, select
from sqlalchemy.engine import make_url

from bot.cases.records import CREDIT, Account, Instruction
from bot.languages import LANGUAGES
from bot.playbooks import playbooks
from bot.provider import profile
from bot.store.instructions import Decided
from bot.store.tables import messages
from bot.unfinished import Unfinished
from tests.dialogues import rows, truth
from tests.dialogues.house import Product, Talk

UPDATE, ANSWER = "update 2026-05-25", "answer 2026-06-01"
CALL_BACK = "call_back 2026-05-19"
PROMISES = {
    "credit": "credit_on_account 2026-05-25",
    "hold": "hold_collection 2026-05-19",
    "visit": "visit 2026-05-19",
    "call_back": CALL_BACK,
}
"""What is promised on 15 May 2026, before a long weekend: with every case, with a person, with each instruction."""

KINDS = {
    "credit": ("correction", "goodwill"),
    "hold": ("hold_collection",),
    "visit": ("visit",),
    "call_back": ("call_back",),
}
"""What an offer may be called on the case, by what its acceptance has done."""

FINDINGS = {
    "duplicate_charge": "charged_twice",
    "late_fee": "paid_in_time",
    "late_fee_paid_late": "paid_late",
    "promised_credit": "not_applied",
    "promised_credit_applied": "already_applied",
    "price_rise": "price_ran_out",
    "unrecognised_usage": "usage_and_disconnection",
    "cancelled_service": "charged_after",
    "billed_above_order": "above_order",
    "missed_appointment": "missed_and_charged",
    "outage": "outage_now",
    "outage_by_place": "outage_now",
    "call_quality": "start",
    "disconnection": "announced",
    "credit_bureau": "start",
    "slow_internet": "start",
}
"""What is found when the records show what each story tells."""

SAID: dict[str, list[list[str]]] = {
    "duplicate_charge": [[".charged_twice"], ["done_credit", ".success"], ["resolved"]],
    "late_fee": [[".paid_in_time"], ["done_credit", ".success"], ["resolved"]],
    "late_fee_paid_late": [[".paid_late"], ["done_credit", ".success"], ["resolved"]],
    "promised_credit": [[".not_applied"], ["done_credit", ".success"], ["resolved"]],
    "promised_credit_applied": [[".already_applied", ".success"], ["resolved"]],
    "price_rise": [[".price_ran_out"], ["done_call_back", ".success"], ["resolved"]],
    "unrecognised_usage": [
        [".usage_and_disconnection"],
        [".not_ours"],
        ["done_hold", ".traced", "person_waiting"],
    ],
    "cancelled_service": [[".charged_after"], ["done_credit", ".success"], ["resolved"]],
    "billed_above_order": [
        [".above_order"],
        ["done_credit", ".next_bills"],
        ["done_call_back", ".success"],
        ["resolved"],
    ],
    "missed_appointment": [
        [".missed_and_charged"],
        ["done_credit", ".still_needed"],
        [".new_visit"],
        ["done_visit", ".success"],
        ["resolved"],
    ],
    "outage": [[".outage_now", ".success"], ["resolved"]],
    "outage_by_place": [[".outage_now", ".success"], ["resolved"]],
    "call_quality": [[".shall_we"], [".visit"], ["done_visit", ".success"], ["resolved"]],
    "disconnection": [[".announced"], ["done_hold", ".on_hold", "person_waiting"]],
    "credit_bureau": [[".checked_by_person", "person_waiting"]],
    "slow_internet": [[".shall_we"], [".visit"], ["done_visit", ".success"], ["resolved"]],
}
"""What is said after the read-back and after each answer when everything is accepted; `.key` is the playbook's own."""

OFFERS: dict[str, list[tuple[str, int, str, str]]] = {
    "duplicate_charge": [("correction", 4115, "credit", "C1002")],
    "late_fee": [("correction", 1850, "credit", "C1011")],
    "late_fee_paid_late": [("goodwill", 1000, "credit", "C1004")],
    "promised_credit": [("correction", 2000, "credit", "PC1")],
    "price_rise": [("call_back", 0, "call_back", "case")],
    "unrecognised_usage": [("hold_collection", 14840, "hold", "notice:10071148:disconnection:2026-05-18")],
    "cancelled_service": [("correction", 4300, "credit", "C1017")],
    "billed_above_order": [("correction", 7200, "credit", "C1009"), ("call_back", 0, "call_back", "case")],
    "missed_appointment": [("correction", 7500, "credit", "C1008"), ("visit", 0, "visit", "case")],
    "call_quality": [("visit", 0, "visit", "case")],
    "disconnection": [("hold_collection", 14840, "hold", "notice:10071148:disconnection:2026-05-18")],
    "slow_internet": [("visit", 0, "visit", "case")],
}
"""What is offered in each story in turn: its kind, its cents, what acceptance has done, and for which record."""

WITHOUT_RECORDS = ("call_quality", "credit_bureau", "slow_internet")
VARIANTS = {"late_fee_paid_late", "promised_credit_applied", "outage_by_place"}
"""Stories that only say what else the records may show; the other situations are those of the first story."""

OFFERS_NOTHING = {
    "outage": "an outage is told of and repaired, nothing is offered",
    "credit_bureau": "only a person can have an entry checked, nothing is offered",
    "promised_credit_applied": "the credit is there already, nothing is offered",
}
CANNOT_OCCUR: dict[str, dict[str, str]] = {
    "accepted": {},
    "refused": OFFERS_NOTHING,
    "records_missing": {name: "it looks at no records, so none can be missing" for name in WITHOUT_RECORDS},
    "not_verified": {"outage_by_place": "nobody is verified in it to begin with"},
    "over_the_limit": {
        name: "what it offers is no goodwill, so no limit applies"
        for name in FINDINGS
        if name not in ("late_fee_paid_late", "missed_appointment")
    },
    "said_twice": {"outage_by_place": "who is not verified cannot be recognised, and nothing is given"},
    "by_representative": {},
    "down_at_the_account": {"outage_by_place": "no account is looked up in it"},
    "down_at_the_look": {},
    "down_at_the_yes": OFFERS_NOTHING,
}
"""The situations, and the stories in which they cannot come up, each with the reason."""

ONLY_TOLD_ONCE = ("accepted", "over_the_limit")
"""Situations in which the variants differ from the story they vary."""


@cache
def told(language: str) -> dict[str, Any]:
    """Return how people tell and answer in a language."""
    file = Path(__file__).parent / "playbooks" / f"{language}.yml"
    return yaml.safe_load(file.read_text(encoding="utf-8"))


_TOLD: dict[tuple[object, ...], tuple[str, dict[str, Any], int, list[tuple[str, str]]]] = {}
"""Stores and transcripts of dialogues as far as several situations begin with the same words."""


class Dialogue:
    """One customer with one story; everything that is said and kept can be looked at."""

    def __init__(self, product: Product, language: str, story: str) -> None:
        self.product, self.language, self.story = product, language, story
        self.words = told(language)
        self.its = self.words["stories"][story]
        self.playbook = self.its.get("playbook", story)
        self.account: str | None = self.its.get("shown_on")
        self.is_represented = False
        self.talks: list[Talk] = []
        self.begun_at: list[datetime] = []
        self.keys: list[str] = []
        self.database = create_engine(product.settings.database_url)
        self.store_file = str(make_url(product.settings.database_url).database)

    @property
    def talk(self) -> Talk:
        return self.talks[-1]

    @property
    def case(self) -> Any:
        return self.talk.case

    @property
    def expects(self) -> str:
        with self.product.store.view() as unit:
            conversation = unit.conversations.get(self.talk.id)
        assert conversation is not None
        return conversation.expects or "free"

    async def say(self, text: str) -> None:
        await self.talk.say(text)
        self.keys = self._keys()

    async def tell(self, until: str = "confirm") -> None:
        """Tell the story and answer what is asked, up to the question for the account or the read-back."""
        is_first = not self.talks
        for stop in ("account", "confirm"):
            if not (is_first and self._goes_on_from(stop)):
                await self._tell_up_to(stop)
                if is_first:
                    self._remember(stop)
            if stop == until:
                return

    async def _tell_up_to(self, stop: str) -> None:
        if stop == "account":
            self.talks.append(await self.product.talk(self.language, "2026-05-15"))
            self.begun_at.append(self.product.clock())
            await self.say(
                (self.words["on_behalf"] if self.is_represented else "") + self.its["tells"].strip()
            )
        asked: dict[str, int] = {}
        for _ in range(12):
            question = self.expects
            if question == stop:
                return
            await self.say(self._answer(question, asked.get(question, 0)))
            asked[question] = asked.get(question, 0) + 1
        self.fail(f"never came to {stop!r}")

    def _so_far(self, stop: str) -> tuple[object, ...]:
        return (stop, self.language, self.story, self.is_represented, stop == "confirm" and self.account)

    def _remember(self, stop: str) -> None:
        """Keep the dialogue as it is now, for the other situations that begin with the same words."""
        talk = self.talk
        opened = {"conversation": talk.id, "token": talk.token, "state": talk.state, "messages": talk.last}
        kept = f"{self.store_file}.{stop}"
        _copied(self.store_file, kept)
        _TOLD[self._so_far(stop)] = (kept, opened, talk.turns, list(talk.transcript))

    def _goes_on_from(self, stop: str) -> bool:
        """Go on where another situation came to with the same words; False when none has been there."""
        so_far = _TOLD.get(self._so_far(stop))
        if so_far is None:
            return False
        kept, opened, turns, transcript = so_far
        _copied(kept, self.store_file)
        talk = Talk(self.product, opened)
        talk.turns, talk.transcript = turns, list(transcript)
        self.talks, self.begun_at = [talk], [self.product.clock()]
        return True

    async def confirm(self) -> None:
        await self.say(self.words["answers"]["confirm"])

    async def file(self) -> None:
        """Tell the story and have it filed, with the place where it is asked for."""
        await self.tell()
        await self.confirm()
        assert self.keys[0] == "acknowledged", self.keys
        if self.expects == "place":
            await self.say(self.its.get("place", self.words["skips"]))

    def _answer(self, question: str, times: int) -> str:
        if question == "account" and self.account is None:
            return str(self.words["skips"])
        answers = self.words["answers"][question]
        answer = answers if isinstance(answers, str) else answers[min(times, len(answers) - 1)]
        code = self.talk.code() if question == "code" else ""
        return answer.format(account=self.account, code=code)

    def expect(self, keys: list[str], beside: tuple[str, ...] = ("acknowledged", "came_back")) -> None:
        """The latest answers are these, whatever was said of the case itself beside them."""
        wanted = [f"{self.playbook}{key}" if key.startswith(".") else key for key in keys]
        said = [key for key in self.keys if key not in beside]
        assert said == wanted, f"{said} was said, not {wanted}"

    def rows(self, **expected: Any) -> None:
        """What the store must hold of the latest case, and of the account."""
        case = {name: expected.pop(name) for name in list(expected) if name not in ("books", "instructions")}
        number = self.talk.state["case"]
        account = self.its.get("shown_on")
        wanted = {
            "case": case,
            **({name: {account: kept} for name, kept in expected.items()} if account else {}),
        }
        found = rows.found(self.product, self.talk, number, wanted)
        assert found == wanted, rows.difference(found, wanted)

    def notices(self) -> list[str]:
        """Return what was sent, codes left out: words and kind."""
        return [
            f"{notice.key.rsplit(':', 1)[-1]} {notice.kind}"
            for notice in self.product.outbox()
            if not notice.key.startswith("code:")
        ]

    def check_truth(self) -> None:
        """Nothing was said that is neither in the records nor promised nor the customer's own words."""
        operator = profile(self.product.settings.provider)
        for talk, begun_at in zip(self.talks, self.begun_at, strict=True):
            account = self._proved(talk)
            with self.product.store.view() as unit:
                entries = unit.books.of_account(account.customer.account_number) if account else []
            place = account.customer.postal_code if account else self.its.get("place", "")
            truth.check(
                talk.transcript,
                self.language,
                begun_at,
                operator,
                [talk.case] if talk.state["case"] else [],
                account,
                self.product.demo.outages(place),
                [entry.at.astimezone(ZoneInfo(operator.timezone)).date() for entry in entries],
            )

    def _proved(self, talk: Talk) -> Account | None:
        with self.product.store.view() as unit:
            proof = unit.proofs.of(talk.id)
        if proof is None or self.is_represented:
            return None
        # as it was at the start: what has been credited or held meanwhile was told of before
        change = self.product.systems.changed.get(proof.account_number, lambda account: account)
        start = change(self.product.demo._accounts[proof.account_number])
        now = self.product.demo.account(proof.account_number)
        return replace(start, slots=now.slots if now else ())

    def fail(self, why: str) -> None:
        transcript = "\n---\n".join(talk.told() for talk in self.talks)
        pytest.fail(f"{why}\n{self.keys}\n\n{transcript}", pytrace=False)

    def _keys(self) -> list[str]:
        sequence = [message["seq"] for message in self.talk.last]
        chosen = (messages.c.conversation_id == self.talk.id) & messages.c.seq.in_(sequence)
        with self.database.connect() as connection:
            found = connection.execute(select(messages.c.reply).where(chosen).order_by(messages.c.seq))
            return [row.reply for row in found]


def _copied(one: str, other: str) -> None:
    with closing(sqlite3.connect(one)) as store, closing(sqlite3.connect(other)) as copy:
        store.backup(copy)


# --- what the rows must hold -----------------------------------------------------------------------------


def _ends_with_person(story: str) -> bool:
    return SAID[story][-1][-1] == "person_waiting"


def _made(story: str, status: str, count: int | None = None) -> list[str]:
    return [f"{kind} {cents} {status}" for kind, cents, *_ in OFFERS.get(story, [])[:count]]


def _done(story: str, end: str = "", count: int | None = None) -> list[str]:
    return [f"{kind} {cents} {of}{end}" for _, cents, kind, of in OFFERS.get(story, [])[:count]]


def _promised(story: str, count: int | None = None) -> list[str]:
    return [PROMISES[kind] for _, _, kind, _ in OFFERS.get(story, [])[:count]]


def _resolved(dialogue: Dialogue, outcome: str) -> list[str]:
    return [f"{dialogue.playbook} {FINDINGS[dialogue.story]} {outcome}"]


NOTHING_GIVEN: dict[str, Any] = {"offers": [], "books": [], "instructions": []}
WITH_PERSON: dict[str, Any] = {
    "status": "investigating",
    "handoffs": 1,
    "priority": "P2",
    "promises": [UPDATE, ANSWER, CALL_BACK],
    "history": ["person_requested"],
}
INVESTIGATED: dict[str, Any] = {
    "status": "investigating",
    "handoffs": 0,
    "priority": "P3",
    "promises": [UPDATE, ANSWER],
    "history": ["investigate"],
}


# --- the situations --------------------------------------------------------------------------------------


async def _accepted(dialogue: Dialogue) -> None:
    await dialogue.file()
    story = dialogue.story
    for keys, answer in zip(SAID[story], [*dialogue.its["accepts"], None], strict=True):
        dialogue.expect(keys)
        if answer:
            await dialogue.say(answer)
    with_person = _ends_with_person(story)
    dialogue.rows(
        status="investigating" if with_person else "resolved",
        verified=dialogue.account is not None,
        priority="P2" if with_person else "P3",
        handoffs=int(with_person),
        offers=_made(story, "accepted"),
        resolutions=_resolved(dialogue, "to_person" if with_person else "solved"),
        promises=[UPDATE, ANSWER, *_promised(story), *([CALL_BACK] if with_person else [])],
        history=["playbook", *(["offered", "accepted"] if OFFERS.get(story) else []), *_history(story)],
        books=_done(story),
        instructions=_done(story, " done"),
    )
    assert dialogue.talk.state["holder"] == ("waiting" if with_person else "assistant")
    assert dialogue.notices() == [f"acknowledgement {'sms' if dialogue.account else 'email'}"]


def _history(story: str) -> list[str]:
    return [f"{kind}_done" for _, _, kind, _ in OFFERS.get(story, [])]


async def _refused(dialogue: Dialogue) -> None:
    await dialogue.file()
    story, refuses = dialogue.story, dialogue.its["refuses"]
    for keys, answer in zip(SAID[story], refuses, strict=False):
        dialogue.expect(keys)
        await dialogue.say(answer)
    goes_on = REFUSED_THEN.get(story)
    dialogue.expect(["offer_declined", "ccts_notice", *(goes_on or ["question_next_step"])])
    assert "1-888-221-1687" in dialogue.talk.told()
    assert dialogue.expects == ("free" if goes_on else "next_step")
    ends = (
        WITH_PERSON
        if goes_on
        else {**INVESTIGATED, "status": "investigating" if len(refuses) > 1 else "open"}
    )
    dialogue.rows(
        **{**ends, "history": ["playbook", "refused", "ccts_notice"]},
        verified=True,
        offers=_made(story, "refused", 1),
        resolutions=_resolved(dialogue, "to_person" if goes_on else "refused"),
        books=[],
        instructions=[],
    )


REFUSED_THEN = {
    "unrecognised_usage": [".traced", "person_waiting"],
    "disconnection": [".on_hold", "person_waiting"],
}
"""Where a refused offer leads on by itself; elsewhere the customer is asked for the way on."""


async def _records_missing(dialogue: Dialogue) -> None:
    dialogue.account = dialogue.its["not_shown_on"]
    await dialogue.file()
    if dialogue.story == "disconnection":
        dialogue.expect([".none_found", "person_waiting"])
        ends: dict[str, Any] = {**WITH_PERSON, "resolutions": ["disconnection none_found to_person"]}
    else:
        dialogue.expect(["investigating"])
        ends = {**INVESTIGATED, "resolutions": []}
    dialogue.rows(**ends, verified=True, account=dialogue.account, **NOTHING_GIVEN)


UNSEEN = {
    "disconnection": [".unseen", "person_waiting"],
    "credit_bureau": [".checked_by_person", "person_waiting"],
    "call_quality": [".looked_at", "to_investigation"],
    "slow_internet": [".looked_at", "to_investigation"],
}
"""How the stories end that have something to say although the account cannot be looked at."""


async def _goes_on_unseen(dialogue: Dialogue, why: str, finding: str, verified: bool = False) -> None:
    """Check what is said and kept when the account cannot be looked at, for whichever reason."""
    for answer in dialogue.its.get("goes_on", ()):
        dialogue.expect([".shall_we"])
        await dialogue.say(answer)
    dialogue.expect(UNSEEN.get(dialogue.story, [why]))
    with_person = "person_waiting" in dialogue.keys
    found = "start" if dialogue.story in WITHOUT_RECORDS else finding
    outcome = "to_person" if with_person else "to_investigation"
    dialogue.rows(
        **(WITH_PERSON if with_person else INVESTIGATED),
        verified=verified,
        resolutions=[f"{dialogue.playbook} {found} {outcome}"] if dialogue.story in UNSEEN else [],
        **NOTHING_GIVEN,
    )


async def _not_verified(dialogue: Dialogue) -> None:
    dialogue.account = None
    await dialogue.file()
    await _goes_on_unseen(dialogue, "investigating_unverified", "unverified")


async def _by_representative(dialogue: Dialogue) -> None:
    dialogue.is_represented = True
    await dialogue.file()
    assert not any(notice.key.startswith("code:") for notice in dialogue.product.outbox())
    if dialogue.story == "outage_by_place":
        # where somebody lives is no fact of an account, and an outage there is known to everybody
        dialogue.expect(SAID[dialogue.story][0])
        dialogue.rows(verified=False, represented=dialogue.case.complaint.represented, **NOTHING_GIVEN)
    else:
        await _goes_on_unseen(dialogue, "to_investigation", "unverified")
    assert dialogue.case.complaint.represented


async def _over_the_limit(dialogue: Dialogue) -> None:
    product, account = dialogue.product, dialogue.account
    assert account is not None
    await dialogue.tell()
    _fill_goodwill(product, account)
    if dialogue.story == "missed_appointment":
        product.systems.changed[account] = _without_visit_fee
    await dialogue.confirm()
    dialogue.expect([".above_my_limit", "person_waiting"])
    finding = "missed" if dialogue.story == "missed_appointment" else "paid_late"
    dialogue.rows(
        **WITH_PERSON,
        verified=True,
        offers=[],
        resolutions=[f"{dialogue.playbook} {finding} to_person"],
        books=[],
        instructions=["credit 10000 C0 done"],
    )


def _fill_goodwill(product: Product, account: str) -> None:
    """Have as much goodwill decided as an account may be given in a year."""
    most = profile(product.settings.provider).goodwill_cents["assistant_per_account_and_year"]
    given = Instruction(
        "earlier", CREDIT, account, "0000-0000-0000", "earlier", product.clock(), "C0", most, True
    )
    with product.store.unit() as unit:
        unit.instructions.decide(Decided(given, "en"), product.clock())
        unit.instructions.done("earlier", "CR-EARLIER", product.clock())


def _without_visit_fee(account: Account) -> Account:
    return replace(account, charges=tuple(charge for charge in account.charges if charge.kind != "visit"))


CREDITED_BEFORE = ["credited_before", "question_satisfied"]
SAID_AGAIN: dict[str, list[list[str]]] = {
    "price_rise": [["person_waiting"]],
    "unrecognised_usage": [[".usage_on_hold"], [".traced", "person_waiting"]],
    "outage": SAID["outage"][:1],
    "call_quality": [[".shall_we"], [".looked_at", "to_investigation"]],
    "slow_internet": [[".shall_we"], [".looked_at", "to_investigation"]],
    "disconnection": [[".held", ".on_hold", "person_waiting"]],
    "credit_bureau": SAID["credit_bureau"],
}
"""What is said when the same is told anew two hours after it was accepted; elsewhere, that it has been credited."""


async def _said_twice(dialogue: Dialogue) -> None:
    await dialogue.file()
    story = dialogue.story
    for keys, answer in zip(SAID[story], [*dialogue.its["accepts"], None], strict=True):
        dialogue.expect(keys)
        if answer:
            # the very same message comes twice at once and once more later
            number = f"yes-{len(dialogue.talk.transcript)}"
            talk = dialogue.talk
            both = await asyncio.gather(talk.post(answer, number), talk.post(answer, number))
            answers = [response.json() for response in (*both, await talk.post(answer, number))]
            assert answers[0]["messages"] == answers[1]["messages"] == answers[2]["messages"]
            talk.last, talk.state = answers[0]["messages"], answers[0]["state"]
            talk.transcript.append(("customer", answer))
            talk.transcript += [(message["from"], message["text"]) for message in talk.last]
            dialogue.keys = dialogue._keys()
    once: dict[str, Any] = {"books": _done(story), "instructions": _done(story, " done")}
    dialogue.rows(offers=_made(story, "accepted"), **once)
    dialogue.product.clock.turn(hours=2)
    first = dialogue.talk.state["case"]
    await dialogue.file()
    if OFFERS.get(story):
        assert dialogue.case.recontact_of == first
    answers = iter(dialogue.its.get("refuses", ()))
    for keys in SAID_AGAIN.get(story, [CREDITED_BEFORE])[:-1]:
        dialogue.expect(keys)
        await dialogue.say(next(answers))
    dialogue.expect(SAID_AGAIN.get(story, [CREDITED_BEFORE])[-1])
    dialogue.rows(offers=[], status="open" if story == "outage" else "investigating", **once)


async def _down_at_the_account(dialogue: Dialogue) -> None:
    systems = dialogue.product.systems
    await dialogue.tell(until="account")
    systems.down = True
    await dialogue.say(str(dialogue.account))
    assert dialogue.keys[0] == "account_unreachable"
    for _ in range(4):
        if dialogue.expects == "confirm":
            break
        await dialogue.say(dialogue._answer(dialogue.expects, 0))
    await dialogue.confirm()
    if dialogue.expects == "place":
        await dialogue.say(dialogue.words["skips"])
    # nobody is verified, and that is all that the playbook can tell
    await _goes_on_unseen(dialogue, "investigating_unreachable", "unverified")


async def _down_at_the_look(dialogue: Dialogue) -> None:
    await dialogue.tell()
    dialogue.product.systems.down = True
    await dialogue.confirm()
    if dialogue.expects == "place":
        await dialogue.say(dialogue.its["place"])
    await _goes_on_unseen(
        dialogue, "investigating_unreachable", "unreachable", verified=dialogue.account is not None
    )


WAITING_THEN = {"billed_above_order": ["person_waiting"]}
"""What follows a yes that waits where the next step would have to look at the account: a person comes in at once."""


async def _down_at_the_yes(dialogue: Dialogue) -> None:
    product, story = dialogue.product, dialogue.story
    await dialogue.file()
    accepts = list(dialogue.its["accepts"])
    while dialogue.expects == "check":
        await dialogue.say(accepts.pop(0))
    product.systems.down = True
    await dialogue.say(accepts.pop(0))
    kind = OFFERS[story][0][2]
    said = next(keys for keys in SAID[story] if f"done_{kind}" in keys)
    goes_on = WAITING_THEN.get(story, said[1:])
    dialogue.expect([f"waiting_{kind}", *goes_on])
    with_person = goes_on[-1] == "person_waiting"
    decided: dict[str, Any] = {
        "offers": _made(story, "accepted", 1),
        "promises": [UPDATE, ANSWER, *_promised(story, 1), *([CALL_BACK] if with_person else [])],
        "handoffs": int(with_person),
    }
    dialogue.rows(**decided, history=[f"{kind}_waits"], books=[], instructions=_done(story, " waits", 1))
    _tick(product)
    assert f"later_{kind} sms" not in dialogue.notices()
    product.systems.down = False
    _tick(product)
    _tick(product)
    dialogue.rows(
        **decided,
        history=[f"{kind}_done"],
        books=_done(story, count=1),
        instructions=_done(story, " done", 1),
    )
    assert dialogue.notices() == ["acknowledgement sms", f"later_{kind} sms"]
    later = product.outbox()[-1]
    assert later.language == dialogue.language and dialogue.talk.state["case"] in later.text
    dialogue.talk.transcript.append(("notice", later.text))


def _tick(product: Product) -> None:
    """Let the clock see to what waits."""
    product.clock.turn(minutes=11)
    Unfinished(product.store, product.systems, profile(product.settings.provider), product.clock).tick()


PLAYED: dict[str, Callable[[Dialogue], Any]] = {
    "accepted": _accepted,
    "refused": _refused,
    "records_missing": _records_missing,
    "not_verified": _not_verified,
    "over_the_limit": _over_the_limit,
    "said_twice": _said_twice,
    "by_representative": _by_representative,
    "down_at_the_account": _down_at_the_account,
    "down_at_the_look": _down_at_the_look,
    "down_at_the_yes": _down_at_the_yes,
}
SITUATIONS = [
    (language, story, situation)
    for language in LANGUAGES
    for story in FINDINGS
    for situation in PLAYED
    if story not in CANNOT_OCCUR[situation]
    and (
        story not in VARIANTS
        or situation in ONLY_TOLD_ONCE
        or (story == "outage_by_place" and situation in ("down_at_the_look", "by_representative"))
    )
]


@pytest.mark.parametrize(("language", "story", "situation"), SITUATIONS)
async def test_story(language: str, story: str, situation: str, product: Product) -> None:
    dialogue = Dialogue(product, language, story)
    try:
        await PLAYED[situation](dialogue)
        dialogue.check_truth()
    except AssertionError as error:
        dialogue.fail(str(error))


# --- that nothing is left out ----------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_playbook_is_told_in_every_language(language: str) -> None:
    stories = told(language)["stories"]
    assert {its.get("playbook", name) for name, its in stories.items()} == {book.name for book in playbooks()}
    assert stories.keys() == FINDINGS.keys() == SAID.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_story_has_the_same_shape_in_every_language(language: str) -> None:
    """The words differ; accounts, and how many answers there are, do not."""

    def shape(of: str) -> dict[str, Any]:
        return {
            name: {
                key: len(value) if isinstance(value, list) else key != "tells" and value
                for key, value in its.items()
            }
            for name, its in told(of)["stories"].items()
        }

    assert shape(language) == shape(LANGUAGES[0])


def test_every_situation_is_played_or_cannot_occur() -> None:
    """Whatever is not played has its reason, and nothing that has one is played."""
    for situation, reasons in CANNOT_OCCUR.items():
        assert all(reasons.values())
        mine = {story for _, story, played in SITUATIONS if played == situation}
        assert FINDINGS.keys() - mine - reasons.keys() <= VARIANTS
        assert not mine & reasons.keys()
    assert CANNOT_OCCUR.keys() == PLAYED.keys()


def test_offers_are_called_by_what_they_have_done() -> None:
    assert all(name in KINDS[kind] for offers in OFFERS.values() for name, _, kind, _ in offers)


# --- that the check of the truth can fail ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "You get $41.16 back."),
        ("fr", "Vous recevez 41,16 $."),
        ("it", "Riceve 41,16 $."),
        ("en", "It was on April 27, 2026."),
        ("fr", "C’était le 27 avril 2026."),
        ("it", "Era il 27 aprile 2026."),
        ("en", "It lasts 7 hours."),
        ("fr", "Ça dure 7 heures."),
        ("it", "Dura 7 ore."),
        ("fr", "C’était le 1er mars 2026."),
        ("en", "You get $1,041.15 back."),
        ("fr", "Vous recevez 1 041,15 $."),
        ("it", "Riceve 1.041,15 $."),
    ],
)
def test_what_nobody_knows_is_noticed(language: str, said: str, product: Product) -> None:
    account = product.demo.account("10031865")
    operator = profile(product.settings.provider)
    true = {
        "en": "The charge of April 26, 2026 was $41.15.",
        "fr": "Les frais du 26 avril 2026 étaient de 41,15 $.",
        "it": "L’addebito del 26 aprile 2026 era di 41,15 $.",
    }[language]

    def check(text: str) -> None:
        truth.check([("assistant", text)], language, product.clock(), operator, [], account, [])

    check(true)
    with pytest.raises(AssertionError):
        check(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_months_are_known_by_their_names(language: str) -> None:
    """A month whose name could not be read would let any date through."""
    names = truth.MONTHS[language].split()
    found = {day for name in names for day in truth.dates(f"3 {name} 2026") | truth.dates(f"{name} 3, 2026")}
    assert found == {f"2026-{month:02}-03" for month in range(1, 13)}
