"""The Training app: from a budget to an allocation one can defend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import panel as pn

from scalekit import datasets
from scalekit_widgets import theme
from scalekit_widgets.apps import training_words as words
from scalekit_widgets.apps.screen import App, Screen
from scalekit_widgets.models import training_compute as maths
from scalekit_widgets.models.choices import OWN_KEY, loss_choices, rule_choices
from scalekit_widgets.models.training import (
    BUDGET_KINDS,
    TrainingState,
    training_devices,
)
from scalekit_widgets.notation import count, power_of_ten, significant, usd
from scalekit_widgets.parts.export import figure_card
from scalekit_widgets.parts.fields import one_of, select, several, switch
from scalekit_widgets.parts.layout import drawer, stack, text
from scalekit_widgets.parts.message import Message
from scalekit_widgets.parts.number import NumberControl
from scalekit_widgets.views.disagreement import Disagreement
from scalekit_widgets.views.frontier import Frontier
from scalekit_widgets.views.sensitivity import RESULTS, Sensitivity
from scalekit_widgets.views.surface import Surface
from scalekit_widgets.views.valley import Valley

PRESETS: dict[str, dict[str, Any]] = {
    "Chinchilla and Gopher, 5.76 × 10²³ FLOP": {"budget": "flop", "compute_budget": 5.76e23},
    "Llama 3.1 405B, 3.8 × 10²⁵ FLOP": {
        "budget": "flop", "compute_budget": 3.8e25, "devices": 16384.0,
    },
    "One node of 8 H100 for a week": {
        "budget": "hours", "device_hours": 1344.0, "device": "H100 SXM5", "devices": 8.0,
    },
    "A million dollars of H100": {
        "budget": "usd", "usd": 1e6, "device": "H100 SXM5", "devices": 1024.0, "price": 2.99,
    },
    "25 B unique tokens, 10²² FLOP": {
        "budget": "flop", "compute_budget": 1e22, "limit_tokens": True, "unique_tokens": 25e9,
        "law": "muennighoff",
    },
    "Train and serve 5 T tokens": {
        "budget": "flop", "compute_budget": 4.86e23, "serve": True, "served_tokens": 5e12,
        "law": "de-vries",
    },
}  # fmt: skip
_OWN_SETTINGS = "your own settings"
_KEPT = ("compare", "runs")
"""What a preset leaves as it is: how the answer is shown, not the question."""


class TrainingScreen(Screen):
    """One display of the Training app."""

    app: TrainingApp
    state: TrainingState

    def make_views(self) -> list[Any]:
        """See `Screen.make_views`."""
        self.valley, self.surface, self.tools = Valley(), Surface(), Disagreement()
        self.best_n, self.best_d, self.slopes = Frontier("N"), Frontier("D"), Sensitivity()
        return [self.valley, self.best_n, self.best_d, self.surface, self.tools, self.slopes]

    def make_rail(self) -> Sequence[Any]:
        """See `Screen.make_rail`."""
        state = self.state
        presets = pn.widgets.Select(
            label="Start from", options=[_OWN_SETTINGS, *PRESETS],
            sizing_mode="stretch_width", stylesheets=[theme.INPUT], margin=0,
        )  # fmt: skip
        presets.param.watch(self._preset, "value")
        state.param.watch(self._leave_preset, list(state.shared))
        self.presets = presets
        self.amounts = {
            "flop": NumberControl(state, "compute_budget", show=power_of_ten),
            "hours": NumberControl(state, "device_hours"),
            "usd": NumberControl(state, "usd", show=usd),
        }
        self.limit = NumberControl(state, "unique_tokens")
        self.demand = NumberControl(state, "served_tokens")
        self.serving = NumberControl(
            state, "serving_mfu", log=False, step=0.01, show=_percent, unit="%"
        )
        laws_ = {c.label: c.key for c in loss_choices()}
        rules = {c.label: c.key for c in rule_choices()}
        if state.own is not None:
            laws_[state.own.label] = OWN_KEY
        self.law = select(state, "law", laws_)
        state.param.watch(self._offer_own, "own")
        self.compare = several(state, "compare", {c.label: c.key for c in loss_choices()} | rules)
        self.upload = pn.widgets.FileInput(
            accept=".toml", multiple=False, stylesheets=[theme.INPUT], margin=0,
            sizing_mode="stretch_width",
        )  # fmt: skip
        self.upload_message = Message()
        self.upload.param.watch(self._uploaded, "value")
        self.runs_message = Message()
        state.param.watch(self._runs, "runs")
        machine = drawer(
            "Machines and price",
            stack(
                select(state, "device", {d: d for d in training_devices()}),
                NumberControl(state, "devices", show=lambda v: f"{v:,.0f}"),
                NumberControl(state, "mfu", log=False, step=0.01, show=_percent, unit="%"),
                NumberControl(state, "price", show=lambda v: f"{v:.2f}"),
            ),
        )
        self.machine = machine
        self.limits = drawer(
            "Data and serving",
            stack(switch(state, "limit_tokens"), self.limit, switch(state, "serve"), self.demand,
                  self.serving),
        )  # fmt: skip
        state.param.watch(self._open_drawers, ["budget", "limit_tokens", "serve"])
        self._open_drawers()
        return [
            stack(presets, self.pin.buttons),
            drawer(
                "Budget",
                stack(one_of(state, "budget", {v: k for k, v in BUDGET_KINDS.items()}),
                      *self.amounts.values()),
                opened=True,
            ),
            machine,
            drawer(
                "Laws",
                stack(self.law, text('<p class="quiet">Compare with</p>'), self.compare,
                      text('<p class="quiet">Your own law (a TOML file)</p>'), self.upload,
                      self.upload_message.pane),
                opened=True,
            ),
            self.limits,
        ]  # fmt: skip

    def main_card(self) -> Any:
        """See `Screen.main_card`."""
        return figure_card(
            "How much worse are other sizes at this budget?", self.valley.fig, self._valley_rows,
            above=[self.texts.pane("legend")], texts=self.texts,
        )  # fmt: skip

    def cards(self) -> Sequence[Any]:
        """See `Screen.cards`."""
        of = pn.widgets.RadioButtonGroup(
            options=list(RESULTS), value="Parameters", stylesheets=[theme.BUTTON], margin=0,
            variant="outline",
        )  # fmt: skip
        of.param.watch(self._of, "value")
        sources = stack(
            drawer("Assumptions", self.slow_texts.pane("ledger")),
            drawer("Reasons of every tool and law", self.slow_texts.pane("reasons")),
            drawer("What to know about this law", self.slow_texts.pane("pitfalls")),
            drawer("Python that gives this answer", self.snippet.view),
            css_classes=["sk-wide"],
            css=":host { gap: 0; }",
        )
        cards = [
            figure_card("Best parameters for a budget", self.best_n.fig, self._frontier_rows,
                        texts=self.texts),
            figure_card("Best tokens for a budget", self.best_d.fig, self._frontier_rows,
                        texts=self.texts),
            figure_card(
                "Loss over parameters and tokens", self.surface.fig, self._surface_rows,
                above=[switch(self.state, "runs"), self.runs_message.pane], texts=self.texts,
            ),
            figure_card("What would change the answer most?", self.slopes.fig, self._slope_rows,
                        above=[of], texts=self.texts),
            figure_card(
                "Why do the tools disagree?", self.tools.fig, self._tool_rows,
                above=[text('<p class="quiet">Tokens per parameter at this budget, training only, '
                            "endless data. Shaded: 95 % bootstrap band of the default law.</p>")],
                css_classes=["sk-wide"], texts=self.texts,
            ),
            sources,
        ]  # fmt: skip
        self.show_runs()
        return cards

    def compared(self) -> Sequence[tuple[str, str, Any]]:
        """See `Screen.compared`."""
        return [
            ("Parameters", "N", count),
            ("Training tokens", "D", count),
            ("Tokens per parameter", "ratio", significant),
            ("Loss", "loss", lambda v: significant(v, 4)),
            ("Training compute (FLOP)", "C", power_of_ten),
            ("Price of training", "usd", usd),
        ]

    def capture(self) -> dict[str, Any]:
        """See `Screen.capture`."""
        state, best, slot = self.state, self.state.answer, self.state.slot
        N, D = float(best.N[slot]), float(best.D[slot])
        return {
            "state": state.scenario(), "N": N, "D": D, "ratio": D / N,
            "loss": float(best.loss[slot]), "C": state.training_flop, "usd": state.training_usd,
            "budget": state.asked.C, "answered": not state.infeasible,
        }  # fmt: skip

    slow = ("ledger", "reasons", "pitfalls")

    def write(self) -> dict[str, str]:
        """See `Screen.write`."""
        state = self.state
        for kind, control in self.amounts.items():
            control.__panel__().visible = state.budget == kind
        self.limit.__panel__().visible = state.limit_tokens
        self.demand.__panel__().visible = self.serving.__panel__().visible = state.serve
        return {
            "answer": words.answer(state),
            "numbers": words.numbers(state),
            "legend": words.legend(state),
        }

    def write_slowly(self) -> dict[str, str]:
        """See `Screen.write_slowly`."""
        state = self.state
        self.snippet.show(words.code(state))
        return {
            "ledger": words.ledger(state),
            "pitfalls": words.pitfalls(state),
            "reasons": words.reasons(self.tools.table(state.asked.C)),
        }

    # What a person does ------------------------------------------------------------------

    def _preset(self, event: Any) -> None:
        if event.new in PRESETS:
            self.state.set(self._question(event.new))
            self.fit()

    def _question(self, preset: str) -> dict[str, Any]:
        """Return the whole question of a preset: what it does not name is as at the start."""
        start = {k: self.state.param[k].default for k in self.state.shared if k not in _KEPT}
        return {**start, **PRESETS[preset]}

    def _leave_preset(self, *events: Any) -> None:
        """Stop naming a preset once its question is no longer asked."""
        name = self.presets.value
        if name in PRESETS and any(
            getattr(self.state, k) != v for k, v in self._question(name).items()
        ):
            self.presets.value = _OWN_SETTINGS

    def _open_drawers(self, *events: Any) -> None:
        """Open what holds a setting that matters now: nobody looks for it in a closed drawer."""
        if self.state.budget != "flop":
            self.machine.collapsed = False
        if self.state.limit_tokens or self.state.serve:
            self.limits.collapsed = False

    def _offer_own(self, *events: Any) -> None:
        """Offer a person's own law wherever it was loaded, on this display or from code."""
        if self.state.own is not None:
            self.law.options = {**self.law.options, self.state.own.label: OWN_KEY}

    def _of(self, event: Any) -> None:
        self.slopes.of = event.new
        self.fit()

    def _runs(self, event: Any) -> None:
        self.show_runs()

    def show_runs(self) -> None:
        """Show or hide the published runs; where they cannot be had, say what to do."""
        message, table = "", None
        if self.state.runs:
            try:
                table = datasets.chinchilla_runs()
            except (datasets.DataUnavailableError, datasets.ChecksumError) as error:
                message = str(error)
        self.surface.show_runs(table)
        self.runs_message.complain(message)

    def _uploaded(self, event: Any) -> None:
        if not event.new:
            return
        message, name = "", self.upload.filename or "law.toml"
        try:
            if not name.endswith(".toml"):
                raise ValueError(f"{name}: a law file ends in .toml")
            self.state.load_law(bytes(event.new), name)
        except ValueError as error:
            message = f"{error}. Nothing was changed."
        else:
            message = words.failing_checks(self.state)
        self.upload_message.complain(message)

    # The numbers behind the figures ---------------------------------------------------------

    def _valley_rows(self) -> pd.DataFrame:
        best, tables = self.state.answer, []
        for c in self.state.losses():
            slot = self.state.slot_of(c.key)
            N = float(best.N[slot]) * maths.RATIOS
            D = maths.tokens_within(self.state.asked.C, self.state.asked.served, N)
            tables.append(pd.DataFrame({
                "law": c.label, "N": N, "D": D, "loss_increase": best.valley[slot],
                "loss": float(best.loss[slot]) * (1 + best.valley[slot]), "unit": c.unit,
            })[D > 0])  # fmt: skip
        return pd.concat(tables)

    def _frontier_rows(self) -> pd.DataFrame:
        shown = [self.state.main, *self.state.compared]
        tables = [
            pd.DataFrame({
                "law": law.label, "C": maths.BUDGETS,
                "N": self.best_n.curve(self.state, law), "D": self.best_d.curve(self.state, law),
            })
            for law in shown
        ]  # fmt: skip
        return pd.concat(tables)

    def _surface_rows(self) -> pd.DataFrame:
        loss = pd.DataFrame(self.state.surface(), index=maths.SURFACE_D, columns=maths.SURFACE_N)
        long = loss.rename_axis(index="D", columns="N").reset_index()
        return long.melt(id_vars="D", value_name="loss")

    def _tool_rows(self) -> pd.DataFrame:
        rows = pd.DataFrame(self.tools.table(self.state.asked.C))
        return rows.rename(columns={"value": "tokens_per_parameter"})

    def _slope_rows(self) -> pd.DataFrame:
        return pd.DataFrame(self.slopes.table(self.state), columns=["input", "elasticity"])


class TrainingApp(App):
    """From a compute budget to parameters, tokens, loss, days and price.

    Shown as the last value of a notebook cell it is live; `widget` composes with widgets
    of one's own, `panel` with Panel layouts; ``scalekit serve training`` is the same as a
    page. ``app.state`` is read and set from code.

    Examples
    --------
    >>> from scalekit_widgets import TrainingApp
    >>> app = TrainingApp(compute_budget=1e24)
    >>> app.state.set({"law": "hoffmann-precise"})
    >>> f"{app.state.answer.N[app.state.slot]:.3g}"
    '5.19e+10'
    """

    title = "Training: from a budget to an allocation"
    tagline = "How many parameters, how many tokens, and how sure one can be."
    state_type = TrainingState
    screen_type = TrainingScreen
    state: TrainingState


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.0f} %"
