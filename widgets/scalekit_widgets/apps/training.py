"""The Training app: from a budget to an allocation one can defend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from scalekit import datasets
from scalekit_widgets.apps import training_words as words
from scalekit_widgets.apps.screen import App, Screen
from scalekit_widgets.models import training_compute as maths
from scalekit_widgets.models.choices import loss_choices, rule_choices
from scalekit_widgets.models.training import (
    BUDGET_KINDS,
    TrainingState,
    training_devices,
)
from scalekit_widgets.notation import count, power_of_ten, significant, usd
from scalekit_widgets.parts.export import figure_card
from scalekit_widgets.parts.fields import buttons, one_of, select, several, switch
from scalekit_widgets.parts.layout import drawer, stack, text
from scalekit_widgets.parts.message import Message
from scalekit_widgets.parts.number import NumberControl
from scalekit_widgets.parts.presets import Presets
from scalekit_widgets.parts.spoken import named
from scalekit_widgets.parts.upload import law_upload
from scalekit_widgets.views.disagreement import Disagreement
from scalekit_widgets.views.frontier import Frontier
from scalekit_widgets.views.sensitivity import RESULTS, Sensitivity
from scalekit_widgets.views.surface import Surface
from scalekit_widgets.views.valley import Valley

PRESETS: dict[str, dict[str, Any]] = {
    "Budget of Chinchilla: 5.76 × 10²³ FLOP": {"compute_budget": 5.76e23},
    "Budget of Llama 3.1 405B: 3.8 × 10²⁵ FLOP": {"compute_budget": 3.8e25, "devices": 16384.0},
    "One node of 8 H100 for a week": {"budget": "hours", "device_hours": 1344.0, "devices": 8.0},
    "A million dollars of H100 time": {"budget": "usd", "usd": 1e6},
    "10²² FLOP, but only 25 B unique tokens": {
        "compute_budget": 1e22, "limit_tokens": True, "unique_tokens": 25e9, "law": "muennighoff",
    },
    "4.86 × 10²³ FLOP to train and serve 5 T tokens": {
        "compute_budget": 4.86e23, "serve": True, "served_tokens": 5e12, "law": "de-vries",
    },
}  # fmt: skip
UNITS = {
    "N": "parameters", "D": "tokens", "C": "FLOP", "loss_increase": "fraction",
    "tokens_per_parameter": "tokens/parameter",
}  # fmt: skip
"""Units of the columns of CSVs; laws that are compared may answer in different ones."""
KEPT = ("compare", "runs")
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
        self.presets = Presets(state, PRESETS, KEPT, self.fit)
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
        self.law = select(state, "law", self._losses())
        self.compare = several(state, "compare", self._comparable())
        state.param.watch(self._offer_laws, ["law", "own"])
        self.upload = law_upload(self._take_law)
        self.runs_message = Message()
        state.param.watch(self._runs, "runs")
        self.price_note = Message()
        machine = drawer(
            "Machines and price",
            stack(
                select(state, "device", {d: d for d in training_devices()}),
                NumberControl(state, "devices", show=lambda v: f"{v:,.0f}"),
                NumberControl(state, "mfu", log=False, step=0.01, show=_percent, unit="%"),
                NumberControl(state, "price", show=lambda v: f"{v:,.2f}"),
                self.price_note.pane,
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
            stack(self.presets.widget, self.pin.buttons),
            drawer(
                "Budget",
                stack(named(one_of(state, "budget", {v: k for k, v in BUDGET_KINDS.items()}),
                            state.param.budget.label), *self.amounts.values()),
                opened=True,
            ),
            machine,
            drawer(
                "Laws",
                stack(self.law, text('<p class="quiet">Compare with</p>'),
                      named(self.compare, state.param.compare.label), self.upload.view),
                opened=True,
            ),
            self.limits,
        ]  # fmt: skip

    def main_card(self) -> Any:
        """See `Screen.main_card`."""
        return figure_card(
            "How much worse are other sizes at this budget?", self.valley.fig, self._valley_rows,
            UNITS, above=[self.texts.pane("legend")], texts=self.texts,
        )  # fmt: skip

    def cards(self) -> Sequence[Any]:
        """See `Screen.cards`."""
        of = buttons(list(RESULTS), value="Parameters")
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
            figure_card("Best parameters for a budget", self.best_n.fig, self._frontier_rows, UNITS,
                        texts=self.texts),
            figure_card("Best tokens for a budget", self.best_d.fig, self._frontier_rows, UNITS,
                        texts=self.texts),
            figure_card(
                "Loss over parameters and tokens", self.surface.fig, self._surface_rows, UNITS,
                above=[self.texts.pane("surface"), switch(self.state, "runs"),
                       self.runs_message.pane],
                texts=self.texts, legend="surface",
            ),
            figure_card("What would change the answer most?", self.slopes.fig, self._slope_rows,
                        UNITS, above=[named(of, "Change of")], texts=self.texts, legend="main"),
            figure_card(
                "Why do the tools disagree?", self.tools.fig, self._tool_rows, UNITS,
                above=[text('<p class="quiet">Tokens per parameter at this budget, training only, '
                            "endless data. Shaded: 95 % bootstrap band of the default law.</p>")],
                css_classes=["sk-wide"], texts=self.texts, legend="",
            ),
            sources,
        ]  # fmt: skip
        self._runs()
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

    live = ("main", "surface")
    slow = ("ledger", "reasons", "pitfalls")

    def write(self) -> dict[str, str]:
        """See `Screen.write`."""
        state = self.state
        for kind, control in self.amounts.items():
            control.__panel__().visible = state.budget == kind
        self.price_note.remark(words.other_price(state))
        self.limit.__panel__().visible = state.limit_tokens
        self.demand.__panel__().visible = self.serving.__panel__().visible = state.serve
        return {
            "answer": words.answer(state),
            "numbers": words.numbers(state),
            "legend": words.legend(state),
            "main": words.main_law(state),
            "surface": words.surface_key(state),
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

    def _open_drawers(self, *events: Any) -> None:
        """Open what holds a setting that matters now: nobody looks for it in a closed drawer."""
        if self.state.budget != "flop":
            self.machine.collapsed = False
        if self.state.limit_tokens or self.state.serve:
            self.limits.collapsed = False

    def _losses(self) -> dict[str, str]:
        own = [self.state.own] if self.state.own is not None else []
        return {c.label: c.key for c in (*loss_choices(), *own)}

    def _comparable(self) -> dict[str, str]:
        """Return what the answering law can be compared with: any law but itself."""
        rules = {c.label: c.key for c in rule_choices()}
        return {k: v for k, v in (self._losses() | rules).items() if v != self.state.law}

    def _offer_laws(self, *events: Any) -> None:
        """Offer a person's own law wherever it was loaded, on this display or from code."""
        self.law.options, self.compare.options = self._losses(), self._comparable()

    def _of(self, event: Any) -> None:
        self.slopes.of = event.new
        self.fit()

    def _runs(self, *events: Any) -> None:
        """Show or hide the published runs; where they cannot be had, say what to do."""
        table = None
        if self.state.runs:
            try:
                table = datasets.chinchilla_runs()
            except (datasets.DataUnavailableError, datasets.ChecksumError) as error:
                self.runs_message.complain(words.no_runs(error))
                self.state.set({"runs": False})
                return
            self.runs_message.complain("")
        self.surface.show_runs(table)

    def _take_law(self, content: bytes, name: str) -> str:
        self.state.load_law(content, name)
        return words.failing_checks(self.state)

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
        return pd.concat(tables).dropna()

    def _surface_rows(self) -> pd.DataFrame:
        loss = pd.DataFrame(self.state.surface(), index=maths.SURFACE_D, columns=maths.SURFACE_N)
        long = loss.rename_axis(index="D", columns="N").reset_index()
        return long.melt(id_vars="D", value_name="loss").assign(unit=self.state.main.unit)

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
    return f"{100 * fraction:.3g} %"
