"""What the bit-width laws say of a quantised model. They disagree: each answers for itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from scalekit.checks import record, single
from scalekit.laws import get
from scalekit.models import Model
from scalekit.serving.work import FULL_BITS

LAWS = (
    ("post-training-quantization-degradation", "kumar"),
    ("post-training-quantization-degradation", "kumar-no-bias"),
    ("post-training-quantization-degradation", "ouyang"),
)
"""Laws of what weights lose that are quantised after training in 16 bits, with their variants.

The laws of training in few bits (`precision-loss`, `quantization-effective-parameters`) speak of
another model, trained anew: see `scalekit.comparisons`.
"""


@dataclass(frozen=True)
class QualityAnswer:
    """What one law says.

    Attributes
    ----------
    law, variant : str
        Whose law it is.
    added_loss : float or None
        Loss that quantising the weights adds [nats/token]; None where the law says nothing.
    in_domain : bool
        Whether the model and the bits lie where the law was fitted.
    reason : str
        Why it says nothing, or what it leaves out.
    """

    law: str
    variant: str
    added_loss: float | None
    in_domain: bool
    reason: str


def added_loss(model: Model, weight_bits: Any, law: str, variant: str) -> Any:
    """Return the loss that quantised weights add by one law [nats/token].

    0 from 16 bits on, where nothing is quantised; NaN where the training tokens of the model
    are not published.

    Parameters
    ----------
    model : Model
        A trained model.
    weight_bits : float or array
        Bits of a weight.
    law, variant : str
        One of `LAWS`.
    """
    bits = np.asarray(weight_bits, dtype=np.float64)
    if model.training_tokens is None or model.total_parameters is None:
        return np.where(bits < FULL_BITS, np.nan, 0.0)
    found = get(law, variant)(
        N=float(model.total_parameters), D=float(model.training_tokens), weight_bits=bits
    )
    return np.where(bits < FULL_BITS, found, 0.0)


def quality(model: Model, weight_bits: float, kv_bits: float = 16.0) -> tuple[QualityAnswer, ...]:
    """Return what each law says of a model in so many bits.

    Parameters
    ----------
    model : Model
        A trained model; the laws want its total parameters and training tokens.
    weight_bits, kv_bits : float
        Bits of weights and cache, above 0 up to 32. No law of quantising afterwards knows the
        cache.

    Raises
    ------
    ValueError
        If `model` is no record of a model, or the bits are out of their range.
    """
    record("model", model, Model)
    weight_bits = single("weight_bits", weight_bits, 0, 32, unit="bits")
    kv_bits = single("kv_bits", kv_bits, 0, 32, unit="bits")
    return tuple(_answer(model, weight_bits, kv_bits, *names) for names in LAWS)


def _answer(
    model: Model, weight_bits: float, kv_bits: float, law: str, variant: str
) -> QualityAnswer:
    if weight_bits >= FULL_BITS:
        value: float | None = 0.0
        inside, reason = True, "16 bits: the weights are not quantised"
    elif model.training_tokens is None:
        value, inside = None, False
        reason = f"the training tokens of {model.name} are not published"
    else:
        value = float(added_loss(model, weight_bits, law, variant))
        N, D = float(model.total_parameters or 0), float(model.training_tokens)
        inside = bool(get(law, variant).in_domain(N=N, D=D, weight_bits=weight_bits))
        reason = "" if inside else "outside the range that the law was fitted on"
    if kv_bits < FULL_BITS:
        reason = "; ".join(filter(None, (reason, "no law says what a quantised cache loses")))
    return QualityAnswer(law, variant, value, inside, reason)
