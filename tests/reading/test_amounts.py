"""Sums of money in three languages, and numbers that are none."""

import pytest

from bot.languages import LANGUAGES, pack
from bot.reading.amounts import read_amounts
from tests.reading.nasty import NASTY_STRINGS


def read(language: str, text: str) -> list[tuple[int, str]]:
    return [(mention.cents, mention.currency) for mention in read_amounts(text, pack(language, "amounts"))]


@pytest.mark.parametrize(
    ("language", "text", "cents", "currency"),
    [
        ("en", "$70.00", 7000, "CAD"),
        ("en", "$70", 7000, "CAD"),
        ("en", "$ 70", 7000, "CAD"),
        ("en", "$1,200.50", 120050, "CAD"),
        ("en", "$70.5", 7050, "CAD"),
        ("en", "$.99", 99, "CAD"),
        ("en", "99¢", 99, "CAD"),
        ("en", "$2k", 200000, "CAD"),
        ("en", "-$5", 500, "CAD"),
        ("en", "CA$50", 5000, "CAD"),
        ("en", "CAD 50", 5000, "CAD"),
        ("en", "US$50", 5000, "USD"),
        ("en", "$50 USD", 5000, "USD"),
        ("en", "£20", 2000, "GBP"),
        ("en", "€70", 7000, "EUR"),
        ("en", "70$", 7000, "CAD"),
        ("en", "70 dollars", 7000, "CAD"),
        ("en", "70 dollars and 50 cents", 7050, "CAD"),
        ("en", "50 cents", 50, "CAD"),
        ("en", "40 bucks", 4000, "CAD"),
        ("en", "a 5-dollar fee", 500, "CAD"),
        ("en", "$100/month", 10000, "CAD"),
        ("en", "＄７０", 7000, "CAD"),
        ("en", "a hundred dollars", 10000, "CAD"),
        ("en", "a hundred and twenty dollars", 12000, "CAD"),
        ("en", "2 thousand dollars", 200000, "CAD"),
        ("en", "three hundred ninety nine dollars", 39900, "CAD"),
        ("en", "forty-nine ninety-nine dollars", 4999, "CAD"),
        ("en", "twenty dollars and fifty cents", 2050, "CAD"),
        ("en", "one dollar", 100, "CAD"),
        ("fr", "70,00 $", 7000, "CAD"),
        ("fr", "41,15 $", 4115, "CAD"),
        ("fr", "1 200,50 $", 120050, "CAD"),
        ("fr", "1\u202f200,50\u00a0$", 120050, "CAD"),
        ("fr", "70 $ CA", 7000, "CAD"),
        ("fr", "70 $ US", 7000, "USD"),
        ("fr", "70 dollars américains", 7000, "USD"),
        ("fr", "trente piastres", 3000, "CAD"),
        ("fr", "quarante dollars", 4000, "CAD"),
        ("fr", "deux cents dollars", 20000, "CAD"),
        ("fr", "mille deux cents dollars", 120000, "CAD"),
        ("fr", "quatre-vingt-dix-neuf dollars", 9900, "CAD"),
        ("fr", "quarante dollars et soixante-dix cents", 4070, "CAD"),
        ("fr", "cinquante sous", 50, "CAD"),
        ("fr", "50 cents", 50, "CAD"),
        ("fr", "le 12.05.2026 70 $", 7000, "CAD"),
        ("it", "70 euro", 7000, "EUR"),
        ("it", "1.200,50 €", 120050, "EUR"),
        ("it", "70,5 dollari", 7050, "CAD"),
        ("it", "70 dollari americani", 7000, "USD"),
        ("it", "centoventi dollari", 12000, "CAD"),
        ("it", "cento venti dollari", 12000, "CAD"),
        ("it", "mille e duecento dollari", 120000, "CAD"),
        ("it", "cinquanta dollari e venti centesimi", 5020, "CAD"),
    ],
)
def test_a_sum_is_read_in_cents_of_its_currency(language: str, text: str, cents: int, currency: str) -> None:
    assert read(language, text) == [(cents, currency)]


@pytest.mark.parametrize(
    ("language", "text", "ends"),
    [
        ("en", "$9-$11", (900, 1100)),
        ("en", "$9-11", (900, 1100)),
        ("en", "40 to 50 dollars", (4000, 5000)),
        ("en", "from $70 to $85.50", (7000, 8550)),
        ("fr", "entre 40 et 50 $", (4000, 5000)),
        ("fr", "de 70 à 85 $", (7000, 8500)),
        ("it", "da 70 a 85 dollari", (7000, 8500)),
    ],
)
def test_a_range_gives_both_its_ends(language: str, text: str, ends: tuple[int, int]) -> None:
    assert read(language, text) == [(cents, "CAD") for cents in ends]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "70"),
        ("en", "100 Mbps at 50%"),
        ("en", "50 per cent"),
        ("en", "call 416-555-0117"),
        ("en", "account 10031865 since 2026-03-05"),
        ("en", "not a dollar more"),
        ("en", "a few hundred dollars"),
        ("en", "hundreds of dollars"),
        ("en", "the dollar plan"),
        ("en", "I called 20 times"),
        ("fr", "deux cents fois"),
        ("fr", "pas un dollar"),
        ("fr", "deux virgule cinq dollars"),
        ("fr", "quelques dollars"),
        ("fr", "50 pour cent"),
        ("it", "un dollaro"),
        ("it", "100 megabit, 50 per cento"),
        ("it", "qualche centinaio di dollari"),
    ],
)
def test_numbers_without_a_currency_and_vague_sums_are_none(language: str, text: str) -> None:
    assert read(language, text) == []


def test_several_sums_come_in_order_with_their_place_in_the_text() -> None:
    text = "I paid twenty dollars, then $30 and 2 x $5.50 for 100 Mbps."
    mentions = read_amounts(text, pack("en", "amounts"))

    assert [mention.cents for mention in mentions] == [2000, 3000, 550]
    assert all(text[mention.start : mention.end] == mention.text for mention in mentions)


@pytest.mark.parametrize("text", NASTY_STRINGS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_any_string_is_survived(language: str, text: str) -> None:
    assert read(language, text) == []
