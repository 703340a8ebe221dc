"""What fills the memory of one accelerator: weights, cache, activations, and what is free."""

from __future__ import annotations

from typing import Any

from bokeh.models import ColumnDataSource, FactorRange, Span

from scalekit.serving import Serving
from scalekit.serving.engine import Memory
from scalekit_widgets.models.serving import ServingState
from scalekit_widgets.notation import significant
from scalekit_widgets.theme import LIGHT, Palette
from scalekit_widgets.views.figure import PERCENT, add, hover, labels, make_figure, restyle, ticks

PARTS = {
    "weights": ("weights", "#0072b2", "#ffffff"),
    "kv_cache": ("KV cache", "#e69f00", "#000000"),
    "working": ("activations", "#009e73", "#000000"),
}
"""Parts of `Memory`, how they are called, their colour and that of their text."""
SHOWN = 112.0
"""Percent of the memory that the axis reaches: more is too much, however much it is."""
ROOM = 18.0
"""Percent of the axis that a name of a part needs."""


class MemoryBar:
    """Persistent bar of one accelerator's memory; `update` patches its source."""

    name = "Memory of one accelerator"

    def __init__(self) -> None:
        self._palette, self.rows = LIGHT, FactorRange("now", range_padding=0.1)
        self.fig = make_figure(
            self.name, ("Part of its memory (%)", 0, SHOWN), ("", 0, 1), x_type="linear",
            y_type="auto", y_range=self.rows, height=140,
            says="How much of the memory of one accelerator weights, KV cache and activations "
            "take, and what is free",
        )  # fmt: skip
        self.fig.xaxis[0].formatter = ticks(PERCENT)
        self.fig.yaxis[0].major_tick_out = 0
        self.parts = ColumnDataSource(
            {k: [] for k in ("row", "left", "right", "colour", "name", "size", "alpha")}
        )
        self.tags = ColumnDataSource({k: [] for k in ("x", "row", "text", "colour")})
        self.full = Span(location=100, dimension="height", line_width=1.5)
        self.usable = Span(location=90, dimension="height", line_width=1, line_dash="2 3")
        for span in (self.full, self.usable):
            self.fig.add_layout(span)
        bars = self.fig.hbar(y="row", left="left", right="right", height=0.6, source=self.parts,
                             fill_color="colour", fill_alpha="alpha", line_color=None)  # fmt: skip
        self.fig.add_layout(
            labels(self.tags, "x", "row", x_offset=0, y_offset=0, text_align="center",
                   text_baseline="middle", text_color="colour", tags=["keep"],
                   background_fill_alpha=0)
        )  # fmt: skip
        hover(self.fig, [bars], [("", "@name"), ("size", "@size")])

    def restyle(self, p: Palette) -> None:
        """Dress the figure in a theme."""
        restyle(self.fig, p)
        self._palette = p
        self.full.line_color = self.usable.line_color = p.ink
        self.fig.yaxis[0].major_label_text_color = p.ink

    def fit(self, state: ServingState) -> None:
        """Do nothing: percent always fit."""

    def update(self, state: ServingState, pinned: dict[str, Any] | None) -> None:
        """Show what the state says, of what was asked last even where it does not fit."""
        parts: dict[str, list[Any]] = {k: [] for k in self.parts.data}
        tags: dict[str, list[Any]] = {k: [] for k in self.tags.data}
        self._stack("now", state.tried.memory, _capacity(state.tried), parts, tags)
        if pinned:
            self._stack("pinned", pinned["memory"], pinned["capacity"], parts, None)
        rows = ["pinned", "now"] if pinned else ["now"]
        if list(self.rows.factors) != rows:
            self.rows.factors = rows
        self.usable.location = 100 * state.tried.conventions.memory_share
        self.parts.data, self.tags.data = parts, tags

    def _stack(self, row: str, memory: Memory, capacity: float, parts: dict[str, list[Any]],
               tags: dict[str, list[Any]] | None) -> None:  # fmt: skip
        """Append the parts of one bar, and their names where they have room."""
        at = 0.0
        for key, (name, colour, ink) in PARTS.items():
            size = float(getattr(memory, key))
            end = min(at + 100 * size / capacity, SHOWN)
            words = f"{significant(size / 1e9)} GB, {significant(100 * size / capacity, 2)} %"
            add(parts, row=row, left=at, right=end, colour=colour, name=name, size=words,
                alpha=0.85 if tags is not None else 0.4)  # fmt: skip
            if tags is not None and end - at > ROOM:
                add(tags, x=(at + end) / 2, row=row, colour=ink,
                    text=f"{name} {significant(size / 1e9)} GB")  # fmt: skip
            at = end
        free = float(memory.free)
        if tags is not None and 100 * free / capacity > ROOM:
            add(tags, x=at + 50 * free / capacity, row=row, colour=self._palette.ink,
                text=f"free {significant(free / 1e9)} GB")  # fmt: skip


def _capacity(found: Serving) -> float:
    return float(found.memory.usable / found.conventions.memory_share)
