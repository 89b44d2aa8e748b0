"""Agents open cases for letters, e-mails and whoever walks in: once, acknowledged, and never kept from it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest

from bot.cases.complaint import Complaint, Nature
from bot.cases.lodging import Lodging, LodgingRefused, due, open_case
from bot.cases.texting import MOST_BYTES
from bot.languages import LANGUAGES
from bot.lodging import lodge
from bot.provider import profile
from bot.provider.calendar import business_calendar
from tests.desk.agents import HERE, words_of
from tests.gateway.fakes import outbox_of

OPERATOR = profile("jive_ca")
CALENDAR = business_calendar(OPERATOR)
TORONTO = ZoneInfo("America/Toronto")
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 20


def day(text: str, hour: int = 12) -> datetime:
    return datetime.combine(date.fromisoformat(text), time(hour), TORONTO)


def lodged(gateway, desk, **fields) -> str:
    """Put a letter on record behind the pages, and return its number."""
    with gateway.store.view() as unit:
        agent, _ = unit.agents.by_email(desk.email)
    complaint = Complaint(fields.pop("narrative", "Billed twice"), **fields)
    lodging = Lodging(complaint, "letter", date(2026, 3, 4), "en")
    return lodge(gateway.store, OPERATOR, agent, lodging, "form", datetime(2026, 3, 5, 15, tzinfo=UTC))


def only_case(gateway):
    with gateway.store.view() as unit:
        [case] = unit.cases.find()
        return case


async def open_one(desk, files=None, **fields):
    """Send the form as a browser does."""
    page = await desk.see("/desk/cases/new")
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w*)">', page))
    form = {**hidden, "channel": "letter", "received_on": "2026-03-04", "language": "en", **fields}
    return await desk.client.post("/desk/cases/new", data=form, files=files, headers=HERE)


# Thursday, March 5, 2026 is now; Good Friday is April 3.
@pytest.mark.parametrize(
    ("received", "now", "days", "expected"),
    [
        ("2026-03-05", "2026-03-05", 5, "2026-03-12"),
        ("2026-03-02", "2026-03-05", 5, "2026-03-09"),
        ("2026-03-07", "2026-03-09", 2, "2026-03-10"),
        ("2026-04-02", "2026-04-02", 1, "2026-04-06"),
        # what lay here too long is promised for the next business day, never for one gone by
        ("2026-02-02", "2026-03-05", 10, "2026-03-06"),
        ("2026-02-02", "2026-03-06", 2, "2026-03-09"),
    ],
)
def test_time_frames_count_from_the_day_of_receipt(received, now, days, expected):
    found = due(date.fromisoformat(received), day(now), days, CALENDAR)
    assert found.astimezone(TORONTO).date().isoformat() == expected


@pytest.mark.parametrize(
    ("complaint", "dangers", "priority"),
    [
        (Complaint("x"), (), "P3"),
        (Complaint("x", circumstances=("hardship",)), (), "P2"),
        (Complaint("x"), ("violence",), "P1"),
        (Complaint("x", circumstances=("hardship",)), ("no_911", "fraud"), "P1"),
    ],
)
def test_what_weighs_decides_on_the_priority(complaint, dangers, priority):
    lodging = Lodging(complaint, "phone", date(2026, 3, 5), "en", dangers)
    case = open_case(lodging, "1", "Anna", day("2026-03-05"), OPERATOR.business_days, CALENDAR)
    assert case.priority == priority
    assert [handoff.reason for handoff in case.handoffs] == [f"safety: {danger}" for danger in dangers]
    # whoever opens it has it before them: nobody else is waited for
    assert all(handoff.taken_at for handoff in case.handoffs)
    assert {promise.what for promise in case.promises} == {"update", "answer", "acknowledgement"}


@pytest.mark.parametrize(
    ("narrative", "received", "code"), [("", "2026-03-05", "untold"), ("x", "2026-03-06", "lies_ahead")]
)
def test_only_what_cannot_be_is_refused(narrative, received, code):
    lodging = Lodging(Complaint(narrative), "letter", date.fromisoformat(received), "en")
    with pytest.raises(LodgingRefused) as refused:
        open_case(lodging, "1", "Anna", day("2026-03-05"), OPERATOR.business_days, CALENDAR)
    assert refused.value.code == code


async def test_the_story_alone_opens_a_case_and_leaves_a_letter_to_print(gateway, anna):
    answer = await open_one(anna, narrative="The line is noisy.", channel="in_person")
    case = only_case(gateway)
    assert answer.headers["location"] == f"/desk/cases/{case.tracking_number}/letters/1"
    assert (case.channel, case.received_on, case.opened_at.date() > date(2026, 3, 4)) == (
        "in_person",
        date(2026, 3, 4),
        True,
    )
    [notice] = outbox_of(gateway.store)
    assert (notice.kind, notice.to, notice.tracking_number) == ("letter", "", case.tracking_number)
    for told in (case.tracking_number, "approximately 10 business days", "1-888-221-1687", OPERATOR.phone):
        assert told in notice.text
    assert "CCTS is an independent agency" in notice.text
    page = await anna.see(answer.headers["location"])
    assert notice.text in unescape(page)
    for place in ("0", "2", "x", "99999999999999999999"):
        assert (
            await anna.client.get(f"/desk/cases/{case.tracking_number}/letters/{place}")
        ).status_code == 404
    # it is acknowledged once somebody has posted it
    assert [p.kept_at for p in case.promises if p.what == "acknowledgement"] == [None]
    for _ in range(2):
        await anna.send(f"/desk/cases/{case.tracking_number}/posted")
    kept = only_case(gateway)
    assert all(p.kept_at for p in kept.promises if p.what == "acknowledgement")
    assert [line.what for line in kept.history].count("kept") == 1


FILLED = {
    "narrative": "My bill shows the same charge twice.",
    "name": "Élodie Tremblay",
    "account_number": "10031865",
    "phone": "(514) 555-0182",
    "email": "elodie@example.com",
    "address": "12 Maple Ave, Toronto",
    "postal_code": "M5V 2T6",
    "nature_0": "billing.duplicate_charge",
    "nature_0_service": "internet",
    "nature_1": "contract",
    "remedy": "The second charge back",
    "amounts": "41.15 20",
    "event_0_date": "2026-03",
    "event_0_text": "Charged twice",
    "event_1_text": "Called, nobody answered",
    "circumstance_hardship": "yes",
}


async def test_what_is_filled_in_is_kept_and_acknowledged_by_e_mail(gateway, anna):
    answer = await open_one(anna, **FILLED, language="fr")
    case = only_case(gateway)
    assert answer.headers["location"] == f"/desk/cases/{case.tracking_number}"
    told = case.complaint
    assert told.natures == [Nature("billing", "duplicate_charge", "internet"), Nature("contract")]
    assert [(event.date, event.precision, event.text) for event in told.events] == [
        ("2026-03", "month", "Charged twice"),
        (None, "unknown", "Called, nobody answered"),
    ]
    assert [amount.cents for amount in told.amounts] == [4115, 2000]
    assert (told.phone, case.account_number, case.verified, case.priority) == (
        "+15145550182",
        "10031865",
        False,
        "P2",
    )
    [notice] = outbox_of(gateway.store)
    assert (notice.kind, notice.to, notice.language) == ("email", "elodie@example.com", "fr")
    assert "numéro de suivi" in notice.text.lower()
    assert all(p.kept_at for p in case.promises if p.what == "acknowledgement")
    page = words_of(await anna.see(f"/desk/cases/{case.tracking_number}"))
    for shown in ("Letter", "received on March 4, 2026", "$41.15", "March 2026 – Charged twice"):
        assert shown in page


@pytest.mark.parametrize(
    ("fields", "opted_out", "kind"),
    [
        ({"phone": "514-555-0182"}, False, "sms"),
        ({"phone": "514-555-0182", "address": "12 Maple Ave"}, True, "letter"),
        ({"phone": "514-555-0182", "email": "kim@example.com"}, False, "email"),
    ],
)
async def test_the_acknowledgement_goes_the_way_that_is_open(gateway, anna, fields, opted_out, kind):
    if opted_out:
        with gateway.store.unit() as unit:
            texter = unit.texters.get("+15145550182")
            texter.opted_out_at = datetime.now(UTC)
            unit.texters.save(texter)
    await open_one(anna, narrative="Billed twice", **fields)
    [notice] = outbox_of(gateway.store)
    # a letter that came does not wake anybody at night
    assert (notice.kind, notice.unasked) == (kind, True)


async def test_a_letter_for_somebody_in_danger_bears_no_address(gateway, anna):
    await open_one(anna, narrative="x", name="Kim", address="12 Maple Ave", danger_violence="yes")
    [notice] = outbox_of(gateway.store)
    assert notice.to == "Kim" and "Maple" not in notice.text
    assert "may be in danger" in await anna.see(f"/desk/cases/{only_case(gateway).tracking_number}/letters/1")


async def test_a_form_that_comes_twice_opens_one_case(gateway, anna):
    first = await open_one(anna, narrative="Billed twice", form_id="f1", reviewed="yes")
    second = await open_one(anna, narrative="Billed twice", form_id="f1", reviewed="yes")
    assert first.headers["location"] == second.headers["location"]
    assert len(outbox_of(gateway.store)) == 1 and only_case(gateway)
    await open_one(anna, narrative="Billed twice", form_id="f2", reviewed="yes")
    with gateway.store.view() as unit:
        assert len(unit.cases.find()) == 2


UNREADABLE = [
    ("narrative", "  ", "Write down what went wrong"),
    ("received_on", "2026-13-01", "This is no date"),
    ("received_on", "2999-01-01", "This day lies ahead"),
    ("phone", "12", "This is no telephone number"),
    ("email", "kim(at)example", "This is no e-mail address"),
    ("amounts", "lots", "This is no sum"),
    ("event_0_date", "2026-W10-1", "This is no date"),
    ("event_0_date", "2026-03-09/2026-03-01", "This is no date"),
    ("name", "y" * 201, "This is too long"),
]


async def test_what_cannot_be_read_is_said_and_every_word_stays(gateway, anna):
    for field, typed, told in UNREADABLE:
        form = {**FILLED, field: typed}
        answer = await open_one(anna, **form)
        assert answer.status_code == 409
        page = unescape(answer.text)
        assert told in page and f'id="{field}-problem"' in page and f'aria-describedby="{field}' in page
        assert [name for name, value in form.items() if value.strip() not in page] == []
    assert outbox_of(gateway.store) == []


async def test_danger_in_the_story_is_shown_first_and_left_to_the_agent(gateway, anna):
    story = "My ex threatens to kill me and knows my number."
    shown = await open_one(anna, narrative=story)
    assert shown.status_code == 200 and "opened as P1" in shown.text and outbox_of(gateway.store) == []
    box = re.search(r'name="(danger_\w+)" value="yes" checked', shown.text).group(1)
    await open_one(anna, narrative=story, reviewed="yes", **{box: "yes"})
    case = only_case(gateway)
    assert case.priority == "P1" and case.is_unsafe_to_write
    assert "Violence" in words_of(await anna.see(f"/desk/cases/{case.tracking_number}"))
    # unticked, it is what the agent says it is
    await open_one(anna, narrative=story, reviewed="yes", form_id="other")
    with gateway.store.view() as unit:
        assert [each.priority for each in unit.cases.find()] == ["P1", "P3"]


@pytest.mark.parametrize(
    ("known", "told", "nature", "is_shown"),
    [
        ({"phone": "+15145550182"}, {"phone": "514 555-0182"}, "billing.duplicate_charge", True),
        ({"email": "kim@example.com"}, {"email": "kim@example.com"}, "billing.duplicate_charge", True),
        ({"account_number": "10031865"}, {"account_number": "10031865"}, "billing.duplicate_charge", True),
        ({"phone": "+15145550182"}, {"phone": "514 555-0182"}, "", True),
        ({"phone": "+15145550182"}, {"phone": "514 555-0182"}, "service_delivery.outage", False),
        ({"phone": "+15145550182"}, {"phone": "514 555-0183"}, "billing.duplicate_charge", False),
        ({"name": "Kim Roy"}, {"name": "Kim Roy"}, "billing.duplicate_charge", False),
    ],
)
async def test_earlier_cases_of_the_same_customer_about_the_same_are_shown(
    gateway, anna, known, told, nature, is_shown
):
    number = lodged(
        gateway, anna, narrative="x", natures=[Nature("billing", "duplicate_charge", None)], **known
    )
    shown = await open_one(anna, narrative="Again", form_id="g", nature_0=nature, **told)
    assert (number in shown.text) == is_shown
    assert shown.status_code == (200 if is_shown else 303)


async def test_a_case_that_belongs_with_an_earlier_one_is_linked_to_it(gateway, anna):
    number = lodged(gateway, anna, phone="+15145550182")
    await open_one(anna, narrative="Again", form_id="g", reviewed="yes", earlier=number)
    with gateway.store.view() as unit:
        old, new = unit.cases.find()
        assert [(tie.tracking_number, tie.other, tie.kind) for tie in unit.ties.of(number)] == [
            (new.tracking_number, number, "related")
        ]
    assert old.history[-1].what == new.history[-2].what == "linked_related"
    for one, other in ((old, new), (new, old)):
        assert f'href="/desk/cases/{other.tracking_number}"' in await anna.see(
            f"/desk/cases/{one.tracking_number}"
        )
    # months lie between the two here, so nobody was left unhelped the first time
    assert new.recontact_of is None
    gone = await open_one(anna, narrative="Again", form_id="h", reviewed="yes", earlier="4821-0937-5514")
    assert gone.status_code == 409 and "There is no such case" in gone.text


async def test_a_scan_comes_with_the_letter_and_more_can_be_added(gateway, anna):
    answer = await open_one(anna, narrative="x", files=[("files", ("letter.png", PNG, "text/html"))])
    number = only_case(gateway).tracking_number
    assert answer.status_code == 303
    for content, status in ((PNG + b"2", 303), (PNG + b"2", 303), (b"<script>", 409), (b"", 409)):
        token = re.search(r'name="token" value="(\w+)"', await anna.see()).group(1)
        added = await anna.client.post(
            f"/desk/cases/{number}/attach",
            data={"token": token},
            files=[("files", ("x.html", content, "text/html"))],
            headers=HERE,
        )
        assert added.status_code == status
    with gateway.store.view() as unit:
        pieces = unit.evidence.of_case(number)
    assert [(piece.added_by, piece.media_type) for piece in pieces] == [("Anna", "image/png")] * 2
    file = await anna.client.get(f"/desk/cases/{number}/evidence/{pieces[0].id}")
    assert file.content in (PNG, PNG + b"2")
    assert words_of(await anna.see(f"/desk/cases/{number}")).count("kept Anna") == 0
    too_large = await anna.client.post(
        f"/desk/cases/{number}/attach",
        data={"token": token},
        files=[("files", ("x.png", PNG + b"x" * MOST_BYTES, "image/png"))],
        headers=HERE,
    )
    assert too_large.status_code == 409 and "5 MB" in too_large.text
    gone = await anna.client.post(
        "/desk/cases/0000/attach", data={"token": token}, files=[("files", ("x", PNG))], headers=HERE
    )
    assert gone.status_code == 404


async def test_nobody_can_talk_in_a_case_that_was_opened_by_hand(gateway, anna):
    number = lodged(gateway, anna)
    with gateway.store.view() as unit:
        conversation = unit.cases.conversation_of(number)
    page = await anna.see(f"/desk/conversations/{conversation}")
    assert "There is no conversation here" in page and 'name="text"' not in page
    for step in ("claim", "say"):
        refused = await anna.step(conversation, step, text="Hello", word_id="w")
        assert refused.status_code == 409 and "There is no conversation here" in refused.text


SCRIPT = "<script>alert('{}')</script>"


async def test_nothing_that_was_typed_runs_anywhere(gateway, anna):
    typed = {name: SCRIPT.format(name) for name in ("narrative", "name", "address", "remedy", "event_0_text")}
    refused = await open_one(anna, **typed, phone="x")
    assert "<script>alert" not in refused.text and SCRIPT.format("remedy") in unescape(refused.text)
    await open_one(anna, **typed)
    number = only_case(gateway).tracking_number
    for path in (number, f"{number}/letters/1"):
        assert "<script>alert" not in await anna.see(f"/desk/cases/{path}")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_pages_are_in_the_agents_language_with_every_field_named(gateway, desk_of, language):
    desk = desk_of(gateway, "Anna", language=language)
    await desk.sign_in()
    number = lodged(gateway, desk)
    for path in ("new", f"{number}/letters/1", number):
        page = await desk.see(f"/desk/cases/{path}")
        assert page.count("<h1") == 1
        named = set(re.findall(r'<label for="([\w-]+)"', page))
        fields = set(re.findall(r'<(?:input|select|textarea) id="([\w-]+)"', page))
        assert fields <= named
        ids = re.findall(r' id="([\w-]+)"', page)
        assert len(ids) == len(set(ids))


async def test_it_is_recorded_who_opened_and_posted_and_attached(gateway, anna):
    await open_one(anna, narrative="x", files=[("files", ("letter.png", PNG, "image/png"))])
    number = only_case(gateway).tracking_number
    await anna.send(f"/desk/cases/{number}/posted")
    with gateway.store.view() as unit:
        found = [entry.deed for entry in unit.audit.newest(10, subject_id=number)]
    assert found == ["posted", "attached", "lodged"]


def test_the_day_of_receipt_may_be_long_ago(gateway):
    lodging = Lodging(Complaint("x"), "letter", date(2020, 1, 1), "en")
    now = day("2026-03-05")
    case = open_case(lodging, "1", "Anna", now, OPERATOR.business_days, CALENDAR)
    assert all(promise.due_at > now + timedelta(hours=12) for promise in case.promises)
