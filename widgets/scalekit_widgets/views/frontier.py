"""Best parameters and tokens against compute, with real models."""

from __future__ import annotations

from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource, Span

from scalekit import laws
from scalekit_widgets.models import training_compute as maths
from scalekit_widgets.models.choices import Choice, rule_choices
from scalekit_widgets.models.training import TrainingState
from scalekit_widgets.notation import count, power_of_ten
from scalekit_widgets.theme import LIGHT, Palette, curve_colour
from scalekit_widgets.views.figure import (
    COUNTS,
    POWERS,
    add,
    at_edge,
    decades,
    hover,
    hover_curves,
    make_figure,
    put,
    restyle,
    sparse_when_narrow,
    split,
)
from scalekit_widgets.views.known_models import KnownModels

RANGES = {"N": (1e7, 1e13), "D": (1e9, 1e15)}
NAMES = {"N": "Parameters N", "D": "Training tokens D"}
LOW, HIGH = 1e19, 1e27


class Frontier:
    """Persistent figure of one of the two best sizes; `update` patches its sources."""

    def __init__(self, of: str) -> None:
        self.of = of
        self._palette = LIGHT
        self._shown: tuple[Any, bytes, list[str]] = (None, b"", [])
        self.name = f"Best {'parameters' if of == 'N' else 'tokens'} against compute"
        self.fig = make_figure(
            self.name, ("Training compute (FLOP)", LOW, HIGH), (NAMES[of], *RANGES[of]), height=380,
            says=f"{NAMES[of]} that the chosen laws find best against training compute, with this "
            "budget and the published models",
        )  # fmt: skip
        decades(self.fig.xaxis[0], POWERS, 8)
        sparse_when_narrow(self.fig)
        decades(self.fig.yaxis[0], COUNTS, 7)
        self.curves = ColumnDataSource(
            {k: [] for k in ("xs", "ys", "dash_ys", "colour", "law", "source")}
        )
        self.best = ColumnDataSource({k: [] for k in ("x", "y", "colour", "law", "value", "C")})
        self.pinned = ColumnDataSource({"x": [], "y": []})
        self.budget = Span(location=1, dimension="height", line_width=1, line_dash="2 3")
        self.fig.add_layout(self.budget)
        solid = self.fig.multi_line(
            "xs", "ys", source=self.curves, line_color="colour", line_width=2.5
        )
        dashed = self.fig.multi_line(
            "xs", "dash_ys", source=self.curves, line_color="colour", line_width=2,
            line_dash="6 4",
        )  # fmt: skip
        self.models = KnownModels(self.fig, of)
        points = self.fig.scatter(
            "x", "y", source=self.best, size=10, color="colour", line_color="white"
        )
        self.ghost = self.fig.scatter(
            "x", "y", source=self.pinned, size=13, fill_alpha=0, line_width=2, marker="diamond"
        )
        hover_curves(self.fig, [solid, dashed], [("", "@law")], ("compute", POWERS, "FLOP"),
                     (NAMES[of], COUNTS, ""), [("source", "@source")])  # fmt: skip
        hover(self.fig, [points], [("", "@law, this budget"), ("compute", "@C"),
                                   (NAMES[of], "@value")])  # fmt: skip

    def restyle(self, p: Palette) -> None:
        """Dress the figure in a theme."""
        restyle(self.fig, p)
        self._palette = p
        self._shown = (None, b"", self._shown[2])  # its curves are of the other theme
        self.budget.line_color = p.quiet
        self.models.restyle(p)
        self.ghost.glyph.line_color = p.ink

    def fit(self, state: TrainingState) -> None:
        """Show the whole frontier with the models on it, as far as the answers lie."""
        best = [self._best(state, law) for law in (state.main, *state.compared)]
        _hold(self.fig.x_range, LOW, HIGH, [state.asked.C])
        _hold(self.fig.y_range, *RANGES[self.of], best)

    def update(self, state: TrainingState, pinned: dict[str, Any] | None) -> None:
        """Show what the state says."""
        C = state.asked.C
        chosen = [state.main, *state.compared]
        best: dict[str, list[Any]] = {k: [] for k in self.best.data}
        for law in chosen:
            value = self._best(state, law)
            add(best, **self._in_view(C, value), colour=law.colour, law=law.label,
                value=count(value), C=f"{power_of_ten(C)} FLOP")  # fmt: skip
        self.best.data = best
        frontier, keys = state.frontier()[0], [law.key for law in chosen]
        reach = state.askable.tobytes()
        # Most moves change neither the frontier nor the laws: then its curves stand.
        if self._shown[0] is not frontier or self._shown[1:] != (reach, keys):
            other_laws, self._shown = self._shown[2] != keys, (frontier, reach, keys)
            self.curves.data = self._curves(state, chosen)
            if other_laws:  # else the names would hop about while a slider moves
                curves = [self.curve(state, law) for law in chosen]
                self.models.avoid([(maths.BUDGETS, y) for y in curves])
        self.budget.location = C
        ghost: dict[str, list[Any]] = {"x": [], "y": []}
        if pinned:
            place = self._in_view(pinned["budget"], pinned[self.of])
            ghost = {key: [value] for key, value in place.items()}
        put(self.pinned, ghost)

    def _best(self, state: TrainingState, law: Choice) -> float:
        """Return the best size that a law gives for the budget."""
        if law in rule_choices():
            return float(self._rule(law, np.array([state.asked.C]))[0])
        found = state.answer.N if self.of == "N" else state.answer.D
        return float(found[state.slot_of(law.key)])

    def _in_view(self, C: float, value: float) -> dict[str, float]:
        """Return a point, moved to the edge of the view if it has left it."""
        x, y = self.fig.x_range, self.fig.y_range
        return {
            "x": at_edge(C, x.start, x.end),
            "y": at_edge(value, y.start * 1.05, y.end / 1.05),
        }

    def _curves(self, state: TrainingState, chosen: list[Choice]) -> dict[str, list[Any]]:
        curves: dict[str, list[Any]] = {k: [] for k in self.curves.data}
        for law in chosen:
            if law in rule_choices():
                inside = law.law.in_domain(C=maths.BUDGETS)
            else:
                N, D = (f[state.slot_of(law.key)] for f in state.frontier())
                inside = law.law.in_domain(N=N, D=D)
            solid, dashed = split(self.curve(state, law), np.asarray(inside))
            add(curves, xs=maths.BUDGETS, ys=solid, dash_ys=dashed,
                colour=curve_colour(law.colour, self._palette), law=law.label,
                source=law.law.variant_facts.paper.short)  # fmt: skip
        return curves

    def curve(self, state: TrainingState, law: Choice) -> np.ndarray:
        """Return what the curve of a law shows at ``training_compute.BUDGETS``.

        NaN where no optimum is known, and at budgets that cannot be asked for.
        """
        if law in rule_choices():
            found = self._rule(law, maths.BUDGETS)
        else:
            found = state.frontier()[0 if self.of == "N" else 1][state.slot_of(law.key)]
        return np.where(state.askable, found, np.nan)

    def _rule(self, law: Choice, C: np.ndarray) -> np.ndarray:
        N = np.asarray(law.law(C=C))
        if self.of == "N":
            return N
        tokens = laws.get("compute-optimal-tokens", law.law.variant)
        return np.asarray(tokens(C=C))


def _hold(view: Any, low: float, high: float, values: list[float]) -> None:
    """Show a range, by whole decades wider where values come near its ends."""
    low = min(low, 10 ** np.floor(np.log10(min(values) / 3)))
    high = max(high, 10 ** np.ceil(np.log10(max(values) * 3)))
    view.update(start=float(low), end=float(high))
