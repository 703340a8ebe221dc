"""What experts cost in parameters and FLOP, and where routing stops helping."""

from __future__ import annotations

from typing import Any

from scalekit.checks import number
from scalekit.laws import get
from scalekit.laws.form import array_namespace
from scalekit.laws.routing import Routed

HEAD_DIM = 64
"""Width per block of the models of Krajewski et al.: d_model = 64 n_blocks."""


def moe_total_parameters(N_active: Any, experts: Any = 64) -> Any:
    """Return the total non-routing parameters of a mixture, N_active (8 experts + 4)/12.

    Of the 12 d_model^2 parameters of a block that one token sees, 4 are attention and 8
    a feed-forward layer, of which there are `experts` copies (Krajewski et al.,
    arXiv 2402.07871). This is the N of ``fine-grained-moe-loss``.

    Parameters
    ----------
    N_active : float or array
        Parameters that one token sees.
    experts : float or array
        Expansion rate: experts at granularity 1, from 1 (dense).

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    active = number("N_active", N_active, unit="parameters")
    return active * (8.0 * number("experts", experts, 1.0, lower_open=False) + 4.0) / 12.0


def fine_grained_moe_flop(
    N_active: Any, D: Any, G: Any, experts: Any = 64, c_f: Any = 6, c_r: Any = 14
) -> Any:
    """Return the training FLOP of a fine-grained mixture of experts, routing included.

    (12 d_model^2 c_f + d_model experts G c_r) D n_blocks with d_model = 64 n_blocks and
    N_active = 12 d_model^2 n_blocks; n_blocks is a real number. Krajewski et al. (arXiv
    2402.07871), equation 10; the defaults of c_f and c_r reproduce the FLOP of their
    Table 2.

    Parameters
    ----------
    N_active : float or array
        Parameters that one token sees.
    D : float or array
        Training tokens.
    G : float or array
        Granularity d_ff/d_expert.
    experts : float or array
        Expansion rate: experts at granularity 1, from 1.
    c_f : float or array
        FLOP per active parameter and token, 6 for a forward and a backward pass.
    c_r : float or array
        FLOP per router weight and token.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    active = number("N_active", N_active, unit="parameters")
    tokens, fineness = number("D", D, unit="tokens"), number("G", G)
    rate = number("experts", experts, 1.0, lower_open=False)
    c_f, c_r = number("c_f", c_f), number("c_r", c_r, lower_open=False)
    xp = array_namespace(active, tokens, fineness, rate, c_f, c_r)
    blocks = xp.exp((xp.log(active) - xp.log(12.0 * HEAD_DIM**2)) / 3.0)
    router = HEAD_DIM * blocks**2 * rate * fineness
    return (c_f * active + c_r * router) * tokens


def routing_cutoff(variant: str = "s-base-refit") -> float:
    """Return the size beyond which more experts no longer lower the loss, 10^(-b/c).

    Clark et al. (arXiv 2202.01169) give 937e9, 85e9 and 83e9 parameters for S-BASE, RL-R
    and HASH. The coefficients have too few digits for that in print (1.0e12, 3.2e10 and
    2.2e11); the refits give 6.8e11, 8.8e10 and 8.1e10.

    Parameters
    ----------
    variant : str
        Coefficients of ``routed-loss``.

    Returns
    -------
    float
        Active (dense) parameters.

    Raises
    ------
    ValueError
        For an unknown variant, with the nearest match.
    """
    form = get("routed-loss", variant).form
    assert isinstance(form, Routed)
    return float(form.cutoff())
