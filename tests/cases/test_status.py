"""The states of a case: every move from every state, as the table says or refused."""

from __future__ import annotations

import pytest

from bot.cases.errors import MoveNotAllowed
from bot.cases.status import MOVES, STATUSES, after, may_move

UNFINISHED = "open investigating waiting_for_customer escalated"
TABLE = {
    # move: (leads to, from each of these and from no other)
    "investigate": ("investigating", "open investigating waiting_for_customer"),
    "ask_customer": ("waiting_for_customer", "open investigating escalated"),
    "escalate": ("escalated", f"{UNFINISHED} answered resolved referred closed"),
    "answer": ("answered", UNFINISHED),
    "resolve": ("resolved", f"{UNFINISHED} answered resolved referred"),
    "withdraw": ("withdrawn", f"{UNFINISHED} answered referred"),
    "refer": ("referred", f"{UNFINISHED} answered resolved referred closed"),
    "reopen": ("investigating", "answered resolved withdrawn closed"),
    "close": ("closed", "answered resolved withdrawn referred"),
    "merge": ("closed", " ".join(STATUSES)),
}


def test_the_table_above_holds_every_move_and_only_statuses_that_exist() -> None:
    assert TABLE.keys() == MOVES.keys()
    assert {status for to, allowed in TABLE.values() for status in (to, *allowed.split())} == set(STATUSES)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("move", TABLE)
def test_a_move_leads_where_the_table_says_or_is_refused(move: str, status: str) -> None:
    leads_to, allowed = TABLE[move]
    if status in allowed.split():
        assert may_move(status, move)
        assert after(status, move) == leads_to
    else:
        assert not may_move(status, move)
        with pytest.raises(MoveNotAllowed, match=f"{move} from {status}"):
            after(status, move)


def test_a_refusal_carries_a_code_for_the_words_in_the_packs() -> None:
    with pytest.raises(MoveNotAllowed) as refused:
        after("withdrawn", "escalate")
    assert refused.value.code == "move_not_allowed"


@pytest.mark.parametrize("status", ["resolved", "withdrawn", "closed"])
def test_a_case_at_rest_can_be_reopened(status: str) -> None:
    assert after(status, "reopen") == "investigating"


@pytest.mark.parametrize("status", [status for status in STATUSES if status != "withdrawn"])
def test_escalation_and_the_scheme_stay_open_to_the_customer_unless_they_withdrew(status: str) -> None:
    assert after(status, "escalate") == "escalated"
    assert after(status, "refer") == "referred"


def test_an_unknown_move_is_an_error_not_a_refusal() -> None:
    with pytest.raises(KeyError):
        may_move("open", "forget")
