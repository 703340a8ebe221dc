"""What fills the memory of one accelerator: weights, cache, activations, and what is free."""

from __future__ import annotations

from typing import Any

from bokeh.models import ColumnDataSource, FactorRange, Span

from scalekit.serving.engine import Memory
from scalekit_widgets.models.serving import ServingState
from scalekit_widgets.notation import percent, significant
from scalekit_widgets.theme import LIGHT, Palette
from scalekit_widgets.views.figure import (
    PERCENT,
    add,
    hover,
    labels,
    make_figure,
    on_new_view,
    plot_size,
    put,
    restyle,
    ticks,
)

PARTS = {
    "weights": ("weights", "#0072b2", "#ffffff"),
    "kv_cache": ("KV cache", "#e69f00", "#000000"),
    "working": ("activations", "#009e73", "#000000"),
}
"""Parts of `Memory`, how they are called, their colour and that of their text."""
SHOWN = 112.0
"""Percent of the memory that the axis reaches, if what is asked does not take more."""
LETTER = 6.8
"""Pixels a letter, on the wide side."""


def size(number: float) -> str:
    """Return bytes as people write them: ``17.6 GB``, ``0.229 MB``."""
    value = float(number)
    small = 0 < abs(value) < 1e8
    return f"{significant(value / (1e6 if small else 1e9))} {'MB' if small else 'GB'}"


class MemoryBar:
    """Persistent bar of one accelerator's memory; `update` patches its source."""

    name = "Memory of one accelerator"

    def __init__(self) -> None:
        self._palette, self.rows = LIGHT, FactorRange("now", range_padding=0.1)
        self._free = (0.0, 0.0, "")
        self.fig = make_figure(
            self.name, ("Part of its memory (%)", 0, SHOWN), ("", 0, 1), x_type="linear",
            y_type="auto", y_range=self.rows, height=140,
            says="How much of the memory of one accelerator weights, KV cache and activations "
            "take, and what is free",
        )  # fmt: skip
        self.fig.xaxis[0].formatter = ticks(PERCENT)
        self.fig.yaxis[0].major_tick_out = 0
        self.parts = ColumnDataSource(
            {
                k: []
                for k in ("row", "left", "right", "colour", "ink", "name", "size", "part", "alpha")
            }
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
        hover(self.fig, [bars], [("", "@name"), ("size", "@size"), ("of the memory", "@part")])
        on_new_view(self.fig, self._name_parts)

    def restyle(self, p: Palette) -> None:
        """Dress the figure in a theme."""
        restyle(self.fig, p)
        self._palette = p
        self._name_parts()
        self.full.line_color = self.usable.line_color = p.ink
        self.fig.yaxis[0].major_label_text_color = p.ink

    def fit(self, state: ServingState) -> None:
        """Do nothing: the axis always reaches as far as the bars."""

    def update(self, state: ServingState, pinned: dict[str, Any] | None) -> None:
        """Show what the state says, of what was asked last even where it does not fit."""
        now = state.tried
        parts: dict[str, list[Any]] = {k: [] for k in self.parts.data}
        capacity = now.plan.device.memory_bytes
        assert capacity is not None
        at = self._stack("now", now.memory, capacity, parts)
        free = float(now.memory.free)
        self._free = (at, at + 100 * free / capacity, f"free {size(free)}")
        if pinned:
            self._stack("pinned", pinned["memory"], pinned["capacity"], parts)
        self.fig.x_range.end = max(SHOWN, 1.08 * max(parts["right"]))
        rows = ["pinned", "now"] if pinned else ["now"]
        if list(self.rows.factors) != rows:
            self.rows.factors = rows
        self.usable.location = 100 * now.conventions.memory_share
        self.parts.data = parts
        self._name_parts()

    @staticmethod
    def _stack(row: str, memory: Memory, capacity: float, parts: dict[str, list[Any]]) -> float:
        """Append the parts of one bar, and return where it ends in percent."""
        at = 0.0
        for key, (name, colour, ink) in PARTS.items():
            number = float(getattr(memory, key))
            end = at + 100 * number / capacity
            add(parts, row=row, left=at, right=end, colour=colour, ink=ink, name=name,
                size=size(number), part=percent(number / capacity),
                alpha=0.85 if row == "now" else 0.4)  # fmt: skip
            at = end
        return at

    def _name_parts(self) -> None:
        """Write into the parts what they are, where the words have room."""
        tags: dict[str, list[Any]] = {k: [] for k in self.tags.data}
        data, letter = self.parts.data, LETTER * self.fig.x_range.end / plot_size(self.fig)[0]
        rows = [
            (left, right, f"{name} {amount}", ink)
            for row, left, right, name, amount, ink in zip(
                *(data[k] for k in ("row", "left", "right", "name", "size", "ink")), strict=True
            )
            if row == "now"
        ]
        for left, right, words, ink in [*rows, (*self._free, self._palette.ink)]:
            if right - left > letter * (len(words) + 1):
                add(tags, x=(left + right) / 2, row="now", text=words, colour=ink)
        put(self.tags, tags)
