"""The embedded demo: customers nobody could take for real, records that hang together, credits given once."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.cases.identity import code_destination
from bot.cases.playbook import duplicate_charge
from bot.cases.records import Customer
from bot.provider import demo, profile
from bot.provider.demo import DemoProvider
from bot.store import Store, migrate, open_store

START = date(2026, 3, 20)
NOW = datetime(2026, 3, 20, 15, 0, tzinfo=UTC)
FOLDER = Path(demo.__file__).parent / "demo"
PROVIDER = DemoProvider(START)
CUSTOMERS = list(PROVIDER.customers.values())
DANIEL = "10031865"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path / 'recourse.db'}"
    migrate(url)
    opened = open_store(url)
    yield opened
    opened.dispose()


@pytest.mark.parametrize("customer", CUSTOMERS, ids=lambda customer: customer.name)
def test_phones_and_addresses_are_of_the_kind_kept_free_for_fiction(customer: Customer) -> None:
    phones = [customer.phone_of_record, *customer.lines]
    assert all(re.fullmatch(r"\+1\d{3}55501\d\d", phone) for phone in phones if phone)
    assert customer.email_of_record is None or customer.email_of_record.endswith("example.com")


@pytest.mark.parametrize("customer", CUSTOMERS, ids=lambda customer: customer.name)
def test_every_customer_can_prove_who_they_are(customer: Customer) -> None:
    assert code_destination(customer) is not None


def test_every_account_number_has_the_operators_shape() -> None:
    pattern = re.compile(profile("jive_ca").account_pattern)
    assert all(pattern.fullmatch(customer.account_number) for customer in CUSTOMERS)


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.csv")), ids=lambda file: file.stem)
def test_every_record_belongs_to_a_customer(file: Path) -> None:
    with open(file, encoding="utf-8", newline="") as rows:
        accounts = {row["account_number"] for row in csv.DictReader(rows) if "account_number" in row}
    assert accounts <= PROVIDER.customers.keys()


def test_all_three_languages_and_both_kinds_of_customer_are_there() -> None:
    assert {customer.language for customer in CUSTOMERS} == {"en", "fr", "it"}
    assert {"residential", "small_business"} <= {customer.kind for customer in CUSTOMERS}


def test_charges_are_counted_back_from_the_start_and_read_in_cents(store: Store) -> None:
    with store.unit() as unit:
        charges = PROVIDER.records(unit, NOW).charges(DANIEL)
    assert [(charge.charge_id, charge.on, charge.cents) for charge in charges] == [
        ("C1001", date(2026, 3, 1), 4115),
        ("C1002", date(2026, 3, 1), 4115),
        ("C1003", date(2026, 1, 30), 4115),
    ]


def test_only_one_customer_was_charged_twice(store: Store) -> None:
    with store.unit() as unit:
        records = PROVIDER.records(unit, NOW)
        charged_twice = [
            account
            for account in PROVIDER.customers
            if duplicate_charge(records.charges(account)) is not None
        ]
    assert charged_twice == [DANIEL]


def test_an_unknown_account_is_nobodys_and_has_no_charges(store: Store) -> None:
    with store.unit() as unit:
        records = PROVIDER.records(unit, NOW)
        assert records.customer("99999999") is None
        assert records.charges("99999999") == []


def test_a_reversed_charge_is_credited_once_and_gone_from_the_bill(store: Store) -> None:
    with store.unit() as unit:
        records = PROVIDER.records(unit, NOW)
        found = duplicate_charge(records.charges(DANIEL))
        assert found is not None
        first = records.reverse(found.second, "reverse_charge", key="reverse:C1002")
        assert records.reverse(found.second, "reverse_charge", key="reverse:C1002") == first
    with store.unit() as unit:
        assert [charge.charge_id for charge in PROVIDER.records(unit, NOW).charges(DANIEL)] == [
            "C1001",
            "C1003",
        ]
        assert [credit.cents for credit in unit.credits.of_account(DANIEL)] == [4115]
        assert duplicate_charge(PROVIDER.records(unit, NOW).charges(DANIEL)) is None
