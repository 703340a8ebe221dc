"""What all figures share: axes with names and units, readable ticks, and the theme."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from bokeh.core.properties import value
from bokeh.core.property.descriptors import UnsetValueError
from bokeh.models import (
    ColumnDataSource,
    CustomJSHover,
    CustomJSTickFormatter,
    FixedTicker,
    HoverTool,
    LabelSet,
    LogTicker,
    Range1d,
)
from bokeh.plotting import figure

from scalekit_widgets.theme import FONT, Palette
from scalekit_widgets.views.onscreen import paint_on_screen

# 10 M, 1 B, 1,000 T; beyond that a power of ten. The browser formats what it zooms to.
COUNTS = """
const v = tick
for (const [size, letter] of [[1e12, 'T'], [1e9, 'B'], [1e6, 'M'], [1e3, 'k']]) {
  if (v >= size * 0.9999 && v < 9.99e15) {
    return Number((v / size).toPrecision(3)).toLocaleString('en') + ' ' + letter
  }
}
if (v >= 9.99e15) {
  const e = Math.round(Math.log10(v))
  return '10' + String(e).split('').map((c) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)]).join('')
}
return String(Number(v.toPrecision(3)))
"""
POWERS = """
const e = Math.floor(Math.log10(tick) + 1e-9)
const m = tick / Math.pow(10, e)
const up = String(e).split('').map((c) => c == '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)]).join('')
return (Math.abs(m - 1) < 1e-6 ? '' : String(Number(m.toPrecision(2))) + '×') + '10' + up
"""
EXACT = COUNTS.replace("toPrecision(3)", "toPrecision(4)")
PLAIN = "return String(Number(tick.toPrecision(3)))"
DOLLARS = "return '$' + String(Number(tick.toPrecision(3)))"
PERCENT = "return String(Number(tick.toPrecision(6))).replace('-', '−') + ' %'"


def ticks(code: str, **args: Any) -> CustomJSTickFormatter:
    """Return a formatter of one's own: a model belongs to one document."""
    return CustomJSTickFormatter(code=code, args=args)


def make_figure(
    name: str,
    x: tuple[str, float, float],
    y: tuple[str, float, float],
    *,
    x_type: str = "log",
    y_type: str = "log",
    height: int = 320,
    says: str = "",
    **params: Any,
) -> figure:
    """Return an empty figure with fixed ranges.

    Parameters
    ----------
    name : str
        What the figure is called.
    x, y : tuple of str, float, float
        Name with unit, and the range.
    x_type, y_type : {"log", "linear"}
        Kind of axis.
    height : int
        Height in pixels; the width follows the page.
    says : str, optional
        What it shows, for those who do not see it; by default its name and its axes.
    """
    says = says or f"{name}: {y[0]} against {x[0]}"
    fig = figure(
        name=name,
        html_attributes={"role": "img", "aria-label": says},
        height=height,
        sizing_mode="stretch_width",
        x_axis_type=x_type,
        y_axis_type=y_type,
        x_range=Range1d(x[1], x[2]),
        y_range=params.pop("y_range", None) or Range1d(y[1], y[2]),
        x_axis_label=x[0],
        y_axis_label=y[0],
        tools="box_zoom,pan,reset",
        toolbar_location="above",
        min_border_right=16,
        min_border_top=8,
        **params,
    )
    fig.toolbar.logo = None
    fig.toolbar.autohide = True
    fig.toolbar.active_drag = None
    fig.outline_line_color = None
    # Beneath what is drawn the canvas is white, and its outermost pixels are drawn in part only:
    # in the dark both would show as lines.
    fig.stylesheets = [
        ":host, .bk-Canvas { background: var(--sk-paper) !important; }"
        ".bk-Canvas { clip-path: inset(2px); }"
    ]
    paint_on_screen(fig)
    for axis in (*fig.xaxis, *fig.yaxis):
        axis.axis_label_text_font_style = "normal"
        axis.axis_label_text_font = axis.major_label_text_font = FONT
        axis.axis_label_text_font_size = axis.major_label_text_font_size = "12px"
        axis.minor_tick_line_color = None
        axis.major_tick_in = 0
        axis.major_tick_out = 4
    return fig


def decades(axis: Any, code: str, desired: int = 6, mantissas: Sequence[float] = (1,)) -> None:
    """Give a log axis one tick a decade (or every few), written readably."""
    axis.ticker = LogTicker(desired_num_ticks=desired, mantissas=list(mantissas), num_minor_ticks=0)
    axis.formatter = ticks(code)


def fixed(axis: Any, places: Sequence[float], code: str) -> None:
    """Give an axis ticks at chosen places."""
    axis.ticker = FixedTicker(ticks=list(places))
    axis.formatter = ticks(code)


def one_two_five(
    axis: Any, low: float, high: float, code: str, mantissas: Sequence[float] = (1, 2, 5)
) -> None:
    """Give a log axis ticks at 1, 2 and 5 times powers of ten, however little it shows.

    Within a decade Bokeh's ticks are those of a linear axis, which crowd at one end. Where an axis
    never shows much more than a decade, it can have other `mantissas`.
    """
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    fixed(axis, [m * 10.0**power for power in powers for m in mantissas], code)


NARROW = 320.0
"""Pixels of plot under which ticks of all decades would touch."""


def sparse_when_narrow(fig: figure) -> None:
    """Give every other decade of the horizontal axis a tick while the figure is narrow.

    Where ticks are not decades they stay.
    """
    axis = fig.xaxis[0]
    usual, sparse = axis.ticker, FixedTicker(ticks=[10.0**k for k in range(-21, 40, 2)])
    if not isinstance(usual, LogTicker):
        return

    def told(attr: str, old: Any, new: Any) -> None:
        axis.ticker = sparse if new < NARROW else usual

    fig.on_change("inner_width", told)


def restyle(fig: figure, p: Palette) -> None:
    """Dress a figure in a theme."""
    fig.background_fill_color = fig.border_fill_color = p.paper
    for axis in (*fig.xaxis, *fig.yaxis):
        axis.axis_label_text_color = axis.major_label_text_color = p.quiet
        axis.axis_line_color = axis.major_tick_line_color = p.line
    for grid in (*fig.xgrid, *fig.ygrid):
        grid.grid_line_color = p.grid
    for label in fig.select({"type": LabelSet}):
        if "keep" not in label.tags:
            label.text_color = p.quiet
        label.background_fill_color = p.paper
    for tool in fig.select({"type": HoverTool}):
        tool.tooltips = _tooltip(tool.tags, p)


def hover(
    fig: figure, renderers: Sequence[Any], rows: Sequence[tuple[str, str]], **kw: Any
) -> None:
    """Add a hover tool to some renderers: (name, value) rows; without a name the value is a head.

    Its look comes with `restyle`.
    """
    fig.add_tools(
        HoverTool(
            renderers=list(renderers), tags=[list(row) for row in rows], show_arrow=False, **kw
        )
    )


def as_hovered(code: str) -> CustomJSHover:
    """Return the writer of a number in a tooltip, from the code of a tick."""
    return CustomJSHover(code=f"const tick = value\n{code}")


def hover_curves(
    fig: figure,
    renderers: Sequence[Any],
    head: Sequence[tuple[str, str]],
    x: tuple[str, str, str],
    y: tuple[str, str, str],
    tail: Sequence[tuple[str, str]] = (),
) -> None:
    """Add a hover tool to curves: it reads the curve's nearest point, not the pointer's place.

    Parameters
    ----------
    fig : figure
        Where the curves are.
    renderers : sequence
        The curves.
    head, tail : sequence of (str, str)
        Rows before and after those of the point, as `hover` takes them.
    x, y : tuple of str
        Name, code that writes the number, and unit.
    """
    rows = [(name, f"{axis}{{custom}} {unit}".rstrip())
            for axis, (name, _, unit) in (("$snap_x", x), ("$snap_y", y))]  # fmt: skip
    written = {"$snap_x": as_hovered(x[1]), "$snap_y": as_hovered(y[1])}
    hover(fig, renderers, [*head, *rows, *tail], line_policy="nearest", formatters=written)


def _tooltip(rows: Sequence[tuple[str, str]], p: Palette) -> str:
    """Return what a hover tool shows.

    Bokeh puts it outside the app, where neither its style sheets nor its colours reach.
    """
    lines = "".join(
        f"<div><span style='color:{p.quiet}'>{name}:</span> {value}</div>"
        if name
        else f"<div style='font-weight:600'>{value}</div>"
        for name, value in rows
    )
    style = (
        "margin:-6px;padding:8px 12px;width:max-content;max-width:min(320px,44vw);"
        "min-width:calc(100% + 12px);"  # all entries of one tooltip are as wide as the widest
        f"box-sizing:border-box;background:{p.raised};color:{p.ink};border:1px solid {p.line};"
        f"font:12px/1.5 {FONT};overflow-wrap:anywhere"
    )
    return f'<div style="{style}">{lines}</div>'


def labels(source: ColumnDataSource, x: str, y: str, text: str = "text", **params: Any) -> LabelSet:
    """Return labels in the small type of the theme."""
    options = {
        "text_font": value(FONT),
        "text_font_size": "11px",
        "x_offset": 5,
        "y_offset": -7,
        "background_fill_alpha": 0.75,
    } | params
    return LabelSet(x=x, y=y, text=text, source=source, **options)


def split(y: np.ndarray, inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the parts of a curve inside and outside the fitted range, joined at the seam.

    Parameters
    ----------
    y : array, shape (n,)
        The curve.
    inside : array of bool, shape (n,)
        Where the law was fitted.
    """
    dashed = ~inside
    dashed[1:] |= ~inside[:-1]
    dashed[:-1] |= ~inside[1:]
    return np.where(inside, y, np.nan), np.where(dashed, y, np.nan)


def plot_size(fig: figure) -> tuple[float, float]:
    """Return width and height of the plot within its axes, in pixels.

    As the browser has told; before that, of a plot of middling width.
    """
    try:
        return max(float(fig.inner_width), 1.0), max(float(fig.inner_height), 1.0)
    except UnsetValueError:
        return 430.0, 300.0


def on_new_view(fig: figure, place: Callable[[], None]) -> None:
    """Call `place` whenever the figure shows another range, or has another size."""

    def told(attr: str, old: Any, new: Any) -> None:
        if old != new:
            place()

    fig.on_change("inner_width", told)
    fig.on_change("inner_height", told)
    for view in (fig.x_range, fig.y_range):
        if isinstance(view, Range1d):
            view.on_change("start", told)
            view.on_change("end", told)


def calm_row(cells: np.ndarray, avoid: int) -> int | None:
    """Return a row of a region of a map where its name has room, away from another row.

    Neither at the top nor at the bottom of the map, where it would be cut: None for a region that
    is nowhere else.

    Parameters
    ----------
    cells : array of bool, shape (rows, columns)
        The cells of the region.
    avoid : int
        Row in which something else is drawn.
    """
    wide = cells.sum(axis=1)
    edge = cells.shape[0] // 20
    wide[:edge] = wide[-edge:] = 0
    if not wide.any():
        return None
    rows = np.flatnonzero(wide >= 0.6 * wide.max())
    away = rows[np.abs(rows - avoid) > edge]
    rows = away if away.size else rows
    return int(rows[rows.size // 2])


def within(cells: np.ndarray) -> tuple[int, str]:
    """Return where in a row of a map to write a name, and how to align it there.

    Parameters
    ----------
    cells : array of bool, shape (columns,)
        The cells that are named, at least one. Near an end of the map the name begins, or ends,
        where they do: else it would be cut.
    """
    places = np.flatnonzero(cells)
    middle = int(np.median(places))
    if middle > 0.7 * cells.size:
        return int(places[-1]), "right"
    return (int(places[0]), "left") if middle < 0.3 * cells.size else (middle, "center")


HALF_LINE_WIDTH = 1.5
"""Half the width of a curve in pixels."""


def along(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Return the boxes of the pieces of a curve, in pixels: left, right, bottom, top."""
    sides = [f(a[:-1], a[1:]) for a in (u, v) for f in (np.minimum, np.maximum)]
    return np.stack(sides, axis=1) + np.array([0, 0, -HALF_LINE_WIDTH, HALF_LINE_WIDTH])


def touches(box: tuple[float, float, float, float], taken: np.ndarray) -> bool:
    """Say whether a box (left, right, bottom, top) touches one of those that are taken."""
    left, right, bottom, top = box
    touching = (
        (taken[:, 0] < right) & (left < taken[:, 1]) & (taken[:, 2] < top) & (bottom < taken[:, 3])
    )
    return bool(touching.any())


def add(columns: dict[str, list[Any]], **row: Any) -> None:
    """Append one row to the columns that a source is to get."""
    for key, item in row.items():
        columns[key].append(item)


def put(source: ColumnDataSource, data: dict[str, list[Any]]) -> None:
    """Give a source its data, unless it has them: then nothing is sent and nothing drawn."""
    if dict(source.data) != data:
        source.data = data


def at_edge(value: float, lower: float, upper: float) -> float:
    """Return `value`, or the edge of the view it has left."""
    return float(min(max(value, lower), upper))
