"""Whether the data of a playbook can be used; what is wrong with it is said in words that help."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from string import Formatter
from typing import Any

from bot.cases.complaint import CATEGORIES, SERVICES
from bot.cases.findings import RULES, Rule
from bot.cases.playbook import (
    CORRECTION,
    ENDS,
    GIVES,
    GOODWILL,
    HOLD,
    IN_THE_WAY,
    NEEDS,
    SOLVED,
    VISIT,
    Step,
)
from bot.languages import LANGUAGES, pack
from bot.playbooks.heard import finder_of
from bot.reading.circumstances import CIRCUMSTANCES

KEYS = (
    "source",
    "checked",
    "made_for",
    "also_fits",
    "services",
    "cues",
    "needs",
    "looks_for",
    "steps",
    "words",
)
MAY_BE_LEFT_OUT = ("also_fits", "services")
KEYS_OF_A_STEP = ("say", "gives", "at_most", "accepted", "refused", "beyond", "if_yes", "if_no", "then")

ALWAYS_KNOWN = frozenset({"phone", "provider", "tracking_number", "call_back"})
"""What any words may be filled with besides what was found; `call_back` is the day by which a person calls."""

FILLED_BY_OFFER = {
    CORRECTION: frozenset({"given"}),
    GOODWILL: frozenset({"given"}),
    HOLD: frozenset({"given"}),
    VISIT: frozenset({"slot"}),
}
"""What the words of an offer may be filled with besides: the sum that is given or held, or when a technician comes."""

SUCCESS = "success"
"""The words that ask whether it is solved: a yes to them is what success means."""

TEXT, TEXTS, WHOLE, MAPPING, DAY = "a text", "a list of texts", "a whole number", "a mapping", "a day"

_IS: dict[str, Callable[[Any], bool]] = {
    TEXT: lambda value: isinstance(value, str) and bool(value.strip()),
    TEXTS: lambda value: isinstance(value, list) and all(isinstance(each, str) for each in value),
    # True and False are whole numbers to Python, and to nobody else
    WHOLE: lambda value: isinstance(value, int) and not isinstance(value, bool),
    MAPPING: lambda value: isinstance(value, Mapping) and all(isinstance(key, str) for key in value),
    DAY: lambda value: isinstance(value, date),
}

_SHAPES = {
    "source": TEXT,
    "checked": DAY,
    "made_for": TEXTS,
    "also_fits": TEXTS,
    "services": TEXTS,
    "cues": MAPPING,
    "needs": TEXT,
    "looks_for": TEXT,
    "steps": MAPPING,
    "words": MAPPING,
}

_EXAMPLES = {
    TEXT: "such as late_fee",
    TEXTS: "such as [billing, billing.late_fee]",
    WHOLE: "such as 2500",
    MAPPING: "each name a text, then a colon and what belongs to it",
    DAY: "such as 2026-03-31",
}


def problems(data: Any) -> Iterator[str]:
    """Yield what is wrong with the data of a playbook, each in words that say what to do.

    What the data say is only looked at once they have the right shape, for the one builds upon the other.
    """
    if not isinstance(data, Mapping):
        yield f"Write a mapping with the keys {', '.join(KEYS)}."
        return
    for look in (_shape, _sense, _wording):
        found = list(look(data))
        yield from found
        if found:
            return


# --- shape -----------------------------------------------------------------------------------------------


def _shape(data: Mapping[Any, Any]) -> Iterator[str]:
    yield from _keys("the playbook", data, KEYS, MAY_BE_LEFT_OUT)
    for key, shape in _SHAPES.items():
        if key in data and not _IS[shape](data[key]):
            yield f"Write `{key}` as {shape}, {_EXAMPLES[shape]}; it is {data[key]!r}."
    steps = data.get("steps")
    if not isinstance(steps, Mapping):
        return
    for name, step in steps.items():
        yield from _shape_of_step(name, step)


def _shape_of_step(name: Any, step: Any) -> Iterator[str]:
    if not isinstance(step, Mapping):
        yield f"Write the step “{name}” as a mapping with a `say`; it is {step!r}."
        return
    yield from _keys(f"the step “{name}”", step, KEYS_OF_A_STEP, KEYS_OF_A_STEP[1:])
    for key in KEYS_OF_A_STEP:
        shape = WHOLE if key == "at_most" else TEXT
        if key in step and not _IS[shape](step[key]):
            yield f"Write `{key}` of the step “{name}” as {shape}, {_EXAMPLES[shape]}; it is {step[key]!r}."


def _keys(
    where: str, data: Mapping[Any, Any], known: Iterable[str], optional: Iterable[str]
) -> Iterator[str]:
    for key in data:
        if key not in known:
            yield f"Take “{key}” out of {where}; known are {', '.join(known)}."
    for key in known:
        if key not in data and key not in optional:
            yield f"Add “{key}” to {where}."


# --- sense -----------------------------------------------------------------------------------------------


def _sense(data: Mapping[str, Any]) -> Iterator[str]:
    yield from _fitting(data)
    yield from _cues(data["cues"])
    yield from _each_step(data["steps"])
    rule = RULES.get(data["looks_for"])
    if rule:
        yield from _ways(data["looks_for"], rule, _as_steps(data))


def _fitting(data: Mapping[str, Any]) -> Iterator[str]:
    natures = known_natures()
    for key in ("made_for", "also_fits"):
        for nature in data.get(key, ()):
            if nature not in natures:
                yield f"“{nature}” in {key} is no nature; write category.issue, such as billing.late_fee."
    if not data["made_for"]:
        yield "Name at least one nature in made_for."
    for service in data.get("services", ()):
        if service not in SERVICES:
            yield f"“{service}” in services is none of {', '.join(SERVICES)}."
    if data["needs"] not in NEEDS:
        yield f"`needs` is one of {', '.join(NEEDS)}, not {data['needs']!r}."
    if data["looks_for"] not in RULES:
        yield (
            f"`looks_for` is one of {', '.join(RULES)}, not {data['looks_for']!r}; "
            "a new rule goes into bot/cases/findings.py."
        )


def _cues(cues: Mapping[str, Any]) -> Iterator[str]:
    for language in sorted(cues.keys() - {*LANGUAGES}):
        yield f"Take “{language}” out of cues; the languages are {', '.join(LANGUAGES)}."
    for language in LANGUAGES:
        mine: Any = cues.get(language)
        if not mine or not _IS[TEXTS](mine):
            yield f"List under cues.{language} how people name this trouble; bot/reading/cues.py says how to write it."
            continue
        for cue in mine:
            try:
                finder_of([(cue, "")], language)
            except (ValueError, LookupError):
                yield (
                    f"The cue “{cue}” under cues.{language} cannot be read; bot/reading/cues.py says how to write "
                    "one, and sets such as <billed> are known in the packs only."
                )


@cache
def known_natures() -> frozenset[str]:
    """Return what a playbook may be for: the categories, each with its issues, and what makes a matter weigh more."""
    issues = pack(LANGUAGES[0], "natures")["natures"]
    finer = {f"{category}.{issue}" for category in issues for issue in issues[category]}
    return frozenset(CATEGORIES) | finer | {f"circumstance.{name}" for name in CIRCUMSTANCES}


def _each_step(steps: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for name, step in steps.items():
        if name in ENDS:
            yield f"Give the step “{name}” another name; this is that of an end."
        yield from _one_way(name, step)
        for way in Step(**step).leads_to():
            if way not in steps and way not in ENDS:
                yield f"The step “{name}” leads to “{way}”, which is neither a step nor one of {', '.join(ENDS)}."


def _one_way(name: str, step: Mapping[str, Any]) -> Iterator[str]:
    ways = [key for key in ("gives", "if_yes", "then") if key in step]
    if len(ways) != 1:
        yield (
            f"Give the step “{name}” exactly one of `gives`, `if_yes` with `if_no`, and `then`; "
            f"it has {', '.join(ways) or 'none'}."
        )
    if ("if_yes" in step) != ("if_no" in step):
        yield f"Give the step “{name}” both `if_yes` and `if_no`."
    if "gives" in step and step["gives"] not in GIVES:
        yield f"The step “{name}” gives one of {', '.join(GIVES)}, not {step['gives']!r}."
    if step.get("gives") in (GOODWILL, VISIT) and "beyond" not in step:
        yield f"Say with `beyond` where the step “{name}” goes when it cannot be offered."
    if "at_most" in step and (step.get("gives") != GOODWILL or step["at_most"] <= 0):
        yield f"`at_most` of the step “{name}” is a number of cents above 0, for goodwill only."
    for key in ("accepted", "refused", "beyond"):
        if key in step and "gives" not in step:
            yield f"Take `{key}` out of the step “{name}”, which offers nothing."


def _ways(looks_for: str, rule: Rule, steps: Mapping[str, Step]) -> Iterator[str]:
    """Refuse what is not reached, what ends nowhere, and sums that nothing was found of."""
    for outcome in sorted(rule.outcomes.keys() - steps.keys()):
        yield f"Add a step “{outcome}”: the rule {looks_for} may find it."
    reached = _reached([*rule.outcomes, *IN_THE_WAY], steps)
    for name, step in steps.items():
        if name not in reached:
            yield f"Nothing leads to the step “{name}”: take it out, or name it where it belongs."
        if name in after(name, steps):
            # a customer must never go round in a circle
            yield f"The step “{name}” leads back to itself."
        without = [start for start in reached.get(name, ()) if "amount" not in rule.outcomes.get(start, ())]
        if step.gives in (CORRECTION, GOODWILL, HOLD) and step.at_most is None and without:
            yield f"The step “{name}” gives {step.gives}, but no sum is found with {', '.join(sorted(without))}."


def _as_steps(data: Mapping[str, Any]) -> dict[str, Step]:
    return {name: Step(**step) for name, step in data["steps"].items()}


def _reached(starts: Iterable[str], steps: Mapping[str, Step]) -> dict[str, set[str]]:
    """Return every step that can be reached, with the outcomes from which it can."""
    reached: dict[str, set[str]] = {}
    for start in starts:
        for name in {start, *after(start, steps)} & steps.keys():
            reached.setdefault(name, set()).add(start)
    return reached


def after(name: str, steps: Mapping[str, Step]) -> set[str]:
    """Return every step and end that may come after a step."""
    after: set[str] = set()
    waiting = [name]
    while waiting:
        step = steps.get(waiting.pop())
        new = {*step.leads_to()} - after if step else set()
        after |= new
        waiting += new
    return after


# --- words -----------------------------------------------------------------------------------------------


def _wording(data: Mapping[str, Any]) -> Iterator[str]:
    filled = _filled(RULES[data["looks_for"]], _as_steps(data))
    words = data["words"]
    for language in sorted(words.keys() - {*LANGUAGES}):
        yield f"Take “{language}” out of words; the languages are {', '.join(LANGUAGES)}."
    for language in LANGUAGES:
        texts = words.get(language)
        if not isinstance(texts, Mapping):
            yield f"Add the words in “{language}” under words.{language}."
            continue
        for key in sorted(filled.keys() - texts.keys()):
            yield f"Add “{key}” to words.{language}."
        for key in texts:
            if key in filled:
                yield from _filling(f"“{key}” in words.{language}", texts[key], filled[key])
            else:
                yield f"Take “{key}” out of words.{language}, or let a step say it."


def _filled(rule: Rule, steps: Mapping[str, Step]) -> dict[str, frozenset[str]]:
    """Return the keys of all words that are said, each with what it can be filled with wherever it is said."""
    filled = {}
    if any(SOLVED in step.leads_to() for step in steps.values()):
        filled[SUCCESS] = ALWAYS_KNOWN
    reached = _reached([*rule.outcomes, *IN_THE_WAY], steps)
    for name, step in steps.items():
        found = frozenset.intersection(*(rule.outcomes.get(start, frozenset()) for start in reached[name]))
        mine = found | ALWAYS_KNOWN | FILLED_BY_OFFER.get(str(step.gives), frozenset())
        filled[step.say] = filled.get(step.say, mine) & mine
    return filled


def _filling(where: str, text: Any, filled: frozenset[str]) -> Iterator[str]:
    if not _IS[TEXT](text):
        yield f"Write {where} as a text; it is {text!r}."
        return
    try:
        fields = [field for field in Formatter().parse(text) if field[1] is not None]
    except ValueError:
        yield f"Close every brace of {where}; a placeholder is a name between braces, such as {{phone}}."
        return
    for _, name, form, conversion in fields:
        if name not in filled:
            yield f"Nothing fills {{{name}}} of {where}; known there are {', '.join(sorted(filled))}."
        elif form or conversion:
            yield f"Write {{{name}}} of {where} with nothing but the name between the braces."
