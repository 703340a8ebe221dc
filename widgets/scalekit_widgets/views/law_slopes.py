"""What a law depends on most: its elasticities."""

from __future__ import annotations

from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource, FactorRange, Span

from scalekit_widgets.models.explorer import ExplorerState
from scalekit_widgets.notation import round_up
from scalekit_widgets.theme import Palette
from scalekit_widgets.views.figure import PERCENT, hover, labels, make_figure, restyle, ticks
from scalekit_widgets.views.sensitivity import signed

OF = {"Inputs": 0, "Coefficients": 1}
MOST = 12
"""Bars shown: the tallest, where a law has forty coefficients."""


class LawSlopes:
    """Bar chart of d ln(output)/d ln(x); `update` patches its source."""

    name = "What would change the result most"

    def __init__(self, state: ExplorerState) -> None:
        self.of = "Inputs"
        self.reach = 1.0
        self.names = FactorRange()
        self.fig = make_figure(
            self.name, ("Change for 1 % more (%)", -1, 1), ("", 0, 1),
            x_type="linear", y_type="auto", y_range=self.names, height=380,
        )  # fmt: skip
        self.fig.xaxis[0].formatter = ticks(PERCENT)
        self.fig.xaxis[0].ticker.desired_num_ticks = 4
        self.fig.yaxis[0].major_tick_out = 0
        self.rows = ColumnDataSource({k: [] for k in ("name", "value", "text", "place")})
        self.zero = Span(location=0, dimension="height", line_width=1)
        self.fig.add_layout(self.zero)
        self.bars = self.fig.hbar(y="name", right="value", left=0, height=0.55, source=self.rows,
                                  line_color=None, fill_alpha=0.85)  # fmt: skip
        self.fig.add_layout(labels(self.rows, "place", "name", x_offset=6, y_offset=-7))
        hover(self.fig, [self.bars], [("", "@name"), ("one percent more changes it by", "@text")])

    def restyle(self, p: Palette) -> None:
        """Dress the figure in a theme."""
        restyle(self.fig, p)
        self.zero.line_color = p.line
        self.bars.glyph.fill_color = p.accent
        self.fig.yaxis[0].major_label_text_color = p.ink

    def fit(self, state: ExplorerState) -> None:
        """Choose a range that holds all bars."""
        sizes = [abs(v) for _, v in self.table(state) if np.isfinite(v)]
        self.reach = round_up(1.25 * max(sizes, default=1.0))
        self.fig.x_range.update(start=-self.reach, end=self.reach)

    def table(self, state: ExplorerState) -> list[tuple[str, float]]:
        """Return (name, elasticity), the largest ones where there are many."""
        rows = list(state.slopes[OF[self.of]].items())
        if len(rows) > MOST:
            rows = sorted(rows, key=lambda row: -abs(row[1]))[:MOST]
        return rows

    def update(self, state: ExplorerState, pinned: dict[str, Any] | None) -> None:
        """Show what the state says."""
        rows = self.table(state)
        names = [name for name, _ in reversed(rows)]
        if list(self.names.factors) != names:
            self.names.factors = names
            self.bars.glyph.height = min(0.55, 0.12 * len(names))
        shown = [
            min(max(v, -self.reach), 0.7 * self.reach) if np.isfinite(v) else 0.0 for _, v in rows
        ]
        self.rows.data = {
            "name": [name for name, _ in rows],
            "value": shown,
            "text": [signed(v) for _, v in rows],
            "place": [max(v, 0.0) for v in shown],
        }
