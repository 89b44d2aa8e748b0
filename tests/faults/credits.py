"""A round: two conversations accept the same credit at once, somebody is killed meanwhile, and one credit is given."""

from __future__ import annotations

import random
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from tests.faults.customer import ACCOUNT, ANSWERS, Customer
from tests.faults.product import Product
from tests.faults.systems import Systems
from tests.provider.records_server import TOKEN

SUM = 4115
DONE = re.compile(
    r"Done\. \$(\S+) has been credited to your account(?: \(reference |\. The reference is )(\S+?)[).]"
)
WAITING = re.compile(r"I’ve recorded your yes\. .*; \$(\S+) goes onto your account")
LATER = re.compile(r"\$(\S+) has been credited to your account, as agreed in case (\S+)\. Reference (\S+)\.")

CARRIED_OUT_WITHIN_SECONDS = 120
LONGEST_PAUSE_SECONDS = 0.5
TIME_PASSES_EVERY_SECONDS = 3.0


@dataclass
class Outcome:
    """What came of a round: the credits in the ledger, and in words whatever is wrong."""

    credits: int = 0
    waited: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrongly_told: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> list[str]:
        """Everything that is wrong."""
        return self.lost + self.doubled + self.wrongly_told


def settings_for(systems: Systems) -> dict[str, str]:
    """Return the settings of a product that works with these systems, with short patience."""
    return {"RECORDS_URL": systems.url, "RECORDS_TOKEN": TOKEN, "ENGINE_TIMEOUT_SECONDS": "5"}


def round_of(
    product: Product, systems: Systems, victim: str | None, moment: str | None, chance: random.Random
) -> Outcome:
    """Have two customers accept the same credit at once while `victim` is killed at a moment; tell what came of it.

    The clock is killed, as nobody is, while it carries out what was accepted when the provider's systems were down.
    """
    product.wait_until_well()
    product.forget_accounts()
    systems.begin_anew()
    accepting = [at_the_offer(product, channel) for channel in ("web", "sms")]
    struck = threading.Event()

    def strike() -> None:
        assert victim
        product.kill(victim)
        struck.set()
        # Longer or shorter, so that whoever takes over comes before or after the provider goes on.
        time.sleep(chance.uniform(0, LONGEST_PAUSE_SECONDS))

    systems.down = victim in ("clock", None)
    if systems.down:
        accept_at_once(accepting)
        systems.down = False
    if victim and moment:
        systems.arm(moment, strike)
    if victim not in ("clock", None):
        accept_at_once(accepting)
    carry_out_the_rest(product)
    assert struck.is_set() or not victim, "the provider was never asked for the credit"
    return examined(product, systems, accepting)


def at_the_offer(product: Product, channel: str = "web") -> Customer:
    """Return a customer who has been offered the credit."""
    customer = Customer(product)
    customer.begin()
    product.come_by(customer.id, channel)
    customer.complain(until="offer")
    assert customer.state["expects"] == "offer", customer.transcript()
    return customer


def accept_at_once(customers: list[Customer]) -> None:
    """Have all of them accept at once, each sending it twice, and once more when it is answered."""
    together = threading.Barrier(len(customers))

    def accept(customer: Customer) -> None:
        together.wait()
        customer.say(ANSWERS["offer"], meanwhile=customer.say_again)

    with ThreadPoolExecutor(len(customers)) as pool:
        list(pool.map(accept, customers))


def carry_out_the_rest(product: Product) -> None:
    """Let time pass until the clock has carried out what waits."""
    passed_at = -TIME_PASSES_EVERY_SECONDS

    def is_over() -> bool:
        nonlocal passed_at
        if time.monotonic() - passed_at >= TIME_PASSES_EVERY_SECONDS:
            product.let_time_pass()
            passed_at = time.monotonic()
        return not product.rows("SELECT 1 FROM instructions WHERE due_at IS NOT NULL")

    product.until(is_over, CARRIED_OUT_WITHIN_SECONDS, "what was decided is not carried out")


def examined(product: Product, systems: Systems, customers: list[Customer]) -> Outcome:
    """Hold the ledger, the store and what was told against each other."""
    ledger = systems.credits(ACCOUNT)
    outcome = Outcome(len(ledger))
    if not ledger:
        outcome.lost.append("the ledger holds no credit")
        return outcome
    if len(ledger) > 1:
        outcome.doubled.append(f"the ledger holds {[(entry.key, entry.cents) for entry in ledger]}")
    credit = ledger[0]
    kept = product.rows(
        "SELECT reference, cents FROM instructions WHERE kind = 'credit' AND account_number = ?", ACCOUNT
    )
    if kept != [(credit.reference, credit.cents)] or credit.cents != SUM:
        outcome.doubled.append(f"the store holds {kept}, the ledger {credit.reference} {credit.cents}")
    for customer in customers:
        _examine(customer, credit.reference, outcome)
    if outcome.waited:
        _examine_notice(
            product, [customer.state["case"] for customer in customers], credit.reference, outcome
        )
    return outcome


def _examine(customer: Customer, reference: str, outcome: Outcome) -> None:
    case = customer.product.case(customer.state["case"])
    accepted = [offer["amount"] for offer in case["offers"] if offer["status"] == "accepted"]
    promised = [promise for promise in case["promises"] if promise["what"] == "credit_on_account"]
    if len(accepted) != 1 or len(promised) != 1:
        outcome.lost.append(f"the case holds {accepted} as accepted, {len(promised)} promises")
    noted = [line["detail"] for line in case["history"] if line["what"] == "credit_done"]
    if noted != [reference]:
        outcome.doubled.append(f"the history has the credit as {noted}")
    said = "\n".join(
        message["text"] for message in customer.transcript()["messages"] if message["from"] == "assistant"
    )
    done, waiting = DONE.findall(said), WAITING.findall(said)
    if (done, waiting) == ([], ["41.15"]):
        outcome.waited += 1
    elif (done, waiting) != ([("41.15", reference)], []):
        outcome.wrongly_told.append(f"said to be done {done}, to wait {waiting}, is {reference}")


def _examine_notice(product: Product, cases: list[str], reference: str, outcome: Outcome) -> None:
    """See that whoever waited was told once."""

    def told() -> list[dict[str, Any]]:
        return [line for line in product.outbox() if line["case"] in cases and LATER.search(line["text"])]

    product.until(told, 60, "nobody was told that the credit was given")
    # Enough for a second one to come, if there were one.
    time.sleep(1.5)
    found = [LATER.findall(line["text"]) for line in told()]
    if found not in [[[("41.15", case, reference)]] for case in cases]:
        outcome.wrongly_told.append(f"the notices say {found}, the reference is {reference}")
