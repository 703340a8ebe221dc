"""Runtime of one request on dedicated A100s (Narayanan et al., arXiv 2305.02440)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from scalekit.checks import choice, number
from scalekit.datasets.tables import optional_int, read_rows
from scalekit.laws.form import array_namespace, plain

PROMPT_LENGTHS = (1.0, 512.0, 1024.0, 1920.0)
"""Tokens of the prompts whose time was measured."""


@dataclass(frozen=True)
class RuntimeFit:
    """Times of one model on A100s with Megatron, one request at a time.

    Attributes
    ----------
    model, measured_as : str
        Name of the model, and what was run in its place.
    seconds_per_token : float
        Seconds of each output token after the first.
    first_token_seconds : tuple of float
        Seconds to read a prompt and write one token, for each of `PROMPT_LENGTHS`.
    devices : int
        A100s that it ran on.
    d_model, layers : int or None
        Shape, where it is known.
    status, source : str
        How well the row is supported, and where it is from.
    """

    model: str
    measured_as: str
    seconds_per_token: float
    first_token_seconds: tuple[float, ...]
    devices: int
    d_model: int | None
    layers: int | None
    status: str
    source: str


@cache
def runtime_fits() -> Mapping[str, RuntimeFit]:
    """Return the models that `idealized_runtime` knows, by name; read-only."""
    rows = read_rows("runtimes.csv")
    return MappingProxyType({row["model"]: _runtime_fit(row) for row in rows})


def idealized_runtime(prompt_tokens: Any, output_tokens: Any, model: str = "davinci") -> Any:
    """Return the seconds of a request on A100s that serve nothing else.

    Time to read the prompt and write the first token, then a constant time for each further
    one. Between the measured prompts it is interpolated linearly and beyond them proportional:
    the rule of the authors' notebook scales down from the next longer one, so that a prompt of
    17 tokens would take half as long as one of 16. 2022's models; measured up to 1920 tokens of
    prompt and 64 of output.

    Parameters
    ----------
    prompt_tokens, output_tokens : float or array
        Tokens; below one output token only the first is paid.
    model : str
        One of `runtime_fits`.

    Raises
    ------
    ValueError
        If a number is negative, or the model is unknown.

    Examples
    --------
    >>> idealized_runtime(512, 64)
    5.281
    """
    fit = runtime_fits()[choice("model", model, runtime_fits())]
    p = number("prompt_tokens", prompt_tokens, lower_open=False, unit="tokens")
    o = number("output_tokens", output_tokens, lower_open=False, unit="tokens")
    xp = array_namespace(p, o)
    longest = PROMPT_LENGTHS[-1]
    measured = xp.interp(p, xp.asarray(PROMPT_LENGTHS), xp.asarray(fit.first_token_seconds))
    first = measured * xp.maximum(p / longest, 1.0)
    return plain(first + fit.seconds_per_token * (xp.maximum(o, 1.0) - 1.0))


def runtime_cost(seconds: Any, devices: Any, usd_per_device_hour: Any) -> Any:
    """Return the price of devices for some seconds [USD].

    Parameters
    ----------
    seconds : float or array
        Time.
    devices : float or array
        Number of accelerators.
    usd_per_device_hour : float or array
        Price of one [USD/h].

    Raises
    ------
    ValueError
        If a number is negative, or there is no device.
    """
    time = number("seconds", seconds, lower_open=False, unit="s") * number("devices", devices)
    price = number("usd_per_device_hour", usd_per_device_hour, lower_open=False, unit="USD/h")
    return time * price / 3600.0


def dense_request_flop(d_model: Any, layers: Any, prompt_tokens: Any, output_tokens: Any) -> Any:
    """Return 24 d^2 L (p + o - 1), the FLOP of a request; attention and vocabulary are left out.

    The last token written is not read again. Without output the prompt still yields one token,
    as for `idealized_runtime`.

    Parameters
    ----------
    d_model, layers : float or array
        Shape of a model with d_ff = 4 d_model and two feed-forward matrices.
    prompt_tokens, output_tokens : float or array
        Tokens.

    Raises
    ------
    ValueError
        If a number of tokens is negative, or another not above 0.
    """
    p = number("prompt_tokens", prompt_tokens, lower_open=False, unit="tokens")
    o = number("output_tokens", output_tokens, lower_open=False, unit="tokens")
    passed = p + array_namespace(o).maximum(o, 1.0) - 1.0
    return plain(24.0 * number("d_model", d_model) ** 2 * number("layers", layers) * passed)


def _runtime_fit(row: Mapping[str, str]) -> RuntimeFit:
    return RuntimeFit(
        model=row["model"],
        measured_as=row["measured_as"],
        seconds_per_token=float(row["seconds_per_token"]),
        first_token_seconds=tuple(float(row[f"first_token_{p:.0f}"]) for p in PROMPT_LENGTHS),
        devices=int(row["devices"]),
        d_model=optional_int(row["d_model"]),
        layers=optional_int(row["layers"]),
        status=row["status"],
        source=row["source"],
    )
