"""What the laws of quantisation say about a model in fewer bits: they disagree."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from scalekit import laws
from scalekit.models import Model
from scalekit.serving.bit_quality import added_loss
from scalekit_widgets.models.choices import COLOURS

BITS = (16, 8, 6, 5, 4, 3, 2)
"""Bits of a weight that the app knows."""

TOKENS_PER_PARAMETER = 20.0
"""Training tokens assumed where none are published: those of a compute-optimal model."""

FULL = 16.0
_QUANTISED = "post-training-quantization-degradation"
_TRAINED_WIDTHS = (2, 3, 4)
"""Widths of weights alone that the fit of QuEST has."""


@dataclass(frozen=True)
class Damage:
    """What one law says that fewer bits do to the loss.

    Attributes
    ----------
    label, colour, source : str
        How it is shown, and where it is from.
    rise : array, shape (len(BITS),)
        Rise of the loss over that in 16 bits, nats/token; NaN where the law says nothing.
    inside : array of bool, shape (len(BITS),)
        Where the law was fitted.
    afterwards : bool
        Whether it speaks of a finished model that is quantised, not of one trained in these bits.
    """

    label: str
    colour: str
    source: str
    rise: np.ndarray
    inside: np.ndarray
    afterwards: bool


def training_tokens(model: Model) -> float:
    """Return the tokens that a model was trained on, or as many as are assumed."""
    if model.training_tokens is not None:
        return float(model.training_tokens)
    assert model.active_parameters is not None
    return TOKENS_PER_PARAMETER * model.active_parameters


@lru_cache(maxsize=256)
def damages(model: Model, D: float) -> tuple[Damage, ...]:
    """Return what every law of quantisation says about a model trained on D tokens."""
    return (
        _quantised("Kumar, quantised afterwards", "kumar", COLOURS[0], model, D),
        _quantised("Kumar without its offset", "kumar-no-bias", COLOURS[5], model, D),
        _quantised("Ouyang, quantised afterwards", "ouyang", COLOURS[1], model, D),
        _trained_kumar(COLOURS[2], model, D),
        _trained_quest(COLOURS[3], model, D),
    )


def _quantised(label: str, variant: str, colour: str, model: Model, D: float) -> Damage:
    law = laws.get(_QUANTISED, variant)
    rise = added_loss(replace(model, training_tokens=int(D)), BITS, _QUANTISED, variant)
    N = float(model.parameters())
    inside = [law.in_domain(N=N, D=D, weight_bits=b) for b in BITS]
    return _damage(label, colour, law, rise, inside, afterwards=True)


def _trained_kumar(colour: str, model: Model, D: float) -> Damage:
    law = laws.get("precision-loss", "biased")
    N = _parameters(model, law)
    widths = [{"weight_bits": b, "activation_bits": FULL, "kv_bits": FULL} for b in BITS]
    loss = np.array([law(N=N, D=D, **w) for w in widths])
    inside = [law.in_domain(N=N, D=D, **w) for w in widths]
    return _damage("Kumar, trained in these bits", colour, law, loss - loss[0], inside)


def _trained_quest(colour: str, model: Model, D: float) -> Damage:
    full = laws.get("quantization-aware-loss", "w16a16")
    N = _parameters(model, full)
    rise = np.full(len(BITS), np.nan)
    rise[0] = 0.0
    inside = np.full(len(BITS), bool(full.in_domain(N=N, D=D)))
    for i, b in enumerate(BITS):
        if b in _TRAINED_WIDTHS:
            law = laws.get("quantization-aware-loss", f"w{b}")
            rise[i], inside[i] = law(N=N, D=D) - full(N=N, D=D), law.in_domain(N=N, D=D)
    return _damage("QuEST, trained in these bits", colour, full, rise, inside)


def _parameters(model: Model, law: laws.Law) -> float:
    """Return the parameters that a law means; where it does not say, all of them."""
    stated = law.inputs["N"].counts != "unstated"
    return float(model.parameters_for(law) if stated else model.parameters())


def _damage(
    label: str, colour: str, law: laws.Law, rise: Any, inside: Any, *, afterwards: bool = False
) -> Damage:
    source, known = law.variant_facts.paper.short, np.asarray(inside, bool)
    return Damage(label, colour, source, np.asarray(rise, float), known, afterwards)
