"""The ear: each fault that a caller could hear is found, and what a voice says well is none."""

from __future__ import annotations

import pytest

from tests.phone.ear import faults, heard


@pytest.mark.parametrize(
    ("spoken", "fault"),
    [
        ("", "nothing is said"),
        (" ., ", "nothing is said"),
        ('Say /inform{"service": "tv"} now', "a payload"),
        ("Thank you {name}", "a sign: '{'"),
        ("name} here", "a sign: '}'"),
        ("<b>bold</b>", "markup"),
        ("</speak>", "markup"),
        ("Terms &amp; so on", "markup"),
        ("this is **bold**", "markup"),
        ("a [link](there)", "markup"),
        ("see https://example", "a web address"),
        ("see www dot", "a web address"),
        ("see example.com", "a web address"),
        ("jane@example", "a sign: '@'"),
        ("the ccts", "letter soup: ccts"),
        ("http", "letter soup: http"),
        ("sdfghjk", "letter soup: sdfghjk"),
        ("the CCTS", "letters said as a word"),
        ("BROKEN", "letters said as a word"),
        ("on 2026-03-05", "a raw date"),
        ("on 5/3/2026", "a raw date"),
        ("on 31.12.2025", "a raw date"),
        ("code 482019", "a long number"),
        ("case 4820-1934", "a long number"),
        ("call 9-1-1", "a long number"),
        ("code 0042", "a long number"),
        ("half is 1/2", "a long number"),
        ("50 Mbps", "an unexpanded unit"),
        ("1,5 Go", "an unexpanded unit"),
        ("1 GB", "an unexpanded unit"),
        ("20 km", "an unexpanded unit"),
        ("9 h 30", "an unexpanded unit"),
        ("$41", "a sign: '$'"),
        ("41 €", "a sign: '€'"),
        ("13%", "a sign: '%'"),
        ("you & me", "a sign: '&'"),
        ("press #", "a sign: '#'"),
        ("press * now", "a sign: '*'"),
        ("• billed twice", "a sign: '•'"),
        ("billed – twice", "a sign: '–'"),
        ("say “skip”", "a sign: '“'"),
        ("dites « passer »", "a sign: '«'"),
        ("it (really)", "a sign: '('"),
        ("Internet/TV", "a sign: '/'"),
        ("go → there", "a sign: '→'"),
        ("thanks 😀", "a sign: '😀'"),
        ("wait…", "a sign: '…'"),
        ("a\x07b", "a sign: '\\x07'"),
        ("a\u202eb", "a sign: '\\u202e'"),
        ("il 1º", "a sign: 'º'"),
        ("hello ʇɐɥʇ", "a sign: 'ʇ'"),
        ("pvv", "letter soup: pvv"),
        ("hello мир", "a sign: 'м'"),
        ("41,15\u00a0dollars", "a sign: '\\xa0'"),
        ("e.g. this", "an abbreviation"),
        ("and etc. so", "an abbreviation"),
        ("p. ex. ceci", "an abbreviation"),
        ("c.-à-d. cela", "an abbreviation"),
        ("Mme Roy", "an abbreviation"),
        ("no 5", "an abbreviation"),
        ("ad es. questo", "an abbreviation"),
        ("quello, ecc.", "an abbreviation"),
        ("Sig. Rossi", "an abbreviation"),
        ("x" * 31, "a word too long to say"),
        ("yes . no", "punctuation by itself"),
        ("yes - no", "punctuation by itself"),
        ("yes., no", "punctuation by itself"),
        ("so... what", "punctuation by itself"),
    ],
)
def test_a_fault_is_found(spoken: str, fault: str) -> None:
    assert any(found.startswith(fault) for found in faults(spoken)), faults(spoken)


@pytest.mark.parametrize(
    "spoken",
    [
        "Your case is 4 8 2 0, 1 9 3 4, 7 7 1 1. Keep it.",
        "It’s 41 dollars and 15 cents, or 12 thousand 345 dollars!",
        "On March 5, 2026, between 9 a.m. and 5:30 p.m.",
        "The C C T S, at c c t s dash c p r s t dot c a.",
        "Un e-mail : c’est-à-dire 13,5 pour cent, peut-être?",
        "L’è perché no; 1,5 gigabyte, tivù e strengths.",
        "hmm, I’d say so: twenty-first, X-ray",
        "A as in Alpha, 1, 2",
        "No 5G here, and etc is no word",
    ],
)
def test_what_a_voice_says_well_is_no_fault(spoken: str) -> None:
    assert faults(spoken.replace(" :", ":")) == []


def test_each_fault_is_told_with_its_place() -> None:
    assert faults("Your case 4820-1934 & more") == [
        "a long number: our case 4820-1934 & more",
        "a sign: '&' (AMPERSAND)",
    ]


def test_what_is_heard_of_a_document_is_every_word_said_in_it() -> None:
    document = (
        "<Response><Gather><Say>Your case is <say-as interpret-as='digits'>4820</say-as><break time='250ms'/> now.</Say>"
        "<Say><prosody rate='80%'>At the <say-as interpret-as='spell-out'>CCTS</say-as> too.</prosody></Say></Gather>"
        "<Redirect>https://example.com/voice?turn=1</Redirect></Response>"
    )
    assert heard(document) == "Your case is 4 8 2 0 now. At the C C T S too."
