"""How many visual tokens a vision-language model should read (Li et al., arXiv 2411.03312)."""

from __future__ import annotations

from typing import Any

import numpy as np

from scalekit.checks import number
from scalekit.laws.form import array_namespace, plain


def visual_token_flop(N: Any, T: Any, Q: Any) -> Any:
    """Return 2 N (Q + T), the FLOP of reading text and image tokens.

    As the authors' scripts count (locuslab/llava-token-compression,
    scaling_law_code/objective.py): without attention and image encoder.

    Parameters
    ----------
    N : float or array
        Parameters of the language model.
    T : float or array
        Visual tokens.
    Q : float or array
        Text tokens; 0 if they are in the cache.
    """
    text = number("Q", Q, lower_open=False, unit="tokens")
    tokens = text + number("T", T, lower_open=False, unit="tokens")
    return 2.0 * number("N", N, unit="parameters") * tokens


def optimal_visual_tokens(Q: Any, alpha: Any = 0.077, beta: Any = 0.015) -> Any:
    """Return the visual tokens with the least error at fixed FLOP, max(1, beta Q/(alpha - beta)).

    Fewer tokens pay for a larger model: A N^-alpha T^-beta is least along
    2 N (Q + T) = const where T is this. It depends neither on the FLOP nor on A and D.

    Parameters
    ----------
    Q : float or array
        Text tokens; 0 if they are in the cache, which gives one visual token.
    alpha, beta : float or array
        Exponents of parameters and of visual tokens in ``visual-token-error``.

    Raises
    ------
    ValueError
        If `alpha` is not above `beta`: more tokens would always pay.
    """
    text = number("Q", Q, lower_open=False, unit="tokens")
    beta = number("beta", beta)
    floor = float(np.max(beta)) if array_namespace(beta) is np else 0.0
    alpha = number("alpha", alpha, floor)
    xp = array_namespace(text, alpha, beta)
    return plain(xp.maximum(1.0, beta * text / (alpha - beta)))
