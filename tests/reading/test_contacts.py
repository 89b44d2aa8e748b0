"""E-mails, phones and postal codes, written or said, and what only looks like them."""

import pytest

from bot.languages import LANGUAGES, pack
from bot.reading.contacts import read_contacts, read_postal_area
from tests.reading.nasty import NASTY_STRINGS


def values(text: str, kind: str) -> list[str]:
    """Return what is read; a contact may be given in any language, and each must read it alike or not at all."""
    read = [
        [mention.value for mention in read_contacts(text, pack(language, "spoken")) if mention.kind == kind]
        for language in LANGUAGES
    ]
    return max(read, key=len)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("jean@exemple.ca", "jean@exemple.ca"),
        ("Write to jean.tremblay@exemple.ca, please.", "jean.tremblay@exemple.ca"),
        ("My e-mail is jean+bills@exemple.qc.ca.", "jean+bills@exemple.qc.ca"),
        ("Mon courriel : jean_t@exemple.ca!", "jean_t@exemple.ca"),
        ("<giulia@esempio.it>", "giulia@esempio.it"),
        ("(office@northgate-dental.example.com)", "office@northgate-dental.example.com"),
        ("JEAN@EXEMPLE.CA", "JEAN@exemple.ca"),
        ("jean @ exemple.ca", "jean@exemple.ca"),
        ("jean＠exemple．ca", "jean@exemple.ca"),
        ("jean at exemple point ca", "jean@exemple.ca"),
        ("it's jean dot tremblay at example dot com", "jean.tremblay@example.com"),
        ("my email is jean at exemple dot ca", "jean@exemple.ca"),
        ("jean point tremblay arobas exemple point ca", "jean.tremblay@exemple.ca"),
        ("c'est j t tiret bas 9 arobase exemple point qc point ca", "jt_9@exemple.qc.ca"),
        ("mario chiocciola esempio punto it", "mario@esempio.it"),
        ("il mio indirizzo è anna trattino rossi chiocciola esempio punto it", "anna-rossi@esempio.it"),
    ],
)
def test_an_email_address_is_read(text: str, address: str) -> None:
    assert values(text, "email") == [address]


@pytest.mark.parametrize(
    "text",
    [
        "jean@exemple",
        "@exemple.ca",
        "jean@.ca",
        "your rep at telus dot com lied to me",
        "I looked at jive dot com",
        "we met at 10 and I made a point",
        "one user@ two",
    ],
)
def test_what_is_no_address_is_left_out(text: str) -> None:
    assert values(text, "email") == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("416-555-0117", "+14165550117"),
        ("(416) 555-0117", "+14165550117"),
        ("416.555.0117.", "+14165550117"),
        ("4165550117", "+14165550117"),
        ("14165550117", "+14165550117"),
        ("+1 416 555 0117", "+14165550117"),
        ("1-800-555-0199", "+18005550199"),
        ("mon cell est le 514 555 01 42", "+15145550142"),
        ("5 1 4 5 5 5 0 1 4 2", "+15145550142"),
        ("call me at 604‑555‑0135 after 5", "+16045550135"),
        ("٤١٦-٥٥٥-٠١١٧", "+14165550117"),
        ("+39 06 6982 0000", "+390669820000"),
    ],
)
def test_a_phone_number_becomes_e164(text: str, number: str) -> None:
    assert values(text, "phone") == [number]


@pytest.mark.parametrize("area", [403, 416, 418, 450, 514, 579, 581, 604, 647, 778, 905])
def test_the_fictitious_555_01xx_numbers_count_as_numbers(area: int) -> None:
    assert values(f"{area}-555-0142", "phone") == [f"+1{area}5550142"]


@pytest.mark.parametrize(
    "text",
    [
        "555-0117",
        "416 555",
        "1234567890",
        "111-555-0117",
        "10031865",
        "45031865 12",
        "1234-5678-9012",
        "4165-5501-1712",
        "416555011712",
        "2026-03-05",
        "M5V 2T6",
        "$4,165.55",
    ],
)
def test_what_is_no_phone_number_is_left_out(text: str) -> None:
    assert values(text, "phone") == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("M5V 2T6", "M5V 2T6"),
        ("m5v2t6", "M5V 2T6"),
        ("h2x-1y4", "H2X 1Y4"),
        ("I live in T2P 1J9, Calgary", "T2P 1J9"),
        ("m 5 v 2 t 6", "M5V 2T6"),
        ("Ｍ５Ｖ ２Ｔ６", "M5V 2T6"),
    ],
)
def test_a_postal_code_is_written_the_canadian_way(text: str, code: str) -> None:
    assert values(text, "postal_code") == [code]


@pytest.mark.parametrize("text", ["D5V 2T6", "W5V 2T6", "M5O 2T6", "M5V2T67", "XM5V 2T6", "90210", "M5V"])
def test_what_canada_post_never_issues_is_no_postal_code(text: str) -> None:
    assert values(text, "postal_code") == []


def test_several_contacts_come_in_order_with_their_place_in_the_text() -> None:
    text = "Call 416-555-0117/514-555-0142 or write jean@exemple.ca, I am at m5v 2t6."
    mentions = read_contacts(text)

    assert [mention.kind for mention in mentions] == ["phone", "phone", "email", "postal_code"]
    assert all(text[mention.start : mention.end] == mention.text for mention in mentions)


@pytest.mark.parametrize("text", NASTY_STRINGS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_any_string_is_survived(language: str, text: str) -> None:
    assert read_contacts(text, pack(language, "spoken")) == []


@pytest.mark.parametrize("order", [("fr", "en"), ("en", "fr")])
def test_a_contact_may_be_said_in_any_of_the_languages_given(order: tuple[str, str]) -> None:
    text = "marie tiret claude arobase yahoo point ca"
    mentions = read_contacts(text, *(pack(language, "spoken") for language in order))

    assert [mention.value for mention in mentions] == ["marie-claude@yahoo.ca"]


def test_without_words_only_what_is_typed_is_read() -> None:
    assert read_contacts(
        "four one six five five five zero one one seven or jean@exemple.ca"
    ) == read_contacts(
        "four one six five five five zero one one seven or jean@exemple.ca", pack("fr", "spoken")
    )


@pytest.mark.parametrize(
    ("language", "text", "area"),
    [
        ("en", "T2P", "T2P"),
        ("en", "t two p", "T2P"),
        ("en", "it's tee two pee in calgary", "T2P"),
        ("en", "h as in hotel two x as in x-ray", "H2X"),
        ("en", "t two p one", None),
        ("en", "double u one a", None),
        ("en", "i see one of them", None),
        ("fr", "h deux x", "H2X"),
        ("fr", "c'est g un r à québec", "G1R"),
        ("fr", "d un a", None),
        ("it", "acca due ics", "H2X"),
        ("it", "ti come torino due pi", "T2P"),
        ("it", "doppia vu uno a", None),
    ],
)
def test_the_first_three_signs_of_a_postal_code_tell_the_area(
    language: str, text: str, area: str | None
) -> None:
    assert read_postal_area(text, pack(language, "spoken")) == area
