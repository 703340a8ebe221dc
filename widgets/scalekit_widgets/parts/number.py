"""A number control: name, a field that takes what people write, unit, and a slider."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import panel as pn

from scalekit_widgets import theme
from scalekit_widgets.models.state import State
from scalekit_widgets.models.whole import Whole
from scalekit_widgets.notation import EXAMPLES, check_unit, count, parse
from scalekit_widgets.parts.live import make_live, one_message
from scalekit_widgets.parts.message import Message
from scalekit_widgets.parts.spoken import Spoken


class NumberControl(pn.viewable.Viewer):
    """Edits one number of a state, by slider or by typing.

    What cannot be used stays in the field, with a message beneath it; the state keeps its
    last good value.

    Parameters
    ----------
    state : State
        The view-model.
    name : str
        Parameter with bounds; its label and ``doc`` (unit) are shown.
    log : bool
        Whether the slider is logarithmic.
    step : float
        Step of the slider, in decades if it is logarithmic.
    show : callable
        From value to text; the text must parse back.
    unit : str, optional
        Unit in the label if it is not the parameter's own. "%" takes and shows fractions in
        percent: what is typed is in percent with or without the sign, 0.5 being half a percent.
    """

    def __init__(
        self,
        state: State,
        name: str,
        *,
        log: bool = True,
        step: float = 0.01,
        show: Callable[[float], str] = count,
        unit: str | None = None,
        **params: Any,
    ) -> None:
        super().__init__(**params)
        self.state, self.parameter, self._log, self._show = state, name, log, show
        kind = state.param[name]
        self._unit = unit or kind.doc
        value = getattr(state, name)
        self._ends = kind.get_soft_bounds()
        lower, upper = map(self._to_slider, self._ends)
        self.field = pn.widgets.TextInput(
            label=f"{kind.label} ({self._unit})" if self._unit else kind.label,
            value=show(value),
            placeholder=self._in_words(),
            sizing_mode="stretch_width",
            stylesheets=[theme.INPUT],
        )
        self.slider = make_live(
            pn.widgets.FloatSlider(
                label=kind.label,
                start=lower,
                end=upper,
                step=step,
                value=self._to_slider(value),
                show_value=False,
                tooltips=False,
                sizing_mode="stretch_width",
                stylesheets=[theme.SLIDER],
            )
        )
        self.message = Message()
        self._percent = unit == "%"
        self._busy = False
        self._own = False
        make_live(self.field)
        self.field.param.watch(self._typed, "value")
        self.slider.param.watch(self._moved, "value")
        state.param.watch(self._changed, name)
        self._view = pn.Column(
            self.field,
            self.slider,
            Spoken(named=kind.label),
            self.message.pane,
            sizing_mode="stretch_width",
            stylesheets=[theme.STACK, ":host { gap: 0; }"],
        )

    def _to_slider(self, value: float) -> float:
        value = min(max(value, self._ends[0]), self._ends[1])  # what is typed may lie beyond
        return round(math.log10(value), 6) if self._log else value

    def _in_words(self) -> str:
        """Return the value with its unit: what an empty field shows, and `Spoken` reads out."""
        text = self._show(getattr(self.state, self.parameter))
        told = text.endswith(self._unit) or text.startswith("$")
        return text if told else f"{text} {self._unit}"

    def _moved(self, event: Any) -> None:
        if self._busy:
            return
        value = 10.0**event.new if self._log else event.new
        lower, upper = self._ends
        if isinstance(self.state.param[self.parameter], Whole):
            value = self._next_whole(value, event.new > event.old)
        with one_message():
            self.message.complain("")
            self.state.param.update(**{self.parameter: min(max(value, lower), upper)})

    def _next_whole(self, value: float, up: bool) -> float:
        """Return a count that a step of the slider reaches: at least the next one."""
        now = getattr(self.state, self.parameter)
        return value if round(value) != now else now + (1 if up else -1)

    def _typed(self, event: Any) -> None:
        if self._busy:
            return
        typed = event.new.strip()
        try:
            check_unit(typed, self._unit)
            parse(typed, self._examples())
            typed = self._with_sign(typed)
            value = self.state.checked(self.parameter, typed)
        except ValueError as error:
            self.message.complain(self._readable(str(error), typed))
            return
        # Who means a fraction must see at once that a hundredth of it was understood.
        small = self._percent and value < 0.01 and "%" not in event.new
        self.message.remark(f"Read as {typed}." if small else "")
        self._own = True
        try:
            self.state.param.update(**{self.parameter: value})
        finally:
            self._own = False
        if getattr(self.state, self.parameter) != value:  # the state knows whole numbers only
            self.message.remark(f"{event.new.strip()} is read as a whole number.")
            self._busy = True
            try:
                self.field.value = self._show(getattr(self.state, self.parameter))
            finally:
                self._busy = False

    def _examples(self) -> str:
        """Return what can be written here, for whoever wrote no number."""
        if self._percent:
            return "45 or 45 %"
        large = self._ends[1] >= 1e9
        return EXAMPLES if large else self._show(getattr(self.state, self.parameter))

    def _with_sign(self, text: str) -> str:
        """Return a number with the unit that the field has, where that is percent."""
        if not self._percent or "%" in text:
            return text
        return f"{text} %"

    def _readable(self, message: str, typed: str) -> str:
        message = message.removeprefix(f"{self.parameter}: ").removeprefix(f"{self.parameter} is ")
        if "; allowed: " in message:
            message = self.state.outside(self.parameter, typed, self._show)
        value = self._show(getattr(self.state, self.parameter))
        return f"{message}. Still using {value}."

    def _changed(self, event: Any) -> None:
        self._busy = True
        try:
            self.slider.value = self._to_slider(event.new)
            shown = {} if self._own else {"value": self._show(event.new)}
            self.field.param.update(placeholder=self._in_words(), **shown)
            if not self._own:
                self.message.complain("")
        finally:
            self._busy = False

    def __panel__(self) -> pn.Column:
        return self._view
