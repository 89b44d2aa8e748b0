"""Views of the list of cases: each agent's own, those for all, and the usual ones with their counts."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from bot.cases.agent import ADMINISTRATOR, AGENT, LEAD, Agent
from bot.cases.audit import CASE_OPENED, NOTED, STEPPED
from bot.cases.case import Case
from bot.cases.complaint import Complaint
from bot.cases.promises import Promise
from bot.cases.views import LONGEST_NAME, MOST_VIEWS, View, ViewRefused, may_remove, named
from bot.desk import listing
from bot.languages import LANGUAGES, pack
from tests.desk.agents import words_of

AT = datetime(2026, 3, 5, 15, 30, tzinfo=UTC)
NUMBERS = ["1111-1111-1110", "2222-2222-2220", "3333-3333-3330"]


@pytest.mark.parametrize(
    ("owner", "is_shared", "role", "may"),
    [
        ("me", False, AGENT, True),
        ("me", True, AGENT, True),
        ("other", False, LEAD, False),
        ("other", True, AGENT, False),
        ("other", True, LEAD, True),
        ("other", True, ADMINISTRATOR, True),
    ],
)
def test_who_may_remove_a_view(owner, is_shared, role, may):
    me = Agent("me", "me@example.com", "Me", role)
    assert may_remove(View("v", owner, "Mine", "", is_shared), me) == may


@pytest.mark.parametrize(
    ("name", "known", "code"),
    [
        (" ", 0, "view_unnamed"),
        ("x" * (LONGEST_NAME + 1), 0, "field_too_long"),
        ("x", MOST_VIEWS, "views_too_many"),
    ],
)
def test_a_view_that_cannot_be_kept_is_refused(name, known, code):
    with pytest.raises(ViewRefused, match=code):
        named(name, known)
    assert named(" Mine ", MOST_VIEWS - 1) == "Mine"


@pytest.fixture
async def cases(gateway) -> list[str]:
    """Three open cases without any promise."""
    for number in NUMBERS:
        talk = await gateway.talk()
        with gateway.store.unit() as unit:
            unit.cases.add(Case(number, Complaint(f"Story of {number}"), "en", "web", AT), talk.id)
    return NUMBERS


def change(gateway, number: str, **values) -> None:
    with gateway.store.unit() as unit:
        case = unit.cases.get(number)
        for name, value in values.items():
            setattr(case, name, value)
        unit.cases.save(case)


def id_of(gateway, desk) -> str:
    with gateway.store.view() as unit:
        return unit.agents.by_email(desk.email)[0].id


def listed(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/desk/cases/([\d-]+)"', page)


def counts(page: str) -> dict[str, str]:
    links = re.findall(r'<li><a href="/desk/cases\?[^>]*>(.*?) <span class="count">\((.*?)\)', page)
    return {unescape(name): count for name, count in links}


async def test_the_usual_views_show_what_they_say_and_how_many(gateway, anna, bo, cases):
    now = datetime.now(UTC)
    late, today, later = now - timedelta(days=3), now, now + timedelta(days=9)
    change(gateway, NUMBERS[0], promises=[Promise("update", late), Promise("answer", later)])
    change(gateway, NUMBERS[1], promises=[Promise("answer", today), Promise("update", late, kept_at=late)])
    change(gateway, NUMBERS[2], promises=[Promise("answer", later)], status="escalated")
    annas, bos = id_of(gateway, anna), id_of(gateway, bo)
    change(gateway, NUMBERS[1], assigned_to=annas)
    with gateway.store.unit() as unit:
        for agent, deed, number in (
            (annas, STEPPED, NUMBERS[0]),
            (bos, CASE_OPENED, NUMBERS[0]),
            (annas, NOTED, NUMBERS[1]),
            (bos, NOTED, NUMBERS[1]),
            (annas, CASE_OPENED, NUMBERS[2]),
        ):
            unit.audit.add(AT, deed, agent, number)
    for query, expected in [
        ("due=yes", {NUMBERS[0], NUMBERS[1]}),
        ("assigned=yes", {NUMBERS[1]}),
        # to look at a case is no deed, and whoever did something after her has it now
        ("mine=yes", {NUMBERS[0]}),
        ("status=escalated", {NUMBERS[2]}),
        ("status=waiting_for_customer", set()),
    ]:
        page = await anna.see(f"/desk/cases?{query}")
        assert set(listed(page)) == expected, query
        assert f'href="/desk/cases?{query}" aria-current="page"' in page
    assert list(counts(page).values()) == ["1", "1", "2", "1", "0"]
    assert listed(await bo.see("/desk/cases?mine=yes")) == [NUMBERS[1]]
    # a case that has ended is late no more
    change(gateway, NUMBERS[0], status="resolved")
    assert listed(await anna.see("/desk/cases?due=yes")) == [NUMBERS[1]]


async def test_counting_ends_where_nobody_reads_on(gateway, anna, cases, monkeypatch):
    monkeypatch.setattr(listing, "MOST_COUNTED", 3)
    await anna.send("/desk/views", name="All", query="order=urgent")
    assert counts(await anna.see("/desk/cases"))["All"] == "2+"


async def test_a_view_is_kept_once_under_its_name_and_seen_by_its_agent_alone(gateway, anna, bo, cases):
    for query in ("status=open&q=Story&after=1111-1111-1110&evil=1", "q=2222-2222-2220&priority=P9"):
        for _ in range(2):
            kept = await anna.send("/desk/views", name=" Mine & <b>ours</b> ", query=query, shared="yes")
            assert kept.status_code == 303
    with gateway.store.view() as unit:
        [view] = unit.views.of_agent(id_of(gateway, anna))
        deeds = [entry.deed for entry in unit.audit.newest(9) if entry.deed == "view_kept"]
    # what no filter has is left out; only a lead keeps views for all
    assert (view.name, view.query, view.is_shared) == ("Mine & <b>ours</b>", "q=2222-2222-2220", False)
    assert len(deeds) == 2
    page = await anna.see("/desk/cases")
    assert "Mine &amp; &lt;b&gt;ours&lt;/b&gt;" in page and "<b>ours" not in page
    assert "ours" not in await bo.see("/desk/cases")
    assert (await bo.send(f"/desk/views/{view.id}/remove")).status_code == 403
    for _ in range(2):
        assert (await anna.send(f"/desk/views/{view.id}/remove")).status_code == 303
    assert "ours" not in await anna.see("/desk/cases")


async def test_what_a_lead_keeps_for_all_everybody_sees_for_themselves(gateway, anna, desk_of, cases):
    lead = desk_of(gateway, "Lea", "lead")
    await lead.sign_in()
    await lead.send("/desk/views", name="Whose", query="assigned=yes", shared="yes")
    change(gateway, NUMBERS[0], assigned_to=id_of(gateway, anna))
    page = await anna.see("/desk/cases")
    assert counts(page)["Whose"] == "1" and counts(await lead.see("/desk/cases"))["Whose"] == "0"
    assert "Remove “Whose”" not in unescape(page)


async def test_a_view_without_a_name_is_refused_and_the_list_stays(gateway, anna, cases):
    refused = await anna.send("/desk/views", name=" ", query="q=2222-2222-2220")
    assert refused.status_code == 409 and "Give the view a name" in refused.text
    assert listed(refused.text) == ["2222-2222-2220"] and 'value="q=2222-2222-2220"' in refused.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_views_are_in_the_agents_language(gateway, desk_of, language):
    desk = desk_of(gateway, "Anna", language=language)
    await desk.sign_in()
    page = await desk.see("/desk/cases")
    named = pack(language, "casework")["views"]
    assert all(named[key] in words_of(page) for key in listing.USUAL)
    ids = re.findall(r' id="([\w-]+)"', page)
    assert len(ids) == len(set(ids))
