"""Bits of the weights: what they do to the price, and what each law says they do to the loss."""

from __future__ import annotations

from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource, Span

from scalekit_widgets.models.serving import ServingState
from scalekit_widgets.models.serving_quality import BITS
from scalekit_widgets.notation import significant, usd
from scalekit_widgets.theme import Palette
from scalekit_widgets.views.away import Away
from scalekit_widgets.views.figure import (
    DOLLARS,
    POWERS,
    add,
    at_edge,
    decades,
    hover,
    labels,
    make_figure,
    one_two_five,
    put,
    restyle,
)

FLOOR, TOP = 1e-4, 10.0
"""Rise of the loss that is shown, nats per token; a triangle at the edge is what lies beyond."""
VIEW = (0.7 * FLOOR, 4 * TOP)
"""What the axis shows: with room for whole dots, and for the bits along the top."""


class BitsQuality:
    """Persistent figure of loss against price over bit-widths; `update` patches its sources."""

    name = "Bits, quality and price"

    def __init__(self) -> None:
        self.fig = make_figure(
            self.name,
            ("Price (USD per million output tokens)", 0.1, 10),
            ("Rise of the loss (nats/token)", *VIEW),
            height=400,
            says="Rise of the loss against the price of a million output tokens, a curve for each "
            "law of quantisation and a point for each number of bits of a weight",
        )
        one_two_five(self.fig.xaxis[0], 1e-4, 1e5, DOLLARS, (1, 1.5, 2, 3, 5, 7))
        decades(self.fig.yaxis[0], POWERS, 6)
        self.curves = ColumnDataSource({k: [] for k in ("xs", "ys", "dash_ys", "colour", "law")})
        columns = ("x", "y", "colour", "law", "bits", "price", "rise", "source", "fill", "marker")
        self.points = ColumnDataSource({k: [] for k in columns})
        self.tags = ColumnDataSource({k: [] for k in ("x", "y", "text")})
        self.now = Span(location=1, dimension="height", line_width=1, line_dash="2 3")
        self.fig.add_layout(self.now)
        self.fig.multi_line("xs", "ys", source=self.curves, line_color="colour", line_width=2)
        self.fig.multi_line("xs", "dash_ys", source=self.curves, line_color="colour",
                            line_width=2, line_dash="6 4", line_alpha=0.8)  # fmt: skip
        dots = self.fig.scatter("x", "y", source=self.points, size=9, line_color="colour",
                                marker="marker",
                                fill_color="colour", fill_alpha="fill", line_width=1.5)  # fmt: skip
        self.fig.add_layout(labels(self.tags, "x", "y", x_offset=0, y_offset=-14,
                                   text_align="center"))  # fmt: skip
        self.away = Away(self.fig)
        hover(self.fig, [dots], [("", "@law"), ("bits of a weight", "@bits"), ("price", "@price"),
                                 ("loss rises by", "@rise"), ("source", "@source")])  # fmt: skip

    def restyle(self, p: Palette) -> None:
        """Dress the figure in a theme."""
        restyle(self.fig, p)
        self.now.line_color = p.quiet

    def fit(self, state: ServingState) -> None:
        """Show the prices of all widths that fit."""
        prices = state.answer.over_bits.price
        prices = prices[np.isfinite(prices)]
        if prices.size:
            self.fig.x_range.update(start=float(prices.min()) / 1.4, end=float(prices.max()) * 1.4)

    def update(self, state: ServingState, pinned: dict[str, Any] | None) -> None:
        """Show what the state says."""
        over, across = state.answer.over_bits, self.fig.x_range
        fits = np.isfinite(over.price)
        curves: dict[str, list[Any]] = {k: [] for k in self.curves.data}
        points: dict[str, list[Any]] = {k: [] for k in self.points.data}
        for law in state.damages:
            shown = np.clip(np.where(fits, law.rise, np.nan), FLOOR, TOP)
            dashed = shown.copy()
            solid = np.where(law.inside, shown, np.nan)
            if law.inside.all():
                dashed[:] = np.nan
            add(curves, xs=over.price, ys=solid, dash_ys=dashed, colour=law.colour, law=law.label)
            for i in np.flatnonzero(np.isfinite(shown)):
                rise = float(law.rise[i])
                beyond = "triangle" if rise > TOP else "inverted_triangle" if rise < FLOOR else ""
                add(points, x=at_edge(float(over.price[i]), across.start, across.end),
                    y=float(shown[i]), colour=law.colour, law=law.label, bits=str(BITS[i]),
                    price=usd(float(over.price[i])), fill=1.0 if law.inside[i] else 0.0,
                    rise=f"{significant(rise, 2)} nats/token", source=law.source,
                    marker=beyond or "circle")  # fmt: skip
        self.curves.data, self.points.data = curves, points
        self.away.tell(over.price, np.full(over.price.size, FLOOR), log=(True, True))
        put(self.tags, self._tags(over.price, fits))
        self.now.location = at_edge(
            state.answer.found.usd_per_mtok_output or across.start, across.start, across.end
        )

    def _tags(self, price: np.ndarray, fits: np.ndarray) -> dict[str, list[Any]]:
        """Write the bits along the upper edge, at the price they lead to."""
        tags: dict[str, list[Any]] = {"x": [], "y": [], "text": []}
        x_range = self.fig.x_range
        apart, last = (x_range.end / x_range.start) ** 0.06, np.inf
        for i in np.flatnonzero(fits):
            x = float(price[i])
            if max(x / last, last / x) > apart and x_range.start <= x <= x_range.end:
                add(tags, x=x, y=self.fig.y_range.end, text=str(BITS[i]))
                last = x
        return tags
