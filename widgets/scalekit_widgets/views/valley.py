"""The IsoFLOP valley: how much worse other sizes are at this budget."""

from __future__ import annotations

from typing import Any

import numpy as np
from bokeh.models import BoxAnnotation, ColumnDataSource, Span

from scalekit_widgets.models import training_compute as maths
from scalekit_widgets.models.training import TrainingState
from scalekit_widgets.notation import count, significant
from scalekit_widgets.theme import LIGHT, Palette, curve_colour, text_colour
from scalekit_widgets.views.figure import (
    COUNTS,
    PERCENT,
    add,
    along,
    at_edge,
    decades,
    hover,
    hover_curves,
    labels,
    make_figure,
    on_new_view,
    plot_size,
    put,
    restyle,
    split,
    ticks,
    touches,
)

TOPS = (1.0, 2.0, 4.0, 8.0)
"""Highest penalty shown, percent of the loss: the least of these that shows the valley."""
REACHES = (10.0, 30.0, 100.0)
"""Sizes shown, over and under the best one: the least of these where the valley is left."""
BELOW = 0.07
"""Part of the height that lies below 0 %, for the band."""
LETTER, GAP, UNDER, OVER = 7.0, 6.0, 7.0, 10.0
"""Pixels: a letter of a curve's name, on the wide side; from the curve to it; its reach under and
over its place."""

RISE = "return String(Number(tick.toFixed(2))) + ' %'"

HEIGHTS_AND_SIDES = [
    (part, align) for align in ("left", "right") for part in (0.9, 0.7, 0.5, 0.3, 0.2)
]
"""Parts of the height, and on which side of its curve a name begins or ends: the first is taken
that has room."""
TAG_COLUMNS = ("x", "y", "text", "colour", "dx", "align")


class Valley:
    """Persistent figure of the valley; `update` patches its sources."""

    name = "IsoFLOP valley"

    def __init__(self) -> None:
        self._palette, self._names = LIGHT, list[str]()
        self.fig = make_figure(
            self.name,
            ("Parameters N (at fixed budget)", 1e9, 1e12),
            ("Loss above this law's optimum (%)", -BELOW * TOPS[-1], TOPS[-1]),
            y_type="linear",
            height=380,
            says="How many percent the loss rises when a model is smaller or larger than the best "
            "one for this budget, a curve for each chosen law",
        )
        decades(self.fig.xaxis[0], COUNTS, 7, (1, 3))
        self.fig.yaxis[0].formatter = ticks(PERCENT)
        self.curves = ColumnDataSource(
            {k: [] for k in ("xs", "ys", "dash_ys", "colour", "law", "source")}
        )
        self.best = ColumnDataSource(
            {k: [] for k in ("x", "y", "colour", "law", "N", "D", "loss", "source", "size")}
        )
        self.tags = ColumnDataSource({k: [] for k in TAG_COLUMNS})
        self.band = ColumnDataSource({k: [] for k in ("left", "right", "bottom", "top")})
        self.pinned = ColumnDataSource({k: [] for k in ("x", "y", "text")})
        self.away = ColumnDataSource({k: [] for k in ("x", "y", "text", "align", "dx")})
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
            "xs", "dash_ys", source=self.curves, line_color="colour", line_width=2,
            line_dash="6 4",
        )  # fmt: skip
        self.bar = self.fig.quad(
            left="left", right="right", bottom="bottom", top="top", source=self.band,
            fill_alpha=0.55, line_color=None,
        )  # fmt: skip
        points = self.fig.scatter(
            "x", "y", source=self.best, size="size", color="colour", line_color="white"
        )
        self.ghost = self.fig.scatter(
            "x", "y", source=self.pinned, size=14, fill_alpha=0, line_width=2, marker="diamond"
        )
        self.fig.add_layout(
            labels(self.tags, "x", "y", text_color="colour", tags=["keep"], x_offset="dx",
                   y_offset=-6, text_align="align")
        )  # fmt: skip
        self.fig.add_layout(
            labels(self.away, "x", "y", text_font_size="14px", x_offset="dx", text_align="align")
        )
        self.ghost_tag = labels(self.pinned, "x", "y", x_offset=0, y_offset=12, text_align="center")
        self.fig.add_layout(self.ghost_tag)
        hover_curves(
            self.fig, [solid, dashed], [("", "@law")], ("parameters", COUNTS, ""),
            ("loss above optimum", RISE, ""), [("source", "@source")],
        )  # fmt: skip
        hover(
            self.fig, [points],
            [("", "@law, optimum"), ("parameters", "@N"), ("tokens", "@D"), ("loss", "@loss"),
             ("source", "@source")],
        )  # fmt: skip
        on_new_view(self.fig, self._name_curves)

    def restyle(self, p: Palette) -> None:
        """Dress the figure in a theme."""
        restyle(self.fig, p)
        self._palette = p
        self._name_curves()
        self.flat.fill_color = p.shade
        self.zero.line_color = p.line
        self.bar.glyph.fill_color = p.shade
        self.ghost.glyph.line_color = p.ink
        self.ghost_tag.text_color = p.ink

    def fit(self, state: TrainingState) -> None:
        """Centre the view on the answer."""
        N = float(state.answer.N[state.slot])
        valley = 100 * np.clip(np.nan_to_num(state.answer.valley[state.slot], nan=1.0), 0.0, 1.0)
        ends = {r: np.interp(np.log([1 / r, r]), np.log(maths.RATIOS), valley) for r in REACHES}
        reach = next((r for r in REACHES if min(ends[r]) > TOPS[-1]), REACHES[-1])
        top = next((t for t in TOPS if t > max(ends[reach])), TOPS[-1])
        self.fig.x_range.update(start=N / reach, end=N * reach)
        self.fig.y_range.update(start=-BELOW * top, end=top)

    def update(self, state: TrainingState, pinned: dict[str, Any] | None) -> None:
        """Show what the state says."""
        answer, chosen = state.answer, state.losses()
        low, high = self.fig.x_range.start, self.fig.x_range.end
        curves: dict[str, list[Any]] = {k: [] for k in self.curves.data}
        best: dict[str, list[Any]] = {k: [] for k in self.best.data}
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
            add(curves, xs=x, ys=solid, dash_ys=dashed,
                colour=curve_colour(law.colour, self._palette), law=law.label,
                source=source)  # fmt: skip
            shown = at_edge(N, low * 1.03, high / 1.03)
            add(best, x=shown, y=0.0, colour=law.colour, law=law.label, N=count(N), D=count(D),
                 loss=f"{significant(loss, 4)} {law.unit}", source=source,
                 size=13 if i == 0 else 9)  # fmt: skip
        self.curves.data, self.best.data = curves, best
        self._names = [law.short for law in chosen]
        self._name_curves()
        lower, upper = answer.flat[state.slot]
        self.flat.update(left=float(lower), right=float(upper))
        bottom = self.fig.y_range.start
        band: dict[str, list[Any]] = {k: [] for k in self.band.data}
        # Where the data are used up the best size is arbitrary, and so is its band.
        if state.uncertain and not state.saturated:
            left, _, right = (float(end) for end in answer.band[0])
            add(band, left=left, right=right, bottom=0.75 * bottom, top=0.35 * bottom)
        self.band.data = band
        ghost: dict[str, list[Any]] = {"x": [], "y": [], "text": []}
        if pinned:
            place = at_edge(pinned["N"], low * 1.03, high / 1.03)
            ghost = {"x": [place], "y": [0.0], "text": ["pinned"]}
        put(self.pinned, ghost)
        self._tell_where(float(answer.N[state.slot]))

    def _tell_where(self, N: float) -> None:
        """Say where the answer is once it has left the view: the axes stay where they are."""
        low, high = self.fig.x_range.start, self.fig.x_range.end
        away: dict[str, list[Any]] = {k: [] for k in self.away.data}
        if not low <= N <= high:
            left = low > N
            text = f"← {count(N)}: Fit axes" if left else f"{count(N)}: Fit axes →"
            add(away, x=low if left else high, y=0.5 * self.fig.y_range.end, text=text,
                 align="left" if left else "right", dx=8 if left else -8)  # fmt: skip
        put(self.away, away)

    def _name_curves(self) -> None:
        """Put each law's name beside its right branch, where it touches no other curve or name."""
        x_range, y_range, data = self.fig.x_range, self.fig.y_range, self.curves.data
        width, height = plot_size(self.fig)
        across = width / np.log(x_range.end / x_range.start)
        up = height / (y_range.end - y_range.start)
        curves = [
            (across * np.log(np.asarray(x) / x_range.start),
             up * (np.fmin(solid, dashed) - y_range.start))
            for x, solid, dashed in zip(data["xs"], data["ys"], data["dash_ys"], strict=True)
        ]  # fmt: skip
        pieces = [along(u, v) for u, v in curves]
        tags: dict[str, list[Any]] = {k: [] for k in TAG_COLUMNS}
        names = np.empty((0, 4))
        for i, text in enumerate(self._names):
            u, v = curves[i]
            if v.size < 2:
                continue
            branch, long = slice(int(np.argmin(v)), None), LETTER * len(text)
            taken = np.vstack([names, *(other for j, other in enumerate(pieces) if j != i)])
            for part, align in HEIGHTS_AND_SIDES:
                y = y_range.end * (part - 0.1 * (i % 2))
                middle = up * (y - y_range.start)
                if v[-1] < middle:  # the curve ends below
                    continue
                place = float(np.interp(middle, v[branch], u[branch]))
                left = place + GAP if align == "left" else place - GAP - long
                box = (left, left + long, middle - UNDER, middle + OVER)
                if left > 0 and left + long < width and not touches(box, taken):
                    names = np.vstack([names, box])
                    add(tags, x=float(x_range.start * np.exp(place / across)), y=y, text=text,
                        dx=GAP if align == "left" else -GAP, align=align,
                        colour=text_colour(data["colour"][i], self._palette))  # fmt: skip
                    break
        put(self.tags, tags)
