"""What the explorer evaluates: a law along one input, over two, and its elasticities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jax
import numpy as np

from scalekit.laws import elasticity
from scalekit.laws.facts import LawFacts, Quantity
from scalekit.laws.law import Law
from scalekit_widgets.models.point import ends, is_log

STEPS = 161
"""Points of a curve."""
CELLS = 61
"""Points along each side of a map."""
MEMBERS = 5
"""Curves of a family."""


def spread(quantity: Quantity, n: int) -> np.ndarray:
    """Return `n` values over the slider of an input, evenly as the slider is."""
    low, high = ends(quantity)
    return np.geomspace(low, high, n) if is_log(quantity) else np.linspace(low, high, n)


def members(quantity: Quantity) -> list[float]:
    """Return the values for which a family of curves is drawn, of two digits."""
    low, high = ends(quantity)
    digits = (float(round(v)) if quantity.whole else float(f"{v:.2g}")
              for v in spread(quantity, MEMBERS))  # fmt: skip
    rounded = (min(max(v, low), high) for v in digits)
    return list(dict.fromkeys(rounded))


class Kept:
    """Evaluates and keeps what was found last: most of a figure stays when one slider moves."""

    def __init__(self) -> None:
        self._kept: dict[Any, tuple[Any, np.ndarray]] = {}

    def evaluate(
        self, place: Any, law: Law, inputs: Mapping[str, Any], moved: Mapping[str, np.ndarray]
    ) -> np.ndarray:
        """Return `evaluate` of the rest, from what was kept at `place` if nothing has changed.

        What is moved must be the same whenever the inputs that are not moved are.
        """
        parts = law.facts.parts
        rest = {n: v for n, v in inputs.items() if n not in moved or n in parts}
        key = (id(law.variant_facts), tuple(rest.items()))
        found = self._kept.get(place)
        if found is None or found[0] != key:
            found = (key, evaluate(law, inputs, moved))
            self._kept[place] = found
        return found[1]


def evaluate(law: Law, inputs: Mapping[str, Any], moved: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the law at its inputs with some of them moved; NaN where it has no value.

    Parameters
    ----------
    law : Law
        The law.
    inputs : mapping of str to float
        All inputs of a call.
    moved : mapping of str to array
        What takes their place; the arrays broadcast. Fractions of one whole make room.
    """
    shape = np.broadcast_shapes(*(np.shape(v) for v in moved.values()))
    call = {**inputs, **moved}
    good = np.ones(shape, bool)
    parts = law.facts.parts
    if any(name in parts for name in moved):
        call, good = _with_room(law.facts, inputs, moved, shape)
    with np.errstate(all="ignore"):
        try:
            found = law(**call)
        except ValueError:  # some points are refused: ask one by one
            found = _one_by_one(law, call, shape)
    found = np.broadcast_to(np.asarray(found, dtype=np.float64), shape)
    return np.where(good & np.isfinite(found), found, np.nan)


def _with_room(
    facts: LawFacts, inputs: Mapping[str, Any], moved: Mapping[str, np.ndarray], shape: Any
) -> tuple[dict[str, Any], np.ndarray]:
    """Scale the fractions that are not moved to what the moved ones leave."""
    taken = sum(np.asarray(v) for name, v in moved.items() if name in facts.parts)
    left = np.broadcast_to(1.0 - taken, shape)
    others = [name for name in facts.parts if name not in moved]
    total = sum(inputs[name] for name in others)
    share = {n: inputs[n] / total if total > 0 else 1.0 / len(others) for n in others}
    good = left >= 0 if others else np.abs(left) < 1e-9
    # Where nothing is left the fractions that are moved are cut; the points are not shown.
    scale = np.where(left < 0, 1.0 / np.maximum(1.0 - left, 1e-300), 1.0)
    call = {**inputs, **moved}
    for name in moved:
        if name in facts.parts:
            call[name] = moved[name] * scale
    for name in others:
        call[name] = np.maximum(left, 0.0) * share[name]
    return call, good


def _one_by_one(law: Law, call: Mapping[str, Any], shape: Sequence[int]) -> np.ndarray:
    full = {name: np.broadcast_to(value, shape) for name, value in call.items()}
    found = np.full(shape, np.nan)
    for at in np.ndindex(*shape):
        try:
            found[at] = law(**{name: float(value[at]) for name, value in full.items()})
        except ValueError:
            continue
    return found


@jax.jit
def _gradients(form: Any, point: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    value, slopes = jax.value_and_grad(lambda f, p: f(**p), argnums=(0, 1))(form, point)
    return value, slopes[0], slopes[1]


def elasticities(
    law: Law, inputs: Mapping[str, float]
) -> tuple[dict[str, float], dict[str, float]]:
    """Return d ln(output)/d ln(x) for every input, and for every coefficient.

    As `Law.elasticities`, but compiled once for each form: a slider asks at every move.
    """
    form, point = law.bound(**inputs)
    arrays = {name: np.float64(value) for name, value in point.items()}
    value, by_field, by_input = jax.device_get(_gradients(form, arrays))
    with np.errstate(all="ignore"):
        return (
            elasticity.of_inputs(value, arrays, by_input),
            elasticity.of_coefficients(value, form, by_field),
        )
