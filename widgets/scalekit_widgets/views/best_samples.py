"""The best number of samples over false positives and the cost of a wrong answer."""

from __future__ import annotations

from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource, CustomJSHover, Span
from contourpy import contour_generator

from scalekit_widgets.models.sampling import SamplingState
from scalekit_widgets.models.sampling_compute import COSTS, RATES
from scalekit_widgets.notation import whole
from scalekit_widgets.theme import Palette, mix
from scalekit_widgets.views.colour_bar import ColourBar
from scalekit_widgets.views.figure import (
    add,
    at_edge,
    calm_row,
    fixed,
    hover,
    labels,
    make_figure,
    put,
    restyle,
    within,
)

NONE, ENDLESS = 0, 255
"""Levels of the two answers that are no number; between them lie the logarithms up to `TOP`."""
TOP = 1e4
NAMED = (1, 2, 3, 5, 10, 30, 100, 1000, 10_000)
INSET = {"left": 6, "center": 0, "right": -6}
"""Pixels by which a name is moved in from the end of the map."""
LEAST, APART = 0.02, 0.06
"""Part of the map that an answer covers where it is named on it; of its width between names."""
TIMES = "return String(Number(tick.toPrecision(2))) + ' ×'"
SHARE = "return String(Number((100 * tick).toPrecision(2))) + ' %'"
READ = """
if (value == 0) { return 'not even one' }
if (value == 255) { return 'the more the better' }
const k = Math.pow(10, (value - 1) / 253 * 4)
return (k < 12 ? '' : 'about ') + String(Number(k < 12 ? Math.round(k) : k.toPrecision(2)))
"""


def levels(best: np.ndarray) -> np.ndarray:
    """Return numbers of samples as levels of colour."""
    inside = np.clip(np.nan_to_num(best, posinf=1.0), 1.0, TOP)
    found = 1.0 + 253.0 * np.log10(inside) / np.log10(TOP)
    found = np.where(best < 1, NONE, np.where(np.isinf(best), ENDLESS, found.round()))
    return found.astype(np.uint8)


class BestSamples:
    """Persistent map; `update` patches its sources."""

    name = "Map of the best number of samples"

    def __init__(self) -> None:
        x = ("Cost of a wrong answer (worth of a right one)", COSTS[0], COSTS[-1])
        y = ("Wrong samples accepted (%)", RATES[0], RATES[-1])
        self.fig = make_figure(
            self.name, x, y, height=400,
            says="Best number of samples over the share of wrong samples that the verifier accepts "
            "and the cost of a wrong answer, with where not even one pays and where more always do",
        )  # fmt: skip
        fixed(self.fig.xaxis[0], [0.01, 0.1, 1, 10, 100], TIMES)
        fixed(self.fig.yaxis[0], [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1], SHARE)
        self._drawn: np.ndarray | None = None
        self.bar = ColourBar(self.fig)
        self.image = ColumnDataSource({"image": []})
        self.lines = ColumnDataSource({"xs": [], "ys": []})
        self.tags = ColumnDataSource({"x": [], "y": [], "text": [], "align": [], "shift": []})
        self.point = ColumnDataSource({k: [] for k in ("x", "y", "text")})
        image = self.fig.image(
            "image", source=self.image, color_mapper=self.bar.mapper, x=x[1], y=y[1],
            dw=x[2] - x[1], dh=y[2] - y[1], level="image",
        )  # fmt: skip
        self.contours = self.fig.multi_line("xs", "ys", source=self.lines, line_width=1)
        marks = {1.0 + 253.0 * np.log10(k) / np.log10(TOP): whole(k) for k in NAMED}
        self.bar.span(NONE + 1, ENDLESS - 1, marks, "Samples")
        self.cross = [Span(location=1.0, dimension=d, line_width=1, line_dash="2 3")
                      for d in ("height", "width")]  # fmt: skip
        for line in self.cross:
            self.fig.add_layout(line)
        self.dot = self.fig.scatter("x", "y", source=self.point, size=13, line_color="white",
                                    fill_color="#0072b2")  # fmt: skip
        self.names = labels(self.tags, "x", "y", x_offset="shift", y_offset=-6, text_align="align",
                            text_font_size="12px")  # fmt: skip
        self.fig.add_layout(self.names)
        hover(self.fig, [image], [("best number of samples", "@image{custom}"),
                                  ("cost of a wrong answer", "$x{0.00} ×"),
                                  ("wrong samples accepted", "$y{0.0 %}")],
              formatters={"@image": CustomJSHover(code=READ)})  # fmt: skip
        hover(self.fig, [self.dot], [("", "where the sliders are"), ("best", "@text")])

    def restyle(self, p: Palette) -> None:
        """Dress the figure in a theme; the two answers that are no number have own colours."""
        restyle(self.fig, p)
        self.bar.restyle(p)
        self.bar.mapper.low_color = mix(p.paper, p.ink, 0.25)
        self.bar.mapper.high_color = mix(p.paper, "#e69f00", 0.45)
        self.names.text_color, self.names.background_fill_alpha = p.ink, 0.0
        self.contours.glyph.line_color = p.line
        for line in self.cross:
            line.line_color = p.quiet

    def fit(self, state: SamplingState) -> None:
        """Show the whole map again."""
        self.fig.x_range.update(start=COSTS[0], end=COSTS[-1])
        self.fig.y_range.update(start=RATES[0], end=RATES[-1])

    def update(self, state: SamplingState, pinned: dict[str, Any] | None) -> None:
        """Show what the state says."""
        best = state.best_map()
        if best is not self._drawn:
            self._drawn = best
            self.image.data = {"image": [levels(best)]}
            self._draw_contours(best)
        x = at_edge(state.wrong_cost, COSTS[0], COSTS[-1])
        y = at_edge(state.false_positive_rate, RATES[0], RATES[-1])
        text = in_words(float(state.advice.k))
        if state.settled and state.best < state.advice.k:
            text += f"; {whole(state.best)} are within a millionth"
        self.point.data = {"x": [x], "y": [y], "text": [text]}
        self.cross[0].location, self.cross[1].location = x, y
        put(self.tags, self._names(best, int(np.abs(np.log(RATES / y)).argmin())))

    def _draw_contours(self, best: np.ndarray) -> None:
        """Draw the contours of some numbers, and find where they cross the diagonal."""
        lines: dict[str, list[Any]] = {"xs": [], "ys": []}
        self._crossings: list[dict[str, Any]] = []
        x, y = np.linspace(0.0, 1.0, COSTS.size), np.linspace(0.0, 1.0, RATES.size)
        numbers = np.where((best >= 1) & np.isfinite(best), best, np.nan)  # no line to what is none
        found = contour_generator(x, y, np.log(numbers))
        last = 1.0
        for k in NAMED[1:]:
            for part in found.lines(float(np.log(k - 0.5))):
                add(lines, xs=_along(COSTS, part[:, 0]), ys=_along(RATES, part[:, 1]))
                middle = part[int(np.argmin(np.abs(part[:, 0] - part[:, 1])))]
                if abs(middle[0] - middle[1]) < 0.02 and last - middle[0] > APART:
                    last = float(middle[0])
                    self._crossings.append({
                        "x": _along(COSTS, middle[:1])[0], "y": _along(RATES, middle[1:])[0],
                        "text": whole(k), "align": "center", "shift": 0,
                    })  # fmt: skip
        self.lines.data = lines

    def _names(self, best: np.ndarray, dot: int) -> dict[str, list[Any]]:
        """Name the contours, and the two answers that are no number: not in the row of the dot."""
        tags: dict[str, list[Any]] = {k: [] for k in self.tags.data}
        for crossing in self._crossings:
            add(tags, **crossing)
        for value in (0.0, np.inf):
            cells = best == value
            row = calm_row(cells, dot) if cells.mean() > LEAST else None
            if row is not None:
                column, align = within(cells[row])
                add(tags, x=float(COSTS[column]), y=float(RATES[row]), text=in_words(value),
                    align=align, shift=INSET[align])  # fmt: skip
        return tags


def _along(axis: np.ndarray, part: np.ndarray) -> list[float]:
    """Return places of a logarithmic axis, given as parts of its length."""
    low, high = np.log(axis[0]), np.log(axis[-1])
    return list(np.exp(low + part * (high - low)).tolist())


def in_words(best: float) -> str:
    """Return a number of samples that may be none or endless."""
    if best == 0:
        return "not even one"
    return "the more the better" if np.isinf(best) else whole(best)
