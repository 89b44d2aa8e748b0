"""The CCTS as its data file describes it: facts with sources, and the prescribed notices word for word."""

from __future__ import annotations

from datetime import date

import pytest

from bot.cases.complaint import CATEGORIES
from bot.schemes import scheme

CCTS = scheme("ccts")
EVERYTHING = {**CCTS.facts, **{f"notice {language}": notice for language, notice in CCTS.notices.items()}}

ENGLISH = (
    "Commission for Complaints for Telecom-television Services (CCTS): CCTS is an independent agency "
    "whose mandate is to resolve complaints of consumers about their telecom and TV services, and "
    "complaints of small business customers about their telecom services, free of charge. If you have "
    "a complaint about your telephone, wireless, internet or TV service, you must first try to "
    "resolve it directly with your service provider. If you have done so and have been unable to "
    "reach a satisfactory resolution, CCTS may be able to help you. To learn more about CCTS, you may "
    "visit its website at www.ccts-cprst.ca or call toll-free at 1-888-221-1687."
)
FRENCH_AS_READ = (
    "Commission des plaintes relatives aux services de télécom-télévision (CPRST) : La CPRST est un "
    "organisme indépendant ayant pour mandat de régler les plaintes des particuliers et des petites "
    "entreprises de détail relatives aux services de télécommunication et de télévision. Si vous avez "
    "une plainte à formuler concernant vos services – que ce soit le service téléphonique, le service "
    "sans fil, le service internet ou de télévision –, vous devez d’abord tenter de la régler "
    "directement auprès de votre fournisseur de services. Si vous l’avez fait et que vous n’êtes pas "
    "parvenu à régler la plainte de manière"
)


@pytest.mark.parametrize("name", EVERYTHING)
def test_every_fact_has_a_source_and_the_day_it_was_checked(name: str) -> None:
    fact = EVERYTHING[name]
    assert fact.source.strip()
    assert date(2026, 1, 1) <= date.fromisoformat(fact.checked)
    assert isinstance(fact.confirmed, bool)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("website", "www.ccts-cprst.ca"),
        ("phone", "1-888-221-1687"),
        ("mail", "P.O. Box 56067 - Minto Place RO, Ottawa, ON K1R 7Z1"),
        ("free_of_charge", True),
        ("languages", ["en", "fr"]),
        # the test is a chance for the provider to put it right, not every level of its process
        ("prior_step", "reasonable_opportunity"),
        # twenty since 2023; thirty is the old figure that many sites still print
        ("provider_report_days", 20),
        ("small_business_monthly_limit_cents", 250_000),
    ],
)
def test_what_may_be_told(name: str, value: object) -> None:
    assert CCTS.value(name) == value


@pytest.mark.parametrize("name", ["tty", "look_back", "compensation_cap_cents"])
def test_what_only_old_or_secondary_pages_say_may_not_be_told(name: str) -> None:
    with pytest.raises(LookupError, match="not confirmed"):
        CCTS.value(name)


def test_our_categories_are_those_of_its_reports() -> None:
    assert tuple(CCTS.value("categories")) == CATEGORIES


def test_the_intake_can_fill_what_it_asks_for() -> None:
    assert {"name", "contact_number", "account_number", "details_with_dates", "wanted_resolution"} <= set(
        CCTS.value("asks_for")
    )


def test_the_english_notice_is_the_prescribed_one() -> None:
    assert CCTS.notices["en"].value == ENGLISH


def test_the_french_notice_is_the_prescribed_one_as_far_as_it_was_read() -> None:
    notice = CCTS.notices["fr"]
    assert notice.value.startswith(FRENCH_AS_READ)
    assert not notice.confirmed, "its end was not read on the official page: compare it before confirming"


def test_the_italian_notice_says_that_it_is_a_courtesy_and_which_languages_are_answered() -> None:
    notice = CCTS.notices["it"].value
    assert "Traduzione di cortesia" in notice
    assert "in inglese e in francese" in notice


@pytest.mark.parametrize("language", ["en", "fr", "it"])
def test_every_notice_gives_the_confirmed_website_and_phone(language: str) -> None:
    assert CCTS.value("website") in CCTS.notices[language].value
    assert CCTS.value("phone") in CCTS.notices[language].value
