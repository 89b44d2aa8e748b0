"""What was decided and could not be done at once is done later and told once, or goes to a person who can rely on it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest

from bot.cases.case import Case
from bot.cases.complaint import Complaint
from bot.cases.conversation import Conversation
from bot.cases.findings import Part
from bot.cases.playbook import ACCEPTED, Offer
from bot.cases.records import (
    CALL_BACK,
    CREDIT,
    HOLD,
    VISIT,
    Instruction,
    InstructionRefused,
    RecordsUnavailable,
)
from bot.languages import LANGUAGES
from bot.provider import profile
from bot.store import StoreUnavailable
from bot.store.instructions import Decided
from bot.unfinished import BATCH, GIVE_UP_AFTER, LEASE, RETRY_AFTER, Unfinished

START = datetime(2026, 3, 5, 15, 0, tzinfo=UTC)  # a Thursday, 10:00 in Toronto
CASE, OTHER_CASE = "4821-0937-5562", "7730-1956-4821"
ACCOUNT = "10031865"
OPERATOR = profile("jive_ca")
SECOND = timedelta(seconds=1)


class Time:
    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now


class Provider:
    """The provider's systems, which answer each call as they are told to, and well once nothing is left to tell."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def carry_out(self, instruction):
        self.asked.append(instruction.key)
        answer = self.answers.pop(0) if self.answers else None
        if answer:
            raise answer
        return f"REF-{instruction.key}"


def instruction(key="credit", kind=CREDIT, **fields):
    usual = {"subject": "C1002", "cents": 4115} if kind in (CREDIT, HOLD) else {}
    if kind == VISIT:
        usual = {"on": date(2026, 3, 9), "window": "13:00-17:00"}
    return Instruction(key, kind, ACCOUNT, CASE, "duplicate_charge", START, **(usual | fields))


def decided(store, *instructions, language="en", contact=("sms", "+14165550123")):
    with store.unit() as unit:
        for each in instructions:
            assert unit.instructions.decide(Decided(each, language, *contact), START)


def open_case(store, number=CASE, **fields):
    with store.unit() as unit:
        unit.conversations.add(Conversation(f"of {number}", "hash", "web", START))
        unit.cases.add(Case(number, Complaint("Charged twice"), "en", "web", START, **fields), f"of {number}")


def kept(store, key="credit"):
    with store.view() as unit:
        return unit.instructions.get(key)


def case(store, number=CASE):
    with store.view() as unit:
        return unit.cases.get(number)


def history(store, number=CASE):
    return [(line.what, line.detail) for line in case(store, number).history]


def notices(store, number=CASE):
    with store.view() as unit:
        return [notice for notice, _ in unit.outbox.of_case(number)]


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def clock(store, time):
    """Make a clock that works with these systems."""
    return lambda records: Unfinished(store, records, OPERATOR, time)


# ── Done later ──────────────────────────────────────────────────────────────────────────────────────

WHAT_IS_TOLD = [
    ("en", CREDIT, "$41.15 has been credited to your account"),
    ("fr", CREDIT, "un crédit de 41,15\xa0$ a été porté à votre compte"),
    ("it", CREDIT, "41,15\xa0$ sono stati accreditati sul Suo account"),
    ("en", HOLD, "$41.15 is not being collected"),
    ("fr", HOLD, "le montant de 41,15\xa0$ n’est pas recouvré"),
    ("it", HOLD, "41,15\xa0$ non vengono riscossi"),
    ("en", VISIT, "your visit is booked, as agreed in case 4821-0937-5562: Monday, March 9"),
    ("fr", VISIT, "votre visite est réservée, comme convenu au dossier 4821-0937-5562 : lundi 9 mars"),
    ("it", VISIT, "la Sua visita è prenotata, come concordato nel caso 4821-0937-5562: lunedì 9 marzo"),
    ("en", CALL_BACK, "your call is arranged"),
    ("fr", CALL_BACK, "votre appel est demandé"),
    ("it", CALL_BACK, "la Sua chiamata è fissata"),
]


@pytest.mark.parametrize("language, kind, words", WHAT_IS_TOLD)
def test_what_is_done_later_is_noted_and_told_once(store, clock, language, kind, words):
    open_case(store)
    decided(store, instruction(kind=kind), language=language)
    for _ in range(3):
        clock(Provider()).tick()
    assert (kept(store).reference, kept(store).done_at) == ("REF-credit", START)
    assert history(store) == [(f"{kind}_done", "REF-credit")]
    assert case(store).priority == "P3" and not case(store).handoffs
    [notice] = notices(store)
    assert (notice.kind, notice.to, notice.language) == ("sms", "+14165550123", language)
    assert words in notice.text
    for told in (OPERATOR.name, CASE, "REF-credit", OPERATOR.phone):
        assert told in notice.text
    assert "{" not in notice.text


def test_every_kind_is_told_in_every_language():
    assert {(language, kind) for language, kind, _ in WHAT_IS_TOLD} == {
        (language, kind) for language in LANGUAGES for kind in (CREDIT, HOLD, VISIT, CALL_BACK)
    }


def test_it_waits_until_it_is_due(store, clock, time):
    open_case(store)
    decided(store, instruction())
    provider = Provider()
    time.now -= SECOND
    clock(provider).tick()
    assert provider.asked == []
    time.now += SECOND
    clock(provider).tick()
    assert provider.asked == ["credit"]


def test_whoever_left_no_contact_is_not_written_to(store, clock):
    open_case(store)
    decided(store, instruction(), contact=(None, None))
    clock(Provider()).tick()
    assert history(store) == [("credit_done", "REF-credit")]
    assert notices(store) == []


@pytest.mark.parametrize("answer", [None, InstructionRefused("no_sum")])
def test_an_instruction_whose_case_is_gone_ends_and_is_told_to_nobody(store, clock, logged, answer):
    decided(store, instruction())
    clock(Provider(answer)).tick()
    assert not kept(store).waits
    assert notices(store) == []
    assert [entry["event"] for entry in logged if entry["log_level"] == "warning"] == [
        "instruction.without_case"
    ]


@pytest.mark.parametrize(
    "what, accepted, is_told",
    [("credit_waits", "C1002", True), ("credit_waits", "C1003", False), ("credit_done", "C1002", False)],
    ids=["waits for it", "waits for something else", "does not wait"],
)
def test_another_case_that_waits_for_the_same_learns_of_it(store, clock, what, accepted, is_told):
    offer = Offer("correction", 4115, (), START, status=ACCEPTED, parts=(Part(accepted, 4115),))
    open_case(store, account_number=ACCOUNT)
    open_case(store, OTHER_CASE, account_number=ACCOUNT, offers=[offer])
    with store.unit() as unit:
        other = unit.cases.get(OTHER_CASE)
        other.note(START, "assistant", what)
        unit.cases.save(other)
    decided(store, instruction())
    clock(Provider()).tick()
    assert history(store) == [("credit_done", "REF-credit")]
    assert history(store, OTHER_CASE) == [(what, "")] + [("credit_done", "REF-credit")] * is_told
    assert (len(notices(store)), len(notices(store, OTHER_CASE))) == (1, 0)


# ── Refused later ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "language, words",
    [
        ("en", "A person is looking at it and will get back to you by Friday, March 6"),
        ("fr", "Une personne s’en occupe et communiquera avec vous d’ici le vendredi 6 mars"),
        ("it", "Se ne occupa una persona, che La ricontatterà entro venerdì 6 marzo"),
    ],
)
@pytest.mark.parametrize("kind", [CREDIT, HOLD, VISIT, CALL_BACK])
def test_a_refusal_goes_to_a_person_who_calls_back(store, clock, language, words, kind):
    open_case(store)
    decided(store, instruction(kind=kind), language=language)
    provider = Provider(InstructionRefused("more_than_charged"))
    for _ in range(3):
        clock(provider).tick()
    assert provider.asked == ["credit"]
    assert (kept(store).refusal, kept(store).reference) == ("more_than_charged", None)
    assert (f"{kind}_refused", "more_than_charged") in history(store)
    refused = case(store)
    assert refused.priority == "P2"
    assert [handoff.reason for handoff in refused.handoffs] == [f"refused: {kind}"]
    [promise] = [promise for promise in refused.promises if promise.what == "call_back"]
    assert promise.due_at == datetime(2026, 3, 6, 17, 0, tzinfo=ZoneInfo("America/Toronto"))
    [notice] = notices(store)
    assert words in notice.text
    assert "{" not in notice.text


# ── Put off, and given up ───────────────────────────────────────────────────────────────────────────


def test_it_is_put_off_with_growing_pauses(store, clock, time):
    open_case(store)
    decided(store, instruction())
    provider = Provider(*[RecordsUnavailable()] * 8)
    clock(provider).tick()
    for failures, pause in enumerate([*RETRY_AFTER, RETRY_AFTER[-1], RETRY_AFTER[-1]], start=1):
        assert kept(store).failures == failures == len(provider.asked)
        time.now += pause - SECOND
        clock(provider).tick()
        assert len(provider.asked) == failures
        time.now += SECOND
        clock(provider).tick()
    assert list(RETRY_AFTER) == sorted(set(RETRY_AFTER))
    assert kept(store).waits
    assert (history(store), notices(store)) == ([], [])
    time.now += RETRY_AFTER[-1]
    clock(provider).tick()
    assert history(store) == [("credit_done", "REF-credit")]


@pytest.mark.parametrize("after, is_over", [(GIVE_UP_AFTER - SECOND, False), (GIVE_UP_AFTER, True)])
def test_after_a_day_without_an_answer_it_is_a_persons(store, clock, time, after, is_over):
    open_case(store)
    decided(store, instruction())
    provider = Provider(RecordsUnavailable(), RecordsUnavailable())
    clock(provider).tick()
    time.now = START + after
    clock(provider).tick()
    assert kept(store).waits != is_over
    assert (("credit_refused", "no_answer") in history(store)) == is_over
    assert len(case(store).handoffs) == len(notices(store)) == is_over
    # whoever has it now must be able to rely on nothing being done behind their back
    time.now += timedelta(days=30)
    clock(provider).tick()
    assert len(provider.asked) == (2 if is_over else 3)


# ── Things go wrong ─────────────────────────────────────────────────────────────────────────────────


def test_two_clocks_at_once_carry_out_each_thing_once(store, clock):
    open_case(store)
    keys = [f"k{number}" for number in range(2 * BATCH)]
    decided(store, *(instruction(key) for key in keys))
    together = Barrier(2)

    class AskedByBoth(Provider):
        def carry_out(self, instruction):
            reference = super().carry_out(instruction)
            if len(self.asked) <= 2:
                together.wait(10)
            return reference

    provider = AskedByBoth()

    def keep_ticking(_):
        own = clock(provider)
        for _ in range(3):
            own.tick()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(keep_ticking, range(2)))
    assert sorted(provider.asked) == sorted(keys)
    assert sorted(history(store)) == sorted(("credit_done", f"REF-{key}") for key in keys)
    assert len(notices(store)) == len(keys)


def test_what_a_dead_clock_had_begun_is_taken_up_when_its_lease_ends(store, clock, time):
    open_case(store)
    decided(store, instruction())
    with store.unit() as unit:
        unit.instructions.claim_due(START, "a dead clock", LEASE, BATCH)
    provider = Provider()
    time.now += LEASE - SECOND
    clock(provider).tick()
    assert provider.asked == []
    time.now += SECOND
    clock(provider).tick()
    assert history(store) == [("credit_done", "REF-credit")]


class Away:
    """A store that does not answer so many times, and then does."""

    def __init__(self, store, times):
        self.store, self.times = store, times

    @contextmanager
    def unit(self):
        if self.times:
            self.times -= 1
            raise StoreUnavailable("away")
        with self.store.unit() as unit:
            yield unit


def test_a_database_that_is_away_is_waited_for(store, time, logged):
    open_case(store)
    decided(store, instruction())
    provider = Provider()
    clock = Unfinished(Away(store, 2), provider, OPERATOR, time)
    clock.tick()
    clock.tick()
    assert provider.asked == []
    assert [entry["event"] for entry in logged] == ["unfinished.store_failed"] * 2
    clock.tick()
    assert history(store) == [("credit_done", "REF-credit")]


def test_a_database_that_goes_away_once_it_was_done_changes_nothing_in_the_end(store, time):
    """The provider has done it and we could not keep that: asked again, it says the same."""
    open_case(store)
    decided(store, instruction())
    away = Away(store, 0)

    class DoneAsTheDatabaseGoes(Provider):
        def carry_out(self, instruction):
            away.times = 1 if not self.asked else 0
            return super().carry_out(instruction)

    provider = DoneAsTheDatabaseGoes()
    clock = Unfinished(away, provider, OPERATOR, time)
    clock.tick()
    assert kept(store).waits
    time.now += LEASE
    clock.tick()
    assert provider.asked == ["credit", "credit"]
    assert history(store) == [("credit_done", "REF-credit")]
    assert len(notices(store)) == 1


def test_the_end_is_kept_together_with_what_is_told_of_it(store, clock, time, monkeypatch):
    open_case(store)
    decided(store, instruction())
    with monkeypatch.context() as broken:
        broken.setattr("bot.unfinished.pack", lambda *_: {})
        clock(Provider()).tick()
    assert kept(store).waits
    assert (history(store), notices(store)) == ([], [])
    time.now += LEASE
    clock(Provider()).tick()
    assert history(store) == [("credit_done", "REF-credit")]
    assert len(notices(store)) == 1


def test_one_that_nobody_foresaw_does_not_stop_the_others(store, clock, time, logged):
    open_case(store)
    decided(store, instruction("odd"), instruction("even"))
    provider = Provider(RuntimeError("+14165550123"))
    clock(provider).tick()
    assert history(store) == [("credit_done", "REF-even")]
    assert "instruction.failed" in [entry["event"] for entry in logged]
    time.now += LEASE
    clock(provider).tick()
    assert kept(store, "odd").reference == "REF-odd"


def test_whoever_is_stopped_leaves_the_rest(store, clock, time):
    open_case(store)
    decided(store, instruction("first"), instruction("second"))
    provider = Provider()
    clock(provider).tick(is_stopped=lambda: bool(provider.asked))
    assert provider.asked == ["first"]
    time.now += LEASE
    clock(provider).tick()
    assert provider.asked == ["first", "second"]


def test_the_log_says_nothing_of_whom(store, clock, logged):
    open_case(store)
    decided(store, *(instruction(key) for key in ("done", "refused", "put off")))
    clock(Provider(None, InstructionRefused("no_sum"), RecordsUnavailable())).tick()
    assert [entry["event"] for entry in logged] == ["instruction.ended"] * 2 + ["instruction.put_off"]
    assert not [personal for personal in (ACCOUNT, "+1416", CASE, "REF-") if personal in str(logged)]


def test_a_turn_that_ended_it_in_the_meantime_has_told_of_it(store, clock):
    open_case(store)
    decided(store, instruction())

    class DoneByATurn(Provider):
        def carry_out(self, instruction):
            with store.unit() as unit:
                unit.instructions.done(instruction.key, "REF-of-the-turn", START)
            return super().carry_out(instruction)

    clock(DoneByATurn()).tick()
    assert kept(store).reference == "REF-of-the-turn"
    assert (history(store), notices(store)) == ([], [])
