"""The page of the complaints process says what the profile and the scheme hold, in every language alike."""

from __future__ import annotations

from html import unescape

import pytest

from bot.gateway import process_page
from bot.languages import LANGUAGES, pack
from bot.languages.check import placeholders
from bot.provider import profile
from bot.schemes import scheme

PROFILE = profile("jive_ca")
NOTICES = scheme(PROFILE.scheme).notices


async def page(gateway, language):
    return unescape((await gateway.client.get(f"/process?lang={language}")).text)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_tells_every_way_to_complain(gateway, language):
    text = await page(gateway, language)
    for told in (
        "data-recourse-open",
        f"tel:{PROFILE.phone}",
        PROFILE.complaints_page,
        *PROFILE.letter_address,
    ):
        assert told in text


@pytest.mark.parametrize("language, official", [("en", ["en"]), ("fr", ["fr"]), ("it", ["it", "en"])])
async def test_the_notice_is_word_for_word_and_a_translation_is_marked(gateway, language, official):
    text, words = await page(gateway, language), pack(language, "process")
    shown = [code for code in LANGUAGES if f'<blockquote lang="{code}"><p>{NOTICES[code].value}</p>' in text]
    assert sorted(shown) == sorted(official)
    is_translated = len(official) > 1
    assert (words["courtesy"] in text) is is_translated
    assert (f"<figcaption>{words['original']}" in text) is is_translated


@pytest.mark.parametrize(
    "language, one, ten",
    [
        ("en", "approximately 1 business day<", "approximately 10 business days<"),
        ("fr", "environ 1 jour ouvrable<", "environ 10 jours ouvrables<"),
        ("it", "circa 1 giorno lavorativo<", "circa 10 giorni lavorativi<"),
    ],
)
async def test_time_frames_are_those_of_the_profile_and_only_approximate(gateway, language, one, ten):
    assert (PROFILE.business_days["call_back"], PROFILE.business_days["resolution"]) == (1, 10)
    text = await page(gateway, language)
    assert one in text and ten in text
    assert text.count("<dd>") == len(process_page.ESTIMATES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_words(language):
    words, reference = pack(language, "process"), pack("en", "process")
    assert {key: placeholders(text) for key, text in words.items()} == {
        key: placeholders(text) for key, text in reference.items()
    }
