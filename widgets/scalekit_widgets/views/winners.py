"""Which strategy is worth most, over the prices that decide it."""

from __future__ import annotations

from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource, LinearColorMapper, Span

from scalekit_widgets.models.sampling import SamplingState
from scalekit_widgets.models.sampling_compute import (
    NOTHING,
    SAMPLE_COSTS,
    STRATEGIES,
    WRONG_COSTS,
)
from scalekit_widgets.theme import Palette, mix
from scalekit_widgets.views.best_samples import INSET, TIMES
from scalekit_widgets.views.figure import (
    POWERS,
    add,
    at_edge,
    calm_row,
    decades,
    fixed,
    labels,
    make_figure,
    plot_size,
    put,
    restyle,
    within,
)
from scalekit_widgets.views.net_worth import NAMES

LEAST = 0.015
"""Part of the map that a strategy covers where it is named on it."""
LETTER = 7.0
"""Pixels of a letter, on the wide side."""
TINT = 0.5
"""Part of a strategy's colour on the map: names must stay readable on it."""


class Winners:
    """Persistent map of the best strategy; `update` patches its sources."""

    name = "Map of the best strategy"

    def __init__(self) -> None:
        x = ("Cost of a sample (worth of a right answer)", SAMPLE_COSTS[0], SAMPLE_COSTS[-1])
        y = ("Cost of a wrong answer (same unit)", WRONG_COSTS[0], WRONG_COSTS[-1])
        self.fig = make_figure(
            self.name, x, y, height=400,
            says="Which strategy is worth most, each with its best number of samples, over the "
            "cost of a sample and the cost of a wrong answer",
        )  # fmt: skip
        decades(self.fig.xaxis[0], POWERS, 6)
        fixed(self.fig.yaxis[0], [0.01, 0.1, 1, 10, 100], TIMES)
        self._drawn: np.ndarray | None = None
        self.mapper = LinearColorMapper(palette=["#ffffff"], low=-0.5, high=len(STRATEGIES) + 0.5)
        self.image = ColumnDataSource({"image": []})
        self.tags = ColumnDataSource({"x": [], "y": [], "text": [], "align": [], "shift": []})
        self.point = ColumnDataSource({"x": [], "y": []})
        self.fig.image("image", source=self.image, color_mapper=self.mapper, x=x[1], y=y[1],
                       dw=x[2] - x[1], dh=y[2] - y[1], level="image")  # fmt: skip
        self.cross = [Span(location=1.0, dimension=d, line_width=1, line_dash="2 3")
                      for d in ("height", "width")]  # fmt: skip
        for line in self.cross:
            self.fig.add_layout(line)
        self.fig.scatter("x", "y", source=self.point, size=13, line_color="white",
                         fill_color="#0072b2")  # fmt: skip
        self.names = labels(self.tags, "x", "y", x_offset="shift", y_offset=-6, text_align="align",
                            text_font_size="12px")  # fmt: skip
        self.fig.add_layout(self.names)

    def restyle(self, p: Palette) -> None:
        """Dress the figure in a theme."""
        restyle(self.fig, p)
        colours = [NAMES[s][1] for s in STRATEGIES]
        self.mapper.palette = [mix(p.paper, p.ink, 0.15),
                               *(mix(p.paper, c, TINT) for c in colours)]  # fmt: skip
        self.names.text_color, self.names.background_fill_alpha = p.ink, 0.0
        for line in self.cross:
            line.line_color = p.quiet

    def fit(self, state: SamplingState) -> None:
        """Show the whole map again."""
        self.fig.x_range.update(start=SAMPLE_COSTS[0], end=SAMPLE_COSTS[-1])
        self.fig.y_range.update(start=WRONG_COSTS[0], end=WRONG_COSTS[-1])

    def update(self, state: SamplingState, pinned: dict[str, Any] | None) -> None:
        """Show what the state says."""
        winners = state.winners()
        if winners is not self._drawn:
            self._drawn = winners
            self.image.data = {"image": [(winners + 1).astype(np.uint8)]}
        x = at_edge(state.sample_price / state.worth, SAMPLE_COSTS[0], SAMPLE_COSTS[-1])
        y = at_edge(state.wrong_cost, WRONG_COSTS[0], WRONG_COSTS[-1])
        self.point.data = {"x": [x], "y": [y]}
        self.cross[0].location, self.cross[1].location = x, y
        self._name(winners, int(np.abs(np.log(WRONG_COSTS / y)).argmin()))

    def _name(self, winners: np.ndarray, dot: int) -> None:
        """Name every region where it is wide, but for the row of the dot."""
        room = plot_size(self.fig)[0] / winners.shape[1]
        tags: dict[str, list[Any]] = {"x": [], "y": [], "text": [], "align": [], "shift": []}
        names = {i: NAMES[s][0] for i, s in enumerate(STRATEGIES)} | {NOTHING: "none pays"}
        for place, text in names.items():
            cells = winners == place
            if cells.mean() < LEAST:
                continue
            row = calm_row(cells, dot)
            if row is None or room * cells[row].sum() < LETTER * len(text):
                continue
            column, align = within(cells[row])
            add(tags, x=float(SAMPLE_COSTS[column]), y=float(WRONG_COSTS[row]), text=text,
                align=align, shift=INSET[align])  # fmt: skip
        put(self.tags, tags)
