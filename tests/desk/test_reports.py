"""Reports at the desk: who sees them, for which days, and what is taken along."""

from __future__ import annotations

import csv
import shutil
from datetime import date, datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest

from bot.cases.reports import PROVINCES, UNKNOWN
from bot.desk import reports
from bot.desk.figures import SHEETS, Asked
from bot.desk.reports import NotAPeriod, asked_for
from bot.desk.sheets import BOM, csv_lines, defused
from bot.languages import LANGUAGES, pack
from bot.languages.check import questions
from bot.store import open_store
from tests.desk.agents import signed_in_desk_of, words_of
from tests.store.many import fill, made

TODAY = date(2026, 11, 30)
FILES = [*(f"{name}.csv" for name in SHEETS), *reports.EXPORTS]
WHOLE = "from=2026-08-01&to=2026-11-30"


@pytest.fixture(scope="module")
def busy_database(empty_database, tmp_path_factory):
    """A database in which much has happened."""
    path = tmp_path_factory.mktemp("busy") / "recourse.db"
    shutil.copy(empty_database, path)
    store = open_store(f"sqlite:///{path}")
    fill(store, [one for one in made(60) if not one.holdings])
    store.dispose()
    return path


@pytest.fixture
async def lead(busy_database, tmp_path, start):
    """A lead who has signed in where much has happened."""
    shutil.copy(busy_database, tmp_path / "recourse.db")
    async with start() as gateway:
        yield signed_in_desk_of(gateway.app, gateway.store, "lead")


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ({}, "2026-11-01", "2026-11-30"),
        ({"from": "2026-03-05", "to": "2026-03-05"}, "2026-03-05", "2026-03-05"),
        ({"from": "2026-11-20"}, "2026-11-20", "2026-11-30"),
        ({"to": "2026-01-30"}, "2026-01-01", "2026-01-30"),
        ({"from": "2027-01-01"}, "2027-01-01", "2027-01-01"),
    ],
)
def test_the_days_that_are_asked_for(query, first, last):
    asked = asked_for(query, TODAY)
    assert (asked.first.isoformat(), asked.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ({"from": "yesterday"}, "no_date"),
        ({"from": "2026-02-30"}, "no_date"),
        ({"from": "0001-01-01"}, "no_date"),
        ({"to": "9999-12-31"}, "no_date"),
        ({"from": "2026-03-05", "to": "2026-03-04"}, "backwards"),
        ({"from": "2001-03-05", "to": "2026-03-04"}, "too_long"),
    ],
)
def test_what_is_no_period(query, why):
    with pytest.raises(NotAPeriod, match=why):
        asked_for(query, TODAY)


def test_days_are_those_of_the_operators_zone_both_included():
    zone = ZoneInfo("America/Toronto")
    scope = Asked(date(2026, 3, 7), date(2026, 3, 8)).scope(zone)
    # the night in which the clocks go forward
    assert scope.since == datetime.fromisoformat("2026-03-07T05:00+00:00")
    assert scope.until == datetime.fromisoformat("2026-03-09T04:00+00:00")


def test_presets_are_whole_days_up_to_today():
    assert reports.presets(date(2026, 3, 1)) == {
        "last_7": (date(2026, 2, 23), date(2026, 3, 1)),
        "last_30": (date(2026, 1, 31), date(2026, 3, 1)),
        "this_month": (date(2026, 3, 1), date(2026, 3, 1)),
        "last_month": (date(2026, 2, 1), date(2026, 2, 28)),
        "this_year": (date(2026, 1, 1), date(2026, 3, 1)),
    }


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+14165550199", "'+14165550199"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("＝1", "'＝1"),
        ("Kim = Roy", "Kim = Roy"),
        (-2, -2),
        (-2.5, -2.5),
        (None, ""),
    ],
)
def test_no_cell_is_a_formula_and_numbers_stay_numbers(cell, written):
    assert defused(cell) == written


def test_a_spreadsheet_is_utf_8_with_its_mark_and_quotes_every_text():
    lines = list(csv_lines(["Name", "Cases"], [('Léa "the" Roy,\n=1', 3), ("=cmd|' /C calc'!A0", None)]))
    assert lines[0].startswith(BOM)
    rows = list(csv.reader(StringIO("".join(lines).removeprefix(BOM))))
    assert rows == [["Name", "Cases"], ['Léa "the" Roy,\n=1', "3"], ["'=cmd|' /C calc'!A0", ""]]


async def test_the_page_shows_every_table_in_the_readers_language(lead):
    for language in LANGUAGES:
        await lead.send("/desk/language", language=language)
        shown, words = words_of(await lead.see(f"/desk/reports?{WHOLE}")), pack(language, "reports")
        for name in SHEETS:
            assert words["sheets"][name]["caption"] in shown
        assert words["verdicts"]["first_contact"] in shown and words["provinces"]["ON"] in shown


async def test_every_table_is_taken_along_as_it_is_shown(lead):
    for name in FILES:
        answer = await lead.client.get(f"/desk/reports/{name}?{WHOLE}")
        assert answer.status_code == 200, name
        assert answer.headers["content-disposition"].startswith("attachment; filename=")
        if name.endswith(".csv"):
            assert answer.text.startswith(BOM)
    page = await lead.see(f"/desk/reports?{WHOLE}")
    channels = await lead.client.get(f"/desk/reports/channels.csv?{WHOLE}")
    for row in list(csv.reader(StringIO(channels.text.removeprefix(BOM))))[1:]:
        assert f'<th scope="row">{row[0]}</th>' in page and f">{row[1]}</td>" in page


async def test_what_is_taken_along_stands_in_the_audit(gateway):
    lead = signed_in_desk_of(gateway.app, gateway.store, "lead")
    await lead.client.get(f"/desk/reports/cases.csv?{WHOLE}")
    with gateway.store.view() as unit:
        entry = unit.audit.newest(1)[0]
    assert (entry.deed, entry.subject_id) == ("exported", "cases.csv 2026-08-01/2026-11-30")


async def test_a_name_that_is_a_formula_is_text_in_the_list_of_cases(lead):
    lines = (await lead.client.get(f"/desk/reports/cases.csv?{WHOLE}")).text
    names = {row["name"] for row in csv.DictReader(StringIO(lines.removeprefix(BOM)))}
    assert "'=Kim" in names and "=Kim" not in names


async def test_filters_narrow_every_figure_and_unknown_values_narrow_nothing(lead):
    async def channels(query: str) -> list[list[str]]:
        answer = await lead.client.get(f"/desk/reports/channels.csv?{WHOLE}&{query}")
        return list(csv.reader(StringIO(answer.text.removeprefix(BOM))))[1:]

    everything, of_sms = await channels("channel=pigeon"), await channels("channel=sms")
    assert len(everything) == 3 and of_sms == [
        [row[0], row[1], "100.0"] for row in everything if row[0] == "Text message"
    ]
    assert len(await channels("category=credit_management")) == 0


async def test_a_period_that_is_none_is_told_why_and_what_was_typed_stays(lead):
    answer = await lead.client.get("/desk/reports?from=<b>5 March&to=2026-11-30")
    assert answer.status_code == 422
    assert pack("en", "reports")["problems"]["no_date"] in words_of(answer.text)
    assert 'value="&lt;b&gt;5 March"' in answer.text
    assert (await lead.client.get("/desk/reports/days.csv?from=x")).status_code == 404


@pytest.mark.parametrize("name", ["nothing.csv", "days.json", "days", "cases.json"])
async def test_what_is_no_file_is_not_found(lead, name):
    assert (await lead.client.get(f"/desk/reports/{name}")).status_code == 404


async def test_who_may_see_reports_is_led_to_them(gateway):
    for role, is_led in (("agent", False), ("lead", True), ("administrator", True)):
        desk = signed_in_desk_of(gateway.app, gateway.store, role)
        assert ('href="/desk/reports"' in await desk.see()) is is_led


async def test_an_empty_report_says_so(gateway):
    lead = signed_in_desk_of(gateway.app, gateway.store, "lead")
    assert pack("en", "reports")["empty"] in words_of(await lead.see("/desk/reports"))


def test_every_question_and_every_province_has_words():
    for language in LANGUAGES:
        words = pack(language, "reports")
        assert {*words["provinces"]} == {*PROVINCES, UNKNOWN}
        assert {*questions()} - {"free"} == {*words["questions"]}
