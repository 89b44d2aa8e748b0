"""The loose ways of saying when: lengths, "a few weeks ago", "over the summer"; what is left open is a range."""

from __future__ import annotations

from datetime import date

from bot.reading.date_relative import before, last_weekend, later, unit_of
from bot.reading.date_rules import ELSEWHERE, Found, Spoken, rule

# Words of the same sentence in which a length is looked at: who says "customer" or "contract" there tells of
# a loyalty or a term, who says "they told me to wait" of no time that has passed.
NEAR = 8
TOLD_BEFORE, TOLD_AFTER = 8, 2
SOON = 3  # months: a season that begins so soon may be the one that is meant
FEW = (2, 5)
"""What "the last weeks" means where no number is said."""

Span = tuple[int, int]
"""How many units ago something was, at least and at most."""

COUNT = (
    r"(?P<near>[<>b])? (?: n? (?P<few>g) | (?P<count>[Nnq]) (?: [r~/c-] (?P<most>[Nnq]) )? )"
    r"(?P<plus>%)? P? (?P<unit>[UQ]) P? (?: (?P<half>%) | r (?P<or>[Nn]) )? (?P<more>[>b])?"
)


@rule("UQ", r"(?P<lead>[isfF])? [tkH]* (?: j (?P<count>[Nn]) | (?P<counted>[Nn]) j ) (?P<unit>[UQ])")
def next_units(found: Found) -> Spoken | None:
    """ "The next three days", "les 3 prochaines semaines": from tomorrow, next week, next month on."""
    unit = unit_of(found, "unit")
    count = found.value("count" if "count" in found else "counted")
    singular = found.token("unit").kind == "U" and unit not in found.reader.vocabulary.units_without_plural
    if (
        count > 1
        and "counted" in found
        and singular
        and found.last + 1 - found.first < len(found.reader.tokens)
    ):
        return ELSEWHERE  # "maybe 4 next month"
    if not found.is_all_that_is_said() or not count:
        return None
    first, last = before(found.reader.today, -1, unit), before(found.reader.today, -count, unit)
    if first is None or last is None:
        return None
    if count == 1:
        return found.spoken(exact=first)
    return found.spoken(exact=(f"{first[0].split('/')[0]}/{last[0].split('/')[-1]}", "range"))


@rule(
    "UQ",
    r"(?P<lead>.)? (?P<months>[Nn])(?P<unit>[UQ]) ,?&? (?P<count>[Nn])(?P<less>[UQ]) (?:(?P<ago>A)|(?P<ahead>1))?",
)
def units_and_units_ago(found: Found) -> Spoken | None:
    """ "Three weeks and two days ago": who counts so closely means that day."""
    ago = "ago" in found or found.spans("lead") == "B"
    if found.spans("lead") in tuple("LPdlsF") or not (ago or "ahead" in found):
        return ELSEWHERE  # "in the last four weeks, and six days ago"
    day, sign = found.reader.today, -1 if ago else 1
    if not ago and not found.is_an_answer():
        return None
    for count, unit in (("months", "unit"), ("count", "less")):
        day = later(day, sign * found.value(count), found.token(unit).value)
    return Spoken(found.at("months"), found.last, exact=(day.isoformat(), "day"))


@rule("UQ", r"(?P<within>7) [tk]? j? (?P<count>[Nn]) j? (?P<unit>[UQ])")
def within_units(found: Found) -> Spoken | None:
    """ "Within two weeks": from today until then."""
    unit, today = unit_of(found, "unit"), found.reader.today
    if (
        not found.is_all_that_is_said()
        or unit == "weekend"
        or found.reader.kind(found.last + 1) in "&"
        or found.next_kind() in "NnbA"
    ):
        return None
    end = later(today, found.value("count"), unit)
    return found.spoken(exact=(f"{today.isoformat()}/{end.isoformat()}", "range"))


@rule("UQ", rf"(?P<before>B)? {COUNT} (?P<ago>A)? (?P<ahead>1)? (?P<end>[z=])?")
def units_ago(found: Found) -> Spoken | None:
    """ "Two months ago", "il y a trois semaines", "sono due mesi che"; without such words a length."""
    lacking = _is_lacked(found)
    if "ahead" in found or (_lies_ahead(found) and not lacking):
        return _ahead(found)
    if not (_is_elapsed(found) or lacking):
        return _length(found)
    span = _span(found)
    if span is None or (not found.words["ago"] and _is_a_term(found)):
        return None
    return found.spoken(exact=_ago(found.reader.today, span, unit_of(found, "unit")))


def _is_lacked(found: Found) -> bool:
    """ "I haven't had service in four days": what lies behind, where "in four days" alone lies ahead."""
    near = found.nearby(TOLD_BEFORE, 0)
    return _lies_ahead(found) and found.reader.vocabulary.lacked.search(near) is not None


def _is_elapsed(found: Found) -> bool:
    if "before" in found or "ago" in found:
        return True
    if found.spans("end") == "=":
        return _goes_on(found)
    return found.spans("end") == "z" and found.previous_kind() in "e& .,!~"


def _lies_ahead(found: Found) -> bool:
    """ "In three weeks", "dans trois semaines", "tra tre settimane"."""
    return "ago" not in found and found.reader.word(found.first - 1) in found.reader.vocabulary.ahead_before


def _ahead(found: Found) -> Spoken | None:
    span = _span(found) if found.is_all_that_is_said() else None
    if span is None or span[0] != span[1]:
        return None
    first = found.first - _lies_ahead(found)
    return Spoken(first, found.last, exact=before(found.reader.today, -span[0], unit_of(found, "unit")))


def _length(found: Found) -> Spoken | None:
    """ "Depuis deux mois", "da due mesi", "have been waiting for two months", "over the past two months"."""
    reader, first = found.reader, found.first
    at = first - 1
    while reader.kind(at) in "tkPLH":
        at -= 1
    lead, between = reader.kind(at), {reader.kind(i) for i in range(at + 1, first)}
    latest = bool(between & {"P", "L"}) or "P" in reader.kinds(found.first, found.last)
    runs_until_now = (
        latest and lead not in tuple("sF") and (lead == "i" or "H" in between or found.is_an_answer())
    )
    if lead not in ("s", "F") and not runs_until_now:
        return None
    span = _span(found, at)
    if span is None or _is_a_term(found, at):
        return None
    if lead == "F" and not latest and (between or not _goes_on(found)):
        return None  # "for the 30 days that my complaint was open", "they told me to wait for two weeks"
    low, high = span
    exact = _ago(reader.today, (0 if runs_until_now else low, high), unit_of(found, "unit"))
    return Spoken(at if lead in tuple("sFi") else at + 1, found.last, exact=exact)


@rule("UQ", r"(?P<lead>[isFH]) [tk]? P (?P<unit>[UQ])")
def latest_units(found: Found) -> Spoken | None:
    """ "Over the past weeks", "ces derniers mois", "negli ultimi mesi"."""
    unit, vocabulary = unit_of(found, "unit"), found.reader.vocabulary
    is_plural = found.reader.kind(found.last) == "Q" or unit in vocabulary.units_without_plural
    if not is_plural or _is_a_term(found):
        return None
    low, high = FEW
    span = (low if found.spans("lead") in "sF" else 0, high)
    return found.spoken(exact=_ago(found.reader.today, span, unit))


def _is_a_term(found: Found, at: int | None = None) -> bool:
    near = found.nearby(NEAR + (0 if at is None else found.first - at), NEAR)
    return found.reader.vocabulary.term.search(near) is not None


def _goes_on(found: Found) -> bool:
    first, last = found.sentence()
    tokens, vocabulary = found.reader.tokens, found.reader.vocabulary
    sentence = found.reader.plain[tokens[first].start : tokens[last].end]
    if not vocabulary.ongoing.search(sentence):
        return False
    near = found.nearby(TOLD_BEFORE, TOLD_AFTER)
    # "I've had no internet" goes on, although "had no internet" is over
    going_on = [match.span() for match in vocabulary.ongoing.finditer(near)]
    over = [match.start() for match in vocabulary.is_over.finditer(near)]
    is_over = any(not any(start < place < end for start, end in going_on) for place in over)
    return not (vocabulary.hypothetical.search(near) or is_over)


def _span(found: Found, at: int | None = None) -> Span | None:
    """Return how long ago: "two or three" is 2 to 3, "over two" 2 to 3, "almost two" 1 to 2.

    None for what is no count of its own: "half a ...", "1 month and 21 days", "two weeks of service".
    """
    reader = found.reader
    counted = found.at("few" if "few" in found else "count")
    start = counted if at is None else at
    led = (
        reader.tokens[start - 1].start
        if start and reader.word(start - 1) in reader.vocabulary.ahead_before
        else None
    )
    for edge in {reader.tokens[index].start for index in (start, counted, found.first)}:
        if led is not None:
            edge = led  # "tra tre settimane": Italian "tra" is vague before other numbers
        if reader.vocabulary.vague_before.search(reader.plain, max(0, edge - 20), edge):
            return None
    if reader.vocabulary.length_of.match(reader.plain, reader.tokens[found.last].end):
        return None
    index = counted - 1
    if reader.kind(index) in "UQ" or (reader.kind(index) in "-~/c&," and reader.kind(index - 1) in "NnUQXq"):
        return None
    low, high = _counted(found)
    near = found.spans("near") + found.spans("more")
    if not low or high < low:
        return None
    if "<" in near:
        low -= 1
    if ">" in near:
        high += (high + 1) // 2
    if "plus" in found or "half" in found:
        high += 1
    return low, high


def _counted(found: Found) -> Span:
    if "few" in found:
        low, high = found.token("few").value.split("-")
        return int(low), int(high)
    low = _number(found, "count")
    high = next((_number(found, name) for name in ("most", "or") if name in found), low)
    return low, high


def _number(found: Found, name: str) -> int:
    token = found.token(name)
    return token.value if token.kind in "Nn" else found.reader.vocabulary.counts.get(token.word, 0)


def _ago(today: date, span: Span, unit: str) -> tuple[str, str] | None:
    """Return (ISO value, precision) of the time so many units ago, up to today; None when too far."""
    low, high = span
    earliest, latest = before(today, high, unit), before(today, low, unit)
    if earliest is None or latest is None or low == high:
        return earliest
    start, end = earliest[0].split("/")[0], latest[0].split("/")[-1]
    return f"{start}/{min(end, today.isoformat())}", "range"


# ------------------------------------------------------------------ weekends and seasons


@rule("U", r"[iFk] [tk]? (?P<unit>U)(?![odlL])")
def weekend(found: Found) -> Spoken | None:
    """ "Over the weekend", "en fin de semaine", "nel fine settimana": the last one, where it tells what happened."""
    if unit_of(found, "unit") != "weekend" or found.sentence_has("wjva"):
        return None
    tells = found.reader.vocabulary.happened.search(found.nearby(NEAR, NEAR)) is not None
    return last_weekend(found) if tells or _is_over_it(found) else None


def _is_over_it(found: Found) -> bool:
    """ "Over the weekend" as an answer; "il weekend" may be the one to come."""
    return found.is_an_answer() and found.reader.kind(found.first) == "i"


@rule(
    "G",
    r"(?P<latest>[LdP]) (?P<season>G) | (?P<named>G) [ld] | (?P<this>H) (?P<current>G)"
    r"| (?P<lead>[isFcb]) (?P<the>[tk])? (?P<told>G)",
)
def season_without_year(found: Found) -> Spoken | None:
    """ "Last summer", "this winter", "over the holidays": the latest one that has begun."""
    today = found.reader.today
    said = next(name for name in ("season", "named", "current", "told") if name in found)
    if found.sentence_has("wjv") or not _leads_to_a_season(found):
        return None
    first, last = map(int, found.token(said).value.split("/"))
    turns, has_begun = last < first, first <= today.month
    if said in ("current", "told") and found.spans("lead") != "s" and 0 < (first - today.month) % 12 <= SOON:
        return None
    if said == "current" and not (turns or has_begun):
        return None  # "this summer", said in winter, is still ahead
    year = today.year - (not has_begun)
    if said in ("season", "named") and (year + turns, last) >= (today.year, today.month):
        year -= 1
    return found.spoken(exact=(f"{year:04d}-{first:02d}/{year + turns:04d}-{last:02d}", "range"))


def _leads_to_a_season(found: Found) -> bool:
    """Not "before the summer"; nor "a été", where the French season is the word for "been"."""
    if found.spans("lead") == "b":
        return bool(found.token("lead").value == "near")
    return found.spans("lead") != "c" or "the" in found or len(found.token("lead").word) > 1
