"""Best parameters and tokens against compute, with real models."""

from __future__ import annotations

from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource, Span

from scalekit import laws
from scalekit.models import Model, models
from scalekit_widgets.models import training_compute as maths
from scalekit_widgets.models.choices import Choice, rule_choices
from scalekit_widgets.models.training import TrainingState
from scalekit_widgets.notation import count, power_of_ten
from scalekit_widgets.theme import Palette
from scalekit_widgets.views.figure import (
    COUNTS,
    POWERS,
    at_edge,
    decades,
    hover,
    labels,
    make_figure,
    put,
    restyle,
    split,
)

RANGES = {"N": (1e7, 1e13), "D": (1e9, 1e15)}
NAMES = {"N": "Parameters N", "D": "Training tokens D"}
LOW, HIGH = 1e19, 1e27
# The plot at its usual size, and the room that a label takes in it, in pixels.
PLOT_WIDTH, PLOT_HEIGHT = 430.0, 300.0
LETTER, LINE_HEIGHT, GAP, DOT = 5.8, 13.0, 7.0, 3.0


class Frontier:
    """Persistent figure of one of the two best sizes; `update` patches its sources."""

    def __init__(self, of: str) -> None:
        self.of = of
        self._shown: tuple[Any, list[str]] = (None, [])
        self.name = f"Best {'parameters' if of == 'N' else 'tokens'} against compute"
        self.fig = make_figure(
            self.name, ("Training compute (FLOP)", LOW, HIGH), (NAMES[of], *RANGES[of]), height=380
        )
        decades(self.fig.xaxis[0], POWERS, 8)
        decades(self.fig.yaxis[0], COUNTS, 7)
        self.curves = ColumnDataSource(
            {k: [] for k in ("xs", "ys", "dash_xs", "dash_ys", "colour", "law", "source")}
        )
        self.best = ColumnDataSource({k: [] for k in ("x", "y", "colour", "law", "value", "C")})
        self.pinned = ColumnDataSource({"x": [], "y": []})
        self.models = ColumnDataSource(_model_columns(of))
        self.budget = Span(location=1, dimension="height", line_width=1, line_dash="2 3")
        self.fig.add_layout(self.budget)
        solid = self.fig.multi_line(
            "xs", "ys", source=self.curves, line_color="colour", line_width=2.5
        )
        dashed = self.fig.multi_line(
            "dash_xs", "dash_ys", source=self.curves, line_color="colour", line_width=2,
            line_dash="6 4", line_alpha=0.8,
        )  # fmt: skip
        self.dots = self.fig.scatter("x", "y", source=self.models, size=5, fill_alpha=0.8,
                                     line_color=None)  # fmt: skip
        points = self.fig.scatter(
            "x", "y", source=self.best, size=10, color="colour", line_color="white"
        )
        self.ghost = self.fig.scatter(
            "x", "y", source=self.pinned, size=13, fill_alpha=0, line_width=2, marker="diamond"
        )
        named = ColumnDataSource(_labelled(self.models.data, of))
        self.fig.add_layout(
            labels(named, "x", "y", text_font_size="10px", x_offset="dx", text_align="align",
                   y_offset=-6)
        )  # fmt: skip
        rows = [("", "@law"), ("compute", "$x{0.0e} FLOP"), (NAMES[of], "$y{0.00 a}")]
        hover(self.fig, [solid, dashed], [*rows, ("source", "@source")], line_policy="nearest")
        hover(self.fig, [points], [("", "@law, this budget"), ("compute", "@C"),
                                   (NAMES[of], "@value")])  # fmt: skip
        hover(
            self.fig, [self.dots],
            [("", "@model"), ("parameters at work", "@N"), ("tokens", "@D"), ("6ND", "@C"),
             ("source", "@source")],
        )  # fmt: skip

    def restyle(self, p: Palette) -> None:
        """Dress the figure in a theme."""
        restyle(self.fig, p)
        self.budget.line_color = p.quiet
        self.dots.glyph.fill_color = p.quiet
        self.ghost.glyph.line_color = p.ink

    def fit(self, state: TrainingState) -> None:
        """Show the whole frontier, or move it where the budget is."""
        C = state.asked.C
        low, high = (LOW, HIGH) if LOW * 3 < C < HIGH / 3 else (C / 1e4, C * 1e4)
        self.fig.x_range.update(start=low, end=high)

    def update(self, state: TrainingState, pinned: dict[str, Any] | None) -> None:
        """Show what the state says."""
        low, high = RANGES[self.of]
        C = state.asked.C
        chosen = [state.main, *state.compared]
        best: dict[str, list[Any]] = {k: [] for k in self.best.data}
        for law in chosen:
            if law in rule_choices():
                value = float(self._rule(law, np.array([C]))[0])
            else:
                found = state.answer.N if self.of == "N" else state.answer.D
                value = float(found[state.slot_of(law.key)])
            point = {"x": at_edge(C, self.fig.x_range.start, self.fig.x_range.end),
                     "y": at_edge(value, low * 1.05, high / 1.05), "colour": law.colour,
                     "law": law.label, "value": count(value),
                     "C": f"{power_of_ten(C)} FLOP"}  # fmt: skip
            for key, item in point.items():
                best[key].append(item)
        self.best.data = best
        frontier, keys = state.frontier()[0], [law.key for law in chosen]
        # Most moves change neither the frontier nor the laws: then its curves stand.
        if self._shown[0] is not frontier or self._shown[1] != keys:
            self._shown, self.curves.data = (frontier, keys), self._curves(state, chosen)
        self.budget.location = C
        ghost: dict[str, list[Any]] = {"x": [], "y": []}
        if pinned:
            x = at_edge(pinned["budget"], self.fig.x_range.start, self.fig.x_range.end)
            ghost = {"x": [x], "y": [at_edge(pinned[self.of], low * 1.05, high / 1.05)]}
        put(self.pinned, ghost)

    def _curves(self, state: TrainingState, chosen: list[Choice]) -> dict[str, list[Any]]:
        curves: dict[str, list[Any]] = {k: [] for k in self.curves.data}
        for law in chosen:
            if law in rule_choices():
                inside = law.law.in_domain(C=maths.BUDGETS)
            else:
                N, D = (f[state.slot_of(law.key)] for f in state.frontier())
                inside = law.law.in_domain(N=N, D=D)
            solid, dashed = split(self.curve(state, law), np.asarray(inside))
            row = {"xs": maths.BUDGETS, "ys": solid, "dash_xs": maths.BUDGETS, "dash_ys": dashed,
                   "colour": law.colour, "law": law.label,
                   "source": law.law.variant_facts.paper.short}  # fmt: skip
            for key, item in row.items():
                curves[key].append(item)
        return curves

    def curve(self, state: TrainingState, law: Choice) -> np.ndarray:
        """Return what the curve of a law shows at ``training_compute.BUDGETS``."""
        if law in rule_choices():
            return self._rule(law, maths.BUDGETS)
        return state.frontier()[0 if self.of == "N" else 1][state.slot_of(law.key)]

    def _rule(self, law: Choice, C: np.ndarray) -> np.ndarray:
        N = np.asarray(law.law(C=C))
        if self.of == "N":
            return N
        tokens = laws.get("compute-optimal-tokens", law.law.variant)
        return np.asarray(tokens(C=C))


def known_models() -> list[Model]:
    """Return the models whose training tokens are published."""
    return [m for m in models().values() if m.training_flop is not None]


def _model_columns(of: str) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {k: [] for k in ("x", "y", "model", "N", "D", "C", "source")}
    for m in known_models():
        flop, active, tokens = m.training_flop, m.active_parameters, m.training_tokens
        if flop is None or active is None or tokens is None:
            continue
        values = {"x": float(flop), "y": float(active if of == "N" else tokens), "model": m.name,
                  "N": count(active), "D": count(tokens), "C": f"{power_of_ten(flop)} FLOP",
                  "source": m.training_tokens_source}  # fmt: skip
        for key, value in values.items():
            columns[key].append(value)
    return columns


def _labelled(columns: dict[str, Any], of: str) -> dict[str, list[Any]]:
    """Choose labels that do not touch, the best known and the extremes first."""
    known = ("Chinchilla-70B", "Gopher-280B", "GPT-3-175B", "PaLM-540B", "Llama-3.1-405B",
             "DeepSeek-V3", "Llama-2-70B", "Llama-3.1-8B", "Qwen3-0.6B", "Pythia-70m", "OPT-175b",
             "Kimi-K2", "Llama-2-7B", "Gemma-2-27B", "Qwen2.5-72B")  # fmt: skip
    names = list(columns["model"])
    order = [names.index(n) for n in known if n in names]
    order += [i for i in range(len(names)) if i not in order]
    low, high = RANGES[of]
    across = PLOT_WIDTH / np.log(HIGH / LOW) * np.log(np.array(columns["x"]) / LOW)
    up = PLOT_HEIGHT / np.log(high / low) * np.log(np.array(columns["y"]) / low)
    taken = [(float(u) - 3, float(u) + 3, float(v), DOT) for u, v in zip(across, up, strict=True)]
    found: dict[str, list[Any]] = {k: [] for k in ("x", "y", "text", "align", "dx")}
    for i in order:
        width, u, v = LETTER * len(names[i]), float(across[i]), float(up[i])
        for align, left in (("left", u + GAP), ("right", u - GAP - width)):
            box = (left, left + width, v, LINE_HEIGHT / 2)
            others = taken[:i] + taken[i + 1 :]
            inside = left > 0 and left + width < PLOT_WIDTH and 0 < v < PLOT_HEIGHT
            # The best known names may lie over a dot, never over another name.
            if names[i] in known[:9]:
                others = [other for other in others if other[3] != DOT]
            if inside and not any(_touch(box, other) for other in others):
                taken.append(box)
                row = {"x": columns["x"][i], "y": columns["y"][i], "text": names[i],
                       "align": align, "dx": GAP if align == "left" else -GAP}  # fmt: skip
                for key, value in row.items():
                    found[key].append(value)
                break
    return found


def _touch(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[1] and b[0] < a[1] and abs(a[2] - b[2]) < a[3] + b[3]
