"""Whatever breaks in the middle, nothing stays half-written, and no error quotes a customer."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from bot.cases.case import Case
from bot.cases.complaint import Complaint
from bot.cases.conversation import Notice
from bot.store import Conflict, Store, StoreUnavailable, open_store
from bot.store.identity import Code

KILLED_MIDWAY = """
import sys
from datetime import UTC, datetime
from bot.cases.case import Case
from bot.cases.complaint import Complaint
from bot.cases.conversation import Notice
from bot.cases.records import Instruction
from bot.store import open_store
from bot.store.instructions import Decided
now = datetime.now(UTC)
with open_store(sys.argv[1]).unit() as unit:
    conversation = unit.conversations.get("c1")
    conversation.tracking_number = "2222-2222-2222"
    conversation.complaint.tell("never kept")
    unit.conversations.save(conversation)
    unit.inbound.receive("c1", "m2", "Hello", now)
    unit.cases.add(Case("2222-2222-2222", Complaint("never kept"), "en", "web", now), "c1")
    unit.outbox.add(Notice("n1", "sms", "+14165550123", "en", "Opened", now, "2222-2222-2222"))
    credit = Instruction("k1", "credit", "100200", "2222-2222-2222", "goodwill", now, cents=2000)
    unit.instructions.decide(Decided(credit, "en"), now)
    unit.books.enter(credit, now)
    print("midway", flush=True)
    sys.stdin.readline()
"""


def test_a_process_killed_in_mid_unit_leaves_nothing(
    database_url: str, store: Store, converse: Callable, now: datetime, processes: Callable
) -> None:
    kept = converse()
    victim = processes(KILLED_MIDWAY, database_url)
    assert victim.stdout.readline() == "midway\n"
    victim.kill()
    victim.wait()
    with store.unit() as unit:
        assert unit.conversations.get("c1") == kept
        assert unit.messages.after("c1", 0) == []
        assert unit.cases.find() == []
        assert unit.outbox.of_case("2222-2222-2222") == []
        assert unit.instructions.of_account("100200") == []
        assert unit.books.of_account("100200") == []
        _, new = unit.inbound.receive("c1", "m2", "Hello", now)
        assert new


def test_an_exception_undoes_the_unit(store: Store, converse: Callable, now: datetime) -> None:
    converse()
    with pytest.raises(ZeroDivisionError), store.unit() as unit:
        unit.inbound.receive("c1", "m1", "Hello", now)
        unit.cases.add(Case("1111-1111-1111", Complaint("never kept"), "en", "web", now), "c1")
        raise ZeroDivisionError
    with store.view() as unit:
        assert unit.messages.after("c1", 0) == []
        assert not unit.cases.exists("1111-1111-1111")


SECRET = "my secret diagnosis"

BREAKING: dict[str, Callable] = {
    "a key taken twice": lambda unit, now: [unit.action_results.put(SECRET, "a", SECRET) for _ in range(2)],
    "a row that is missing": lambda unit, now: unit.codes.add(Code(SECRET, SECRET, SECRET, "salted", now)),
    "a value that is missing": lambda unit, now: unit.outbox.add(
        Notice(SECRET, SECRET, SECRET, "en", None, now)  # type: ignore[arg-type]
    ),
}


@pytest.mark.parametrize("breaking", BREAKING.values(), ids=BREAKING.keys())
def test_errors_quote_no_value(breaking: Callable, store: Store, now: datetime) -> None:
    with pytest.raises(Conflict) as refused, store.unit() as unit:
        breaking(unit, now)
    assert SECRET not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize(
    "address", ["sqlite:///{folder}/missing/recourse.db", "postgresql://nobody:hunter2@127.0.0.1:1/none"]
)
def test_a_database_that_does_not_answer_is_said_to_be_unavailable(address: str, tmp_path: Path) -> None:
    store = open_store(address.format(folder=tmp_path))
    with pytest.raises(StoreUnavailable) as refused:
        store.ping()
    assert "hunter2" not in "".join(traceback.format_exception(refused.value))


def test_a_database_that_answers_says_nothing(store: Store) -> None:
    store.ping()


def test_a_store_works_on_after_an_error(store: Store, converse: Callable) -> None:
    converse()
    for _ in range(40):  # more than there are connections
        with pytest.raises(Conflict):
            converse()
    with store.view() as unit:
        assert unit.conversations.get("c1")
