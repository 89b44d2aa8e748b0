"""Every branch of every playbook is walked: each outcome, each yes and no, each offer accepted, refused and not possible.

The branches come out of the data of the playbooks, so that whoever adds one has it walked. The complaint is put into the
store up to the read-back; from the yes to it everything goes through the chat API. The first branch of a playbook is
walked in every language, the others in one language in turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import cycle
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine, select

from bot.cases.complaint import Complaint, Nature
from bot.cases.conversation import Proof
from bot.cases.findings import RULES
from bot.cases.playbook import (
    GOODWILL,
    IN_THE_WAY,
    NONE_FOUND,
    NOTHING,
    PLACE,
    SOLVED,
    TO_INVESTIGATION,
    TO_PERSON,
    UNREACHABLE,
    UNVERIFIED,
    VISIT,
    Playbook,
    Step,
)
from bot.cases.records import CREDIT, Account, Instruction, Outage
from bot.languages import LANGUAGES
from bot.playbooks import playbook, playbooks
from bot.provider import profile
from bot.store.instructions import Decided
from bot.store.tables import messages
from tests.cases import samples
from tests.dialogues import truth
from tests.dialogues.house import Product, Talk
from tests.dialogues.test_playbooks import told

ACCEPTED, REFUSED, BEYOND, IF_YES, IF_NO, THEN = "accepted", "refused", "beyond", "if_yes", "if_no", "then"
SUCCESS = "success"
ANSWERS = {
    "en": {True: "yes please", False: "no"},
    "fr": {True: "oui svp", False: "non"},
    "it": {True: "sì grazie", False: "no"},
}
CONFIRMS = {"en": "yes", "fr": "oui", "it": "sì"}
NOT_SATISFIED_IN = "fr"
"""In this language nobody says that it is solved, so that both answers to that question come up."""

ACCOUNT = "10031865"
DONE_AS = {
    "correction": "done_credit",
    "goodwill": "done_credit",
    "hold": "done_hold",
    "visit": "done_visit",
    "call_back": "done_call_back",
}


@dataclass(frozen=True)
class Branch:
    """One way through a playbook: its outcome, then each step with the way that is taken there."""

    playbook: str
    outcome: str
    ways: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return "-".join([self.playbook, *(f"{step}.{way}" for step, way in self.ways)])

    @property
    def book(self) -> Playbook:
        book = playbook(self.playbook)
        assert book is not None
        return book

    def takes(self, gives: str, way: str) -> bool:
        """Tell whether this way is taken at a step that gives something of this kind."""
        return any(self.book.steps[step].gives == gives and taken == way for step, taken in self.ways)


def outcomes(book: Playbook) -> list[str]:
    """Return every outcome with which a playbook may begin: what its rule finds, and what stands in the way."""
    return [*RULES[book.looks_for].outcomes, *(name for name in IN_THE_WAY if name in book.steps)]


def ways_of(step: Step) -> Iterator[tuple[str, str | None]]:
    """Yield every way on from a step, and where it leads; None where the customer chooses."""
    if step.gives:
        yield ACCEPTED, step.accepted
        yield REFUSED, step.refused
    for way in (BEYOND, IF_YES, IF_NO, THEN):
        if getattr(step, way):
            yield way, getattr(step, way)


def branches_from(book: Playbook, name: str) -> Iterator[tuple[tuple[str, str], ...]]:
    """Yield every way from a step to an end."""
    for way, leads_to in ways_of(book.steps[name]):
        if leads_to in book.steps:
            for rest in branches_from(book, str(leads_to)):
                yield ((name, way), *rest)
        else:
            yield ((name, way),)


BRANCHES = [
    Branch(book.name, outcome, ways)
    for book in playbooks()
    for outcome in outcomes(book)
    for ways in branches_from(book, outcome)
]


def _spoken() -> Iterator[tuple[str, Branch]]:
    """Yield the first branch of each playbook in every language, the others in one language in turn."""
    in_turn, begun = cycle(LANGUAGES), set()
    for branch in BRANCHES:
        first = branch.playbook not in begun
        begun.add(branch.playbook)
        for language in LANGUAGES if first else [next(in_turn)]:
            yield language, branch


SPOKEN = list(_spoken())
WALKED: set[tuple[str, str, str]] = set()
RUN: set[tuple[str, Branch]] = set()


# --- the situation ---------------------------------------------------------------------------------------


def account_for(branch: Branch) -> Account:
    """Return an account whose records bring the branch about."""
    if branch.outcome in IN_THE_WAY:
        account = samples.account()
    else:
        account = samples.account(**samples.RECORDS[branch.book.looks_for, branch.outcome])
    # no promise of the demo's own account has this number
    promised = tuple(replace(credit, credit_id="PC9") for credit in account.promised_credits)
    slots = () if branch.takes(VISIT, BEYOND) else account.slots
    return replace(account, promised_credits=promised, slots=slots)


def outages_for(branch: Branch) -> tuple[Outage, ...]:
    outage = samples.OUTAGES.get(branch.outcome)
    return (outage,) if outage else ()


def complaint_for(branch: Branch, language: str) -> Complaint:
    """Return the complaint as it is at the read-back."""
    book = branch.book
    category, _, issue = book.made_for[0].partition(".")
    service = (*book.services, "local_phone")[0] if book.needs in (PLACE, NOTHING) else None
    return Complaint(
        narrative=told(language)["stories"][branch.playbook]["tells"].strip(),
        natures=[Nature(category, issue, service)],
        remedy="-",
        account_number=None if branch.outcome == UNVERIFIED else ACCOUNT,
        name="Dana Hill",
        email="dana.hill@example.com",
        settled={"event", "event_more", "service", "prior_contact", "account", "code", "place"},
    )


async def prepared(product: Product, language: str, branch: Branch, patch: pytest.MonkeyPatch) -> Talk:
    """Return a conversation that stands at the read-back, in the situation of the branch."""
    product.clock.time = samples.NOW
    account, outages = account_for(branch), outages_for(branch)
    product.systems.changed[ACCOUNT] = lambda _: account
    patch.setattr(product.systems, "outages", lambda _: outages)
    talk = await product.talk(language, samples.NOW.date().isoformat())
    with product.store.unit() as unit:
        conversation = unit.conversations.get(talk.id)
        assert conversation is not None
        conversation.complaint, conversation.expects = complaint_for(branch, language), "confirm"
        conversation.language_settled = True
        unit.conversations.save(conversation)
        if branch.outcome != UNVERIFIED:
            unit.proofs.add(Proof(talk.id, ACCOUNT, product.clock(), False, account.customer))
        if branch.takes(GOODWILL, BEYOND):
            most = profile(product.settings.provider).goodwill_cents["assistant_per_account_and_year"]
            given = Instruction("earlier", CREDIT, ACCOUNT, "-", "earlier", product.clock(), "C0", most, True)
            unit.instructions.decide(Decided(given, language), product.clock())
            unit.instructions.done("earlier", "CR-EARLIER", product.clock())
    product.systems.down = branch.outcome == UNREACHABLE
    return talk


# --- the walk --------------------------------------------------------------------------------------------


class Walk:
    """One customer on a branch, who checks at each step that what is said and asked is the step's."""

    def __init__(self, product: Product, talk: Talk, language: str, branch: Branch) -> None:
        self.product, self.talk, self.language, self.branch = product, talk, language, branch
        self.due: list[str] = ["acknowledged"]
        self.walked: set[tuple[str, str, str]] = set()
        self.database = create_engine(product.settings.database_url)

    async def walk(self) -> None:
        """Say yes to the read-back and take every step of the branch."""
        await self.say(CONFIRMS[self.language])
        for name, way in self.branch.ways:
            await self._take(name, self.branch.book.steps[name], way)
        case = self.talk.case
        assert [each.playbook for each in case.resolutions] == [self.branch.playbook]
        assert case.resolutions[0].finding == self.branch.outcome
        asked = [
            f"{name}:{way.removeprefix('if_')}" for name, way in self.branch.ways if way.startswith("if_")
        ]
        assert list(case.resolutions[0].answers) == asked

    async def _take(self, name: str, step: Step, way: str) -> None:
        self.walked.add((self.branch.playbook, name, way))
        leads_to = dict(ways_of(step))[way]
        if way != BEYOND:
            self.due.append(f"{self.branch.playbook}.{step.say}")
        if step.gives and way != BEYOND:
            await self._answer_offer(step, way, leads_to)
        elif step.asks:
            self.check("check")
            await self.say(ANSWERS[self.language][way == IF_YES])
        if leads_to not in self.branch.book.steps:
            await ENDS[leads_to](self)

    async def _answer_offer(self, step: Step, way: str, leads_to: str | None) -> None:
        self.check("offer")
        case = self.talk.case
        assert case.standing_offer is not None
        await self.say(ANSWERS[self.language][way == ACCEPTED])
        answered = self.talk.case.offers[case.offers.index(case.standing_offer)]
        assert answered.status == way
        if way == REFUSED:
            self.due += ["offer_declined", "ccts_notice"]
            assert any(line.what == "ccts_notice" for line in self.talk.case.history)
            assert "1-888-221-1687" in "\n".join(message["text"] for message in self.talk.last)
        else:
            self.due.append(DONE_AS[str(step.gives)])

    async def say(self, text: str) -> None:
        """Say something; by now everything that was due must have been said."""
        if self.talk.turns:
            assert not self.due, f"{self.due} was due and not said"
            self.due = []
        await self.talk.say(text)

    def check(self, expects: str) -> None:
        """What is due has been said, neither more nor less, and this is what is expected now."""
        keys = self._keys()
        assert keys == self.due, f"{keys} was said, not {self.due}"
        self.due = []
        with self.product.store.view() as unit:
            conversation = unit.conversations.get(self.talk.id)
        assert conversation is not None
        assert (conversation.expects or "free") == expects, f"expects {conversation.expects}, not {expects}"

    async def ends_solved(self) -> None:
        self.due.append(f"{self.branch.playbook}.{SUCCESS}")
        self.check("satisfied")
        satisfied = self.language != NOT_SATISFIED_IN
        await self.say(ANSWERS[self.language][satisfied])
        self.walked.add((self.branch.playbook, SUCCESS, IF_YES if satisfied else IF_NO))
        case = self.talk.case
        if satisfied:
            self.due.append("resolved")
            self.check("free")
            assert (case.status, case.resolutions[-1].outcome) == ("resolved", "solved")
        else:
            self.due += ["not_solved", "ccts_notice", "question_next_step"]
            self.check("next_step")
            assert (case.status == "resolved", case.resolutions[-1].outcome) == (False, "not_solved")

    async def ends_with_person(self) -> None:
        self.due.append("person_waiting")
        self.check("free")
        case = self.talk.case
        assert (case.status, case.priority, len(case.handoffs)) == ("investigating", "P2", 1)
        assert any(promise.what == "call_back" for promise in case.promises)
        assert case.resolutions[-1].outcome == "to_person"
        assert self.talk.state["holder"] == "waiting"

    async def ends_with_investigation(self) -> None:
        self.due.append("to_investigation")
        self.check("free")
        case = self.talk.case
        assert (case.status, len(case.handoffs)) == ("investigating", 0)
        assert case.resolutions[-1].outcome == "to_investigation"

    async def ends_with_choice(self) -> None:
        self.due.append("question_next_step")
        self.check("next_step")
        assert self.talk.case.resolutions[-1].outcome == "refused"

    def _keys(self) -> list[str]:
        sequence = [message["seq"] for message in self.talk.last]
        chosen = (messages.c.conversation_id == self.talk.id) & messages.c.seq.in_(sequence)
        with self.database.connect() as connection:
            found = connection.execute(select(messages.c.reply).where(chosen).order_by(messages.c.seq))
            return [row.reply for row in found]


ENDS = {
    SOLVED: Walk.ends_solved,
    TO_PERSON: Walk.ends_with_person,
    TO_INVESTIGATION: Walk.ends_with_investigation,
    None: Walk.ends_with_choice,
}
"""How each end of a playbook is checked; without one the customer chooses the way on."""


@pytest.mark.parametrize(("language", "branch"), SPOKEN, ids=str)
async def test_branch(
    language: str, branch: Branch, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    RUN.add((language, branch))
    talk = await prepared(product, language, branch, monkeypatch)
    walk = Walk(product, talk, language, branch)
    try:
        await walk.walk()
        _check_truth(walk)
    except AssertionError as error:
        pytest.fail(f"{error}\n{walk._keys()}\n\n{talk.told()}", pytrace=False)
    WALKED.update(walk.walked)


def _check_truth(walk: Walk) -> None:
    product, branch = walk.product, walk.branch
    operator = profile(product.settings.provider)
    truth.check(
        walk.talk.transcript,
        walk.language,
        product.clock(),
        operator,
        [walk.talk.case],
        None if branch.outcome in (UNVERIFIED, UNREACHABLE) else account_for(branch),
        outages_for(branch),
        [product.clock().astimezone(ZoneInfo(operator.timezone)).date()],
    )


# --- that nothing is left out ----------------------------------------------------------------------------


@cache
def all_ways() -> frozenset[tuple[str, str, str]]:
    """Return every way on from every step of every playbook, as the data have them, and both answers at its end."""
    ways = set()
    for book in playbooks():
        for name, step in book.steps.items():
            ways |= {(book.name, name, way) for way in (ACCEPTED, REFUSED) if step.gives}
            ways |= {(book.name, name, way) for way in (BEYOND, IF_YES, IF_NO, THEN) if getattr(step, way)}
        if any(SOLVED in step.leads_to() for step in book.steps.values()):
            ways |= {(book.name, SUCCESS, IF_YES), (book.name, SUCCESS, IF_NO)}
    return frozenset(ways)


def test_the_branches_take_every_way() -> None:
    taken = {(branch.playbook, step, way) for branch in BRANCHES for step, way in branch.ways}
    assert taken == {way for way in all_ways() if way[1] != SUCCESS}


def test_every_way_has_been_walked() -> None:
    """What the walks above really took is everything there is."""
    if {*SPOKEN} != RUN:
        pytest.skip("only some of the branches were walked in this run")
    assert all_ways() == WALKED


def test_every_language_walks_in_every_playbook() -> None:
    assert {(language, book.name) for book in playbooks() for language in LANGUAGES} == {
        (language, branch.playbook) for language, branch in SPOKEN
    }


def test_the_obstacles_are_told_apart() -> None:
    """A playbook that has words for what stands in the way is walked into each of them."""
    met = {branch.outcome for branch in BRANCHES} & {*IN_THE_WAY}
    assert met == {UNVERIFIED, UNREACHABLE, NONE_FOUND}
