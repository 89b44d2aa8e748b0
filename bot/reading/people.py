"""The people in a complaint: somebody the customer speaks for, and the provider's staff the customer spoke with."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.reading.characters import bare
from bot.reading.patterns import Words, any_of, once_per_pack
from bot.reading.phrases import PhraseBook
from bot.reading.sentences import sentences

_CLAUSE_END = re.compile(r"[.!?;:\n\r…]+")
_NOT_A_WORD = re.compile(r"[^\w.]+|_+")
# "Marie-Ève", "O’Brien", the initial of "Sarah B."; the end of "Ada's" is no part of the name.
_NAME_WORD = re.compile(r"[^\W\d_]+(?:[-'’](?!s\b)[^\W\d_]+)*", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(r"\.? +")
_MOST_WORDS_OF_A_NAME = 3
_AND_PARTNER = re.compile(r" +(?:&|\w{1,3}) +(\w+)")
_NAME_GAP = re.compile(r",? +")
_NAME_CLOSED = re.compile(r"\s*(?:[,.;:!?)]|$|['’]s\b)")
_LAST_WORDS = re.compile(r"(?:[^\W\d_][\w'’-]*\.?\s+){0,2}[^\W\d_][\w'’-]*$")
_STARTS_SENTENCE = re.compile(r"(?:^|[.!?…\n])\s*$")
_REACH = 60


Accept = Literal["any", "capital", "known"]


@dataclass(frozen=True)
class _Names:
    """What a name may and may not consist of."""

    titles: re.Pattern[str]
    particles: frozenset[str]
    first_names: frozenset[str]
    not_names: frozenset[str]
    businesses: frozenset[str]


def _names(words: Words) -> _Names:
    sets = {key: frozenset(words[key]) for key in ("particles", "first_names", "not_names", "businesses")}
    return _Names(titles=re.compile(rf"(?:{any_of(words['titles'])})(?!\w)\.?\s+"), **sets)


def _name_end(text: str, start: int, names: _Names, accept: Accept = "capital") -> int | None:
    """Return where the name ends that starts here, None when none does.

    Known first names and names behind a title always count, others only with a capital, unless `accept` says
    otherwise; capitals throughout the text say nothing.
    """
    title = names.titles.match(bare(text[start : start + 12]))
    first = _NAME_WORD.match(text, start + title.end() if title else start)
    if not first or _key(first) in names.not_names:
        return None
    is_known = title is not None or set(_key(first).split("-")) <= names.first_names
    is_capital = _is_capital(text, first)
    if len(first.group()) == 1 or not (is_known or accept == "any" or (accept == "capital" and is_capital)):
        return None
    return _end_of_capitals(text, first, names) if is_capital else first.end()


def _end_of_capitals(text: str, first: re.Match[str], names: _Names) -> int | None:
    """Go on over "Marie de la Cruz" and "Sarah B.", but not from "Kevin" to "Monday" or to "Dental Clinic"."""
    end, count = first.end(), 1
    word = _word_after(text, end)
    while word and count <= _MOST_WORDS_OF_A_NAME:
        if _key(word) in names.businesses:
            return None
        if _key(word) in names.particles:
            word = _word_after(text, word.end())
            continue
        if not _is_capital(text, word) or _key(word) in names.not_names:
            break
        end, count = word.end(), count + 1
        word = _word_after(text, end)
    partner = _AND_PARTNER.match(text, end)
    return None if partner and bare(partner.group(1)) in names.businesses else end


def _word_after(text: str, end: int) -> re.Match[str] | None:
    gap = _BETWEEN_NAMES.match(text, end)
    # "He met Ada. Then" ends with the dot, "J. Smith" does not.
    if not gap or (gap.group().startswith(".") and not text[max(0, end - 2) : end - 1].isspace()):
        return None
    return _NAME_WORD.match(text, gap.end())


def _is_capital(text: str, word: re.Match[str]) -> bool:
    return word.group()[0].isupper() and not text.isupper()


def _key(word: re.Match[str]) -> str:
    return bare(word.group()).strip("'")


# --- whom the customer speaks for -------------------------------------------------------------------------

_MOST_PEOPLE = 12

# What stands in a sentence for the person it may be about, by what the pack calls the sort of person.
_TOKENS = {
    "kin": "thekin",
    "household": "themate",
    "clients": "theclient",
    "holders": "theholder",
    "name": "thename",
}


@dataclass(frozen=True)
class _Person:
    """Somebody who is mentioned: `token` for the sentence, `shown` as a sentence can say it."""

    start: int
    end: int
    token: str
    shown: str


@dataclass(frozen=True)
class _Speaking:
    people: re.Pattern[str]
    before_names: re.Pattern[str]
    articles: frozenset[str]
    contracted: Mapping[str, tuple[str, ...]]
    names: _Names
    refused: PhraseBook
    represents: PhraseBook
    professions: PhraseBook
    relations: Mapping[str, PhraseBook]
    for_them: PhraseBook
    holder: str


def read_represented(text: str, words: Words) -> str | None:
    """Return for whom the customer says to speak, as in "my mother" or "Ada Fontana"; None when for nobody else.

    A business is nobody else: whoever writes for one is its customer. Fits behind "on behalf of", "au nom de"
    and "a nome di".
    """
    grammar = _speaking(words)
    bared = bare(text)
    people = _people(text, bared, grammar)
    for person in people:
        if grammar.represents.is_in(_said_of(person, text, grammar)):
            return person.shown
    said = grammar.refused.removed_from(_normal(bared))
    client = next((person for person in people if person.token == _TOKENS["clients"]), None)
    if client and grammar.professions.is_in(said):
        return client.shown
    related = next((whom for whom, phrases in grammar.relations.items() if phrases.is_in(said)), None)
    if related or not grammar.for_them.is_in(said):
        return related
    return people[-1].shown if people else grammar.holder


@once_per_pack
def _speaking(words: Words) -> _Speaking:
    others, phrases = words["others"], words["represented"]
    groups = {
        **phrases["groups"],
        "whom": [*_TOKENS.values()],
        "relative": [_TOKENS["kin"], _TOKENS["household"]],
        **{sort: [token] for sort, token in _TOKENS.items()},
    }
    return _Speaking(
        people=_people_pattern(others),
        before_names=re.compile(rf"(?<!\w)(?:{any_of(map(bare, others['before_names']))})[ ']+"),
        articles=frozenset(others["a"]),
        contracted={short: tuple(apart.split(" ", 1)) for short, apart in others["contracted"].items()},
        names=_names(words["names"]),
        refused=PhraseBook(phrases["refused"], groups),
        represents=PhraseBook(phrases["represents"], groups),
        professions=PhraseBook(phrases["professions"], groups),
        relations={whom: PhraseBook(said, groups) for whom, said in phrases["relations"].items()},
        for_them=PhraseBook(phrases["for_them"], groups),
        holder=phrases["holder"],
    )


def _people_pattern(others: Words) -> re.Pattern[str]:
    """Match "my elderly mother-in-law", "una mia cliente", "my wife's parents", "la mère de ma femme"."""
    sorts = {sort: _spaced(others[sort]) for sort in ("kin", "household", "clients", "holders")}
    sort = "|".join(rf"(?P<{name}>{pattern})" for name, pattern in sorts.items())
    anyone = rf"(?:{'|'.join(sorts.values())})(?=s?(?!\w))"
    mine = rf"(?:{_spaced(others['mine'])})[\s']\s*"
    determiner = rf"{mine}|(?:{_spaced(others['a'])})[\s']\s*(?:{mine})?"
    if others["contracted"]:
        determiner += rf"|(?P<contracted>{_spaced(others['contracted'])})[\s']\s*(?:{mine})?"
    adjectives = rf"(?:(?:{_spaced(others['adjectives'])}|\d{{2,3}})[\s-]+){{0,4}}"
    of_mine = rf"(?:'?s\s+{adjectives}{anyone}|\s+d[ei]\s+{mine}{adjectives}{anyone})?"
    and_mine = rf"(?:\s+(?:{_spaced(others['and'])})\s+(?:{mine})?{anyone})?"
    return re.compile(rf"(?<!\w)(?:{determiner}){adjectives}(?:{sort})(?=s?(?!\w)){of_mine}{and_mine}")


def _spaced(words: Collection[str]) -> str:
    return any_of(map(bare, words)).replace(r"\ ", r"[\s-]+")


def _people(text: str, bared: str, grammar: _Speaking) -> list[_Person]:
    people = [_relative(text, match, grammar) for match in grammar.people.finditer(bared)]
    for before in grammar.before_names.finditer(bared):
        end = _name_end(text, before.end(), grammar.names)
        if end and not any(person.start < end and before.end() < person.end for person in people):
            people.append(_named_person(text, before, end, grammar))
    return sorted(people, key=lambda person: person.start)[:_MOST_PEOPLE]


def _relative(text: str, match: re.Match[str], grammar: _Speaking) -> _Person:
    start, end = match.start(), _with_name(text, match.end(), grammar)
    token = _TOKENS[match.lastgroup or "kin"]
    short = match.groupdict().get("contracted")
    if short:
        return _apart(start, end, token, short, text[match.end("contracted") : end], grammar)
    return _Person(start, end, token, _within_a_sentence(text[start:end]))


def _named_person(text: str, before: re.Match[str], end: int, grammar: _Speaking) -> _Person:
    """Keep the article in "rappresento la signora Fontana" and in "per conto della signora Fontana"."""
    start = before.start() + before.group().rstrip(" '").rfind(" ") + 1
    last, name = bare(text[start : before.end()]).strip(" '"), text[before.end() : end]
    if last in grammar.contracted:
        return _apart(start, end, _TOKENS["name"], last, name, grammar)
    has_article = last in grammar.articles
    return _Person(
        start if has_article else before.end(),
        end,
        _TOKENS["name"],
        _on_one_line(f"{last} {name}" if has_article else name),
    )


def _apart(start: int, end: int, token: str, short: str, rest: str, grammar: _Speaking) -> _Person:
    """Take "della mia vicina" as "di" and "la mia vicina"."""
    preposition, article = grammar.contracted[short]
    gap = "" if article.endswith("'") else " "
    return _Person(start, end, f"{preposition} {token}", _on_one_line(article + gap + rest.lstrip(" '’")))


def _with_name(text: str, end: int, grammar: _Speaking) -> int:
    """Go on over the name in "my mother Ada Fontana" and "my mother, Ada, ..."."""
    gap = _NAME_GAP.match(text, end)
    name_end = _name_end(text, gap.end(), grammar.names) if gap else None
    if not gap or not name_end or ("," in gap.group() and not _NAME_CLOSED.match(text, name_end)):
        return end
    return name_end


def _said_of(person: _Person, text: str, grammar: _Speaking) -> str:
    """Return the sentence about a person in bare words, with a token in the person's place."""
    start, end = next(
        ((start, end) for start, end in sentences(text) if start <= person.start < end), (0, len(text))
    )
    said = f"{text[start : person.start]} {person.token} {text[person.end : max(end, person.end)]}"
    return grammar.refused.removed_from(_normal(bare(said)))


def _normal(bared: str) -> str:
    """Return bare words with single spaces between and " . " at the ends of sentences."""
    return " ".join(_NOT_A_WORD.sub(" ", _CLAUSE_END.sub(" . ", bared)).split())


def _within_a_sentence(text: str) -> str:
    """Return "my mother" for "My mother", but leave "MY MOTHER"."""
    return _on_one_line(text if text.isupper() else text[0].lower() + text[1:])


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


# --- whom of the staff the customer spoke with ------------------------------------------------------------

# What may stand between an introduction and a name; a number of staff, and where it ends.
_OPENED = r"[\s:\"“”«»(']*"
_DIGITS_END = r"(?![\w/-]|[.,:]\d|\s\d)"
_DIGITS = rf"[a-z]{{0,3}}-?\d{{2,8}}{_DIGITS_END}"


@dataclass(frozen=True)
class _Staff:
    sure: tuple[re.Pattern[str], ...]
    role: re.Pattern[str]
    spoken_with: re.Pattern[str]
    dealt_with: re.Pattern[str]
    place: re.Pattern[str]
    number: re.Pattern[str]
    more: re.Pattern[str]
    of_the_customer: re.Pattern[str]
    assigned: re.Pattern[str]
    friend: re.Pattern[str]
    at: re.Pattern[str]
    names: _Names


@dataclass(frozen=True)
class _Found:
    """A name or number with the words that introduce it."""

    start: int
    end: int
    introduced_at: int
    closed_at: int


def read_staff(text: str, words: Words, elsewhere: Collection[str] = ()) -> list[str]:
    """Return names and numbers of the provider's staff as written, each once, in order of mention.

    Only those introduced as staff: "I spoke to Kevin", "your technician Daniel", "agent #4417". `elsewhere`
    names the other companies in the message, whose staff is left out.
    """
    grammar = _staff(words)
    bared = bare(text)
    others = re.compile(rf"(?<!\w)(?:{any_of(map(bare, elsewhere))})(?!\w)") if elsewhere else None
    found = [*_introduced(text, bared, grammar), *_placed(text, bared, grammar), *_numbered(bared, grammar)]
    shown: dict[str, str] = {}
    for one in sorted(found, key=lambda one: one.start):
        if not (others and _is_elsewhere(one, bared, others, grammar)):
            shown.setdefault(bared[one.start : one.end], _on_one_line(text[one.start : one.end]))
    return list(shown.values())


@once_per_pack
def _staff(words: Words) -> _Staff:
    one_of = {key: rf"(?:{_spaced(said)})(?!\w)" for key, said in words["staff"].items()}
    mine = rf"(?:{_spaced(words['others']['mine'])})(?!\w)"
    with_ = rf"[\s']+(?:{one_of['certain']}[\s']+)?"
    its_role = rf"{one_of['a']}[\s']+(?:[\w'-]+\s+)?(?:{_spaced(words['staff']['roles'])})s?(?!\w)"
    return _Staff(
        sure=tuple(
            re.compile(rf"(?<!\w){said}{_OPENED}") for said in _sure_introductions(words["staff"], one_of)
        ),
        role=re.compile(
            rf"(?<!\w)(?:{_spaced(words['staff']['roles'])})s?(?!\w)(?:\s*,\s*(?=[^,.]{{2,30}}[,)])|{_OPENED})"
        ),
        spoken_with=re.compile(rf"(?<!\w){one_of['spoken_with']}{with_}"),
        dealt_with=re.compile(rf"(?<!\w){one_of['dealt_with']}{with_}"),
        place=re.compile(
            rf"\s+{one_of['their']}[\s']+(?:[\w'-]+\s+)?{one_of['places']}|\s*[,(]\s*{its_role}"
        ),
        number=re.compile(
            rf"(?<!\w)(?:(?:{one_of['roles']}[\s,(]*(?:{one_of['number']}[\s.:#°]*|(?=\#))|{one_of['badge']}[\s:.#°]*)"
            rf"(?P<announced>\#?{_DIGITS})|{one_of['roles']}\s+(?P<bare>\d{{3,8}}{_DIGITS_END}(?!\s+{one_of['units']})))"
        ),
        more=re.compile(rf"\s*,?\s*{one_of['and_then']}\s+"),
        of_the_customer=re.compile(
            rf"(?<!\w)(?:{mine}[\s']+(?:\w+\s+)?|{one_of['of_others']}\s+|{one_of['myself']}[\s']+)$"
        ),
        assigned=re.compile(one_of["assigned"]),
        friend=re.compile(rf"\s*[,(]\s*{mine}|'s(?!\w)"),
        at=re.compile(rf"\s+{one_of['at']}[\s']+"),
        names=_names(words["names"]),
    )


def _sure_introductions(staff: Words, one_of: Mapping[str, str]) -> Iterator[str]:
    """Yield what stands before a name so surely that small letters do: "an agent in billing named"."""
    few_words = r"(?:,?\s+[\w'-]+){0,4}?,?\s+"
    yield one_of["roles"] + few_words + one_of["named"]
    yield rf"{one_of['spoken_with']}\s+{one_of['someone']}{few_words}{one_of['named']}"
    yield rf"{one_of['met']}{few_words}{one_of['role_name']}"
    yield rf"{one_of['roles']}[^!?]{{0,100}}?(?<!\w){one_of['name_was']}"
    yield rf"(?:{_spaced(staff['roles'])})(?:'?s)?\s+{one_of['role_name']}"
    yield rf"{one_of['name_of']}[\s']+{one_of['roles']}(?:\s+{one_of['was']}|\s*:)"
    yield one_of["told_name"]


def _introduced(text: str, bared: str, grammar: _Staff) -> Iterator[_Found]:
    for pattern in grammar.sure:
        for match in pattern.finditer(bared):
            yield from _name_behind(match, text, bared, grammar, "any")
    for pattern in (grammar.role, grammar.spoken_with):
        for match in pattern.finditer(bared):
            yield from _several(match, text, bared, grammar, "capital")
    for match in grammar.dealt_with.finditer(bared):
        yield from _several(match, text, bared, grammar, "known")


def _several(
    match: re.Match[str] | None, text: str, bared: str, grammar: _Staff, accept: Accept
) -> Iterator[_Found]:
    """Find "Kevin" and, behind him, "and then Sara"."""
    while match:
        one = next(_name_behind(match, text, bared, grammar, accept), None)
        if one and not grammar.friend.match(bared, one.end):
            yield one
        match = grammar.more.match(bared, one.end) if one else None


def _name_behind(
    match: re.Match[str], text: str, bared: str, grammar: _Staff, accept: Accept = "capital"
) -> Iterator[_Found]:
    end = _name_end(text, match.end(), grammar.names, accept)
    before = bared[max(0, match.start() - _REACH) : match.start()]
    is_ours = grammar.assigned.match(bared, match.start()) or not grammar.of_the_customer.search(before)
    if end and is_ours:
        yield _Found(match.end(), end, match.start(), end)


def _placed(text: str, bared: str, grammar: _Staff) -> Iterator[_Found]:
    """Find the name before "from your billing team" and ", a supervisor"."""
    for place in grammar.place.finditer(bared):
        last = _LAST_WORDS.search(text, max(0, place.start() - _REACH), place.start())
        for name in _NAME_WORD.finditer(text, last.start(), place.start()) if last else ():
            start = name.start()
            is_name = _name_end(text, start, grammar.names) == place.start()
            before = bared[max(0, start - _REACH) : start]
            if is_name and not grammar.of_the_customer.search(before):
                is_first_name = _key(name) in grammar.names.first_names
                if is_first_name or not _STARTS_SENTENCE.search(before):
                    yield _Found(start, place.start(), start, place.end())
                break


def _numbered(bared: str, grammar: _Staff) -> Iterator[_Found]:
    for match in grammar.number.finditer(bared):
        yield _Found(*match.span(match.lastgroup or 0), *match.span())


def _is_elsewhere(one: _Found, bared: str, others: re.Pattern[str], grammar: _Staff) -> bool:
    """Tell whether another company is named, or stands before, within or behind: "the Bell agent Kevin"."""
    before = bared[max(0, one.introduced_at - _REACH) : one.introduced_at].rstrip(" '")
    at = grammar.at.match(bared, one.closed_at)
    return (
        any(match.end() == len(before) for match in others.finditer(before))
        or others.search(bared, one.introduced_at, one.closed_at) is not None
        or (at is not None and others.match(bared, at.end()) is not None)
    )
