"""What is claimed: no figure without a source, no promise, and nothing false that people say of the CCTS."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cases.identity import CODE_LIVES
from bot.cases.tracking import find_tracking_number, written
from bot.languages import LANGUAGES, pack
from bot.playbooks import playbooks
from bot.provider import profile
from bot.schemes import scheme
from tests.languages.forms import forms

CCTS = scheme("ccts")
CCTS_PHONE, CCTS_SITE = CCTS.value("phone"), CCTS.value("website")
CCTS_NAME = re.compile(r"\b(CCTS|CPRST)\b")
EMERGENCY, CRISIS_LINE = "9-1-1", "9-8-8"
EXAMPLE_NUMBER = written("123456789012")
DIGITS_OF_A_CODE = 6


def told(*names: str) -> Iterator[tuple[str, str, str]]:
    """Yield language, key and text of everything that is said or sent."""
    for language in LANGUAGES:
        for name in names:
            for key, words in pack(language, name).items():
                for text in words.values() if isinstance(words, dict) else [words]:
                    yield language, f"{name}.{key}", text


def told_by_playbooks() -> Iterator[tuple[str, str, str]]:
    """Yield language, key and text of everything that a playbook says."""
    for book in playbooks():
        for language in LANGUAGES:
            for key, words in book.words[language].items():
                for text in words.values() if isinstance(words, dict) else [words]:
                    yield language, f"{book.name}.{key}", str(text)


TOLD = [*told("replies", "notices", "phrases", "process"), *told_by_playbooks()]

NUMBER_WORDS = {
    "en": "three four five six seven eight nine ten eleven twelve fifteen twenty thirty sixty ninety hundred",
    "fr": "trois quatre cinq six sept huit neuf dix onze douze quinze vingt trente soixante cent",
    "it": "tre quattro cinque sei sette otto nove dieci undici dodici quindici venti trenta sessanta cento",
}
UNITS = {
    "en": r"days?|weeks?|months?|years?|hours?",
    "fr": r"jours?|semaines?|mois|ans?|années?|heures?",
    "it": r"giorn[oi]|settiman[ae]|mes[ei]|ann[oi]|ore",
}
MINUTES = int(CODE_LIVES.total_seconds()) // 60
TRACKING_DIGITS = len(EXAMPLE_NUMBER.replace("-", ""))
LIVES = {10: {"en": "ten minutes", "fr": "dix minutes", "it": "dieci minuti"}}
DIGITS = {
    6: {"en": "six(-digit| digits)", "fr": "six chiffres", "it": "sei cifre"},
    12: {"en": "twelve digits", "fr": "douze chiffres", "it": "dodici cifre"},
}
BUSINESS_DAYS = {"en": "business days?", "fr": "jours? ouvrables?", "it": "giorn[oi] lavorativ[oi]"}
NO_FIGURES = {
    "en": "any hour|any time of day|business days",
    "fr": "à toute heure|fins de semaine|jours fériés",
    "it": "a ogni ora|fine settimana|giorni festivi",
}


def without_what_has_a_source(text: str, language: str) -> str:
    """Take out every figure that comes from the profile, a confirmed fact, or a rule of the code."""
    sourced = [
        r"[“«][^”»]*[”»]",  # words the customer might say
        r"\{(?:\w*days|count)\} " + BUSINESS_DAYS[language],
        # what was ordered, as the records have it
        r"\{months\} (months|mois|mesi)",
        r"\{\w+\} (a month|par mois|al mese)",
        r"(those months|quei mesi)",
        r"\{\w+\}",
        re.escape(CCTS_SITE),
        re.escape(CCTS_PHONE),
        EMERGENCY,
        CRISIS_LINE,
        re.escape(EXAMPLE_NUMBER),
        rf"\b{MINUTES} minut(es|i)\b",
        LIVES[MINUTES][language],
        DIGITS[DIGITS_OF_A_CODE][language],
        DIGITS[TRACKING_DIGITS][language],
        NO_FIGURES[language],
    ]
    return re.sub("|".join(sourced), " ", text, flags=re.IGNORECASE)


FIGURES = {
    language: re.compile(
        r"\d|[$€%]|www\.|https?:|@\w|\.(?:ca|com|org)\b"
        rf"|\b(?:{NUMBER_WORDS[language].replace(' ', '|')})\b|\b(?:{UNITS[language]})\b",
        re.IGNORECASE,
    )
    for language in LANGUAGES
}


def test_every_figure_phone_and_address_has_a_source_in_digits_or_in_words() -> None:
    assert [
        (language, key, found[0])
        for language, key, text in TOLD
        if (found := FIGURES[language].search(without_what_has_a_source(text, language)))
    ] == [], "take it from the profile or from a confirmed fact"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "We answer in 10 business days."),
        ("en", "We answer within ten days."),
        ("en", "The CCTS answers in {days} weeks."),
        ("fr", "Réponse dans trente jours."),
        ("it", "Rispondiamo entro sei settimane."),
        ("en", "Call 1-888-221-1688."),
        ("fr", "Composez le 866-671-0111."),
        ("it", "Scriva a info@example.com."),
        ("en", "You may get up to $."),
    ],
)
def test_a_figure_without_a_source_would_be_seen(language: str, text: str) -> None:
    assert FIGURES[language].search(without_what_has_a_source(text, language))


def test_the_operators_phone_is_filled_in_and_never_written_out() -> None:
    digits = re.sub(r"\D", "", profile("jive_ca").phone)
    assert not [key for _, key, text in TOLD if digits in re.sub(r"\D", "", text)]
    assert {key for language, key, text in TOLD if language == "en" and "{phone}" in text} >= {
        "replies.danger_fraud",
        "replies.status_refused",
        "notices.acknowledgement",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_of_a_tracking_number_is_nobodys(language: str) -> None:
    assert EXAMPLE_NUMBER in forms(language, "question_tracking_number")[0]
    assert find_tracking_number(EXAMPLE_NUMBER) is None


HEDGES = {
    "en": r"\babout\b|\bapproximately\b|\baround\b|\bexpect",
    "fr": r"\benviron\b|\bvers\b|\bpens(e|ons)\b|\bprév",
    "it": r"\bcirca\b|\bindicativamente\b|\bintorno\b|\bpensiamo\b",
}
ESTIMATE = re.compile(r"\{(?:update|answer|days|update_days|review_days)\}")


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?;])\s+|\n", text)


def test_a_time_frame_is_an_estimate_and_says_so() -> None:
    assert [
        (language, key, place[0])
        for language, key, text in TOLD
        for sentence in sentences(text)
        for place in ESTIMATE.finditer(sentence)
        if not re.search(HEDGES[language], sentence[: place.start()], re.IGNORECASE)
    ] == []


NO_PROMISES = {
    "en": r"guarantee|\bdefinitely\b|\bcertainly\b"
    r"|\bwe(?:’ll| will) (?:refund|credit|pay|compensate|fix|solve|resolve)\b"
    r"|\byou(?:’ll| will) (?:get|receive) (?:a|your|the) (?:refund|credit|money)",
    "fr": r"garanti|\bcertainement\b|\b(?:on|nous) (?:vous )?rembours|\bnous réglerons\b"
    r"|\bvous (?:serez|allez être) (?:remboursé|crédité)",
    # "il garante" is an authority
    "it": r"garan(?:z|t(?!e\b))|\bcertamente\b|\bLa rimbors(?:iamo|eremo)\b|\bsarà rimborsat|\brisolveremo\b"
    r"|\briceverà (?:un|il) (?:rimborso|accredito)",
}
NEGATED = re.compile(r"\b(?:not|pas|non) (?:a |une |una |des )?(?:guarantees?|garanties?|garanzi[ae])\b")


def test_nothing_is_promised() -> None:
    assert [
        (language, key, found[0])
        for language, key, text in TOLD
        if (found := re.search(NO_PROMISES[language], NEGATED.sub("", text), re.IGNORECASE))
    ] == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "We guarantee an answer."),
        ("en", "You’ll get a refund."),
        ("fr", "C’est garanti."),
        ("fr", "Nous vous rembourserons."),
        ("it", "Garantiamo una risposta."),
        ("it", "La rimborseremo."),
    ],
)
def test_a_promise_would_be_seen(language: str, text: str) -> None:
    assert re.search(NO_PROMISES[language], text, re.IGNORECASE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_acknowledgement_says_that_its_dates_are_no_guarantee(language: str) -> None:
    assert all(NEGATED.search(form) for form in forms(language, "acknowledged"))


FALSE_OR_FORBIDDEN = {
    "its process has had findings, no decisions, since May 2023": (
        r"binding|exécutoire|contraignant|vincolant",
        ["a binding decision", "une décision exécutoire", "una decisione vincolante"],
    ),
    "the provider's days to report to it are no right against us": (
        r"\b(?:30|thirty|trente|trenta|20|twenty|vingt|venti) (?:days|jours|giorni)",
        ["within 30 days", "dans les trente jours", "entro 30 giorni"],
    ),
    "the cap is not confirmed": (
        r"5[\s,.]?000",
        ["up to $5,000", "jusqu’à 5 000 $", "fino a 5.000 $"],
    ),
    "the time limit is not confirmed": (
        r"\b(?:one|a) year\b|\bun an\b|\bun anno\b",
        ["within one year", "dans un délai d’un an", "entro un anno"],
    ),
    "every level of ours is not a condition": (
        r"\b(?:all|every|each)(?: of)?(?: our)? (?:levels?|steps?|stages?)\b|\bexhaust"
        r"|\btou(?:s|tes) (?:nos|les) (?:niveaux|étapes)\b|\bépuis"
        r"|\btutt[ie] (?:i|le)(?: nostr[ie])? (?:livelli|fasi|passaggi)\b|\besauri",
        [
            "you must complete all our levels",
            "après avoir suivi toutes nos étapes",
            "dopo tutti i nostri livelli",
        ],
    ),
    "limits in weeks are of other countries": (
        r"\bweeks?\b|(?<!fins de )\bsemaines\b|\bsettimane\b",
        ["after eight weeks", "après 6 semaines", "dopo otto settimane"],
    ),
    "those codes are of other services": (
        r"Wireless Code|Internet Code|Code sur les services|Codice (?:wireless|sui servizi)",
        ["the Wireless Code says", "selon le Code sur les services sans fil", "secondo il Codice wireless"],
    ),
    "who is eligible is not ours to say": (
        r"\beligib|\badmissib|\bammissibil|\bidone",
        ["you are not eligible", "vous êtes admissible", "il reclamo è ammissibile"],
    ),
    "it is not part of the company": (
        r"\bour (?:CCTS|ombudsman|commission)|\bnotre (?:CPRST|ombudsman|commission)"
        r"|\bnostr[oa] (?:CCTS|ombudsman|commissione)",
        ["our ombudsman", "notre CPRST", "la nostra commissione"],
    ),
    "nobody is asked to take a complaint back from it": (
        r"withdraw your CCTS|retirer votre plainte (?:à|auprès de) la CPRST"
        r"|ritirare il (?:Suo )?reclamo (?:alla|presso la) CCTS",
        [
            "please withdraw your CCTS complaint",
            "retirer votre plainte auprès de la CPRST",
            "ritirare il reclamo alla CCTS",
        ],
    ),
    "no reprisal": (
        r"disconnect|débranch|interrompre votre service|disattiv|sospender",
        [
            "we may disconnect you",
            "nous pourrions interrompre votre service",
            "potremmo sospendere il servizio",
        ],
    ),
    "these names and addresses are old": (
        r"Commissioner for|Commissaire aux plaintes|81088|K1P 1B1",
        ["Commissioner for Complaints", "le Commissaire aux plaintes", "P.O. Box 81088"],
    ),
    "receipt is confirmed and nothing admitted": (
        r"\bupheld\b|\breconnaissons\b|\briconosciut[oi]\b|\briconosciamo\b",
        ["your complaint is upheld", "nous reconnaissons votre plainte", "il reclamo è stato riconosciuto"],
    ),
    "what it will do is not ours to say": (
        r"\b(?:CCTS|they) will (?:help|take|accept|decide in|order|award|rule)"
        r"|\bCPRST (?:vous aidera|acceptera|ordonnera)|\bCCTS (?:La aiuterà|accetterà|ordinerà)",
        ["the CCTS will help you", "la CPRST vous aidera", "la CCTS La aiuterà"],
    ),
}
SAID_BY_CUSTOMERS = re.compile(r"[“«][^”»]*[”»]")


FACTS_OF_RECORD = {
    ("no reprisal", "disconnection.announced"),
    ("no reprisal", "disconnection.day_passed"),
    ("no reprisal", "disconnection.held"),
    ("no reprisal", "disconnection.none_found"),
    ("no reprisal", "unrecognised_usage.usage_and_disconnection"),
    ("no reprisal", "unrecognised_usage.usage_and_day_passed"),
    ("no reprisal", "unrecognised_usage.usage_on_hold"),
    ("no reprisal", "unrecognised_usage.recognised_and_disconnection"),
}
"""A disconnection that the records announce is told with the word on 9-1-1 and a hold, which is the reverse of a threat."""


@pytest.mark.parametrize("why", FALSE_OR_FORBIDDEN)
def test_nobody_hears_what_is_false_or_forbidden(why: str) -> None:
    pattern, examples = FALSE_OR_FORBIDDEN[why]
    forbidden = re.compile(pattern, re.IGNORECASE)
    assert all(forbidden.search(example) for example in examples), "the pattern itself misses one"
    notices = [(language, "ccts notice", fact.value) for language, fact in CCTS.notices.items()]
    for language, key, text in [*TOLD, *told("choices", "errors"), *notices]:
        if (why, key) in FACTS_OF_RECORD:
            continue
        assert not forbidden.search(SAID_BY_CUSTOMERS.sub("", text)), f"{language} {key}: {why}"


SENTENCES = [(language, key, sentence) for language, key, text in TOLD for sentence in sentences(text)]


def test_the_operators_number_never_shares_a_sentence_with_the_ccts() -> None:
    with_ours = [row for row in SENTENCES if "{phone}" in row[2]]
    assert with_ours
    assert [row for row in with_ours if CCTS_PHONE in row[2] or CCTS_NAME.search(row[2])] == []


def test_the_number_of_the_ccts_stands_beside_its_address_so_that_nobody_takes_it_for_ours() -> None:
    with_theirs = [row for row in SENTENCES if CCTS_PHONE in row[2]]
    assert with_theirs
    assert [row for row in with_theirs if CCTS_SITE not in row[2]] == []


@pytest.mark.parametrize(("language", "name"), [("en", "CCTS"), ("fr", "CPRST"), ("it", "CCTS")])
def test_the_scheme_bears_the_name_it_has_in_the_language(language: str, name: str) -> None:
    named = {found for spoken, _, text in TOLD if spoken == language for found in CCTS_NAME.findall(text)}
    assert named == {name}


@pytest.mark.parametrize(
    ("language", "free", "independent"),
    [
        ("en", "free", "independent"),
        ("fr", "gratuit|sans frais", "indépendant"),
        ("it", "gratuit", "indipendente"),
    ],
)
def test_where_its_rights_are_told_it_is_free_independent_and_decides_itself(
    language: str, free: str, independent: str
) -> None:
    for rights in forms(language, "answer_ask_rights"):
        assert re.search(free, rights, re.I) and re.search(independent, rights, re.I)
        assert re.search(r"decides|décide|decide", rights)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("danger", ["emergency", "no_911", "medical_alarm", "self_harm", "violence"])
def test_danger_to_life_brings_the_emergency_number(danger: str, language: str) -> None:
    assert all(EMERGENCY in form for form in forms(language, f"danger_{danger}"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_thinks_of_suicide_gets_the_crisis_line_before_anything_else(language: str) -> None:
    for said in forms(language, "danger_self_harm"):
        assert said.index(CRISIS_LINE) < said.index(EMERGENCY)


def test_nothing_sent_is_promotion() -> None:
    promotion = r"\b(?:offer|discount|upgrade|save|deal|promo\w*|rabais|économis\w*|sconto|risparmi\w*)\b"
    for language, key, text in told("notices"):
        assert not re.search(promotion, text, re.IGNORECASE), f"{language} {key}"


def test_these_tests_read_every_language() -> None:
    folder = Path(pack.__wrapped__.__code__.co_filename).parent
    assert {
        path.name for path in folder.iterdir() if path.is_dir() and (path / "replies.yml").exists()
    } == set(LANGUAGES)
    assert {language for language, _, _ in TOLD} == set(LANGUAGES)
