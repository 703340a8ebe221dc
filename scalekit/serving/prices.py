"""What tokens cost: of hosted models by the million, of one's own by the hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np

from scalekit.checks import choice, number
from scalekit.datasets.tables import optional_float, read_rows
from scalekit.laws.form import array_namespace


@dataclass(frozen=True)
class ApiPrice:
    """Prices of one hosted model. They age quickly.

    Attributes
    ----------
    model_id, name, vendor : str
        Identifier, name, and who sells it.
    usd_per_mtok_input, usd_per_mtok_output : float
        USD per million tokens read and written.
    usd_per_mtok_cached_input : float or None
        The same of tokens read from a cache, where there is such a price.
    from_date, to_date, first_seen, as_of : str
        Since when and until when it was asked, when it was first seen, and when last.
    status, source : str
        How well the row is supported, and where it is from.
    """

    model_id: str
    name: str
    vendor: str
    usd_per_mtok_input: float
    usd_per_mtok_output: float
    usd_per_mtok_cached_input: float | None
    from_date: str
    to_date: str
    first_seen: str
    as_of: str
    status: str
    source: str

    def cost(self, prompt_tokens: Any, output_tokens: Any, cached_tokens: Any = 0) -> Any:
        """Return the price of a request [USD], as `token_cost`.

        Raises
        ------
        ValueError
            If there are cached tokens but no price for them, or a number is out of its range.
        """
        cached = self.usd_per_mtok_cached_input
        if cached is None:
            if array_namespace(cached_tokens) is not np or np.any(np.asarray(cached_tokens) != 0):
                raise ValueError(
                    f"cached_tokens is {cached_tokens!r}, but no price of cached input of "
                    f"{self.model_id!r} is known; allowed: 0"
                )
            cached = 0.0
        prices = (self.usd_per_mtok_input, self.usd_per_mtok_output)
        return token_cost(prompt_tokens, output_tokens, *prices, cached_tokens, cached)


@dataclass(frozen=True)
class LocalGeneration:
    """Generating tokens on one's own machine.

    Attributes
    ----------
    tokens_per_second : float or array
        Throughput of the machine.
    hours : float or array
        How long it takes.
    usd : float or array
        What it costs.
    """

    tokens_per_second: Any
    hours: Any
    usd: Any


@cache
def api_prices() -> Mapping[str, ApiPrice]:
    """Return all prices by the identifier of the model, in the order of the table; read-only."""
    return MappingProxyType({row["model_id"]: _price(row) for row in read_rows("prices.csv")})


def api_price(model_id: str) -> ApiPrice:
    """Return the prices of one hosted model.

    Parameters
    ----------
    model_id : str
        Identifier as in the table, such as ``"gpt-4o-mini"``.

    Raises
    ------
    ValueError
        For an unknown identifier, with the nearest match.

    Examples
    --------
    >>> api_price("gpt-4o-mini").cost(prompt_tokens=1e6, output_tokens=1e6)
    0.75
    """
    return api_prices()[choice("model_id", model_id, api_prices())]


def token_cost(
    prompt_tokens: Any,
    output_tokens: Any,
    usd_per_mtok_input: Any,
    usd_per_mtok_output: Any,
    cached_tokens: Any = 0,
    usd_per_mtok_cached_input: Any = 0.0,
) -> Any:
    """Return the price of a request [USD]. Writing to a cache is not counted.

    Parameters
    ----------
    prompt_tokens, output_tokens : float or array
        Tokens read and written.
    usd_per_mtok_input, usd_per_mtok_output : float or array
        USD per million tokens of each.
    cached_tokens : float or array
        How many of the prompt's tokens are read from a cache.
    usd_per_mtok_cached_input : float or array
        USD per million of those.

    Raises
    ------
    ValueError
        If a number is negative, or more tokens are cached than the prompt has.
    """
    prompt = number("prompt_tokens", prompt_tokens, lower_open=False, unit="tokens")
    output = number("output_tokens", output_tokens, lower_open=False, unit="tokens")
    cached = number("cached_tokens", cached_tokens, lower_open=False, unit="tokens")
    if array_namespace(prompt, cached) is np and np.any(np.asarray(cached) > prompt):
        raise ValueError(f"cached_tokens is {cached}; allowed: up to prompt_tokens, {prompt}")
    new = _usd("usd_per_mtok_input", usd_per_mtok_input)
    written = _usd("usd_per_mtok_output", usd_per_mtok_output)
    again = _usd("usd_per_mtok_cached_input", usd_per_mtok_cached_input)
    return ((prompt - cached) * new + cached * again + output * written) / 1e6


def local_generation_cost(
    tokens: Any, N: Any, peak_flops: Any, mfu: Any, usd_per_hour: Any
) -> LocalGeneration:
    """Return throughput, hours and price of generating tokens on one's own machine.

    As CodeMonkeys (arXiv 2501.14723) accounts for its local model: mfu peak/(2 N) tokens/s.

    Parameters
    ----------
    tokens : float or array
        Tokens, read or written.
    N : float or array
        Parameters that work on one token.
    peak_flops : float or array
        Dense peak of the whole machine [FLOP/s].
    mfu : float or array
        Fraction of the peak that is reached, above 0 up to 1.
    usd_per_hour : float or array
        Price of the whole machine [USD/h].

    Raises
    ------
    ValueError
        If an input is out of its range.
    """
    rate = number("mfu", mfu, 0, 1) * number("peak_flops", peak_flops, unit="FLOP/s")
    rate = rate / (2.0 * number("N", N, unit="parameters"))
    hours = number("tokens", tokens, lower_open=False, unit="tokens") / rate / 3600.0
    price = number("usd_per_hour", usd_per_hour, lower_open=False, unit="USD/h")
    return LocalGeneration(rate, hours, hours * price)


def _usd(name: str, value: Any) -> Any:
    return number(name, value, lower_open=False, unit="USD per million tokens")


def _price(row: Mapping[str, str]) -> ApiPrice:
    return ApiPrice(
        model_id=row["model_id"],
        name=row["name"],
        vendor=row["vendor"],
        usd_per_mtok_input=float(row["usd_per_mtok_input"]),
        usd_per_mtok_output=float(row["usd_per_mtok_output"]),
        usd_per_mtok_cached_input=optional_float(row["usd_per_mtok_cached_input"]),
        from_date=row["from_date"],
        to_date=row["to_date"],
        first_seen=row["first_seen_in_repo"],
        as_of=row["as_of"],
        status=row["status"],
        source=row["source"],
    )
