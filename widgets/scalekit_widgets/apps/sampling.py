"""The Sampling app: how many samples pay, and what a verifier makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from scalekit_widgets.apps import sampling_words as words
from scalekit_widgets.apps.sampling_counts import columns, counted
from scalekit_widgets.apps.screen import App, Screen
from scalekit_widgets.models import sampling_compute as maths
from scalekit_widgets.models.published_tasks import tasks
from scalekit_widgets.models.sampling import TAILS, VOTES, SamplingState
from scalekit_widgets.notation import short_percent, short_quantity, usd, whole
from scalekit_widgets.parts.export import figure_card
from scalekit_widgets.parts.fields import select, switch
from scalekit_widgets.parts.layout import drawer, stack, text
from scalekit_widgets.parts.message import Message
from scalekit_widgets.parts.number import NumberControl
from scalekit_widgets.parts.presets import Presets
from scalekit_widgets.parts.upload import FileUpload
from scalekit_widgets.views.best_samples import BestSamples, in_words
from scalekit_widgets.views.cost_per_solved import CostPerSolved
from scalekit_widgets.views.net_worth import NAMES, NetWorth, Strategies, signed_usd
from scalekit_widgets.views.shares import Shares
from scalekit_widgets.views.winners import Winners

PRESETS: dict[str, dict[str, Any]] = {
    "Mathematics with a good verifier": {},
    "SWE-bench Lite with its tests: DeepSeek-Coder-V2 against Claude 3.5 Sonnet": {
        "task": "deepseek-coder-v2-instruct-swe-bench-lite", "samples": 5.0,
        "true_positive_rate": 1.0, "false_positive_rate": 0.0, "sample_price": 0.0072,
        "check_price": 1e-4, "strong_accuracy": 0.267, "strong_price": 0.17,
        "strong_checked": True,
    },
    "HumanEval with thin tests: Llama 3.1 8B against GPT-4o": {
        "accuracy": 0.5502, "spread": 0.7339, "true_positive_rate": 1.0,
        "false_positive_rate": 0.2484, "sample_price": 1e-4, "check_price": 1e-5,
        "strong_accuracy": 0.855, "strong_price": 0.005, "strong_checked": True,
    },
    "A wrong answer costs ten times what a right one earns": {"wrong_price": 10.0},
    "Formal proofs, checked without fault": {
        "task": "llama-3-8b-instruct-minif2f", "true_positive_rate": 1.0,
        "false_positive_rate": 0.0, "strong_accuracy": 0.5, "strong_checked": True,
    },
}  # fmt: skip

UNITS = {
    "samples": "a problem", "attempts": "a problem", "best_samples": "a problem",
    "right": "fraction", "wrong": "fraction", "unanswered": "fraction", "coverage": "fraction",
    "net_worth": "USD a problem", "cost": "USD a solved problem",
    "strong_cost": "USD a solved problem", "false_positive_rate": "fraction",
    "wrong_cost": "right answers", "sample_cost": "right answers",
}  # fmt: skip
"""Units of the columns of all tables."""


def presets() -> dict[str, dict[str, Any]]:
    """Return the questions to start from; a published task stands for its two numbers."""
    found = {}
    for name, asked in PRESETS.items():
        rest = dict(asked)
        if "task" in rest:
            task = tasks()[rest.pop("task")]
            rest |= {"accuracy": task.accuracy, "spread": task.spread}
        found[name] = rest
    return found


class SamplingScreen(Screen):
    """One display of the Sampling app."""

    app: SamplingApp
    state: SamplingState

    def make_views(self) -> list[Any]:
        """See `Screen.make_views`."""
        self.shares, self.worth, self.best = Shares(), NetWorth(), BestSamples()
        self.cost, self.strategies, self.winners = CostPerSolved(), Strategies(), Winners()
        return [self.shares, self.worth, self.best, self.cost, self.strategies, self.winners]

    def make_rail(self) -> Sequence[Any]:
        """See `Screen.make_rail`."""
        state = self.state
        self.presets = Presets(state, presets(), (), self.fit)
        problem = {t.label: {"accuracy": t.accuracy, "spread": t.spread} for t in tasks().values()}
        kept = [name for name in state.shared if name not in ("accuracy", "spread")]
        self.task = Presets(state, problem, kept, self.fit, label="Published model and task")
        self.upload = FileUpload(
            self._take_counts, "Your counts (a CSV file)", ".csv", "a table of counts"
        )
        self.counted = Message()
        return [
            stack(self.presets.widget, self.pin.buttons),
            drawer(
                "Problems",
                stack(self.task.widget, self._percent("accuracy"),
                      NumberControl(state, "spread", log=False, show=_three)),
                opened=True,
            ),
            drawer(
                "Samples and verifier",
                stack(NumberControl(state, "samples", show=whole),
                      self._percent("true_positive_rate"), self._percent("false_positive_rate")),
                opened=True,
            ),
            drawer(
                "Prices",
                stack(*(NumberControl(state, name, show=usd)
                        for name in ("worth", "wrong_price", "sample_price", "check_price"))),
                opened=True,
            ),
            drawer(
                "A strong model to compare",
                stack(self._percent("strong_accuracy"),
                      NumberControl(state, "strong_price", show=usd),
                      switch(state, "strong_checked")),
                opened=True,
            ),
            drawer("Your own counts", stack(text(columns()), self.upload.view,
                                            self.counted.pane)),
            drawer("Vote and best score",
                   stack(select(state, "votes", VOTES), self._percent("ranking"),
                         select(state, "tail", TAILS))),
        ]  # fmt: skip

    def _percent(self, name: str) -> NumberControl:
        return NumberControl(self.state, name, log=False, step=0.005, show=_percent, unit="%")

    def main_card(self) -> Any:
        """See `Screen.main_card`."""
        return figure_card(
            "What do the problems end in?", self.shares.fig, self._share_rows, UNITS,
            above=[self.texts.pane("legend")], texts=self.texts,
        )  # fmt: skip

    def cards(self) -> Sequence[Any]:
        """See `Screen.cards`."""
        sources = stack(
            drawer("Assumptions", self.slow_texts.pane("ledger")),
            drawer("What to know about samples and verifiers", text(words.pitfalls())),
            drawer("Python that gives this answer", self.snippet.view),
            css_classes=["sk-wide"],
            css=":host { gap: 0; }",
        )
        return [
            figure_card("When does the next sample stop paying?", self.worth.fig,
                        self._share_rows, UNITS, above=[self.texts.pane("worth")],
                        texts=self.texts, legend="worth"),
            figure_card("Best number of samples", self.best.fig, self._best_rows, UNITS,
                        above=[_quiet("Over what a false positive costs and how often there is "
                                      "one. The dot is where the sliders are. Exact optima, also "
                                      "where many fewer samples come within a millionth.")],
                        texts=self.texts, legend=""),
            figure_card("Many cheap samples or one dear answer?", self.cost.fig,
                        self._cost_rows, UNITS, above=[self.texts.pane("cost")],
                        texts=self.texts, legend="cost"),
            figure_card("Which strategy is worth most?", self.strategies.fig,
                        self._strategy_rows, UNITS, above=[self.texts.pane("strategies")],
                        texts=self.texts, legend="strategies"),
            figure_card(
                "Which strategy wins where?", self.winners.fig, self._winner_rows, UNITS,
                above=[self.texts.pane("winners")],
                css_classes=["sk-wide"], texts=self.texts, legend="winners",
            ),
            sources,
        ]  # fmt: skip

    def compared(self) -> Sequence[tuple[str, str, Any]]:
        """See `Screen.compared`."""
        return [
            ("Samples allowed", "k", whole),
            ("Best number of samples", "best", _best),
            ("Right with those allowed", "right", short_percent),
            ("Wrong", "wrong", short_percent),
            ("Ceiling of right", "ceiling", short_percent),
            ("Cost a problem", "spent", usd),
            ("Net worth a problem", "worth", signed_usd),
        ]

    def capture(self) -> dict[str, Any]:
        """See `Screen.capture`."""
        state, now = self.state, self.state.chosen
        return {
            "state": state.scenario(), "k": state.k, "best": state.best, "right": now.correct,
            "wrong": now.wrong, "ceiling": state.ceiling.correct, "spent": state.spent(now),
            "worth": state.worth_of(now),
        }  # fmt: skip

    live = ("worth", "cost", "strategies", "winners")

    def write(self) -> dict[str, str]:
        """See `Screen.write`."""
        state = self.state
        return {
            "answer": words.answer(state),
            "numbers": words.numbers(state),
            "legend": words.legend(state),
            "worth": words.net_worth(state),
            "cost": words.cost(state),
            "strategies": words.strategies(state),
            "winners": words.winners(state),
        }

    def write_slowly(self) -> dict[str, str]:
        """See `Screen.write_slowly`."""
        state = self.state
        self.snippet.show(words.code(state))
        self.counted.show(counted(state))
        return {"ledger": words.ledger(state)}

    # What a person does ------------------------------------------------------------------

    def _take_counts(self, content: bytes, name: str) -> str:
        self.state.load_counts(content, name)
        self.fit()
        return ""

    # The numbers behind the figures ---------------------------------------------------------

    def _share_rows(self) -> pd.DataFrame:
        found = self.state.verified
        return pd.DataFrame({
            "samples": maths.SAMPLES, "right": found.right, "wrong": found.wrong,
            "unanswered": 1.0 - found.right - found.wrong, "attempts": found.samples,
            "coverage": self.state.coverage, "net_worth": self.state.net_worth,
        })  # fmt: skip

    def _best_rows(self) -> pd.DataFrame:
        table = pd.DataFrame(self.state.best_map(), index=maths.RATES, columns=maths.COSTS)
        long = table.rename_axis(index="false_positive_rate", columns="wrong_cost").reset_index()
        return long.melt(id_vars="false_positive_rate", value_name="best_samples")

    def _cost_rows(self) -> pd.DataFrame:
        return pd.DataFrame({
            "samples": maths.SAMPLES, "cost": self.state.cost_per_solved,
            "strong_cost": self.state.strong.cost_per_solved,
        })  # fmt: skip

    def _strategy_rows(self) -> pd.DataFrame:
        worth = {NAMES[key][0]: y for key, y in self.state.strategy_worth().items()}
        table = pd.DataFrame({"samples": maths.SAMPLES} | worth)
        return table.melt(id_vars="samples", var_name="strategy", value_name="net_worth")

    def _winner_rows(self) -> pd.DataFrame:
        names = {i: NAMES[s][0] for i, s in enumerate(maths.STRATEGIES)} | {maths.NOTHING: "none"}
        table = pd.DataFrame(self.state.winners(), index=maths.WRONG_COSTS,
                             columns=maths.SAMPLE_COSTS).replace(names)  # fmt: skip
        long = table.rename_axis(index="wrong_cost", columns="sample_cost").reset_index()
        return long.melt(id_vars="wrong_cost", value_name="strategy")


class SamplingApp(App):
    """From a verifier and prices to the number of samples that pays.

    Shown as the last value of a notebook cell it is live; `widget` composes with widgets
    of one's own, `panel` with Panel layouts; ``scalekit serve sampling`` is the same as a
    page. ``app.state`` is read and set from code.

    Examples
    --------
    >>> from scalekit_widgets import SamplingApp
    >>> app = SamplingApp(accuracy=0.3, spread=0.5, false_positive_rate=0.1)
    >>> app.state.set({"wrong_price": 4.0})
    >>> app.state.best
    1.0
    """

    title = "Samples and verifiers: when does another sample pay?"
    tagline = "How many samples to draw, what errors cost, and when one strong answer wins."
    state_type = SamplingState
    screen_type = SamplingScreen
    state: SamplingState


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.6g} %"


def _three(value: float) -> str:
    return short_quantity(value)


def _best(k: float) -> str:
    return in_words(k)


def _quiet(words_: str) -> Any:
    return text(f'<p class="quiet">{words_}</p>')
