"""The fairness report: what was offered for the same facts, side by side, from the cases of a store."""

from __future__ import annotations

from collections.abc import Iterator

from bot.cases.case import Case
from bot.cases.fairness import FirstContact, Group, first_contact, groups, tried_on, unequal
from bot.store import Store

PAGE = 200


def report(store: Store) -> str:
    """Return the report as text, with no word about any single customer."""
    cases = list(_all(store))
    found = groups(tried for case in cases for tried in tried_on(case))
    return "\n".join([*_first_contact(first_contact(cases)), "", *_table(found), "", *_verdict(found)])


def _all(store: Store) -> Iterator[Case]:
    last = None
    while True:
        with store.view() as unit:
            page = unit.cases.find(after=last, limit=PAGE)
        yield from page
        if len(page) < PAGE:
            return
        last = page[-1].tracking_number


def _first_contact(count: FirstContact) -> Iterator[str]:
    yield f"A playbook was tried on {count.tried} cases: {_of(count.solved, count.tried)} solved by the customer's own word,"
    yield f"{_of(count.came_back, count.tried)} told again within two weeks."


def _table(found: list[Group]) -> Iterator[str]:
    head = (
        "facts",
        "respect",
        "group",
        "customers",
        "offered",
        "share of what was at stake",
        "accepted",
        "solved",
    )
    rows = [head, *(_row(group) for group in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _row(group: Group) -> tuple[str, ...]:
    shares = sorted(share for share in group.shares if share is not None)
    return (
        group.facts,
        group.respect,
        group.group,
        str(group.count),
        _of(group.offered, group.count),
        ", ".join(f"{share} %" for share in shares) or "nothing",
        _of(group.accepted, group.offered),
        _of(group.solved, group.count),
    )


def _verdict(found: list[Group]) -> Iterator[str]:
    apart = unequal(found)
    if not apart:
        yield "For the same facts every group was offered the same."
    for facts, respect in apart:
        yield f"Look at {facts}: what was offered differs by {respect}. A limit that was reached is one reason."


def _of(part: int, whole: int) -> str:
    return f"{part} of {whole} ({round(100 * part / whole)} %)" if whole else "none"
