"""A law over two of its inputs."""

from __future__ import annotations

from typing import Any

import numpy as np
from bokeh.models import BoxAnnotation, ColumnDataSource
from contourpy import contour_generator

from scalekit_widgets.models import explorer_compute as maths
from scalekit_widgets.models.explorer import ExplorerState
from scalekit_widgets.notation import quantity, short_quantity
from scalekit_widgets.theme import Palette
from scalekit_widgets.views import law_axes
from scalekit_widgets.views.colour_bar import ColourBar
from scalekit_widgets.views.figure import (
    add,
    at_edge,
    hover,
    labels,
    make_figure,
    restyle,
    sparse_when_narrow,
)

LEVELS = 7
CORNER = 0.07
"""Part of the width beside an edge in which no level is named."""


class LawMap:
    """Figure of one law's two axes; `update` patches its sources."""

    name = "Map of the law"

    def __init__(self, state: ExplorerState) -> None:
        law = state.main
        self.across, self.down = state.across, state.down
        across, down = law.inputs[self.across], law.inputs[self.down]
        x, x_kind = law_axes.of_input(self.across, across)
        y, y_kind = law_axes.of_input(self.down, down)
        self.x, self.y = (maths.spread(axis, maths.CELLS) for axis in (across, down))
        self._kept = maths.Kept()
        self._drawn: np.ndarray | None = None
        self.logs = x_kind == "log", y_kind == "log"
        self.fig = make_figure(self.name, x, y, x_type=x_kind, y_type=y_kind, height=380)
        law_axes.set_ticks(self.fig.xaxis[0], x_kind, x[1], x[2], across.unit)
        sparse_when_narrow(self.fig)
        law_axes.set_ticks(self.fig.yaxis[0], y_kind, y[1], y[2], down.unit)
        self.bar = ColourBar(self.fig)
        self.image = ColumnDataSource({"image": []})
        self.levels = ColumnDataSource({"xs": [], "ys": []})
        self.level_tags = ColumnDataSource({"x": [], "y": [], "text": []})
        self.point = ColumnDataSource({k: [] for k in ("x", "y", "value")})
        self.fig.image(
            "image", source=self.image, color_mapper=self.bar.mapper, x=x[1], y=y[1],
            dw=x[2] - x[1], dh=y[2] - y[1], level="image",
        )  # fmt: skip
        self.contours = self.fig.multi_line("xs", "ys", source=self.levels, line_width=1)
        self.fitted = BoxAnnotation(fill_alpha=0, line_width=1.5, line_dash="4 4")
        self.fig.add_layout(self.fitted)
        self.dot = self.fig.scatter("x", "y", source=self.point, size=13, line_color="white",
                                    fill_color=state.colours()[0])  # fmt: skip
        self.level_names = labels(self.level_tags, "x", "y", text_font_size="10px", x_offset=0,
                                  text_align="center")  # fmt: skip
        self.fig.add_layout(self.level_names)
        hover(self.fig, [self.dot], [("", "where the sliders are"),
                                     (law.output.meaning, "@value")])  # fmt: skip

    def restyle(self, p: Palette) -> None:
        """Dress the figure in a theme."""
        restyle(self.fig, p)
        self.bar.restyle(p)
        self.contours.glyph.line_color = p.line
        self.fitted.line_color = p.quiet
        self.level_names.background_fill_alpha = 0

    def fit(self, state: ExplorerState) -> None:
        """Show the whole map again."""
        for axis, values in ((self.fig.x_range, self.x), (self.fig.y_range, self.y)):
            axis.update(start=float(values[0]), end=float(values[-1]))

    def grid(self, state: ExplorerState) -> np.ndarray:
        """Return the law over both axes, one row for each value of the vertical one."""
        moved = {self.across: self.x[None, :], self.down: self.y[:, None]}
        return self._kept.evaluate("map", state.main, state.inputs, moved)

    def update(self, state: ExplorerState, pinned: dict[str, Any] | None) -> None:
        """Show what the state says."""
        values = self.grid(state)
        if values is not self._drawn and np.isfinite(values).any():
            self._drawn = values
            self._draw(values, state.facts.output.unit)
        domain, (x, y) = state.main.domain, (self.across, self.down)
        both = x in domain and y in domain and domain[x].fitted and domain[y].fitted
        self.fitted.visible = both
        if both:
            self.fitted.update(left=domain[x].lower, right=domain[x].upper,
                               bottom=domain[y].lower, top=domain[y].upper)  # fmt: skip
        inputs, answered = state.inputs, not state.refused
        self.point.data = {
            "x": [at_edge(inputs[x], self.x[0], self.x[-1])] * answered,
            "y": [at_edge(inputs[y], self.y[0], self.y[-1])] * answered,
            "value": [quantity(state.value, state.facts.output.unit)] * answered,
        }

    def _draw(self, values: np.ndarray, unit: str) -> None:
        """Colour the map evenly: by logarithm where values span decades."""
        log = law_axes.kind_of(values) == "log"
        scale = np.log(values) if log else values
        low, high = float(np.nanmin(scale)), float(np.nanmax(scale))
        high = high if high > low else low + 1.0
        self.image.data = {"image": [scale]}
        # Levels of equal area: most of the map is seldom near the middle of the range.
        found = np.nanquantile(values, np.linspace(0.08, 0.92, LEVELS))
        levels = sorted({float(f"{v:.3g}") for v in found})
        columns: dict[str, list[Any]] = {"xs": [], "ys": []}
        tags: dict[str, list[Any]] = {"x": [], "y": [], "text": []}
        x, y = (np.log(v) if is_log else v for v, is_log in
                zip((self.x, self.y), self.logs, strict=True))  # fmt: skip
        lines = contour_generator(x, y, np.ma.masked_invalid(values))
        for level in levels:
            for part in lines.lines(level):
                xs, ys = (np.exp(part[:, k]) if is_log else part[:, k]
                          for k, is_log in enumerate(self.logs))  # fmt: skip
                add(columns, xs=xs, ys=ys)
                # Named where they pass a diagonal, so that names do not stand in a row; not in
                # its corners, where they would be cut.
                right = (part[:, 0] - x[0]) / np.ptp(x)
                across = right + (part[:, 1] - y[0]) / np.ptp(y)
                middle = int(np.argmin(np.abs(across - 1.0)))
                on_it = abs(across[middle] - 1.0) < 0.05
                if len(part) > 8 and on_it and CORNER < right[middle] < 1 - CORNER:
                    add(tags, x=float(xs[middle]), y=float(ys[middle]), text=short_quantity(level))
        self.levels.data, self.level_tags.data = columns, tags
        marks = {float(np.log(v)) if log else v: short_quantity(v) for v in levels}
        self.bar.span(low, high, marks, "" if unit == "1" else unit)

    def table(self, state: ExplorerState) -> list[dict[str, Any]]:
        """Return what is drawn, a row for every cell."""
        values, symbol = self.grid(state), state.facts.output.symbol
        return [
            {self.across: x, self.down: y, symbol: values[j, i]}
            for j, y in enumerate(self.y) for i, x in enumerate(self.x)
        ]  # fmt: skip
