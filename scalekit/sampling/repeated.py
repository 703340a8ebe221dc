"""What k samples of a problem cost in FLOP and in money (Brown et al., arXiv 2407.21787)."""

from __future__ import annotations

from typing import Any

from scalekit.checks import number


def repeated_sampling_flop(
    N: Any, layers: Any, d_model: Any, prompt_tokens: Any, output_tokens: Any, k: Any
) -> Any:
    """Return the FLOP of k samples of one problem, the shared prompt counted once.

    Section 2.3 of Brown et al. (arXiv 2407.21787): a token that sees a context of t tokens
    costs 2 (N + 2 layers d_model t), summed over the prompt once and over the output k times.
    Grouped key and value heads save projections, not these FLOP of attention.

    Parameters
    ----------
    N : float or array
        Parameters.
    layers, d_model : int or array
        Shape of the transformer.
    prompt_tokens, output_tokens : float or array
        Tokens read, and tokens written by each sample; from 0.
    k : float or array
        Samples of the problem.

    Raises
    ------
    ValueError
        If an input is out of its range.
    """
    N = number("N", N, unit="parameters")
    attention = 2.0 * number("layers", layers) * number("d_model", d_model)
    read = number("prompt_tokens", prompt_tokens, lower_open=False, unit="tokens")
    written = number("output_tokens", output_tokens, lower_open=False, unit="tokens")
    k = number("k", k, lower_open=False, unit="samples")
    # Sums of the context over the tokens: 1 + ... + read, and read + 1 + ... + read + written.
    prompt = N * read + attention * read * (read + 1.0) / 2.0
    output = N * written + attention * written * (read + (written + 1.0) / 2.0)
    return 2.0 * (prompt + k * output)


def repeated_sampling_cost(usd_per_attempt: Any, k: Any, problems: Any) -> Any:
    """Return the USD of k attempts at each of `problems`.

    Table 1 of Brown et al. (arXiv 2407.21787), whose totals are over 300 problems.

    Parameters
    ----------
    usd_per_attempt : float or array
        Price of one attempt in USD.
    k : float or array
        Attempts at each problem.
    problems : float or array
        Number of problems.

    Raises
    ------
    ValueError
        If an input is out of its range.
    """
    price = number("usd_per_attempt", usd_per_attempt, lower_open=False, unit="USD")
    k = number("k", k, lower_open=False, unit="attempts")
    return price * k * number("problems", problems, lower_open=False)
