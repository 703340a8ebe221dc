"""Four, eight and sixteen bits in equal memory: fewer parameters in more bits, or more in fewer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from scalekit.checks import number
from scalekit.laws.law import Law
from scalekit.laws.registry import get
from scalekit.plotting import Axis, Series, curves

if TYPE_CHECKING:
    import holoviews

TRAINED_FORMATS = (1, 2, 3, 4, 8, 16)
"""Bits of weights and activations that the fit of QuEST has."""

FULL = 16.0
"""Bits that nothing is lost at."""

ASSUMPTIONS = (
    "Memory is that of the weights, N bits/8 bytes: no scales of blocks, no cache, no optimizer.",
    "Equal tokens: every model sees the same D, so that a larger one costs more to train.",
    "Trained in few bits: weights and activations have the bits, the KV cache 16. "
    "Quantised afterwards: weights alone, trained in 16 bits.",
    "Each law speaks of its own data and its own count of parameters: losses of different laws "
    "cannot be compared, the bits that each finds best can.",
)


@dataclass(frozen=True)
class Format:
    """What one law says about one bit width.

    Attributes
    ----------
    law, variant : str
        Whose law it is.
    trained : bool
        Whether the model is trained in these bits, or quantised afterwards.
    bits : int
        Bits of a weight.
    N : float
        Parameters that fit into the memory.
    worth : float or None
        Effective over actual parameters; None for what is quantised afterwards.
    loss : float
        Loss in nats/token after the tokens of the question.
    in_domain : bool
        Whether the point lies in the range of the law.
    source, status : str
        Of the law.
    """

    law: str
    variant: str
    trained: bool
    bits: int
    N: float
    worth: float | None
    loss: float
    in_domain: bool
    source: str
    status: str


@dataclass(frozen=True)
class EqualMemory:
    """Bit widths in one memory, by every law that knows them.

    Attributes
    ----------
    memory_bytes, D : float
        What was asked.
    formats : tuple of Format
        One a law and bit width.
    assumptions : tuple of str
        What all of it rests on.
    """

    memory_bytes: float
    D: float
    formats: tuple[Format, ...]
    assumptions: tuple[str, ...] = ASSUMPTIONS

    @property
    def best(self) -> dict[str, int]:
        """Bits of the lowest loss, by caption of the law; none of one whose losses are infinite."""
        lowest: dict[str, Format] = {}
        for found in self.formats:
            key = _caption(found)
            if not np.isfinite(found.loss):  # so few bits are worth nothing
                continue
            if key not in lowest or found.loss < lowest[key].loss:
                lowest[key] = found
        return {key: found.bits for key, found in lowest.items()}

    def table(self) -> pd.DataFrame:
        """Return the formats as rows."""
        return pd.DataFrame([asdict(found) for found in self.formats])

    def plot(self) -> holoviews.Overlay:
        """Return the excess of every loss over the law's lowest one, against the bits."""
        series: dict[str, Series] = {}
        for key in self.best:
            own = [found for found in self.formats if _caption(found) == key]
            loss = np.array([found.loss for found in own])
            excess = np.where(np.isfinite(loss), 100.0 * (loss / loss.min() - 1.0), np.nan)
            inside = np.array([found.in_domain for found in own])
            series[key] = Series([found.bits for found in own], excess, inside)
        return curves(
            series,
            Axis("bits", "Width of a weight", "bits"),
            Axis("excess", "Loss above the law's lowest", "%"),
        )


def _caption(found: Format) -> str:
    if not found.trained:
        return "quantised afterwards (Kumar)"
    # The variants of the law of QuEST are its formats: one law.
    return "trained (QuEST)" if found.law == "quantization-aware-loss" else (
        f"trained (Kumar, {found.variant})"
    )  # fmt: skip


def equal_memory(memory_bytes: float, D: float, bits: Sequence[int] = (4, 8, 16)) -> EqualMemory:
    """Compare bit widths at equal memory under the laws of number formats, which disagree.

    Kumar et al. (arXiv 2411.04330) find 8 bits best for training with the offsets of their fit
    and 4 without; Panferov et al. (QuEST, arXiv 2502.05003), who train with another method, 4.

    Parameters
    ----------
    memory_bytes : float
        Bytes for the weights.
    D : float
        Training tokens, the same for all.
    bits : sequence of int
        Of 1, 2, 3, 4, 8 and 16.

    Returns
    -------
    EqualMemory
        Parameters, worth and loss of every width by every law, and the best width of each.

    Raises
    ------
    ValueError
        For a width that is not there, or numbers that are not positive.

    Examples
    --------
    >>> from scalekit import comparisons
    >>> found = comparisons.equal_memory(4e8, 2e10)
    >>> found.best["trained (QuEST)"], found.best["trained (Kumar, biased)"]
    (4, 8)
    """
    memory = float(number("memory_bytes", memory_bytes, unit="B"))
    tokens = float(number("D", D, unit="tokens"))
    if not len(bits) or any(width not in TRAINED_FORMATS for width in bits):
        allowed = ", ".join(map(str, TRAINED_FORMATS))
        raise ValueError(f"bits is {bits!r}; allowed: some of {allowed}")
    widths = tuple(map(int, bits))
    found = [
        *(_kumar(variant, width, memory, tokens) for variant in ("biased", "bias-free")
          for width in widths),
        *(_quest(width, memory, tokens) for width in widths),
        *(_afterwards(width, memory, tokens) for width in widths),
    ]  # fmt: skip
    return EqualMemory(memory, tokens, tuple(found))


def _kumar(variant: str, bits: int, memory: float, D: float) -> Format:
    law = get("precision-loss", variant)
    N = 8.0 * memory / bits
    widths = {"weight_bits": bits, "activation_bits": bits, "kv_bits": FULL}
    worth = get("precision-effective-parameters", variant)(N=N, **widths) / N
    inside = law.in_domain(N=N, D=D, **widths)
    return _format(law, True, bits, N, worth, law(N=N, D=D, **widths), inside)


def _quest(bits: int, memory: float, D: float) -> Format:
    variant = f"w{bits}a{bits}"
    law = get("quantization-aware-loss", variant)
    N = 8.0 * memory / bits
    worth = get("quantization-effective-parameters", variant)(N=N) / N
    return _format(law, True, bits, N, worth, law(N=N, D=D), law.in_domain(N=N, D=D))


def _afterwards(bits: int, memory: float, D: float) -> Format:
    trained, damage = get("precision-loss"), get("post-training-quantization-degradation", "kumar")
    N = 8.0 * memory / bits
    loss = trained(N=N, D=D, weight_bits=FULL, activation_bits=FULL, kv_bits=FULL)
    inside = trained.in_domain(N=N, D=D)
    if bits < FULL:  # sixteen bits are what it was trained in: nothing is quantised
        loss += damage(N=N, D=D, weight_bits=bits)
        inside &= damage.in_domain(N=N, D=D, weight_bits=bits)
    return _format(damage, False, bits, N, None, loss, inside)


def _format(
    law: Law, trained: bool, bits: int, N: float, worth: float | None, loss: float, inside: bool
) -> Format:
    return Format(
        law.slug, law.variant, trained, bits, N, worth, loss, inside, law.source, law.status
    )
