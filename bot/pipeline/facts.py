"""All facts of one message, as entities: the readers, each with the words of the language that was written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any

from bot.languages import LANGUAGES, pack
from bot.pipeline.said import read_said
from bot.provider import known_companies
from bot.reading.addresses import read_addresses
from bot.reading.amounts import AmountMention, read_amounts
from bot.reading.circumstances import read_circumstances
from bot.reading.companies import read_companies
from bot.reading.contacts import read_contacts
from bot.reading.dates import read_dates
from bot.reading.language import asked_language, detect_language
from bot.reading.names import introduces_name
from bot.reading.nature import Leanings, read_natures, read_services
from bot.reading.people import read_represented, read_staff
from bot.reading.references import read_references
from bot.reading.safety import DANGERS, read_danger
from bot.reading.sentences import cued, is_cued, sentence_at
from bot.reading.sounds import read_past_sounds
from bot.reading.taken_back import without_taken_back

Fact = dict[str, Any]

ASKS_WHEN = frozenset({"event", "which_date", "gap", "prior_contact"})
"""Questions whose answer is a day that lies behind us."""

BARE = 4
"""Up to this many words an answer is a day and no story, which may hold what is still to come."""


def read_facts(
    text: str, language: str, today: date, leanings: Leanings | None = None, asked: str | None = None
) -> list[Fact]:
    """Return every fact of a message; `language` is what the conversation speaks, `today` the day it is spoken on.

    `leanings` is what the trained model says of natures and services; without it their cues speak alone. What
    was `asked` tells how a bare answer is meant: "Friday" as the last one, a row of digits as an account number.
    """
    written = detect_language(text)
    speech = written if written in LANGUAGES else language
    facts = [
        *_about_all(text, "language", written),
        *_about_all(text, "asked_language", asked_language(text)),
        *_danger(text),
        *_values(text, speech, language, today, asked),
        *_troubles(text, speech, leanings),
        *_said_in_sentences(text, speech),
        *_people(text, speech),
    ]
    said = read_said(text, asked, pack(language, "spoken"))
    if said and said[0] not in {fact["entity"] for fact in facts}:
        facts += _about_all(text, *said)
    if names_ombudsman(text):
        facts.append(_fact(text, None, "ombudsman", True))
    if introduces_name(text, pack(speech, "names")):
        facts.append(_fact(text, None, "name_given", True))
    return facts


def _values(text: str, speech: str, language: str, today: date, asked: str | None) -> Iterator[Fact]:
    """Yield what a record would hold: contacts, numbers, addresses, sums and dates."""
    # a short answer in one language often looks like another
    spoken = [pack(each, "spoken") for each in dict.fromkeys((speech, language))]
    contacts = read_contacts(text, *spoken)
    references = read_references(text, pack(speech, "references"), spoken=spoken[0], contacts=contacts)
    for contact in without_taken_back(contacts, text, spoken[0]):
        yield _fact(text, contact, contact.kind, contact.value)
    for reference in references:
        yield _fact(text, reference, reference.kind, reference.value)
    addresses = read_addresses(text, pack(speech, "addresses"))
    for address in addresses:
        yield _fact(text, address, "address", address.text)
    words = pack(speech, "dates")

    def read_sums(said: str) -> list[AmountMention]:
        return read_amounts(said, pack(speech, "amounts"), spoken[0], about_money=asked == "remedy")

    sums = read_past_sounds(text, words["sounds"], read_sums)
    sums = _beside([*addresses, *references, *contacts], sums)
    for amount in without_taken_back(sums, text, spoken[0]):
        yield _fact(text, amount, "amount", amount.cents, currency=amount.currency)
    answers_when = asked in ASKS_WHEN and len(text.split()) <= BARE
    days = _beside(addresses, read_dates(text, today, words, past=answers_when))
    for day in without_taken_back(days, text, spoken[0], words["denied"]):
        sentence = sentence_at(text, day.start)
        yield _fact(text, day, "date", day.date, precision=day.precision, sentence=sentence)


def _troubles(text: str, speech: str, leanings: Leanings | None) -> Iterator[Fact]:
    """Yield what is complained of, which service it concerns, and what makes it weigh more."""
    natures = read_natures(text, pack(speech, "natures"), leanings)
    for nature in natures:
        yield _fact(text, None, "nature", nature.category, issue=nature.issue)
    # who complains of nothing is not guessed to mean a service
    for service in read_services(text, pack(speech, "natures"), leanings if natures else None):
        yield _fact(text, None, "service", service)
    for circumstance in read_circumstances(text, pack(speech, "circumstances")):
        yield _fact(text, None, "circumstance", circumstance)


def _said_in_sentences(text: str, speech: str) -> Iterator[Fact]:
    """Yield the first sentence that tells of an earlier contact, and the first that says what is wanted."""
    for kind in ("prior_contact", "remedy"):
        for sentence in islice(cued(text, pack(speech, "cues")[kind]), 1):
            yield _fact(text, None, kind, sentence)


def _people(text: str, speech: str) -> Iterator[Fact]:
    """Yield for whom the customer speaks, whom they spoke with, and the companies they name."""
    words, companies = pack(speech, "people"), read_companies(text, known_companies())
    yield from _about_all(text, "represented", read_represented(text, words))
    for name in read_staff(text, words, elsewhere=companies):
        yield _fact(text, None, "staff", name)
    for name in companies:
        yield _fact(text, None, "company", name)


def names_ombudsman(text: str) -> bool:
    """Tell whether a body of appeal is named, in any of the languages."""
    return any(is_cued(text, pack(language, "cues")["ombudsman"]) for language in LANGUAGES)


def _danger(text: str) -> list[Fact]:
    read = (read_danger(text, pack(language, "safety")) for language in LANGUAGES)
    gravest = min((danger for danger in read if danger), key=DANGERS.index, default=None)
    return _about_all(text, "danger", gravest)


def _beside(others: list[Any], mentions: list[Any]) -> list[Any]:
    """Leave out what is part of something else: the 12 of "12 May Street" is no date, a reference no sum."""
    return [
        mention
        for mention in mentions
        if all(mention.end <= other.start or other.end <= mention.start for other in others)
    ]


def _about_all(text: str, kind: str, value: str | None) -> list[Fact]:
    return [_fact(text, None, kind, value)] if value else []


def _fact(text: str, mention: Any, kind: str, value: Any, **more: Any) -> Fact:
    start, end = (mention.start, mention.end) if mention else (0, len(text))
    return {"entity": kind, "value": value, "start": start, "end": end, "extractor": "FactReader", **more}
