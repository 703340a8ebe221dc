"""The law explorer: any law of the registry, made from its facts alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from scalekit_widgets import theme
from scalekit_widgets.apps import explorer_words as words
from scalekit_widgets.apps.explorer_rail import Rail
from scalekit_widgets.apps.screen import App, Screen
from scalekit_widgets.models.explorer import ExplorerState
from scalekit_widgets.notation import short_quantity
from scalekit_widgets.parts.export import figure_card
from scalekit_widgets.parts.fields import buttons
from scalekit_widgets.parts.layout import drawer, stack
from scalekit_widgets.parts.spoken import named
from scalekit_widgets.views.law_curves import LawCurves
from scalekit_widgets.views.law_map import LawMap
from scalekit_widgets.views.law_slopes import OF, LawSlopes


class ExplorerScreen(Screen):
    """One display of the explorer; another law or other axes get new figures."""

    app: ExplorerApp
    state: ExplorerState
    slow = ("inputs", "coefficients", "checks", "pitfalls", "cards")

    def make_views(self) -> list[Any]:
        """See `Screen.make_views`."""
        state = self.state
        self._drawn, self._beside = self._structure(), state.compare
        self.curves, self.slopes = LawCurves(state), LawSlopes()
        self.map = LawMap(state) if state.down else None
        return [view for view in (self.curves, self.map, self.slopes) if view is not None]

    def make_rail(self) -> Sequence[Any]:
        """See `Screen.make_rail`."""
        self.rail = Rail(self.state, self._searched)
        self.rail.build_inputs()
        self.rail.offer()
        return [stack(self.pin.buttons), *self.rail.groups()]

    def main_card(self) -> Any:
        """See `Screen.main_card`."""
        self.legend = self.texts.pane("legend")
        self.main = stack(self._curves_card())
        return self.main

    def cards(self) -> Sequence[Any]:
        """See `Screen.cards`."""
        self.of = buttons(list(OF), value="Inputs")
        self.of.param.watch(self._of, "value")
        self.of_choice = named(self.of, "Change of the result with")
        self.map_place, self.slopes_place = stack(self._map_card()), stack(self._slopes_card())
        self.map_place.visible = self.map is not None  # else it would keep its room
        receipts = stack(
            drawer("Inputs and their ranges", self.slow_texts.pane("inputs"), opened=True),
            drawer("Coefficients and their source", self.slow_texts.pane("coefficients")),
            drawer("Check values, evaluated now", self.slow_texts.pane("checks")),
            drawer("What to know about this law", self.slow_texts.pane("pitfalls"), opened=True),
            drawer("Published results without a law", self.slow_texts.pane("cards")),
            drawer("Python that gives this result", self.snippet.view),
            css_classes=["sk-wide"],
            css=":host { gap: 0; }",
        )
        return [self.map_place, self.slopes_place, receipts]

    def compared(self) -> Sequence[tuple[str, str, Any]]:
        """See `Screen.compared`."""
        return [("Result", "value", short_quantity)]

    def capture(self) -> dict[str, Any]:
        """See `Screen.capture`."""
        state = self.state
        return {
            "state": state.scenario(), "value": state.value, "unit": state.facts.output.unit,
            "inputs": state.inputs, "answered": not state.refused,
        }  # fmt: skip

    def comparison(self) -> str:
        """See `Screen.comparison`; results in different units are not compared."""
        pinned, unit = self.pin.scenario, self.state.facts.output.unit
        if pinned and pinned["unit"] != unit:
            return words.other_unit(pinned["unit"], unit)
        return super().comparison()

    def write(self) -> dict[str, str]:
        """See `Screen.write`."""
        return {
            "answer": words.answer(self.state),
            "numbers": words.numbers(self.state),
            "legend": words.legend(self.state),
        }

    def write_slowly(self) -> dict[str, str]:
        """See `Screen.write_slowly`."""
        state = self.state
        self.snippet.show(words.code(state))
        return {
            "inputs": words.inputs(state),
            "coefficients": words.coefficients(state),
            "checks": words.checks(state),
            "pitfalls": words.pitfalls(state),
            "cards": words.cards(state.filter.results(), state.cards()),
        }

    def refresh(self) -> None:
        """See `Screen.refresh`."""
        with self._held():
            if self._structure() != self._drawn:
                self._rebuild()
                self.take_styles_along()
            elif self.state.compare != self._beside:  # what is new must be in view
                self.curves.fit(self.state)
            self._beside = self.state.compare
            self.rail.offer()
            super().refresh()

    def _structure(self) -> tuple[Any, ...]:
        """Return what, when it changes, needs other axes or sliders."""
        state = self.state
        given = tuple(state.point.given)
        return (state.point, (given, state.across, state.family, state.down))

    def _rebuild(self) -> None:
        another_law = self._structure()[0] is not self._drawn[0]
        of = self.slopes.of
        self.views = self.make_views()
        self.slopes.of = of
        p = theme.palette(self.app.dark)
        for view in self.views:
            view.restyle(p)
            view.fit(self.state)
        self.main[:] = [self._curves_card()]
        self.map_place[:] = [self._map_card()]
        self.map_place.visible = self.map is not None
        self.slopes_place[:] = [self._slopes_card()]
        if another_law:  # else a slider would be taken from under the hand that moves it
            self.rail.build_inputs()

    def _curves_card(self) -> Any:
        state = self.state
        title = f"{state.facts.title} along {state.across}"
        return figure_card(
            title,
            self.curves.fig,
            self._curve_rows,
            self._units(),
            above=[self.legend],
            texts=self.texts,
        )

    def _map_card(self) -> Any:
        if self.map is None:
            return stack()
        title = f"{self.state.facts.title} over {self.state.across} and {self.state.down}"
        return figure_card(title, self.map.fig, self._map_rows, self._units(), texts=self.texts)

    def _slopes_card(self) -> Any:
        return figure_card(
            "What would change the result most?", self.slopes.fig, self._slope_rows, {},
            above=[self.of_choice], texts=self.texts,
        )  # fmt: skip

    # What a person does -----------------------------------------------------------------

    def _searched(self) -> None:
        with self._held():
            self.slow_texts.show(**self.write_slowly())

    def _of(self, event: Any) -> None:
        self.slopes.of = event.new
        self.fit()

    # The numbers behind the figures -------------------------------------------------------

    def _units(self) -> dict[str, str]:
        """Return the unit of every column of a CSV; plain numbers have none."""
        facts = self.state.facts
        units = {name: quantity.unit for name, quantity in facts.inputs.items()}
        return {**units, facts.output.symbol: facts.output.unit}

    def _curve_rows(self) -> pd.DataFrame:
        return pd.DataFrame(self.curves.table(self.state))

    def _map_rows(self) -> pd.DataFrame:
        return pd.DataFrame(self.map.table(self.state) if self.map else [])

    def _slope_rows(self) -> pd.DataFrame:
        return pd.DataFrame(self.slopes.table(self.state), columns=["name", "elasticity"])


class ExplorerApp(App):
    """Every law of the registry, with sliders, curves, formula and receipts.

    Nothing in it is written for one law: a law file that is added, or loaded with
    `scalekit.laws.load`, appears here with its inputs, ranges, sources and check values.

    Examples
    --------
    >>> from scalekit_widgets import ExplorerApp
    >>> app = ExplorerApp(law="farseer-loss", N=1e9, D=2e10)
    >>> f"{app.state.value:.4f} {app.state.facts.output.unit}"
    '0.5394 bits/character'
    """

    title = "Laws: every published law with its receipts"
    tagline = "Search, move the inputs, compare, and see what each number rests on."
    state_type = ExplorerState
    screen_type = ExplorerScreen
    state: ExplorerState
