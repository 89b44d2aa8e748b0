"""Processes that have the same thing done at once have it done once, on either database, and keep to the limits."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from actions.outside import LEFT_TO_THE_CLOCK_AFTER, LimitReached, Needed, Outside
from bot.cases.case import Case
from bot.cases.records import CREDIT, Instruction, InstructionRefused, Records, RecordsUnavailable
from bot.provider import profile
from bot.provider.demo import DemoProvider
from bot.store import Store, Unit
from bot.store.instructions import Decided
from bot.unfinished import Unfinished

ACCOUNT = "10031865"
OPERATOR = profile("jive_ca")
NOW = datetime(2026, 3, 5, 15, 0, tzinfo=UTC)
LIMIT = 6000

PROCESS = """
import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo
from actions.outside import LimitReached, Needed, Outside
from bot.cases.records import CREDIT, Instruction
from bot.provider import profile
from bot.provider.demo import DemoProvider
from bot.store import open_store
from bot.store.instructions import Decided

url, key, cents, limit = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
now = datetime(2026, 3, 5, 15, 0, tzinfo=UTC)
store = open_store(url)
demo = DemoProvider(now, store, lambda: now, ZoneInfo("America/Toronto"))
credit = Instruction(key, CREDIT, "10031865", "1111-1111-1111", "late_fee", now, key, cents, goodwill=True)
outside = Outside(store, demo, profile("jive_ca"), lambda: now)

def may(unit):
    return unit.instructions.goodwill_since("10031865", now) + cents <= limit

print("ready", flush=True)
sys.stdin.readline()
while True:
    try:
        with store.unit() as unit:
            print(*[each.reference for each in outside.carried_out(unit, [Decided(credit, "en")], may)])
        break
    except Needed as needed:
        needed.see_to_it()
    except LimitReached:
        print("limit")
        break
"""


@pytest.fixture
def at_the_same_moment(
    processes: Callable[..., subprocess.Popen[str]], database_url: str
) -> Callable[..., list[str]]:
    """A function that has processes, one for each key, carry out a credit from the same moment; returns what each says."""

    def run(*keys: str, cents: int = 4115, limit: int = LIMIT) -> list[str]:
        runners = [processes(PROCESS, database_url, key, str(cents), str(limit)) for key in keys]
        assert [runner.stdout.readline() for runner in runners if runner.stdout] == ["ready\n"] * len(keys)
        for runner in runners:
            assert runner.stdin
            runner.stdin.write("go\n")
            runner.stdin.flush()
        said = [runner.communicate(timeout=60)[0].strip() for runner in runners]
        assert [runner.returncode for runner in runners] == [0] * len(keys)
        return said

    return run


def credit(key: str = "k1", cents: int = 4115, **fields: object) -> Decided:
    given = Instruction(key, CREDIT, ACCOUNT, "1111-1111-1111", "late_fee", NOW, key, cents, goodwill=True)
    return Decided(replace(given, **fields), "en", "sms", "+14165550123")


def now() -> datetime:
    return NOW


@pytest.fixture
def demo(store: Store) -> DemoProvider:
    return DemoProvider(NOW, store, now, ZoneInfo("America/Toronto"))


def books(store: Store) -> list[tuple[str, str, int]]:
    with store.view() as unit:
        return [(entry.key, entry.reference, entry.cents) for entry in unit.books.of_account(ACCOUNT)]


def kept(store: Store) -> list[tuple[str, str | None, int]]:
    with store.view() as unit:
        of_account = unit.instructions.of_account(ACCOUNT)
    return [(each.instruction.key, each.reference, each.instruction.cents) for each in of_account]


def within(limit: int, cents: int = 4115) -> Callable[[Unit], bool]:
    return lambda unit: unit.instructions.goodwill_since(ACCOUNT, NOW) + cents <= limit


def turn(
    store: Store, records: Records, *decided: Decided, limit: int = 10**6, at: datetime = NOW
) -> list[Decided]:
    """Do as a turn does: try, see to what is needed while no unit is open, and try anew."""
    outside = Outside(store, records, OPERATOR, lambda: at)
    while True:
        try:
            with store.unit() as unit:
                return outside.carried_out(unit, decided, within(limit))
        except Needed as needed:
            needed.see_to_it()


def test_three_processes_have_the_same_credit_given_once(
    store: Store, at_the_same_moment: Callable[..., list[str]]
) -> None:
    said = at_the_same_moment("k1", "k1", "k1")
    [(key, reference, cents)] = books(store)
    assert (key, cents) == ("k1", 4115)
    assert said == [reference] * 3
    assert kept(store) == [("k1", reference, 4115)]


@pytest.mark.parametrize("limit, given", [(3999, 1), (4000, 2)])
def test_three_processes_keep_to_the_limit_together(
    store: Store, at_the_same_moment: Callable[..., list[str]], limit: int, given: int
) -> None:
    said = at_the_same_moment("k1", "k2", "k3", cents=2000, limit=limit)
    assert said.count("limit") == 3 - given
    assert {reference for _, reference, _ in books(store)} == {*said} - {"limit"}
    assert len(books(store)) == len(kept(store)) == given


def test_twelve_threads_have_the_same_credit_given_once(
    store: Store, demo: DemoProvider, at_once: Callable
) -> None:
    done = at_once(12, lambda _: turn(store, demo, credit()))
    [(_, reference, _)] = books(store)
    assert [[each.reference for each in one] for one in done] == [[reference]] * 12


def test_twelve_threads_keep_to_the_limit_together(
    store: Store, demo: DemoProvider, at_once: Callable
) -> None:
    def give(number: int) -> bool:
        try:
            return bool(turn(store, demo, credit(f"k{number}"), limit=LIMIT))
        except LimitReached:
            return False

    assert sum(at_once(12, give)) == len(books(store)) == 1


def test_turns_and_clocks_at_once_give_it_once_and_tell_of_it_once(
    store: Store, demo: DemoProvider, at_once: Callable, open_case: Callable[..., Case]
) -> None:
    open_case()
    later = NOW + LEFT_TO_THE_CLOCK_AFTER
    with store.unit() as unit:
        unit.instructions.decide(credit(), later)

    def carry_out(number: int) -> None:
        if number % 2:
            turn(store, demo, credit(), at=later)
        else:
            Unfinished(store, demo, OPERATOR, lambda: later).tick()

    at_once(8, carry_out)
    [(_, reference, _)] = books(store)
    assert kept(store) == [("k1", reference, 4115)]
    with store.view() as unit:
        case = unit.cases.get("1111-1111-1111")
        told = unit.outbox.of_case("1111-1111-1111")
    assert case
    noted = [line.detail for line in case.history if line.what == "credit_done"]
    # the turn that has it done tells of it by itself
    assert noted in ([], [reference])
    assert len(told) == len(noted)


class Noting:
    """The demo's systems, with a note of what they were told, and a failure for as long as there is one."""

    def __init__(self, demo: DemoProvider, *failures: Exception | None, is_written: bool = False) -> None:
        self.demo, self.failures, self.is_written = demo, list(failures), is_written
        self.told: list[Instruction] = []

    def carry_out(self, instruction: Instruction) -> str:
        self.told.append(instruction)
        failure = self.failures.pop(0) if self.failures else None
        if failure is None or self.is_written:
            reference = self.demo.carry_out(instruction)
        if failure:
            raise failure
        return reference

    account = outages = None  # never asked here


def test_it_is_told_again_in_the_words_of_the_first_time(store: Store, demo: DemoProvider) -> None:
    """A provider may refuse a known key with other words, and the money would be given and called refused."""
    records = Noting(demo, RecordsUnavailable(), is_written=True)
    assert [each.waits for each in turn(store, records, credit())] == [True]
    [done] = turn(
        store, records, credit(at=NOW + timedelta(minutes=5), tracking_number="2222-2222-2222", cents=9900)
    )
    assert records.told == [credit().instruction] * 2
    assert books(store) == [("k1", done.reference, 4115)]


@pytest.mark.parametrize("code", ["more_than_charged", "no_answer"])
def test_what_was_refused_is_a_persons_and_is_not_told_again_beside_another(
    store: Store, demo: DemoProvider, code: str
) -> None:
    records = Noting(demo, InstructionRefused(code))
    [refused] = turn(store, records, credit("k1"))
    assert refused.refusal == code
    both = turn(store, records, credit("k1"), credit("k2"))
    assert [each.refusal for each in both] == [code, None]
    assert [told.key for told in records.told] == ["k1", "k2"]
    assert [key for key, _, _ in books(store)] == ["k2"]


def test_what_was_done_is_not_told_again_beside_another(store: Store, demo: DemoProvider) -> None:
    records = Noting(demo)
    turn(store, records, credit("k1"))
    turn(store, records, credit("k1"), credit("k2"))
    assert [told.key for told in records.told] == ["k1", "k2"]


def test_it_is_decided_before_it_is_done(store: Store, demo: DemoProvider) -> None:
    """Whoever dies in between leaves what the clock can go on with."""
    found: list[bool] = []

    class Looking(Noting):
        def carry_out(self, instruction: Instruction) -> str:
            with store.view() as unit:
                found.append(unit.instructions.get(instruction.key) is not None)
            return super().carry_out(instruction)

    turn(store, Looking(demo), credit())
    assert found == [True]


def test_a_turn_without_an_answer_asks_once_and_leaves_the_rest_to_the_clock(
    store: Store, demo: DemoProvider
) -> None:
    records = Noting(demo, RecordsUnavailable(), RecordsUnavailable(), RecordsUnavailable())
    [waits] = turn(store, records, credit())
    assert waits.waits
    assert len(records.told) == 1
    Unfinished(store, records, OPERATOR, now).tick()
    assert len(records.told) == 1
    Unfinished(store, records, OPERATOR, lambda: NOW + LEFT_TO_THE_CLOCK_AFTER).tick()
    assert len(records.told) == 2
