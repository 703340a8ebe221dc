"""The key-value cache of a model of the table: windows and latent attention too."""

from __future__ import annotations

from typing import Any

from scalekit.checks import number, record, single
from scalekit.laws.form import plain
from scalekit.models import Model
from scalekit.serving.shape import shape
from scalekit.serving.work import kv_elements, stored_bits


def context_bytes(
    model: Model,
    context_tokens: Any,
    kv_bits: Any = 16.0,
    block_size: float | None = None,
    scale_bits: float = 16.0,
) -> Any:
    """Return the bytes of the cache of one sequence.

    Parameters
    ----------
    model : Model
        Any architecture: layers with a window keep no more than that, latent attention keeps one
        vector a token. Where all layers keep all it is `kv_cache_bytes`.
    context_tokens : float or array
        Tokens of the sequence.
    kv_bits : float or array
        Bits of an element.
    block_size : float, optional
        Elements that share a scale, under 16 bits; without it, scales are not counted.
    scale_bits : float
        Bits of a scale.

    Raises
    ------
    ValueError
        If an input is out of its range, or the architecture is not known.

    Examples
    --------
    >>> from scalekit.models import model
    >>> context_bytes(model("DeepSeek-V3"), 1)
    70272.0
    >>> context_bytes(model("gpt-oss-120b"), 131072) / context_bytes(model("gpt-oss-120b"), 128)
    512.5
    """
    tokens = number("context_tokens", context_tokens, lower_open=False, unit="tokens")
    bits = number("kv_bits", kv_bits, 0, 32, unit="bits")
    if block_size is not None:
        single("block_size", block_size, unit="elements")
    single("scale_bits", scale_bits, lower_open=False, unit="bits")
    record("model", model, Model)
    stored = stored_bits(bits, block_size, scale_bits)
    return plain(kv_elements(shape(model), tokens) * (stored / 8.0))
