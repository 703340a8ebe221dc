"""The Serving app: what an answer costs, how fast it comes, and on which hardware."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from scalekit_widgets.apps import serving_tables as tables
from scalekit_widgets.apps import serving_words as words
from scalekit_widgets.apps.screen import App, Screen
from scalekit_widgets.apps.serving_rail import ServingRail
from scalekit_widgets.models.serving import ServingState
from scalekit_widgets.models.serving_compute import BATCHES
from scalekit_widgets.models.serving_quality import BITS
from scalekit_widgets.models.serving_ranking import ranking
from scalekit_widgets.notation import short_time, significant, usd
from scalekit_widgets.parts.export import figure_card
from scalekit_widgets.parts.layout import drawer, stack, text
from scalekit_widgets.views.bits_quality import BitsQuality
from scalekit_widgets.views.export_line import RULE, ExportLine
from scalekit_widgets.views.memory_bar import PARTS, MemoryBar
from scalekit_widgets.views.price_batch import PriceBatch
from scalekit_widgets.views.serving_roof import ServingRoof
from scalekit_widgets.views.speed_price import SpeedPrice

UNITS = {
    "bytes": "B", "tokens_per_second_user": "tokens/s", "usd_per_mtok_output": "USD",
    "usd_per_mtok_input": "USD", "ttft_seconds": "s", "seconds_per_token": "s", "seconds": "s",
    "intensity": "FLOP/B", "rate": "FLOP/s", "added_loss": "nats/token", "weight_bits": "bits",
    "total_processing_performance": "TOP/s x bits", "joules_per_output_token": "J",
}  # fmt: skip
"""Units of the columns of the CSVs; a price is that of a million tokens."""


class ServingScreen(Screen):
    """One display of the Serving app."""

    app: ServingApp
    state: ServingState

    def make_views(self) -> list[Any]:
        """See `Screen.make_views`."""
        self.cloud, self.bar, self.roof = SpeedPrice(), MemoryBar(), ServingRoof()
        self.prices, self.bits, self.chips = PriceBatch(), BitsQuality(), ExportLine()
        return [self.cloud, self.bar, self.roof, self.prices, self.bits, self.chips]

    def make_rail(self) -> Sequence[Any]:
        """See `Screen.make_rail`."""
        self.rail = ServingRail(self.state, self.pin, self.fit)
        return self.rail.groups()

    def main_card(self) -> Any:
        """See `Screen.main_card`."""
        return figure_card(
            "How fast, for how much?", self.cloud.fig, self._cloud_rows, UNITS,
            above=[self.texts.pane("legend")], texts=self.texts,
        )  # fmt: skip

    def cards(self) -> Sequence[Any]:
        """See `Screen.cards`."""
        laws = text(
            '<p class="quiet">A curve for each law, a point for each width; bits of a weight along '
            "the top. Hollow and dashed: outside what the law was fitted on. Triangles: beyond the "
            "axis; 16 bits raise nothing. The laws disagree because they speak of other ways to "
            "quantise, and of smaller models.</p>"
        )
        return [
            figure_card("What fills the memory?", self.bar.fig, self._memory_rows, UNITS,
                        below=[self.texts.pane("fits")], texts=self.texts, legend="fits"),
            figure_card("Which peak is the limit?", self.roof.fig, self._roof_rows, UNITS,
                        texts=self.texts, legend=""),
            figure_card("What do more users at once do to the price?", self.prices.fig,
                        self._price_rows, UNITS, below=[self.slow_texts.pane("energy")],
                        texts=self.texts, legend=""),
            figure_card("What do fewer bits save, and what do they cost?", self.bits.fig,
                        self._bit_rows, UNITS, above=[laws, self.texts.pane("laws")],
                        texts=self.texts, legend="laws"),
            figure_card(
                "Which accelerators, on which side of the export line?", self.chips.fig,
                self._chip_rows, UNITS, above=[text(
                    '<p class="quiet">All that fit this job and have a known price, always busy. '
                    "Hollow: misses a limit. TOP/s × bits: the largest published rate times the "
                    f"bits of its format. Dashed: {RULE}.</p>"
                )],
                texts=self.texts, legend="", css_classes=["sk-wide"],
            ),
            stack(
                drawer("All accelerators for this job", self.slow_texts.pane("accelerators"),
                       opened=True),
                drawer("Assumptions", self.slow_texts.pane("ledger")),
                drawer("Why do the tools disagree?", self.slow_texts.pane("tools")),
                drawer("Lines that rules draw", self.slow_texts.pane("thresholds")),
                drawer("Python that gives this answer", self.snippet.view),
                css_classes=["sk-wide"], css=":host { gap: 0; }",
            ),
        ]  # fmt: skip

    live = ("fits", "laws")
    slow = ("energy", "accelerators", "ledger", "tools", "thresholds")

    def compared(self) -> Sequence[tuple[str, str, Any]]:
        """See `Screen.compared`."""
        return [
            ("Time per token", "step", short_time),
            ("First token after", "wait", short_time),
            ("USD per million output tokens", "output", usd),
            ("USD per million input tokens", "input", usd),
            ("Energy of an output token (J)", "joules", significant),
            ("Largest batch that fits", "most", lambda v: f"{v:,.0f}"),
        ]

    def capture(self) -> dict[str, Any]:
        """See `Screen.capture`."""
        found = self.state.answer.found
        return {
            "state": self.state.scenario(), "answered": not self.state.refusal,
            "title": words.asked(self.state),
            "step": found.seconds_per_token, "wait": found.ttft_seconds,
            "speed": found.tokens_per_second_user, "batch": found.batch,
            "output": found.usd_per_mtok_output, "input": found.usd_per_mtok_input,
            "joules": found.joules_per_output_token or 0.0, "most": found.largest_batch,
            "memory": found.memory, "capacity": found.plan.device.memory_bytes,
        }  # fmt: skip

    def write(self) -> dict[str, str]:
        """See `Screen.write`."""
        self.rail.follow()
        return {
            "answer": words.answer(self.state),
            "numbers": words.numbers(self.state),
            "legend": words.legend(self.state),
            "fits": words.fits(self.state),
            "laws": words.laws(self.state),
        }

    def write_slowly(self) -> dict[str, str]:
        """See `Screen.write_slowly`."""
        state = self.state
        self.snippet.show(tables.code(state))
        ranked = ranking(state)
        with self._held():
            self.chips.show(ranked, state)
        return {
            "energy": tables.energy(state),
            "accelerators": tables.accelerators(state, ranked),
            "ledger": tables.ledger(state),
            "tools": tables.tools(state),
            "thresholds": tables.thresholds(state),
        }

    # The numbers behind the figures ---------------------------------------------------------

    def _cloud_rows(self) -> pd.DataFrame:
        cloud = self.state.answer.cloud
        best = np.zeros(cloud.price.size, bool)
        best[cloud.front] = True
        rows = pd.DataFrame({
            "devices": np.repeat(cloud.devices, cloud.batches.size),
            "batch": np.tile(cloud.batches, cloud.devices.size),
            "tokens_per_second_user": cloud.speed.ravel(),
            "usd_per_mtok_output": cloud.price.ravel(), "ttft_seconds": cloud.ttft.ravel(),
            "within_limits": cloud.meets.ravel(), "unbeaten": best,
        })  # fmt: skip
        return rows.dropna()

    def _memory_rows(self) -> pd.DataFrame:
        memory = self.state.tried.memory
        parts = [*PARTS, "free", "usable"]
        return pd.DataFrame({"part": parts, "bytes": [float(getattr(memory, p)) for p in parts]})

    def _roof_rows(self) -> pd.DataFrame:
        return pd.DataFrame(self.state.answer.roof.phases)

    def _price_rows(self) -> pd.DataFrame:
        prices = self.state.answer.over_batch.prices
        return pd.DataFrame(
            {"batch": BATCHES} | {f"usd_per_mtok_{k}": v for k, v in prices.items()}
        )

    def _chip_rows(self) -> pd.DataFrame:
        return pd.DataFrame([
            {"accelerator": r.device.name, "devices": r.group, "fits": r.fits,
             "within_limits": r.meets, "total_processing_performance": r.processing,
             "usd_per_mtok_output": r.usd, "seconds_per_token": r.step, "ttft_seconds": r.wait,
             "joules_per_output_token": r.joules}
            for r in ranking(self.state)
        ])  # fmt: skip

    def _bit_rows(self) -> pd.DataFrame:
        over = self.state.answer.over_bits
        tables_ = [
            pd.DataFrame({
                "law": d.label, "weight_bits": BITS, "usd_per_mtok_output": over.price,
                "seconds_per_token": over.step, "added_loss": d.rise, "in_domain": d.inside,
            })
            for d in self.state.damages
        ]  # fmt: skip
        return pd.concat(tables_)


class ServingApp(App):
    """From a model, its bits and accelerators to time, price and energy of an answer.

    Shown as the last value of a notebook cell it is live; `widget` composes with widgets
    of one's own, `panel` with Panel layouts; ``scalekit serve serving`` is the same as a
    page. ``app.state`` is read and set from code.

    Examples
    --------
    >>> from scalekit_widgets import ServingApp
    >>> app = ServingApp(model="Llama-3.1-8B", devices=1)
    >>> app.state.set({"weight_bits": 4, "batch": 16})
    >>> app.state.answer.found.decode_bound
    'memory'
    """

    title = "Serving and bits"
    tagline = "What an answer costs, how fast it comes, and on which hardware."
    state_type = ServingState
    screen_type = ServingScreen
    state: ServingState
