"""The operator's profile: complete, sensible, and as its own code of practice prints it."""

from __future__ import annotations

import re
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from bot import provider
from bot.provider import Profile, profile
from bot.schemes import scheme

FOLDER = Path(provider.__file__).parent
OPERATORS = sorted(file.stem for file in FOLDER.glob("*.yml"))


@pytest.fixture(params=OPERATORS)
def operator(request: pytest.FixtureRequest) -> Profile:
    return profile(request.param)


def test_jives_own_particulars_are_exact() -> None:
    jive = profile("jive_ca")
    assert jive.phone == "866-671-0111"
    assert jive.letter_address == (
        "Attn: Complaints Department",
        "GoTo",
        "333 Summer Street, 5th Floor",
        "Boston, MA 02210",
        "USA",
    )
    assert jive.complaints_page.startswith("https://www.goto.com/")


def test_its_scheme_exists(operator: Profile) -> None:
    assert scheme(operator.scheme).name == operator.scheme


def test_its_phone_is_never_that_of_the_scheme(operator: Profile) -> None:
    def digits(number: str) -> str:
        return re.sub(r"\D", "", number)[-10:]

    assert digits(operator.phone) != digits(scheme(operator.scheme).value("phone"))


def test_every_time_frame_the_code_counts_on_is_there_and_at_least_a_day(operator: Profile) -> None:
    used = {"update_every", "resolution", "escalation_review", "call_back", "apply_credit"}
    assert used <= operator.business_days.keys()
    assert all(isinstance(days, int) and days >= 1 for days in operator.business_days.values())


def test_customers_hear_from_us_before_the_answer_is_due(operator: Profile) -> None:
    days = operator.business_days
    assert days["call_back"] <= days["update_every"] <= days["resolution"]


def test_goodwill_grows_with_responsibility(operator: Profile) -> None:
    goodwill = operator.goodwill_cents
    assert goodwill["assistant_per_case"] <= goodwill["agent"] <= goodwill["lead"]
    assert all(isinstance(cents, int) for cents in goodwill.values())


def test_hours_zone_and_account_pattern_can_be_used(operator: Profile) -> None:
    assert time.fromisoformat(operator.opens) < time.fromisoformat(operator.closes)
    assert ZoneInfo(operator.timezone)
    assert re.compile(operator.account_pattern)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda data: data.pop("phone"), "phone"),
        (lambda data: data.pop("hours"), "hours"),
        (lambda data: data.update(fax="1-800-555-0100"), "fax"),
    ],
)
def test_a_missing_or_unknown_key_is_named(
    change: object, named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = yaml.safe_load((FOLDER / "jive_ca.yml").read_text(encoding="utf-8"))
    change(data)  # type: ignore[operator]
    (tmp_path / "faulty.yml").write_text(yaml.safe_dump(data), encoding="utf-8")
    monkeypatch.setattr(provider, "_FOLDER", tmp_path)
    with pytest.raises((TypeError, KeyError), match=named):
        profile.__wrapped__("faulty")
