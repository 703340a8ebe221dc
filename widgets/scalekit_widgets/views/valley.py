"""The IsoFLOP valley: how much worse other sizes are at this budget."""

from __future__ import annotations

from typing import Any

import numpy as np
from bokeh.models import BoxAnnotation, ColumnDataSource, Span

from scalekit_widgets.models import training_compute as maths
from scalekit_widgets.models.training import TrainingState
from scalekit_widgets.notation import count, significant
from scalekit_widgets.theme import Palette
from scalekit_widgets.views.figure import (
    COUNTS,
    PERCENT,
    at_edge,
    decades,
    hover,
    labels,
    make_figure,
    put,
    restyle,
    split,
    ticks,
)

TOP = 8.0
"""Highest penalty shown, percent of the loss."""


class Valley:
    """Persistent figure of the valley; `update` patches its sources."""

    name = "IsoFLOP valley"

    def __init__(self) -> None:
        self.fig = make_figure(
            self.name,
            ("Parameters N (at fixed budget)", 1e9, 1e12),
            ("Loss above this law's optimum (%)", -0.55, TOP),
            y_type="linear",
            height=380,
        )
        decades(self.fig.xaxis[0], COUNTS, 7, (1, 3))
        self.fig.yaxis[0].formatter = ticks(PERCENT)
        self.curves = ColumnDataSource(
            {k: [] for k in ("xs", "ys", "dash_xs", "dash_ys", "colour", "law", "source")}
        )
        self.best = ColumnDataSource(
            {k: [] for k in ("x", "y", "colour", "law", "N", "D", "loss", "source", "size")}
        )
        self.tags = ColumnDataSource({k: [] for k in ("x", "y", "text", "colour")})
        self.band = ColumnDataSource({k: [] for k in ("left", "right", "y")})
        self.pinned = ColumnDataSource({k: [] for k in ("x", "y", "text")})
        self.flat = BoxAnnotation(
            left=1, right=1, fill_alpha=0.10, line_color=None, level="underlay"
        )
        self.zero = Span(location=0, dimension="width", line_width=1)
        self.fig.add_layout(self.flat)
        self.fig.add_layout(self.zero)
        solid = self.fig.multi_line(
            "xs", "ys", source=self.curves, line_color="colour", line_width=2.5
        )
        dashed = self.fig.multi_line(
            "dash_xs", "dash_ys", source=self.curves, line_color="colour", line_width=2,
            line_dash="6 4", line_alpha=0.8,
        )  # fmt: skip
        self.bar = self.fig.hbar(
            y="y", left="left", right="right", height=0.22, source=self.band, fill_alpha=0.55,
            line_color=None,
        )  # fmt: skip
        points = self.fig.scatter(
            "x", "y", source=self.best, size="size", color="colour", line_color="white"
        )
        self.ghost = self.fig.scatter(
            "x", "y", source=self.pinned, size=14, fill_alpha=0, line_width=2, marker="diamond"
        )
        self.fig.add_layout(
            labels(self.tags, "x", "y", text_color="colour", tags=["keep"], x_offset=6, y_offset=-6)
        )
        self.ghost_tag = labels(self.pinned, "x", "y", x_offset=0, y_offset=12, text_align="center")
        self.fig.add_layout(self.ghost_tag)
        hover(
            self.fig, [solid, dashed],
            [("", "@law"), ("parameters", "$x{0.00 a}"), ("loss above optimum", "$y{0.00} %"),
             ("source", "@source")], line_policy="nearest",
        )  # fmt: skip
        hover(
            self.fig, [points],
            [("", "@law, optimum"), ("parameters", "@N"), ("tokens", "@D"), ("loss", "@loss"),
             ("source", "@source")],
        )  # fmt: skip

    def restyle(self, p: Palette) -> None:
        """Dress the figure in a theme."""
        restyle(self.fig, p)
        self.flat.fill_color = p.shade
        self.zero.line_color = p.line
        self.bar.glyph.fill_color = p.shade
        self.ghost.glyph.line_color = p.ink
        self.ghost_tag.text_color = p.ink

    def fit(self, state: TrainingState) -> None:
        """Centre the view on the answer."""
        N = float(state.answer.N[state.slot])
        self.fig.x_range.update(start=N / 100, end=N * 100)

    def update(self, state: TrainingState, pinned: dict[str, Any] | None) -> None:
        """Show what the state says."""
        answer, chosen = state.answer, state.losses()
        low, high = self.fig.x_range.start, self.fig.x_range.end
        curves: dict[str, list[Any]] = {k: [] for k in self.curves.data}
        best: dict[str, list[Any]] = {k: [] for k in self.best.data}
        tags: dict[str, list[Any]] = {k: [] for k in self.tags.data}
        for i, law in enumerate(chosen):
            slot = state.slot_of(law.key)
            N, D, loss = (float(a[slot]) for a in (answer.N, answer.D, answer.loss))
            x = N * maths.RATIOS
            keep = (answer.valley[slot] < 0.3) & np.isfinite(answer.valley[slot])
            x, y = x[keep], 100 * answer.valley[slot][keep]
            tokens = maths.tokens_within(state.asked.C, state.asked.served, x)
            inside = np.asarray(law.law.in_domain(N=x, D=np.maximum(tokens, 1.0)))
            solid, dashed = split(y, inside)
            source = law.law.variant_facts.paper.short
            _add(curves, xs=x, ys=solid, dash_xs=x, dash_ys=dashed, colour=law.colour,
                 law=law.label, source=source)  # fmt: skip
            shown = at_edge(N, low * 1.03, high / 1.03)
            _add(best, x=shown, y=0.0, colour=law.colour, law=law.label, N=count(N), D=count(D),
                 loss=f"{significant(loss, 4)} {law.unit}", source=source,
                 size=13 if i == 0 else 9)  # fmt: skip
            self._tag(tags, x, y, i, law.short, law.colour, low, high)
        self.curves.data, self.best.data, self.tags.data = curves, best, tags
        lower, upper = answer.flat[state.slot]
        self.flat.update(left=float(lower), right=float(upper))
        has_band = state.uncertain is not None
        self.band.data = {
            "left": [answer.band[0, 0]] if has_band else [],
            "right": [answer.band[0, 2]] if has_band else [],
            "y": [-0.32] if has_band else [],
        }
        ghost: dict[str, list[Any]] = {"x": [], "y": [], "text": []}
        if pinned:
            place = at_edge(pinned["N"], low * 1.03, high / 1.03)
            ghost = {"x": [place], "y": [0.0], "text": ["pinned"]}
        put(self.pinned, ghost)

    @staticmethod
    def _tag(
        tags: dict[str, list[Any]], x: np.ndarray, y: np.ndarray, i: int, text: str, colour: str,
        low: float, high: float,
    ) -> None:  # fmt: skip
        """Place a law's name where its right branch passes a height of its own."""
        height = TOP * (0.9 - 0.1 * (i % 8))
        middle = int(np.argmin(y))
        right_x, right_y = x[middle:], y[middle:]
        if right_y.size < 2 or right_y[-1] < height:
            return
        place = float(np.exp(np.interp(height, right_y, np.log(right_x))))
        if low < place < high / 1.8:
            _add(tags, x=place, y=height, text=text, colour=colour)


def _add(columns: dict[str, list[Any]], **row: Any) -> None:
    for key, value in row.items():
        columns[key].append(value)
