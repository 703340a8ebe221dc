"""Choices and switches of a state as widgets that follow it both ways."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import panel as pn

from scalekit_widgets import theme
from scalekit_widgets.models.state import State
from scalekit_widgets.parts.live import make_live


def follow(widget: Any, state: State, name: str) -> Any:
    """Keep the value of a widget and a parameter of the state the same."""

    def to_state(event: Any) -> None:
        if event.new != getattr(state, name) and event.new is not None:
            state.set({name: event.new})

    # Not what the event says: a listener before this one may have set the state again.
    def to_widget(event: Any) -> None:
        if widget.value != getattr(state, name):
            widget.value = getattr(state, name)

    widget.value = getattr(state, name)
    widget.param.watch(to_state, "value")
    state.param.watch(to_widget, name)
    return make_live(widget)


def select(state: State, name: str, options: Mapping[str, str]) -> pn.widgets.Select:
    """Return a drop-down list of captions for a choice of the state."""
    widget = pn.widgets.Select(
        label=state.param[name].label, options=dict(options), sizing_mode="stretch_width",
        stylesheets=[theme.INPUT], margin=0,
    )  # fmt: skip
    return follow(widget, state, name)


def switch(state: State, name: str) -> pn.widgets.CheckBoxGroup:
    """Return a checkbox for a yes or no of the state.

    A group of one: unlike a single checkbox its words belong to the box, for the mouse and
    for a screen reader.
    """
    widget = pn.widgets.CheckBoxGroup(
        options={state.param[name].label: True}, value=[True] * getattr(state, name),
        stylesheets=[theme.INPUT], margin=0, sizing_mode="stretch_width",
    )  # fmt: skip

    def to_state(event: Any) -> None:
        state.set({name: bool(event.new)})

    def to_widget(event: Any) -> None:
        widget.value = [True] * getattr(state, name)

    widget.param.watch(to_state, "value")
    state.param.watch(to_widget, name)
    return make_live(widget)


def several(state: State, name: str, options: Mapping[str, str]) -> pn.widgets.CheckBoxGroup:
    """Return a list of checkboxes for a choice of several.

    The options of the widget may change; what the state has chosen and the widget does not
    offer stays chosen.
    """
    widget = pn.widgets.CheckBoxGroup(
        options=dict(options), stylesheets=[theme.INPUT], margin=0, sizing_mode="stretch_width"
    )

    def offered(chosen: list[Any]) -> list[Any]:
        return [item for item in chosen if item in widget.options.values()]

    def to_state(event: Any) -> None:
        chosen = getattr(state, name)
        if event.new != offered(chosen):
            kept = [item for item in chosen if item not in widget.options.values()]
            state.set({name: [*event.new, *kept]})

    def to_widget(*events: Any) -> None:
        widget.value = offered(getattr(state, name))

    to_widget()
    widget.param.watch(to_state, "value")
    widget.param.watch(to_widget, "options")
    state.param.watch(to_widget, name)
    return widget


def one_of(state: State, name: str, options: Mapping[str, str]) -> pn.widgets.RadioButtonGroup:
    """Return a row of buttons of which one is down."""
    widget = pn.widgets.RadioButtonGroup(
        options=dict(options), stylesheets=[theme.BUTTON], margin=0, sizing_mode="stretch_width",
        variant="outline",
    )  # fmt: skip
    return follow(widget, state, name)
