"""Names of our own that cases keep, such as playbooks and reasons, in the words of the agent who reads them."""

from __future__ import annotations

from collections.abc import Callable

from bot.cases.case import Correction, HistoryEntry
from bot.cases.status import MOVES
from bot.desk.glance import Wording
from bot.gateway.serving import LANGUAGE_NAMES
from bot.languages import pack
from bot.languages.wording import written_phone


def playbook(wording: Wording, name: str) -> str:
    """Write what kind of trouble a playbook is for."""
    return _known(wording, "playbooks", name)


def finding(wording: Wording, name: str) -> str:
    """Write what the records showed."""
    return _known(wording, "findings", name)


def reason(wording: Wording, kept: str) -> str:
    """Write why a person was asked for, such as `safety: violence` or `playbook: late_fee`."""
    sort, _, what = kept.partition(": ")
    sentences, named = wording.work["reasons"], _REASONS.get(sort)
    if kept in sentences:
        return str(sentences[kept])
    if named is None or not what:
        return _plain(kept)
    return str(sentences[sort].format(what=sentences.get(what) or named(wording, what)))


def tried(wording: Wording, kept: str) -> str:
    """Write which playbook was tried, and what the records showed for it: `late_fee: paid_late`."""
    book, _, found = kept.partition(": ")
    return f"{playbook(wording, book)}: {finding(wording, found)}" if found else _plain(kept)


def happening(wording: Wording, what: str) -> str:
    """Write what happened to a case."""
    own = wording.work["happenings"].get(what) or wording.replying["history"].get(what, what)
    return str(wording.words["happenings"].get(what, own))


def detail(wording: Wording, line: HistoryEntry) -> str:
    """Write the detail of a line of the history; what no pack has words for stands as it was kept."""
    words, kept = wording.words, line.detail
    if line.what in MOVES:
        return " → ".join(words["statuses"].get(end, end) for end in kept.split(" to "))
    if line.what in ("promised", "kept"):
        return str(words["promise_kinds"].get(kept, kept))
    if line.what in ("offered", "accepted", "refused"):
        return str(words["offer_kinds"].get(kept, kept))
    if line.what == "circumstances":
        return ", ".join(words["circumstances"].get(name, name) for name in kept.split(", "))
    if line.what == "corrected":
        return str(wording.work["corrected"].get(kept, kept))
    named = {"playbook": tried, "person_requested": reason, "danger": reason}.get(line.what)
    return named(wording, kept) if named else kept


def correction(wording: Wording, kept: Correction) -> tuple[str, str, str, str, str]:
    """Write when a fact was put right, by whom, which, and what it was before and after."""
    write = {"natures": _natures, "language": _language, "phone": _phone}.get(kept.what, _as_kept)
    what = str(wording.work["corrected"][kept.what])
    return wording.moment(kept.at), kept.by, what, write(wording, kept.before), write(wording, kept.after)


def _natures(wording: Wording, kept: str) -> str:
    services = pack(wording.language, "nature_labels")["services"]
    rows = [code.split(".") for code in kept.split(", ") if code]
    return ", ".join(
        f"{wording.nature(category, issue)}{f' ({services[service]})' if service else ''}"
        for category, issue, service in rows
    )


def _language(wording: Wording, kept: str) -> str:
    return LANGUAGE_NAMES.get(kept, kept)


def _phone(wording: Wording, kept: str) -> str:
    return written_phone(kept)


def _as_kept(wording: Wording, kept: str) -> str:
    return kept


def _known(wording: Wording, section: str, name: str) -> str:
    return str(wording.work[section].get(name, _plain(name)))


def _plain(name: str) -> str:
    """Write a name that no pack has words for, such as a playbook's that is gone."""
    return name.replace("_", " ")


_REASONS: dict[str, Callable[[Wording, str], str]] = {
    "safety": lambda wording, what: wording.words["dangers"].get(what, _plain(what)),
    "playbook": playbook,
    "refused": lambda wording, what: _known(wording, "instructions", what),
}
"""How what follows each kind of reason is written."""
