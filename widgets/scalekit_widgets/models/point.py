"""The inputs of a law as the parameters of a state, made from the law's facts."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import param

from scalekit import checks, laws
from scalekit.laws.facts import Quantity
from scalekit.laws.law import Law
from scalekit_widgets.models.state import State

LOG_SPAN = 30.0
"""Ratio of a slider's ends from which it is logarithmic."""

EXACT, ROUNDING = 1e-12, 1e-4
"""How far fractions, and those of a link, may sum to something else than 1."""

GIVEN = "Given, not computed from the others"

TAKEN = ("law", "variant", "across", "family", "down", "compare", "savings", "theme")
"""Names that the explorer and its links have for other things than inputs."""


def is_log(quantity: Quantity) -> bool:
    """Say whether a slider, or an axis, over an input is logarithmic."""
    low, high = quantity.slider
    return low > 0 and high / low >= LOG_SPAN


def ends(quantity: Quantity) -> tuple[float, float]:
    """Return where a slider, or an axis, over an input begins and ends."""
    low, high = quantity.slider
    if low <= quantity.lower and not quantity.closed:
        low = quantity.lower + 0.01 * (high - quantity.lower)
    return low, min(high, quantity.upper)


def start_value(law: Law, name: str) -> float:
    """Return where the slider of an input stands at first.

    A coefficient stands at the variant's own value, an input amid its fitted range, and where
    there is none amid its slider; to two digits.
    """
    quantity = law.inputs[name]
    if quantity.coefficient and name in law.coefficients:
        return float(law.coefficients[name])
    if quantity.default is not None:
        return quantity.default
    low, high = quantity.slider
    if name in law.domain:
        found = law.domain[name]
        low, high = max(low, found.lower), min(high, found.upper)
    middle = math.sqrt(low) * math.sqrt(high) if is_log(quantity) else (low + high) / 2
    return float(round(middle)) if quantity.whole else float(f"{middle:.2g}")


def start_values(law: Law) -> dict[str, float]:
    """Return where the sliders of all inputs stand at first; fractions of a whole sum to 1."""
    found = {name: start_value(law, name) for name in law.inputs}
    total = sum(found[name] for name in law.facts.parts)
    return found | {name: found[name] / total for name in law.facts.parts}


class Point(State):
    """Values of all inputs of one law; a class of its own is made for every law.

    Use `at` to make one. Inputs that are fractions of one whole make room for each other. An
    optional input is left to the law until ``given`` names it.
    """

    law: Law
    given = param.ListSelector(default=[], objects=[])

    @classmethod
    def at(cls, law: Law, **values: Any) -> Point:
        """Return the inputs of a law, at its starting values but for `values`.

        Raises
        ------
        ValueError
            If an input has a name that the app needs for itself.
        """
        for name in law.inputs:
            if name in TAKEN or hasattr(cls, name):
                raise ValueError(
                    f"{law.slug} calls an input {name!r}; allowed: names that the app does not "
                    f"use itself, such as {name}_"
                )
        optional = [name for name, quantity in law.inputs.items() if quantity.optional]
        fields: dict[str, Any] = {
            name: _parameter(name, law.inputs[name], start)
            for name, start in start_values(law).items()
        }
        fields["given"] = param.ListSelector(default=[], objects=optional, label=GIVEN)
        kind = type("Point", (cls,), {**fields, "shared": (*law.inputs, "given"), "law": law})
        point: Point = kind(**values)
        return point

    def compute(self) -> None:
        """Nothing follows from the inputs alone."""

    def inputs(self) -> dict[str, float]:
        """Return what to call the law with."""
        return {
            name: float(getattr(self, name))
            for name, quantity in self.law.inputs.items()
            if not quantity.optional or name in self.given
        }

    def query(self) -> dict[str, str]:
        """See `State.query`; what is left to the law is left out."""
        given = {*self.inputs(), "given"}
        return {name: text for name, text in super().query().items() if name in given}

    def outside(self, name: str, typed: str, show: Callable[[float], str]) -> str:
        """See `State.outside`; most inputs of laws have one end, or none."""
        quantity = self.law.inputs[name]
        lower, upper = quantity.lower, quantity.upper
        parts = []
        if not math.isinf(lower):
            parts.append(f"{show(lower)} or more" if quantity.closed else f"above {show(lower)}")
        if not math.isinf(upper):
            parts.append(f"up to {show(upper)}")
        wanted = ", ".join(parts) or "any finite number"
        return f"{typed} is not possible; allowed: {wanted}"

    def _check_range(self, name: str, called: str, number: float) -> None:
        quantity = self.law.inputs[name]
        checks.number(
            called, number, quantity.lower, quantity.upper, lower_open=not quantity.closed,
            infinite=quantity.infinite,
        )  # fmt: skip

    def set(self, values: Mapping[str, Any]) -> None:
        """See `State.set`; what is optional is given from then on, and fractions make room."""
        checked = self.checked_all(values)
        if "given" not in checked:
            optional = self.param["given"].objects
            checked["given"] = [n for n in optional if n in checked or n in self.given]
        with self.together():
            self.param.update(**checked)
            self._make_room([name for name in self.law.facts.parts if name in checked])

    def _changed(self, *events: Any) -> None:
        # What is optional is given by whoever moves it.
        new = [e.name for e in events
               if e.name in self.param["given"].objects and e.name not in self.given]  # fmt: skip
        if new and not self._quiet:
            with self.together():
                self.given = [*self.given, *new]
            return
        moved = [event.name for event in events if event.name in self.law.facts.parts]
        if moved and not self._quiet:
            with self.together():
                self._make_room(moved)
            return
        super()._changed(*events)

    def _make_room(self, moved: Sequence[str]) -> None:
        """Rescale the other fractions so that all sum to 1.

        Where all are given, only what rounding has left over: whoever gives fractions of 1.2
        is to hear of it from the law.
        """
        parts = self.law.facts.parts
        if not moved:
            return
        others = [name for name in parts if name not in moved]
        total = sum(getattr(self, name) for name in moved)
        if not others:
            others, left = list(parts), 1.0
            if not EXACT < abs(total - 1.0) <= ROUNDING:
                return
        else:
            left = 1.0 - total
        now = np.array([getattr(self, name) for name in others])
        share = now / now.sum() if now.sum() > 0 else np.full(len(others), 1 / len(others))
        room = np.clip(left * share, 0.0, 1.0)
        self.param.update(dict(zip(others, map(float, room), strict=True)))


def unit_beside(name: str, quantity: Quantity) -> str:
    """Return the unit of an input; nothing where its name says it, as of an activation ratio."""
    told = quantity.unit in ("1", name.replace("_", " "))
    return "" if told else quantity.unit


def _parameter(name: str, quantity: Quantity, start: float) -> param.Number:
    return param.Number(
        start,
        bounds=(quantity.lower, quantity.upper),
        inclusive_bounds=(quantity.closed, True),
        softbounds=ends(quantity),
        label=f"{name}: {quantity.meaning}",
        doc="" if quantity.unit in quantity.meaning else unit_beside(name, quantity),
    )


def law_that_answers(content: bytes, name: str) -> Law:
    """Return the law of a file.

    Raises
    ------
    ValueError
        If the file is wrong (file, key and reason), or the law has no value where its sliders
        start.
    """
    law = laws.parse(content, name)
    start = Point.at(law).inputs()
    with np.errstate(all="ignore"):
        value = law(**start)
    if not np.isfinite(value):
        raise ValueError(f"{name}: the law has no finite value at {start}; check its sliders")
    return law
