"""What data are worth: less of them by a better recipe, noisy ones, those in a datastore."""

from __future__ import annotations

from typing import Any

import numpy as np

from scalekit.checks import number
from scalekit.laws import registry
from scalekit.laws.form import array_namespace
from scalekit.laws.power import OffsetPower


def data_efficiency(loss: Any, U: Any, baseline: str = "standard") -> Any:
    """Return how many times more data a baseline recipe needs for the same loss.

    The law ``infinite-compute-loss`` of the baseline, solved for the tokens, over U. Its
    rounded coefficients give 5.10 and 2.28 at 209.7e6 tokens where Kim et al. (arXiv
    2509.14786) print 5.17 and 2.29.

    Parameters
    ----------
    loss : float or array
        Loss that was reached, in nats/token, above the irreducible loss of the baseline.
    U : float or array
        Unique tokens with which it was reached.
    baseline : str
        Variant of ``infinite-compute-loss``: standard, regularized or joint.

    Raises
    ------
    ValueError
        For a loss that no amount of data reaches with the baseline, or an unknown baseline.
    """
    form = registry.get("infinite-compute-loss", baseline).form
    assert isinstance(form, OffsetPower)
    loss = number("loss", loss, float(form.L_inf), unit="nats/token")
    U = number("U", U, unit="unique tokens")
    xp = array_namespace(loss, U)
    log_needed = (form.log_A - xp.log(loss - form.L_inf)) / form.alpha + np.log(form.unit)
    return xp.exp(log_needed - xp.log(U))


def clean_equivalent(n_clean: Any, n_noisy: Any, price: Any) -> Any:
    """Return the clean samples that are worth as much: n_clean + n_noisy / price.

    Definition of the price by Daras et al. (arXiv 2411.02780). Published is only that it lies
    between 1.5 and 1.75 on ImageNet at a noise of .2, as long as about a tenth of the samples
    is clean.

    Parameters
    ----------
    n_clean, n_noisy : float or array
        Clean and noisy samples.
    price : float or array
        Noisy samples that replace a clean one.
    """
    clean = number("n_clean", n_clean, lower_open=False, unit="samples")
    noisy = number("n_noisy", n_noisy, lower_open=False, unit="samples")
    return clean + noisy / number("price", price, unit="noisy samples per clean sample")


def datastore_flop(N: Any, D: Any) -> Any:
    """Return 2 N D, the FLOP of embedding a datastore for retrieval.

    Shao et al. (arXiv 2407.12854), appendix B.4; a flat index adds nothing. Theirs has 1.4e12
    tokens and a retriever of 177e6 parameters. What longer prompts cost is not in it.

    Parameters
    ----------
    N : float or array
        Parameters of the retriever.
    D : float or array
        Tokens of the datastore.
    """
    return 2.0 * number("N", N, unit="parameters") * number("D", D, unit="tokens")
