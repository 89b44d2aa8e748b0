"""The records port, whoever stands behind it: what it knows, and that what it is told is done once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest

from bot.cases.records import (
    BOOKED,
    CALL_BACK,
    HOLD,
    VISIT,
    Account,
    Appointment,
    Cancellation,
    Charge,
    CollectionNotice,
    InstructionRefused,
    Order,
    Outage,
    Payment,
    PromisedCredit,
    Records,
    Slot,
)
from bot.provider.demo import DemoProvider
from bot.provider.http import HttpRecords
from bot.settings import Secret
from bot.store import Store
from tests.provider.records_server import TOKEN, RecordsServer, serving_records

AMELIE, DANIEL, GIULIA, NORTHGATE = "10024417", "10031865", "10047702", "10058213"
BOULANGERIE, HARPREET, MERIDIAN, ROSA = "10063390", "10071148", "10082956", "10095571"


@pytest.fixture(scope="module")
def server() -> Iterator[RecordsServer]:
    with serving_records() as started:
        yield started


@pytest.fixture(scope="module")
def client(server: RecordsServer) -> Iterator[HttpRecords]:
    client = HttpRecords(server.url, Secret(TOKEN), timeout_seconds=5)
    yield client
    client.close()


@pytest.fixture(params=["demo", "http"])
def records(request: pytest.FixtureRequest, demo: DemoProvider) -> Records:
    if request.param == "demo":
        return demo
    request.getfixturevalue("server").begin(demo)
    client: HttpRecords = request.getfixturevalue("client")
    return client


def the(records: Records, account_number: str) -> Account:
    account = records.account(account_number)
    assert account is not None
    return account


def charge(account: Account, charge_id: str) -> Charge | None:
    return next((each for each in account.charges if each.charge_id == charge_id), None)


# fmt: off
HOLDERS = [
    (AMELIE, "Amélie Tremblay", "residential", "fr", "QC", "H2X 1Y4", "+15145550142",
     "amelie.tremblay@example.com", "local_phone internet", "+15145550143"),
    (DANIEL, "Daniel Okafor", "residential", "en", "ON", "M5V 2T6", "+14165550117",
     "daniel.okafor@example.com", "local_phone", "+16475550118"),
    (GIULIA, "Giulia Ferrari", "residential", "it", "ON", "L4L 1A6", "+19055550163",
     "giulia.ferrari@example.com", "internet tv", ""),
    (NORTHGATE, "Northgate Dental Inc.", "small_business", "en", "AB", "T2P 1J9", "+14035550128",
     "office@northgate-dental.example.com", "local_phone", "+14035550129 +14035550130"),
    (BOULANGERIE, "Boulangerie Lévesque", "small_business", "fr", "QC", "G1R 4P5", "+14185550191",
     "compta@boulangerie-levesque.example.com", "local_phone internet", "+15815550192"),
    (HARPREET, "Harpreet Singh", "residential", "en", "BC", "V6B 1A1", "+16045550135",
     "harpreet.singh@example.com", "local_phone long_distance", "+17785550136"),
    (MERIDIAN, "Meridian Logistics Ltd.", "business", "en", "ON", "L5B 3C1", "+12895550186",
     "telecom@meridian-logistics.example.com", "local_phone internet", "+19055550187 +19055550188"),
    (ROSA, "Rosa Bianchi", "residential", "it", "QC", "J4B 5E4", "+14505550174",
     "rosa.bianchi@example.com", "local_phone tv", "+15795550175"),
]
# fmt: on


@pytest.mark.parametrize(
    ("number", "name", "kind", "language", "province", "postal_code", "phone", "email", "services", "lines"),
    HOLDERS,
)
def test_who_holds_each_account(
    records: Records,
    number: str,
    name: str,
    kind: str,
    language: str,
    province: str,
    postal_code: str,
    phone: str,
    email: str,
    services: str,
    lines: str,
) -> None:
    customer = the(records, number).customer
    assert (customer.account_number, customer.name, customer.kind) == (number, name, kind)
    assert (customer.language, customer.province, customer.postal_code) == (language, province, postal_code)
    assert (customer.phone_of_record, customer.phone_kind) == (phone, "mobile")
    assert customer.email_of_record == email
    assert customer.services == tuple(services.split())
    assert customer.lines == tuple(lines.split())
    assert customer.phone_served is False


@pytest.mark.parametrize(
    ("number", "bill"),
    [
        # charge, day, sum, kind, service, line
        (AMELIE, ["C1004 2026-03-10 10.00 late_fee - -"]),
        (AMELIE, ["C1005 2026-03-01 96.40 plan - -", "C1006 2026-01-30 86.40 plan - -"]),
        (DANIEL, ["C1001 2026-03-01 41.15 plan local_phone +16475550118"]),
        (DANIEL, ["C1002 2026-03-01 41.15 plan local_phone +16475550118"]),
        (DANIEL, ["C1003 2026-01-30 41.15 plan local_phone +16475550118"]),
        (GIULIA, ["C1007 2026-03-01 118.90 plan - -", "C1008 2026-03-01 75.00 visit - -"]),
        (NORTHGATE, ["C1009 2026-03-01 612.00 plan local_phone -"]),
        (BOULANGERIE, ["C1010 2026-03-01 214.55 plan - -", "C1011 2026-02-15 18.50 late_fee - -"]),
        (HARPREET, ["C1012 2026-03-01 38.20 plan local_phone +17785550136"]),
        (HARPREET, ["C1013 2026-03-01 20.00 plan long_distance +17785550136"]),
        (HARPREET, ["C1014 2026-03-01 148.40 usage long_distance +17785550136"]),
        (MERIDIAN, ["C1015 2026-03-01 4120.00 plan - -"]),
        (ROSA, ["C1016 2026-03-01 34.05 plan local_phone +15795550175", "C1017 2026-03-01 43.00 plan tv -"]),
    ],
)
def test_what_each_account_was_charged(records: Records, number: str, bill: list[str]) -> None:
    account = the(records, number)
    for expected in bill:
        found = charge(account, expected.split()[0])
        assert found is not None
        assert found.credited == 0
        assert (
            f"{found.charge_id} {found.on} {found.cents / 100:.2f} {found.kind}"
            f" {found.service or '-'} {found.line or '-'}"
        ) == expected


def test_each_charge_is_on_one_account_and_named_as_on_the_bill(records: Records, demo: DemoProvider) -> None:
    bills = {number: the(records, number).charges for number in demo.account_numbers}
    assert {number: len(charges) for number, charges in bills.items()} == {
        AMELIE: 3, DANIEL: 3, GIULIA: 2, NORTHGATE: 1, BOULANGERIE: 2, HARPREET: 3, MERIDIAN: 1, ROSA: 2
    }  # fmt: skip
    assert {each.description for each in bills[BOULANGERIE]} == {
        "Téléphonie hébergée et internet",
        "Frais de retard",
    }
    assert {each.description for each in bills[AMELIE]} == {
        "Home phone and internet bundle",
        "Late payment fee",
    }
    assert {each.description for each in bills[NORTHGATE]} == {"Hosted voice 12 seats"}


def test_what_was_paid_promised_agreed_cancelled_ordered_and_announced(
    records: Records, demo: DemoProvider
) -> None:
    known = {
        AMELIE: {
            "payments": (Payment(date(2026, 3, 6), date(2026, 3, 9), 8640),),
            "orders": (Order(date(2025, 2, 13), "Home phone and internet bundle", 8640, 12),),
        },
        DANIEL: {
            "payments": (Payment(date(2026, 2, 18), date(2026, 2, 17), 4115),),
            "appointments": (Appointment(date(2025, 12, 20), "09:00-12:00", "installation", "done"),),
        },
        GIULIA: {
            "promised_credits": (PromisedCredit("PC1", date(2026, 2, 13), 2000, "outage", applied=False),),
            "appointments": (Appointment(date(2026, 2, 27), "13:00-15:00", "repair", "missed"),),
        },
        NORTHGATE: {"orders": (Order(date(2026, 1, 29), "Hosted voice 12 seats", 54000, 36),)},
        BOULANGERIE: {"payments": (Payment(date(2026, 2, 10), date(2026, 2, 7), 21455),)},
        HARPREET: {"notices": (CollectionNotice("disconnection", date(2026, 3, 23), 14840, held=False),)},
        MERIDIAN: {
            "promised_credits": (
                PromisedCredit("PC2", date(2026, 1, 19), 15000, "porting delay", applied=True),
            )
        },
        ROSA: {"cancellations": (Cancellation("tv", date(2026, 2, 16)),)},
    }
    assert set(known) == set(demo.account_numbers)
    for number, expected in known.items():
        account = the(records, number)
        for kind in "payments promised_credits appointments cancellations orders notices".split():
            assert getattr(account, kind) == expected.get(kind, ()), (number, kind)


def test_technicians_could_come_in_two_windows_on_each_of_the_next_three_business_days(
    records: Records,
) -> None:
    days = (date(2026, 3, 23), date(2026, 3, 24), date(2026, 3, 25))  # Monday to Wednesday
    expected = tuple(Slot(day, window) for day in days for window in ("09:00-12:00", "13:00-17:00"))
    assert the(records, DANIEL).slots == expected


CALGARY = Outage(
    "T2P",
    "local_phone",
    datetime(2026, 3, 20, 21, 0, tzinfo=UTC),
    datetime(2026, 3, 21, 5, 0, tzinfo=UTC),
    "Voice gateway fault in Calgary core",
)
BOUCHERVILLE = Outage(
    "J4B",
    "local_phone",
    datetime(2026, 3, 21, 0, 0, tzinfo=UTC),
    datetime(2026, 3, 21, 6, 0, tzinfo=UTC),
    "Fibre cut near Boucherville",
)


@pytest.mark.parametrize(
    ("postal_code", "known"),
    [
        ("T2P 1J9", (CALGARY,)),
        ("T2P", (CALGARY,)),
        (" t2p\t1j9 ", (CALGARY,)),
        ("T2P-1J9", (CALGARY,)),
        ("j 4 b", (BOUCHERVILLE,)),
        ("M5V 2T6", ()),
        ("T2", ()),
        ("", ()),
        (" ", ()),
        (None, ()),
        ("%54%32%50", ()),
        ("J4B&postal_code=T2P", ()),
        ("T2P" * 10_000, ()),
        ("٢٣", ()),
        ("\ud800\x00", ()),
    ],
)
def test_outages_where_a_postal_code_lies(
    records: Records, postal_code: str | None, known: tuple[Outage, ...]
) -> None:
    assert records.outages(postal_code) == known  # type: ignore[arg-type]


ODD_NUMBERS = [
    "99999999",
    "",
    ".",
    "..",
    "../",
    "../10031865",
    "10031865/..",
    "a b",
    "%2e",
    "%2e%2e%2f10031865",
    "10031865?x=1",
    "10031865#",
    "10031865/credits",
    "10031865\r\nX-Other: 1",
    "\x00",
    "\ud800",
    "😀",
    "1" * 64,
    "1" * 100_000,
]


@pytest.mark.parametrize("number", ODD_NUMBERS, ids=lambda number: ascii(number)[:30])
def test_a_number_that_is_no_account_is_nobodys(
    records: Records, store: Store, instruct: Callable, number: str
) -> None:
    assert records.account(number) is None
    with pytest.raises(InstructionRefused) as refused:
        records.carry_out(instruct(account=number))
    assert refused.value.code == "no_such_account"
    with store.view() as unit:
        assert unit.books.of_account(number) == unit.books.of_account(DANIEL) == []


def test_a_charge_credited_in_part_stands_with_what_was_given_back(
    records: Records, instruct: Callable
) -> None:
    records.carry_out(instruct(subject="C1002", cents=1115))
    records.carry_out(instruct("k2", subject="C1002", cents=500))
    found = charge(the(records, DANIEL), "C1002")
    assert found is not None
    assert (found.credited, found.standing) == (1615, 2500)
    untouched = charge(the(records, DANIEL), "C1001")
    assert untouched is not None and untouched.standing == 4115


def test_a_charge_credited_in_full_is_gone(records: Records, instruct: Callable) -> None:
    records.carry_out(instruct(subject="C1002", cents=4000))
    records.carry_out(instruct("k2", subject="C1002", cents=115))
    assert [each.charge_id for each in the(records, DANIEL).charges] == ["C1001", "C1003"]


def test_a_promised_credit_that_was_given_is_applied(records: Records, instruct: Callable) -> None:
    records.carry_out(instruct(account=GIULIA, subject="PC1", cents=2000))
    assert [each.applied for each in the(records, GIULIA).promised_credits] == [True]
    assert [each.charge_id for each in the(records, GIULIA).charges] == ["C1007", "C1008"]


def test_a_notice_that_was_held_says_so(records: Records, instruct: Callable) -> None:
    records.carry_out(instruct("k1", HOLD, HARPREET, subject="C1014", cents=14840))
    assert [notice.held for notice in the(records, HARPREET).notices] == [False]
    notice = f"notice:{HARPREET}:disconnection"
    records.carry_out(instruct("k2", HOLD, HARPREET, subject=f"{notice}:2026-02-23", cents=14840))
    assert [notice.held for notice in the(records, HARPREET).notices] == [False], "that was an earlier notice"
    records.carry_out(instruct("k3", HOLD, HARPREET, subject=f"{notice}:2026-03-23", cents=14840))
    assert [notice.held for notice in the(records, HARPREET).notices] == [True]
    found = charge(the(records, HARPREET), "C1014")
    assert found is not None and found.standing == 14840, "a hold gives nothing back"


def test_a_visit_is_an_appointment_and_takes_its_slot(records: Records, instruct: Callable) -> None:
    before = the(records, GIULIA)
    records.carry_out(instruct("k1", VISIT, GIULIA, on=date(2026, 3, 24), window="09:00-12:00"))
    after = the(records, GIULIA)
    booked = Appointment(date(2026, 3, 24), "09:00-12:00", "repair", BOOKED)
    assert after.appointments == (*before.appointments, booked)
    assert set(before.slots) - set(after.slots) == {Slot(date(2026, 3, 24), "09:00-12:00")}
    assert len(after.slots) == 5


def test_a_call_back_is_taken_down_and_changes_nothing_else(
    records: Records, store: Store, instruct: Callable
) -> None:
    before = the(records, DANIEL)
    reference = records.carry_out(instruct("k1", CALL_BACK, phone="+14165550117"))
    assert the(records, DANIEL) == before
    with store.view() as unit:
        [entry] = unit.books.of_account(DANIEL)
    assert (entry.reference, entry.kind, entry.at) == (
        reference,
        CALL_BACK,
        datetime(2026, 3, 21, 2, tzinfo=UTC),
    )


def test_what_is_done_for_one_account_leaves_the_others_alone(records: Records, instruct: Callable) -> None:
    before = the(records, ROSA)
    records.carry_out(instruct(subject="C1002", cents=4115))
    assert the(records, ROSA) == before


def test_a_key_is_carried_out_once_and_keeps_its_reference(
    records: Records, store: Store, instruct: Callable
) -> None:
    first = records.carry_out(instruct("credit:10031865:C1002", subject="C1002", cents=4115))
    # nothing stands of the charge any more, and yet the same key is no refusal
    assert records.carry_out(instruct("credit:10031865:C1002", subject="C1002", cents=4115)) == first
    assert records.carry_out(instruct("k2", subject="C1001", cents=4115)) != first
    with store.view() as unit:
        assert [(entry.key, entry.cents) for entry in unit.books.of_account(DANIEL)] == [
            ("credit:10031865:C1002", 4115),
            ("k2", 4115),
        ]


@pytest.mark.parametrize("keys", [("a b", "a%20b", "a+b"), ("é", "e\u0301", "%C3%A9")])
def test_keys_that_look_alike_are_different_keys(
    records: Records, store: Store, instruct: Callable, keys: tuple[str, ...]
) -> None:
    assert len({records.carry_out(instruct(key)) for key in keys}) == len(keys)
    with store.view() as unit:
        assert [entry.key for entry in unit.books.of_account(DANIEL)] == list(keys)


def test_twenty_who_give_one_key_at_once_have_it_done_once(
    records: Records, store: Store, instruct: Callable
) -> None:
    with ThreadPoolExecutor(20) as pool:
        references = set(pool.map(lambda _: records.carry_out(instruct(subject="C1002")), range(20)))
    with store.view() as unit:
        assert [entry.reference for entry in unit.books.of_account(DANIEL)] == list(references)


def test_keys_at_once_never_give_back_more_than_was_charged(
    records: Records, store: Store, instruct: Callable
) -> None:
    def give(number: int) -> bool:
        try:
            records.carry_out(instruct(f"k{number}", subject="C1002", cents=2000))
        except InstructionRefused:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(give, range(8))) == 2
    with store.view() as unit:
        assert sum(entry.cents for entry in unit.books.of_account(DANIEL)) == 4000


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"subject": "C1002", "cents": 4116}, "more_than_charged"),
        ({"subject": "C1017", "cents": 100}, "more_than_charged"),  # a charge of somebody else
        ({"account": GIULIA, "subject": "PC1", "cents": 2001}, "more_than_charged"),
        ({"account": MERIDIAN, "subject": "PC2", "cents": 15000}, "more_than_charged"),  # applied long ago
        ({"subject": "C1002", "cents": 0}, "no_sum"),
        ({"subject": "C1002", "cents": -100}, "no_sum"),
        ({"cents": 0, "goodwill": True}, "no_sum"),
        ({"kind": VISIT, "window": "09:00-12:00"}, "no_slot"),
        ({"account": "99999999", "kind": HOLD, "cents": 100}, "no_such_account"),
    ],
)
def test_what_cannot_be_right_is_refused_and_leaves_no_trace(
    records: Records, store: Store, instruct: Callable, told: dict, code: str
) -> None:
    instruction = instruct(**told)
    before = records.account(instruction.account_number)
    with pytest.raises(InstructionRefused) as refused:
        records.carry_out(instruction)
    assert refused.value.code == code
    assert records.account(instruction.account_number) == before
    with store.view() as unit:
        assert unit.books.of_account(instruction.account_number) == []


def test_the_rest_of_a_charge_and_no_more_may_follow_a_part(records: Records, instruct: Callable) -> None:
    records.carry_out(instruct("k1", subject="C1002", cents=4000))
    with pytest.raises(InstructionRefused, match="more_than_charged"):
        records.carry_out(instruct("k2", subject="C1002", cents=116))
    assert records.carry_out(instruct("k2", subject="C1002", cents=115))
    with pytest.raises(InstructionRefused, match="more_than_charged"):
        records.carry_out(instruct("k3", subject="C1002", cents=1))


@pytest.mark.parametrize("subject", [None, "outage:T2P:2026-03-20", "visit:2026-02-27"])
def test_goodwill_that_is_about_no_charge_is_bounded_by_none(
    records: Records, store: Store, instruct: Callable, subject: str | None
) -> None:
    assert records.carry_out(instruct(subject=subject, cents=5000, goodwill=True))
    with store.view() as unit:
        assert [(entry.subject, entry.cents) for entry in unit.books.of_account(DANIEL)] == [(subject, 5000)]
