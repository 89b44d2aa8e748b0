"""Measures understanding: every reader on its own, then whole complaints told to the running product.

Prints one table per language with counts, 95 % intervals, bars and the last committed figures, and writes every
error with its text to files.

python -m benchmarks.evaluate                               # everything; starts the product itself
python -m benchmarks.evaluate --readers --language fr       # without conversations: a minute
DESK_API_TOKEN=... python -m benchmarks.evaluate --url http://localhost:8000    # needs ALLOW_TODAY=true
python -m benchmarks.evaluate --commit                      # these are the figures to compare with from now on
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks import acts, conversations, dates, languages, natures, reading_speed, spoken
from benchmarks.conversations import Told, complaints, tell_all, write_transcripts
from benchmarks.product import ROOT, CannotMeasure, running
from benchmarks.rows import ITALIAN, SHARED
from benchmarks.scores import Line, Share, Spread

LANGUAGES = {"en": "English", "fr": "French", "it": "Italian"}
READERS = (natures, dates, acts, languages, spoken, reading_speed)
"""Every module with `measure(folder)`, in the order of the table."""
COMMITTED = Path(__file__).parent / "figures.json"
ERRORS = ROOT / "var" / "evaluation"


# --- Measuring ----------------------------------------------------------------------------------------------


def read_alone(folder: Path, chosen: Iterable[str]) -> list[Line]:
    """Measure the readers without the product."""
    wanted, lines = set(chosen), []
    for reader in READERS:
        _say(f"Measuring {reader.__name__.rpartition('.')[2]}")
        lines += [line for line in reader.measure(folder) if line.language in wanted]
    return lines


def tell(folder: Path, chosen: Sequence[str], options: argparse.Namespace) -> list[Told]:
    """Tell the complaints to the product, one that runs or one of our own. Raises CannotMeasure."""
    rows = [
        complaint
        for language in chosen
        for complaint in complaints(language, ITALIAN if language == "it" else folder)[: options.limit]
    ]
    token = os.environ.get("DESK_API_TOKEN") or secrets.token_urlsafe(16)
    if options.url:
        return asyncio.run(tell_all(options.url, token, rows))
    _say("Starting the product; a missing model is trained first.")
    with running({"DESK_API_TOKEN": token}, port=options.port) as product:
        return asyncio.run(tell_all(product.url, token, rows))


# --- The tables ---------------------------------------------------------------------------------------------


def tables(lines: Sequence[Line], committed: dict[str, Any]) -> Iterator[str]:
    """Yield the text of one table per language."""
    for language, name in LANGUAGES.items():
        own = [line for line in lines if line.language == language]
        if own:
            yield "\n".join(
                [f"\n{name}", *(row(line, committed.get(language, {}).get(line.title)) for line in own)]
            )


def row(line: Line, before: dict[str, Any] | None) -> str:
    """Write one figure: its verdict, what it was when it was last committed, and how many errors it lists."""
    bar = f"{line.bar.verdict(line.share)} (bar: {line.bar})" if line.bar else ""
    wrong = f"{len(line.errors)} listed" if line.errors else ""
    notes = "; ".join(note for note in (bar, since(line, before), wrong) if note)
    return f"  {line.title:<46} {line.share!s:<44} {notes}".rstrip()


def since(line: Line, before: dict[str, Any] | None) -> str:
    """Say what the figure was, where it is another; times are never the same twice and always told."""
    if before is None:
        return "new"
    if before == as_committed(line):
        return ""
    if "hits" in before and isinstance(line.share, Share):
        return f"was {before['hits']}/{before['of']}"
    return f"was {before['value']:.4g}"


def as_committed(line: Line) -> dict[str, Any]:
    """Return a figure as it is written to be compared with later."""
    if isinstance(line.share, Spread):
        return {"value": round(line.share.value, 4), "of": line.share.of}
    return {"value": round(line.share.value, 4), "hits": line.share.hits, "of": line.share.of}


def committed_figures() -> dict[str, Any]:
    """Return the figures of the last commit: by language, by title."""
    return json.loads(COMMITTED.read_text(encoding="utf-8")) if COMMITTED.is_file() else {}


def commit(lines: Sequence[Line], figures: dict[str, Any]) -> None:
    """Write the figures over those that were measured before; what was not measured now stays.

    Raises ValueError where two figures of a language have one title: one would hide the other.
    """
    if len({(line.language, line.title) for line in lines}) < len(lines):
        raise ValueError("two figures of a language have the same title")
    for line in lines:
        if line.share.of:
            figures.setdefault(line.language, {})[line.title] = as_committed(line)
    text = json.dumps(figures, ensure_ascii=False, indent=1, sort_keys=True)
    COMMITTED.write_text(f"{text}\n", encoding="utf-8")


def write_errors(folder: Path, lines: Iterable[Line]) -> list[Path]:
    """Write every error with its text, one file per language, and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for language in LANGUAGES:
        own = [line for line in lines if line.language == language and line.errors]
        if own:
            path = folder / f"errors-{language}.txt"
            parts = ("\n".join([f"== {line.title}: {line.share}", *line.errors]) for line in own)
            path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
            files.append(path)
    return files


# --- The command --------------------------------------------------------------------------------------------


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("benchmarks.evaluate", description=__doc__, formatter_class=as_written)
    parser.add_argument("--language", choices=LANGUAGES, action="append", help="default: all")
    parser.add_argument("--readers", action="store_true", help="only the readers, no conversations")
    parser.add_argument("--conversations", action="store_true", help="only the conversations")
    parser.add_argument("--limit", type=int, help="only the first N complaints of each language")
    parser.add_argument("--port", type=int, help="run the product on this port, default: a free one")
    parser.add_argument("--url", help="measure a product that runs already; DESK_API_TOKEN is its token")
    parser.add_argument(
        "--errors", type=Path, default=ERRORS, help="where errors and transcripts are written"
    )
    parser.add_argument("--commit", action="store_true", help="keep these figures as those to compare with")
    parser.add_argument("--strict", action="store_true", help="exit with 1 when a bar is not reached")
    return parser.parse_args()


def main() -> int:
    """Measure, report, and return 0; with --strict 1 when a bar is not reached."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    options = _options()
    folder = SHARED
    chosen = options.language or list(LANGUAGES)
    if not folder.is_dir():
        print(
            f"No evaluation data: {folder} is not there (set EVALUATION_DATA). Only our own rows are measured."
        )
    lines: list[Line] = [] if options.conversations else read_alone(folder, chosen)
    told: list[Told] = []
    if not options.readers:
        try:
            told = tell(folder, chosen, options)
        except CannotMeasure as reason:
            print(f"evaluate: {reason}", file=sys.stderr)
            return 2
    for language in chosen:
        own = [one for one in told if one.complaint.language == language]
        if own:
            lines += conversations.measure(language, own)
    figures = committed_figures()
    print(*tables(lines, figures), sep="\n")
    files = write_errors(options.errors, lines)
    if told:
        files.append(options.errors / "conversations.txt")
        write_transcripts(files[-1], told)
    print("\nEvery error with its text:", *files, sep="\n  ")
    short = [f"{LANGUAGES[line.language]}: {line.title}" for line in lines if line.falls_short]
    print("\nEvery bar is reached." if not short else "\nFalls short:\n  " + "\n  ".join(short))
    if options.commit:
        commit(lines, figures)
    return 1 if short and options.strict else 0


if __name__ == "__main__":
    sys.exit(main())
