"""Sums of money in three languages, and numbers that are none."""

import pytest

from bot.languages import LANGUAGES, pack
from bot.reading.amounts import read_amounts
from tests.reading.nasty import NASTY_STRINGS


def read(language: str, text: str) -> list[tuple[int, str]]:
    mentions = read_amounts(text, pack(language, "amounts"), pack(language, "spoken"))
    return [(mention.cents, mention.currency) for mention in mentions]


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
        ("fr", "deux virgule cinq dollars", 250, "CAD"),
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
    ("language", "text", "cents"),
    [
        ("en", "you charged me 45.50 twice", [4550]),
        ("en", "I opened a bill of 320", [32000]),
        ("en", "my bill went from 70 to 113", [7000, 11300]),
        ("en", "I pay 80/month", [8000]),
        ("en", "the fee was 25.", [2500]),
        ("en", "I was quoted 60 but I am paying 85", [6000, 8500]),
        ("en", "it cost me 1,200.50", [120050]),
        ("en", "it cost me 60 dollars", [6000]),
        ("fr", "vous m’avez facturé 45,50", [4550]),
        ("fr", "une facture de 320", [32000]),
        ("fr", "ma facture est passée de 70 à 113", [7000, 11300]),
        ("fr", "je paie 80 par mois", [8000]),
        ("fr", "il m’en coûte 60 chaque mois", [6000]),
        ("it", "ho pagato 80", [8000]),
        ("it", "mi avete addebitato 45,50", [4550]),
        ("it", "una bolletta di 320", [32000]),
        ("it", "la bolletta è passata da 70 a 113", [7000, 11300]),
        ("it", "pago 40 al mese", [4000]),
    ],
)
def test_a_number_beside_a_word_for_money_is_a_sum_in_canadian_dollars(
    language: str, text: str, cents: list[int]
) -> None:
    assert read(language, text) == [(cent, "CAD") for cent in cents]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I paid 3 times"),
        ("en", "I paid on March 12 and again"),
        ("en", "charged my card 4242"),
        ("en", "I paid in 2025, and 2025 was paid"),
        ("en", "billed for 24 months"),
        ("en", "charged for 3 lines"),
        ("en", "I pay for 100 Mbps"),
        ("en", "the bill is 5 days late"),
        ("en", "to pay call 416-555-0123"),
        ("en", "they charged 10031865"),
        ("en", "I paid 2 weeks ago"),
        ("en", "paid 3 to 5 days later"),
        ("en", "invoice 4432 is wrong"),
        ("en", "charged 24/7"),
        ("en", "I paid 50% of it"),
        ("fr", "j’ai payé le 12 mai"),
        ("fr", "la facture du 12"),
        ("fr", "facturé 2 mois de trop"),
        ("fr", "je paie 100 mégas"),
        ("fr", "facture 4432 erronée"),
        ("fr", "pour payer, le 514-555-0199"),
        ("it", "ho pagato il 12 maggio"),
        ("it", "ho pagato 3 volte"),
        ("it", "la bolletta di 2 mesi"),
        ("it", "fattura 4432 sbagliata"),
        ("it", "pago per 100 mega"),
    ],
)
def test_what_is_counted_dated_or_numbered_beside_a_word_for_money_is_no_sum(
    language: str, text: str
) -> None:
    assert read(language, text) == []


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
    mentions = read_amounts(text, pack("en", "amounts"), pack("en", "spoken"))

    assert [mention.cents for mention in mentions] == [2000, 3000, 550]
    assert all(text[mention.start : mention.end] == mention.text for mention in mentions)


@pytest.mark.parametrize("text", NASTY_STRINGS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_any_string_is_survived(language: str, text: str) -> None:
    assert read(language, text) == []
