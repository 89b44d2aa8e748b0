"""Measures date reading on real complaints and on other projects' test phrases: right, wrong, abstained."""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from bot.languages import pack
from bot.reading.dates import DateMention, read_dates

FOLDER = Path(os.environ.get("EVALUATION_DATA", "../shared/data"))
LANGUAGES = {"en": "en", "en-US": "en", "en-CA": "en", "fr": "fr", "it": "it"}
SHOW_WRONG = "--wrong" in sys.argv
DATEPARSER_TODAY = {"2012-11-13 (see test setUp)": "2012-11-13"}


def rows(name: str) -> Iterator[dict[str, Any]]:
    with open(FOLDER / f"{name}.jsonl", encoding="utf-8") as file:
        yield from map(json.loads, file)


def complaint_texts() -> dict[str, tuple[str, str]]:
    return {row["id"]: (lang, row["text"]) for lang in ("en", "fr") for row in rows(f"complaints_{lang}")}


def complaints() -> Counter:
    """Score hand-marked dates; a mention overlapping a span that is no date counts as wrong."""
    texts, score = complaint_texts(), Counter[str]()
    for row in rows("complaints_dates_gold"):
        lang, text = texts[row["id"]]
        mentions = read_dates(text, date.fromisoformat(row["ref"]), pack(lang, "dates"))
        for gold in row["dates"]:
            end = gold["start"] + len(gold["span"])
            values = [found.date for found in mentions if found.start < end and gold["start"] < found.end]
            kind = "no date: " if gold["iso"] is None else ""
            result = _judged(values, gold["iso"])
            score[kind + result] += 1
            if SHOW_WRONG and (result == "wrong" or (result == "abstained") != (gold["iso"] is None)):
                print(f"  {result:9} {row['id']} {gold['span']!r} is {gold['iso']}, read {values}")
    return score


def _judged(values: list[str], expected: str | None) -> str:
    if not values:
        return "abstained"
    return "right" if values == [expected] else "wrong"


def recognizers(lang: str) -> Counter:
    """Score Recognizers-Text's own parser tests, in the past reading."""
    score: Counter = Counter()
    for row in rows(f"recognizers_date_parsers_{lang}"):
        pasts = [entry["past"] for entry in row["expected"] if entry["past"]]
        if not row["dotnet_ok"] or not row["ref"] or len(pasts) != 1:
            continue
        past = pasts[0]
        if isinstance(past, dict) and ("date" in past or "startDate" in past):
            days = (past.get("date") or past["startDate"], past.get("endDate"))
            _score(score, lang, row["text"], row["ref"], days)
    return score


def duckling() -> Counter:
    """Score facebook/duckling's phrases. It reads bare dates ahead where complaints look back."""
    score: Counter = Counter()
    for row in rows("duckling_time"):
        lang = LANGUAGES.get(row["lang"])
        if lang is None:
            continue
        if row["expected"] == "=":
            _score(score, lang, row["text"], row["ref"], None)
        if row["grain"] in ("Day", "Week", "Month", "Year"):
            iso = row["iso"] if isinstance(row["iso"], list) else [row["iso"], None]
            days = tuple(day and day[:10].replace("-00", "-01") for day in iso)
            _score(score, lang, row["text"], row["ref"], days)
    return score


def dateparser() -> Counter:
    score: Counter = Counter()
    for row in rows("dateparser_dates"):
        today = date.fromisoformat(DATEPARSER_TODAY.get(row["ref"], row["ref"])[:10])
        if row["expected_pos"]:
            _score(score, row["lang"], row["text"], today.isoformat(), (row["expected_pos"][0][:10], None))
            continue
        ago = row["expected_kw"].get("ago") or {}
        units = [(unit, count) for unit, count in ago.items() if count]
        if len(units) == 1 and units[0][0] in ("days", "weeks", "months", "years"):
            from dateutil.relativedelta import relativedelta

            _score(
                score,
                row["lang"],
                row["text"],
                today.isoformat(),
                ((today - relativedelta(**ago)).isoformat(), None),
            )
    return score


def _score(score: Counter, lang: str, text: str, ref: str, days: tuple[str, str | None] | None) -> None:
    mentions = read_dates(text, date.fromisoformat(ref[:10]), pack(lang, "dates"))
    if not mentions:
        score["abstained"] += 1
        return
    right = days is not None and len(mentions) == 1 and _agrees(mentions[0], *days)
    score["right" if right else "wrong"] += 1
    if SHOW_WRONG and not right:
        print(f"  {lang} {ref[:10]} {text!r}: read {[found.date for found in mentions]}, expected {days}")


def _agrees(found: DateMention, first: str, last: str | None) -> bool:
    """A coarser reading that holds the expected day is right: "weeks ago" as that week."""
    start, _, end = found.date.partition("/")
    if found.precision == "day":
        return start == first and last is None
    if found.precision in ("month", "year"):
        return first.startswith(start)
    return start == first[: len(start)] or start <= first[: len(start)] <= end


def milliseconds() -> float:
    sentence = "I called on June 3, 2015 and was told one may come in two days, but the bill went up by $20. "
    text, words = (sentence * 10)[:1200], pack("en", "dates")
    read_dates(text, date(2015, 6, 30), words)
    begun = time.perf_counter()
    for _ in range(50):
        read_dates(text, date(2015, 6, 30), words)
    return (time.perf_counter() - begun) * 20


def main() -> None:
    print(f"200 words holding 10 dates: {milliseconds():.2f} ms")
    if not FOLDER.is_dir():
        print(f"no evaluation data: {FOLDER} is not there (set EVALUATION_DATA)")
        return
    print("complaints:", dict(complaints()))
    for lang in ("en", "fr", "it"):
        print(f"recognizers {lang}:", dict(recognizers(lang)))
    print("duckling:", dict(duckling()))
    print("dateparser:", dict(dateparser()))


if __name__ == "__main__":
    main()
