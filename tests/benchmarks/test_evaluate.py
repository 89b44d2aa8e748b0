"""The tables of the evaluation: what a row says, what is compared with the last figures, where errors are listed."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import evaluate
from benchmarks.scores import Bar, Line, Ratio, Share, Spread

FOUND = Line("fr", "dates found", Share(9, 10), Bar(at_least=0.85), ("fr1: « hier », nothing read",))
WRONG = Line("fr", "dates wrong", Share(1, 10), Bar(at_most_count=0))
PER_CASE = Line("it", "natures per case", Ratio(12, 10), Bar(at_most=1.5))
TURN = Line("it", "reading a turn", Spread([4.0, 2.0, 3.0], " ms"))


@pytest.mark.parametrize(
    ("line", "before", "notes"),
    [
        (FOUND, None, "PASS (bar: at least 85%); new; 1 listed"),
        (FOUND, {"value": 0.9, "hits": 9, "of": 10}, "PASS (bar: at least 85%); 1 listed"),
        (FOUND, {"value": 0.8, "hits": 8, "of": 10}, "PASS (bar: at least 85%); was 8/10; 1 listed"),
        (WRONG, {"value": 0.0, "hits": 0, "of": 10}, "FALL SHORT (bar: at most 0); was 0/10"),
        (PER_CASE, {"value": 1.1, "hits": 11, "of": 10}, "PASS (bar: at most 1.5); was 1.1"),
        (TURN, {"value": 2.5, "of": 3}, "was 2.5"),
    ],
)
def test_a_row_tells_its_verdict_and_what_it_was(
    line: Line, before: dict[str, float] | None, notes: str
) -> None:
    written = evaluate.row(line, before)
    assert line.title in written and str(line.share) in written
    assert written.endswith(f"  {notes}")


def test_there_is_one_table_per_language_measured() -> None:
    french, italian = evaluate.tables(
        [FOUND, PER_CASE, WRONG], {"fr": {"dates found": evaluate.as_committed(FOUND)}}
    )
    assert french.split("\n")[1] == "French" and "natures per case" not in french
    assert "new" not in french.split("\n")[2] and "new" in french.split("\n")[3]
    assert italian.split("\n")[1] == "Italian"


def test_figures_committed_are_those_compared_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluate, "COMMITTED", tmp_path / "figures.json")
    assert evaluate.committed_figures() == {}
    evaluate.commit([FOUND, PER_CASE, TURN], {})
    evaluate.commit([WRONG, Line("fr", "nothing", Share(0, 0))], evaluate.committed_figures())
    figures = evaluate.committed_figures()
    assert figures["fr"] == {"dates found": {"value": 0.9, "hits": 9, "of": 10},
                             "dates wrong": {"value": 0.1, "hits": 1, "of": 10}}  # fmt: skip
    assert all(
        not evaluate.since(line, figures[line.language][line.title]) for line in (FOUND, PER_CASE, TURN)
    )


def test_every_error_is_written_with_its_text(tmp_path: Path) -> None:
    files = evaluate.write_errors(tmp_path / "errors", [FOUND, WRONG, PER_CASE])
    assert [file.name for file in files] == ["errors-fr.txt"]
    assert (
        "== dates found: 9/10" in files[0].read_text()
        and "fr1: « hier », nothing read" in files[0].read_text()
    )


def test_two_figures_with_one_title_are_not_committed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluate, "COMMITTED", tmp_path / "figures.json")
    with pytest.raises(ValueError, match="same title"):
        evaluate.commit([FOUND, FOUND], {})
    assert not (tmp_path / "figures.json").exists()
