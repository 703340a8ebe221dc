"""The roofline of one accelerator, with prefill and decode on it."""

from __future__ import annotations

from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource, Span

from scalekit_widgets.models.serving import ServingState
from scalekit_widgets.notation import power_of_ten, short_time, significant
from scalekit_widgets.theme import Palette
from scalekit_widgets.views.figure import (
    COUNTS,
    POWERS,
    add,
    at_edge,
    decades,
    hover,
    hover_curves,
    labels,
    make_figure,
    put,
    restyle,
)
from scalekit_widgets.views.speed_price import CHOSEN

INTENSITIES = np.geomspace(1e-2, 1e7, 181)
"""FLOP per byte at which the roof is drawn."""
COLOURS = {"prefill": "#009e73", "decode": CHOSEN}


class ServingRoof:
    """Persistent roofline; `update` patches its sources."""

    name = "Roofline"

    def __init__(self) -> None:
        self.fig = make_figure(
            self.name,
            ("Work for a byte moved (FLOP/B)", 0.3, 1e5),
            ("Rate of one accelerator (FLOP/s)", 1e11, 1e16),
            height=340,
            says="The rate that one accelerator can reach against the work it has for each byte "
            "it moves, with the phases of an answer: prefill and decode",
        )
        decades(self.fig.xaxis[0], COUNTS, 7)
        decades(self.fig.yaxis[0], POWERS, 6)
        self.roof = ColumnDataSource(
            {"x": INTENSITIES, "peak": INTENSITIES, "reached": INTENSITIES}
        )
        columns = ("x", "y", "text", "colour", "rate", "work", "time", "align", "dx", "dy")
        self.phases = ColumnDataSource({k: [] for k in columns})
        self.ridge = Span(location=1, dimension="height", line_width=1, line_dash="2 3")
        self.fig.add_layout(self.ridge)
        self.peak = self.fig.line("x", "peak", source=self.roof, line_width=2.5)
        self.reached = self.fig.line("x", "reached", source=self.roof, line_width=1.5,
                                     line_dash="6 4")  # fmt: skip
        dots = self.fig.scatter("x", "y", source=self.phases, size=13, fill_color="colour",
                                line_color="white")  # fmt: skip
        self.fig.add_layout(
            labels(self.phases, "x", "y", x_offset="dx", y_offset="dy", text_align="align")
        )
        hover(self.fig, [dots], [("", "@text"), ("work for a byte", "@work"), ("rate", "@rate"),
                                 ("takes", "@time")])  # fmt: skip
        hover_curves(self.fig, [self.peak], [("", "published peaks")],
                     ("work for a byte", COUNTS, "FLOP"), ("rate", POWERS, "FLOP/s"))  # fmt: skip

    def restyle(self, p: Palette) -> None:
        """Dress the figure in a theme."""
        restyle(self.fig, p)
        self.ridge.line_color = p.quiet
        self.peak.glyph.line_color = self.reached.glyph.line_color = p.accent

    def fit(self, state: ServingState) -> None:
        """Show the ridge, and both phases where they are."""
        roof = state.answer.roof
        x = [roof.ridge, *(phase.intensity for phase in roof.phases)]
        y = [roof.peak, *(phase.rate for phase in roof.phases)]
        self.fig.x_range.update(start=min(0.3, min(x) / 3), end=max(1e4, max(x) * 5))
        self.fig.y_range.update(start=min(y) / 10, end=max(y) * 4)

    def update(self, state: ServingState, pinned: dict[str, Any] | None) -> None:
        """Show what the state says."""
        roof = state.answer.roof
        self.roof.data = {
            "x": INTENSITIES,
            "peak": np.minimum(roof.peak, roof.bandwidth * INTENSITIES),
            "reached": np.minimum(roof.reached_peak, roof.reached_bandwidth * INTENSITIES),
        }
        self.ridge.location = roof.ridge
        across, up = self.fig.x_range, self.fig.y_range
        phases: dict[str, list[Any]] = {k: [] for k in self.phases.data}
        for phase in roof.phases:
            x = at_edge(phase.intensity, across.start * 1.05, across.end / 1.05)
            # Under the roof there is room on the right of the slope, and below the flat part.
            right = phase.intensity > roof.ridge
            add(phases, x=x, y=at_edge(phase.rate, up.start * 1.1, up.end / 1.1), text=phase.name,
                colour=COLOURS[phase.name], rate=f"{power_of_ten(phase.rate)} FLOP/s",
                work=f"{significant(phase.intensity)} FLOP/B", time=short_time(phase.seconds),
                align="right" if right else "left", dx=-10 if right else 10,
                dy=-22 if right else -7)  # fmt: skip
        put(self.phases, phases)
