"""What the store counts for reports is what anybody would count who reads every case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from bot.cases.agent import Agent
from bot.cases.case import AGENT, ASSISTANT, Case
from bot.cases.resolution import SOLVED
from bot.cases.status import ENDED
from bot.store import Store
from bot.store.reports import Scope
from tests.store.many import AGENTS, NOW, Made, fill, made

COUNT = 200
TWO_WEEKS, A_DAY = timedelta(days=14), timedelta(days=1)
SCOPES = {
    "all": Scope(NOW - timedelta(days=90), NOW + A_DAY),
    "one channel and language": Scope(NOW - timedelta(days=100), NOW - timedelta(days=3), "voice", "fr"),
    "one nature": Scope(NOW - timedelta(days=60), NOW, category="billing"),
    "nothing": Scope(NOW + A_DAY, NOW + 2 * A_DAY),
}


@pytest.fixture
def known(store: Store) -> list[Made]:
    """What the store holds."""
    with store.unit() as unit:
        for agent_id in AGENTS:
            unit.agents.add(Agent(agent_id, f"{agent_id}@example.com", agent_id.upper()), "hash")
    everything = list(made(COUNT))
    fill(store, everything)
    return everything


def test_every_figure_is_what_reading_all_cases_gives(store: Store, known: list[Made]) -> None:
    for scope in SCOPES.values():
        theirs = [one for one in known if one.case and _is_in(one.case.opened_at, one.case, scope)]
        cases = [one.case for one in theirs if one.case]
        begun = [one for one in known if _is_in(one.conversation.created_at, one.conversation, scope)]
        with store.view() as unit:
            found = unit.reports
            assert _counted(found.volumes(scope)) == Counter(map(_volume, cases))
            assert _counted(found.places(scope)) == Counter(map(_place, cases))
            assert sorted(found.openings(scope)) == sorted(case.opened_at for case in cases)
            assert _counted(found.first_contacts(scope, NOW)) == Counter(
                _first_contact(case, known) for case in cases
            )
            assert _counted(found.promises(scope, NOW)) == Counter(
                line for case in cases for line in _promises(case)
            )
            for seconds, expected in (
                (found.to_acknowledgement(scope), [_acknowledged(one) for one in theirs]),
                (found.to_first_word(scope), [_first_word(one) for one in theirs]),
                (found.to_outcome(scope), [_since_opened(case, "answer", "resolve") for case in cases]),
                (found.to_notice(scope), [_since_opened(case, "ccts_notice") for case in cases]),
                (found.to_escalation(scope), [_escalated(case) for case in cases]),
                (found.to_referral(scope), [_referred(case) for case in cases]),
            ):
                _are_alike(seconds, expected)
            assert _counted(found.satisfaction(scope)) == Counter(
                answer for case in cases for answer in _answers(case)
            )
            _wishes_are_alike(found.handoffs(scope), cases)
            _stretches_are_alike(found.holdings(scope), begun)
            assert found.reached(scope) == Counter(name for one in begun for name in {*one.asked})
            assert found.left(scope, NOW) == Counter(_stands_at(begun, is_quiet=True))
            assert found.going_on(scope, NOW) == Counter(_stands_at(begun, is_quiet=False))
            listed = found.cases(scope)
            assert [row["tracking_number"] for row in listed] == [case.tracking_number for case in cases]
            named = found.natures([row["id"] for row in listed]).values()
            assert [[each["category"] for each in natures] for natures in named] == [
                [nature.category for nature in case.complaint.natures] for case in cases
            ]
            assert found.cases(scope, listed[0]["id"] if listed else 0) == listed[1:]


def test_the_store_of_the_test_holds_something_of_everything() -> None:
    known = list(made(COUNT))
    cases = [one.case for one in known if one.case]
    verdicts = Counter(_first_contact(case, known)[1:] for case in cases)
    assert {*verdicts} >= {
        (True, True, False),
        (True, False, False),
        (False, False, False),
        (True, False, True),
    }
    promises = Counter(line[1:] for case in cases for line in _promises(case))
    assert len(promises) > 5
    assert {answer for case in cases for answer in _answers(case)} == {
        (after_person, is_solved) for after_person in (True, False) for is_solved in (True, False)
    }
    assert any(_first_word(one) for one in known) and any(_stands_at(known, is_quiet=False))


def _counted(rows: list[dict[str, object]]) -> Counter[tuple[object, ...]]:
    """Rows by their values, which SQLite gives as numbers where they are true or false."""
    return Counter(
        {tuple(value for name, value in row.items() if name != "count"): row["count"] for row in rows}
    )


def _is_in(begun: datetime, thing: object, scope: Scope) -> bool:
    about = {nature.category for nature in thing.complaint.natures}
    wanted = [
        getattr(thing, name)
        for name in ("channel", "language")
        if getattr(scope, name) in (None, getattr(thing, name))
    ]
    return (
        scope.since <= begun < scope.until
        and len(wanted) == 2
        and (scope.category is None or scope.category in about)
    )


def _volume(case: Case) -> tuple[object, ...]:
    main = case.complaint.natures[0] if case.complaint.natures else None
    named = (main.category, main.issue, main.service) if main else (None, None, None)
    return (case.channel, case.language, *named)


def _place(case: Case) -> tuple[object, ...]:
    told = case.complaint.postal_code
    provinces = [each.province for each in case.resolutions if each.province]
    of_record = provinces[0] if provinces else "QC" if case.verified else None
    return (told[:3].upper() if told else None, of_record)


def _first_contact(case: Case, known: list[Made]) -> tuple[object, ...]:
    last = case.resolutions[-1] if case.resolutions else None
    is_solved = last is not None and last.outcome == SOLVED
    since = last.ended_at if last and is_solved and last.ended_at else case.opened_at
    again = [
        one.case.opened_at for one in known if one.case and one.case.recontact_of == case.tracking_number
    ]
    moved = [
        line.at for line in case.history if line.what in ("reopen", "escalate", "refer") and line.at > since
    ]
    came_back = is_solved and any(at - since <= TWO_WEEKS for at in (*again, *moved))
    return (last.playbook if last else None, is_solved, came_back, since > NOW - TWO_WEEKS)


def _promises(case: Case) -> Iterator[tuple[object, ...]]:
    has_ended = case.status in ENDED
    ended_at = None
    for line in case.history:
        if line.what in ("reopen", "escalate", "refer"):
            ended_at = None
        elif line.what in ("resolve", "withdraw", "close"):
            ended_at = min(line.at, ended_at or line.at)
    for promise in case.promises:
        until = promise.kept_at or (ended_at if has_ended else None) or NOW
        yield promise.what, promise.kept_at is not None, until > promise.due_at, has_ended


def _answers(case: Case) -> Iterator[tuple[object, ...]]:
    """Whether a person had helped, and whether it was solved, each time somebody said so."""
    after_person = False
    for line in case.history:
        after_person = after_person or line.what == "taken_over"
        if line.what in ("resolve", "not_satisfied"):
            yield after_person, line.what == "resolve"


def _acknowledged(one: Made) -> float | None:
    assert one.case
    return (one.case.opened_at - one.words[0].at).total_seconds()


def _first_word(one: Made) -> float | None:
    if one.case is None or not one.case.handoffs:
        return None
    asked = one.case.handoffs[0]
    words = [word.at for word in one.words if word.sender == AGENT and word.at >= asked.at]
    came = asked.taken_at if one.case.channel == "voice" else min(words, default=None)
    return (came - asked.at).total_seconds() if came else None


def _since_opened(case: Case, *whats: str) -> float | None:
    first = min((line.at for line in case.history if line.what in whats), default=None)
    return (first - case.opened_at).total_seconds() if first else None


def _escalated(case: Case) -> float | None:
    return (case.escalations[0].at - case.opened_at).total_seconds() if case.escalations else None


def _referred(case: Case) -> float | None:
    return (case.referral.at - case.opened_at).total_seconds() if case.referral else None


def _are_alike(seconds: list[float], expected: list[float | None]) -> None:
    measured = [each for each in expected if each is not None]
    assert sorted(seconds) == pytest.approx(sorted(measured), abs=0.01)


def _wishes_are_alike(rows: list[dict[str, object]], cases: list[Case]) -> None:
    expected = [
        (
            wish.reason,
            (wish.taken_at - wish.at).total_seconds() if wish.taken_at else -1.0,
            case.status in ENDED,
        )
        for case in cases
        for wish in case.handoffs
    ]
    found = [
        (
            str(row["reason"]),
            -1.0 if row["seconds"] is None else float(str(row["seconds"])),
            bool(row["has_ended"]),
        )
        for row in rows
    ]
    for mine, theirs in zip(sorted(found), sorted(expected), strict=True):
        assert mine[::2] == theirs[::2] and mine[1] == pytest.approx(theirs[1], abs=0.01)


def _stretches_are_alike(rows: list[dict[str, object]], begun: list[Made]) -> None:
    expected = Counter((held.agent_id, held.ended_by) for one in begun for held in one.holdings)
    assert Counter((row["agent_id"], row["ended_by"]) for row in rows) == expected


def _stands_at(begun: list[Made], is_quiet: bool) -> Iterator[str]:
    for one in begun:
        waits = one.conversation.holder == ASSISTANT and one.conversation.expects not in (None, "free")
        if waits and (one.words[-1].at <= NOW - A_DAY) is is_quiet:
            yield str(one.conversation.expects)
