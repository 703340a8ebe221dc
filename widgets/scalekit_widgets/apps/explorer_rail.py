"""The explorer's controls: finding a law, its inputs, its axes, and what stands beside it."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import panel as pn

from scalekit_widgets import theme
from scalekit_widgets.apps import explorer_words as words
from scalekit_widgets.models import catalogue, savings
from scalekit_widgets.models.explorer import NONE, ExplorerState
from scalekit_widgets.models.point import ends, is_log
from scalekit_widgets.notation import round_up, short_quantity
from scalekit_widgets.parts.fields import boxes, drop_down, several, switch
from scalekit_widgets.parts.in_sight import ChosenInSight
from scalekit_widgets.parts.layout import drawer, stack, text
from scalekit_widgets.parts.message import Message
from scalekit_widgets.parts.number import NumberControl
from scalekit_widgets.parts.presets import NONE as OWN
from scalekit_widgets.parts.range_mark import range_mark
from scalekit_widgets.parts.spoken import named
from scalekit_widgets.parts.upload import law_upload

SINCE = {"any year": 0, "since 2025": 2025, "since 2024": 2024, "since 2022": 2022}
_PAIRS = """
:host { display: grid !important; grid-template-columns: 1fr 1fr; gap: 8px; width: 100%; }
:host > * { min-width: 0; margin: 0 !important; }
"""
LISTED = 9
"""Laws that the list shows without scrolling."""


class Rail:
    """All controls of one display; `offer` brings them up to date with the state.

    Parameters
    ----------
    state : ExplorerState
        What they set.
    searched : callable
        Called when the search or a filter has changed.
    """

    def __init__(self, state: ExplorerState, searched: Callable[[], None]) -> None:
        self.state, self._searched = state, searched
        self._offering = False
        self._offered: tuple[Any, ...] = ()
        self._known: dict[str, dict[str, float]] = {}
        self.search = pn.widgets.TextInput(
            label="Search", placeholder="words, authors, arXiv number",
            sizing_mode="stretch_width", stylesheets=[theme.INPUT], margin=0,
        )  # fmt: skip
        self.search.param.watch(self._filtered, "value_input")
        everything = state.library().values()
        self.field = drop_down("Field", catalogue.fields(everything))
        self.unit = drop_down("Answers in", catalogue.units(everything))
        self.status = drop_down("Coefficients", catalogue.statuses())
        self.since = drop_down("Year", list(SINCE))
        self.filters = (self.field, self.unit, self.status, self.since)
        for widget in self.filters:
            widget.param.watch(self._filtered, "value")
        self.found = Message()
        self.choosers = {
            name: drop_down(state.param[name].label, [])
            for name in ("variant", "across", "family", "down")
        }
        self.law = drop_down("Laws", [], size=LISTED)
        for name, widget in {"law": self.law, **self.choosers}.items():
            widget.param.watch(self._chooser(name), "value")
        self.variants, self.others = boxes({}), boxes({})
        self.comparable = {
            box: stack(text(f'<p class="quiet">{words_}</p>'), named(box, words_))
            for box, words_ in (
                (self.variants, "Other coefficients of this law"),
                (self.others, "Other laws that answer in the same unit"),
            )
        }
        self.alone = text('<p class="quiet">No other law answers in this unit.</p>')
        self.too_many = Message()
        self.savings = switch(state, "savings")
        for box in (self.variants, self.others):
            box.param.watch(self._compared, "value")
        self.start = drop_down("Start from", [])
        self.start.param.watch(self._start, "value")
        self.inputs = stack()
        self.upload = law_upload(lambda content, name: words.failing_checks(
            state.load_law(content, name)))  # fmt: skip

    def groups(self) -> list[Any]:
        """Return the groups of controls, from top to bottom."""
        return [
            drawer(
                "Find a law",
                stack(self.search, pn.Row(*self.filters, stylesheets=[_PAIRS]),
                      self.found.pane, stack(self.law, ChosenInSight(), css=":host { gap: 0; }"),
                      self.choosers["variant"]),
                opened=True,
            ),
            drawer("Inputs", stack(self.start, self.inputs), opened=True),
            drawer(
                "Axes",
                stack(self.choosers["across"], self.choosers["family"], self.choosers["down"]),
                opened=True,
            ),
            drawer(
                "Compare with",
                stack(*self.comparable.values(), self.alone, self.too_many.pane, self.savings),
            ),
            drawer("Your own law", self.upload.view),
        ]  # fmt: skip

    def build_inputs(self) -> None:
        """Make the sliders of the law that is chosen now."""
        state = self.state
        law = state.main
        controls: list[Any] = []
        free: list[Any] = []
        for name, given in law.inputs.items():
            (free if given.coefficient else controls).extend(self._control(name))
        optional = {f"Give {n}": n for n, given in law.inputs.items() if given.optional}
        if optional:
            label = state.point.param["given"].label
            controls += [text(f'<p class="quiet">{label}</p>'),
                         named(several(state.point, "given", optional), label)]  # fmt: skip
        if law.facts.parts:
            controls.append(text('<p class="quiet">Shares of one whole: when one moves, the '
                                 "others make room.</p>"))  # fmt: skip
        if free:
            unknown = words.unpublished(law)
            words_ = f"; published nowhere: {', '.join(unknown)}" if unknown else ", published"
            free.insert(0, text(f'<p class="quiet">Coefficients{words_}</p>'))
        self.inputs[:] = [*controls, *free]

    def _control(self, name: str) -> list[Any]:
        """Return the slider of an input, with the published range beneath."""
        law = self.state.main
        given, found = law.inputs[name], law.domain.get(name)
        low, high = ends(given)
        log, show = is_log(given), _shower(given.unit)
        step = 0.01 if log else round_up((high - low) / 200)
        control = NumberControl(self.state.point, name, log=log, show=show, step=step)
        if found is None:
            return [control]
        place = math.log if log else float
        start, end = (
            (place(max(v, low)) - place(low)) / (place(high) - place(low))
            for v in (found.lower, found.upper)
        )
        verb = "fitted" if found.fitted else "usual range"
        words_ = f"{verb} {show(found.lower)} to {show(found.upper)}"
        return [control, range_mark(start, end, words_)]

    def offer(self) -> None:
        """Bring lists and boxes up to date with the state; a slider move changes but one."""
        state = self.state
        laws_ = tuple(map(id, state.library().values()))
        asked = (laws_, state.filter, state.asked(), id(state.main.variant_facts))
        self._offering = True
        try:
            if asked != self._offered:
                self._offered = asked
                self._known = words.known_points(state)
                self._offer_laws()
                self._offer_axes()
                self._offer_comparisons()
            point = next((name for name, p in self._known.items() if p == state.inputs), OWN)
            self._set(self.start, [OWN, *self._known], point)
        finally:
            self._offering = False

    def _offer_laws(self) -> None:
        state = self.state
        matches = state.matches()
        listed = {state.title(facts): facts.slug for facts in matches}
        # What is chosen stays in the list: a browser would show another one as chosen.
        kept = {words.not_found(state, len(matches)): state.law}
        self._set(self.law, listed if state.law in listed.values() else kept | listed, state.law)
        self.found.remark(words.found(state, len(matches)))
        variants = {v.label: name for name, v in state.facts.variants.items()}
        self._set(self.choosers["variant"], variants, state.main.variant)

    def _offer_axes(self) -> None:
        state = self.state
        inputs = {f"{n}: {state.facts.inputs[n].meaning}": n for n in state.axes()}
        self._set(self.choosers["across"], inputs, state.across)
        self._set(self.choosers["family"], {"no family": NONE, **inputs}, state.family)
        self._set(self.choosers["down"], {"no map": NONE, **inputs}, state.down)

    def _offer_comparisons(self) -> None:
        state = self.state
        for box, keys in ((self.variants, state.other_variants()),
                          (self.others, state.other_laws())):  # fmt: skip
            chosen = [key for key in state.compare if key in keys]
            self._set(box, {label: key for key, label in keys.items()}, chosen)
            self.comparable[box].visible = bool(keys)
        self.savings.visible = savings.fit_on(state.main)
        self.alone.visible = not any(part.visible for part in self.comparable.values())

    @staticmethod
    def _set(widget: Any, options: dict[str, str] | list[str], value: Any) -> None:
        if widget.options != options or widget.value != value:
            widget.param.update(options=options, value=value)

    # What a person does -----------------------------------------------------------------

    def _chooser(self, name: str) -> Callable[[Any], None]:
        def choose(event: Any) -> None:
            if not self._offering and event.new is not None:
                self.state.set({name: event.new})

        return choose

    def _start(self, event: Any) -> None:
        if not self._offering and event.new != OWN:
            inputs = self._known[event.new]
            optional = self.state.point.param["given"].objects
            self.state.set({**inputs, "given": [n for n in optional if n in inputs]})

    def _filtered(self, *events: Any) -> None:
        self.state.filter = dataclasses.replace(
            self.state.filter, search=self.search.value_input or "", field=self.field.value,
            unit=self.unit.value, status=self.status.value, since=SINCE[self.since.value],
        )  # fmt: skip
        self.offer()
        self._searched()

    def _compared(self, *events: Any) -> None:
        if self._offering:
            return
        ticked = [*self.variants.value, *self.others.value]
        kept = [key for key in self.state.compare if key in ticked]
        try:
            self.state.set({"compare": [*kept, *(key for key in ticked if key not in kept)]})
        except ValueError as error:
            self.too_many.complain(f"{error}. The last one was left out.")
            self._offered = ()  # the box that was ticked last shows something else
            self.offer()
        else:
            self.too_many.complain("")


def _shower(unit: str) -> Callable[[float], str]:
    return lambda value: short_quantity(value, unit)
