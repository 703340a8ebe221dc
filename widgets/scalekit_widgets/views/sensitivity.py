"""What would change the answer most: elasticities of the answering law."""

from __future__ import annotations

import math
from typing import Any

from bokeh.models import ColumnDataSource, FactorRange, Span

from scalekit_widgets.models.training import TrainingState
from scalekit_widgets.notation import significant
from scalekit_widgets.theme import Palette
from scalekit_widgets.views.figure import PERCENT, hover, labels, make_figure, restyle, ticks

RESULTS = {"Parameters": 0, "Tokens": 1, "Loss": 2}
COEFFICIENTS = ("A", "B", "E", "alpha", "beta", "R_D", "R_N")
MEANINGS = {
    "A": "A, size term", "B": "B, data term", "E": "E, floor of the loss",
    "alpha": "α, size exponent", "beta": "β, data exponent",
    "R_D": "R_D, worth of repeats", "R_N": "R_N, worth of excess size",
}  # fmt: skip
REACH = {"Parameters": 30.0, "Tokens": 30.0, "Loss": 2.0}
LONGEST = 0.6
"""Part of the reach where the longest bars end: beyond it their number has room."""


class Sensitivity:
    """Persistent bar chart; `update` patches its source."""

    name = "What would change the answer most"

    def __init__(self) -> None:
        self.of = "Parameters"
        self.names = FactorRange()
        self.fig = make_figure(
            self.name, ("Parameters: change for 1 % more (%)", -30, 30), ("", 0, 1),
            x_type="linear", y_type="auto", y_range=self.names, height=380,
            says="By how many percent the answer changes for one percent more of each input and "
            "coefficient, a bar for each",
        )  # fmt: skip
        self.fig.xaxis[0].formatter = ticks(PERCENT)
        self.fig.xaxis[0].ticker.desired_num_ticks = 4
        self.fig.yaxis[0].major_tick_out = 0
        columns = ("name", "value", "text", "align", "dx")
        self.rows = ColumnDataSource({k: [] for k in columns})
        self.zero = Span(location=0, dimension="height", line_width=1)
        self.fig.add_layout(self.zero)
        self.bars = self.fig.hbar(y="name", right="value", left=0, height=0.55, source=self.rows,
                                  line_color=None, fill_alpha=0.85)  # fmt: skip
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

    def fit(self, state: TrainingState) -> None:
        """Choose the view that suits the result that is shown."""
        reach = REACH[self.of]
        self.fig.x_range.update(start=-reach, end=reach)
        self.fig.xaxis[0].axis_label = f"{self.of}: change for 1 % more (%)"

    def table(self, state: TrainingState) -> list[tuple[str, float]]:
        """Return (name, elasticity) of everything that the answer depends on."""
        slopes = [float(v) for v in state.answer.elasticities[RESULTS[self.of]]]
        C, U, served = slopes[:3]
        if state.budget == "flop":
            rows = [("Budget (FLOP)", C)]
        else:
            money = [("Money", C), ("Price per device-hour", -C)]
            rows = money if state.budget == "usd" else [("Device-hours", C)]
            rows.append(("Utilisation (MFU)", C + (served if state.serve else 0.0)))
        if state.limit_tokens:
            rows.append(("Unique tokens", U))
        if state.serve:
            rows.append(("Tokens served", served))
        for name, value in zip(COEFFICIENTS, slopes[3:], strict=True):
            if name in ("R_D", "R_N") and not state.limit_tokens:
                continue
            rows.append((MEANINGS[name], value))
        return rows

    def update(self, state: TrainingState, pinned: dict[str, Any] | None) -> None:
        """Show what the state says."""
        rows = self.table(state)
        reach = REACH[self.of]
        names = [name for name, _ in reversed(rows)]
        if list(self.names.factors) != names:
            self.names.factors = names
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
