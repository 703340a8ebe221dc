"""Speed per user against price, over batch and number of accelerators: what can be had at all."""

from __future__ import annotations

from typing import Any

import numpy as np
from bokeh.models import BoxAnnotation, ColumnDataSource

from scalekit_widgets.models.serving import ServingState
from scalekit_widgets.models.serving_compute import Cloud
from scalekit_widgets.notation import significant, usd
from scalekit_widgets.theme import Palette
from scalekit_widgets.views.figure import (
    DOLLARS,
    PLAIN,
    add,
    as_hovered,
    at_edge,
    hover,
    labels,
    make_figure,
    one_two_five,
    put,
    restyle,
)

CHOSEN = "#d55e00"
"""Colour of what is chosen, in every figure of this app."""
SPEEDS, PRICES = (1.0, 1000.0), (0.01, 1000.0)
"""What is shown before anything fits: tokens per second, USD per million output tokens."""
COLUMNS = ("x", "y", "devices", "batch", "wait")
APART = 0.03
"""Part of the view that two names of curves are apart at least."""


class SpeedPrice:
    """Persistent figure of the cloud; `update` patches its sources."""

    name = "Speed against price"

    def __init__(self) -> None:
        self.fig = make_figure(
            self.name,
            ("Speed for one user (tokens/s)", *SPEEDS),
            ("Price (USD per million output tokens)", *PRICES),
            height=400,
            says="Price of a million output tokens against the speed that one user sees, a point "
            "for every batch and number of accelerators, with the line of those that nothing "
            "beats in both, and the limits shaded",
        )
        one_two_five(self.fig.xaxis[0], 1e-3, 1e5, PLAIN)
        one_two_five(self.fig.yaxis[0], 1e-4, 1e5, DOLLARS)
        self.curves = ColumnDataSource({k: [] for k in ("xs", "ys")})
        self.met, self.missed, self.best, self.here = (
            ColumnDataSource({k: [] for k in COLUMNS}) for _ in range(4)
        )
        self.tags, self.pinned = (
            ColumnDataSource({k: [] for k in ("x", "y", "text")}) for _ in range(2)
        )
        self.away, self.limit_tag = (
            ColumnDataSource({k: [] for k in ("x", "y", "text", "align", "dx")}) for _ in range(2)
        )
        self.slow = BoxAnnotation(left=0, right=0, fill_alpha=0.10, line_color=None,
                                  level="underlay", visible=False)  # fmt: skip
        self.fig.add_layout(self.slow)
        self.paths = self.fig.multi_line("xs", "ys", source=self.curves, line_width=1)
        self.cloud = self.fig.scatter("x", "y", source=self.met, size=5, line_color=None,
                                      fill_alpha=0.7)  # fmt: skip
        self.late = self.fig.scatter("x", "y", source=self.missed, size=5, fill_alpha=0,
                                     line_alpha=0.5)  # fmt: skip
        self.front = self.fig.line("x", "y", source=self.best, line_width=2.5)
        self.front_dots = self.fig.scatter("x", "y", source=self.best, size=7, line_color=None)
        self.ghost = self.fig.scatter(
            "x", "y", source=self.pinned, size=14, fill_alpha=0, line_width=2, marker="diamond"
        )
        self.dot = self.fig.scatter("x", "y", source=self.here, size=14, line_color="white",
                                    line_width=1.5, fill_color=CHOSEN)  # fmt: skip
        for source, options in (
            (self.tags, {"x_offset": 0, "y_offset": 4, "text_font_size": "10px",
                         "text_align": "center"}),
            (self.pinned, {"x_offset": 0, "y_offset": 12, "text_align": "center"}),
            (self.away, {"text_font_size": "14px", "x_offset": "dx", "text_align": "align"}),
            (self.limit_tag, {"x_offset": "dx", "y_offset": 4, "text_align": "align"}),
        ):  # fmt: skip
            self.fig.add_layout(labels(source, "x", "y", **options))
        # The browser writes these numbers: there are hundreds with every move.
        rows = [
            ("accelerators", "@devices{0,0}"), ("users at once", "@batch{0,0}"),
            ("speed", "@x{custom} tokens/s"), ("price", "@y{custom}"),
            ("first token after", "@wait{custom} s"),
        ]  # fmt: skip
        for dots, head in (
            (self.dot, [("", "chosen")]),
            (self.front_dots, [("", "nothing is both faster and cheaper")]),
            (self.cloud, []),
            (self.late, [("", "misses a limit")]),
        ):
            written = {"@x": as_hovered(PLAIN), "@y": as_hovered(DOLLARS),
                       "@wait": as_hovered(PLAIN)}  # fmt: skip
            hover(self.fig, [dots], [*head, *rows], formatters=written)

    def restyle(self, p: Palette) -> None:
        """Dress the figure in a theme."""
        restyle(self.fig, p)
        self.slow.fill_color = self.ghost.glyph.line_color = p.ink
        self.paths.glyph.line_color = p.line
        self.cloud.glyph.fill_color = self.late.glyph.line_color = p.quiet
        self.front.glyph.line_color = self.front_dots.glyph.fill_color = p.accent

    def fit(self, state: ServingState) -> None:
        """Show all that fits into memory."""
        cloud = state.answer.cloud
        fits = np.isfinite(cloud.price)
        if not fits.any():
            return
        here = state.answer.found
        for view, values, own in (
            (self.fig.x_range, cloud.speed, here.tokens_per_second_user),
            (self.fig.y_range, cloud.price, here.usd_per_mtok_output),
        ):
            shown = values[fits] if own is None else np.append(values[fits], own)
            low, high = float(shown.min()), float(shown.max())
            view.update(start=low / 1.4, end=high * 1.6)

    def update(self, state: ServingState, pinned: dict[str, Any] | None) -> None:
        """Show what the state says."""
        cloud, view = state.answer.cloud, self.fig.x_range
        fits = np.isfinite(cloud.price)
        self.curves.data = {"xs": list(cloud.speed), "ys": list(cloud.price)}
        self.met.data = _points(cloud, np.flatnonzero(fits & cloud.meets))
        self.missed.data = _points(cloud, np.flatnonzero(fits & ~cloud.meets))
        self.best.data = _points(cloud, cloud.front)
        put(self.tags, self._tags(cloud, fits))
        here = state.answer.found
        x, y = here.tokens_per_second_user, here.usd_per_mtok_output or 0.0
        point = {"devices": here.plan.tensor_parallel, "batch": here.batch,
                 "wait": here.ttft_seconds} | self._in_view(x, y)  # fmt: skip
        self.here.data = {key: [value] for key, value in point.items()}
        ghost: dict[str, list[Any]] = {"x": [], "y": [], "text": []}
        if pinned:
            add(ghost, **self._in_view(pinned["speed"], pinned["output"]), text="pinned")
        put(self.pinned, ghost)
        limit = 1 / state.limits().step
        shaded = limit > view.start
        self.slow.update(left=view.start, right=max(limit, view.start), visible=shaded)
        words = [f"slower than {significant(limit)} tokens/s"] if shaded else []
        at = at_edge(limit, view.start, view.end)
        left = limit < (view.start * view.end) ** 0.5
        put(self.limit_tag, {
            "x": [at] * shaded, "y": [self.fig.y_range.start] * shaded, "text": words,
            "align": ["left" if left else "right"] * shaded, "dx": [6 if left else -6] * shaded,
        })  # fmt: skip
        self._tell_where(x, y)

    def _in_view(self, x: float, y: float) -> dict[str, float]:
        """Return a point, moved to the edge of the view if it has left it."""
        across, up = self.fig.x_range, self.fig.y_range
        return {"x": at_edge(x, across.start * 1.03, across.end / 1.03),
                "y": at_edge(y, up.start * 1.03, up.end / 1.03)}  # fmt: skip

    def _tags(self, cloud: Cloud, fits: np.ndarray) -> dict[str, list[Any]]:
        """Name each curve at its fast end, where the names do not run into each other."""
        tags: dict[str, list[Any]] = {"x": [], "y": [], "text": []}
        spans = [np.log(r.end / r.start) for r in (self.fig.x_range, self.fig.y_range)]
        named: list[np.ndarray] = []
        for i in np.flatnonzero(fits.any(axis=1)):
            top = int(np.flatnonzero(fits[i])[0])
            x, y = float(cloud.speed[i, top]), float(cloud.price[i, top])
            place = np.log([x, y]) / spans
            if all(np.abs(place - other).max() > APART for other in named):
                add(tags, x=x, y=y, text=f"{cloud.devices[i]:,}")
                named.append(place)
        return tags

    def _tell_where(self, x: float, y: float) -> None:
        """Say where the answer is once it has left the view: the axes stay where they are."""
        across, up = self.fig.x_range, self.fig.y_range
        away: dict[str, list[Any]] = {k: [] for k in self.away.data}
        if not (across.start <= x <= across.end and up.start <= y <= up.end):
            left = x < (across.start * across.end) ** 0.5
            where = f"{significant(x)} tokens/s, {usd(y)}: Fit axes"
            add(away, x=across.start if left else across.end, y=(up.start * up.end) ** 0.5,
                text=f"← {where}" if x < across.start else
                f"{where} →" if x > across.end else where,
                align="left" if left else "right", dx=8 if left else -8)  # fmt: skip
        put(self.away, away)


def _points(cloud: Cloud, flat: np.ndarray) -> dict[str, Any]:
    """Return columns of points by their place in the flattened cloud."""
    row, column = np.unravel_index(flat, cloud.price.shape)
    return {
        "x": cloud.speed[row, column],
        "y": cloud.price[row, column],
        "devices": cloud.devices[row],
        "batch": cloud.batches[column],
        "wait": cloud.ttft[row, column],
    }
