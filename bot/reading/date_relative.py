"""The ways of saying a date by its distance from today: "yesterday", "last week", "two months ago"."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from bot.reading.date_rules import ELSEWHERE, Found, Spoken, rule

FURTHEST = {"day": 366, "week": 60, "month": 60, "year": 30}
LAST_DAY = 31
LAST_OF_A_FEW = 3
LAST_KEY = 9  # a number beyond it is no key of a telephone
WEEKDAY_NEAR = 62  # days on either side of today among which "Tuesday the 14th" has to be one
WEEKDAY_BACK = 800  # days, in an answer about the past
TOMORROW_AMONG = 6  # up to so many tokens a text with "tomorrow" is an answer
A_WEEK = "[LdP]U|U[ld]|HU|U5|jU|Uj"
WORDS_OF_A_DEED = 3  # up to so many words before its day: "he has called on Monday"
WORDS_BEFORE_ITS_DAY = (
    8  # up to so many words between a deed and its day: "I phoned them again on the twelfth"
)
NEAR = 12  # words that may stand between a day and what happened on it


def week_of(day: date) -> str:
    monday = day - timedelta(days=day.weekday())
    return f"{monday.isoformat()}/{(monday + timedelta(days=6)).isoformat()}"


def month_of(day: date, months_back: int = 0) -> str:
    months = day.year * 12 + day.month - 1 - months_back
    return f"{months // 12:04d}-{months % 12 + 1:02d}"


def before(today: date, count: int, unit: str) -> tuple[str, str] | None:
    """Return (ISO value, precision) of the day, week, month or year so long ago, or ahead when negative.

    None when it is too far.
    """
    if not 0 <= abs(count) <= FURTHEST.get(unit, 0):
        return None
    if unit == "day":
        return (today - timedelta(days=count)).isoformat(), "day"
    if unit == "week":
        return week_of(today - timedelta(weeks=count)), "range"
    if unit == "month":
        return month_of(today, count), "month"
    return f"{today.year - count:04d}", "year"


def later(day: date, count: int, unit: str) -> date:
    """Return the day so many days, weeks, months or years later; of a shorter month its last day."""
    if unit in ("day", "week"):
        return day + timedelta(days=count * (7 if unit == "week" else 1))
    months = day.year * 12 + day.month - 1 + count * (12 if unit == "year" else 1)
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


# ------------------------------------------------------------------ days


@rule("R", r"(?P<day>R)")
def day_counted_from_today(found: Found) -> Spoken | None:
    if found.next_kind() == "'":
        return None  # "today's", "yesterday's conversation"
    if found.previous_kind() == "c" and found.reader.kind(found.first - 2) in "CW":
        return None  # "the Christmas that is closest to today"
    offset = found.token("day").value
    return found.spoken(exact=((found.reader.today + timedelta(days=offset)).isoformat(), "day"))


@rule("J", r"(?P<day>J)")
def day_ahead(found: Found) -> Spoken | None:
    """In a story "tomorrow" is what someone was told once; only as an answer it is a date."""
    if len(found.reader.tokens) > TOMORROW_AMONG and not found.reader.past:
        return None
    return found.spoken(
        exact=((found.reader.today + timedelta(days=found.token("day").value)).isoformat(), "day")
    )


@rule(
    "WV",
    rf"(?P<weekday>[WV])\.? [,~-]? [of]? t? (?P<week>{A_WEEK})"
    rf"| (?P<weekfirst>{A_WEEK}) [,~-]* [ok]? (?P<weekdaylast>[WV])(?![NO])",
)
def weekday_of_a_week(found: Found) -> Spoken | None:
    """ "Tuesday of last week", "next week Monday", "vendredi de la semaine prochaine"."""
    named = "week" if "week" in found else "weekfirst"
    if unit_of(found, named) != "week":
        return ELSEWHERE
    weekday = found.token("weekday" if named == "week" else "weekdaylast")
    if weekday.kind == "V" and not found.is_an_answer():
        return ELSEWHERE  # "last week sat on the phone"
    today, kinds = found.reader.today, found.words[named]
    weeks = 0 if "H" in kinds or "5" in kinds else 1 if "j" in kinds else -1
    day = today + timedelta(days=weekday.value - today.weekday(), weeks=weeks)
    if day > today and not found.is_an_answer():
        return None
    return found.spoken(exact=(day.isoformat(), "day"))


@rule("WV", r"(?P<the>t)? H? (?P<last>[LdP]) (?P<weekday>[WV])(?![NO]) | (?P<named>[WV])\.? [ld]")
def last_weekday(found: Found) -> Spoken | None:
    if "the" in found and found.token("last").value == "previous" and not found.reader.past:
        return None  # counted from another day of the story
    said = "weekday" if "weekday" in found else "named"
    if found.token(said).kind == "V" and not found.is_an_answer():
        return ELSEWHERE
    weekday = found.value(said)
    return found.spoken(exact=(latest_weekday(weekday, found.reader.today).isoformat(), "day"))


@rule(
    "WV",
    r"(?: (?P<this>H) (?P<weekday>[WV]) | (?P<coming>H)?j (?P<next>[WV]) | (?P<named>[WV])\.? j(?!U) )"
    r"(?![-,(]*[MmqNOSDX_])",
)
def weekday_ahead(found: Found) -> Spoken | None:
    """ "This Friday", "next Friday"; where some mean this week's and others next week's, it is not read."""
    today = found.reader.today
    if not found.is_all_that_is_said():
        return None
    weekday = next(found.value(name) for name in ("weekday", "next", "named") if name in found)
    days = (weekday - today.weekday()) % 7
    if "coming" in found:
        return found.spoken(exact=_days_later(today, days or 7))
    if "this" in found:
        return found.spoken(exact=_days_later(today, days)) if weekday >= today.weekday() else None
    return found.spoken(exact=_days_later(today, days or 7)) if weekday <= today.weekday() else None


def _days_later(today: date, days: int) -> tuple[str, str]:
    """Return (ISO value, precision) of the day so many days later, or earlier when negative."""
    return (today + timedelta(days=days)).isoformat(), "day"


def latest_weekday(weekday: int, today: date) -> date:
    """Return the latest such day before today."""
    return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)


@rule("8W", r"(?P<lead>.)? (?P<count>[Nn]) (?P<weekday>[8W]) (?:(?P<ago>A)|(?P<ahead>1))?")
def weekdays_counted(found: Found) -> Spoken | None:
    """ "Two Fridays ago", "il y a deux vendredis", "tra due venerdì"."""
    reader, count = found.reader, found.value("count")
    ago = "ago" in found or found.spans("lead") == "B"
    ahead = "ahead" in found or reader.word(found.at("count") - 1) in reader.vocabulary.ahead_before
    if not 1 <= count <= LAST_KEY or not (ago or (ahead and found.is_all_that_is_said())):
        return ELSEWHERE
    weekday, today = found.value("weekday"), reader.today
    if ago:
        day = latest_weekday(weekday, today) - timedelta(weeks=count - 1)
    else:
        day = today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1, weeks=count - 1)
    return found.spoken(exact=(day.isoformat(), "day"))


@rule("W", r"(?P<weekday>W) i (?P<days>[Nn])(?![UQ])")
def weekday_a_week_later(found: Found) -> Spoken | None:
    """ "Lundi en huit", "mardi en quinze": a week, two weeks after the next one."""
    weeks = {8: 1, 15: 2}.get(found.value("days"))
    if weeks is None or found.reader.vocabulary.day_may_follow_month or not found.is_all_that_is_said():
        return ELSEWHERE
    today = found.reader.today
    return found.spoken(exact=_days_later(today, (found.value("weekday") - today.weekday()) % 7 + 7 * weeks))


@rule("W", r"(?P<lead>[skb])? (?P<weekday>W) (?! [,.]? [tk]? [NOnVW] | [c&ru~-] [tk]? W )")
def bare_weekday(found: Found) -> Spoken | None:
    """ "Since Monday", "on Monday I called": the latest one, where the words tell what happened."""
    reader, lead = found.reader, found.spans("lead")
    if lead == "b" or found.previous_kind() in "vjHcun" or found.next_kind() == "j":
        return None  # "every Monday", "it was a Monday"
    if lead == "k" and reader.vocabulary.the_weekday_is_weekly:
        return None
    if reader.past:
        return _latest_weekday_asked_for(found)
    if found.sentence_has("wjva"):
        return None
    if found.value("weekday") == reader.today.weekday():
        return None
    near = found.nearby(NEAR, NEAR)
    hypothetical, happened = reader.vocabulary.hypothetical, reader.vocabulary.happened
    # "my son called Wednesday, they said they would come": what is said behind a deed tells nothing of its day
    deed = happened.search(found.nearby(WORDS_OF_A_DEED, 0))
    if hypothetical.search(found.nearby(NEAR, 0) if deed else near):
        return None
    if lead != "s" and not happened.search(near):
        return None
    return found.spoken(exact=(latest_weekday(found.value("weekday"), reader.today).isoformat(), "day"))


def _latest_weekday_asked_for(found: Found) -> Spoken | None:
    """In an answer about the past "Monday" is the latest one; "i lunedì" and "chaque lundi" are many."""
    reader = found.reader
    if found.sentence_has("v") or found.previous_kind() in "UQOn4" or found.next_kind() in "UQXSDMmq-(":
        return None
    if found.previous_kind() == "t" and reader.vocabulary.the_weekday_is_weekly:
        return None
    if reader.kind(found.last + 2) == "j":
        return None  # "sabato mattina prossimo"
    return found.spoken(exact=(latest_weekday(found.value("weekday"), reader.today).isoformat(), "day"))


@rule("WV", r"k? [t]? (?P<weekday>[WV])\.?,? [tk]? (?P<day>[NOn]) (?! [%Pr~/c-]? [UQNnOMmq] )")
def weekday_and_day(found: Found) -> Spoken | None:
    """ "Tuesday the 14th", "lunedì 9": the latest month in which that day is that weekday."""
    reader, day = found.reader, found.token("day")
    if not 1 <= day.value <= 31 or found.next_word() in reader.vocabulary.counted:
        return ELSEWHERE
    if day.kind != "O" and not (
        found.next_kind() in " .,!)T" or found.next_word() in reader.vocabulary.after_bare_day
    ):
        return ELSEWHERE  # "on Friday 2 men came"
    led = day.kind != "n" or reader.kind(found.at("day") - 1) in "tk"
    told = day.value > LAST_OF_A_FEW and found.next_word() in reader.vocabulary.after_bare_day
    if not led and not told and not (found.is_an_answer() and found.next_kind() in " .!T"):
        return ELSEWHERE  # "on Friday two, three times"
    if reader.kind(found.at("weekday")) == "V" and not found.is_an_answer():
        return ELSEWHERE
    first = reader.today.day - day.value
    if _is(reader.today, -first, found):
        return found.spoken(exact=_days_later(reader.today, -first))  # this month has that day
    days = [
        step
        for step in range(-WEEKDAY_BACK if reader.past else -WEEKDAY_NEAR, WEEKDAY_NEAR)
        if _is(reader.today, step, found)
    ]
    past = [step for step in days if step <= 0]
    if not past or (not reader.past and len(days) > 1):
        return None
    return found.spoken(exact=((reader.today + timedelta(days=past[-1])).isoformat(), "day"))


def _is(today: date, step: int, found: Found) -> bool:
    day = today + timedelta(days=step)
    return day.day == found.token("day").value and day.weekday() == found.value("weekday")


@rule(
    "hp", r"(?P<on>k) [tk]? (?P<day>[NOn]) (?P<month>[hp]) | (?P<since>s) k? (?P<dayb>[NO]) (?P<monthb>[hp])"
)
def day_of_this_or_last_month(found: Found) -> Spoken | None:
    day = found.value("day") if "on" in found else found.value("dayb")
    month = found.words["month"] or found.words["monthb"]
    today = found.reader.today
    year, number = map(int, month_of(today, 1 if month == "p" else 0).split("-"))
    return found.spoken(year=year, month=number, day=day)


@rule("NOn", r"(?: s? k t? | (?P<since>s) t? | (?P<the>t) ) (?P<day>[NOn]) (?! [%Pr~/c-]? [UQNnO])")
def bare_day(found: Found) -> Spoken | None:
    """ "On the 5th", "le 5", "dal 5": only where nothing but a day can be meant."""
    reader, day = found.reader, found.token("day")
    if "since" in found and found.token("since").value != "since_the":
        return None
    if "the" in found and not _is_an_ordinal_after_a_date(found):
        return ELSEWHERE
    if reader.past:
        return ELSEWHERE
    done = _follows_a_deed(found)
    in_words = done or (_follows_a_date_in_words(found) and _stands_as_a_day(found))
    if not (in_words or (day.word[0].isdecimal() and _stands_as_a_day(found))):
        return ELSEWHERE if day.kind == "n" else None
    following = found.next_word()
    if re.match(r"[,&rcu~-][tk]?[NO]", reader.kinds(found.last + 1, found.last + 3)):
        return None  # "on the 1st, the 5th and the 9th of April"
    if following in reader.vocabulary.counted:
        return None  # "le 12 %"
    if found.next_kind() not in ".,!)" and following and following not in reader.vocabulary.after_bare_day:
        return None
    if found.sentence_has("v") and not done:
        return None
    return found.spoken(day=day.value)


@rule("NOn", r"(?P<lead>[kFs]|^t)t? (?P<day>[NOn]) (?![%Pr~/c-]?[UQNnOWVZMmqX:])")
def day_asked_for(found: Found) -> Spoken | None:
    """ "For the 11th", "on 8", "le 24", "il trenta" in an answer about the past."""
    reader, day = found.reader, found.token("day")
    alone = day.kind == "O" and len(reader.tokens) <= found.last - found.first + 2
    if not (reader.past or alone) or found.sentence_has("v") or not 1 <= day.value <= 31:
        return ELSEWHERE
    if re.match(r"[,&][tk]?[NO]", reader.kinds(found.last + 1, found.last + 3)):
        return ELSEWHERE  # "on the 7th, 8th and 9th of June"
    if found.spans("lead") == "t" and (day.kind != "O" or not reader.vocabulary.day_may_follow_month):
        return ELSEWHERE  # "dalle 5"
    if (
        found.spans("lead") not in "kt"
        and not _since_the(found)
        and (reader.kind(found.at("day") - 1) != "t" or not reader.vocabulary.day_may_follow_month)
    ):
        return ELSEWHERE  # "for 20", "dalle 5"
    if not day.word[0].isdecimal() and (day.value == 1 or (day.kind == "O" and found.spans("lead") != "k")):
        return ELSEWHERE  # "the first", "il primo"
    following = found.next_kind()
    if following == "F" and reader.kind(found.last + 2) not in "NnTt":
        return ELSEWHERE  # "il 15 per cento"
    if following not in " .,!)TfF" and found.next_word() not in reader.vocabulary.after_bare_day:
        return ELSEWHERE
    return found.spoken(day=day.value)


def _since_the(found: Found) -> bool:
    return found.spans("lead") == "s" and found.token("lead").value == "since_the"


def _follows_a_deed(found: Found) -> bool:
    """ "I phoned on the seventh", "j'ai rappelé le douze": the first, second and third are too often no days."""
    reader, day = found.reader, found.token("day")
    if not LAST_OF_A_FEW < day.value <= LAST_DAY or found.spans("the") or found.spans("since"):
        return False
    before, vocabulary = found.nearby(WORDS_BEFORE_ITS_DAY, 0), reader.vocabulary
    is_no_day = vocabulary.hypothetical.search(before) or vocabulary.pressed.search(before)
    return vocabulary.happened.search(before) is not None and not is_no_day


def _is_an_ordinal_after_a_date(found: Found) -> bool:
    """ "March fifth, no wait, the sixth"; the first, second and third are too often no days."""
    day = found.token("day")
    return day.kind == "O" and day.value > LAST_OF_A_FEW and _follows_a_date_in_words(found)


def _follows_a_date_in_words(found: Found) -> bool:
    """ "Le treize avril, puis le vingt-six", said aloud: a number that is no key to press, after a whole date."""
    reader, day = found.reader, found.token("day")
    months = [place for place, token in enumerate(reader.tokens[: found.first]) if token.kind in "MmUhp"]
    if not months or not 1 < day.value <= LAST_DAY:
        return False
    beside = reader.kinds(months[-1] - 3, min(months[-1] + 1, found.first - 1))
    is_whole = re.search(r"[nNO]o?[Mm]|[Mm][nNO]|Oot?[LdPH5]U|O[ot]?[hp]", beside) is not None
    return is_whole and reader.word(found.at("day") - 1) not in reader.vocabulary.not_a_date_after


def _stands_as_a_day(found: Found) -> bool:
    """ "On the 5th"; where the day is a bare number ("le 5") it may as well be a key to press."""
    reader, day = found.reader, found.token("day")
    if reader.vocabulary.day_may_follow_month:
        return day.kind == "O"
    dated_before = any(token.kind in "MmqDS" for token in reader.tokens[: found.first])
    if reader.kind(found.first) == "s" or found.previous_kind() in " .!Ws" or dated_before:
        return True
    return (
        day.value > LAST_KEY
        and found.previous_kind() not in "uFba"
        and reader.word(found.first - 1) not in reader.vocabulary.not_a_date_after
        and reader.vocabulary.happened.search(found.nearby(NEAR, NEAR)) is not None
    )


# ------------------------------------------------------------------ weeks, months and years


@rule("U", r"(?P<the>[tk])? (?: H?[LdP](?P<unit>U) | (?P<named>U)[ld] )")
def last_unit(found: Found) -> Spoken | None:
    reader, today = found.reader, found.reader.today
    unit = unit_of(found, "unit") if "unit" in found else unit_of(found, "named")
    kinds = set(reader.kinds(found.first, found.last))
    if "P" in kinds and not _is_the_past_one(found, unit):
        return ELSEWHERE
    if "the" in found and reader.word(found.first + 1) in reader.vocabulary.previous:
        # in a story "the previous week" is counted from another one
        return found.spoken(exact=before(today, 1, unit)) if reader.past else None
    if unit == "weekend":
        return last_weekend(found)
    led = "the" in found or "H" in kinds or ("P" in kinds and found.previous_kind() == "i")
    if led and not kinds.isdisjoint("LP") and found.previous_kind() != "F":
        # "the last month" is the latest thirty days; said with "for" it tells since when
        return _latest(found, unit) if "P" in kinds and found.is_all_that_is_said() else None
    if unit == "day":
        return None
    return found.spoken(exact=_part_meant(found, unit, before(today, 1, unit)))


def _part_meant(found: Found, unit: str, exact: tuple[str, str] | None) -> tuple[str, str] | None:
    """ "Early last week" is Monday to Wednesday, "the end of next week" Thursday to Sunday; else the whole unit."""
    at = found.first - 1
    while found.reader.kind(at) in "otkb":
        at -= 1
    if exact is None or unit != "week" or found.reader.kind(at) != "E":
        return exact
    monday, sunday = map(date.fromisoformat, exact[0].split("/"))
    part = found.reader.tokens[at].value
    if part == "beginning":
        sunday = monday + timedelta(days=2)
    if part == "ending":
        monday = sunday - timedelta(days=3)
    return f"{monday.isoformat()}/{sunday.isoformat()}", "range"


def _latest(found: Found, unit: str) -> Spoken | None:
    """ "In the past week": from last week until today."""
    today, last = found.reader.today, before(found.reader.today, 1, unit)
    now = before(today, 0, unit)
    if last is None or now is None:
        return None
    end = min(now[0].split("/")[-1], today.isoformat())
    return found.spoken(exact=(f"{last[0].split('/')[0]}/{end}", "range"))


def _is_the_past_one(found: Found, unit: str) -> bool:
    """ "The past week", not "the past three weeks" nor "ces derniers mois"."""
    return unit not in found.reader.vocabulary.units_without_plural and found.previous_kind() not in "Nng"


@rule("U", r"(?: j(?P<unit>U) | (?P<named>U) (?:j|(?P<over>4)) )")
def next_unit(found: Found) -> Spoken | None:
    """ "Next week", "le mois prochain", "the week after next"; in a story it is what someone was told once."""
    unit = unit_of(found, "unit") if "unit" in found else unit_of(found, "named")
    if found.previous_kind() in "Nn" and (
        unit in found.reader.vocabulary.units_without_plural
        or len(found.reader.tokens) == found.last - found.first + 2
    ):
        return ELSEWHERE  # "les 2 prochains mois"; not "maybe 4 next month"
    if not found.is_all_that_is_said() or found.previous_kind() == "v":
        return None
    steps = 2 if "over" in found else 1
    if unit == "weekend":
        return found.spoken(exact=weekend_of(found.reader.today, steps))
    exact = before(found.reader.today, -steps, unit)
    return found.spoken(exact=_part_meant(found, unit, exact)) if unit != "day" else None


def weekend_of(today: date, weeks: int) -> tuple[str, str]:
    """Return (ISO value, precision) of the Saturday and Sunday of this week, or so many weeks later."""
    saturday = today + timedelta(days=5 - today.weekday(), weeks=weeks)
    return f"{saturday.isoformat()}/{(saturday + timedelta(days=1)).isoformat()}", "range"


def last_weekend(found: Found) -> Spoken | None:
    today = found.reader.today
    if today.weekday() >= 5:
        return None
    saturday = today - timedelta(days=today.weekday() + 2)
    return found.spoken(
        exact=(f"{saturday.isoformat()}/{(saturday + timedelta(days=1)).isoformat()}", "range")
    )


@rule("ph", r"E t? (?P<month>[ph])")
def part_of_this_or_last_month(found: Found) -> Spoken | None:
    """ "At the end of last month", "à la fin du mois dernier"."""
    return found.spoken(exact=before(found.reader.today, found.words["month"] == "p", "month"))


@rule("U", r"(?P<part>E) [otk]{0,2} (?P<unit>U) (?![dlMmqY])")
def beginning_of_this_unit(found: Found) -> Spoken | None:
    """ "At the beginning of the month" is this month's; its end may be the last one's or still ahead."""
    unit = unit_of(found, "unit")
    if found.token("part").value != "beginning" or unit not in ("month", "year") or found.sentence_has("vwj"):
        return None
    return found.spoken(exact=before(found.reader.today, 0, unit))


@rule("H5", r"H(?P<unit>U) | (?P<named>U)5")
def this_unit(found: Found) -> Spoken | None:
    unit = unit_of(found, "unit" if "unit" in found else "named")
    if unit == "weekend" and found.is_an_answer():
        return found.spoken(exact=weekend_of(found.reader.today, 0))
    if unit in ("day", "weekend"):
        return None
    return found.spoken(exact=_part_meant(found, unit, before(found.reader.today, 0, unit)))


@rule("p", r"p")
def last_month(found: Found) -> Spoken | None:
    """ "Dello scorso mese", as an answer."""
    return found.spoken(exact=before(found.reader.today, 1, "month")) if found.is_an_answer() else None


def unit_of(found: Found, name: str) -> str:
    start = found.at(name)
    index = next(i for i in range(start, found.last + 1) if found.reader.kind(i) in "UQ")
    return found.reader.tokens[index].value
