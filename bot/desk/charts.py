"""Charts as SVG without script: every figure is written beside its bar, and no meaning lies in a colour alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH = 360
_ROW, _BAR, _TEXT, _LINE, _GAP = 38, 12, 15, 19, 8
_LONGEST = 46
_TALL, _FOOT = 120, 22


@dataclass(frozen=True)
class Told:
    """What a chart is called by those who see it and told to those who do not; `name` is unique on its page."""

    name: str
    title: str
    description: str


@dataclass(frozen=True)
class Bar:
    """One bar: its label, the sizes of its parts from the left, and the figure that is written beside it."""

    label: str
    parts: tuple[float, ...]
    figure: str


def bars(told: Told, rows: Sequence[Bar], legend: Sequence[str] = (), whole: float | None = None) -> Markup:
    """Return bars one below the other, drawn to the longest or to `whole`; parts are told apart by their patterns."""
    longest = whole or max((sum(row.parts) for row in rows), default=0) or 1
    top = _LINE * len(legend) + _GAP * bool(legend)
    drawn = [*_legend(legend), *(_bar(row, top + place * _ROW, longest) for place, row in enumerate(rows))]
    return _svg(told, top + len(rows) * _ROW, drawn)


def columns(told: Told, rows: Sequence[tuple[str, int]]) -> Markup:
    """Return columns side by side with the first and the last label below, and the highest figure above."""
    highest, step = max((count for _, count in rows), default=0), WIDTH / (len(rows) or 1)
    drawn = [Markup('<text x="0" y="{}">{}</text>').format(_TEXT - 3, highest)]
    for place, (label, count) in enumerate(rows):
        height = round(_TALL * count / (highest or 1), 1)
        drawn.append(
            Markup(
                '<rect class="part0" x="{}" y="{}" width="{}" height="{}"><title>{}: {}</title></rect>'
            ).format(
                round(place * step, 1),
                _TEXT + _TALL - height,
                max(1, round(step - min(2, step / 4), 1)),
                height,
                label,
                count,
            )
        )
    drawn.append(Markup('<line x1="0" x2="{}" y1="{}" y2="{}"/>').format(WIDTH, _TEXT + _TALL, _TEXT + _TALL))
    ends = ((rows[0][0], 0, "start"), (rows[-1][0], WIDTH, "end")) if rows else ()
    drawn += [
        Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(x, _TALL + _TEXT * 2, anchor, label)
        for label, x, anchor in ends[: 1 if len(rows) == 1 else 2]
    ]
    return _svg(told, _TEXT + _TALL + _FOOT, drawn)


def _bar(row: Bar, top: int, longest: float) -> Markup:
    label = row.label if len(row.label) <= _LONGEST else f"{row.label[:_LONGEST].rstrip()}…"
    text = Markup('<text x="0" y="{}">{}</text><text class="figure" x="{}" y="{}">{}</text>').format(
        top + _TEXT - 3, label, WIDTH, top + _TEXT - 3, row.figure
    )
    return text + Markup("").join(_parts(row, top + _TEXT + 2, longest))


def _parts(row: Bar, top: int, longest: float) -> Iterator[Markup]:
    yield Markup('<rect class="track" x="0" y="{}" width="{}" height="{}"/>').format(top, WIDTH, _BAR)
    left = 0.0
    for number, part in enumerate(row.parts):
        width = round(WIDTH * part / longest, 1)
        yield _rectangle(number, left, top, width)
        left += width


def _rectangle(number: int, left: float, top: int, width: float) -> Markup:
    shape = Markup('x="{}" y="{}" width="{}" height="{}"').format(round(left, 1), top, width, _BAR)
    plain = Markup('<rect class="part{}" {}/>').format(number, shape)
    return plain + (Markup('<rect fill="url(#pattern{})" {}/>').format(number, shape) if number else Markup())


def _legend(names: Sequence[str]) -> Iterator[Markup]:
    for number, name in enumerate(names):
        top = number * _LINE
        yield _rectangle(number, 0, top + 2, 20)
        yield Markup('<text x="28" y="{}">{}</text>').format(top + _BAR + 1, name)


def _svg(told: Told, height: int, drawn: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg class="chart" role="img" viewBox="0 0 {} {}" aria-labelledby="{}-title {}-told">'
        '<title id="{}-title">{}</title><desc id="{}-told">{}</desc>{}</svg>'
    ).format(
        WIDTH,
        height,
        *[told.name] * 3,
        told.title,
        told.name,
        told.description,
        Markup("").join(drawn),
    )


PATTERNS = Markup('<svg class="unseen" aria-hidden="true" width="0" height="0"><defs>{}</defs></svg>').format(
    Markup("").join(
        Markup(
            '<pattern id="pattern{}" width="6" height="6" patternUnits="userSpaceOnUse">'
            '<path class="mark" d="{}"/></pattern>'
        ).format(number, escape(path))
        for number, path in enumerate(("M0 6L6 0", "M0 3H6", "M3 0V6"), start=1)
    )
)
"""What tells the second part of a bar from the first, the third from the second, and so on; once on a page."""
