"""The logs of all processes at their most talkative: not one word of what a customer said or is."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.faults.customer import ANSWERS, Customer
from tests.faults.product import DESK_TOKEN, Product

AFTERWARDS = (
    "Please add that the gargoyle technician Ebenezer came by on 3 March, my cell is 647-555-0182, "
    "I live at M5V 2T6 and my card is 4012 8888 8888 1881."
)
PERSONAL = """kumquat zamboni marzipan gargoyle Ebenezer Wilhelmina Quackenbush quackenbush@example.com Daniel Okafor
    daniel.okafor@example.com 41.15 10031865 4165550117 6475550182 M5V2T6 4012888888881881""".split()
"""What the customer told and what the records know of them; none of it is a word of our own."""


@pytest.fixture(scope="module")
def customer(product: Product) -> Customer:
    """Somebody who complained to the end, added something, and once came with a wrong token."""
    product.wait_until_well()
    product.forget_accounts()
    customer = Customer(product)
    customer.begin()
    customer.complain()
    customer.say(AFTERWARDS, kept_as=AFTERWARDS.replace("4012 8888 8888 1881", "[•••]"))
    wrong = {"Authorization": "Bearer Ebenezer-was-here"}
    assert product.http.get(f"/api/chat/{customer.id}/messages", headers=wrong).status_code == 401
    return customer


def test_the_logs_were_talkative(product: Product, customer: Customer) -> None:
    """What follows would prove little about silent processes."""
    lines = product.output.read_text(errors="replace").splitlines()
    assert customer.state["case"]
    for process in ("engine", "gateway", "clock", "actions"):
        assert [line for line in lines if line.startswith(f"{process:<8} | ") and " debug " in line], process


@pytest.mark.parametrize("word", PERSONAL)
def test_nothing_personal_is_logged(product: Product, customer: Customer, word: str) -> None:
    assert _lines_with(product, word) == []


SECRETS: dict[str, Callable[[Customer], list[str]]] = {
    "what was said": lambda customer: [
        text for text in [*ANSWERS.values(), AFTERWARDS] if text.count(" ") > 3
    ],
    "the token": lambda customer: [customer.token],
    "the token of the desk": lambda customer: [DESK_TOKEN],
}


@pytest.mark.parametrize("secrets", SECRETS.values(), ids=SECRETS.keys())
def test_no_secret_is_logged(
    product: Product, customer: Customer, secrets: Callable[[Customer], list[str]]
) -> None:
    assert [secret for secret in secrets(customer) if _lines_with(product, secret)] == []


def test_no_code_is_logged(product: Product, customer: Customer) -> None:
    assert customer.codes
    alone = re.compile(rf"(?<![\d.:])(?:{'|'.join(customer.codes)})(?!\d)")
    assert [
        line for line in product.output.read_text(errors="replace").splitlines() if alone.search(line)
    ] == []


def _lines_with(product: Product, word: str) -> list[str]:
    sought = _squeezed(word)
    return [
        line for line in product.output.read_text(errors="replace").splitlines() if sought in _squeezed(line)
    ]


def _squeezed(text: str) -> str:
    """Drop whatever may stand between the digits of a number, so that no way of writing it hides it."""
    return re.sub(r"[\s()+\-]", "", text).casefold()
