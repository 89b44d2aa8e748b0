"""The playbooks' files: each can be used, what is wrong with one is said in words that help, and what they say is sound."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.looking import filled, money
from bot.cases.findings import RULES
from bot.cases.playbook import IN_THE_WAY, Playbook, Step
from bot.languages import LANGUAGES
from bot.languages.wording import render
from bot.playbooks import PlaybookError, check, heard, playbook, playbooks, read, read_all, replies, words
from tests.cases.samples import NATURES, SAMPLES
from tests.languages.test_packs import MISTYPED

FOLDER = Path(check.__file__).parent
NAMES = sorted(file.stem for file in FOLDER.glob("*.yml"))

Data = dict[str, Any]


# --- the files there are ---------------------------------------------------------------------------------


def test_every_file_is_a_playbook_that_can_be_used() -> None:
    assert [book.name for book in playbooks()] == NAMES
    assert len(NAMES) >= 13


@pytest.mark.parametrize("name", NAMES)
def test_a_playbook_tells_its_source_and_when_it_was_checked(name: str) -> None:
    book = playbook(name)
    assert book is not None
    assert len(book.source) > 10
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", book.checked)


@pytest.mark.parametrize("name", NAMES)
def test_a_playbook_is_made_for_no_nature_of_another(name: str) -> None:
    others = {nature for book in playbooks() if book.name != name for nature in book.made_for}
    assert others.isdisjoint(the(name).made_for)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_playbook_made_for_its_trouble(rule: str) -> None:
    nature = ".".join(NATURES[rule])
    assert [book for book in playbooks() if book.looks_for == rule and nature in book.made_for]


def test_a_name_that_is_gone_is_nothing_and_has_no_words() -> None:
    assert playbook("gone") is None
    with pytest.raises(KeyError):
        words("gone", "start", "en")


def test_replies_are_named_after_the_playbook_and_the_words() -> None:
    assert {"late_fee.paid_late", "slow_internet.by_cable", "outage.success"} <= replies()
    assert {key.partition(".")[0] for key in replies()} == {*NAMES}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("My internet has been so slow since Monday", "slow_internet"),
        ("slow wifi in the whole house", "slow_internet"),
        ("Mon Internet est lent depuis lundi", "slow_internet"),
        ("la connexion rame tous les soirs", "slow_internet"),
        ("La connessione è lentissima da giorni", "slow_internet"),
        ("internet va lento la sera", "slow_internet"),
        ("my calls keep crackling", "call_quality"),
        ("the lady was slow to answer", None),
    ],
)
def test_a_trouble_is_heard_by_its_words_in_any_language(text: str, name: str | None) -> None:
    assert heard(text) == ({name} if name else set())


def the(name: str) -> Playbook:
    book = playbook(name)
    assert book is not None
    return book


# --- what may be wrong with a file -----------------------------------------------------------------------

SAID = {"paid_in_time": "Yours: {given}", "paid_late": "Due on {due}", "limit": "Sorry.", "lost": "{lines}"}
GOOD: Data = yaml.safe_load("""
source: The provider's own practice
checked: 2026-03-31
made_for: [billing.late_fee]
also_fits: [billing]
services: [internet]
cues: {en: [late fee], fr: [frais de retard], it: [mora]}
needs: account
looks_for: late_fee
steps:
  paid_in_time: {say: paid_in_time, gives: correction}
  paid_late: {say: paid_late, gives: goodwill, at_most: 2500, beyond: limit}
  limit: {say: limit, then: person}
  payment_not_found: {say: lost, then: asking}
  asking: {say: limit, if_yes: person, if_no: investigation}
""") | {"words": {language: {**SAID, "success": "Solved?"} for language in LANGUAGES}}


def changed(change: Callable[[Data], Any]) -> list[str]:
    """Return what is found wrong with the good playbook once it is changed."""
    data = copy.deepcopy(GOOD)
    change(data)
    return list(check.problems(data))


def step(name: str, **keys: Any) -> Callable[[Data], Any]:
    """Return a change that gives a step these keys and takes out those that are `...`."""

    def change(data: Data) -> None:
        data["steps"].setdefault(name, {}).update(keys)
        for key in [key for key, value in keys.items() if value is ...]:
            del data["steps"][name][key]

    return change


def with_(**keys: Any) -> Callable[[Data], Any]:
    return lambda data: data.update(keys)


def say(language: str, key: str, text: Any) -> Callable[[Data], Any]:
    return lambda data: data["words"][language].update({key: text})


EXAMPLES = {
    "a text": "such as late_fee",
    "a list of texts": "such as [billing, billing.late_fee]",
    "a whole number": "such as 2500",
    "a mapping": "each name a text, then a colon and what belongs to it",
    "a day": "such as 2026-03-31",
}


def misshapen(what: str, shape: str, value: str) -> str:
    """Return the message about something of the wrong shape."""
    return f"Write {what} as {shape}, {EXAMPLES[shape]}; it is {value}."


def unfilled(name: str, where: str, *found: str) -> str:
    """Return the message about a placeholder, where besides what is always known this was found."""
    known = sorted({"call_back", "phone", "provider", "tracking_number", *found})
    return f"Nothing fills {{{name}}} of {where}; known there are {', '.join(known)}."


def test_nothing_is_wrong_with_what_is_right() -> None:
    assert changed(lambda data: None) == []


@pytest.mark.parametrize("key", check.MAY_BE_LEFT_OUT)
def test_these_keys_may_be_left_out(key: str) -> None:
    assert changed(lambda data: data.pop(key)) == []


KNOWN = ", ".join(check.KEYS)
KNOWN_OF_A_STEP = ", ".join(check.KEYS_OF_A_STEP)


@pytest.mark.parametrize(
    ("mistake", "change", "message"),
    [
        ("unknown key", with_(price=1), f"Take “price” out of the playbook; known are {KNOWN}."),
        (
            "key that YAML took for a truth",
            lambda data: data.update({True: 1}),
            f"Take “True” out of the playbook; known are {KNOWN}.",
        ),
        *(
            (f"no {key}", lambda data, key=key: data.pop(key), f"Add “{key}” to the playbook.")
            for key in check.KEYS
            if key not in check.MAY_BE_LEFT_OUT
        ),
        ("no text as source", with_(source=None), misshapen("`source`", "a text", "None")),
        ("empty source", with_(source=" "), misshapen("`source`", "a text", "' '")),
        ("no day", with_(checked="soon"), misshapen("`checked`", "a day", "'soon'")),
        ("nature alone", with_(made_for="billing"), misshapen("`made_for`", "a list of texts", "'billing'")),
        ("fits nothing", with_(also_fits=None), misshapen("`also_fits`", "a list of texts", "None")),
        ("numbers as natures", with_(also_fits=[1]), misshapen("`also_fits`", "a list of texts", "[1]")),
        (
            "services as mapping",
            with_(services={"tv": 1}),
            misshapen("`services`", "a list of texts", "{'tv': 1}"),
        ),
        ("needs a list", with_(needs=["account"]), misshapen("`needs`", "a text", "['account']")),
        ("looks for a list", with_(looks_for=[]), misshapen("`looks_for`", "a text", "[]")),
        (
            "steps as list",
            with_(steps=[{"say": "hello"}]),
            misshapen("`steps`", "a mapping", "[{'say': 'hello'}]"),
        ),
        (
            "numbers as names of steps",
            with_(steps={1: {"say": "a", "then": "person"}}),
            misshapen("`steps`", "a mapping", "{1: {'say': 'a', 'then': 'person'}}"),
        ),
        ("words as list", with_(words=["Hello"]), misshapen("`words`", "a mapping", "['Hello']")),
        ("cues as list", with_(cues=["late fee"]), misshapen("`cues`", "a mapping", "['late fee']")),
        (
            "unknown nature",
            with_(made_for=["billing.lost_fee"]),
            "“billing.lost_fee” in made_for is no nature; write category.issue, such as billing.late_fee.",
        ),
        (
            "unknown nature it also fits",
            with_(also_fits=["bills"]),
            "“bills” in also_fits is no nature; write category.issue, such as billing.late_fee.",
        ),
        ("made for nothing", with_(made_for=[]), "Name at least one nature in made_for."),
        (
            "unknown service",
            with_(services=["fax"]),
            "“fax” in services is none of wireless, internet, local_phone, long_distance, tv, other.",
        ),
        ("unknown needs", with_(needs="money"), "`needs` is one of account, place, nothing, not 'money'."),
        (
            "unknown rule",
            with_(looks_for="luck"),
            f"`looks_for` is one of {', '.join(RULES)}, not 'luck'; a new rule goes into bot/cases/findings.py.",
        ),
        (
            "no cues of a language",
            lambda data: data["cues"].pop("fr"),
            "List under cues.fr how people name this trouble; bot/reading/cues.py says how to write it.",
        ),
        (
            "empty cues",
            lambda data: data["cues"].update(it=[]),
            "List under cues.it how people name this trouble; bot/reading/cues.py says how to write it.",
        ),
        (
            "cues of another language",
            lambda data: data["cues"].update(de=["Mahngebühr"]),
            "Take “de” out of cues; the languages are en, fr, it.",
        ),
        *(
            (
                f"cue {cue!r}",
                lambda data, cue=cue: data["cues"].update(en=[cue]),
                f"The cue “{cue}” under cues.en cannot be read; bot/reading/cues.py says how to write one, "
                "and sets such as <billed> are known in the packs only.",
            )
            for cue in ("(late|", "<billed> twice", "", "late_fee!")
        ),
        (
            "step is a list",
            lambda data: data["steps"].update(limit=["limit"]),
            "Write the step “limit” as a mapping with a `say`; it is ['limit'].",
        ),
        (
            "step is empty",
            lambda data: data["steps"].update(limit=None),
            "Write the step “limit” as a mapping with a `say`; it is None.",
        ),
        (
            "unknown key of a step",
            step("limit", price=1),
            f"Take “price” out of the step “limit”; known are {KNOWN_OF_A_STEP}.",
        ),
        ("step says nothing", step("limit", say=...), "Add “say” to the step “limit”."),
        (
            "words written out",
            step("limit", say={"en": "Hello"}),
            misshapen("`say` of the step “limit”", "a text", "{'en': 'Hello'}"),
        ),
        (
            "gives a list",
            step("paid_in_time", gives=["visit"]),
            misshapen("`gives` of the step “paid_in_time”", "a text", "['visit']"),
        ),
        (
            "leads to a truth",
            step("asking", if_yes=True),
            misshapen("`if_yes` of the step “asking”", "a text", "True"),
        ),
        (
            "leads to nothing",
            step("limit", then=None),
            misshapen("`then` of the step “limit”", "a text", "None"),
        ),
        (
            "ceiling is a truth",
            step("paid_late", at_most=True),
            misshapen("`at_most` of the step “paid_late”", "a whole number", "True"),
        ),
        (
            "ceiling in dollars",
            step("paid_late", at_most=25.0),
            misshapen("`at_most` of the step “paid_late”", "a whole number", "25.0"),
        ),
        (
            "ceiling of nothing",
            step("paid_late", at_most=0),
            "`at_most` of the step “paid_late” is a number of cents above 0, for goodwill only.",
        ),
        (
            "ceiling of a correction",
            step("paid_in_time", at_most=100),
            "`at_most` of the step “paid_in_time” is a number of cents above 0, for goodwill only.",
        ),
        (
            "no way on",
            step("limit", then=...),
            "Give the step “limit” exactly one of `gives`, `if_yes` with `if_no`, and `then`; it has none.",
        ),
        (
            "two ways on",
            step("limit", gives="call_back"),
            "Give the step “limit” exactly one of `gives`, `if_yes` with `if_no`, and `then`; it has gives, then.",
        ),
        (
            "a yes without a no",
            step("asking", if_no=...),
            "Give the step “asking” both `if_yes` and `if_no`.",
        ),
        (
            "a no without a yes",
            step("asking", if_yes=...),
            "Give the step “asking” both `if_yes` and `if_no`.",
        ),
        (
            "gives what nobody gives",
            step("paid_in_time", gives="flowers"),
            "The step “paid_in_time” gives one of correction, goodwill, hold, visit, call_back, not 'flowers'.",
        ),
        (
            "goodwill without beyond",
            step("paid_late", beyond=...),
            "Say with `beyond` where the step “paid_late” goes when it cannot be offered.",
        ),
        (
            "visit without beyond",
            step("limit", gives="visit", then=...),
            "Say with `beyond` where the step “limit” goes when it cannot be offered.",
        ),
        (
            "beyond without an offer",
            step("limit", beyond="person"),
            "Take `beyond` out of the step “limit”, which offers nothing.",
        ),
        (
            "accepted without an offer",
            step("limit", accepted="person"),
            "Take `accepted` out of the step “limit”, which offers nothing.",
        ),
        (
            "leads nowhere",
            step("limit", then="elsewhere"),
            "The step “limit” leads to “elsewhere”, which is neither a step nor one of solved, person, investigation.",
        ),
        (
            "named like an end",
            step("person", say="limit", then="solved"),
            "Give the step “person” another name; this is that of an end.",
        ),
        ("leads to itself", step("limit", then="limit"), "The step “limit” leads back to itself."),
        (
            "goes in a circle",
            step("asking", if_yes="payment_not_found"),
            "The step “asking” leads back to itself.",
        ),
        (
            "an offer that goes in a circle",
            step("paid_late", accepted="paid_late"),
            "The step “paid_late” leads back to itself.",
        ),
        (
            "unreachable",
            step("aside", say="limit", then="person"),
            "Nothing leads to the step “aside”: take it out, or name it where it belongs.",
        ),
        (
            "a circle nothing leads to",
            lambda data: [step("a", say="limit", then="b")(data), step("b", say="limit", then="a")(data)],
            "Nothing leads to the step “a”: take it out, or name it where it belongs.",
        ),
        (
            "no step for an outcome",
            lambda data: data["steps"].pop("paid_in_time"),
            "Add a step “paid_in_time”: the rule late_fee may find it.",
        ),
        ("no steps", with_(steps={}), "Add a step “paid_in_time”: the rule late_fee may find it."),
        (
            "gives a sum that is not found",
            step("unverified", say="limit", gives="hold"),
            "The step “unverified” gives hold, but no sum is found with unverified.",
        ),
        ("no language", lambda data: data["words"].pop("it"), "Add the words in “it” under words.it."),
        (
            "language is a list",
            lambda data: data["words"].update(it=["Ciao"]),
            "Add the words in “it” under words.it.",
        ),
        (
            "another language",
            lambda data: data["words"].update(de={}),
            "Take “de” out of words; the languages are en, fr, it.",
        ),
        ("missing words", lambda data: data["words"]["fr"].pop("limit"), "Add “limit” to words.fr."),
        (
            "missing question whether it is solved",
            lambda data: data["words"]["en"].pop("success"),
            "Add “success” to words.en.",
        ),
        (
            "words nobody says",
            say("en", "song", "La la la."),
            "Take “song” out of words.en, or let a step say it.",
        ),
        (
            "words are a list",
            say("en", "limit", ["Sorry."]),
            "Write “limit” in words.en as a text; it is ['Sorry.'].",
        ),
        ("words are empty", say("en", "limit", None), "Write “limit” in words.en as a text; it is None."),
        ("words are a truth", say("it", "limit", False), "Write “limit” in words.it as a text; it is False."),
        (
            "nothing fills it",
            say("fr", "lost", "Payé le {paid}."),
            unfilled("paid", "“lost” in words.fr", "amount", "date", "lines"),
        ),
        (
            "filled by an offer only",
            say("en", "lost", "{given}"),
            unfilled("given", "“lost” in words.en", "amount", "date", "lines"),
        ),
        (
            "found on one way only",
            say("en", "limit", "Due on {due}."),
            unfilled("due", "“limit” in words.en", "amount", "date", "lines"),
        ),
        (
            "found, but not for the last question",
            say("en", "success", "{amount}?"),
            unfilled("amount", "“success” in words.en"),
        ),
        (
            "without a name",
            say("en", "limit", "Sorry {}."),
            unfilled("", "“limit” in words.en", "amount", "date", "lines"),
        ),
        (
            "a brace left open",
            say("en", "limit", "Sorry {phone."),
            "Close every brace of “limit” in words.en; a placeholder is a name between braces, such as {phone}.",
        ),
        (
            "a brace too many",
            say("en", "limit", "Sorry }."),
            "Close every brace of “limit” in words.en; a placeholder is a name between braces, such as {phone}.",
        ),
        (
            "a form for numbers",
            say("en", "limit", "{phone:.2f}"),
            "Write {phone} of “limit” in words.en with nothing but the name between the braces.",
        ),
        (
            "a conversion",
            say("en", "limit", "{phone!z}"),
            "Write {phone} of “limit” in words.en with nothing but the name between the braces.",
        ),
    ],
)
def test_each_mistake_has_its_own_message_that_says_what_to_do(
    mistake: str, change: Callable[[Data], Any], message: str
) -> None:
    assert message in changed(change)


@pytest.mark.parametrize("data", [None, [], [1], "late_fee", 3, True], ids=repr)
def test_what_is_no_mapping_is_told_so(data: Any) -> None:
    assert list(check.problems(data)) == [f"Write a mapping with the keys {KNOWN}."]


ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    2.5,
    "",
    "words",
    [],
    [[]],
    [None],
    {},
    {1: 2},
    {"en": None},
    {None: []},
)


@pytest.mark.parametrize("value", ODD, ids=repr)
def test_whatever_stands_where_something_else_should_it_is_told_and_never_breaks(value: Any) -> None:
    for key in check.KEYS:
        told = changed(with_(**{key: value}))
        assert all(isinstance(problem, str) for problem in told)
    for key in check.KEYS_OF_A_STEP:
        changed(step("limit", **{key: value}))
    for place in ("steps", "words", "cues"):
        for name in GOOD[place]:
            changed(lambda data, place=place, name=name: data[place].update({name: value}))
    for language in LANGUAGES:
        changed(say(language, "limit", value))


@pytest.mark.parametrize(
    ("mistake", "text", "message"),
    [
        ("broken YAML", b"steps: {say: [", "odd.yml is no YAML:"),
        ("a tab", b"source:\n\tx: 1", "odd.yml is no YAML:"),
        ("a list", b"- late_fee\n", f"odd.yml: Write a mapping with the keys {KNOWN}."),
        ("empty", b"", f"odd.yml: Write a mapping with the keys {KNOWN}."),
        ("a day that does not exist", b"checked: 2026-02-30\n", "odd.yml is no YAML:"),
        ("the same key twice", b"source: a\nsource: b\n", "“source” stands twice"),
        ("the same step twice", b"steps:\n  a: {say: a}\n  a: {say: b}\n", "“a” stands twice"),
        ("no UTF-8", "source: é\n".encode("latin-1"), "odd.yml: Save it as UTF-8."),
        ("an object", b"source: !!python/object:os.system x\n", "odd.yml is no YAML:"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(mistake: str, text: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "odd.yml").write_bytes(text)
    with pytest.raises(PlaybookError) as refused:
        read(tmp_path / "odd.yml")
    assert message in str(refused.value)


def test_everything_that_is_wrong_is_said_at_once_each_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "odd.yml").write_text("made_for: [billing]\nprice: 1\n", encoding="utf-8")
    with pytest.raises(PlaybookError) as refused:
        read_all(tmp_path)
    told = str(refused.value).splitlines()
    assert len(told) > 3
    assert all(line.startswith("odd.yml: ") for line in told)


# --- what they say ---------------------------------------------------------------------------------------

CHANNELS = ("web", "sms", "voice")
ALWAYS: Data = {
    "phone": "1-800-555-0199",
    "provider": "Jive",
    "tracking_number": "4821-0937-5514",
    "call_back": {"kind": "day", "on": "2026-03-16"},
}
OFFERED: Data = {
    "given": money(1850),
    "slot": {"kind": "slot", "on": "2026-03-13", "window": "13:00-17:00"},
}


def spoken() -> Iterator[tuple[Playbook, Step, Data]]:
    """Yield every step on every way from every outcome, with the values its words are filled with."""
    for book in playbooks():
        for start in (*RULES[book.looks_for].outcomes, *IN_THE_WAY):
            sample = SAMPLES.get((book.looks_for, start))
            finding = RULES[book.looks_for].look(sample()) if sample else None
            values = ALWAYS | (filled(finding) if finding else {})
            for name in {start, *check.after(start, book.steps)} & book.steps.keys():
                taken = book.steps[name]
                by_offer = check.FILLED_BY_OFFER.get(str(taken.gives), frozenset())
                yield book, taken, values | {key: OFFERED[key] for key in by_offer}


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_all_words_can_be_said_with_what_was_found(language: str, channel: str) -> None:
    for book, taken, values in spoken():
        key = f"{book.name}.{taken.say}"
        said = render({"reply": key, "values": values}, language, channel).text
        assert said, key
        assert not re.search(r"[{}]|None|timedelta|Amount", said), f"{key}: {said}"


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_whether_it_is_solved_is_asked_with_a_question_mark(language: str, channel: str) -> None:
    for key in (key for key in replies() if key.endswith(".success")):
        assert "?" in render({"reply": key, "values": ALWAYS}, language, channel).text, key


def test_every_step_of_every_playbook_was_said() -> None:
    said = {(book.name, taken.say) for book, taken, _ in spoken()}
    assert said == {(book.name, each.say) for book in playbooks() for each in book.steps.values()}


def texts(language: str) -> Iterator[tuple[str, str]]:
    for book in playbooks():
        for key, text in book.words[language].items():
            yield f"{book.name}.{key}", str(text)


def asking(book: Playbook) -> set[str]:
    return {each.say for each in book.steps.values() if each.asks or each.gives}


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_is_asked_or_offered_something_hears_a_question(language: str) -> None:
    questions = {f"{book.name}.{key}" for book in playbooks() for key in asking(book)}
    assert [key for key, text in texts(language) if key in questions and "?" not in text] == []


NUMBERS = {
    "en": "one two three four five six seven eight nine ten twelve fifteen twenty thirty sixty ninety hundred",
    "fr": "un une deux trois quatre cinq six sept huit neuf dix douze quinze vingt trente soixante cent",
    "it": "un uno una due tre quattro cinque sei sette otto nove dieci dodici quindici venti trenta sessanta cento",
}
COUNTED = {
    "en": r"(?:business |working )?(?:days?|weeks?|months?|years?|hours?|dollars?|cents?|bucks)",
    "fr": r"(?:jours?|semaines?|mois|ans?|années?|heures?|dollars?|sous|cents?|piastres?)",
    "it": r"(?:giorn[oi]|settiman[ae]|mes[ei]|ann[oi]|or[ae]|dollar[oi]|centesim[oi])",
}
DATES = {
    "en": "january february march april june july august september october november december"
    " monday tuesday wednesday thursday friday saturday sunday tomorrow",
    "fr": "janvier février mars avril juin juillet août septembre octobre novembre décembre"
    " lundi mardi mercredi jeudi vendredi samedi dimanche demain",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"
    " lunedì martedì mercoledì giovedì venerdì sabato domenica domani",
}
FIGURES = {
    language: re.compile(
        rf"\d|[$€%]|\b(?:{NUMBERS[language].replace(' ', '|')}) {COUNTED[language]}\b"
        rf"|\b(?:{DATES[language].replace(' ', '|')})\b",
        re.IGNORECASE,
    )
    for language in LANGUAGES
}


def figure(language: str, text: str) -> str | None:
    found = FIGURES[language].search(re.sub(r"\{\w+\}|9-1-1", "…", text))
    return found[0] if found else None


@pytest.mark.parametrize("language", LANGUAGES)
def test_sums_dates_and_day_counts_are_filled_in_and_never_written_out(language: str) -> None:
    assert [(key, found) for key, text in texts(language) if (found := figure(language, text))] == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I can give you $25."),
        ("en", "That takes two days."),
        ("en", "That takes three business days."),
        ("fr", "Un crédit de vingt dollars."),
        ("fr", "On vous appelle demain."),
        ("it", "Entro due settimane."),
        ("it", "La chiamano lunedì."),
    ],
)
def test_a_figure_of_their_own_would_be_seen(language: str, text: str) -> None:
    assert figure(language, text)


NEVER_ASKED_FOR = {
    "en": r"\bSIN\b|\bPIN\b"
    r"|(?i:social insurance|licen[cs]e|\bcards?\b|password|date of birth|birth ?da|passport|maiden)",
    "fr": r"\bNAS\b|\bNIP\b"
    r"|(?i:assurance sociale|permis|\bcartes?\b|mots? de passe|naissance|anniversaire|passeport|\bné\(?e?\)? le)",
    "it": r"\bSIN\b|\bPIN\b"
    r"|(?i:assicurazione sociale|codice fiscale|patente|\bcart[ae]\b|password|nascita|compleanno|passaporto|\bnat[oa] il)",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_asked_for_that_must_never_be_asked_for(language: str) -> None:
    assert [key for key, text in texts(language) if re.search(NEVER_ASKED_FOR[language], text)] == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "What’s your SIN?"),
        ("en", "Please show your driver’s licence."),
        ("en", "Read me the number of your credit card."),
        ("en", "And your password?"),
        ("en", "Your date of birth, please."),
        ("fr", "Quel est votre NAS?"),
        ("fr", "Votre permis de conduire, s’il vous plaît."),
        ("fr", "Le numéro de votre carte?"),
        ("fr", "Votre mot de passe?"),
        ("fr", "Votre date de naissance?"),
        ("it", "Mi dà il Suo codice fiscale?"),
        ("it", "Il numero della patente?"),
        ("it", "Il numero della carta?"),
        ("it", "La Sua password?"),
        ("it", "La Sua data di nascita?"),
    ],
)
def test_asking_for_it_would_be_seen(language: str, text: str) -> None:
    assert re.search(NEVER_ASKED_FOR[language], text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_typing_is_that_of_the_language(language: str) -> None:
    rules = [*MISTYPED[language], ("one space is enough", r" {2}")]
    assert [
        (key, why) for key, text in texts(language) for why, pattern in rules if re.search(pattern, text)
    ] == []
