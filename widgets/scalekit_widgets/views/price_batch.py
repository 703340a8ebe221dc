"""Price of a million tokens against the users that are served at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource, Span

from scalekit_widgets.models.serving import ServingState
from scalekit_widgets.models.serving_compute import BATCHES
from scalekit_widgets.notation import significant
from scalekit_widgets.theme import LIGHT, Palette, text_colour
from scalekit_widgets.views.away import Away
from scalekit_widgets.views.figure import (
    COUNTS,
    DOLLARS,
    EXACT,
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

COLOURS = {"output": "#0072b2", "input": "#009e73"}
CAPTIONS = {"output": "output tokens", "input": "input tokens"}


class PriceBatch:
    """Persistent figure of prices over the batch; `update` patches its sources."""

    name = "Price against users at once"

    def __init__(self) -> None:
        self._palette = LIGHT
        self.fig = make_figure(
            self.name,
            ("Users served at once (batch)", 1, 4096),
            ("USD per million tokens", 1e-3, 1e3),
            height=340,
            says="Price of a million output and input tokens against "
            " the number of users served at once on the chosen accelerators",
        )
        decades(self.fig.xaxis[0], COUNTS, 8, (1, 3))
        decades(self.fig.yaxis[0], DOLLARS, 7)
        self.curves = ColumnDataSource({k: [] for k in ("xs", "ys", "colour", "name")})
        self.tags = ColumnDataSource({k: [] for k in ("x", "y", "text", "colour")})
        self.here = ColumnDataSource({k: [] for k in ("x", "y", "name", "price")})
        self.pinned = ColumnDataSource({k: [] for k in ("x", "y")})
        self.most = Span(location=1, dimension="height", line_width=1, line_dash="2 3")
        self.most_tag = ColumnDataSource({k: [] for k in ("x", "y", "text")})
        self.fig.add_layout(self.most)
        lines = self.fig.multi_line("xs", "ys", source=self.curves, line_color="colour",
                                    line_width=2.5)  # fmt: skip
        self.ghost = self.fig.scatter(
            "x", "y", source=self.pinned, size=13, fill_alpha=0, line_width=2, marker="diamond"
        )
        dots = self.fig.scatter("x", "y", source=self.here, size=10, fill_color=CHOSEN,
                                line_color="white")  # fmt: skip
        self.fig.add_layout(labels(self.tags, "x", "y", text_color="colour", tags=["keep"],
                                   x_offset=4, y_offset=4))  # fmt: skip
        self.fig.add_layout(labels(self.most_tag, "x", "y", text_align="right", x_offset=-5,
                                   y_offset=4))  # fmt: skip
        self.away = Away(self.fig)
        hover(self.fig, [dots], [("", "@name"), ("price of a million", "@price")])
        hover_curves(self.fig, [lines], [("", "@name")], ("users at once", EXACT, ""),
                     ("price of a million", DOLLARS, ""))  # fmt: skip

    def restyle(self, p: Palette) -> None:
        """Dress the figure in a theme."""
        restyle(self.fig, p)
        self._palette = p
        self.most.line_color = p.quiet
        self.ghost.glyph.line_color = p.ink

    def fit(self, state: ServingState) -> None:
        """Show all prices, by whole decades."""
        over = state.answer.over_batch
        prices = np.concatenate([*over.prices.values(), list(over.now.values())])
        prices = prices[np.isfinite(prices) & (prices > 0)]
        if prices.size:
            low, high = np.floor(np.log10(prices.min())), np.ceil(np.log10(prices.max()))
            self.fig.y_range.update(start=float(10**low), end=float(10**high))

    def update(self, state: ServingState, pinned: dict[str, Any] | None) -> None:
        """Show what the state says."""
        over, up, across = state.answer.over_batch, self.fig.y_range, self.fig.x_range
        curves: dict[str, list[Any]] = {k: [] for k in self.curves.data}
        tags: dict[str, list[Any]] = {k: [] for k in self.tags.data}
        here: dict[str, list[Any]] = {k: [] for k in self.here.data}
        for key, prices in over.prices.items():
            add(curves, xs=BATCHES, ys=prices, colour=COLOURS[key], name=CAPTIONS[key])
            if np.isfinite(prices[0]) and up.start <= prices[0] <= up.end:
                colour = text_colour(COLOURS[key], self._palette)
                add(tags, x=BATCHES[0], y=at_edge(prices[0], up.start, up.end / 1.3),
                    text=CAPTIONS[key], colour=colour)  # fmt: skip
            now = over.now[key]
            if now > 0:
                add(here, x=at_edge(state.answer.found.batch, across.start, across.end),
                    y=at_edge(now, up.start * 1.03, up.end / 1.03), name=CAPTIONS[key],
                    price=f"${significant(now)}")  # fmt: skip
        self.curves.data = curves
        self.away.tell(np.tile(BATCHES, len(over.prices)), np.concatenate(curves["ys"]),
                       log=(True, True))  # fmt: skip
        put(self.tags, tags)
        put(self.here, here)
        most = state.answer.found.largest_batch
        self.most.update(location=max(most, across.start), visible=across.start <= most)
        inside = across.start * 4 < most <= across.end
        put(self.most_tag, {"x": [most] * inside, "y": [up.start] * inside,
                            "text": [f"{most:,.0f} fit"] * inside})  # fmt: skip
        ghost: dict[str, list[Any]] = {"x": [], "y": []}
        if pinned:
            add(ghost, x=at_edge(pinned["batch"], across.start, across.end),
                y=at_edge(pinned["output"], up.start, up.end))  # fmt: skip
        put(self.pinned, ghost)
