"""Accounts, our tracking numbers and the provider's tickets, and the numbers that are none of them."""

import pytest

from bot.languages import LANGUAGES, pack
from bot.reading.references import read_references
from bot.reading.spoken import digits_written
from tests.reading.nasty import NASTY_STRINGS


def read(language: str, text: str) -> list[tuple[str, str]]:
    mentions = read_references(text, pack(language, "references"), spoken=pack(language, "spoken"))
    return [(mention.kind, mention.value) for mention in mentions]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "10031865"),
        ("en", "1003 1865"),
        ("en", "1003-1865."),
        ("en", "account #10031865"),
        ("en", "my account number is 100 318 65"),
        ("en", "1 0 0 3 1 8 6 5"),
        ("en", "I was charged $70.00 on account 10031865"),
        ("en", "call 416-555-0117 about 10031865"),
        ("en", "１００３１８６５"),
        ("fr", "mon compte est le 1003 1865"),
        ("fr", "no de client : 10031865"),
        ("it", "il mio conto è 10031865"),
        ("it", "codice cliente 1003-1865, grazie"),
    ],
)
def test_an_account_number_is_read_without_its_gaps(language: str, text: str) -> None:
    assert read(language, text) == [("account", "10031865")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "1234-5678-9012"),
        ("en", "1234 5678 9012"),
        ("en", "123456789012"),
        ("en", "my case 1234-5678-9012, please"),
        ("fr", "dossier 1234‑5678‑9012"),
        ("it", "pratica n. 1234 5678 9012"),
    ],
)
def test_a_tracking_number_is_written_as_we_write_it(language: str, text: str) -> None:
    assert read(language, text) == [("tracking", "1234-5678-9012")]


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "ticket 44821", "44821"),
        ("en", "ticket number 88 40 2", "88402"),
        ("en", "my confirmation number is A B 1 2 3 4 5", "AB12345"),
        ("en", "a case number 5 5 0 dash 3 1 2", "550-312"),
        ("en", "they gave me a number uh r as in romeo seven seven oh two", "R7702"),
        ("fr", "billet numéro 5 5 0 tiret 3 1 2", "550-312"),
        ("fr", "y m'a donné un numéro r comme roméo soixante-dix-sept zéro deux", "R7702"),
        ("it", "mi ha dato un numero r come roma settantasette zero due", "R7702"),
        ("en", "case #INC-00923", "INC-00923"),
        ("en", "the reference number is ab-1234", "AB-1234"),
        ("en", "ref AB-1234", "AB-1234"),
        ("en", "order no. 10031865", "10031865"),
        ("en", "they logged INC0012345 for me", "INC0012345"),
        ("fr", "dossier 5567", "5567"),
        ("fr", "le billet n° 44821 du 3 mars", "44821"),
        ("fr", "plainte sous le numéro 77-120", "77-120"),
        ("fr", "référence : QC-8812", "QC-8812"),
        ("it", "pratica 998/23", "998/23"),
        ("it", "la segnalazione numero 44821", "44821"),
        ("it", "rif. AB-1234", "AB-1234"),
        ("it", "reclamo con il numero 5567", "5567"),
    ],
)
def test_a_ticket_is_read_after_the_word_that_announces_it(language: str, text: str, value: str) -> None:
    assert read(language, text) == [("ticket", value)]


def test_several_tickets_follow_one_word() -> None:
    assert read("en", "tickets 44821, 44822 and 44823") == [
        ("ticket", n) for n in ("44821", "44822", "44823")
    ]
    assert read("fr", "dossiers 5567 et 5568") == [("ticket", "5567"), ("ticket", "5568")]
    assert read("it", "pratiche 998/23 e 999/23") == [("ticket", "998/23"), ("ticket", "999/23")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "2026-03-05"),
        ("en", "on 20260305 it broke"),
        ("en", "05 03 2026"),
        ("en", "between 2024-2025"),
        ("en", "order 12/05/2026"),
        ("en", "$10031865"),
        ("en", "10031865 dollars"),
        ("en", "416-555-0117"),
        ("en", "4165550117"),
        ("en", "1200 Main Street"),
        ("en", "M5V 2T6"),
        ("en", "4111 1111 1111 1111"),
        ("en", "in case 300 people call"),
        ("en", "I opened a ticket 30 days ago"),
        ("en", "I filed a ticket, 100 times"),
        ("en", "in any case 911 must work"),
        ("en", "my case is closed"),
        ("en", "1003186"),
        ("en", "100318655"),
        ("fr", "5567, rue Saint-Denis"),
        ("fr", "mon dossier du 12 mars 2026"),
        ("fr", "j'ai une plainte de 2024"),
        ("fr", "en cas de 100 appels"),
        ("it", "via Roma 1200"),
        ("it", "nel caso 300 persone chiamino"),
        ("it", "una segnalazione 30 giorni fa"),
    ],
)
def test_dates_money_phones_addresses_and_cards_are_no_references(language: str, text: str) -> None:
    assert read(language, text) == []


def test_several_references_come_in_order_with_their_place_in_the_text() -> None:
    text = "Account 1003 1865, ticket 44821, case 1234-5678-9012."
    mentions = read_references(text, pack("en", "references"), spoken=pack("en", "spoken"))

    assert [mention.kind for mention in mentions] == ["account", "ticket", "tracking"]
    assert all(text[mention.start : mention.end] == mention.text for mention in mentions)


def test_another_provider_may_shape_its_accounts_otherwise() -> None:
    mentions = read_references("it is AB123456", pack("en", "references"), account_pattern=r"[A-Z]{2}\d{6}")

    assert [(mention.kind, mention.value) for mention in mentions] == [("account", "AB123456")]


@pytest.mark.parametrize(
    ("language", "said", "typed"),
    [
        ("en", "one zero zero three one eight six five", "10031865"),
        ("en", "ten oh three eighteen sixty-five", "10031865"),
        ("en", "it's double one triple zero five", "it's 110005"),
        ("en", "four one six, five five five, zero one one seven", "4165550117"),
        ("en", "one hundred and five", "105"),
        ("en", "I have one problem", "I have one problem"),
        ("en", "on 2026-03-05", "on 2026-03-05"),
        ("fr", "un zéro zéro trois un huit six cinq", "10031865"),
        ("fr", "dix zéro trois dix-huit soixante-cinq", "10031865"),
        ("fr", "un compte, vingt et un quatre-vingt-dix-neuf", "un compte, 2199"),
        ("fr", "j'ai un compte", "j'ai un compte"),
        ("it", "uno zero zero tre uno otto sei cinque", "10031865"),
        ("it", "dieci zero tre diciotto sessantacinque", "10031865"),
        ("it", "sei in ritardo", "sei in ritardo"),
        ("it", "due o tre problemi", "due o tre problemi"),
    ],
)
def test_digits_said_aloud_are_written(language: str, said: str, typed: str) -> None:
    assert digits_written(said, pack(language, "spoken")) == typed


@pytest.mark.parametrize("text", NASTY_STRINGS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_any_string_is_survived(language: str, text: str) -> None:
    assert read(language, text) == []
    assert digits_written(text, pack(language, "spoken")) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "April 26 you charged my home phone twice, 41.15 and 41.15"),
        ("fr", "le 26 avril, vous avez pris 41,15 et 41,15"),
        ("it", "il 26 aprile avete preso 41,15 e 41,15"),
    ],
)
def test_two_sums_side_by_side_are_no_account(language: str, text: str) -> None:
    spoken = pack(language, "spoken")
    assert read_references(text, pack(language, "references"), spoken=spoken) == []
