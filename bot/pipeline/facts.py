"""All facts of one message, as entities: the readers, each with the words of the language that was written."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.languages import LANGUAGES, pack
from bot.provider import known_companies
from bot.reading.amounts import read_amounts
from bot.reading.circumstances import read_circumstances
from bot.reading.companies import read_companies
from bot.reading.contacts import read_contacts
from bot.reading.dates import read_dates
from bot.reading.language import asked_language, detect_language
from bot.reading.names import introduces_name
from bot.reading.nature import read_natures, read_services
from bot.reading.people import read_represented, read_staff
from bot.reading.references import read_references
from bot.reading.safety import DANGERS, read_danger
from bot.reading.sentences import cued, sentence_at

Fact = dict[str, Any]


def read_facts(text: str, language: str, today: date) -> list[Fact]:
    """Return every fact of a message; `language` is what the conversation speaks, `today` the day it is spoken on."""
    written, asked = detect_language(text), asked_language(text)
    speech = written if written in LANGUAGES else language
    named: list[Any] = [*read_contacts(text), *read_references(text, pack(speech, "references"))]
    facts = [
        *_about_all(text, "language", written),
        *_about_all(text, "asked_language", asked),
        *_danger(text),
        *(_fact(text, mention, mention.kind, mention.value) for mention in named),
        *(
            _fact(text, mention, "amount", mention.cents, currency=mention.currency)
            for mention in read_amounts(text, pack(speech, "amounts"))
        ),
        *(
            _fact(
                text,
                mention,
                "date",
                mention.date,
                precision=mention.precision,
                sentence=sentence_at(text, mention.start),
            )
            for mention in read_dates(text, today, pack(speech, "dates"))
        ),
        *(
            _fact(text, None, "nature", nature.category, issue=nature.issue)
            for nature in read_natures(text, pack(speech, "natures"))
        ),
        *(_fact(text, None, "service", service) for service in read_services(text, pack(speech, "natures"))),
    ]
    cues = pack(speech, "cues")
    for kind in ("prior_contact", "remedy"):
        facts += [_fact(text, None, kind, sentence) for sentence in cued(text, cues[kind])[:1]]
    people, companies = pack(speech, "people"), read_companies(text, known_companies())
    facts += [
        *(
            _fact(text, None, "circumstance", name)
            for name in read_circumstances(text, pack(speech, "circumstances"))
        ),
        *_about_all(text, "represented", read_represented(text, people)),
        *(_fact(text, None, "staff", name) for name in read_staff(text, people, elsewhere=companies)),
        *(_fact(text, None, "company", name) for name in companies),
    ]
    if names_ombudsman(text):
        facts.append(_fact(text, None, "ombudsman", True))
    if introduces_name(text, pack(speech, "names")):
        facts.append(_fact(text, None, "name_given", True))
    return facts


def names_ombudsman(text: str) -> bool:
    """Tell whether a body of appeal is named, in any of the languages."""
    return any(cued(text, pack(language, "cues")["ombudsman"]) for language in LANGUAGES)


def _danger(text: str) -> list[Fact]:
    read = (read_danger(text, pack(language, "safety")) for language in LANGUAGES)
    gravest = min((danger for danger in read if danger), key=DANGERS.index, default=None)
    return _about_all(text, "danger", gravest)


def _about_all(text: str, kind: str, value: str | None) -> list[Fact]:
    return [_fact(text, None, kind, value)] if value else []


def _fact(text: str, mention: Any, kind: str, value: Any, **more: Any) -> Fact:
    start, end = (mention.start, mention.end) if mention else (0, len(text))
    return {"entity": kind, "value": value, "start": start, "end": end, "extractor": "FactReader", **more}
