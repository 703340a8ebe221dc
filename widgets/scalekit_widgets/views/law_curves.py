"""A law along one of its inputs: a family of curves, other laws beside it, published results."""

from __future__ import annotations

from typing import Any

import numpy as np
from bokeh.models import BoxAnnotation, ColumnDataSource

from scalekit.laws.law import Law
from scalekit_widgets.models import explorer_compute as maths
from scalekit_widgets.models.explorer import ExplorerState
from scalekit_widgets.notation import quantity, short_quantity
from scalekit_widgets.theme import LIGHT, Palette, contrast, curve_colour, mix, text_colour
from scalekit_widgets.views import law_axes
from scalekit_widgets.views.figure import (
    EXACT,
    add,
    at_edge,
    hover,
    hover_curves,
    labels,
    make_figure,
    put,
    restyle,
    sparse_when_narrow,
    split,
)

VISIBLE, CLOSEST = 3.0, 0.045
"""Least contrast of a member of a family; distance between names, of the figure's height."""
MOST_NAMES, LONGEST_NAME = 8, 30
NAME_HIGH = 0.05
"""What a name takes over or under its curve, of the figure's height."""
ABOVE, BELOW = 3, -17
"""Offsets of a name from its curve, in pixels."""
STEP = 13
"""Pixels between the names of published results at one height."""
LETTERS = 12
"""Points of a curve that a name is about as long as."""


def family_colour(colour: str, p: Palette, strength: float) -> str:
    """Return the colour of a member of a family, from the faintest (0) to the strongest (1).

    All of them can be seen: they lie between the law's colour as text and what of it still has
    the contrast that WCAG asks of figures.
    """
    strong = text_colour(colour, p)
    steps = (mix(strong, p.paper, step / 50) for step in range(50, -1, -1))
    faint = next(c for c in steps if contrast(c, p.paper) >= VISIBLE)
    return mix(faint, strong, strength)


class LawCurves:
    """Figure of one law's axes; `update` patches its sources, another law needs another figure."""

    name = "Curves of the law"

    def __init__(self, state: ExplorerState) -> None:
        law = state.main
        self.palette = LIGHT
        self.across = state.across
        self._kept = maths.Kept()
        self.x = maths.spread(law.inputs[state.across], maths.STEPS)
        x, self.x_kind = law_axes.of_input(state.across, law.inputs[state.across])
        everything = np.concatenate([y for _, _, y in self.lines(state)])
        self.y_kind = law_axes.kind_of(everything)
        self.fig = make_figure(
            self.name, x, (law_axes.title("", law.output), 1.0, 10.0),
            x_type=self.x_kind, y_type=self.y_kind, height=400,
        )  # fmt: skip
        self.fig.min_border_right = 24  # half of "100 M" at the very end
        law_axes.set_ticks(self.fig.xaxis[0], self.x_kind, x[1], x[2],
                           law.inputs[state.across].unit)  # fmt: skip
        sparse_when_narrow(self.fig)
        columns = ("xs", "ys", "dash_ys", "colour", "width", "law", "given", "source")
        self.curves = ColumnDataSource({k: [] for k in columns})
        self.tags = ColumnDataSource({k: [] for k in ("x", "y", "text", "colour", "dy")})
        self.points = ColumnDataSource({k: [] for k in ("x", "y", "value")})
        self.pinned = ColumnDataSource({k: [] for k in ("x", "y", "text")})
        self.cards = ColumnDataSource({k: [] for k in ("x", "y", "text", "claim", "source", "dy")})
        self.fitted = BoxAnnotation(fill_alpha=0.07, line_color=None, level="underlay")
        self.fig.add_layout(self.fitted)
        solid = self.fig.multi_line(
            "xs", "ys", source=self.curves, line_color="colour", line_width="width"
        )
        dashed = self.fig.multi_line(
            "xs", "dash_ys", source=self.curves, line_color="colour", line_width="width",
            line_dash="6 4", line_alpha=0.8,
        )  # fmt: skip
        self.published = self.fig.scatter(
            "x", "y", source=self.cards, size=12, marker="square_pin", fill_alpha=0.9,
            line_color="white",
        )  # fmt: skip
        self.ghost = self.fig.scatter(
            "x", "y", source=self.pinned, size=14, fill_alpha=0, line_width=2, marker="diamond"
        )
        self.dot = self.fig.scatter("x", "y", source=self.points, size=13, line_color="white")
        self.fig.add_layout(
            labels(self.tags, "x", "y", text_color="colour", tags=["keep"], x_offset=-6,
                   y_offset="dy", text_align="right")
        )  # fmt: skip
        self.fig.add_layout(labels(self.cards, "x", "y", x_offset=9, y_offset="dy"))
        self.fig.add_layout(
            labels(self.pinned, "x", "y", x_offset=0, y_offset=12, text_align="center")
        )
        hover_curves(self.fig, [solid, dashed], [("", "@law"), ("", "@given")],
                     ("along the axis", EXACT, ""), (law.output.meaning, EXACT, ""),
                     [("source", "@source")])  # fmt: skip
        hover(self.fig, [self.dot], [("", "where the sliders are"), (law.output.meaning, "@value")])
        hover(self.fig, [self.published], [("", "@claim"), ("source", "@source")])

    def restyle(self, p: Palette) -> None:
        """Dress the figure in a theme."""
        self.palette = p
        restyle(self.fig, p)
        self.fitted.fill_color = p.shade
        self.ghost.glyph.line_color = p.ink
        self.published.glyph.fill_color = p.ink

    def fit(self, state: ExplorerState) -> None:
        """Show all curves again."""
        low, high = law_axes.around(self.x, self.x_kind, 0.015)
        self.fig.x_range.update(start=low, end=high)
        everything = np.concatenate([y for _, _, y in self.lines(state)])
        y = [marker.y for _, marker in state.cards()] + [state.value]
        low, high = law_axes.around(np.append(everything, y), self.y_kind)
        self.fig.y_range.update(start=low, end=high)
        law_axes.set_ticks(self.fig.yaxis[0], self.y_kind, low, high, state.facts.output.unit)

    def lines(self, state: ExplorerState) -> list[tuple[Law, dict[str, float], np.ndarray]]:
        """Return (law, inputs, values over `x`): the family, the law itself, and the others.

        The chosen law at its inputs is the last but the others.
        """
        law, inputs, name = state.main, state.inputs, self.across
        family = state.family if state.family != name else ""
        rows = []
        for value in maths.members(law.inputs[family]) if family else []:
            point, moved = {**inputs, family: value}, {name: self.x, family: np.array(value)}
            rows.append((law, point, self._kept.evaluate(value, law, point, moved)))
        rows.append((law, inputs, self._kept.evaluate("", law, inputs, {name: self.x})))
        for other in state.compared():
            point = state.inputs_of(other)
            same = name in other.inputs and other.inputs[name].unit == law.inputs[name].unit
            moved = {name: self.x} if same else {}
            y = self._kept.evaluate((other.slug, other.variant), other, point, moved)
            rows.append((other, point, np.broadcast_to(y, self.x.shape)))
        return rows

    def update(self, state: ExplorerState, pinned: dict[str, Any] | None) -> None:
        """Show what the state says."""
        rows = self.lines(state)
        family = state.family if state.family != self.across else ""
        members = len(rows) - 1 - len(state.compare)
        colours = state.colours()
        self.dot.glyph.fill_color = colours[0]
        curves: dict[str, list[Any]] = {k: [] for k in self.curves.data}
        names: list[tuple[np.ndarray, str, str]] = []
        for i, (law, inputs, y) in enumerate(rows):
            inside = self._inside(law, inputs)
            solid, dashed = split(y, inside)
            if i < members:
                colour = family_colour(colours[0], self.palette, i / members)
                text = f"{family} = {short_quantity(inputs[family], law.inputs[family].unit)}"
            else:
                colour = curve_colour(colours[i - members], self.palette)
                text = "" if members and i == members else self._short(state, law)
            given = {n: v for n, v in inputs.items() if n != self.across}
            add(curves, xs=self.x, ys=solid, dash_ys=dashed, colour=colour,
                width=1.5 if i < members else 2.5,
                law=f"{law.facts.title}: {law.variant_facts.label}",
                given=", ".join(f"{n} = {quantity(v, law.inputs[n].unit)}"
                                for n, v in given.items()),
                source=law.variant_facts.paper.short)  # fmt: skip
            ink = text_colour(colour, self.palette) if i >= members else self.palette.quiet
            names.append((y, text, ink))
        self.curves.data = curves
        self.tags.data = self._tags(names)
        self._mark(state, pinned)

    @staticmethod
    def _short(state: ExplorerState, law: Law) -> str:
        same = law.slug == state.facts.slug
        text = law.variant_facts.label if same else law.facts.title
        return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1].rstrip(' ,')}…"

    def _inside(self, law: Law, inputs: dict[str, float]) -> np.ndarray:
        """Say where each input with a fitted range is in it; where none has, all is as good."""
        point: dict[str, Any] = dict(inputs)
        if self.across in law.inputs:
            point[self.across] = self.x
        point = {n: v for n, v in point.items() if n not in law.domain or law.domain[n].fitted}
        return np.broadcast_to(np.asarray(law.in_domain(**point)), self.x.shape)

    def _tags(self, names: list[tuple[np.ndarray, str, str]]) -> dict[str, list[Any]]:
        """Name the curves at that end of the figure where they lie further apart."""
        low, high = self.fig.y_range.start, self.fig.y_range.end

        def height(y: Any) -> Any:
            if self.y_kind == "log":
                return np.log(y / low) / np.log(high / low)
            return (y - low) / (high - low)

        tags: dict[str, list[Any]] = {k: [] for k in self.tags.data}
        heights = [height(y) for y, *_ in names]
        shown = [(h, *name) for h, name in zip(heights, names, strict=True) if name[1]]
        if len(names) == 1 or not shown:  # a single curve is what the title says
            return tags
        # Not at the very ends, where the letters would be cut.
        places = (int(0.3 * self.x.size), int(0.985 * self.x.size))
        there = [[h[i] for h, *_ in shown if np.isfinite(h[i])] for i in places]
        gaps = [float(np.std(found)) if found else -1.0 for found in there]
        first = places[int(gaps[1] >= 0.6 * gaps[0])]
        taken: dict[int, list[float]] = {i: [] for i in places}
        for h, y, text, colour in reversed(shown):
            # At the other end where it has no room at the better one.
            for at in sorted(places, key=lambda i: i != first):
                # A name ends at its place: there a falling curve lies higher, a rising one lower.
                falling = h[at - LETTERS] > h[at]
                place = float(h[at])
                low, high = (place - NAME_HIGH, place) if falling else (place, place + NAME_HIGH)
                others = (o[at - LETTERS : at + 1] for o in heights if o is not h)
                crossed = any(np.any((low < other) & (other < high)) for other in others)
                close = any(abs(place - other) < CLOSEST for other in taken[at])
                if low > 0.0 and high < 1.0 and not crossed and not close:
                    taken[at].append(place)
                    add(tags, x=float(self.x[at]), y=float(y[at]), text=text, colour=colour,
                        dy=BELOW if falling else ABOVE)  # fmt: skip
                    break
            if len(tags["x"]) == MOST_NAMES:
                break
        return tags

    def _mark(self, state: ExplorerState, pinned: dict[str, Any] | None) -> None:
        domain = state.main.domain.get(self.across)
        low, high = self.fig.y_range.start, self.fig.y_range.end
        self.fitted.visible = domain is not None and domain.fitted
        if domain is not None and domain.fitted:
            self.fitted.update(left=domain.lower, right=domain.upper)
        unit = state.facts.output.unit
        x = at_edge(state.inputs[self.across], self.fig.x_range.start, self.fig.x_range.end)
        answered = not state.refused
        self.points.data = {
            "x": [x] * answered, "y": [at_edge(state.value, low, high)] * answered,
            "value": [quantity(state.value, unit)] * answered,
        }  # fmt: skip
        ghost: dict[str, list[Any]] = {"x": [], "y": [], "text": []}
        if pinned and pinned["unit"] == unit and self.across in pinned["inputs"]:
            place = at_edge(pinned["inputs"][self.across], self.x[0], self.x[-1])
            ghost = {"x": [place], "y": [at_edge(pinned["value"], low, high)], "text": ["pinned"]}
        put(self.pinned, ghost)
        cards = [(c, marker) for c, marker in state.cards() if marker.input == self.across]
        heights = [marker.y for _, marker in cards]
        above = [heights[:i].count(y) for i, y in enumerate(heights)]  # names of equals: a stair
        put(self.cards, {
            "x": [marker.x for _, marker in cards], "y": [marker.y for _, marker in cards],
            "text": [f"{card.title.split(':')[0]}: {card.text}" for card, _ in cards],
            "claim": [f"{card.claim}: {card.text} {card.unit}" for card, _ in cards],
            "source": [card.source for card, _ in cards],
            "dy": [STEP * above[i] - 7 for i in range(len(cards))],
        })  # fmt: skip

    def table(self, state: ExplorerState) -> list[dict[str, Any]]:
        """Return what is drawn, a row for every point of every curve."""
        return [
            {"law": law.slug, "variant": law.variant, **inputs, self.across: x,
             state.facts.output.symbol: value}
            for law, inputs, y in self.lines(state)
            for x, value in zip(self.x, y, strict=True)
        ]  # fmt: skip
