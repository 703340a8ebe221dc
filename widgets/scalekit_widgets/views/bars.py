"""Bars of elasticities: by how many percent a result changes for one percent more of each input."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bokeh.models import ColumnDataSource, FactorRange, Span

from scalekit_widgets.notation import significant
from scalekit_widgets.theme import Palette
from scalekit_widgets.views.figure import PERCENT, hover, labels, make_figure, restyle, ticks

THICKEST, THICKNESS = 0.55, 0.12
"""Part of its row that a bar fills, and of the figure where there are few."""
LONGEST = 0.6
"""Part of the reach where the longest bars end: beyond it their number has room."""


class Bars:
    """Persistent bar chart; `draw` patches its source.

    Parameters
    ----------
    name : str
        What the figure is called.
    says : str
        What it shows, for those who do not see it.
    """

    def __init__(self, name: str, says: str) -> None:
        self.names = FactorRange()
        self.fig = make_figure(
            name, ("Change for 1 % more (%)", -1, 1), ("", 0, 1),
            x_type="linear", y_type="auto", y_range=self.names, height=380, says=says,
        )  # fmt: skip
        self.fig.min_border_right = 24  # half of "0.5 %" at the very end
        self.fig.min_border_right = 32  # the last tick's words reach beyond the axis
        self.fig.xaxis[0].formatter = ticks(PERCENT)
        self.fig.xaxis[0].ticker.desired_num_ticks = 4
        self.fig.yaxis[0].major_tick_out = 0
        self.fig.min_border_right = 24  # half of the last tick's number
        self.rows = ColumnDataSource({k: [] for k in ("name", "value", "text", "align", "dx")})
        self.zero = Span(location=0, dimension="height", line_width=1)
        self.fig.add_layout(self.zero)
        self.bars = self.fig.hbar(y="name", right="value", left=0, height=THICKEST,
                                  source=self.rows, line_color=None, fill_alpha=0.85)  # fmt: skip
        self.fig.add_layout(
            labels(self.rows, "value", "name", x_offset="dx", y_offset=-7, text_align="align")
        )
        hover(self.fig, [self.bars], [("", "@name"), ("one percent more changes it by", "@text")])

    def restyle(self, p: Palette) -> None:
        """Dress the figure in a theme."""
        restyle(self.fig, p)
        self.zero.line_color = p.line
        self.bars.glyph.fill_color = p.accent
        self.fig.yaxis[0].major_label_text_color = p.ink

    def draw(self, rows: Sequence[tuple[str, float]], reach: float) -> None:
        """Show (name, elasticity) in a view from -reach to reach, from top to bottom."""
        names = [name for name, _ in reversed(rows)]
        if list(self.names.factors) != names:
            self.names.factors = names
            self.bars.glyph.height = min(THICKEST, THICKNESS * len(names))
        end = LONGEST * reach
        shown = [min(max(v, -end), end) if math.isfinite(v) else 0.0 for _, v in rows]
        self.rows.data = {
            "name": [name for name, _ in rows],
            "value": shown,
            "text": [signed(v) for _, v in rows],
            "align": ["right" if v < 0 else "left" for v in shown],
            "dx": [-6 if v < 0 else 6 for v in shown],
        }


def signed(value: float) -> str:
    """Return an elasticity with its sign, two significant digits."""
    if not math.isfinite(value):  # the optimum sits at the edge of what can be asked
        return "–"
    if abs(value) < 5e-4:
        return "0 %"
    return f"{'+' if value > 0 else '−'}{significant(abs(value), 2)} %"
