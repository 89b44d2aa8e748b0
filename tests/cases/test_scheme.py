"""Schemes: what is not confirmed is not told, and no fact comes without its source and date."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cases.scheme import scheme_from

SURE = {"value": "www.example.org", "source": "its page", "checked": "2026-11-22", "confirmed": True}
DOUBTFUL = {**SURE, "value": 500000, "confirmed": False, "source": "an old page"}


def data(**facts: dict[str, Any]) -> dict[str, Any]:
    return {"name": "ombudsman", "facts": facts, "notices": {"en": SURE}}


def test_a_confirmed_fact_is_told() -> None:
    assert scheme_from(data(website=SURE)).value("website") == "www.example.org"


def test_an_unconfirmed_fact_is_kept_but_may_not_be_told() -> None:
    known = scheme_from(data(cap=DOUBTFUL))
    assert known.facts["cap"].value == 500000
    with pytest.raises(LookupError, match=r"ombudsman: cap is not confirmed .* see an old page"):
        known.value("cap")


def test_an_unknown_fact_is_an_error() -> None:
    with pytest.raises(KeyError):
        scheme_from(data()).value("phone")


@pytest.mark.parametrize("key", ["value", "source", "checked", "confirmed"])
def test_a_fact_that_lacks_something_is_named(key: str) -> None:
    row = {name: value for name, value in SURE.items() if name != key}
    with pytest.raises(ValueError, match=f"scheme ombudsman: fact website lacks {key}"):
        scheme_from(data(website=row))


def test_so_is_a_notice() -> None:
    with pytest.raises(ValueError, match="fact notice en lacks value, source, checked, confirmed"):
        scheme_from({"name": "ombudsman", "facts": {}, "notices": {"en": {}}})


@pytest.mark.parametrize("word", ["false", "no", "maybe", 1, None])
def test_confirmed_is_true_or_false_and_no_word(word: object) -> None:
    with pytest.raises(ValueError, match="true or false"):
        scheme_from(data(website={**SURE, "confirmed": word}))
