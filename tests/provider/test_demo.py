"""The embedded demo: customers nobody could take for real, records that hang together, days that follow its start."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.cases.complaint import SERVICES
from bot.cases.identity import code_destination
from bot.cases.records import (
    CALL_BACK,
    CHARGE_KINDS,
    CREDIT,
    HOLD,
    VISIT,
    Account,
    Customer,
    Records,
    RecordsUnavailable,
)
from bot.provider import demo as demo_module
from bot.provider import profile
from bot.provider.demo import DemoProvider
from bot.provider.http import HttpRecords
from bot.provider.records import open_records
from bot.settings import Settings
from bot.store import Store, open_store
from tests.provider.conftest import START, TORONTO, Clock

FOLDER = Path(demo_module.__file__).parent / "demo"
NUMBERS = "10024417 10031865 10047702 10058213 10063390 10071148 10082956 10095571".split()
AMELIE, DANIEL = NUMBERS[:2]


def the(records: Records, account_number: str) -> Account:
    account = records.account(account_number)
    assert account is not None
    return account


@pytest.fixture(params=NUMBERS)
def customer(request: pytest.FixtureRequest, demo: DemoProvider) -> Customer:
    return the(demo, request.param).customer


def test_the_demo_knows_exactly_these_accounts(demo: DemoProvider) -> None:
    assert sorted(demo.account_numbers) == NUMBERS


def test_phones_and_addresses_are_of_the_kind_kept_free_for_fiction(customer: Customer) -> None:
    phones = [customer.phone_of_record, *customer.lines]
    assert all(re.fullmatch(r"\+1\d{3}55501\d\d", phone) for phone in phones if phone)
    assert customer.email_of_record is None or customer.email_of_record.endswith("example.com")


def test_every_customer_can_prove_who_they_are(customer: Customer) -> None:
    assert code_destination(customer) is not None


def test_every_account_number_has_the_operators_shape(customer: Customer) -> None:
    assert re.fullmatch(profile("jive_ca").account_pattern, customer.account_number)


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.csv")), ids=lambda file: file.stem)
def test_every_record_belongs_to_a_customer(file: Path) -> None:
    with open(file, encoding="utf-8", newline="") as rows:
        accounts = {row["account_number"] for row in csv.DictReader(rows) if "account_number" in row}
    assert accounts <= set(NUMBERS)
    assert accounts or file.stem == "outages"


def test_all_three_languages_and_every_kind_of_customer_are_there(demo: DemoProvider) -> None:
    customers = [the(demo, number).customer for number in NUMBERS]
    assert {customer.language for customer in customers} == {"en", "fr", "it"}
    assert {customer.kind for customer in customers} == {"residential", "small_business", "business"}


def test_records_keep_to_the_words_of_the_house(demo: DemoProvider) -> None:
    for account in (the(demo, number) for number in NUMBERS):
        assert set(account.customer.services) <= set(SERVICES)
        for charge in account.charges:
            assert charge.kind in CHARGE_KINDS
            assert charge.service is None or charge.service in SERVICES
            assert charge.line is None or (charge.line,) == account.customer.lines
            assert charge.cents > 0


def test_ids_of_records_are_never_used_twice(demo: DemoProvider) -> None:
    accounts = [the(demo, number) for number in NUMBERS]
    ids = [charge.charge_id for account in accounts for charge in account.charges]
    ids += [credit.credit_id for account in accounts for credit in account.promised_credits]
    assert len(ids) == len(set(ids)) == 19


@pytest.mark.parametrize(
    ("start", "charged", "disconnection"),
    [
        # in Toronto it is still the evening before
        ("2026-03-21T02:00+00:00", date(2026, 3, 1), date(2026, 3, 23)),
        ("2026-03-21T04:00+00:00", date(2026, 3, 2), date(2026, 3, 24)),
        # the same moment, told elsewhere
        ("2026-03-21T11:00+09:00", date(2026, 3, 1), date(2026, 3, 23)),
        # five hours behind UTC before the change of the clocks, four after it
        ("2026-03-08T04:30+00:00", date(2026, 2, 16), date(2026, 3, 10)),
        ("2026-03-09T04:30+00:00", date(2026, 2, 18), date(2026, 3, 12)),
    ],
)
def test_days_count_from_the_day_of_the_start_where_the_operator_is(
    store: Store, clock: Clock, start: str, charged: date, disconnection: date
) -> None:
    demo = DemoProvider(datetime.fromisoformat(start), store, clock, TORONTO)
    assert the(demo, DANIEL).charges[0].on == charged
    assert the(demo, "10071148").notices[0].on == disconnection


def test_what_the_demo_knows_does_not_move_while_it_runs(demo: DemoProvider, clock: Clock) -> None:
    before, outages = the(demo, DANIEL), demo.outages("T2P")
    clock.turn(days=3)
    after = the(demo, DANIEL)
    assert after.charges == before.charges
    assert demo.outages("T2P") == outages != ()
    assert after.slots != before.slots


@pytest.mark.parametrize(
    ("now", "account", "days"),
    [
        ("Mon 2026-06-22 10:00", DANIEL, "Tue 2026-06-23, Wed 2026-06-24, Thu 2026-06-25"),
        # Saint-Jean-Baptiste is a holiday of Quebec alone
        ("Mon 2026-06-22 10:00", AMELIE, "Tue 2026-06-23, Thu 2026-06-25, Fri 2026-06-26"),
        ("Tue 2026-06-30 23:59", DANIEL, "Thu 2026-07-02, Fri 2026-07-03, Mon 2026-07-06"),
        ("Sat 2026-03-21 09:00", DANIEL, "Mon 2026-03-23, Tue 2026-03-24, Wed 2026-03-25"),
        # Family Day in Ontario and British Columbia, none in Quebec
        ("Fri 2026-02-13 08:00", DANIEL, "Tue 2026-02-17, Wed 2026-02-18, Thu 2026-02-19"),
        ("Fri 2026-02-13 08:00", AMELIE, "Mon 2026-02-16, Tue 2026-02-17, Wed 2026-02-18"),
        # Christmas on a Friday; Boxing Day, a Saturday, is made up for in Ontario
        ("Wed 2026-12-23 12:00", DANIEL, "Thu 2026-12-24, Tue 2026-12-29, Wed 2026-12-30"),
        ("Wed 2026-12-23 12:00", AMELIE, "Thu 2026-12-24, Mon 2026-12-28, Tue 2026-12-29"),
    ],
)
def test_technicians_come_on_business_days_of_the_customers_province(
    demo: DemoProvider, clock: Clock, now: str, account: str, days: str
) -> None:
    clock.time = datetime.strptime(now, "%a %Y-%m-%d %H:%M").replace(tzinfo=TORONTO)
    assert f"{clock.time:%a}" == now[:3], "the weekday in the table is wrong"
    slots = the(demo, account).slots
    assert ", ".join(f"{slot.on:%a %Y-%m-%d}" for slot in slots[::2]) == days
    assert [slot.window for slot in slots] == ["09:00-12:00", "13:00-17:00"] * 3


def test_a_phone_of_record_that_is_somebodys_line_is_said_to_be_served(
    store: Store, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "demo"
    shutil.copytree(FOLDER, folder)
    customers = (folder / "customers.csv").read_text(encoding="utf-8")
    # Daniel's mobile becomes the line of Amélie's account; Giulia has no phone of record at all.
    changed = customers.replace("+15145550143", "+14165550117").replace("+19055550163,mobile", ",")
    (folder / "customers.csv").write_text(changed, encoding="utf-8")
    monkeypatch.setattr(demo_module, "_FOLDER", folder)
    demo = DemoProvider(START, store, clock, TORONTO)
    served = {number for number in NUMBERS if the(demo, number).customer.phone_served}
    assert served == {DANIEL}
    assert the(demo, "10047702").customer.phone_of_record is None


def test_what_is_done_is_dated_when_it_is_done(
    demo: DemoProvider, store: Store, clock: Clock, instruct: Callable
) -> None:
    clock.turn(hours=5)
    references = [
        demo.carry_out(instruct(kind, kind, on=date(2026, 3, 23), window="09:00-12:00"))
        for kind in (CREDIT, HOLD, VISIT, CALL_BACK)
    ]
    with store.view() as unit:
        entries = unit.books.of_account(DANIEL)
    assert [entry.reference for entry in entries] == references
    assert [reference[:3] for reference in references] == ["CR-", "HO-", "VI-", "CA-"]
    assert {entry.at for entry in entries} == {datetime(2026, 3, 21, 7, 0, tzinfo=UTC)}


def test_what_was_done_outlives_the_process(
    demo: DemoProvider, store: Store, clock: Clock, instruct: Callable
) -> None:
    first = demo.carry_out(instruct(subject="C1002", cents=4115))
    restarted = DemoProvider(START, store, clock, TORONTO)
    assert [charge.charge_id for charge in the(restarted, DANIEL).charges] == ["C1001", "C1003"]
    assert restarted.carry_out(instruct(subject="C1002", cents=4115)) == first


def test_books_that_do_not_answer_are_systems_that_do_not(
    tmp_path: Path, clock: Clock, instruct: Callable
) -> None:
    missing = open_store(f"sqlite:///{tmp_path / 'missing' / 'recourse.db'}")
    demo = DemoProvider(START, missing, clock, TORONTO)
    with pytest.raises(RecordsUnavailable):
        demo.account(DANIEL)
    with pytest.raises(RecordsUnavailable):
        demo.carry_out(instruct())
    assert demo.account("99999999") is None
    assert len(demo.outages("J4B")) == 1


def test_the_demo_answers_unless_the_operators_systems_are_named(store: Store, clock: Clock) -> None:
    operator = profile("jive_ca")
    opened = open_records(Settings.read({}), store, operator, clock)
    assert isinstance(opened, DemoProvider)
    assert the(opened, DANIEL).charges[0].on == date(2026, 3, 1)
    named = Settings.read({"RECORDS_URL": "http://127.0.0.1:1/v1", "RECORDS_TOKEN": "a token"})
    assert isinstance(open_records(named, store, operator, clock), HttpRecords)
