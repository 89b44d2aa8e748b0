"""The states of a case: every move from every state, as the table says or refused."""

from __future__ import annotations

import pytest

from bot.cases.errors import MoveNotAllowed
from bot.cases.status import AT_REST, MOVES, STATUSES, after, may_move

LEADS_TO = {
    # from                  investigate      ask_customer            escalate     answer      resolve     withdraw     refer       reopen           close
    "open":                 "investigating   waiting_for_customer    escalated    answered    resolved    withdrawn    referred    -                -",
    "investigating":        "investigating   waiting_for_customer    escalated    answered    resolved    withdrawn    referred    -                -",
    "waiting_for_customer": "investigating   -                       escalated    answered    resolved    withdrawn    referred    -                -",
    "escalated":            "-               waiting_for_customer    escalated    answered    resolved    withdrawn    referred    -                -",
    "answered":             "-               -                       escalated    -           resolved    withdrawn    referred    investigating    closed",
    "resolved":             "-               -                       escalated    -           resolved    -            referred    investigating    closed",
    "withdrawn":            "-               -                       -            -           -           -            -           investigating    closed",
    "referred":             "-               -                       escalated    -           resolved    withdrawn    referred    -                closed",
    "closed":               "-               -                       escalated    -           -           -            referred    investigating    -",
}  # fmt: skip
MOVES_IN_ORDER = "investigate ask_customer escalate answer resolve withdraw refer reopen close".split()

ROWS = [
    (status, move, leads_to)
    for status, row in LEADS_TO.items()
    for move, leads_to in zip(MOVES_IN_ORDER, row.split(), strict=True)
]


def test_the_table_above_holds_every_status_and_every_move() -> None:
    assert tuple(LEADS_TO) == STATUSES
    assert set(MOVES_IN_ORDER) == set(MOVES)


@pytest.mark.parametrize(("status", "move", "leads_to"), ROWS)
def test_a_move_leads_where_the_table_says_or_is_refused(status: str, move: str, leads_to: str) -> None:
    if leads_to == "-":
        assert not may_move(status, move)
        with pytest.raises(MoveNotAllowed, match=f"{move} from {status}"):
            after(status, move)
    else:
        assert may_move(status, move)
        assert after(status, move) == leads_to


def test_a_refusal_carries_a_code_for_the_words_in_the_packs() -> None:
    with pytest.raises(MoveNotAllowed) as refused:
        after("withdrawn", "escalate")
    assert refused.value.code == "move_not_allowed"


@pytest.mark.parametrize("status", sorted(AT_REST))
def test_a_case_at_rest_can_be_reopened(status: str) -> None:
    assert after(status, "reopen") == "investigating"


@pytest.mark.parametrize("status", [status for status in STATUSES if status != "withdrawn"])
def test_escalation_and_the_scheme_stay_open_to_the_customer_unless_they_withdrew(status: str) -> None:
    assert after(status, "escalate") == "escalated"
    assert after(status, "refer") == "referred"


def test_an_unknown_move_is_an_error_not_a_refusal() -> None:
    with pytest.raises(KeyError):
        may_move("open", "forget")
