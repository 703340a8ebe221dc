"""What fills the memory of one accelerator: weights, cache, activations, and what is free."""

from __future__ import annotations

from typing import Any

from bokeh.models import ColumnDataSource, FactorRange, Span

from scalekit_widgets.models.serving import ServingState
from scalekit_widgets.notation import significant
from scalekit_widgets.theme import Palette
from scalekit_widgets.views.figure import PERCENT, add, hover, labels, make_figure, restyle, ticks

NAMES = {"weights": "weights", "kv": "KV cache", "activations": "activations", "free": "free"}
COLOURS = {"weights": "#0072b2", "kv": "#e69f00", "activations": "#009e73"}
SHOWN = 112.0
"""Percent of the memory that the axis reaches: more is too much, however much it is."""
ROOM = 11.0
"""Percent of the axis that a name of a part needs."""


class MemoryBar:
    """Persistent bar of one accelerator's memory; `update` patches its source."""

    name = "Memory of one accelerator"

    def __init__(self) -> None:
        self.fig = make_figure(
            self.name, ("Part of its memory (%)", 0, SHOWN), ("", 0, 1), x_type="linear",
            y_type="auto", y_range=FactorRange("pinned", "now", range_padding=0.1), height=170,
            says="How much of the memory of one accelerator weights, KV cache and activations "
            "take, and what is free",
        )  # fmt: skip
        self.fig.xaxis[0].formatter = ticks(PERCENT)
        self.fig.yaxis[0].major_tick_out = 0
        self.parts = ColumnDataSource(
            {k: [] for k in ("row", "left", "right", "colour", "name", "size", "alpha")}
        )
        self.tags = ColumnDataSource({k: [] for k in ("x", "row", "text")})
        self.full = Span(location=100, dimension="height", line_width=1.5)
        self.fig.add_layout(self.full)
        bars = self.fig.hbar(y="row", left="left", right="right", height=0.6, source=self.parts,
                             fill_color="colour", fill_alpha="alpha", line_color=None)  # fmt: skip
        self.fig.add_layout(
            labels(self.tags, "x", "row", x_offset=0, y_offset=16, text_align="center",
                   text_baseline="middle")
        )  # fmt: skip
        hover(self.fig, [bars], [("", "@name"), ("size", "@size")])

    def restyle(self, p: Palette) -> None:
        """Dress the figure in a theme."""
        restyle(self.fig, p)
        self.full.line_color = p.ink
        self.fig.yaxis[0].major_label_text_color = p.ink

    def fit(self, state: ServingState) -> None:
        """Do nothing: percent always fit."""

    def update(self, state: ServingState, pinned: dict[str, Any] | None) -> None:
        """Show what the state says."""
        parts: dict[str, list[Any]] = {k: [] for k in self.parts.data}
        tags: dict[str, list[Any]] = {k: [] for k in self.tags.data}
        rows = [("now", state.memory)] + ([("pinned", pinned["memory"])] if pinned else [])
        for row, memory in rows:
            at = 0.0
            for key, colour in COLOURS.items():
                part = 100 * memory[key] / memory["capacity"]
                end = min(at + part, SHOWN)
                size = f"{significant(memory[key] / 1e9)} GB, {significant(part, 2)} %"
                add(parts, row=row, left=min(at, SHOWN), right=end, colour=colour,
                    name=NAMES[key], size=size, alpha=0.85 if row == "now" else 0.4)  # fmt: skip
                if row == "now" and end - at > ROOM:
                    add(tags, x=(at + end) / 2, row=row, text=NAMES[key])
                at = end
            if row == "now" and 100 - at > ROOM:
                add(tags, x=(at + 100) / 2, row=row, text="free")
        self.parts.data, self.tags.data = parts, tags
