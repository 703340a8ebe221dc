"""FLOP accounting: what training and serving cost in operations, steps and hours."""

from __future__ import annotations

from typing import Any

from scalekit.checks import number
from scalekit.laws.form import array_namespace

PF_DAY = 8.64e19
"""FLOP in one petaFLOP/s-day."""


def training_flop(N: Any, D: Any) -> Any:
    """Return 6 N D, the FLOP of training N parameters on D tokens."""
    return 6.0 * number("N", N, unit="parameters") * number("D", D, unit="tokens")


def inference_flop(N: Any, D_inference: Any) -> Any:
    """Return 2 N D_inference, the FLOP of passing tokens (read or written) through N parameters."""
    tokens = number("D_inference", D_inference, lower_open=False, unit="tokens")
    return 2.0 * number("N", N, unit="parameters") * tokens


def lifetime_flop(N: Any, D: Any, D_inference: Any) -> Any:
    """Return 6 N D + 2 N D_inference (Sardana et al., arXiv 2401.00448)."""
    return training_flop(N, D) + inference_flop(N, D_inference)


def pf_days(C: Any) -> Any:
    """Return C (FLOP) in petaFLOP/s-days of 8.64e19 FLOP."""
    return number("C", C, unit="FLOP") / PF_DAY


def training_hours(C: Any, devices: Any, peak_flops: Any, mfu: Any) -> Any:
    """Return the wall-clock hours that C takes.

    Parameters
    ----------
    C : float or array
        Training compute in FLOP.
    devices : float or array
        Number of accelerators.
    peak_flops : float or array
        Dense peak of one accelerator in FLOP/s (never the sparse figure).
    mfu : float or array
        Model FLOP utilisation, above 0 up to 1.
    """
    rate = (
        number("devices", devices)
        * number("peak_flops", peak_flops, unit="FLOP/s")
        * number("mfu", mfu, 0, 1)
    )
    return number("C", C, unit="FLOP") / rate / 3600.0


def compute_from_device_hours(device_hours: Any, peak_flops: Any, mfu: Any) -> Any:
    """Return the training FLOP that `device_hours` of an accelerator buy."""
    return (
        number("device_hours", device_hours, unit="h")
        * 3600.0
        * number("peak_flops", peak_flops, unit="FLOP/s")
        * number("mfu", mfu, 0, 1)
    )


def compute_from_usd(usd: Any, usd_per_device_hour: Any, peak_flops: Any, mfu: Any) -> Any:
    """Return the training FLOP that `usd` buys at a price per accelerator-hour."""
    price = number("usd_per_device_hour", usd_per_device_hour, unit="USD/h")
    return compute_from_device_hours(number("usd", usd, unit="USD") / price, peak_flops, mfu)


def training_usd(C: Any, usd_per_device_hour: Any, peak_flops: Any, mfu: Any) -> Any:
    """Return the price in USD of C training FLOP at a price per accelerator-hour."""
    hours = training_hours(C, 1, peak_flops, mfu)
    return hours * number("usd_per_device_hour", usd_per_device_hour, unit="USD/h")


def training_steps(hours: Any, tokens_per_second: Any, batch: Any, sequence_length: Any) -> Any:
    """Return the steps done in `hours`, not rounded.

    Parameters
    ----------
    hours : float or array
        Wall-clock hours.
    tokens_per_second : float or array
        Measured throughput.
    batch : float or array
        Sequences per step.
    sequence_length : float or array
        Tokens per sequence.
    """
    tokens = number("hours", hours) * 3600.0 * number("tokens_per_second", tokens_per_second)
    return tokens / (number("batch", batch) * number("sequence_length", sequence_length))


def transformer_training_flop(
    layers: Any,
    d_model: Any,
    d_ff: Any,
    heads: Any,
    head_dim: Any,
    sequence_length: Any = 2048,
    vocabulary: Any = 32000,
    include_embeddings: bool = False,
) -> Any:
    """Return the exact training FLOP of one sequence, three times the forward pass.

    Appendix F of Hoffmann et al. (arXiv 2203.15556). Attention is counted in full, not
    causally. The paper's Table A4 comes out only without embedding and logits, which
    is the default here.

    Parameters
    ----------
    layers, d_model, d_ff, heads, head_dim : int or array
        Shape of the transformer (two feed-forward matrices, as many key as query heads).
    sequence_length : int or array
        Tokens per sequence.
    vocabulary : int or array
        Entries of the vocabulary.
    include_embeddings : bool
        Whether to count the embedding and the final logits.
    """
    L, d, f = number("layers", layers), number("d_model", d_model), number("d_ff", d_ff)
    h, s = number("heads", heads), number("sequence_length", sequence_length)
    width = h * number("head_dim", head_dim)
    V = number("vocabulary", vocabulary)
    attention = 2 * 3 * s * d * width + 2 * s * s * width + 3 * h * s * s
    attention = attention + 2 * s * s * width + 2 * s * width * d
    feed_forward = 2 * s * (d * f + d * f)
    forward = L * (attention + feed_forward)
    if include_embeddings:
        forward = forward + 2 * s * V * d + 2 * s * d * V
    return 3 * forward


def crossover_compute(A_1: Any, a_1: Any, A_2: Any, a_2: Any) -> Any:
    """Return the C at which A_1 C^-a_1 = A_2 C^-a_2.

    Parameters
    ----------
    A_1, A_2 : float or array
        Amplitudes of the two reducible losses (equal irreducible part).
    a_1, a_2 : float or array
        Their exponents, which must differ.

    Raises
    ------
    ValueError
        If the exponents are equal: parallel lines never cross.
    """
    A_1, A_2 = number("A_1", A_1), number("A_2", A_2)
    a_1 = number("a_1", a_1, -float("inf"))
    a_2 = number("a_2", a_2, -float("inf"))
    xp = array_namespace(A_1, a_1, A_2, a_2)
    gap = a_2 - a_1
    if xp.__name__ == "numpy" and xp.any(gap == 0):
        raise ValueError(f"a_1 and a_2 are both {a_1}; allowed: exponents that differ")
    return xp.exp((xp.log(A_2) - xp.log(A_1)) / gap)
