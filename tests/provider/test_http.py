"""The provider's systems over HTTP: what goes over the wire is as written down, and whatever goes wrong is said so."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.encoders import jsonable_encoder
from jsonschema import Draft202012Validator, FormatChecker
from structlog.testing import capture_logs

from bot.cases import records as port
from bot.cases.records import (
    CALL_BACK,
    CREDIT,
    HOLD,
    VISIT,
    Instruction,
    InstructionRefused,
    RecordsUnavailable,
)
from bot.provider import wire
from bot.provider.demo import DemoProvider
from bot.provider.http import LARGEST_BODY, HttpRecords
from bot.settings import Secret
from tests.provider.records_server import TOKEN, RecordsServer, serving_records

CONTRACT = yaml.safe_load(
    (Path(__file__).parents[2] / "docs/records.openapi.yml").read_text(encoding="utf-8")
)
DANIEL, GIULIA, HARPREET = "10031865", "10047702", "10071148"
SOON = 0.4


def schema_of(name: str) -> Draft202012Validator:
    """Return the schema of this name in the contract."""
    described = {"$ref": f"#/components/schemas/{name}", "components": CONTRACT["components"]}
    return Draft202012Validator(described, format_checker=FormatChecker())


@pytest.fixture(scope="module")
def started() -> Iterator[RecordsServer]:
    with serving_records() as server:
        yield server


@pytest.fixture
def server(started: RecordsServer, demo: DemoProvider) -> RecordsServer:
    started.begin(demo)
    return started


@pytest.fixture
def client(server: RecordsServer) -> Iterator[HttpRecords]:
    client = HttpRecords(server.url, Secret(TOKEN), timeout_seconds=5)
    yield client
    client.close()


@pytest.fixture
def asked_of(instruct: Callable[..., Instruction]) -> Callable[[bytes | Callable], dict[str, Any]]:
    """A function that has each kind of call answered in one way, and returns what came of it."""

    def ask(answer: bytes | Callable[[socket.socket], None]) -> dict[str, Any]:
        with answering(answer) as url:
            client = HttpRecords(url, Secret(TOKEN), timeout_seconds=SOON)
            calls: dict[str, Callable[[], Any]] = {
                "account": lambda: client.account(DANIEL),
                "outages": lambda: client.outages("T2P 1J9"),
                "credit": lambda: client.carry_out(instruct(subject="C1002")),
            }
            came_of = {name: outcome(call) for name, call in calls.items()}
            client.close()
            return came_of

    return ask


def outcome(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except RecordsUnavailable:
        return "unavailable"
    except InstructionRefused as refusal:
        return f"refused: {refusal.code}"


NOTHING = {"account": "unavailable", "outages": "unavailable", "credit": "unavailable"}


@contextmanager
def answering(answer: bytes | Callable[[socket.socket], None]) -> Iterator[str]:
    """Answer every connection in one way, however wrong, for as long as the block lasts; gives the address."""
    listener = socket.create_server(("127.0.0.1", 0))
    open_still: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            open_still.append(connection)
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    def one(connection: socket.socket) -> None:
        try:
            read_request(connection)
            if callable(answer):
                answer(connection)
            else:
                connection.sendall(answer)
                connection.close()
        except OSError:
            pass  # the client has had enough

    accepting = threading.Thread(target=serve, daemon=True)
    accepting.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    accepting.join(timeout=5)
    for connection in open_still:
        connection.close()


def read_request(connection: socket.socket) -> None:
    """Read a request to its end: a connection closed before that is reset, and the answer may be lost."""
    request = b""
    while b"\r\n\r\n" not in request:
        request += connection.recv(65536)
    head, _, body = request.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    while length and len(body) < int(length[1]):
        body += connection.recv(65536)


def http(status: str, body: bytes | str = b"", headers: str = "") -> bytes:
    body = body.encode() if isinstance(body, str) else body
    return (
        f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{headers}\r\n".encode()
        + body
    )


ERROR = '{"error": {"code": "more_than_charged", "message": "Nothing stands of it."}}'


@pytest.mark.parametrize(
    "status",
    [
        "500 Internal Server Error",
        "502 Bad Gateway",
        "503 Service Unavailable",
        "401 Unauthorized",
        "403 Forbidden",
        "429 Too Many Requests",
        "400 Bad Request",
        "410 Gone",
        "202 Accepted",
        "204 No Content",
    ],
)
def test_a_status_that_was_not_agreed_on_is_no_answer(asked_of: Callable, status: str) -> None:
    body = "" if status.startswith("204") else ERROR
    assert asked_of(http(status, body)) == NOTHING


def test_what_is_not_there_is_no_account_and_no_place_for_a_credit(asked_of: Callable) -> None:
    assert asked_of(http("404 Not Found", ERROR)) == {
        "account": None,
        "outages": "unavailable",
        "credit": "refused: more_than_charged",
    }


@pytest.mark.parametrize("status", ["409 Conflict", "422 Unprocessable Entity"])
def test_a_refusal_carries_its_code(asked_of: Callable, status: str) -> None:
    assert asked_of(http(status, ERROR)) == {**NOTHING, "credit": "refused: more_than_charged"}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not found",
        '{"detail": "Not Found"}',
        '{"error": "more_than_charged"}',
        '{"error": {"code": "more_than_charged"}}',
        '{"error": {"code": "Daniel Okafor owes it", "message": ""}}',
        '{"error": {"code": 409, "message": ""}}',
    ],
)
def test_a_refusal_that_is_not_as_agreed_is_no_answer(asked_of: Callable, body: str) -> None:
    assert asked_of(http("422 Unprocessable Entity", body))["credit"] == "unavailable"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"{}",
        b'"CR-1"',
        b"<html>Welcome</html>",
        b'{"customer": null, "outages": null, "reference": null}',
        b'{"customer": {}, "outages": [{}], "reference": ""}',
        b'{"outages": {}, "reference": 17}',
        b'{"reference": "\xff", "outages": "\xff"}',
        b'{"reference": "\\ud800", "outages": "\\ud800"}',
        b"[" * 100_000,
    ],
    ids=lambda body: body.decode(errors="replace")[:30],
)
def test_a_body_that_does_not_fit_is_no_answer(asked_of: Callable, body: bytes) -> None:
    assert asked_of(http("200 OK", body)) == NOTHING


def test_a_redirect_is_not_followed(asked_of: Callable, server: RecordsServer) -> None:
    elsewhere = f"Location: {server.url}/accounts/{DANIEL}\r\n"
    for status in ("301 Moved Permanently", "302 Found", "307 Temporary Redirect"):
        assert asked_of(http(status, b"", elsewhere)) == NOTHING
    assert server.exchanges == [], "the token was sent to another address"


def test_a_connection_that_is_refused_is_no_answer(asked_of: Callable) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port_number = taken.getsockname()[1]
    client = HttpRecords(f"http://127.0.0.1:{port_number}", None, SOON)
    assert outcome(lambda: client.account(DANIEL)) == "unavailable"
    client.close()


@pytest.mark.parametrize(
    "garbage", [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"]
)
def test_a_connection_that_breaks_off_is_no_answer(asked_of: Callable, garbage: bytes) -> None:
    assert asked_of(garbage) == NOTHING


def trickling(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n")
    while True:
        connection.sendall(b" ")
        time.sleep(SOON / 8)


def silent(connection: socket.socket) -> None:
    connection.recv(1)


@pytest.mark.parametrize("slow", [silent, trickling])
def test_who_is_waited_for_too_long_has_not_answered(asked_of: Callable, slow: Callable) -> None:
    began = time.monotonic()
    assert asked_of(slow) == NOTHING
    assert time.monotonic() - began < 3 * (2 * SOON + 0.5)


def test_a_slow_answer_in_time_is_an_answer(asked_of: Callable) -> None:
    def late(connection: socket.socket) -> None:
        time.sleep(SOON / 4)
        connection.sendall(http("200 OK", '{"outages": []}'))

    assert asked_of(late)["outages"] == ()


def with_padding(size: int) -> str:
    frame = '{"outages": [], "reference": "CR-1", "padding": ""}'
    return frame.replace('""', '"' + "x" * (size - len(frame)) + '"')


def test_a_body_may_be_large_but_not_huge(asked_of: Callable) -> None:
    largest = asked_of(http("200 OK", with_padding(LARGEST_BODY)))
    assert (largest["outages"], largest["credit"]) == ((), "CR-1")
    assert asked_of(http("200 OK", with_padding(LARGEST_BODY + 1))) == NOTHING


def test_a_body_without_end_is_given_up(asked_of: Callable) -> None:
    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            connection.sendall(b"10000\r\n" + b" " * 0x10000 + b"\r\n")

    assert asked_of(endless) == NOTHING


def demo_account(demo: DemoProvider, **customer: Any) -> Any:
    account = jsonable_encoder(demo.account(HARPREET))
    account["customer"].update(customer)
    return account


def test_what_we_do_not_know_is_passed_over(demo: DemoProvider) -> None:
    account = demo_account(demo, shoe_size=44) | {"loyalty": "gold"}
    with answering(http("200 OK", json.dumps(account))) as url:
        assert HttpRecords(url, None, SOON).account(HARPREET) == demo.account(HARPREET)


def test_somebody_elses_account_is_no_answer(demo: DemoProvider) -> None:
    with answering(http("200 OK", json.dumps(demo_account(demo)))) as url:
        assert outcome(lambda: HttpRecords(url, None, SOON).account(DANIEL)) == "unavailable"


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("charges", 0, "cents"), "3820"),
        (("charges", 0, "cents"), 38.2),
        (("charges", 0, "cents"), True),
        (("charges", 0, "cents"), None),
        (("charges", 0, "cents"), 10**13),
        (("charges", 0, "credited"), -1),
        (("charges", 0, "kind"), "fee"),
        (("charges", 0, "on"), "01/03/2026"),
        (("charges", 0, "on"), 1772323200),
        (("charges", 0, "on"), "2026-02-30"),
        (("charges", 0, "service"), "telegraph"),
        (("charges", 0, "line"), "778 555 0136"),
        (("charges", 0, "charge_id"), 1012),
        (("charges", 0), "C1012"),
        (("charges",), None),
        (("customer", "phone_served"), "false"),
        (("customer", "phone_served"), 0),
        (("customer", "phone_of_record"), "6045550135"),
        (("customer", "email_of_record"), "harpreet at example.com"),
        (("customer", "services"), "local_phone"),
        (("customer", "language"), "English"),
        (("customer", "kind"), "person"),
        (("customer", "name"), ""),
        (("notices", 0, "held"), None),
        (("notices", 0, "kind"), "Cut off!"),
        (("slots", 0, "window"), "morning"),
        (("slots", 0, "on"), "Monday"),
    ],
    ids=lambda value: "-".join(map(str, value)) if isinstance(value, tuple) else repr(value),
)
def test_a_value_of_another_kind_is_no_answer_and_against_the_contract(
    demo: DemoProvider, where: tuple, value: Any
) -> None:
    account = demo_account(demo)
    inner = account
    for step in where[:-1]:
        inner = inner[step]
    assert inner[where[-1]] != value or type(inner[where[-1]]) is not type(value)
    inner[where[-1]] = value
    with answering(http("200 OK", json.dumps(account))) as url:
        assert outcome(lambda: HttpRecords(url, None, SOON).account(HARPREET)) == "unavailable"
    assert not schema_of("Account").is_valid(account)


INSTRUCTIONS: dict[str, tuple[str, dict[str, Any], str]] = {
    CREDIT: ("credits", {"subject": "C1002", "cents": 4115, "goodwill": False}, "Credit"),
    HOLD: ("collection-holds", {"subject": "C1002", "cents": 4115}, "CollectionHold"),
    VISIT: ("visits", {"on": date(2026, 3, 23), "window": "09:00-12:00"}, "Visit"),
    CALL_BACK: ("call-backs", {"phone": "+14165550117"}, "CallBack"),
}


@pytest.mark.parametrize("kind", INSTRUCTIONS)
def test_each_instruction_goes_where_the_contract_says_in_the_form_it_says(
    client: HttpRecords, server: RecordsServer, instruct: Callable, kind: str
) -> None:
    path, told, schema = INSTRUCTIONS[kind]
    instruction = instruct("the-key", kind, **told)
    first, again = client.carry_out(instruction), client.carry_out(instruction)
    assert first == again
    assert [exchange.status for exchange in server.exchanges] == [201, 200]
    for exchange in server.exchanges:
        assert (exchange.method, exchange.path) == ("POST", f"/accounts/{DANIEL}/{path}")
        assert exchange.headers["idempotency-key"] == "the-key"
        assert exchange.headers["authorization"] == f"Bearer {TOKEN}"
        assert exchange.headers["content-type"] == "application/json"
        schema_of(schema).validate(exchange.body)
        schema_of("Done").validate(exchange.answer)
        assert {name: exchange.body[name] for name in told} == jsonable_encoder(told)
        assert set(exchange.body) == set(CONTRACT["components"]["schemas"][schema]["properties"])
        assert exchange.body["tracking_number"] == "1111-1111-1111"
        assert exchange.body["reason"] == "duplicate_charge"
        assert exchange.body["at"] == "2026-03-21T02:00:00+00:00"
    posted = CONTRACT["paths"][f"/accounts/{{account_number}}/{path}"]["post"]["requestBody"]["content"]
    assert posted["application/json"]["schema"] == {"$ref": f"#/components/schemas/{schema}"}


def test_what_the_systems_know_is_sent_as_the_contract_says(
    client: HttpRecords, server: RecordsServer, demo: DemoProvider
) -> None:
    for number in demo.account_numbers:
        client.account(number)
    client.account("99999999")
    client.outages("t2p 1j9")
    *accounts, missing, outages = server.exchanges
    assert [exchange.path for exchange in accounts] == [f"/accounts/{each}" for each in demo.account_numbers]
    for exchange in accounts:
        schema_of("Account").validate(exchange.answer)
    schema_of("Error").validate(missing.answer)
    schema_of("Outages").validate(outages.answer)
    assert (outages.path, outages.query) == ("/outages", "postal_code=T2P1J9")
    assert [outage["postal_prefix"] for outage in outages.answer["outages"]] == ["T2P"]


def test_a_number_of_any_signs_stays_one_part_of_the_path(client: HttpRecords, server: RecordsServer) -> None:
    for number in ("../x", "a b", "%2e", "1?2#3", "😀"):
        client.account(number)
    assert [exchange.path for exchange in server.exchanges] == [
        "/accounts/..%2Fx",
        "/accounts/a%20b",
        "/accounts/%252e",
        "/accounts/1%3F2%233",
        "/accounts/%F0%9F%98%80",
    ]


def test_what_cannot_be_a_number_is_never_asked_for(
    client: HttpRecords, server: RecordsServer, instruct: Callable
) -> None:
    for number in ("", ".", "..", "1" * 65):
        assert client.account(number) is None
        assert (
            outcome(lambda odd=number: client.carry_out(instruct(account=odd))) == "refused: no_such_account"
        )
    assert client.outages("T2") == client.outages("x" * 11) == ()
    assert server.exchanges == []


def test_without_a_token_none_is_sent_and_a_wrong_one_is_no_answer(server: RecordsServer) -> None:
    for token in (None, Secret("wrong")):
        assert outcome(lambda sent=token: HttpRecords(server.url, sent, 5).account(DANIEL)) == "unavailable"
    none, wrong = server.exchanges
    assert "authorization" not in none.headers
    assert wrong.headers["authorization"] == "Bearer wrong"


def test_a_proxy_of_the_environment_is_not_asked(
    server: RecordsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert HttpRecords(server.url, Secret(TOKEN), 5).account(DANIEL)


def test_an_instruction_without_answer_is_given_only_once(instruct: Callable) -> None:
    asked: list[float] = []

    def broken(connection: socket.socket) -> None:
        asked.append(time.monotonic())
        connection.close()

    with answering(broken) as url:
        assert outcome(lambda: HttpRecords(url, None, SOON).carry_out(instruct())) == "unavailable"
    assert len(asked) == 1


def test_the_log_tells_what_was_asked_and_how_it_went_but_not_of_whom(
    client: HttpRecords, asked_of: Callable, instruct: Callable
) -> None:
    with capture_logs() as lines:
        client.account(DANIEL)
        client.outages("M5V 2T6")
        client.carry_out(instruct("credit:10031865:C1002", subject="C1002"))
        asked_of(http("500 Internal Server Error", f"{DANIEL} Daniel Okafor"))
        asked_of(http("200 OK", f'{{"customer": "{DANIEL} Daniel Okafor"}}'))
        asked_of(silent)
    assert {(line["event"], line["kind"], line.get("status")) for line in lines} >= {
        ("records.answered", "account", 200),
        ("records.answered", "outages", 200),
        ("records.answered", "credit", 201),
        ("records.unavailable", "account", 500),
        ("records.unavailable", "account", None),
    }
    for personal in (DANIEL, "Okafor", "M5V", "C1002", TOKEN):
        assert personal not in str(lines)


@pytest.mark.parametrize("answer", [http("200 OK", f'{{"customer": "Okafor {DANIEL}"}}'), silent])
def test_an_error_quotes_neither_the_account_nor_what_was_answered(answer: bytes | Callable) -> None:
    with answering(answer) as url, pytest.raises(RecordsUnavailable) as unavailable:
        HttpRecords(url, None, SOON).account(DANIEL)
    error: BaseException | None = unavailable.value
    while error is not None:
        assert DANIEL not in f"{error} {vars(error)}"
        error = error.__cause__ or error.__context__


# --- the contract itself


SCHEMAS: dict[str, type[wire.Body]] = {
    "Account": wire.AccountBody,
    "Customer": wire.CustomerBody,
    "Charge": wire.ChargeBody,
    "Payment": wire.PaymentBody,
    "PromisedCredit": wire.PromisedCreditBody,
    "Appointment": wire.AppointmentBody,
    "Cancellation": wire.CancellationBody,
    "Order": wire.OrderBody,
    "CollectionNotice": wire.CollectionNoticeBody,
    "Slot": wire.SlotBody,
    "Outages": wire.OutagesBody,
    "Outage": wire.OutageBody,
    "Done": wire.DoneBody,
    "Error": wire.RefusedBody,
}


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_body_is_read_as_the_contract_describes_it(schema: str) -> None:
    described, read = CONTRACT["components"]["schemas"][schema], SCHEMAS[schema].model_fields
    assert set(described["properties"]) == set(read)
    assert set(described["required"]) == {name for name, field in read.items() if field.is_required()}


@pytest.mark.parametrize("fact", [name for name in SCHEMAS if name not in ("Outages", "Done", "Error")])
def test_the_contract_describes_every_fact_of_the_port(fact: str) -> None:
    described = CONTRACT["components"]["schemas"][fact]["properties"]
    assert set(described) == {each.name for each in fields(getattr(port, fact))}


def test_the_contract_and_the_core_know_the_same_kinds_of_charge() -> None:
    kinds = CONTRACT["components"]["schemas"]["Charge"]["properties"]["kind"]["enum"]
    assert tuple(kinds) == port.CHARGE_KINDS


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inner in part.values():
            yield from references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from references(inner)


def found(reference: str) -> Any:
    part = CONTRACT
    for step in reference.removeprefix("#/").split("/"):
        part = part[step]
    return part


def test_every_reference_of_the_contract_leads_somewhere_and_every_schema_is_used() -> None:
    used = set(references(CONTRACT))
    assert all(found(reference) for reference in used)
    assert {f"#/components/schemas/{name}" for name in CONTRACT["components"]["schemas"]} <= used


@pytest.mark.parametrize("schema", CONTRACT["components"]["schemas"])
def test_every_schema_is_one(schema: str) -> None:
    Draft202012Validator.check_schema(CONTRACT["components"]["schemas"][schema])


def contents() -> Iterator[Any]:
    for path in CONTRACT["paths"].values():
        for method in ("get", "post"):
            if method in path:
                yield from path[method].get("requestBody", {}).get("content", {}).values()
                for response in path[method]["responses"].values():
                    response = found(response["$ref"]) if "$ref" in response else response
                    yield from response["content"].values()


def test_every_example_of_the_contract_fits_its_schema() -> None:
    tried = 0
    for content in contents():
        assert content["examples"]
        for example in content["examples"].values():
            example = found(example["$ref"]) if "$ref" in example else example
            schema_of(content["schema"]["$ref"].rpartition("/")[2]).validate(example["value"])
            tried += 1
    assert tried > 20


def test_every_call_tells_what_it_is_for_and_what_it_answers() -> None:
    for path in CONTRACT["paths"].values():
        for method in {"get", "post"} & path.keys():
            call = path[method]
            assert call["summary"] and call["operationId"]
            assert {"200", "401", "429", "503"} <= call["responses"].keys()
            if method == "post":
                assert {"201", "404", "409", "422"} <= call["responses"].keys()
                assert {"$ref": "#/components/parameters/IdempotencyKey"} in call["parameters"]


def test_the_examples_are_read_by_the_client(instruct: Callable) -> None:
    examples = CONTRACT["components"]["examples"]
    account = wire.AccountBody.model_validate_json(json.dumps(examples["Account"]["value"])).account()
    assert (account.customer.name, len(account.charges), account.slots[1].window) == (
        "Daniel Okafor",
        2,
        "13:00-17:00",
    )
    [outage] = wire.OutagesBody.model_validate_json(json.dumps(examples["Outages"]["value"])).facts()
    assert outage.began_at.isoformat() == "2026-03-20T10:00:00+00:00"
